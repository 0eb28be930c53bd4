"""Where identifiers are mentioned: replaced with the thing, seen within one's rights, the same for two or ten thousand."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lienlac import limits
from lienlac.identifiers.accounts import VnAccount
from lienlac.identifiers.index import store
from lienlac.identifiers.index.desk import Index, Known
from lienlac.identifiers.index.mention import Mention, Naming, gathered, of_account, of_name, of_text, of_value
from lienlac.identifiers.names import Tones
from lienlac.keys.rest.safe import Safe
from lienlac.people.access import store as access
from lienlac.people.officer import Officer, Role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lienlac.storage.database import Database

SAFE = Safe(b"k" * 32)
NOW = datetime(2026, 11, 25, tzinfo=UTC)
ACCOUNT = VnAccount(bin="970436", number="0071000123456", holder_name="NGUYEN VAN A")
PHONE = Mention(type="phone", key="+84912345678", role="named", shown="+84912345678")


def officer(login: str, *roles: Role, units: Iterable[str] = (), audits: Iterable[str] | None = None) -> Officer:
    return Officer(
        id=f"off-{login}",
        login=login,
        name=login.title(),
        unit="",
        roles=frozenset(roles or (Role.ANALYST,)),
        units=frozenset(units),
        audits=None if audits is None else frozenset(audits),
    )


ANALYST = officer("anh")
INSIDER = officer("binh", units=("uni-fraud",))
AUDITOR = officer("chi", Role.AUDITOR)
CONFINED = officer("dung", Role.AUDITOR, audits=("uni-fraud",))
ADMINISTRATOR = officer("em", Role.ADMINISTRATOR)


def thing(number: int | str, *, kind: str = "request", restricted: bool = False) -> Naming:
    return Naming(kind=kind, id=f"req-{number}", label=f"VN-2026-{number}", at_us=1, restricted=restricted)


class Play:
    """An index on a real database."""

    def __init__(self, database: Database) -> None:
        self.database, self.index = database, Index(SAFE)

    def put(self, naming: Naming, *mentions: Mention) -> None:
        self.database.write(lambda connection: self.index.put(connection, naming, mentions))

    def restrict(self, naming: Naming, *subjects: str) -> None:
        def work(connection: sa.Connection) -> None:
            access.add(connection, naming.id, access.Relation.ALLOWED, subjects, by="off-x", at=NOW)
            self.index.hide(connection, naming.id, restricted=True)

        self.database.write(work)

    def ask(self, who: Officer, mention: Mention = PHONE) -> Known:
        with self.database.read() as connection:
            return self.index.look_up(connection, who, mention)

    def elsewhere(self, who: Officer, naming: Naming, *mentions: Mention) -> list[Known]:
        with self.database.read() as connection:
            return self.index.elsewhere(connection, who, naming.id, mentions)

    def rows(self, table: sa.Table) -> list[Any]:
        with self.database.read() as connection:
            return list(connection.execute(sa.select(table)))


@pytest.fixture
def play(database: Database) -> Play:
    return Play(database)


def test_what_a_thing_names_is_found(play: Play) -> None:
    play.put(thing(1), *of_account(ACCOUNT, "receiving"), PHONE)
    play.put(thing(2), *of_account(ACCOUNT, "victim"))
    (account, _holder) = of_account(ACCOUNT, "receiving")
    known = play.ask(ANALYST, account)
    assert (known.times, [(one.id, one.role) for one in known.seen]) == (
        2,
        [("req-2", "victim"), ("req-1", "receiving")],
    )


def test_a_thing_that_changes_names_what_it_names_now(play: Play) -> None:
    play.put(thing(1), PHONE)
    play.put(thing(1), *of_value("email", "a@b-c.vn", "named"))
    assert play.ask(ANALYST).times == 0
    assert play.ask(ANALYST, Mention(type="domain", key="b-c.vn", role="host")).times == 1
    assert len(play.rows(store.value_table)) == 2  # the telephone left no digest behind


def test_a_thing_that_goes_leaves_nothing(play: Play) -> None:
    play.put(thing(1), PHONE, *of_name("Nguyễn Văn Ánh", "holder"))
    play.database.write(lambda connection: play.index.remove(connection, "req-1"))
    play.database.write(lambda connection: play.index.remove(connection, "req-unknown"))
    for table in (store.value_table, store.thing_table, store.mention_table, store.bucket_table):
        assert play.rows(table) == []


def test_another_spelling_of_the_bank_and_a_second_bin_are_one_account(play: Play) -> None:
    play.put(thing(1), *of_account(VnAccount(bin="970418", number="12 3456 7890"), "receiving"))
    other = next(iter(of_account(VnAccount(bin="970401", number="1234567890"), "receiving")))
    assert play.ask(ANALYST, other).times == 1


def test_shared_infrastructure_and_an_e_mail_provider(play: Play) -> None:
    """The same host is worth telling; that two cases hold a Gmail address is not."""
    play.put(
        thing(1), *of_value("url", "hxxps://san-vang[.]com/a", "named"), *of_value("email", "x@gmail.com", "named")
    )
    found = play.elsewhere(ANALYST, thing(2), *of_text("lừa ở https://www.san-vang.com/b, thư y@gmail.com"))
    assert [(one.about.type, one.about.key, one.seen[0].role) for one in found] == [("domain", "san-vang.com", "host")]


def test_a_thing_is_not_its_own_echo(play: Play) -> None:
    play.put(thing(1), PHONE)
    assert play.elsewhere(ANALYST, thing(1), PHONE) == []


# --- rights -------------------------------------------------------------------------------------------------------


def test_what_is_hidden_is_neither_shown_nor_counted(play: Play) -> None:
    """An existence oracle: the number may not betray what the list hides."""
    for number in range(3):
        play.put(thing(number), PHONE)
    play.restrict(thing(1), "uni-fraud")
    assert [(one.times, len(one.seen)) for one in (play.ask(ANALYST), play.ask(INSIDER))] == [(2, 2), (3, 3)]
    assert {one.id for one in play.ask(ANALYST).seen} == {"req-0", "req-2"}
    play.database.write(lambda connection: play.index.hide(connection, "req-1", restricted=False))
    assert play.ask(ANALYST).times == 3


def test_what_was_put_as_hidden_is_hidden_from_its_first_moment(play: Play) -> None:
    play.put(thing(1, restricted=True), PHONE)
    assert play.ask(ANALYST).times == 0


def test_no_oracle_through_similar_names(play: Play) -> None:
    play.put(thing(1, restricted=True), *of_name("Nguyễn Văn Ánh", "holder"))
    assert play.elsewhere(ANALYST, thing(2), *of_name("NGUYEN VAN ANH", "holder")) == []


def test_roles_that_see_no_cases_find_nothing(play: Play) -> None:
    play.put(thing(1), PHONE)
    assert play.ask(ADMINISTRATOR).times == 0
    assert play.ask(AUDITOR).times == 1


def test_a_confined_auditor_sees_what_concerns_the_unit(play: Play) -> None:
    play.put(thing(1), PHONE)
    play.put(thing(2), PHONE)
    play.restrict(thing(2), "uni-fraud")
    assert [one.id for one in play.ask(CONFINED).seen] == ["req-2"]


def test_what_lies_in_something_is_as_restricted_as_that(play: Play) -> None:
    naming = Naming(kind="intel", id="indicator--1", label="i", at_us=1, access="col-1")
    play.put(naming, PHONE)
    access_of = thing("x")
    assert play.ask(ANALYST).times == 1

    def work(connection: sa.Connection) -> None:
        access.add(connection, "col-1", access.Relation.ALLOWED, ["uni-fraud"], by="off-x", at=NOW)
        play.index.hide(connection, "col-1", restricted=True)

    play.database.write(work)
    assert (play.ask(ANALYST).times, play.ask(INSIDER).times) == (0, 1)
    assert access_of.restricted is False


# --- hubs, names, what a thief sees -------------------------------------------------------------------------------


def test_a_hub_shows_the_newest_and_counts_all(play: Play) -> None:
    """A value seen thousands of times explodes nothing."""
    many = limits.MENTIONS_LOOKED_AT_MAX + 200
    named = [(thing(number), (PHONE,)) for number in range(many)]
    play.database.write(lambda connection: play.index.put_many(connection, named))
    known = play.ask(ANALYST)
    assert (known.times, len(known.seen), known.at_least) == (many, limits.MENTIONS_SHOWN, False)
    assert known.seen[0].id == f"req-{many - 1}"
    audited = play.ask(AUDITOR)
    assert (audited.times, audited.at_least) == (limits.MENTIONS_COUNTED_MAX, True)


def test_a_similar_name_is_a_hint_with_its_tones(play: Play) -> None:
    play.put(thing(1), *of_name("NGUYEN VAN ANH", "holder"))
    play.put(thing(2), *of_name("Nguyễn Văn Anh", "holder"))
    play.put(thing(3), *of_name("Trần Thị Bình", "holder"))
    found = play.elsewhere(ANALYST, thing(4), *of_name("Nguyễn Văn Ánh", "holder"))
    assert {(one.name, one.likeness.tones) for one in found if one.likeness} == {
        ("NGUYEN VAN ANH", Tones.UNWRITTEN),
        ("Nguyễn Văn Anh", Tones.DIFFERENT),
    }


def test_a_stolen_database_names_nobody(play: Play) -> None:
    """Neither identity cards nor accounts nor names stand in the index's tables, and without the key none can be tried."""
    card = Mention(type="person-id", key="001185012345", role="named")
    play.put(thing(1), card, PHONE, *of_account(ACCOUNT, "receiving"))
    everything = repr([play.rows(table) for table in (store.value_table, store.mention_table, store.bucket_table)])
    for secret in ("001185012345", "912345678", "0071000123456", "NGUYEN", "nguyen"):
        assert secret not in everything
    with play.database.read() as connection:
        assert Index(Safe(b"x" * 32)).look_up(connection, ANALYST, card).times == 0


