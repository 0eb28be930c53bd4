"""What calls about shared records have in common: words and marks out of bodies, and the answer to an act."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from litestar import Response

from lienlac import clock
from lienlac.errors import NotAllowed, Refused
from lienlac.interface.approvals import ApprovalLine
from lienlac.interface.records import shared as shapes
from lienlac.people import accounts
from lienlac.ui.page import Ask
from lienlac.ui.releases.view import release_view
from lienlac.ui.shared.api.view import fact_view, line_view
from lienlac.ui.shared.pages.opening import opening_of
from lienlac.wire.message import Handling, Marks, Pap, Tlp

if TYPE_CHECKING:
    from datetime import datetime

    from lienlac.records.shared.desk import Opening, Shared
    from lienlac.records.shared.outcome import Outcome

Answer = Response[bytes]


def word_of(shared: Shared, word: dict[str, Any], wanted: Any = None) -> msgspec.Struct:
    """A word of this subject. Raises `Refused("word-invalid")` with the place of the mistake."""
    try:
        found: msgspec.Struct = msgspec.convert(word, wanted or shared.shape.words, strict=False)
    except msgspec.ValidationError as error:
        raise Refused("word-invalid", field="word", reason=str(error)) from error
    return found


def marks_of(given: shapes.RecordMarks) -> Marks:
    """Raises `Refused("choice-unknown")`."""
    try:
        return Marks(
            tlp=Tlp(given.tlp),
            pap=Pap(given.pap),
            handling=tuple(Handling(one) for one in given.handling),
            handling_text=given.handling_text,
        )
    except ValueError as error:
        raise Refused("choice-unknown", field="marks") from error


def opening_given(shared: Shared, given: shapes.RecordOpening, top: Any) -> Opening:
    """What a new record begins with; `top` is the type of the word that says what it is. Raises `Refused`."""
    fields = {
        "purpose": given.purpose,
        "legal_basis": given.legal_basis,
        "legal_basis_text": given.legal_basis_text,
        "typology": given.typology,
        "drill": "yes" if given.drill else "",
    }
    return opening_of(fields.__getitem__, word_of(shared, given.top, top), marks_of(given.marks))


def cursor_of(text: str) -> tuple[datetime, str] | None:
    """Where a page of a list begins. Raises `Refused("cursor-invalid")`."""
    if not text:
        return None
    at, _, name = text.partition(".")
    if not (at.isascii() and at.isdigit() and len(at) < 17):
        raise Refused("cursor-invalid", field="cursor")
    return clock.from_us(int(at)), name[:40]


def done(ask: Ask, shared: Shared, outcome: Outcome) -> Answer:
    """What was stated, and what waits for a second officer."""
    releases = shared.releases
    with ask.database.read() as connection:
        names = accounts.names(connection)
    try:
        lines: list[Any] = [release_view(one, releases.steps(one, ask.officer), names) for one in outcome.waits]
    except NotAllowed:
        lines = []
    told = shapes.RecordDone(
        record=line_view(outcome.line),
        facts=[fact_view(one) for one in outcome.statements],
        waits=[msgspec.convert(line, ApprovalLine) for line in lines],
    )
    return ask.json(told, status=201)
