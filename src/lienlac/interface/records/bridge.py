"""Cases as programs begin them from another thing: what would be taken over, a new case, one it is added to."""

from __future__ import annotations

from typing import Annotated

import msgspec

from lienlac import limits
from lienlac.interface.parts import Given, Line, Text, Told
from lienlac.interface.records.shared import RecordLine, RecordMarks

Take = Annotated[tuple[Line, ...], msgspec.Meta(max_length=limits.CASE_OFFERED_MAX)]
"""Keys of what is taken over, of those that were offered."""


class CaseOffered(Told, frozen=True, kw_only=True):
    """One entity that can be taken over. `key` names it; `preset`: whether a page ticks it beforehand."""

    key: str
    kind: str
    name: str
    role: str
    identifier: str
    found_as: str
    preset: bool


class CaseOffer(Told, frozen=True, kw_only=True):
    """A thing and what of it can be taken over. `seen` goes back with what is taken: it stands for this very list.

    A case may be marked no looser than `tlp` and `pap`. `purposes` are those for which it may be used, `only` the nodes
    that may get what it says; null is any. `restricted`: not everybody here may see it. `cases` name it already.
    """

    kind: str
    id: str
    reference: str
    title_vi: str
    title_en: str
    purpose: str
    legal_basis: str
    legal_basis_text: str
    typology: str
    drill: bool
    tlp: str
    pap: str
    purposes: list[str] | None
    only: list[str] | None
    restricted: bool
    entities: list[CaseOffered]
    cases: list[RecordLine]
    seen: str


class CaseBeginning(Given, frozen=True, kw_only=True):
    """A new case that goes on from a thing. Kind of crime, and whether it is a drill, are those of the thing."""

    title_vi: Line
    title_en: Line
    purpose: Line
    legal_basis: Line
    legal_basis_text: Text = ""
    marks: RecordMarks = RecordMarks()
    take: Take = ()
    seen: Line


class CaseAdding(Given, frozen=True, kw_only=True):
    """Into which case a thing goes, and what of it."""

    into: Line
    marks: RecordMarks = RecordMarks()
    take: Take = ()
    seen: Line


class CaseGoesOn(Told, frozen=True, kw_only=True):
    """The case; how many entries are new in it, how many entities stood there already, how many releases wait."""

    record: RecordLine
    stated: int
    stood: int
    waits: int
