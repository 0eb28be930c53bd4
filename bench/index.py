"""Ten million mentions: where an identifier is named, asked as every page and program asks it.

The tables are filled in bulk past the desk: things, values (each named about three times, some of them ten thousand
times, some by things that are hidden from the asking officer) and mentions. Measured is `Index.look_up` in a snapshot
of the node's own database: digest, counter, covering index, rights, the ten newest; processor time of the asking
thread, for machines are shared. A hub must not cost much more.
"""

from __future__ import annotations

import random
import sqlite3
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from _claims import Claims, at_percent, median
from lienlac.identifiers.index.desk import Index
from lienlac.identifiers.index.mention import Mention, Naming
from lienlac.keys.rest.safe import Safe
from lienlac.people.officer import Officer, Role
from lienlac.storage.database import Database

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

SAFE: Final = Safe(b"b" * 32)
OFFICER: Final = Officer(
    id="off-bench",
    login="bench",
    name="Bench",
    unit="",
    roles=frozenset({Role.ANALYST}),
    units=frozenset({"uni-bench"}),
)
AUDITOR: Final = Officer(id="off-audit", login="audit", name="Audit", unit="", roles=frozenset({Role.AUDITOR}))
PER_VALUE: Final = 3
PER_THING: Final = 10
HUBS: Final = 20
HUB_SEEN: Final = 10_000
HIDDEN_OF_100: Final = 2


def main() -> None:
    claims = Claims(__doc__, options=_options)
    mentions = 500_000 if claims.quick else claims.options.mentions
    with tempfile.TemporaryDirectory(prefix="bench-", dir=claims.options.folder) as name:
        path = Path(name) / "node.sqlite"
        database = Database.open(f"sqlite:///{path}")
        database.create_all()
        begun = time.perf_counter()
        values = fill(path, mentions)
        claims.say(f"filled with {mentions:,} mentions of {values:,} values", time.perf_counter() - begun, "s")
        claims.say("on disk, a mention", path.stat().st_size / mentions, "bytes")
        index = Index(SAFE)
        rounds = 2_000 if claims.quick else 20_000
        measure(claims, database, index, values, rounds)
        write(claims, database, index)
        database.close()
    claims.close()


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--mentions", type=int, default=10_000_000)
    parser.add_argument("--folder", type=Path, default=None, help="where the database is made")


def value_of(number: int) -> Mention:
    return Mention(type="phone", key=f"+84{number:09d}", role="named")


def fill(path: Path, mentions: int) -> int:
    """Things, values and mentions; returns how many values there are. The first ones are hubs."""
    chance = random.Random(7)
    values, things = mentions // PER_VALUE, mentions // PER_THING
    connection = sqlite3.connect(path)
    connection.executescript("PRAGMA synchronous = OFF; PRAGMA cache_size = -400000")
    connection.executemany(
        "INSERT INTO mention_thing (number, thing_id, kind, label, access_id, at_us, restricted)"
        " VALUES (?,?,?,?,?,?,?)",
        (
            (number, f"req-{number:026d}", "request", f"VN-2026-{number:06d}", f"req-{number:026d}", number,
             int(number % 100 < HIDDEN_OF_100))
            for number in range(1, things + 1)
        ),
    )  # fmt: skip
    counts: dict[int, list[int]] = {}

    def rows() -> Iterator[tuple[int, int, int, int]]:
        for value in range(1, values + 1):
            seen = min(HUB_SEEN, things) if value <= HUBS else chance.randint(1, 2 * PER_VALUE - 1)
            named = sorted({chance.randint(1, things) for _ in range(seen)})
            hidden = sum(thing % 100 < HIDDEN_OF_100 for thing in named)
            counts[value] = [len(named) - hidden, hidden]
            for thing in sorted(named, key=lambda one: (one % 100 < HIDDEN_OF_100, one)):
                yield value, int(thing % 100 < HIDDEN_OF_100), thing, 0

    connection.executemany("INSERT INTO mention (value, restricted, thing, role) VALUES (?,?,?,?)", rows())
    connection.executemany(
        "INSERT INTO mention_value (number, digest, open_count, hidden_count) VALUES (?,?,?,?)",
        (
            (number, SAFE.blind(f"phone:{value_of(number).key}".encode(), purpose="identifier-index"), *counts[number])
            for number in range(1, values + 1)
        ),
    )
    connection.commit()
    connection.close()
    return values


def measure(claims: Claims, database: Database, index: Index, values: int, rounds: int) -> None:
    chance = random.Random(8)
    asked = {
        "any value": [chance.randint(HUBS + 1, values) for _ in range(rounds)],
        "a value that nobody names": [values + 1 + one for one in range(rounds // 4)],
        "a hub (ten thousand times)": [chance.randint(1, HUBS) for _ in range(rounds // 4)],
    }
    for name, numbers in asked.items():
        taken = []
        for number in numbers:
            begun = time.thread_time()
            with database.read() as connection:
                known = index.look_up(connection, OFFICER, value_of(number))
            taken.append((time.thread_time() - begun) * 1e3)
            if name.startswith("a hub") and known.times < len(known.seen):
                raise SystemExit("a hub lost its count")
        claims.say(f"{name}, half of all", median(taken), "ms")
        claims.at_most(f"{name}, p99", at_percent(taken, 99), "ms", 1.0)


def write(claims: Claims, database: Database, index: Index) -> None:
    """What a thousand objects of intelligence, two identifiers each, cost in their own transaction."""
    named = [
        (Naming(kind="intel", id=f"col/{number}", label="o", at_us=number), (value_of(number), value_of(number + 7)))
        for number in range(1_000)
    ]
    begun = time.perf_counter()
    database.write(lambda connection: index.put_many(connection, named))
    claims.say("a thousand objects put in at once", 1_000 / (time.perf_counter() - begun), "objects/s")


if __name__ == "__main__":
    main()
