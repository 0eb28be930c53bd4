"""Taking reports in, as programs see it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from lienlac import limits
from lienlac.interface.parts import Given, Line, Names, Told

Numbers = Annotated[tuple[Annotated[int, msgspec.Meta(ge=0)], ...], msgspec.Meta(max_length=limits.FINDING_MAX_FINDS)]
Number = Annotated[str, msgspec.Meta(pattern="^[0-9]{1,5}$")]


class IntakeText(Given, frozen=True, kw_only=True):
    """A text to read in. `label` says where it comes from."""

    text: Annotated[str, msgspec.Meta(max_length=limits.INTAKE_TEXT_MAX_CHARS)]
    label: Line = ""


class IntakeConfirmed(Given, frozen=True, kw_only=True):
    """Which finds hold (`keep`, by number), and what the report is called, where it goes and how it is marked.

    `banks`: for account numbers without a bank, by number, its name, code or BIN.
    """

    title: Line
    collection: Line
    keep: Numbers
    banks: Annotated[dict[Number, Line], msgspec.Meta(max_length=limits.LIST_MAX_ITEMS)] = {}
    typologies: Names = ()
    tlp: Line = "amber"
    pap: Line = "clear"
    handling: Names = ("h0",)
    grade_4x4: Line = ""
    language: Literal["vi", "en"] = "vi"


class Found(Told, frozen=True, kw_only=True):
    """One identifier in the stripped text. `why` and `notes` are codes; `makes`: it becomes an object of its own."""

    number: int
    type: str
    start: int
    end: int
    value: str
    shown: str
    sureness: Literal["sure", "likely", "possible"]
    why: str
    notes: list[str]
    makes: bool


class Proposed(Told, frozen=True, kw_only=True):
    """A report that waits. `removed` counts what was cut out; `notes` say what was left; `more`: not all is listed."""

    id: str
    label: str
    at: datetime
    digest: str
    text: str
    removed: dict[str, int]
    notes: list[str]
    more: bool
    finds: list[Found]


class TakenObject(Told, frozen=True, kw_only=True):
    """One object: stored as new, known already, or held in quarantine (`code` says why)."""

    id: str
    type: str
    state: Literal["new", "same", "held"]
    code: str


class Taken(Told, frozen=True, kw_only=True):
    """What became of a report."""

    report: str
    objects: list[TakenObject]
