"""Files taken into collections of intelligence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lienlac.client.files import FileCalls
from lienlac.interface.intelligence.imports import Import, ImportColumns, ImportResults, Imports
from lienlac.interface.parts import Done

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path


class ImportCalls(FileCalls):
    """Calls about them."""

    def take_in(
        self, file: Path, *, collection: str, progress: Callable[[int, int], None] | None = None, **more: str
    ) -> Import:
        """Put a file into a collection (form, tlp, pap, handling, grade_4x4, grade_6x6); read as it goes."""
        query = {"collection": collection, **more}
        return self._stream_in(Import, "/api/intelligence/imports", file, progress, query)

    def imports(self) -> Imports:
        """The files that this officer put in."""
        return self._get(Imports, "/api/intelligence/imports")

    def import_of(self, import_id: str) -> Import:
        """How far one has come."""
        return self._get(Import, "/api/intelligence/imports/{import_id}", import_id=import_id)

    def import_results(self, import_id: str, *, state: str = "", after: int = 0, rows: int = 50) -> ImportResults:
        """What became of its objects."""
        query = {"state": state, "after": after, "rows": rows}
        return self._get(ImportResults, "/api/intelligence/imports/{import_id}/results", query, import_id=import_id)

    def import_columns(self, import_id: str, columns: Sequence[str], *, header: bool = True) -> Import:
        """What the columns of a table hold; from now on it is taken in."""
        said = ImportColumns(columns=tuple(columns), header=header)
        return self._post(Import, "/api/intelligence/imports/{import_id}/columns", said, import_id=import_id)

    def import_again(self, import_id: str) -> Import:
        """Let one that stands still go on."""
        return self._post(Import, "/api/intelligence/imports/{import_id}/again", {}, import_id=import_id)

    def drop_import(self, import_id: str) -> Done:
        """Forget one; what it brought into the collection stays there."""
        return self._typed(Done, self._call("DELETE", "/api/intelligence/imports/{import_id}", import_id=import_id))
