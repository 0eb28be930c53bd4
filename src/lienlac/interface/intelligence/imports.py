"""Files taken into collections, as programs see them: put in, followed, and what became of each object."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from lienlac import limits
from lienlac.interface.parts import Given, Line, Rows, Sentences, Told

Count = Annotated[int, msgspec.Meta(ge=0)]
Percent = Annotated[int, msgspec.Meta(ge=0, le=100)]
Form = Literal["stix", "misp", "table", "ftm", "goaml"]
Columns = Annotated[tuple[Line, ...], msgspec.Meta(min_length=1, max_length=limits.TABLE_COLUMNS_MAX)]


class ImportQuery(Given, frozen=True, kw_only=True):
    """Where a file goes and how everything in it is marked at the least.

    `form` left out, the file's bytes say what it is. `handling`: codes with commas between them.
    """

    collection: Line
    form: Literal["", "stix", "misp", "table", "ftm", "goaml"] = ""
    tlp: Line = ""
    pap: Line = "clear"
    handling: Line = ""
    grade_4x4: Line = ""
    grade_6x6: Line = ""


class ImportColumns(Given, frozen=True, kw_only=True):
    """What each column of a table holds, in order, in words of its `choices`; `header` false: the first row is data."""

    columns: Columns
    header: bool = True


class ImportResultQuery(Given, frozen=True, kw_only=True):
    """Which objects of a file: those that became this, or all; those behind a number."""

    state: Literal["", "new", "same", "held", "unread"] = ""
    after: Count = 0
    rows: Rows = limits.PAGE_DEFAULT_ROWS


class ImportTable(Told, frozen=True, kw_only=True):
    """The beginning of a table, and what its columns seem to hold; `choices` is everything that one may hold."""

    header: list[str]
    rows: list[list[str]]
    guess: list[str]
    choices: list[str]


class Import(Told, frozen=True, kw_only=True):
    """One file. `why`: the reason why it stands still. `table` while its columns wait to be said."""

    id: str
    collection: str
    name: str
    form: Form
    state: Literal["mapping", "running", "done", "failed"]
    percent: Percent
    size_bytes: Count
    digest: str
    at: datetime
    ended_at: datetime | None
    given: Count
    new: Count
    same: Count
    held: Count
    unread: Count
    code: str
    why: Sentences | None
    table: ImportTable | None = None


class Imports(Told, frozen=True, kw_only=True):
    """The officer's own files, the newest first."""

    imports: list[Import]


class ImportResult(Told, frozen=True, kw_only=True):
    """What became of one object, or why something of the file could not be read; `object` is then its place."""

    number: Count
    object: str
    type: str
    state: Literal["new", "same", "held", "unread"]
    held: str
    code: str
    why: Sentences | None


class ImportResults(Told, frozen=True, kw_only=True):
    """One page of them, in their order; `next` is the number to ask behind."""

    results: list[ImportResult]
    next: int | None
