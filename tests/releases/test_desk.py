"""The second pair of eyes on a real database: what was shown is what leaves, once, and nobody lets their own out."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import msgspec
import pytest

from lienlac import journal
from lienlac.errors import LienlacError, NotAllowed
from lienlac.people import store as people
from lienlac.people.access import store as access
from lienlac.people.officer import Officer, Role
from lienlac.releases.desk import Releases, Wish
from lienlac.releases.release import Draft, Reason, Release, State, Step
from lienlac.storage.database import Database
from lienlac.wire.message import Marks, Pap, Tlp
from tests.world.fakes import HandClock, SeededChance

START = datetime(2026, 11, 23, 3, 5, tzinfo=UTC)
THING = "req-" + "a" * 26


@dataclass
class Sending:
    """A slice that only remembers what it sent, and may have a reason not to."""

    sent: list[tuple[Draft, str]] = field(default_factory=list)
    refuses: NotAllowed | None = None

    def send_released(self, connection, draft: Draft, proposer: Officer, approver: Officer) -> None:
        assert approver.id != proposer.id
        if self.refuses is not None:
            raise self.refuses
        self.sent.append((draft, proposer.id))

    def lines_of(self, draft: Draft, words: Any) -> tuple[Any, ...]:
        return ()

    def labels_of(self, kind: str, paths: Any, words: Any) -> tuple[str, ...]:
        return tuple(paths)

    def page_to_go_on(self, release: Release) -> str:
        return f"/go-on/{release.id}"

    def page_of(self, release: Release) -> str:
        return ""


class Room:
    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = HandClock(START)
        self.slice = Sending()
        self.heard: list[tuple[str, State]] = []
        self.releases = Releases(
            database=database,
            clock=self.clock,
            chance=SeededChance("releases"),
            record=journal.record,
            hear=lambda _connection, release: self.heard.append((release.id, release.state)),
        )
        self.releases.serve(["test.note"], self.slice)
        self.officers = {name: self._officer(name, role) for name, role in OFFICERS.items()}

    def _officer(self, name: str, role: Role) -> Officer:
        officer = Officer(id=f"off-{name[0] * 26}", login=name, name=name, unit="U", roles=frozenset({role}))
        self.database.write(
            lambda c: people.insert_account(c, officer, password_hash="x", totp_sealed="", until=None, at=START)
        )
        return officer

    def propose(self, by: str = "anh", *, wait: timedelta = timedelta(days=1)) -> Release:
        return self.database.write(lambda c: self.releases.propose(c, self.officers[by], wish(wait=wait)))

    def approve(self, release: Release, by: str = "binh", digest: str | None = None) -> Release:
        return self.releases.approve(self.officers[by], release.id, digest=digest or release.digest)

    def state(self, release: Release, by: str = "binh") -> State:
        return self.releases.show(self.officers[by], release.id, "en").release.state


OFFICERS = {
    "anh": Role.DUTY_OFFICER,
    "binh": Role.SUPERVISOR,
    "chi": Role.SUPERVISOR,
    "dung": Role.DUTY_OFFICER,
    "em": Role.AUDITOR,
    "giang": Role.ADMINISTRATOR,
    "hoa": Role.ANALYST,
}


def wish(*, wait: timedelta = timedelta(days=1)) -> Wish:
    draft = Draft(
        kind="test.note",
        body=msgspec.Raw(b'{"text":"Please hold it"}'),
        recipient="vn-a05",
        purpose="fight",
        legal_basis="law",
        marks=Marks(tlp=Tlp.AMBER, pap=Pap.AMBER),
        addressees=("duty-desk",),
        record_id=THING,
    )
    return Wish(
        draft=draft,
        reference="US-2026-000001",
        reasons=(Reason.KIND,),
        approvers=frozenset({"supervisor"}),
        wait=wait,
    )


@pytest.fixture
def room(database: Database) -> Room:
    return Room(database)


def code(told: pytest.ExceptionInfo[LienlacError]) -> str:
    return told.value.code


def test_what_a_second_officer_approves_leaves_once_in_the_proposer_s_name(room: Room) -> None:
    made = room.propose()
    assert room.slice.sent == []
    assert room.approve(made).state is State.APPROVED
    assert room.slice.sent == [(made.draft, room.officers["anh"].id)]
    with pytest.raises(NotAllowed) as told:
        room.approve(made, "chi")
    assert code(told) == "release-decided"
    assert len(room.slice.sent) == 1


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("anh", "release-own"),
        ("dung", "release-approver"),
        ("em", "not-allowed"),
        ("giang", "not-found"),
        ("hoa", "not-allowed"),
    ],
)
def test_who_may_not_approve(room: Room, by: str, expected: str) -> None:
    made = room.propose()
    with pytest.raises(NotAllowed) as told:
        room.approve(made, by)
    assert code(told) == expected
    assert room.state(made) is State.WAITING
    assert room.slice.sent == []


def test_a_supervisor_does_not_approve_their_own(room: Room) -> None:
    made = room.propose("binh")
    with pytest.raises(NotAllowed) as told:
        room.approve(made, "binh")
    assert code(told) == "release-own"
    assert room.approve(made, "chi").state is State.APPROVED


def test_approving_one_thing_while_another_was_shown(room: Room) -> None:
    one, other = room.propose(), room.propose("dung")
    with pytest.raises(NotAllowed) as told:
        room.approve(one, digest="0" * 64)
    assert code(told) == "release-changed"
    assert one.digest == other.digest  # the same words: what matters is that what was shown is what is sent
    assert room.slice.sent == []


def test_a_slice_that_refuses_leaves_the_release_waiting(room: Room) -> None:
    made = room.propose()
    room.slice.refuses = NotAllowed("link-suspended", peer="vn-a05", reason="x")
    with pytest.raises(NotAllowed) as told:
        room.approve(made)
    assert code(told) == "link-suspended"
    assert room.state(made) is State.WAITING


def test_a_proposer_who_has_left_sends_nothing_more(room: Room) -> None:
    made = room.propose()
    gone = dataclasses.replace(room.officers["anh"], active=False)
    room.database.write(lambda c: people.update_officer(c, gone))
    with pytest.raises(NotAllowed) as told:
        room.approve(made)
    assert code(told) == "release-proposer-gone"


def test_it_is_returned_with_a_reason_and_only_with_one(room: Room) -> None:
    made = room.propose()
    with pytest.raises(LienlacError) as told:
        room.releases.take(room.officers["binh"], made.id, Step.RETURN, "  ")
    assert code(told) == "reason-missing"
    back = room.releases.take(room.officers["binh"], made.id, Step.RETURN, "Name the bank")
    assert (back.state, back.words, back.decided_by) == (State.RETURNED, "Name the bank", room.officers["binh"].id)
    with pytest.raises(NotAllowed):
        room.approve(made)


def test_only_the_proposer_takes_it_back(room: Room) -> None:
    made = room.propose()
    with pytest.raises(NotAllowed) as told:
        room.releases.take(room.officers["binh"], made.id, Step.TAKE_BACK, "")
    assert code(told) == "release-not-own"
    assert room.releases.take(room.officers["anh"], made.id, Step.TAKE_BACK, "").state is State.TAKEN_BACK


def test_what_waited_too_long_cannot_leave_and_ends(room: Room) -> None:
    made = room.propose(wait=timedelta(hours=2))
    room.clock.turn(2 * 3600)
    with pytest.raises(NotAllowed) as told:
        room.approve(made)
    assert code(told) == "release-expired"
    assert room.database.write(lambda c: room.releases.expire_due(c, room.clock.now())) == 1
    assert room.state(made) is State.EXPIRED
    assert room.database.write(lambda c: room.releases.expire_due(c, room.clock.now())) == 0


def test_breaking_the_glass_alarms_and_must_be_reviewed_by_another(room: Room) -> None:
    anh, binh = room.officers["anh"], room.officers["binh"]
    with pytest.raises(LienlacError) as told:
        room.database.write(lambda c: room.releases.ahead(c, anh, wish(), " "))
    assert code(told) == "reason-missing"
    assert room.heard == []
    made = room.database.write(lambda c: room.releases.ahead(c, anh, wish(), "A life is in danger"))
    assert room.heard == [(made.id, State.SENT_AHEAD)]
    room.clock.turn(400 * 86_400)
    assert room.database.write(lambda c: room.releases.expire_due(c, room.clock.now())) == 0
    with pytest.raises(NotAllowed) as told:
        room.releases.take(anh, made.id, Step.REVIEW, "fine")
    assert code(told) == "release-own"
    done = room.releases.take(binh, made.id, Step.REVIEW, "It was right")
    assert done.state is State.REVIEWED
    assert done.words == "A life is in danger\n\nIt was right"  # both reasons stay
    assert room.slice.sent == []  # it had left already


@pytest.mark.parametrize("by", ["hoa", "em", "giang"])
def test_who_may_not_break_the_glass(room: Room, by: str) -> None:
    with pytest.raises(NotAllowed):
        room.database.write(lambda c: room.releases.ahead(c, room.officers[by], wish(), "x"))
    assert room.heard == []


def test_need_to_know_hides_a_release_from_whom_its_request_is_hidden(room: Room) -> None:
    made = room.propose()
    anh, binh, chi = (room.officers[name] for name in ("anh", "binh", "chi"))
    room.database.write(lambda c: access.add(c, THING, access.Relation.ALLOWED, [anh.id, binh.id], by=anh.id, at=START))
    with pytest.raises(NotAllowed) as told:
        room.releases.show(chi, made.id, "en")
    assert code(told) == "not-found"
    with pytest.raises(NotAllowed) as told:
        room.approve(made, "chi")
    assert code(told) == "not-found"
    with room.database.read() as connection:
        assert room.releases.waiting_for(connection, chi) == 0
        assert room.releases.waiting_for(connection, binh) == 1
        assert room.releases.waiting_for(connection, anh) == 0  # their own: nothing to decide


def test_two_officers_decide_at_once_and_one_of_them_hears_so(room: Room) -> None:
    made = room.propose()
    start, told = Barrier(2), []

    def decide(by: str) -> None:
        start.wait()
        try:
            room.approve(made, by)
        except NotAllowed as refusal:
            told.append(refusal.code)

    hands = [Thread(target=decide, args=(name,)) for name in ("binh", "chi")]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert told == ["release-decided"]
    assert len(room.slice.sent) == 1


def test_every_step_is_in_the_journal_without_content(room: Room) -> None:
    made = room.propose()
    room.approve(made)
    with room.database.read() as connection:
        entries = journal.about(connection, THING)
    assert [(entry.action, entry.actor) for entry in entries] == [
        ("release.approve", room.officers["binh"].id),
        ("release.propose", room.officers["anh"].id),
    ]
    assert all("Please hold it" not in str(entry.detail) for entry in entries)


def test_proposals_are_bounded(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lienlac.limits.RELEASES_WAITING_MAX", 2)
    room.propose()
    room.propose()
    with pytest.raises(NotAllowed) as told:
        room.propose()
    assert code(told) == "release-too-many"
