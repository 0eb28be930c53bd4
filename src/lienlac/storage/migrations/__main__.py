"""For developers: `python -m lienlac.storage.migrations new "what changes"` writes a recipe from the declared tables.

It is made against a fresh SQLite database brought to the newest version; `check` only says whether one is needed.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from lienlac.storage import migrations
from lienlac.storage.backend import open_backend


def main(arguments: list[str]) -> int:
    """Run one of the two commands; 0 when all is well, 1 when `check` finds a difference, 2 for wrong usage."""
    if arguments[:1] not in (["new"], ["check"]) or len(arguments) != 1 + (arguments[0] == "new"):
        sys.stderr.write('usage: python -m lienlac.storage.migrations new "what changes" | check\n')
        return 2
    migrations.load_all_tables()
    with tempfile.TemporaryDirectory() as directory:
        backend = open_backend(f"sqlite:///{Path(directory) / 'fresh.db'}", "off")
        migrations.upgrade(backend)
        if arguments[0] == "new":
            sys.stdout.write(f"{migrations.write_new(backend, arguments[1])}\n")
            return 0
        with backend.writing.connect() as connection:
            found = migrations.differences(connection)
    for difference in found:
        sys.stdout.write(f"{difference}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
