"""Folders of attached files for tests: made only when something is put in, with bounds that a test may tighten."""

from __future__ import annotations

import itertools
import tempfile
from pathlib import Path

from lienlac.storage.blobs.files import Bounds, Files

_numbers = itertools.count(1)
_never_made = Path(tempfile.gettempdir()) / "lienlac-no-such-folder"


def files_in(folder: Path | None = None, **bounds: int) -> Files:
    """Files below a folder; without one, below a path of their own that stays unused by tests without files."""
    wide = {"total_bytes": 10**12, "peer_bytes": 10**12, "free_bytes": 0}
    return Files(folder or _never_made / str(next(_numbers)), Bounds(**{**wide, **bounds}))
