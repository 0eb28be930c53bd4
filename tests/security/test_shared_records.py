"""Attacks on shared records by a partner that signs whatever it likes, and by officers of our own side (clauses 20.x).

The attacker is a node whose keys, agreement and post office are real; it says what its own program would not say.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

import lienlac
from lienlac import ids
from lienlac.errors import NotAllowed, Refused
from lienlac.exchange.post import Outgoing
from lienlac.keys import jws
from lienlac.people.access import store as access
from lienlac.people.officer import Officer, Role
from lienlac.people.store import insert_account
from lienlac.records.shared.desk import Say
from lienlac.records.shared.fold import Part, member_element, top_element
from lienlac.records.shared.store.ways import Way
from lienlac.releases.release import Step
from lienlac.wire.bodies.agreement import SecondOfficer
from lienlac.wire.bodies.hotline import Officer as Named
from lienlac.wire.bodies.parts import Said
from lienlac.wire.bodies.records import History, Member, Stands, Stated
from lienlac.wire.message import Lane, Marks, Pap, Tlp
from tests.records.heaps import AMBER, RED, HeapNode, Heaps
from tests.records.stones import BASIS, PURPOSE, Heap, Stone, StoneFacts, StoneInvited
from tests.world.nodes import SUPERVISOR, deliver

GREEN = Marks(tlp=Tlp.GREEN, pap=Pap.GREEN)


@pytest.fixture
def three(tmp_path: Path) -> Iterator[Heaps]:
    heaps = Heaps(tmp_path, 3)
    yield heaps
    heaps.close()


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Heaps]:
    """Two nodes whose agreement wants a second officer for what is about a witness."""
    heaps = Heaps(tmp_path, second_officer=SecondOfficer(persons=True))
    for node in heaps.nodes:
        for officer in (node.officer, other_of(node)):
            node.sim.database.write(
                lambda connection, one=officer: insert_account(
                    connection, one, password_hash="-", totp_sealed="", at=heaps.clock.now(), until=None
                )
            )
    yield heaps
    heaps.close()


def other_of(node: HeapNode) -> Officer:
    return Officer(
        id="off-" + "2" * 26, login="hai", name="Hai", unit=node.officer.unit, roles=frozenset({Role.SUPERVISOR})
    )


def shared(heaps: Heaps, *, joined: int = 2) -> tuple[HeapNode, HeapNode, str]:
    vn, us = heaps.nodes[:2]
    record = vn.open()
    for other in heaps.nodes[1:joined]:
        vn.invite(record, other)
        heaps.deliver()
        other.accept(record)
        heaps.deliver()
    return vn, us, record


def fact(says: Any, element: str = "", **more: Any) -> Stated[Any]:
    values: dict[str, Any] = {
        "id": ids.new_id("fct", CHANCE),
        "element": element or ids.new_id("sto", CHANCE), "version": 1,
        "at": more.pop("at", None), "officer": Named(name="Mallory", unit="X"), "marks": AMBER, "says": says,
    }  # fmt: skip
    return Stated(**{**values, **more})


CHANCE = ids.SystemChance()


def attack(
    heaps: Heaps, attacker: HeapNode, victim: HeapNode, record: str, *facts: Stated[Any], marks: Marks = AMBER
) -> str:
    """The attacker's facts, signed and delivered; what the victim's receipt says of them."""
    now = attacker.sim.clock.now()
    body = StoneFacts(facts=tuple(one if one.at else msgspec.structs.replace(one, at=now) for one in facts))
    return sent(heaps, attacker, victim, "stones.state", body, record, marks)


def sent(
    heaps: Heaps, attacker: HeapNode, victim: HeapNode, kind: str, body: Any, record: str, marks: Marks = AMBER
) -> str:
    outgoing = Outgoing(
        kind=kind, body=body, recipient=victim.id, purpose=PURPOSE, legal_basis=BASIS, marks=marks,
        addressees=("duty-officer",), record_id=record,
    )  # fmt: skip
    made = attacker.sim.database.write(lambda connection: attacker.sim.post.departures.send(connection, outgoing))
    heaps.deliver()
    ((verdict, code),) = attacker.sim.eye.see(
        "SELECT verdict, code FROM exchange_message WHERE digest = ?", made.digest
    )
    return str(code or verdict)


# --- in the name of others ----------------------------------------------------------------------------------------
def test_a_fact_about_our_element_stands_in_the_attackers_column_and_ours_holds(three):
    vn, us, record = shared(three)
    element = vn.stone(record, "granite")
    three.deliver()
    assert attack(three, us, vn, record, fact(Stone(name="forged"), element, version=9_999)) == "accepted"
    told = vn.heaps.read.told(vn.officer, record, element).element
    assert (told.by(vn.id).name, told.by(us.id).name) == ("granite", "forged")
    vn.stone(record, "gneiss", element=element)
    assert vn.heaps.read.told(vn.officer, record, element).element.by(vn.id).name == "gneiss"


def test_passing_on_anothers_fact_makes_it_ones_own_word(three):
    vn, us, record = shared(three, joined=3)
    sg = three.nodes[2]
    element = vn.stone(record, "granite")
    three.deliver()
    genuine = vn.heaps.read.told(vn.officer, record, element).versions[0].stated
    assert attack(three, us, sg, record, genuine) == "accepted"
    columns = sg.heaps.read.told(sg.officer, record, element).element.columns
    assert {author: one.stated == genuine for author, one in columns.items()} == {vn.id: True, us.id: True}


def test_an_id_taken_before_its_author_could_deliver_stops_nothing(three):
    """The attacker has the fact first and states something else under its id to a third."""
    vn, us, record = shared(three, joined=3)
    sg = three.nodes[2]
    element = vn.stone(record, "granite")
    genuine = vn.heaps.read.told(vn.officer, record, element).versions[0].stated
    assert attack_only(us, sg, record, fact(Stone(name="forged"), element, id=genuine.id)) == "accepted"
    three.deliver()
    assert sg.heaps.read.told(sg.officer, record, element).element.by(vn.id).name == "granite"


def attack_only(attacker: HeapNode, victim: HeapNode, record: str, one: Stated[Any]) -> str:
    """Delivered before anybody else's messages are."""
    body = StoneFacts(facts=(msgspec.structs.replace(one, at=attacker.sim.clock.now()),))
    outgoing = Outgoing(
        kind="stones.state", body=body, recipient=victim.id, purpose=PURPOSE, legal_basis=BASIS, marks=AMBER,
        addressees=("duty-officer",), record_id=record,
    )  # fmt: skip
    made = attacker.sim.database.write(lambda connection: attacker.sim.post.departures.send(connection, outgoing))
    while deliver(attacker.sim, victim.sim, Lane.NORMAL):
        pass
    ((verdict,),) = attacker.sim.eye.see("SELECT verdict FROM exchange_message WHERE digest = ?", made.digest)
    return str(verdict)


