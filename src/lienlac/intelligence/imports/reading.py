"""From a file's pieces to the objects in it, one after the other, each form in its own way. Pure.

What cannot be read is said in its place and costs nothing else, as far as the form allows: a row of a table, a line,
an attribute. Where a file as a whole is broken, what stood before the break has been given already.
"""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from lienlac import limits
from lienlac.errors import Refused
from lienlac.intelligence.imports.upload import Form
from lienlac.stix.foreign import ftm, goaml, misp, tables
from lienlac.stix.streaming import objects_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lienlac.intelligence.imports.upload import Upload


class Item(NamedTuple):
    """An object's bytes, or what could not be read: where it stands and why."""

    raw: bytes
    place: str = ""
    problem: Refused | None = None


def items(upload: Upload, pieces: Iterable[bytes], *, at_us: int, names: goaml.Mapping | None = None) -> Iterator[Item]:
    """Everything in a file. `names`: how a report of goAML calls things here. Raises `Refused` where it breaks off."""
    if upload.form is Form.STIX:
        return map(Item, objects_in(pieces))
    if upload.form is Form.TABLE:
        return _rows(upload, pieces, at_us)
    data = whole(pieces)
    if upload.form is Form.MISP:
        return _events(data)
    if upload.form is Form.FTM:
        return _cases(data, at_us)
    report = goaml.objects_of(data, names or goaml.proposed(), at_us=at_us)
    return _taken(report.objects, report.left_out)


def whole(pieces: Iterable[bytes]) -> bytes:
    """A file of a form that is read at once. Raises `Refused("import-too-large")`."""
    data = bytearray()
    for piece in pieces:
        data += piece
        if len(data) > limits.IMPORT_WHOLE_MAX_BYTES:
            raise Refused("import-too-large", field="file", limit_bytes=limits.IMPORT_WHOLE_MAX_BYTES)
    return bytes(data)


def encoding_of(pieces: Iterable[bytes]) -> str:
    """How a table's letters are spelt: UTF-8 where all of it is, UTF-16 by its mark, else the old Vietnamese page."""
    reader = None
    for piece in pieces:
        if reader is None:
            if piece.startswith((b"\xff\xfe", b"\xfe\xff")):
                return "utf-16"
            reader = codecs.getincrementaldecoder("utf-8-sig")()
        try:
            reader.decode(piece)
        except UnicodeDecodeError:
            return "cp1258"
    return "utf-8-sig"


def beginning(pieces: Iterable[bytes], encoding: str) -> str:
    """Whole lines from a table's beginning, enough to look at."""
    text = ""
    for part in _texts(pieces, encoding):
        text += part
        if len(text) >= limits.IMPORT_PREVIEW_CHARS:
            cut = text[: limits.IMPORT_PREVIEW_CHARS]
            return cut[: cut.rfind("\n") + 1] or cut
    return text


def _rows(upload: Upload, pieces: Iterable[bytes], at_us: int) -> Iterator[Item]:
    if upload.mapping is None:
        raise Refused("table-mapping")
    for row in tables.objects(_lines(_texts(pieces, upload.encoding)), upload.mapping, at_us=at_us):
        for column, problem in row.problems:
            yield Item(b"", f"{row.number} · {column}", problem)
        for value in row.objects:
            yield Item(orjson.dumps(value))


def _events(data: bytes) -> Iterator[Item]:
    """Event by event: what one of them cannot give costs the others nothing."""
    for number, event in enumerate(misp.events_in(data), 1):
        place = f"{number} · {event.get('uuid', '')}"[:200]
        try:
            made = misp.objects_of(event)
        except Refused as error:
            yield Item(b"", place, error)
            continue
        for why in made.left_out:
            yield Item(b"", place, Refused("import-left-out", reason=why[:200]))
        yield from map(Item, made.objects)


def _cases(data: bytes, at_us: int) -> Iterator[Item]:
    """Line by line; ties lead from one to another, so that all are read before any is given."""
    found: list[ftm.Entity] = []
    lines = data.splitlines()
    if len(lines) > limits.FTM_ENTITIES_MAX:
        raise Refused("ftm-too-many", limit=limits.FTM_ENTITIES_MAX)
    for number, line in enumerate(lines, 1):
        try:
            found += ftm.entities([line])
        except Refused as error:
            yield Item(b"", str(number), error)
    taken = ftm.objects_of(found, at_us=at_us)
    yield from _taken(taken.objects, taken.left_out)


def _taken(objects: Iterable[dict[str, Any]], left_out: Iterable[tuple[str, str]]) -> Iterator[Item]:
    for place, why in left_out:
        yield Item(b"", place[:200], Refused("import-left-out", reason=why[:200]))
    for value in objects:
        yield Item(orjson.dumps(value))


def _texts(pieces: Iterable[bytes], encoding: str) -> Iterator[str]:
    reader = codecs.getincrementaldecoder(encoding)("replace")
    for piece in pieces:
        yield reader.decode(piece)
    yield reader.decode(b"", final=True)


def _lines(texts: Iterable[str]) -> Iterator[str]:
    """Lines with their ends; one that never ends is cut at a bound, where the table refuses the cell."""
    held = ""
    for text in texts:
        held += text
        parts = held.split("\n")
        held = parts.pop()
        yield from (f"{part}\n" for part in parts)
        if len(held) > limits.IMPORT_LINE_MAX_CHARS:
            raise Refused("table-malformed", reason="line")
    if held:
        yield held
