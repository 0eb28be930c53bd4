"""How long SQLite's write-ahead file is, read off the file as its format says (sqlite.org/fileformat2.html, section 4).

The driver does not tell. The file is written over from its beginning once it has been carried over, so its size says
nothing: a page counts when it bears the two numbers that stand in the file's head. SQLite holds no lock on this file,
so that it may be opened and closed beside it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

_HEAD: Final = 32
_PAGE_HEAD: Final = 24


def is_long(database: Path, pages: int) -> bool:
    """Whether so many pages were written since it began anew, carried over or not. False where it cannot be read."""
    try:
        file = os.open(f"{database}-wal", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        head = os.pread(file, _HEAD, 0)
        page_bytes = int.from_bytes(head[8:12], "big")
        last = os.pread(file, _PAGE_HEAD, _HEAD + (pages - 1) * (_PAGE_HEAD + page_bytes))
    except OSError:
        return False
    finally:
        os.close(file)
    return len(last) == _PAGE_HEAD and head[16:24] == last[8:16]
