"""Both sides see who answers now: stated when it changes, folded in any order, allowed by the agreement."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac import limits
from lienlac.duty.kinds import ON_CALL
from lienlac.duty.oncall.statement import Statement, latest, next_instant
from lienlac.errors import NotAllowed
from lienlac.wire.bodies.duty import Contact, OnCall
from lienlac.wire.receipt import Verdict
from tests.duty.scene import US, VN, Stage, agreed
from tests.hotline.scene import agreement
from tests.world.fakes import START


@pytest.fixture
def stage(sqlite_database):
    return Stage(sqlite_database)


def stated(stage):
    return [body.contact for _, body in stage.wire.sent]


# --- what we state ------------------------------------------------------------------------------------------------


def test_it_is_stated_once_and_again_when_it_changes(stage):
    stage.turn()
    stage.turn(30)
    header, body = stage.wire.sent[0]
    assert len(stage.wire.sent) == 1
    assert (header.kind, header.recipient, header.purpose) == (ON_CALL, US, "run-cooperation")
    assert body.contact == Contact(name="Officer first", unit="Cục A05", phone="", until=stage.at(24))
    stage.duty.contacts.set_person(stage.officers["first"], stage.id("first"), phone="+84912345678", quiet=None)
    stage.turn()
    assert [contact.phone for contact in stated(stage)] == ["", "+84912345678"]
    stage.turn(24 * 60)
    assert stated(stage)[-1] is None, "the shift is over and nobody follows"


def test_a_statement_holds_nothing_but_the_contact(stage):
    stage.turn()
    assert set(msgspec.to_builtins(stage.wire.sent[0][1])) == {"stated_at", "contact"}
    assert set(msgspec.to_builtins(stated(stage)[0])) == {"name", "unit", "phone", "until"}
    assert stage.wire.sent[0][0].record_id in {None, ""}


def test_an_empty_roster_is_never_stated(sqlite_database):
    stage = Stage(sqlite_database, roster=False)
    stage.turn()
    assert stage.wire.sent == []


def test_only_where_the_agreement_names_it(sqlite_database):
    stage = Stage(sqlite_database)
    stage.agreed.document = agreement()
    stage.turn()
    stage.agreed.document = None
    stage.turn()
    stage.agreed.document = agreed(purposes=("stop-funds",))
    stage.turn()
    assert stage.wire.sent == []
    stage.agreed.document = agreed(legal_bases=("interpol",))
    stage.turn()
    assert [header.legal_basis for header, _ in stage.wire.sent] == ["interpol"]


def test_a_link_that_is_closed_gets_it_when_it_is_open_again(stage):
    stage.wire.refuses = NotAllowed("link-suspended", peer=US, reason="")
    stage.turn()
    stage.wire.refuses = None
    stage.turn(seconds=5)
    assert len(stage.wire.sent) == 1


def test_a_closed_account_answers_nobody_and_the_next_line_is_named(stage):
    stage.fire("first")
    stage.turn()
    assert stated(stage)[0].name == "Officer second"


def settled(stage, verdict, code=None):
    header, _ = stage.wire.sent[-1]
    told = SimpleNamespace(header=header, verdict=verdict, code=code, received_at=stage.clock.now())
    handler = stage.duty.settlement_handlers[ON_CALL][0]
    stage.database.write(lambda connection: handler(connection, told))


def test_what_the_partner_took_or_refused_is_seen_and_a_refusal_is_tried_again_later(stage):
    stage.turn()
    settled(stage, Verdict.ACCEPTED)
    with stage.reading() as connection:
        assert stage.duty.ours(connection, US).statement.received_at == stage.clock.now()
    settled(stage, Verdict.REFUSED, "kind-suspended")
    with stage.reading() as connection:
        assert stage.duty.ours(connection, US).code == "kind-suspended"
    stage.turn(limits.ON_CALL_AGAIN_MIN - 1)
    assert len(stage.wire.sent) == 1
    stage.turn(1)
    assert len(stage.wire.sent) == 2


def test_the_stated_instant_only_rises_also_when_the_clock_was_set_back(stage):
    stage.turn()
    stage.clock.at -= timedelta(hours=1)
    stage.shift("second", -2, 24, 1)
    stage.duty.contacts.set_person(stage.officers["second"], stage.id("second"), phone="+84912345678", quiet=None)
    stage.turn()
    instants = [body.stated_at for _, body in stage.wire.sent]
    assert len(instants) == 2
    assert instants[0] < instants[1]


# --- what they state ----------------------------------------------------------------------------------------------


def statement(number, minute):
    contact = (
        None if number % 3 == 0 else Contact(name=f"Officer {number}", unit="IC3", until=START + timedelta(days=1))
    )
    return Statement(
        message_id=f"msg-{number:026d}", stated_at=START + timedelta(minutes=minute), received_at=START, contact=contact
    )


STATEMENTS = st.lists(
    st.tuples(st.integers(0, 30), st.integers(0, 6)), min_size=1, max_size=12, unique_by=lambda p: p[0]
)


@given(STATEMENTS, st.randoms(use_true_random=False))
def test_the_fold_is_commutative_associative_and_idempotent(pairs, chance):
    made = [statement(*pair) for pair in pairs]
    wanted = max(made, key=lambda one: (one.stated_at, one.message_id))
    shuffled = made * 2
    chance.shuffle(shuffled)
    found = None
    for one in shuffled:
        found = latest(found, one)
    assert found == wanted
    middle = len(shuffled) // 2
    halves = [None, None]
    for side, part in enumerate((shuffled[:middle], shuffled[middle:])):
        for one in part:
            halves[side] = latest(halves[side], one)
    assert latest(*halves) == latest(*reversed(halves)) == wanted
    assert latest(None, None) is None


def arrive(stage, one, *, ours=False):
    sender, recipient = (VN, US) if ours else (US, VN)
    header = SimpleNamespace(id=one.message_id, sender=sender, recipient=recipient)
    body = OnCall(stated_at=one.stated_at, contact=one.contact)
    arrived = SimpleNamespace(header=header, body=body, received_at=one.received_at, ours=ours)
    handler = stage.duty.arrival_handlers[ON_CALL][0]
    stage.database.write(lambda connection: handler(connection, arrived))


@pytest.mark.parametrize("order", [(1, 2, 4), (4, 2, 1), (2, 4, 1, 2, 4)])
def test_the_database_keeps_the_latest_whatever_the_order(stage, order):
    for number in order:
        arrive(stage, statement(number, minute=number))
    with stage.reading() as connection:
        assert stage.duty.theirs(connection, US) == statement(4, minute=4)
        assert stage.duty.theirs(connection, "us-other") is None


def test_our_own_statements_come_back_after_a_restore_and_are_not_taken_for_theirs(stage):
    arrive(stage, statement(1, minute=1), ours=True)
    with stage.reading() as connection:
        assert stage.duty.theirs(connection, US) is None
        assert stage.duty.ours(connection, US).statement == statement(1, minute=1)


def test_after_its_instant_a_statement_names_nobody(stage):
    one = statement(1, minute=1)
    assert one.answers(START)
    assert not one.answers(one.contact.until)
    assert not statement(3, minute=1).answers(START)


@given(st.integers(-100, 100))
def test_the_next_instant_is_later_than_the_last(seconds):
    last = START + timedelta(seconds=seconds)
    assert next_instant(START, last) > last
    assert next_instant(START, None) == START