TWIN = "sto-" + "t" * 26


def test_a_version_used_twice_and_an_id_used_twice_are_refused(three):
    vn, us, record = shared(three)
    first = fact(Stone(name="one"), version=1)
    assert attack(three, us, vn, record, first) == "accepted"
    assert attack(three, us, vn, record, first) == "accepted"  # without the same instant it would be another fact
    assert attack(three, us, vn, record, fact(Stone(name="two"), first.element)) == "shared-version-used"
    again = fact(Stone(name="three"), first.element, id=first.id, version=2)
    assert attack(three, us, vn, record, again) == "shared-fact-used"
    twins = fact(Stone(name="a"), TWIN), fact(Stone(name="b"), TWIN)
    assert attack(three, us, vn, record, *twins) == "shared-version-used"
    assert vn.heaps.read.some(vn.officer, record, [TWIN]) == {}


# --- who takes part -----------------------------------------------------------------------------------------------
def test_a_stranger_learns_nothing_of_a_record_that_it_names(three):
    """There, not there, of another subject, we are asked, we left: one answer."""
    vn, us, record = shared(three)
    sg = three.nodes[2]
    answers = [attack(three, sg, vn, record, fact(Stone(name="x")))]
    answers.append(attack(three, sg, us, record, fact(Stone(name="x"))))
    us.heaps.part.leave(us.officer, record, "done")
    three.deliver()
    answers.append(attack(three, sg, us, record, fact(Stone(name="x"))))
    other = vn.open()
    vn.invite(other, us)
    three.deliver()
    answers.append(attack(three, sg, us, other, fact(Stone(name="x"))))
    answers.append(attack(three, sg, vn, "hep-" + "n" * 26, fact(Stone(name="x"))))
    assert set(answers) == {"shared-unknown"}


