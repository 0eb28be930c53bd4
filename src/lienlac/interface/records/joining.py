"""Cases as programs see them, beside what every shared record says: one goes on in another, one is split off."""

from __future__ import annotations

from typing import Annotated

import msgspec

from lienlac import limits
from lienlac.interface.parts import Given, Line, Text, Told
from lienlac.interface.records.shared import RecordLine, RecordMarks, RecordSaid


class CaseMerging(Given, frozen=True, kw_only=True):
    """In which case this one goes on, and with what our part is closed."""

    into: Line
    closing: RecordSaid


class CaseSplitting(Given, frozen=True, kw_only=True):
    """A new case of these elements of ours. Kind of crime, and whether it is a drill, are those of the first case."""

    title_vi: Line
    title_en: Line
    purpose: Line
    legal_basis: Line
    legal_basis_text: Text = ""
    marks: RecordMarks = RecordMarks()
    elements: Annotated[tuple[Line, ...], msgspec.Meta(min_length=1, max_length=limits.CASE_CARRIED_MAX)]


class CaseJoined(Told, frozen=True, kw_only=True):
    """The case that goes on, how many of our elements it holds of the other one, how many releases wait."""

    record: RecordLine
    carried: int
    waits: int
