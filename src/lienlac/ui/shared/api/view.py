"""Records, elements and facts as programs see them. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from lienlac.interface.records import shared as shapes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lienlac.records.shared.fold import Element, Statement
    from lienlac.records.shared.private.store import Note
    from lienlac.records.shared.reading.desk import Room
    from lienlac.records.shared.shape import Shape
    from lienlac.records.shared.store.lines import Line


def line_view(line: Line) -> shapes.RecordLine:
    """A record in a list."""
    return shapes.RecordLine(
        id=line.id,
        reference=line.reference,
        host=line.host,
        title_vi=line.title_vi,
        title_en=line.title_en,
        state=line.state,
        part=line.part.value,
        typology=line.typology or "",
        drill=line.drill,
        restricted=line.restricted,
        unseen=line.unseen,
        opened_at=line.opened_at,
        changed_at=line.changed_at,
    )


def fact_view(one: Statement, ways: Mapping[str, tuple[Any, str | None]] | None = None) -> shapes.RecordFact:
    """One fact."""
    return shapes.RecordFact(
        id=one.id,
        element=one.element,
        kind=one.kind,
        author=one.author,
        version=one.version,
        position=one.position,
        stated_at=one.stated.at,
        known_at=one.known_at,
        officer=one.stated.officer.name,
        unit=one.stated.officer.unit,
        tlp=one.marks.tlp.value,
        pap=one.marks.pap.value,
        word=None if one.says is None else msgspec.to_builtins(one.says),
        reason=one.stated.reason,
        audience=None if one.audience is None else sorted(one.audience),
        ways={peer: way[0].name.lower().replace("_", "-") for peer, way in (ways or {}).items()},
    )


def element_view(shape: Shape, element: Element) -> shapes.RecordElement:
    """One element as it is now."""
    glance = shape.look(element)
    return shapes.RecordElement(
        id=element.id,
        kind=element.kind,
        line=glance.line,
        state=glance.state,
        gone=element.gone,
        columns=[fact_view(one) for one in element.columns.values()],
    )


def room_view(shape: Shape, room: Room) -> shapes.RecordRoom:
    """A record on entering."""
    counts: dict[str, int] = {}
    for (kind, _state), many in room.counts.items():
        counts[kind] = counts.get(kind, 0) + many
    members = [
        shapes.RecordMember(
            node=one.node,
            part=one.part.value,
            invitation=one.invitation,
            text=one.text,
            ways={way.name.lower().replace("_", "-"): many for way, many in room.ways.get(one.node, {}).items()},
        )
        for one in room.members
    ]
    return shapes.RecordRoom(
        record=line_view(room.line),
        top=None if room.top is None else element_view(shape, room.top),
        members=members,
        counts=counts,
        waits=len(room.waiting),
        may_write=room.may_write,
        may_share=room.may_share,
    )


def note_view(note: Note, names: Mapping[str, str]) -> shapes.RecordNote:
    """A note of our own side."""
    return shapes.RecordNote(
        id=note.id,
        kind=note.kind.value,
        element=note.element,
        text=note.text,
        officer=names.get(note.officer_id, ""),
        at=note.at,
        due_at=note.due_at,
        done_at=note.done_at,
    )
