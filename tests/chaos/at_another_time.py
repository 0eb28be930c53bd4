"""`lienlac` on a machine whose clock is wrong: the error in seconds is read, at every look, from the file named in
LIENLAC_TEST_CLOCK_ERROR. Everything else is the program itself.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lienlac import assembly
from lienlac.cli.app import run

ERROR_FILE = "LIENLAC_TEST_CLOCK_ERROR"


class WrongClock:
    """The machine's clock and an error."""

    def now(self) -> datetime:
        error_s = float(Path(os.environ[ERROR_FILE]).read_text(encoding="utf-8"))
        return datetime.now(UTC) + timedelta(seconds=error_s)


if __name__ == "__main__":
    vars(assembly)["SystemClock"] = WrongClock
    sys.exit(run(sys.argv[1:]))
