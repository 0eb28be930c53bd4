"""Search on both databases: both roads find what a plain reading finds, in its order, and neither reads everything."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from lienlac import limits
from lienlac.hotline.inbox import store as lines
from lienlac.hotline.inbox.store import Filter, request_table, word_table
from lienlac.hotline.lifecycle import Stage, State
from lienlac.hotline.search import store as search
from lienlac.identifiers.folding import BACKWARDS
from lienlac.people.access import store as access
from lienlac.people.access.store import Relation
from lienlac.people.rights import Scope, Thing
from lienlac.storage.database import Database

NOW = datetime(2026, 11, 25, tzinfo=UTC)
REQUESTS = 240
NAMES = ("dang", "thi", "hong", "nguyen", "van", "hongkong", "tran", "ocean")
SUBJECTS = ("uni-a", "uni-b", "off-x", "off-y")
SCOPES = (
    Scope(officer_id="off-x", keys=frozenset({"off-x", "uni-a"})),
    Scope(officer_id="off-z", keys=frozenset({"off-z"})),
    Scope(officer_id="off-s", keys=frozenset({"off-s", "uni-b"}), within=frozenset({"uni-b"})),
    Scope(officer_id="off-w", keys=frozenset({"off-w"}), whole=True),
)
FILTERS = (
    {"stage": None},
    {"stage": Stage.OPEN},
    {"stage": Stage.ENDED, "urgency": "hot"},
)
QUERIES = (
    ("dang", "thi", "hong"), ("hong",), ("ocean", "tran"), ("thi", "van"), ("99120",), ("120", "dang"), ("nobody", "thi"),
    ("hong", "hongkong"), ("7",),
)  # fmt: skip
ROADS = {"gathered": (10**6, 10**6), "looked through": (0, 0), "either": (60, 10)}
"""From how many requests a word is frequent, and how many are gathered at most."""


class Desk:
    """Requests with words, some of them hidden from some; and what a plain reading finds among them."""

    def __init__(self, database: Database, seed: int = 5) -> None:
        self.database = database
        source = random.Random(seed)
        self.words: dict[str, set[str]] = {}
        self.rows: dict[str, dict[str, Any]] = {}
        self.things: dict[str, Thing] = {}
        for number in range(REQUESTS):
            self._make(source, number)
        database.write(self._write)

    def _make(self, source: random.Random, number: int) -> None:
        request_id = f"req-{number:026d}"
        account = f"{source.randrange(10**9)}{source.choice(('99120', '7', '4120'))}"
        words = set(source.sample(NAMES, source.randint(1, 5))) | {account, BACKWARDS + account[::-1]}
        named = frozenset(source.sample(SUBJECTS, 2)) if source.random() < 0.3 else frozenset()
        held = frozenset(source.sample(SUBJECTS, 1))
        self.words[request_id] = words
        self.things[request_id] = Thing(
            id=request_id,
            units=frozenset(one for one in named if one.startswith("uni-")),
            officers=frozenset(one for one in named if one.startswith("off-")),
            holders=held,
        )
        stage = source.choice((Stage.OPEN, Stage.ANSWERED, Stage.ENDED))
        self.rows[request_id] = {
            "request_id": request_id, "direction": source.choice(("in", "out")), "peer": "us", "kind": "hotline.x",
            "reference": f"US-2026-{number:06d}", "urgency": source.choice(("hot", "normal")),
            "state": State.DELIVERED.value, "stage": stage.value, "title": "t",
            "due_us": source.randrange(50), "rests": False, "opened_us": 1, "updated_us": source.randrange(50),
            "messages": 1, "watch_us": 1, "watched_us": 1, "restricted": int(bool(named)),
        }  # fmt: skip

    def _write(self, connection: sa.Connection) -> None:
        connection.execute(request_table.insert(), list(self.rows.values()))
        rows = [{"word": word, "request_id": one} for one, words in self.words.items() for word in words]
        connection.execute(word_table.insert(), rows)
        for request_id, thing in self.things.items():
            for relation, subjects in (
                (Relation.ALLOWED, thing.units | thing.officers),
                (Relation.HOLDER, thing.holders),
            ):
                access.add(connection, request_id, relation, subjects, by="off-x", at=NOW)

    def plainly(self, wanted: Filter, scope: Scope) -> list[str]:
        """Every request read, one after the other."""
        found = [
            row
            for request_id, row in self.rows.items()
            if row["direction"] == wanted.direction
            and (wanted.stage is None or row["stage"] == wanted.stage.value)
            and wanted.urgency in (None, row["urgency"])
            and scope.shows(self.things[request_id])
            and all(self._holds(request_id, word) for word in wanted.words)
        ]
        if wanted.stage is Stage.OPEN:
            found.sort(key=lambda row: (row["due_us"], row["request_id"]))
        else:
            found.sort(key=lambda row: (row["updated_us"], row["request_id"]), reverse=True)
        return [row["request_id"] for row in found]

    def _holds(self, request_id: str, word: str) -> bool:
        spellings = (word, BACKWARDS + word[::-1]) if word.isdigit() else (word,)
        return any(one.startswith(spelling) for one in self.words[request_id] for spelling in spellings)

    def pages(self, wanted: Filter, scope: Scope, find: Callable[..., lines.Page] = search.page) -> list[str]:
        """What one finds who goes on as long as there is a further page."""
        found, after, turns = [], None, 0
        with self.database.read() as connection:
            while True:
                page = find(connection, wanted, scope, after=after, rows=7)
                found += [row.request_id for row in page.rows]
                after, turns = page.after, turns + 1
                assert turns < 300
                if after is None:
                    return found


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


@pytest.mark.parametrize("road", ROADS)
def test_both_roads_find_what_a_plain_reading_finds(desk: Desk, road: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rare, gathered = ROADS[road]
    monkeypatch.setattr(limits, "SEARCH_RARE_MAX", rare)
    monkeypatch.setattr(limits, "SEARCH_GATHERED_MAX", gathered)
    monkeypatch.setattr(limits, "SEARCH_LOOKED_THROUGH_MAX", 25)
    something = 0
    for words in QUERIES:
        for chosen in FILTERS:
            for scope in SCOPES:
                wanted = Filter(direction="in", words=words, **chosen)  # type: ignore[arg-type]  # of a table of ours
                expected = desk.plainly(wanted, scope)
                assert desk.pages(wanted, scope) == expected, (words, chosen, scope.officer_id)
                something += bool(expected)
    assert something > len(QUERIES) * len(FILTERS), "most searches must find something, or this shows nothing"


def test_without_words_the_inbox_goes_through_everything_once(desk: Desk) -> None:
    for chosen in FILTERS:
        for scope in SCOPES:
            wanted = Filter(direction="out", **chosen)  # type: ignore[arg-type]  # as above
            assert desk.pages(wanted, scope, lines.inbox) == desk.plainly(wanted, scope)


def test_counters_count_what_the_scope_shows(desk: Desk) -> None:
    now, soon = (datetime.fromtimestamp(0, UTC) + timedelta(microseconds=at) for at in (10, 30))
    for scope in SCOPES:
        with desk.database.read() as connection:
            counted = lines.counts(connection, scope, now, soon)
            waiting = lines.waiting_count(connection, scope, soon)
        rows = [row for request_id, row in desk.rows.items() if scope.shows(desk.things[request_id])]
        for side in ("in", "out"):
            opened = [row for row in rows if row["direction"] == side and row["stage"] == Stage.OPEN.value]
            one = counted[side]
            assert one.open == one.fresh == len(opened)
            assert one.overdue == sum(row["due_us"] <= 10 for row in opened)
            assert one.soon == sum(10 < row["due_us"] <= 30 for row in opened)
            ended = [row for row in rows if row["direction"] == side and row["stage"] == Stage.ANSWERED.value]
            assert one.answered == len(ended)
            if side == "in":
                assert waiting == sum(row["due_us"] <= 30 for row in opened)


@pytest.mark.parametrize("road", ROADS)
def test_no_question_reads_a_whole_table(desk: Desk, road: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plans themselves: what is quick among two hundred requests must not be slow among a million."""
    monkeypatch.setattr(limits, "SEARCH_RARE_MAX", ROADS[road][0])
    monkeypatch.setattr(limits, "SEARCH_GATHERED_MAX", ROADS[road][1])
    asked: list[tuple[str, Any]] = []
    with desk.database.read() as connection:

        def note(_connection: object, _cursor: object, statement: str, given: Any, *_: object) -> None:
            asked.append((statement, given))

        sa.event.listen(connection, "before_cursor_execute", note)
        for scope in SCOPES:
            for chosen in FILTERS:
                for words in (("hong", "99120"), ("thi",), ()):
                    find = search.page if words else lines.inbox
                    wanted = Filter(direction="in", words=words, **chosen)  # type: ignore[arg-type]  # as above
                    page = find(connection, wanted, scope, rows=3)
                    find(connection, wanted, scope, rows=3, after=page.after)
            lines.counts(connection, scope, NOW, NOW)
            lines.waiting_count(connection, scope, NOW)
            lines.fresh(connection, scope)
        sa.event.remove(connection, "before_cursor_execute", note)
        plans = {statement: plan_of(connection, statement, given) for statement, given in asked}
        product = connection.dialect.name
    for statement, plan in plans.items():
        assert not full_scans(plan), f"{statement}\n{plan}"
        # PostgreSQL counts what lies where; SQLite takes the first index that fits a part of the question
        if product == "sqlite" and "request_id IN (?" in statement and "hotline_request" in statement:
            assert "ix_hotline_request" not in plan, f"named by id, and yet looked for elsewhere:\n{statement}\n{plan}"
    assert len(plans) > 20


def plan_of(connection: sa.Connection, statement: str, given: Any) -> str:
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)
        return "\n".join(row[3] for row in rows)
    connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # a small table is read whole; could it be otherwise?
    return "\n".join(row[0] for row in connection.exec_driver_sql(f"EXPLAIN {statement}", given))


def full_scans(plan: str) -> list[str]:
    """Lines of a plan that read a whole table or index of requests, words or rights."""
    tables = ("hotline_request", "hotline_word", "access_entry")
    return [
        line
        for line in plan.splitlines()
        if ("Seq Scan" in line and any(name in line for name in tables))
        or (line.startswith("SCAN ") and any(line.startswith(f"SCAN {name}") for name in tables))
    ]
