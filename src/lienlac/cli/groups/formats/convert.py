"""`lienlac convert …`: what others write made into STIX bundles and back, and a check of any STIX file.

Needs neither node nor network. Every object that is written has passed the check that a node makes; what has not is
said with its reason. A node takes what is written here like any other STIX file.
"""

from __future__ import annotations

import sys
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lienlac import limits
from lienlac.cli import console
from lienlac.cli.words import language, say
from lienlac.errors import NotAllowed, Refused

if TYPE_CHECKING:
    from io import BufferedRandom

CHECK_FAILED = 5
"""Exit code; the same as `app.Exit.CHECK_FAILED`."""
_BLOCK_BYTES = 262_144
_SHOWN = 50
_ORG_NAMESPACE = uuid.UUID("fe4dd900-5652-40c0-adf2-a12857c8eee7")


def check(file: Path, *, json: bool = False) -> int:
    """Which objects of a file a node would hold back, and why."""
    from lienlac.stix.checking import check as checked
    from lienlac.stix.streaming import objects_in

    taken, warned, held = 0, Counter[str](), list[tuple[int, Refused]]()
    for number, raw in enumerate(objects_in(_blocks(file)), 1):
        try:
            warned.update(remark.code for remark in checked(raw).warnings)
        except Refused as error:
            held.append((number, error))
        else:
            taken += 1
    if json:
        told = [{"number": number, "code": error.code, "reason": _said(error)} for number, error in held]
        console.tell_json({"taken": taken, "held": told, "warnings": dict(sorted(warned.items()))})
    else:
        console.tell(say("convert-checked", taken=taken, held=len(held), warnings=warned.total()))
        rows = [(number, error.code, _said(error)) for number, error in held[:_SHOWN]]
        if rows:
            console.table(("column-number", "column-kind", "column-fault"), rows)
    return CHECK_FAILED if held else 0


def misp(file: Path, *, out: Path = console.STANDARD) -> None:
    """MISP events."""
    from lienlac.stix.foreign import misp as converter

    left_out: list[str] = []

    def made() -> Iterator[bytes]:
        for event in converter.events_in(console.read_file(file, limits.MISP_EVENT_MAX_BYTES)):
            converted = converter.objects_of(event)
            left_out.extend(converted.left_out)
            yield from converted.objects

    _write(made(), out, left_out)


def table(
    file: Path,
    *,
    columns: str = "",
    delimiter: str = "",
    no_header: bool = False,
    out: Path = console.STANDARD,
    json: bool = False,
) -> None:
    """A table; without columns, what they seem to hold."""
    from lienlac.stix.foreign import tables

    seen = tables.preview(_beginning(file))
    if not columns:
        if json:
            console.tell_json(seen)
            return
        console.table(("column-column", "column-kind", "column-example"), _shown(seen))
        console.note(say("convert-columns", columns=",".join(seen.guess), choices=", ".join(tables.choices())))
        return
    mapping = tables.Mapping(
        columns=columns.split(","), delimiter=delimiter or seen.delimiter, has_header=not no_header
    )
    left_out: list[str] = []

    def made() -> Iterator[bytes]:
        import orjson

        with _text(file) as lines:
            for row in tables.objects(lines, mapping, at_us=_now_us()):
                left_out.extend(say("convert-row", row=row.number, why=_said(error)) for _, error in row.problems)
                yield from map(orjson.dumps, row.objects)

    _write(made(), out, left_out)


def ftm(file: Path, *, out: Path = console.STANDARD) -> None:
    """FollowTheMoney."""
    import orjson

    from lienlac.stix.foreign import ftm as converter

    try:
        with file.open("rb") as lines:
            taken = converter.objects_of(converter.entities(lines), at_us=_now_us())
    except OSError as error:
        raise NotAllowed("file-unreadable", path=str(file), reason=error.strerror or "") from error
    _write(map(orjson.dumps, taken.objects), out, [f"{name}: {why}" for name, why in taken.left_out])


def goaml(file: Path, *, mapping: Path | None = None, out: Path = console.STANDARD) -> None:
    """A goAML report."""
    import orjson

    from lienlac.stix.foreign import goaml as converter

    data = console.read_file(file, limits.GOAML_MAX_BYTES)
    taken = converter.objects_of(data, _goaml_mapping(mapping), at_us=_now_us())
    _write(map(orjson.dumps, taken.objects), out, [f"{place}: {why}" for place, why in taken.left_out])


