"""Timelines as other tools write them, row by row: CSV or JSON lines of Timesketch shape, in and out. Pure.

A row has `message`, `datetime` (with its zone) or `timestamp` (microseconds), and `timestamp_desc`; further columns
are kept as they stand. What cannot be taken is told with its row and reason, and never taken in part. A cell that a
spreadsheet would run is written with a sign before it.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from lienlac import clock, limits
from lienlac.errors import Refused
from lienlac.wire.bodies.cases import Attribute, Certainty, Event
from lienlac.wire.bodies.parts import Said

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_OWN: Final = frozenset({"message", "datetime", "timestamp", "timestamp_desc", "source", "tag"})
_RUN_BY_SPREADSHEETS: Final = ("=", "+", "-", "@", "\t", "\r")
COLUMNS: Final = ("message", "timestamp", "datetime", "timestamp_desc", "source", "certainty", "side", "lienlac_id")
"""The columns that we write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A row that was not taken. `row` counts the file's rows from 1, its head aside."""

    row: int
    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row that can be taken."""

    row: int
    event: Event


def lines_of(pieces: Iterable[bytes], most: int = limits.CASE_IMPORT_LINE_MAX_BYTES) -> Iterator[str]:
    """Lines of a file that comes in pieces. Raises `Refused("case-import-line")` for one that does not end."""
    rest = b""
    first = True
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            if len(line) > most:
                raise Refused("case-import-line", limit_bytes=most)
            yield _text(line.removeprefix(b"\xef\xbb\xbf") if first else line)
            first = False
        if len(rest) > most:
            raise Refused("case-import-line", limit_bytes=most)
    if rest:
        yield _text(rest.removeprefix(b"\xef\xbb\xbf") if first else rest)


def _text(line: bytes) -> str:
    try:
        return line.decode().rstrip("\r")
    except UnicodeDecodeError as error:
        raise Refused("case-import-encoding") from error


def read(lines: Iterator[str], after: int = 0) -> Iterator[Row | Problem]:
    """Rows of a timeline behind that one, whichever of the two forms its first line has.

    Raises `Refused("case-import-head")`.
    """
    first = next((line for line in islice(lines, 100) if line.strip()), "")
    rows = _json_rows(first, lines) if first.lstrip().startswith("{") else _csv_rows(first, lines)
    for number, values in enumerate(rows, 1):
        if number <= after:
            continue
        try:
            yield Row(row=number, event=event_of(values))
        except RecursionError:
            yield Problem(row=number, code="case-import-row")
        except Refused as refusal:
            yield Problem(row=number, code=refusal.code, detail=str(refusal.details.get("value", ""))[:100])


def _json_rows(first: str, lines: Iterator[str]) -> Iterator[Any]:
    for line in _before(first, lines):
        if not line.strip():
            continue
        try:
            yield _parsed(line)
        except (ValueError, RecursionError):
            yield None


def _parsed(line: str) -> Any:
    """One meaning or none, with numbers as large as tools write them. Raises `ValueError`, `RecursionError`."""
    value = json.loads(line, object_pairs_hook=_pairs, parse_constant=_no_number)
    delicate = line.replace("\\\\", "")
    if "\\u0000" in delicate or "\0" in line:
        raise ValueError  # no text column of every database takes it
    if "\\ud" in delicate.lower():
        json.dumps(value, ensure_ascii=False).encode()  # half a letter
    return value


def _no_number(_text: str) -> Any:
    """NaN and Infinity."""
    raise ValueError


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError
    return made


def _csv_rows(first: str, lines: Iterator[str]) -> Iterator[Any]:
    reader = csv.DictReader(_before(first, lines), strict=True)
    try:
        head = [name.strip() for name in reader.fieldnames or ()]
    except csv.Error as error:
        raise Refused("case-import-head") from error
    if "message" not in head or not {"datetime", "timestamp"} & set(head) or len(head) > 500:
        raise Refused("case-import-head")
    twice = next((name for place, name in enumerate(head) if name in head[:place]), None)
    if twice is not None:
        raise Refused("case-import-columns", value=twice[: limits.LINE_MAX_CHARS])
    reader.fieldnames = head
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield None
            continue
        whole = None not in row and not any(value and "\0" in value for value in row.values())
        yield {name: value for name, value in row.items() if value} if whole else None


def _before(first: str, lines: Iterator[str]) -> Iterator[str]:
    yield first
    yield from lines


def event_of(values: Any) -> Event:
    """One row as an event. Raises `Refused`: `case-import-row`, `case-import-time`, `case-import-text`."""
    if not isinstance(values, dict):
        raise Refused("case-import-row")
    message = values.get("message")
    if not isinstance(message, str) or not message.strip():
        raise Refused("case-import-text")
    if len(message) > limits.TEXT_MAX_CHARS:
        raise Refused("case-import-text", value=message)
    at, zone, written = _time(values)
    beside = [
        Attribute(name=str(name)[: limits.LINE_MAX_CHARS], value=_cell(value))
        for name, value in values.items()
        if name not in _OWN and str(name).strip() and value not in (None, "")
    ]
    if len(beside) > limits.CASE_ATTRIBUTES_MAX or any(
        len(one.value) > limits.CASE_ATTRIBUTE_MAX_CHARS for one in beside
    ):
        raise Refused("case-import-row", value=message)
    return Event(
        at=at,
        text=Said(vi=message),
        zone=zone,
        written=written[: limits.LINE_MAX_CHARS],
        certainty=Certainty.UNKNOWN,
        source=_cell(values.get("source") or "")[: limits.LINE_MAX_CHARS],
        described=_cell(values.get("timestamp_desc") or "")[: limits.LINE_MAX_CHARS],
        attributes=tuple(beside),
    )


def _cell(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _time(values: Mapping[str, Any]) -> tuple[datetime, str, str]:
    written = values.get("datetime")
    if isinstance(written, str) and written.strip():
        try:
            at = datetime.fromisoformat(written.strip())
        except ValueError as error:
            raise Refused("case-import-time", value=written) from error
        if at.tzinfo is None:
            raise Refused("case-import-zone", value=written)
        return _bounded(at, written), _offset(at), written
    stamp = values.get("timestamp")
    try:
        number = int(str(stamp))
        at = datetime.fromtimestamp(0, timezone.utc) + timedelta(microseconds=number)  # noqa: UP017  # `UTC` is a name here
    except (ValueError, OverflowError) as error:
        raise Refused("case-import-time", value=stamp) from error
    return _bounded(at, str(stamp)), "UTC", str(stamp)


def _bounded(at: datetime, written: str) -> datetime:
    if not limits.INSTANT_FIRST_YEAR <= at.year <= limits.INSTANT_LAST_YEAR:
        raise Refused("case-import-time", value=written)
    return at


def _offset(at: datetime) -> str:
    text = f"{at:%z}"
    return "UTC" if text == "+0000" else f"{text[:3]}:{text[3:5]}"


# --- out ----------------------------------------------------------------------------------------------------------
def values_of(element: str, side: str, event: Event) -> dict[str, str]:
    """An event as a row."""
    own = {
        "message": event.text.vi or event.text.en,
        "timestamp": str(clock.to_us(event.at)),
        "datetime": event.at.isoformat(),
        "timestamp_desc": event.described,
        "source": event.source,
        "certainty": event.certainty.value,
        "side": side,
        "lienlac_id": element,
    }
    return own | {one.name: one.value for one in event.attributes if one.name not in own}


def csv_line(cells: Iterable[str]) -> str:
    """One line of CSV, in which nothing runs."""
    return ",".join(_quoted(cell) for cell in cells) + "\r\n"


def _quoted(cell: str) -> str:
    safe = f"'{cell}" if cell.startswith(_RUN_BY_SPREADSHEETS) else cell
    return '"' + safe.replace('"', '""').replace("\0", "") + '"'


def csv_of(rows: Iterable[Mapping[str, str]]) -> Iterator[str]:
    """Rows as CSV: our columns, and what an import brought in one more."""
    yield csv_line((*COLUMNS, "attributes"))
    for row in rows:
        beside = {name: value for name, value in row.items() if name not in COLUMNS}
        further = json.dumps(beside, ensure_ascii=False) if beside else ""
        yield csv_line((*(row.get(name, "") for name in COLUMNS), further))


def jsonl_of(rows: Iterable[Mapping[str, str]]) -> Iterator[str]:
    """Rows as JSON lines, each with every column."""
    for row in rows:
        yield json.dumps(dict(row), ensure_ascii=False) + "\n"
