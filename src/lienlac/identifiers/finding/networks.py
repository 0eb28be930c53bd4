"""Addresses on networks: URLs, domains, e-mail, IPv6, app packages; defanged forms too, and names that deceive the eye.

A bare name with points is a domain only when its end is a public suffix (the list is carried along, no network is
asked). A link to somebody on a platform becomes that account (`handles`).
"""

from __future__ import annotations

import functools
import ipaddress
import re
import unicodedata
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from lienlac import limits
from lienlac.errors import Refused
from lienlac.identifiers import contact
from lienlac.identifiers.finding import handles
from lienlac.identifiers.finding.found import Find, Sureness, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_DOT: Final = r"(?:\.|\s?[\[({]\s?(?:\.|dot)\s?[\])}]\s?)"
_HOST_TAIL: Final = rf"(?:{_DOT}[^\W_][\w-]{{0,62}}+){{1,8}}+"
_URL: Final = re.compile(
    r"[hH](?<![^\W_].)(?:tt|xx|TT|XX|\*\*)[pP][sS]?(?:\[:\]|:)(?:\[//\]|//)"
    rf"(?:[^\W_][\w-]{{0,62}}+{_HOST_TAIL}|\[?[0-9a-fA-F:.]{{3,45}}+\]?)[^\s\"'<>“”|]{{0,1990}}+"
)
_HOST: Final = re.compile(
    rf"[^\W_](?<![\w@/:=.-].)[\w-]{{0,62}}+{_HOST_TAIL}(?![\w@])(?::[0-9]{{1,5}})?(?:/[^\s\"'<>“”|]{{0,500}}+)?",
)
_POINT: Final = re.compile(r"[.\[({](?:(?<=\.)(?=[^\W_])|(?<!\.)\s?(?:\.|dot)\s?[\])}])")
"""A point inside a word, or a defanged one: what every bare domain has, and prose has not."""
_MAIL_HOST: Final = re.compile(rf"[^\W_][\w-]{{0,62}}+{_HOST_TAIL}")
_AT: Final = re.compile(r"[@\[(](?:(?<=@)|(?:@|at)[\])])", re.IGNORECASE)
_LOCAL_END: Final = re.compile(r"[A-Za-z0-9!#$%&*+/=?^_{|}~.-]{1,64}\Z")
_COLONS: Final = re.compile(r":[0-9a-fA-F]{0,4}:")
_HEX_COLON: Final = frozenset("0123456789abcdefABCDEF:")
_PACKAGE: Final = re.compile(r"(?:com|vn|org|net|io|cn|th|id|sg|app|dev|me)(?:\.[a-z][a-z0-9_]{1,40}){2,5}")
_FILES: Final = frozenset({"zip", "mov", "py", "sh", "pl", "rs", "md", "ps", "ai", "so"})
"""Ends that are public suffixes and much oftener ends of file names: only a link proves them."""
_LATIN_LOOKALIKES: Final = frozenset("асеорхуіјѕԁԛԝһкмнтвАСЕОРХІЈЅКМНТВαορνκι")
_TRAILING: Final = ".,;:!?…'*"
_CLOSING: Final = {")": "(", "]": "[", "}": "{"}


def scan(text: str) -> Iterator[Find]:
    """Every address of a network."""
    if "://" in text or "[:" in text or "[//" in text:
        yield from _urls(text)
    yield from _mails(text)
    yield from _hosts(text)
    yield from _ipv6(text)


def _trimmed(raw: str) -> str:
    """Without the punctuation of the sentence round it."""
    while raw:
        last = raw[-1]
        opening = _CLOSING.get(last)
        if last in _TRAILING or (opening is not None and raw.count(opening) < raw.count(last)):
            raw = raw[:-1]
            continue
        break
    return raw


def _urls(text: str) -> Iterator[Find]:
    for found in _URL.finditer(text):
        raw = _trimmed(found[0])
        try:
            value = contact.parse_url(_refanged(raw))
        except Refused:
            continue
        yield _link(raw, found.start(), value, Sureness.SURE, "form")


def _refanged(raw: str) -> str:
    return re.sub(r"\s", "", contact.refang(re.sub(r"\s?[\[({]\s?(?:\.|dot)\s?[\])}]\s?", ".", raw)))


def _link(raw: str, start: int, value: str, sureness: Sureness, why: str, notes: tuple[str, ...] = ()) -> Find:
    """A URL, or the account on a platform that it leads to."""
    account = handles.of_url(value)
    if account is not None:
        type_, handle = account
        return Find(
            type=type_,
            start=start,
            end=start + len(raw),
            raw=raw,
            value=handle,
            key=handle.casefold(),
            shown=handle,
            sureness=Sureness.SURE,
            why="link",
        )
    host = urlsplit(value).hostname or ""
    return _find("url", raw, start, value, sureness, why, (*notes, *deceptions(host)))


def _find(
    type_: str, raw: str, start: int, value: str, sureness: Sureness, why: str, notes: tuple[str, ...] = ()
) -> Find:
    return Find(
        type=type_,
        start=start,
        end=start + len(raw),
        raw=raw,
        value=value,
        key=value,
        shown=shown(type_, value),
        sureness=sureness,
        why=why,
        notes=notes,
    )


def _mails(text: str) -> Iterator[Find]:
    for at in _AT.finditer(text):
        left, right = at.start(), at.end()
        if at[0] != "@":
            left -= text[left - 1 : left] == " "
            right += text[right : right + 1] == " "
        local = _LOCAL_END.search(text, max(0, left - 64), left)
        host = _MAIL_HOST.match(text, right)
        if local is None or host is None:
            continue
        raw = text[local.start() : host.end()]
        try:
            value = contact.parse_email(f"{local[0].lstrip('.')}@{_refanged(host[0])}")
        except Refused:
            continue
        domain = value.rpartition("@")[2]
        if not suffix_of(domain):
            continue
        yield _find("email", raw, local.start(), value, Sureness.SURE, "form", deceptions(domain))