def test_mentions_of_one_thing_are_bounded() -> None:
    mentions = (Mention(type="phone", key=str(number), role="text") for number in range(10_000))
    assert len(gathered(mentions)) == limits.MENTIONS_PER_THING_MAX


class Shelf:
    """A slice that names one thing."""

    def __init__(self, *things: tuple[Naming, tuple[Mention, ...]]) -> None:
        self.things = {naming.id: (naming, mentions) for naming, mentions in things}

    def naming(self, connection: sa.Connection, thing_id: str) -> tuple[Naming, tuple[Mention, ...]] | None:
        del connection
        return self.things.get(thing_id)

    def ids_after(self, connection: sa.Connection, thing_id: str, most: int) -> list[str]:
        del connection
        return [one for one in sorted(self.things) if one > thing_id][:most]


def test_made_anew_it_is_what_is_stored(play: Play) -> None:
    play.put(thing(9), PHONE)
    shelf = Shelf((thing(1), (PHONE,)), (thing(2, restricted=True), (PHONE,)))
    assert play.index.rebuild(play.database, [shelf]) == 2
    assert [one.id for one in play.ask(ANALYST).seen] == ["req-1"]


KEYS = [Mention(type="phone", key=f"+8491234567{digit}", role=role) for digit in range(4) for role in ("named", "text")]
STEPS = st.lists(
    st.tuples(st.integers(0, 4), st.sampled_from(["put", "hide", "open", "remove"]), st.sets(st.sampled_from(KEYS))),
    max_size=15,
)


@given(STEPS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
def test_counts_are_what_a_full_count_says(sqlite_database: Database, steps: list[Any]) -> None:
    """Whatever happens in whatever order, the counter of each value is the number of things that name it."""
    play = Play(sqlite_database)
    play.database.write(store.empty)
    model: dict[int, tuple[frozenset[str], bool]] = {}
    for number, step, mentions in steps:
        keys, hidden = model.get(number, (frozenset(), False))
        if step == "put":
            play.put(thing(number, restricted=hidden), *mentions)
            model[number] = frozenset(mention.key for mention in mentions), hidden
        elif step == "remove":
            play.database.write(lambda connection, one=number: play.index.remove(connection, f"req-{one}"))
            model.pop(number, None)
        elif number in model:
            play.database.write(
                lambda connection, one=number, hide=step == "hide": play.index.hide(
                    connection, f"req-{one}", restricted=hide
                )
            )
            model[number] = keys, step == "hide"
    for mention in KEYS:
        wanted = sum(mention.key in keys and not hidden for keys, hidden in model.values())
        assert play.ask(ANALYST, mention).times == wanted