def test_a_record_of_another_subject_takes_no_facts_of_this_one(three):
    vn, us, record = shared(three)
    vn.sim.database.write(
        lambda connection: connection.exec_driver_sql("UPDATE shared_record SET kind = 'pile' WHERE id = ?", (record,))
    )
    assert attack(three, us, vn, record, fact(Stone(name="x"))) == "shared-unknown"
    assert not vn.sim.eye.see("SELECT 1 FROM shared_fact WHERE author = ?", us.id)[1:]


@pytest.mark.parametrize(
    ("node", "stands"),
    [(0, Stands.REMOVED), (0, Stands.LEFT), (2, Stands.INVITED), (2, Stands.JOINED), (2, Stands.REMOVED),
     (2, Stands.ACCEPTED), (1, Stands.JOINED), (1, Stands.INVITED)],
)  # fmt: skip
def test_nobody_but_the_host_invites_or_removes_and_nobody_answers_for_another(three, node, stands):
    vn, us, record = shared(three)
    about = three.nodes[node].id
    says = Member(node=about, stands=stands, invitation=1)
    at = member_element(record, about)
    version = 2 if about == us.id else 1
    assert attack(three, us, vn, record, fact(says, at, version=version)) == "shared-member"
    assert {one.node for one in vn.heaps.read.room(vn.officer, record).members if one.part is Part.IN} == {vn.id, us.id}


def test_a_word_about_a_member_in_another_members_place_is_refused(three):
    vn, us, record = shared(three)
    says = Member(node=us.id, stands=Stands.LEFT, invitation=1)
    assert attack(three, us, vn, record, fact(says, member_element(record, vn.id))) == "shared-member"
    assert attack(three, us, vn, record, fact(None, member_element(record, us.id), version=2)) == "shared-member"


def test_who_left_does_not_come_back_unasked(three):
    vn, us, record = shared(three)
    us.heaps.part.leave(us.officer, record, "done")
    three.deliver()
    back = fact(Member(node=us.id, stands=Stands.ACCEPTED, invitation=1), member_element(record, us.id), version=3)
    assert attack(three, us, vn, record, back) == "shared-member"
    vn.stone(record, "granite")
    three.deliver()
    assert us.stones(record) == {}


def test_facts_before_an_answer_and_after_a_removal_are_refused(three):
    vn, us = three.nodes[:2]
    record = vn.open()
    vn.invite(record, us)
    three.deliver()
    assert attack(three, us, vn, record, fact(Stone(name="early"))) == "shared-not-joined"
    us.accept(record)
    three.deliver()
    vn.heaps.part.remove(vn.officer, record, us.id, "out")
    three.deliver()
    assert attack(three, us, vn, record, fact(Stone(name="late"))) == "shared-unknown"
    assert vn.stones(record) == {}


def test_an_invitation_to_a_record_of_ours_or_of_another_host_takes_nothing_over(three):
    vn, us, record = shared(three)
    sg = three.nodes[2]
    says = Member(node=vn.id, stands=Stands.INVITED, invitation=1)
    for victim in (vn, us):
        member = fact(
            msgspec.structs.replace(says, node=victim.id), member_element(record, victim.id), at=sg.sim.clock.now()
        )
        body = StoneInvited(
            reference="SG-H-2026-000001", title_vi="Chiếm", title_en="Taken", summary=Said(vi="a", en="b"),
            officer=Named(name="M", unit="X"), member=member,
        )  # fmt: skip
        assert sent(three, sg, victim, "stones.invite", body, record) == "shared-invitation"
        line = victim.heaps.read.room(victim.officer, record).line
        assert (line.host, line.title_en, line.part) == (vn.id, "Pebbles", Part.IN)


