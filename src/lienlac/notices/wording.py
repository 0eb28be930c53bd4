"""A notice in words: subject, text and the JSON of a webhook, in the reader's language.

Pure. Everything that is filled in comes from our own lists, from the notice's patterned fields, or from the node's own
settings; a line that came from a person (the node's name) is flattened before it stands in a header.
"""

from __future__ import annotations

import functools
import json
import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any

from lienlac.notices.notice import About

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from lienlac.errors import Language
    from lienlac.notices.notice import Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What a notice says of the node that sends it. `url` is the address that officers type, without a slash."""

    node_id: str
    name_vi: str
    name_en: str
    url: str

    def name(self, language: Language) -> str:
        """The node's name on one line."""
        return one_line(self.name_vi if language == "vi" else self.name_en)


@functools.cache
def table() -> Mapping[str, Mapping[str, list[str]]]:
    """Every sentence, read once."""
    text = resources.files("lienlac.notices").joinpath("words.toml").read_text(encoding="utf-8")
    found: Mapping[str, Any] = tomllib.loads(text)
    return found


def subject(notice: Notice, language: Language) -> str:
    """One line: a drill says so first."""
    places = {
        "urgency": _say("urgency", notice.urgency, language),
        "a_kind": kind_word(notice.kind, language),
        "percent": notice.percent,
    }
    line = _say("subject", notice.about.value, language).format_map(places)
    line = line[0].upper() + line[1:]
    parts = [_say("say", "drill", language)] if notice.drill else []
    parts += [line, *([notice.reference] if notice.reference else [])]
    return one_line(" - ".join(parts))  # plain letters: some programs show encoded ones badly


def text(notice: Notice, house: House, language: Language) -> str:
    """The whole message in plain text."""
    lines = [_say("say", "drill-body", language), ""] if notice.drill else []
    lines.append(_say("body", notice.about.value, language).format_map({"proof": notice.proof}))
    if notice.reference:
        lines.append(_say("say", "reference", language).format_map({"reference": notice.reference}))
    lines += ["", f"{house.url}{notice.path}", ""]
    lines.append(_say("say", "foot", language).format_map({"node": house.name(language)}))
    return "\n".join(lines) + "\n"


def payload(notice: Notice, house: House, at: datetime) -> bytes:
    """What a webhook gets: codes for programs, and a subject in both languages for people."""
    body: dict[str, Any] = {
        "type": f"lienlac.{notice.about.value}",
        "id": notice.id,
        "timestamp": at.isoformat(),
        "node": house.node_id,
        "urgency": notice.urgency,
        "kind": notice.kind,
        "reference": notice.reference,
        "percent": notice.percent,
        "drill": notice.drill,
        "link": f"{house.url}{notice.path}",
        "subject": {"en": subject(notice, "en"), "vi": subject(notice, "vi")},
    }
    if notice.about is About.CHANNEL_TEST:
        body["proof"] = notice.proof
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def kind_word(kind: str, language: Language) -> str:
    """A kind of request with its article; a kind without a word of its own is "a request"."""
    return _say("kind", kind if kind in table()["kind"] else "", language)


def one_line(text: str) -> str:
    """Text that cannot break out of a header or a subject: control characters and line ends become spaces."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _say(section: str, name: str, language: Language) -> str:
    return table()[section][name][1 if language == "vi" else 0]
