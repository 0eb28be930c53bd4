"""The roster as CSV, out and in: one shift a line, officers by login, instants with their offset.

Pure. What a spreadsheet would take for a formula is written so that it stays text, and read back without that mark.
"""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from lienlac import limits
from lienlac.duty.roster.shift import Draft, check
from lienlac.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable

COLUMNS: Final = ("officer", "line", "from", "until", "unit")
_FORMULA: Final = ("=", "+", "-", "@", "\N{FULLWIDTH EQUALS SIGN}", "\N{FULLWIDTH PLUS SIGN}",
                   "\N{FULLWIDTH HYPHEN-MINUS}", "\N{FULLWIDTH COMMERCIAL AT}")  # fmt: skip
"""What a spreadsheet reads on from; some pass over spaces before it, some know the wide signs of East Asia."""
_MARK: Final = "'"


def write(shifts: Iterable[Draft]) -> bytes:
    """The file; drafts name officers by login."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for shift in shifts:
        writer.writerow(
            [_text(shift.officer), shift.line, _instant(shift.begins), _instant(shift.ends), _text(shift.unit)]
        )
    return out.getvalue().encode("utf-8-sig")


def read(data: bytes) -> list[Draft]:
    """The shifts of a file. Raises `Refused("roster-file" | "shift-…")`; `row` says on which line of the file."""
    if len(data) > limits.ROSTER_FILE_MAX_BYTES:
        raise Refused("roster-too-large", limit_shifts=limits.ROSTER_FILE_MAX_SHIFTS)
    try:
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise Refused("roster-file", row=1, reason=str(error)) from error
    if not rows or [name.strip().lower() for name in rows[0]] != list(COLUMNS):
        raise Refused("roster-file", row=1, reason=",".join(COLUMNS))
    if len(rows) > limits.ROSTER_FILE_MAX_SHIFTS + 1:
        raise Refused("roster-too-large", limit_shifts=limits.ROSTER_FILE_MAX_SHIFTS)
    return [_read(number, row) for number, row in enumerate(rows[1:], 2) if any(cell.strip() for cell in row)]


def _read(number: int, row: list[str]) -> Draft:
    if len(row) != len(COLUMNS):
        raise Refused("roster-file", row=number, reason=",".join(COLUMNS))
    officer, line, begins, ends, unit = (cell.strip().removeprefix(_MARK) for cell in row)
    if not (line.isascii() and line.isdigit() and len(line) == 1):
        raise Refused("roster-file", row=number, reason=f"line: {line[:20]}")
    draft = Draft(
        officer=officer, unit=unit, line=int(line), begins=_parsed(number, begins), ends=_parsed(number, ends)
    )
    try:
        check(draft)
    except Refused as error:
        raise Refused("roster-file", row=number, reason=error.sentence("en")) from error
    return draft


def _parsed(number: int, text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refused("roster-file", row=number, reason=text[:40]) from error
    if at.tzinfo is None:
        raise Refused("roster-file", row=number, reason=f"{text[:40]}: +07:00?")
    try:
        return at.astimezone(UTC)
    except OverflowError as error:
        raise Refused("roster-file", row=number, reason=text[:40]) from error


def _text(text: str) -> str:
    return _MARK + text if text.lstrip().startswith(_FORMULA) or text[:1].isspace() else text


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