def test_a_member_does_not_invite_first_to_anothers_record(three):
    """Who knows a record's id would stand as its host at a node that has not heard of it, and shut the host out."""
    vn, us, record = shared(three)
    sg = three.nodes[2]
    says = Member(node=sg.id, stands=Stands.INVITED, invitation=1)
    body = StoneInvited(
        reference="US-H-2026-000009", title_vi="Chiếm", title_en="Taken", summary=Said(vi="a", en="b"),
        officer=Named(name="M", unit="X"), member=fact(says, member_element(record, sg.id), at=us.sim.clock.now()),
    )  # fmt: skip
    assert sent(three, us, sg, "stones.invite", body, record) == "shared-invitation"
    assert sg.heaps.read.listed(sg.officer) == []
    vn.invite(record, sg)
    three.deliver()
    assert [line.host for line in sg.heaps.read.listed(sg.officer)] == [vn.id]


# --- what is said -------------------------------------------------------------------------------------------------
def test_facts_marked_above_their_message_are_refused(three):
    vn, us, record = shared(three)
    assert attack(three, us, vn, record, fact(Stone(name="x"), marks=AMBER), marks=GREEN) == "shared-marks"
    held = Marks(tlp=Tlp.AMBER, pap=Pap.AMBER, handling=("h2",))
    assert attack(three, us, vn, record, fact(Stone(name="x"), marks=held), marks=AMBER) == "shared-marks"


@pytest.mark.parametrize("element", ["rmk", "xyz", "mem", "top"])
def test_an_element_id_of_another_kind_is_refused(three, element):
    vn, us, record = shared(three)
    assert attack(three, us, vn, record, fact(Stone(name="x"), f"{element}-" + "a" * 26)) == "shared-element"


def test_a_second_thing_that_says_what_the_record_is_is_refused(three):
    vn, us, record = shared(three)
    heap = Heap(title_vi="Chiếm", title_en="Taken")
    assert attack(three, us, vn, record, fact(heap, "top-" + "a" * 26)) == "shared-element"
    assert attack(three, us, vn, record, fact(heap, top_element(record))) == "accepted"
    assert vn.heaps.read.room(vn.officer, record).line.title_en == "Pebbles"


def test_what_is_stated_in_the_future_is_refused(three):
    vn, us, record = shared(three)
    at = us.sim.clock.now() + timedelta(days=1)
    assert attack(three, us, vn, record, fact(Stone(name="x"), at=at)) == "shared-ahead"


def test_one_bad_fact_among_many_is_refused_alone(three):
    """A partner's program says something that ours does not take: the other facts of its message come all the same."""
    vn, us, record = shared(three)
    names = [f"stone {number}" for number in range(40)]
    says = [Say(says=Stone(name=name), marks=AMBER) for name in names]
    us.heaps.state(us.officer, record, says)
    us.sim.database.write(
        lambda connection: connection.exec_driver_sql(
            "UPDATE shared_fact SET stated = CAST(replace(CAST(stated AS TEXT), 'stone 17', 'unwanted') AS BLOB)"
        )
    )
    us.sim.database.write(
        lambda connection: connection.exec_driver_sql("UPDATE shared_way SET way = 0, message_id = NULL WHERE way = 2")
    )
    three.deliver()
    held = {one.partition(":")[2] for one in vn.stones(record).values()}
    assert {name for name in names if name not in held} <= {"stone 17"}
    ways = us.heaps.read.room(us.officer, record).ways[vn.id]
    assert ways.get(Way.REFUSED, 0) <= 1
    assert Way.DUE not in ways


