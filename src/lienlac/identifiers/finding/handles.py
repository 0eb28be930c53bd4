"""Accounts on platforms: Telegram, Zalo, Facebook, TikTok; trading servers of MT4 and MT5.

By links and by handles with the platform's name beside them. A handle of which nobody says the platform is at most
possible. Names on a platform can change hands; whoever has the numeric id keeps that.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlsplit

from lienlac.errors import Refused
from lienlac.identifiers import contact
from lienlac.identifiers.finding import labels
from lienlac.identifiers.finding.found import Find, Sureness

if TYPE_CHECKING:
    from collections.abc import Iterator

_HANDLE: Final = re.compile(r"@(?<![\w.\])/@].)([A-Za-z][A-Za-z0-9_.]{3,31}+)(?![\w@])")
_BOT_ID: Final = re.compile(r"[0-9](?<!\w.)([0-9]{7,9}):▮▮▮")
_TELEGRAM: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{3,31}")
_VANITY: Final = re.compile(r"[A-Za-z0-9.]{5,50}")
_TIKTOK: Final = re.compile(r"@?([A-Za-z0-9_.]{2,24})")
_NUMERIC: Final = re.compile(r"[0-9]{5,20}")
_SERVER: Final = re.compile(r"-(?:Live|Real|Demo|Server|Trade)(?:[ -]?[0-9]{1,3}|[A-Za-z0-9]{1,10})?(?!\w)")
_BROKER: Final = re.compile(r"[A-Z][A-Za-z0-9.]{1,40}\Z")
_TELEGRAM_HOSTS: Final = frozenset({"t.me", "telegram.me", "telegram.dog"})
_FACEBOOK_HOSTS: Final = frozenset({"facebook.com", "fb.com", "fb.me", "m.me", "messenger.com"})
_NOT_NAMES: Final = frozenset(
    {
        "addstickers",
        "chat",
        "dialog",
        "discover",
        "events",
        "g",
        "groups",
        "hashtag",
        "help",
        "iv",
        "joinchat",
        "login",
        "login.php",
        "marketplace",
        "msg",
        "music",
        "oa",
        "pages",
        "people",
        "permalink.php",
        "photo.php",
        "plugins",
        "policies",
        "privacy",
        "profile.php",
        "proxy",
        "reel",
        "reels",
        "s",
        "share",
        "sharer",
        "sharer.php",
        "socks",
        "story.php",
        "tag",
        "video",
        "videos",
        "watch",
    }
)


def scan(text: str) -> Iterator[Find]:
    """Every handle with `@`, bot, and trading server."""
    if "@" in text:
        yield from _at_handles(text)
    if "▮▮▮" in text:
        for found in _BOT_ID.finditer(text):
            value = found[0].partition(":")[0]
            yield _find("telegram-bot", value, found.start(), value, Sureness.SURE, "bot-token")
    yield from _servers(text)


def _find(type_: str, raw: str, start: int, value: str, sureness: Sureness, why: str) -> Find:
    return Find(
        type=type_,
        start=start,
        end=start + len(raw),
        raw=raw,
        value=value,
        key=value.casefold(),
        shown=value,
        sureness=sureness,
        why=why,
    )


def _at_handles(text: str) -> Iterator[Find]:
    for found in _HANDLE.finditer(text):
        name = found[1].rstrip(".")
        label = labels.before(text, found.start())
        raw = f"@{name}"
        if label in {"tiktok", "facebook", "zalo"}:
            yield _find(label, raw, found.start(), name, Sureness.SURE, "label")
        elif _TELEGRAM.fullmatch(name) and len(name) >= 5:
            sure = label == "telegram"
            type_ = "telegram-bot" if name.lower().endswith("bot") else "telegram"
            yield _find(
                type_,
                raw,
                found.start(),
                name,
                Sureness.SURE if sure else Sureness.POSSIBLE,
                "label" if sure else "form",
            )


def _servers(text: str) -> Iterator[Find]:
    for found in _SERVER.finditer(text):
        broker = _BROKER.search(text, max(0, found.start() - 41), found.start())
        if broker is None or text[broker.start() - 1 : broker.start()].isalnum():
            continue
        if "trading" not in labels.near(text, broker.start(), found.end()):
            continue
        raw = f"{broker[0]}{found[0]}"
        yield _find("mt-server", raw, broker.start(), raw, Sureness.SURE, "label")


def of_url(url: str) -> tuple[str, str] | None:
    """The platform's type and the account that a link leads to; None where it leads to no account."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.").removeprefix("vi-vn.").removeprefix("web.")
    path = [piece for piece in parts.path.split("/") if piece]
    if host in _TELEGRAM_HOSTS:
        return _telegram(path)
    if host == "zalo.me" or host.endswith(".zalo.me"):
        return _zalo(path)
    if host in _FACEBOOK_HOSTS or (host == "" and parts.hostname == "m.me"):
        return _facebook(path, parts.query)
    if host == "tiktok.com" and path and path[0].startswith("@") and (name := _TIKTOK.fullmatch(path[0])):
        return "tiktok", name[1]
    return None


def _telegram(path: list[str]) -> tuple[str, str] | None:
    if path and path[0] == "s":
        path = path[1:]
    if not path:
        return None
    name = path[0]
    if name.startswith("+") or name == "joinchat":  # an invitation: the secret of a group is its only name
        invitation = name if name.startswith("+") else "".join(path[1:2])
        return ("telegram", invitation) if invitation else None
    if name == "c" and len(path) > 1 and path[1].isdigit():
        return "telegram", path[1]
    if not _TELEGRAM.fullmatch(name) or name in _NOT_NAMES:
        return None
    return ("telegram-bot" if name.lower().endswith("bot") else "telegram"), name


def _zalo(path: list[str]) -> tuple[str, str] | None:
    names = [piece for piece in path if piece not in {"g", "pc", "oa", "chat"}]
    if not names:
        return None
    if re.fullmatch(r"\+?[0-9]{9,12}", names[0]):
        try:
            return "zalo", contact.parse_phone(names[0] if names[0][0] in "0+" else f"+{names[0]}").e164
        except Refused:
            return "zalo", names[0]
    return ("zalo", names[0]) if re.fullmatch(r"[A-Za-z0-9_.-]{4,40}", names[0]) else None


def _facebook(path: list[str], query: str) -> tuple[str, str] | None:
    if path and path[0] in {"profile.php", "people"}:
        numbers = [*parse_qs(query[:500]).get("id", []), *path[1:]]
        return next((("facebook", number) for number in numbers if _NUMERIC.fullmatch(number)), None)
    if len(path) > 1 and path[0] in {"groups", "pages", "p"}:
        return ("facebook", path[-1]) if _VANITY.fullmatch(path[-1]) or _NUMERIC.fullmatch(path[-1]) else None
    if not path or path[0] in _NOT_NAMES:
        return None
    return ("facebook", path[0]) if _VANITY.fullmatch(path[0]) or _NUMERIC.fullmatch(path[0]) else None
