"""`log verify`: leaves a second over a log of a million, memory that does not grow with it, and a real record.

The leaves are written through `storage.ledger`, as a node writes them, and verified in a fresh process each, so that
the peak of its memory is its own.
"""

from __future__ import annotations

import functools
import hashlib
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from _claims import Claims
from _pair import US, VN, carry, open_office, pair, send
from lienlac.exchange.log.verifying import verify_log
from lienlac.storage import audit, ledger
from lienlac.storage.database import Database
from lienlac.wire.message import Lane

AT_ONCE = 1_000


def main() -> None:
    if len(sys.argv) == 3 and sys.argv[1] == "--verify":
        verify(Path(sys.argv[2]))
        return
    claims = Claims(__doc__)
    small, large = (10_000, 100_000) if claims.quick else (100_000, 1_000_000)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        peaks = {}
        for size in (small, large):
            path = Path(folder, f"{size}.sqlite")
            write(path, size)
            runs = [in_a_process(path) for _ in range(3)]
            peaks[size] = max(peak for _, peak in runs)
            rate = size / min(seconds for seconds, _ in runs)
            if size == large:
                claims.at_least(f"{size:,} leaves verified", rate, "leaves/s", 200_000)
            else:
                claims.say(f"{size:,} leaves verified", rate, "leaves/s")
        claims.say(f"peak memory over {small:,} leaves", peaks[small] / 1024, "MiB")
        claims.say(f"peak memory over {large:,} leaves", peaks[large] / 1024, "MiB")
        grown = (peaks[large] - peaks[small]) / 1024
        claims.at_most(f"memory grown for {large // small} times the leaves", grown, "MiB", 8)
        a_real_record(claims, Path(folder))
    claims.close()


def write(path: Path, size: int) -> None:
    """A log of that size, in transactions of a thousand leaves."""
    with Database.open(f"sqlite:///{path}", synchronous="off") as database:
        database.create_all()
        for start in range(0, size, AT_ONCE):
            digests = [hashlib.sha256(b"%d" % number).digest() for number in range(start, start + AT_ONCE)]
            new = [(b"\x01" + digest, f"sent:{digest.hex()}") for digest in digests]
            database.write(functools.partial(ledger.append, new=new))


def in_a_process(path: Path) -> tuple[float, int]:
    """Seconds and peak memory (KiB) of verifying that log in a process of its own."""
    command = [sys.executable, __file__, "--verify", str(path)]
    seconds, peak = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(seconds), int(peak)


def verify(path: Path) -> None:
    with Database.open(f"sqlite:///{path}") as database, database.read() as connection:
        started = time.perf_counter()
        found = audit.verify_all(connection)
        seconds = time.perf_counter() - started
    if found.first_fault is not None or not found.size:
        sys.exit(f"the log is at fault: {found}")
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def a_real_record(claims: Claims, folder: Path) -> None:
    """The whole of `lienlac log verify`: leaves, every message, receipt and entry, the peer's heads."""
    ours, theirs = open_office(US, folder, synchronous="off"), open_office(VN, folder, synchronous="off")
    pair(ours, theirs)
    for _ in range(10 if claims.quick else 80):
        send(ours, VN, Lane.NORMAL, ["x" * 1000] * 64)
        carry(ours, theirs)
    started = time.perf_counter()
    report = verify_log(ours.office)
    seconds = time.perf_counter() - started
    if not report.sound:
        sys.exit(f"the record is at fault: {report}")
    things = report.messages + report.receipts + report.entries
    claims.say(f"record of {things:,} messages, receipts and entries verified", things / seconds, "things/s")
    for post in (ours, theirs):
        post.office.database.close()


if __name__ == "__main__":
    main()
