"""What the node says of intelligence to programs, made from what the desk hands out. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import orjson

from lienlac import clock, limits
from lienlac.interface import intelligence as shapes
from lienlac.interface.parts import Sentences
from lienlac.stix.titles import title_of
from lienlac.vocabulary import marks

if TYPE_CHECKING:
    from lienlac.intelligence.collection import Collection, Marks, Source
    from lienlac.intelligence.marking.desk import Marked
    from lienlac.intelligence.outcome import Outcome, Result
    from lienlac.intelligence.shown import Seen
    from lienlac.intelligence.store.objects import Stored
    from lienlac.intelligence.store.quarantine import Held

ROOT: Final = "/taxii2/intelligence/"
_TLP: Final = {word.rank: word.code for word in marks.tlp}


def tlp(rank: int) -> str:
    """The code of a stored mark."""
    return _TLP[rank]


def collection(one: Collection, base_url: str) -> shapes.Collection:
    """One collection, with the address by which TAXII clients reach it."""
    return shapes.Collection(
        id=one.id,
        title=one.title,
        description_vi=one.description_vi,
        description_en=one.description_en,
        ceiling=one.ceiling,
        readable=one.readable,
        writable=one.writable,
        created_at=one.created_at,
        closed_at=one.closed_at,
        objects=one.objects,
        held=one.held,
        taxii=f"{base_url}{ROOT}collections/{one.id}/",
    )


def result(one: Result) -> shapes.IntelResult:
    """What became of one object."""
    return shapes.IntelResult(
        state=one.state,
        id=one.object_id,
        type=one.type,
        version=clock.from_us(one.version_us) if one.version_us else None,
        code=one.code,
        why=Sentences(en=one.sentence("en"), vi=one.sentence("vi")) if one.code else None,
        held=one.held_id,
    )


def taken(outcome: Outcome) -> shapes.IntelTaken:
    """What became of a parcel."""
    held = [result(one) for one in outcome.results if one.state == "held"]
    return shapes.IntelTaken(new=outcome.new, same=outcome.same, held=len(held), results=held)


def name_of(raw: bytes) -> str:
    """What people would call an object; empty where nothing in it tells it from others."""
    return title_of(orjson.loads(raw))


def pretty(raw: str) -> str:
    """An object laid out for reading; the bytes themselves stand beside it. What is large is left as it is."""
    if len(raw) > limits.INTEL_RAW_SHOWN_BYTES:
        return raw
    return orjson.dumps(orjson.loads(raw), option=orjson.OPT_INDENT_2).decode()


def line(row: Stored) -> shapes.IntelLine:
    """One object in a list."""
    return shapes.IntelLine(
        id=row.object_id,
        type=row.type,
        version=clock.from_us(row.version_us),
        added_at=clock.from_us(row.added_us),
        revoked=bool(row.revoked),
        tlp=tlp(row.tlp),
        name=name_of(row.raw),
    )


def source(one: Source) -> shapes.IntelSource:
    """Where something comes from."""
    return shapes.IntelSource(giver=one.giver.value, ref=one.ref, label=one.label)


def seen(one: Seen) -> shapes.IntelObject:
    """One object with everything."""
    versions = [
        shapes.IntelVersion(
            collection=place.id,
            version=clock.from_us(row.version_us),
            added_at=clock.from_us(row.added_us),
            newest=row.standing >= 2,
            revoked=bool(row.revoked),
            tlp=tlp(row.tlp),
            pap=row.pap,
            handling=row.handling.split(),
            grade_4x4=row.grade_4x4,
            grade_6x6=row.grade_6x6,
            source=source(one.sources[row.source]),
            raw=row.raw.decode(),
        )
        for place, rows in one.places
        for row in rows
    ]
    return shapes.IntelObject(id=one.object_id, versions=versions)


def held(one: Held, place: Collection) -> shapes.Held:
    """One object in quarantine."""
    return shapes.Held(
        id=one.id,
        collection=place.id,
        state=one.state,
        code=one.code,
        why=Sentences(en=one.sentence("en"), vi=one.sentence("vi")),
        object_id=one.object_id,
        type=one.type,
        name=one.name,
        first_at=one.first_at,
        last_at=one.last_at,
        times=one.times,
        digest=one.digest,
    )


def marked(seen: Marked) -> shapes.MarksTold:
    """The marks beside an object."""
    return shapes.MarksTold(
        collection=seen.collection.id,
        object=seen.object_id,
        marks=marks_said(seen.present),
        floor=marks_said(seen.floor),
    )


def marks_said(marks: Marks) -> shapes.MarksSaid:
    """Marks as they stand."""
    return shapes.MarksSaid(
        tlp=marks.tlp,
        pap=marks.pap,
        handling=list(marks.handling),
        grade_4x4=marks.grade_4x4,
        grade_6x6=marks.grade_6x6,
    )
