"""Questions compiled once for everybody with the same form of scope: each still finds only what their own scope shows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from lienlac.people.access import store as access
from lienlac.people.access.store import Relation, Scoped, entry_table, in_scope
from lienlac.people.rights import Scope
from lienlac.storage.database import Database
from lienlac.storage.quick import Quick

AT = datetime(2026, 11, 25, tzinfo=UTC)
THINGS = {
    "req-open": ((), ("off-anh",)),
    "req-held": ((), ("uni-fraud",)),
    "req-anh": (("off-anh",), ("off-anh",)),
    "req-chi": (("off-chi",), ("off-chi",)),
    "req-fraud": (("uni-fraud",), ("off-chi",)),
    "req-cyber": (("uni-cyber",), ("off-anh",)),
    "req-both": (("uni-fraud", "off-chi"), ("off-chi",)),
}
"""For each thing who is named by its need-to-know, and who holds it."""
SCOPES = {
    "anh": Scope(officer_id="off-anh", keys=frozenset({"off-anh", "uni-fraud"})),
    "chi": Scope(officer_id="off-chi", keys=frozenset({"off-chi", "uni-cyber"})),
    "em": Scope(officer_id="off-em", keys=frozenset({"off-em", "uni-other"})),
    "alone": Scope(officer_id="off-alone", keys=frozenset({"off-alone"})),
    "nobody": Scope(officer_id="", keys=frozenset()),
    "auditor": Scope(officer_id="off-kiem", keys=frozenset({"off-kiem"}), whole=True),
    "confined": Scope(officer_id="off-soat", keys=frozenset({"off-soat"}), within=frozenset({"uni-fraud"})),
    "confined elsewhere": Scope(officer_id="off-y", keys=frozenset({"off-y"}), within=frozenset({"uni-cyber"})),
    "confined to nothing": Scope(officer_id="off-x", keys=frozenset({"off-x", "uni-fraud"}), within=frozenset()),
}


@pytest.fixture
def things(database: Database) -> Database:
    def work(connection: sa.Connection) -> None:
        for thing, (named, holders) in THINGS.items():
            access.add(connection, thing, Relation.ALLOWED, named, by="off-anh", at=AT)
            access.add(connection, thing, Relation.HOLDER, holders, by="off-anh", at=AT)

    database.write(work)
    return database


def question(scope: Scope, *form: object) -> sa.Select[tuple[str]]:
    del form
    names = entry_table.c.thing
    return sa.select(names).where(names.like(sa.bindparam("like")), in_scope(scope, names)).distinct()


def test_each_finds_what_their_scope_shows_whoever_asked_before(things: Database) -> None:
    ask = Scoped(question)
    for _ in range(2):
        for scope in SCOPES.values():
            with things.read() as connection:
                found = {row.thing for row in ask(connection, scope, like="req-%")}
                expected = {one for one in THINGS if scope.shows(access.thing(connection, one))}
                long_way = connection.execute(question(scope), {"like": "req-%"}).scalars()
                assert found == expected == set(map(str, long_way))


def test_a_statement_is_built_once_for_each_form_and_never_holds_who_asked(things: Database) -> None:
    built: list[Scope] = []

    def build(scope: Scope, *form: object) -> sa.Select[tuple[str]]:
        built.append(scope)
        return question(scope, *form)

    ask: Callable[..., list[object]] = Scoped(build)
    with things.read() as connection:
        for name in ("anh", "chi", "em", "anh"):
            ask(connection, SCOPES[name], like="req-%")
        assert len(built) == 1
        ask(connection, SCOPES["anh"], "another form", like="req-%")
        ask(connection, SCOPES["alone"], like="req-%")
        assert len(built) == 3
    assert not any(scope.officer_id or scope.keys & SCOPES["anh"].keys for scope in built)


def test_a_question_that_is_not_told_who_asks_finds_nothing_that_is_hidden(things: Database) -> None:
    built: list[Scope] = []

    def build(scope: Scope) -> sa.Select[tuple[str]]:
        built.append(scope)
        return question(scope)

    with things.read() as connection:
        for scope in SCOPES.values():
            Scoped(build)(connection, scope, like="req-%")
        for scope in built:
            found = {row[0] for row in Quick(question(scope))(connection, {"like": "req-%"})}
            assert found in (set(), {"req-open", "req-held"}) or scope.whole
