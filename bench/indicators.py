"""Indicators over a million requests: the first count, a quarter, a year and all of it, and after one request changed.

Asked are a program that has just begun and has nothing in memory, and one that was asked before.

Two years of requests between two nodes, by kinds of request and of crime as they are unevenly spread in life. The first
count goes in bounded steps beside everything else; what is measured of it is its length and its longest step.
"""

from __future__ import annotations

import random
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from _claims import Claims
from lienlac.programmes.indicators import store
from lienlac.programmes.indicators.desk import Indicators
from lienlac.programmes.indicators.quarter import Quarter, up_to
from lienlac.records.measured import Measured
from lienlac.storage.database import Database
from lienlac.vocabulary import request_kinds, typologies

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

VN, US = "vn-a05", "us-ic3"
LAST = Quarter(2026, 3)
QUARTERS = 8
LIMIT_S = 1.0
STEP_LIMIT_S = 1.0
PIECE = 5_000
_FIELDS = ("fxp", "imp", "eco", "gmb")


class Nothing:
    """No older requests: the rows are there."""

    def measured_after(self, _connection: Connection, _after: str, _rows: int, /) -> Sequence[tuple[str, None]]:
        """None."""
        return ()


def made(chance: random.Random, codes: list[str], weights: list[float], kinds: list[str]) -> Measured:
    """One request of these two years."""
    there = chance.random() < 0.6
    decided = chance.random() < 0.95
    freeze = chance.random() < 0.5
    since = LAST.until - timedelta(days=730)
    seconds = {"receipt": int(chance.expovariate(1 / 8)), "acknowledge": int(chance.lognormvariate(6.5, 1))}
    if decided:
        seconds |= {"decide": int(chance.lognormvariate(8.5, 1)), "execute": int(chance.lognormvariate(9.5, 1.2))}
    amount = int(chance.lognormvariate(18, 2))
    return Measured(
        requester=VN if there else US,
        executor=US if there else VN,
        kind="hotline.freeze-payment" if freeze else chance.choice(kinds),
        typology=chance.choices(codes, weights)[0],
        received_at=since + timedelta(seconds=chance.randrange(730 * 86_400)),
        seconds=seconds,
        inside={measure: chance.random() < 0.9 for measure in seconds},
        decided=decided,
        ground=chance.choice(["r1", "r2", "r3"]) if decided and chance.random() < 0.05 else "",
        freeze=freeze,
        was_held=freeze and chance.random() < 0.66,
        usefulness=chance.choice(["", "useful", "partly", "not-useful"]),
        asked=("VND", amount) if freeze else None,
        held=("VND", amount // 2) if freeze else None,
    )


def fill(database: Database, count: int) -> float:
    """Write the rows as the hotline does, one after the other; the microseconds that each cost."""
    chance = random.Random(7)
    codes, kinds = list(typologies.codes()), list(request_kinds.codes())
    weights = [1 / (place + 1) for place in range(len(codes))]
    spent, number = 0.0, 0
    while number < count:
        rows = [made(chance, codes, weights, kinds) for _ in range(min(PIECE, count - number))]

        def write(connection: Connection, first: int = number, some: Sequence[Measured] = rows) -> None:
            for place, one in enumerate(some):
                store.put(connection, f"req-{first + place:026}", one)

        begun = time.perf_counter()
        database.write(write)
        spent += time.perf_counter() - begun
        number += len(rows)
    return spent / count * 1e6


def asked(database: Database, indicators: Indicators, quarters: int) -> float:
    """Seconds of one question about the last quarters."""
    begun = time.perf_counter()
    with database.read() as connection:
        _found, current = indicators.of_quarters(connection, up_to(LAST, quarters), pair=(VN, US), typologies=_FIELDS)
    if not current:
        msg = "something was not counted"
        raise AssertionError(msg)
    return time.perf_counter() - begun


def main() -> None:
    claims = Claims(__doc__)
    count = 50_000 if claims.quick else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        database = Database.open(f"sqlite:///{Path(folder) / 'node.db'}")
        database.migrate()
        indicators = Indicators(database, Nothing())
        claims.say("a request's row, in the transaction that changes the request", fill(database, count), "µs")
        begun, longest = time.perf_counter(), 0.0
        while True:
            step = time.perf_counter()
            if not indicators.watch():
                break
            longest = max(longest, time.perf_counter() - step)
        claims.say(f"first count of {count:,} requests", time.perf_counter() - begun, "s", "beside everything else")
        claims.at_most("its longest step", longest, "s", STEP_LIMIT_S)
        for quarters, name in ((1, "one quarter"), (4, "a year"), (QUARTERS, "all of it")):
            first = min(asked(database, Indicators(database, Nothing()), quarters) for _ in range(3))
            claims.at_most(
                f"figures of {name}, by kind, with percentiles, in a program just begun", first, "s", LIMIT_S
            )
        asked(database, indicators, QUARTERS)
        claims.at_most("all of it again", asked(database, indicators, QUARTERS), "s", LIMIT_S)
        chance = random.Random(8)
        codes, kinds = list(typologies.codes()), list(request_kinds.codes())
        new = made(chance, codes, [1.0] * len(codes), kinds)
        database.write(lambda connection: indicators.heard(connection, "req-new", new))
        claims.at_most("all of it after one more request", asked(database, indicators, QUARTERS), "s", LIMIT_S)
        begun = time.perf_counter()
        while indicators.watch():
            pass
        claims.at_most("counting that one in", time.perf_counter() - begun, "s", LIMIT_S)
        claims.at_most("all of it once that is counted", asked(database, indicators, QUARTERS), "s", LIMIT_S)
        database.close()
    claims.close()


if __name__ == "__main__":
    main()
