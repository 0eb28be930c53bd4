"""What a document says: title, marks, and blocks of facts, text, tables and a verification code. Pure values.

The one form in which a slice hands over what is to be printed; how it looks is the template's business. Whatever is
said in both languages is a `Both`; what somebody wrote is a plain text and stays in the language they wrote. Nothing
here is ever markup: the template reads these values as data.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime  # noqa: TC003  # read by msgspec at run time
from typing import Final, Literal
from zoneinfo import ZoneInfo

import msgspec

from lienlac.errors import Language  # noqa: TC001  # read by msgspec at run time


class Both(msgspec.Struct, frozen=True):
    """The same in Vietnamese and in English."""

    vi: str
    en: str


Say = Callable[[str], Both]
"""A msgid in both languages."""
Style = Literal["plain", "strong", "mono", "small"]


class Line(msgspec.Struct, frozen=True):
    """One thing said of a fact or in a cell. `mono` is for what is compared letter by letter."""

    text: str | Both
    style: Style = "plain"


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One fact: its label, what is said, facts inside it (each group apart), and what other forms call it."""

    label: Both
    lines: tuple[Line, ...] = ()
    inside: tuple[tuple[Row, ...], ...] = ()
    note: str = ""


class Heading(msgspec.Struct, frozen=True, tag_field="block", tag="heading"):
    """Begins a part. Level 2 stands within level 1; `code` is the verification code of what follows."""

    text: Both
    level: Literal[1, 2] = 1
    code: str = ""


class Facts(msgspec.Struct, frozen=True, tag_field="block", tag="facts"):
    """Labels and what is said of them."""

    rows: tuple[Row, ...]


class Paragraph(msgspec.Struct, frozen=True, tag_field="block", tag="paragraph"):
    """A sentence of the node's own."""

    text: str | Both
    tone: Literal["plain", "muted", "warn"] = "plain"


class Column(msgspec.Struct, frozen=True):
    """A column's head and its share of the width."""

    label: Both
    share: int = 1


class Table(msgspec.Struct, frozen=True, tag_field="block", tag="table"):
    """Rows under heads; each cell is one or more lines."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[tuple[Line, ...], ...], ...]


class NewPage(msgspec.Struct, frozen=True, tag_field="block", tag="new-page"):
    """What follows begins on a page of its own."""


Block = Heading | Facts | Paragraph | Table | NewPage


class Marks(msgspec.Struct, frozen=True, kw_only=True):
    """Handling marks as they stand at the head and foot of every page."""

    tlp: str
    """The code of TLP 2.0, which has a colour."""
    others: tuple[str, ...] = ()
    """PAP and handling codes, as they are written."""


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """One document. `at` is the instant it speaks of, never that of printing: the same says the same for ever.

    `lead`: the language that stands first. `code` and `digest` lead from the paper to the log;
    `big`: in large type, for people who read it from a wall.
    """

    title: Both
    kind: Both
    reference: str
    issuer: Both
    marks: Marks
    at: datetime
    lead: Language = "vi"
    drill: bool = False
    code: str = ""
    digest: str = ""
    big: bool = False
    blocks: tuple[Block, ...] = ()


ZONES: Final = (("Asia/Ho_Chi_Minh", "Hanoi"), ("America/New_York", "Washington"), ("UTC", "UTC"))
"""The clocks on which both desks and everybody else read an instant; names are msgids of the screens'."""


def three_times(at: datetime, say: Say, *, short: bool = False) -> tuple[str, ...]:
    """One instant on three clocks, to the second and with the distance from UTC, or `short` to the minute."""
    said = []
    for zone, name in ZONES:
        local, both = at.astimezone(ZoneInfo(zone)), say(name)
        place = both.vi if both.vi == both.en else f"{both.vi} / {both.en}"
        offset = "" if short or zone == "UTC" else f" (UTC{local:%z}"[:-2] + ")"
        said.append(f"{local:%d/%m/%Y %H:%M}{'' if short else f'{local::%S}'} {place}{offset}")
    return tuple(said)


def at_three_times(at: datetime, say: Say) -> tuple[Line, ...]:
    """The same as lines: the first as any fact, the others smaller."""
    first, *others = three_times(at, say)
    return (Line(first), *(Line(other, "small") for other in others))
