"""A channel as JSON: for programs, and as the record that outlives it (later a case begins with it).

Pure. The record holds every message with its digest, so that a line of it can be proved from the log.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from lienlac.emergencies.lifecycle import Side
from lienlac.emergencies.views import timeline
from lienlac.interface import emergencies as shapes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lienlac.emergencies.emergency import Emergency, Fact
    from lienlac.emergencies.shown import Linked, Shown
    from lienlac.emergencies.store.lines import Line

FORMAT: Final = "lienlac-emergency/1"


def line_view(line: Line) -> shapes.EmergencyLine:
    """One line of a list."""
    return shapes.EmergencyLine(
        id=line.emergency_id,
        reference=line.reference,
        direction=line.direction,
        peer=line.peer,
        title_vi=line.title_vi,
        title_en=line.title_en,
        typology=line.typology,
        severity=line.severity.value,
        lives_in_danger=line.lives_in_danger,
        drill=line.drill,
        state=line.state.value,
        due_at=line.due_at,
        due_clock=line.due_clock,
        opened_at=line.opened_at,
        updated_at=line.updated_at,
        messages=line.messages,
    )


def shown_view(shown: Shown, node_id: str) -> shapes.Emergency:
    """One channel with everything that this officer may see and do."""
    return shapes.Emergency(
        record=record_of(shown.emergency, shown.linked),
        direction="out" if shown.side is Side.OPENER else "in",
        peer=shown.emergency.other(node_id),
        steps=[step.value for step in shown.steps],
        here=shown.own_seat is not None,
        handed_to_me=shown.handed,
        clocks=[
            shapes.EmergencyClock(
                clock=due.clock.value,
                started_at=due.started_at,
                due_at=due.due_at,
                stopped_at=due.stopped_at,
                runs=due.runs,
            )
            for due in shown.dues
        ],
        notices=[
            shapes.EmergencyNotice(at=one.at, code=one.code, clock=one.clock, percent=one.percent)
            for one in shown.notices
        ],
    )


def record_of(emergency: Emergency, linked: Sequence[Linked]) -> shapes.EmergencyRecord:
    """The channel itself, the same on both sides but for what each has received so far."""
    header = emergency.opening.header
    return shapes.EmergencyRecord(
        format=FORMAT,
        id=emergency.id,
        reference=emergency.reference,
        opener=emergency.opener,
        answerer=emergency.answerer,
        state=emergency.state.value,
        severity=timeline.severity(emergency).value,
        lives_in_danger=timeline.lives_in_danger(emergency),
        drill=emergency.body.drill,
        purpose=header.purpose,
        legal_basis=header.legal_basis,
        legal_basis_text=header.legal_basis_text,
        typology=header.typology,
        marks=_plain(header.marks),
        opening=_plain(emergency.body),
        sides={side.value: _side(emergency, side) for side in Side},
        timeline=[_item(item) for item in timeline.items(emergency)],
        requests=[
            shapes.EmergencyRequest(id=one.request_id, reference=one.reference, kind=one.kind, state=str(one.state))
            for one in linked
        ],
        messages=[_message(fact) for fact in _in_order(emergency.facts)],
    )


def _side(emergency: Emergency, side: Side) -> shapes.EmergencySide:
    seen, promised = timeline.view(emergency, side), timeline.promise(emergency, side)
    summary = None if seen.summary is None else timeline.summary_text(seen.summary)
    return shapes.EmergencySide(
        node=emergency.node_of(side),
        column=emergency.columns[side].value,
        summary=None if summary is None else _plain(summary),
        severity=None if seen.severity is None else seen.severity.value,
        next_update_at=None if promised is None else promised.at,
        here=[
            shapes.EmergencySeat(
                name=seat.officer.name, unit=seat.officer.unit, phone=seat.officer.phone, since=seat.since
            )
            for seat in timeline.seats(emergency, side)
        ],
        handed_to=[one.body.to.name for one in timeline.handings(emergency, side)],
    )


def _item(item: timeline.Item) -> shapes.EmergencyItem:
    present = item.present
    return shapes.EmergencyItem(
        id=item.fact.id,
        step=item.fact.step.value,
        sender=item.fact.header.sender,
        at=item.at,
        tlp=present.header.marks.tlp.value,
        body=_plain(present.body),
        corrected=len(item.corrections),
        retracted=None if item.retraction is None else item.retraction.body.reason,
        void=item.void,
    )


def _message(fact: Fact) -> shapes.EmergencyMessage:
    return shapes.EmergencyMessage(
        id=fact.id,
        digest=fact.digest,
        kind=fact.header.kind,
        sender=fact.header.sender,
        sequence=fact.header.sequence,
        sent_at=fact.header.sent_at,
        received_at=fact.received_at,
        standing=fact.standing.name.lower().replace("_", "-"),
        code=fact.code,
        marks=_plain(fact.header.marks),
        body=_plain(fact.body),
    )


def _plain(struct: msgspec.Struct) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(struct)
    return plain


def _in_order(facts: Mapping[str, Fact]) -> list[Fact]:
    def place(fact: Fact) -> tuple[Any, ...]:
        return fact.header.sent_at, fact.header.sender, fact.header.sequence, fact.id

    return sorted(facts.values(), key=place)
