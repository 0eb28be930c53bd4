"""A million requests: searches by name, by the end of an account number, by words that are everywhere; inbox, counters.

The tables are filled in bulk past the desk: two thousand requests are folded by the hotline's own rules and stand for
the rest, each copy with its own instants, holder, account and words. Asked through the same functions as every page and
program, with the scope of an officer from whom some requests are hidden; what is measured is the answer without drawing
the page. Names are spread as in Viet Nam: a family name of three in eight, "thi" of two in five, given names of one in
a hundred.
"""

from __future__ import annotations

import random
import sqlite3
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from _claims import Claims, at_percent, median
from _requests import sample
from lienlac import clock
from lienlac.clock import SystemClock
from lienlac.hotline.inbox import store as lines
from lienlac.hotline.inbox.line import BACKWARDS, query_words
from lienlac.hotline.inbox.store import Filter
from lienlac.hotline.lifecycle import Stage
from lienlac.hotline.search import store as search
from lienlac.identifiers.folding import fold
from lienlac.people.rights import Scope
from lienlac.storage.database import Database

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

NODE: Final = "vn-bench"
AT_ONCE: Final = 20_000
WORDS: Final = 14
"""Words of the sample's own that each copy keeps, besides those of its own name, account and reference."""
HIDDEN: Final = 0.02
"""So many requests of a hundred are restricted to others."""
OFFICER: Final = Scope(officer_id="off-bench", keys=frozenset({"off-bench", "uni-bench"}))
FAMILIES: Final = (("Nguyễn", 38), ("Trần", 12), ("Lê", 11), ("Phạm", 7), ("Hoàng", 5), ("Phan", 5), ("Vũ", 4),
                   ("Đặng", 2), ("Bùi", 2), ("Đỗ", 1), ("Hồ", 1), ("Ngô", 1), ("Dương", 1), ("Lý", 1))  # fmt: skip
MIDDLES: Final = (("Thị", 40), ("Văn", 30), ("Minh", 8), ("Quốc", 6), ("Thu", 6), ("Đức", 5), ("Ngọc", 5))
GIVEN: Final = tuple(
    f"{first}{second}"
    for first in ("H", "L", "M", "T", "Th", "Ph", "Tr", "Q", "B", "Nh")
    for second in ("ồng", "an", "ình", "ương", "oa", "iếu", "ài", "ơn", "úc", "âm")
)


def main() -> None:
    claims = Claims(__doc__, options=_options)
    requests = 50_000 if claims.quick else claims.options.requests
    with tempfile.TemporaryDirectory(prefix="bench-", dir=claims.options.folder) as name:
        path = Path(name) / "node.sqlite"
        database = Database.open(f"sqlite:///{path}")
        database.create_all()
        started = time.perf_counter()
        Filler(database, path).fill(requests)
        claims.say(f"{requests:,} requests written", time.perf_counter() - started, "s")
        claims.say("  the database takes", path.stat().st_size / 1e9, "GB")
        measure(claims, database, 20 if claims.quick else 60)
        database.close()
    claims.close()


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--requests", type=int, default=1_000_000, help="how many")
    parser.add_argument("--folder", default=None, help="where the database is made")


