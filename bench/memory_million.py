"""Memory while a million messages are recorded: signed, sealed, logged, delivered, receipted, at both ends of one link.

Both ends live in this process and hand each other deliveries of 64, so the peak holds the sender's and the receiver's
share. The database is written without waiting for the disk: what the disk does is `node_to_node`'s question. What is
compared is the resident memory after a tenth of the messages, when every cache is warm, and after all of them.
"""

from __future__ import annotations

import os
import resource
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from _claims import Claims
from _pair import US, VN, carry, open_office, pair, send
from lienlac.wire.message import Lane

if TYPE_CHECKING:
    import argparse

AT_ONCE = 64


def main() -> None:
    claims = Claims(__doc__, options=options)
    messages = claims.options.messages or (100_000 if claims.quick else 1_000_000)
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        ours, theirs = (open_office(node_id, Path(name), synchronous="off") for node_id in (US, VN))
        pair(ours, theirs)
        marks, done, started = [], 0, time.perf_counter()
        for tenth in range(1, 11):
            while done < messages * tenth // 10:
                send(ours, VN, Lane.BULK, ["x" * 1024] * AT_ONCE)
                done += carry(ours, theirs)
            marks.append(resident_mib())
            claims.say(f"resident after {done:,} messages", marks[-1], "MiB")
        claims.say("recorded at both ends", done / (time.perf_counter() - started), "messages/s")
        claims.say("peak", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "MiB")
        claims.at_most("grown from the first tenth to the last", marks[-1] - marks[0], "MiB", 16)
        for post in (ours, theirs):
            post.office.database.close()
    claims.close()


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--messages", type=int, help="how many instead of 1,000,000")


def resident_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGESIZE") / 1024 / 1024


if __name__ == "__main__":
    main()