def _hosts(text: str) -> Iterator[Find]:
    done = 0
    for point in _POINT.finditer(text):
        if point.start() < done:
            continue
        start = _word_before(text, point.start(), done)
        found = _HOST.match(text, start)
        if found is None:
            continue
        done = found.end()
        raw = _trimmed(found[0])
        plain = _refanged(raw)
        if "." not in plain:
            continue
        host, slash, _path = plain.partition("/")
        host = host.partition(":")[0]
        if "_" not in host.rpartition(".")[2] and _PACKAGE.fullmatch(host) and not slash:
            yield _find("app-package", raw, found.start(), host, Sureness.LIKELY, "form")
            continue
        defanged = raw.partition("/")[0] != plain.partition("/")[0]
        if not (defanged or host.lower().startswith("www.")) and not _plausible(host, path=bool(slash)):
            continue
        one = _host_find(raw, found.start(), plain, host, path=bool(slash), sure=defanged)
        if one is not None:
            yield one


def _word_before(text: str, end: int, lowest: int) -> int:
    """Where the word that ends at a place begins; a space before a bracketed point is passed over."""
    start = end - (text[end] != "." and text[end - 1 : end] == " ")
    lowest = max(lowest, start - 63)
    while start > lowest and (text[start - 1].isalnum() or text[start - 1] in "-_"):
        start -= 1
    return start


def _host_find(raw: str, start: int, plain: str, host: str, *, path: bool, sure: bool) -> Find | None:
    try:
        value = contact.parse_domain(host)
        if path:
            return _link(
                raw, start, contact.parse_url(f"https://{plain}"), Sureness.LIKELY, "suffix", ("scheme-assumed",)
            )
    except Refused:
        return _ipv4(raw, start, host) if sure else None
    sureness = Sureness.SURE if sure or host.lower().startswith("www.") else Sureness.LIKELY
    return _find("domain", raw, start, value, sureness, "defanged" if sure else "suffix", deceptions(value))


def _ipv4(raw: str, start: int, host: str) -> Find | None:
    """Whoever defangs an address meant one."""
    try:
        address = ipaddress.IPv4Address(host)
    except ValueError:
        return None
    notes = ("private-address",) if address.is_private else ()
    return _find("ip", raw, start, str(address), Sureness.SURE, "defanged", notes)


def _plausible(host: str, *, path: bool) -> bool:
    """Whether a bare name with points is rather a domain than two sentences without a space between, or a file."""
    labels = host.split(".")
    end = labels[-1]
    if end != end.lower() and host != host.upper():
        return False
    if not end.isascii() or len(end) < 2 or (end in _FILES and not path) or end.isdigit():
        return False
    if not host.isascii() and not _foreign_letters(host) and end not in {"vn", "com", "net", "org"}:
        return False
    short = len(labels) == 2 and len(labels[0]) < 3 and not any(letter.isdigit() for letter in labels[0])
    return not (short and not path and end not in {"com", "net", "vn", "org", "me", "io"}) and bool(suffix_of(host))


def suffix_of(host: str) -> str:
    """The public suffix of a name; empty where it has none or is nothing but one."""
    parts = _suffixes()(host)
    return parts.suffix if parts.domain else ""


@functools.cache
def _suffixes() -> Callable[[str], Any]:
    # The list weighs a few megabytes; the first text that is read brings it, not the node's start.
    import tldextract

    extract = tldextract.TLDExtract(cache_dir=None, suffix_list_urls=(), include_psl_private_domains=False)
    return functools.lru_cache(maxsize=limits.FINDING_SUFFIXES_KEPT)(extract.extract_str)


def deceptions(host: str) -> tuple[str, ...]:
    """Codes of how a domain may deceive: written in punycode, or with letters that look like others."""
    name = host
    if "xn--" in host:
        try:
            name = host.encode("ascii").decode("idna")
        except UnicodeError:
            return ("punycode",)
    notes = ("punycode",) if "xn--" in host else ()
    deceiving = any(_mixed(label) or _all_lookalike(label) for label in name.split("."))
    return (*notes, "homograph") if deceiving else notes


def _scripts(label: str) -> set[str]:
    return {unicodedata.name(letter, "?").partition(" ")[0] for letter in label if letter.isalpha()}


def _mixed(label: str) -> bool:
    return len(_scripts(label)) > 1 and bool(_scripts(label) & {"LATIN", "CYRILLIC", "GREEK"})


def _all_lookalike(label: str) -> bool:
    letters = [letter for letter in label if letter.isalpha()]
    return bool(letters) and all(letter in _LATIN_LOOKALIKES for letter in letters)


def _foreign_letters(host: str) -> bool:
    return any(script not in {"LATIN", "?"} for label in host.split(".") for script in _scripts(label))


def _ipv6(text: str) -> Iterator[Find]:
    done = 0
    for trigger in _COLONS.finditer(text):
        left, right = trigger.span()
        if left < done:
            continue
        while left > 0 and text[left - 1] in _HEX_COLON and trigger.start() - left < 40:
            left -= 1
        while right < len(text) and text[right] in _HEX_COLON and right - trigger.end() < 40:
            right += 1
        done = right
        raw = text[left:right].rstrip(":") if text[left:right].count("::") == 0 else text[left:right]
        if (left and (text[left - 1].isalnum() or text[left - 1] in "[.")) or len(raw) < 6:
            continue
        try:
            address = ipaddress.IPv6Address(raw)
        except ValueError:
            continue
        yield _find("ip", raw, left, str(address), Sureness.LIKELY, "form")