def to_misp(file: Path, out: Path, *, org: str, org_uuid: str = "", title: str = "") -> None:
    """A folder that any MISP takes as a feed."""
    from lienlac.stix.foreign import misp as converter
    from lienlac.stix.foreign import misp_feed

    events = converter.events_of(_values(file), title=title or file.stem, producer=org)
    try:
        out.mkdir(parents=True, exist_ok=False)
    except FileExistsError as error:
        raise NotAllowed("file-exists", path=str(out)) from error
    except OSError as error:
        raise NotAllowed("file-unwritable", path=str(out), reason=error.strerror or "") from error
    named = org_uuid or str(uuid.uuid5(_ORG_NAMESPACE, org))
    for name, data in misp_feed.files_of(events.events, org=org, org_uuid=named):
        console.write_file(out / name, data, quiet=True)
    _remarks(list(events.left_out))
    console.note(say("convert-feed", events=len(events.events), folder=out))


def to_ftm(file: Path, *, out: Path = console.STANDARD) -> None:
    """FollowTheMoney, one entity a line."""
    from lienlac.stix.foreign import ftm as converter

    console.write_file(out, b"".join(converter.entities_of(_values(file))))


def to_goaml(file: Path, *, mapping: Path | None = None, out: Path = console.STANDARD) -> None:
    """A goAML report of the transactions in a bundle."""
    from lienlac.stix.foreign import goaml as converter

    console.write_file(out, converter.report_of(_values(file), _goaml_mapping(mapping)).encode())
    console.note(say("convert-validate"))


def _write(raws: Iterable[bytes], out: Path, left_out: list[str]) -> None:
    """A bundle of those objects that a node would take, and what was left out."""
    from lienlac.stix.checking import check as checked

    held: list[str] = []
    count = 0

    def pieces() -> Iterator[bytes]:
        nonlocal count
        yield f'{{"type":"bundle","id":"bundle--{uuid.uuid4()}","objects":['.encode()
        known: set[str] = set()
        for raw in raws:
            try:
                stix = checked(raw)
            except Refused as error:
                held.append(_said(error))
                continue
            if stix.id in known:
                continue
            known.add(stix.id)
            yield (b",\n" if count else b"\n") + raw
            count += 1
        yield b"]}\n"

    if console.is_standard(out):
        for piece in pieces():
            sys.stdout.buffer.write(piece)
        sys.stdout.flush()
    else:

        def fill(handle: BufferedRandom) -> None:
            handle.truncate(0)
            handle.writelines(pieces())

        console.save_slowly(out, fill)
    _remarks([*held, *left_out])
    console.note(say("convert-made", count=count, left_out=len(held) + len(left_out)))


def _said(error: Refused) -> str:
    return error.sentence(language())


def _remarks(said: list[str]) -> None:
    for text in list(dict.fromkeys(said))[:_SHOWN]:
        console.note(say("convert-left-out", what=console.plain(text)))


def _values(file: Path) -> Iterator[dict[str, Any]]:
    """The objects of a STIX file that a node would take."""
    from lienlac.stix.checking import check as checked
    from lienlac.stix.streaming import objects_in

    for raw in objects_in(_blocks(file)):
        try:
            yield checked(raw).value
        except Refused as error:
            _remarks([_said(error)])


def _blocks(file: Path) -> Iterator[bytes]:
    try:
        with file.open("rb") as handle:
            while block := handle.read(_BLOCK_BYTES):
                yield block
    except OSError as error:
        raise NotAllowed("file-unreadable", path=str(file), reason=error.strerror or "") from error


def _beginning(file: Path) -> str:
    """The first rows of a table, never more than a block."""
    try:
        with _text(file) as lines:
            text: str = lines.read(_BLOCK_BYTES)
            return text if len(text) < _BLOCK_BYTES else text.rpartition("\n")[0] or text
    except UnicodeDecodeError as error:
        raise Refused("table-malformed", reason="UTF-8") from error


def _text(file: Path) -> Any:
    try:
        return file.open(encoding="utf-8-sig", newline="")
    except OSError as error:
        raise NotAllowed("file-unreadable", path=str(file), reason=error.strerror or "") from error


def _shown(seen: Any) -> list[tuple[str, str, str]]:
    first = seen.rows[0] if seen.rows else [""] * len(seen.header)
    return [
        (console.plain(name), kind, console.plain(cell))
        for name, kind, cell in zip(seen.header, seen.guess, first, strict=True)
    ]


def _goaml_mapping(file: Path | None) -> Any:
    from lienlac.stix.foreign import goaml as converter

    if file is None:
        return converter.proposed()
    try:
        return converter.mapping_of(console.read_file(file, limits.FORM_MAX_BYTES).decode("utf-8"))
    except UnicodeDecodeError as error:
        raise Refused("goaml-mapping", reason="UTF-8") from error


def _now_us() -> int:
    from lienlac.clock import SystemClock

    return int(SystemClock().now().timestamp()) * 1_000_000


COMMANDS: dict[str, Callable[..., int | None]] = {
    "check": check,
    "misp": misp,
    "table": table,
    "ftm": ftm,
    "goaml": goaml,
    "to-misp": to_misp,
    "to-ftm": to_ftm,
    "to-goaml": to_goaml,
}