# --- our own officers ---------------------------------------------------------------------------------------------
def test_a_hidden_record_is_in_no_list_number_or_history(three):
    vn, _us, record = shared(three)
    vn.stone(record, "granite")
    outsider = Officer(
        id="off-" + "o" * 26, login="ngoai", name="Ngoài", unit="C50", roles=frozenset({Role.DUTY_OFFICER})
    )
    vn.sim.database.write(
        lambda connection: access.add(
            connection, record, access.Relation.ALLOWED, {vn.officer.id}, by=vn.officer.id, at=vn.sim.clock.now()
        )
    )
    vn.sim.database.write(
        lambda connection: connection.exec_driver_sql("UPDATE shared_record SET restricted = 1 WHERE id = ?", (record,))
    )
    read = vn.heaps.read
    assert read.listed(outsider) == []
    with vn.sim.database.read() as connection:
        assert read.invited(connection, outsider) == 0
    for look in (
        lambda: read.room(outsider, record),
        lambda: read.history(outsider, record),
        lambda: read.elements(outsider, record, "stone"),
        lambda: read.some(outsider, record, ["sto-x"]),
        lambda: read.told(outsider, record, top_element(record)),
        lambda: read.see(outsider, record),
        lambda: vn.heaps.private.listed(outsider, record),
        lambda: vn.heaps.reach(outsider, record, AMBER),
        lambda: vn.heaps.retract(outsider, record, top_element(record), "x"),
    ):
        with pytest.raises(NotAllowed, match="not-found"):
            look()
    assert [line.id for line in read.listed(vn.officer)] == [record]


def test_what_an_officer_may_not_say_is_refused_before_anybody_gets_it(three):
    vn, _us, record = shared(three)
    member = Member(node=vn.id, stands=Stands.LEFT, invitation=1)
    at = vn.stone(record, "granite")
    for say in (
        Say(says=member, marks=AMBER),
        Say(says=Stone(name="x"), marks=AMBER, element="rmk-1"),
        Say(says=Stone(name="x"), marks=AMBER, element=top_element(record)),
        Say(says=None, marks=AMBER, element=top_element(record)),
        Say(says=None, marks=AMBER, element=member_element(record, vn.id)),
        Say(says=None, marks=AMBER, element="sto-nowhere"),
    ):
        with pytest.raises(NotAllowed, match="not-found"):
            vn.heaps.state(vn.officer, record, [say])
    with pytest.raises(Refused, match="body-invalid"):
        vn.heaps.state(vn.officer, record, [Say(says=Stone(name="x", weight=5_000), marks=AMBER, element=at)])
    with pytest.raises(Refused, match="body-invalid"):
        vn.heaps.retract(vn.officer, record, at, "x" * 100_000)


def test_a_passage_marked_to_be_black_is_black_also_where_a_witness_is_named(three):
    vn, us, record = shared(three)
    vn.stone(record, "granite [[of Hoa]]", witness="Bà [[Hoa]]")
    three.deliver()
    for node in (vn, us):
        assert not [one for one in node.facts(record).values() if b"Hoa" in one]


# --- what must not leave ------------------------------------------------------------------------------------------
def test_a_fact_for_one_member_is_nowhere_else_also_after_a_restore(three, tmp_path):
    """For whom it was is not in it: what comes back from the one who holds it goes to nobody else."""
    vn, us, record = shared(three)
    sg = three.nodes[2]
    saved = tmp_path / "saved.db"
    vn.sim.save(saved)
    say = Say(says=Stone(name="for us only"), marks=AMBER, audience=frozenset({us.id}))
    vn.heaps.state(vn.officer, record, [say])
    three.deliver()
    vn.sim.restore(saved)
    recover(three, vn, us)
    assert list(vn.stones(record).values()) == ["vn:for us only"]
    vn.invite(record, sg)
    three.deliver()
    sg.accept(record)
    three.deliver()
    vn.heaps.part.give_history(vn.officer, record, sg.id, History.ALL, None)
    three.deliver()
    assert sg.stones(record) == {}
    assert list(us.stones(record).values()) == ["vn:for us only"]