class Filler:
    """Copies of real lines, written with the driver itself; indexes are made at the end."""

    def __init__(self, database: Database, path: Path) -> None:
        self._database, self._path = database, path
        self._source = random.Random(20261125)
        self._now = SystemClock().now()
        self._sample = sample(NODE, 2_000, self._now)

    def fill(self, requests: int) -> None:
        """Write them, an hour in two each, the newest last."""
        with sqlite3.connect(self._path) as raw:
            indexes = raw.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
                " AND tbl_name IN ('hotline_request', 'hotline_word')"
            ).fetchall()
            raw.execute("PRAGMA synchronous = off")
            raw.execute("PRAGMA cache_size = -1000000")
            for name, _ in indexes:
                raw.execute(f"DROP INDEX {name}")
            columns = [column.name for column in lines.request_table.columns]
            places = ", ".join("?" * len(columns))
            add = f"INSERT INTO hotline_request ({', '.join(columns)}) VALUES ({places})"
            words: list[tuple[str, str]] = []
            for start in range(0, requests, AT_ONCE):
                made = [self._copy(number, requests) for number in range(start, min(start + AT_ONCE, requests))]
                raw.executemany(add, [[line[name] for name in columns] for line, _ in made])
                words += [(word, line["request_id"]) for line, found in made for word in found]
            words.sort()
            raw.executemany("INSERT INTO hotline_word (word, request_id) VALUES (?, ?)", words)
            hidden = [
                (f"req-{number:026d}", "off-other", "allowed", 1, "off-other") for number in self._hidden(requests)
            ]
            raw.executemany(
                "INSERT INTO access_entry (thing, subject, relation, since_us, by) VALUES (?,?,?,?,?)", hidden
            )
            for _, statement in indexes:
                raw.execute(statement)

    def _copy(self, number: int, requests: int) -> tuple[dict[str, Any], set[str]]:
        """The line and the words of one request."""
        line, words = self._sample[number % len(self._sample)]
        back = timedelta(hours=(requests - number) / 2)
        open_us = 0 if line["stage"] == Stage.OPEN.value else 1
        at_us = clock.to_us(self._now - back * open_us)
        holder = fold(" ".join(self._one(names) for names in (FAMILIES, MIDDLES)) + " " + self._source.choice(GIVEN))
        account = str(self._source.randrange(10**12, 10**13))
        reference = f"US-2026-{number:06d}"
        own = {account, BACKWARDS + account[::-1], f"{number:06d}", BACKWARDS + f"{number:06d}"[::-1], *holder.split()}
        changed = {"request_id": f"req-{number:026d}", "reference": reference, "updated_us": at_us, "opened_us": at_us}
        restricted = int(self._is_hidden(number))
        return {**line, **changed, "restricted": restricted}, {*words[:WORDS], *own}

    def _one(self, names: tuple[tuple[str, int], ...]) -> str:
        return self._source.choices([name for name, _ in names], [share for _, share in names])[0]

    @staticmethod
    def _is_hidden(number: int) -> bool:
        return number % int(1 / HIDDEN) == 0

    def _hidden(self, requests: int) -> Iterator[int]:
        yield from range(0, requests, int(1 / HIDDEN))


def measure(claims: Claims, database: Database, rounds: int) -> None:
    """Each question with other words every time; the slowest of twenty counts."""
    source = random.Random(7)
    now = SystemClock().now()

    def name() -> str:
        family, middle = (source.choice([one for one, _ in names]) for names in (FAMILIES, MIDDLES))
        return f"{family} {middle} {source.choice(GIVEN)}"

    searches: dict[str, Callable[[], str]] = {
        "a full name": name,
        '"dang thi hong"': lambda: "dang thi hong",
        "last six digits of an account": lambda: f"{source.randrange(10**6):06d}",
        "last four digits of an account": lambda: f"{source.randrange(10**4):04d}",
        "a reference": lambda: f"US-2026-{source.randrange(10**6):06d}",
        "words that are everywhere": lambda: source.choice(("ocean tran", "nguyen", "goldentrade thi van")),
        "nothing that is there": lambda: f"{name()} {source.randrange(10**11)}x",
    }
    for title, words in searches.items():
        spent, found = [], 0
        for _ in range(rounds):
            wanted = Filter(direction="in", stage=None, words=query_words(words()))
            started = time.perf_counter()
            with database.read() as connection:
                found += len(search.page(connection, wanted, OFFICER).rows)
            spent.append((time.perf_counter() - started) * 1000)
        claims.at_most(f"search for {title}, p95", at_percent(spent, 95), "ms", 100)
        claims.say("  p50", median(spent), "ms", f"{found / rounds:.1f} found")
    asked: dict[str, Callable[[Any], object]] = {
        "inbox, open": lambda connection: lines.inbox(connection, Filter(direction="in"), OFFICER),
        "inbox, everything": lambda connection: lines.inbox(connection, Filter(direction="in", stage=None), OFFICER),
        "counters": lambda connection: lines.counts(connection, OFFICER, now, now + timedelta(hours=2)),
        "badge and alert": lambda connection: (
            lines.waiting_count(connection, OFFICER, now + timedelta(hours=2)),
            lines.fresh(connection, OFFICER),
        ),
    }
    for title, ask in asked.items():
        spent = []
        for _ in range(rounds):
            started = time.perf_counter()
            with database.read() as connection:
                ask(connection)
            spent.append((time.perf_counter() - started) * 1000)
        claims.at_most(f"{title}, p95", at_percent(spent, 95), "ms", 50)


if __name__ == "__main__":
    main()
