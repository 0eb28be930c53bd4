"""A process that takes a long timeline in, and says after each stretch that it is kept; it is killed in the middle."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.cases.scene import AMBER, Room

ROWS = 8_000


def pieces() -> Iterator[bytes]:
    yield b"message,datetime,pid\n"
    for start in range(0, ROWS, 100):
        yield b"".join(b"row %d,2026-11-23T03:%02d:00Z,%d\n" % (n, n % 60, n) for n in range(start, start + 100))


def opened(folder: Path, seed: str) -> Room:
    """The two nodes that lie there."""
    made = Room.__new__(Room)
    made._open(folder, seed=seed)
    return made


def main(folder: str, case_id: str) -> None:
    room = opened(Path(folder), "child")
    timelines = room.vn.node.cases.timelines
    state = timelines._state

    def told(*given: object) -> int:
        new = state(*given)  # type: ignore[arg-type]  # handed through as it comes
        os.write(1, b"kept\n")
        return new

    timelines._state = told  # type: ignore[method-assign]
    timelines.take(room.lan, case_id, pieces, AMBER)


if __name__ == "__main__":
    main(*sys.argv[1:])