def recover(heaps: Heaps, node: HeapNode, peer: HeapNode) -> None:
    """As before the first delivery after a start: compare, fetch what is missing, replay it."""
    recovery = node.sim.post.recovery
    loss = recovery.compare(peer.id, peer.sim.post.recovery.state_for(node.id))
    for wanted in loss.wanted:
        request: Any = wanted
        while request is not None:
            request = recovery.fetched(loss, request, peer.sim.post.recovery.record_for(node.id, request))
    recovery.absorb(loss)
    node.sim.post.office.forgot.discard(peer.id)
    heaps.deliver()


def test_what_was_numbered_again_after_a_restore_is_one_record_again(three, tmp_path):
    vn, us, record = shared(three)
    saved = tmp_path / "saved.db"
    element = vn.stone(record, "granite")
    three.deliver()
    vn.sim.save(saved)
    vn.stone(record, "gneiss", element=element)
    three.deliver()
    vn.sim.restore(saved)
    vn.stone(record, "marble", element=element)
    recover(three, vn, us)
    assert vn.stones(record) == us.stones(record) == {element: "vn:marble"}


def test_the_reason_for_taking_back_goes_to_who_had_it_and_to_nobody_else(three):
    vn, us, record = shared(three, joined=3)
    sg = three.nodes[2]
    say = Say(says=Stone(name="for us only"), marks=AMBER, audience=frozenset({us.id}))
    element = vn.heaps.state(vn.officer, record, [say]).statements[0].element
    three.deliver()
    vn.stone(record, "above", element=element, marks=RED)
    vn.heaps.retract(vn.officer, record, element, "Hoa was wrong")
    three.deliver()
    assert us.stones(record) == {}
    assert us.heaps.read.told(us.officer, record, element).element.gone
    with pytest.raises(NotAllowed, match="not-found"):
        sg.heaps.read.told(sg.officer, record, element)
    again = vn.stone(record, "again")
    three.deliver()
    with pytest.raises(Refused, match="shared-reason-marks"):
        vn.heaps.retract(vn.officer, record, again, "secret", RED)


def test_what_is_taken_back_before_it_left_never_leaves(three):
    vn, us, record = shared(three)
    us_desk = vn.sim.post.desk
    us_desk.suspend(SUPERVISOR, us.id, kind=None, reason="x")
    element = vn.stone(record, "a mistake")
    vn.heaps.retract(vn.officer, record, element, "it was one")
    us_desk.resume(SUPERVISOR, us.id, kind=None, reason="x")
    three.clock.turn(120)
    three.deliver()
    with pytest.raises(NotAllowed, match="not-found"):
        us.heaps.read.told(us.officer, record, element)


# --- the second officer -------------------------------------------------------------------------------------------
def witness(node: HeapNode, record: str, **more: Any) -> Any:
    say = Say(says=Stone(name="granite", witness="Bà Hoa"), marks=AMBER, **more)
    return node.heaps.state(node.officer, record, [say])


def test_history_for_a_later_member_does_not_pass_the_second_officer_by(guarded):
    """Stated while nobody else was there, it needed none; now it would leave."""
    vn, us = guarded.nodes
    record = vn.open()
    assert witness(vn, record).waits == ()
    vn.stone(record, "basalt")
    vn.invite(record, us)
    guarded.deliver()
    us.accept(record)
    guarded.deliver()
    assert list(us.stones(record).values()) == ["vn:basalt"]
    vn.heaps.part.give_history(vn.officer, record, us.id, History.ALL, None)
    guarded.deliver()
    assert list(us.stones(record).values()) == ["vn:basalt"]
    (waiting,) = vn.heaps.read.room(vn.officer, record).waiting
    with pytest.raises(NotAllowed, match="release"):
        vn.releases.approve(vn.officer, waiting.id, digest=waiting.digest)
    vn.releases.approve(other_of(vn), waiting.id, digest=waiting.digest)
    guarded.deliver()
    assert sorted(us.stones(record).values()) == ["vn:basalt", "vn:granite"]


@pytest.mark.parametrize("end", [Step.RETURN, Step.TAKE_BACK])
def test_what_was_not_approved_stays_whoever_comes_and_goes(guarded, end):
    vn, us, record = shared(guarded)
    (waiting,) = witness(vn, record).waits
    by = vn.officer if end is Step.TAKE_BACK else other_of(vn)
    vn.releases.take(by, waiting.id, end, "no")
    us.heaps.part.leave(us.officer, record, "x")
    guarded.deliver()
    vn.invite(record, us)
    guarded.deliver()
    us.accept(record)
    guarded.deliver()
    assert us.stones(record) == {}


def test_approving_after_it_was_taken_back_or_the_member_left_lets_nothing_go(guarded):
    vn, us, record = shared(guarded)
    first, second = witness(vn, record), witness(vn, record)
    vn.heaps.retract(vn.officer, record, first.statements[0].element, "x")
    with pytest.raises(NotAllowed, match="release-outdated"):
        vn.releases.approve(other_of(vn), first.waits[0].id, digest=first.waits[0].digest)
    us.heaps.part.leave(us.officer, record, "x")
    guarded.deliver()
    with pytest.raises(NotAllowed, match="release-outdated"):
        vn.releases.approve(other_of(vn), second.waits[0].id, digest=second.waits[0].digest)
    guarded.deliver()
    assert us.stones(record) == {}


def test_the_reason_of_a_guarded_subject_waits_as_well(tmp_path):
    heaps = Heaps(tmp_path, second_officer=SecondOfficer(kinds=("stones.state",)))
    vn, us, record = shared(heaps)
    for officer in (vn.officer, other_of(vn)):
        vn.sim.database.write(
            lambda connection, one=officer: insert_account(
                connection, one, password_hash="-", totp_sealed="", at=heaps.clock.now(), until=None
            )
        )
    outcome = vn.heaps.state(vn.officer, record, [Say(says=Stone(name="granite"), marks=AMBER)])
    vn.releases.approve(other_of(vn), outcome.waits[0].id, digest=outcome.waits[0].digest)
    heaps.deliver()
    taken = vn.heaps.retract(vn.officer, record, outcome.statements[0].element, "the name of a source")
    heaps.deliver()
    assert len(taken.waits) == 1
    assert list(us.stones(record).values()) == ["vn:granite"]
    vn.releases.approve(other_of(vn), taken.waits[0].id, digest=taken.waits[0].digest)
    heaps.deliver()
    assert us.stones(record) == {}
    heaps.close()


# --- private notes ------------------------------------------------------------------------------------------------
def test_nothing_that_keeps_private_notes_can_reach_what_sends():
    """No import of `records.shared.private`, however far it is followed inside `records.shared`, sends anything."""
    root = Path(lienlac.__file__).parent
    seen: set[str] = set()
    waiting = ["records.shared.private.desk", "records.shared.private.store"]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        tree = ast.parse((root / (name.replace(".", "/") + ".py")).read_text())
        guarded = {
            inner for node in ast.walk(tree) if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
            for inner in ast.walk(node)
        }  # fmt: skip
        for node in ast.walk(tree):
            if not isinstance(node, ast.ImportFrom) or node in guarded or not (node.module or "").startswith("lienlac"):
                continue
            base = (node.module or "").removeprefix("lienlac").strip(".")
            for alias in node.names:
                several = (f"{base}.{alias.name}".strip("."), base)
                waiting += [one for one in several if (root / (one.replace(".", "/") + ".py")).is_file()]
    assert len(seen) > 3, "the search follows imports"
    assert not [one for one in seen if one.startswith(("exchange", "wire.kinds", "records.shared.sending"))]
    assert not [
        one for one in seen if one.startswith("records.shared") and not one.startswith("records.shared.private")
    ]


def test_a_private_note_is_in_no_message(three):
    vn, us, record = shared(three)
    vn.heaps.private.keep(vn.officer, record, "TUYỆT MẬT riêng")
    vn.stone(record, "granite")
    three.deliver()
    for (signed,) in vn.sim.eye.see("SELECT signed FROM exchange_message"):
        assert "riêng".encode() not in jws.payload_unverified(bytes(signed))
    for (name,) in us.sim.eye.see("SELECT name FROM sqlite_master WHERE type = 'table'"):
        assert not [row for row in us.sim.eye.see(f"SELECT * FROM {name}") if "riêng" in repr(row)]
