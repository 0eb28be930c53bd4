"""What a partner has an older version of, because the newer one stays here: officers are told, until it is settled."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

from lienlac import limits
from lienlac.cli.groups.intelligence import sharing as commands
from lienlac.intelligence.collection import Draft, Giver, Marks, Source
from lienlac.intelligence.matching import EVERYTHING
from lienlac.intelligence.sharing.leaving.words import OUT_OF_DATE
from lienlac.intelligence.sharing.store import given, outdated, shares
from lienlac.intelligence.sharing.store.parting import Parts
from lienlac.people.officer import Role
from lienlac.records.access.desk import Act
from lienlac.storage import migrations
from lienlac.storage.database import Database
from tests.delegations.test_reminders import told
from tests.duty.nodes import US
from tests.hotline.test_search import plan_of
from tests.intelligence.scene import Desk, uid
from tests.intelligence.sharing.scene import AMBER, GREEN, RED, Shared, id_of, identity, indicator, malware, marked
from tests.intelligence.sharing.test_cli import Through
from tests.intelligence.sharing.test_naming import names
from tests.intelligence.sharing.test_store import PEER, candidate, order
from tests.world.fakes import START

WORDS = "Đối tượng mà đối tác đang giữ phiên bản cũ"
LATER = "2026-11-03T00:00:00.000Z"
LATEST = "2026-11-05T00:00:00.000Z"


@pytest.fixture
def world(tmp_path: Path) -> Shared:
    return Shared(tmp_path)


def report(*of: bytes, number: int = 1, **more: Any) -> bytes:
    """It names something that nobody here holds, too."""
    return names("report", number, f"malware--{uid(99)}", *of, **{"object_marking_refs": [GREEN], **more})


class Held:
    """A report went to the partner; a newer version names what was hidden since, and stays."""

    def __init__(self, world: Shared, **share: Any) -> None:
        self.world, self.collection = world, world.collection(ceiling="red")
        self.secret, self.plain = marked(malware, 1, GREEN), marked(malware, 2, GREEN)
        self.first = report(self.plain)
        world.bring(self.collection, self.secret, self.plain, self.first)
        (self.share,) = world.share(self.collection, **share).shares
        self.hide()
        self.newer = report(self.plain, self.secret, modified=LATER, name="Đã đính chính")
        self.bring(self.newer)

    @property
    def id(self) -> str:
        return id_of(self.first)

    def bring(self, *raws: bytes) -> None:
        self.world.bring(self.collection, *raws)
        self.world.settle()

    def hide(self) -> None:
        self.bring(marked(malware, 1, RED, modified="2026-11-02T00:00:00.000Z"))

    def standing(self) -> int:
        return self.world.whole(self.share).standing.outdated

    def there(self) -> list[bytes]:
        """Every version of the report that the partner holds."""
        return self.world.there().get(self.id, [])

    def settled(self) -> bool:
        return self.standing() == 0 and not self.world.whole(self.share).outdated


@pytest.fixture
def held(world: Shared) -> Held:
    return Held(world)


# --- told -----------------------------------------------------------------------------------------------------------


def test_nothing_leaves_and_the_reason_is_told_with_what_is_named(held: Held) -> None:
    assert held.there() == [held.first], "nothing hidden leaves by itself"
    (one,) = held.world.whole(held.share).outdated
    assert (one.given.object_id, one.why, held.standing()) == (held.id, "mentions", 1)
    assert [(name.object_id, name.why) for name in one.names] == [(id_of(held.secret), "red")]


def test_an_officer_is_told_on_every_page_in_the_list_on_the_order_and_on_the_object(held: Held) -> None:
    browser = held.world.vn.browser("giang")
    home = browser.get("/").text
    assert "Đối tác đang giữ phiên bản cũ" in home, "beside every page"
    assert f"/intelligence/sharing/{held.share}#outdated" in home
    listed = browser.get("/intelligence/sharing").text
    assert "Phiên bản cũ mà đối tác đang giữ" in listed
    assert "Đối tác giữ bản cũ: 1" in listed
    shown = browser.get(f"/intelligence/sharing/{held.share}").text
    assert f"{WORDS}: 1" in shown
    assert "Nêu tên đối tượng được giữ lại" in shown
    assert f"/intelligence/objects/{id_of(held.secret)}" in shown
    assert "Đối tác giữ bản cũ" in browser.get(f"/intelligence/objects/{held.id}").text
    with held.world.vn.node.database.read() as connection:
        assert held.world.vn.node.sharing.waiting(connection, held.world.vn.officer("giang")) == 1


def test_programs_are_told_too(held: Held) -> None:
    program = held.world.vn.program("giang", scope="read")
    (line,) = program.get("/api/intelligence/shares").json()["shares"]
    assert line["outdated"] == 1
    (one,) = program.get(f"/api/intelligence/shares/{held.share}").json()["outdated"]
    assert (one["id"], one["why"]) == (held.id, "mentions")
    assert one["names"] == [{"id": id_of(held.secret), "type": "malware", "why": "red"}]


def test_commands_say_it_with_its_reason(
    held: Held, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    program = Through(held.world.vn.program("giang", scope="read"))
    monkeypatch.setattr(commands, "client_of", lambda _url, _token: program)
    commands.shares()
    assert f"lienlac intel share-show {held.share}" in capsys.readouterr().err
    commands.share_show(held.share)
    said = capsys.readouterr().err
    assert f"{held.id}; the newer one stays here: mentions" in said
    assert f"{id_of(held.secret)} (red)" in said


def test_analysts_are_reminded_once_a_day(held: Held) -> None:
    node = held.world.vn.node
    assert node.duty.reminders.step(held.world.clock.now()) > 0
    assert ("share-outdated", "giang") in told(held.world)  # type: ignore[arg-type]  # asks for its nodes alone
    assert node.duty.reminders.step(held.world.clock.now()) == 0, "one for each share and day"


def test_attack_learning_of_a_restricted_collection_by_what_is_outdated(held: Held) -> None:
    """Whoever may not know of the collection is told nothing: no alert, no number, no page."""
    sharing, access = held.world.vn.node.sharing, held.world.vn.node.intelligence.access
    chief = held.world.vn.officer("sep")
    access.change(chief, held.collection.id, Act.RESTRICT, units=[chief.unit], reason="Nghi lộ tin")
    with held.world.vn.node.database.read() as connection:
        assert sharing.need_a_hand(connection, held.world.vn.officer("khac")) == []
        assert sharing.waiting(connection, held.world.vn.officer("khac")) == 0
        assert len(sharing.need_a_hand(connection, held.world.vn.officer("giang"))) == 1
    other = held.world.vn.browser("khac")
    assert "phiên bản cũ" not in other.get("/").text
    assert other.get(f"/intelligence/sharing/{held.share}").status_code == 404


def test_attack_reading_the_name_of_what_lies_above_a_lowered_ceiling(held: Held) -> None:
    """What shows nowhere is not named as the reason either; that there is one is all that is told."""
    held.world.vn.node.intelligence.describe(
        held.world.vn.officer("giang"),
        held.collection.id,
        Draft(title=held.collection.title, ceiling="green", writable=True),
    )
    held.world.settle()
    (one,) = held.world.whole(held.share).outdated
    assert (one.why, one.names) == ("mentions", [])


def test_whoever_only_reads_sees_the_reason_and_has_no_button(held: Held) -> None:
    held.world.vn.hire("linh", "Vũ Linh", Role.PROGRAMME_MANAGER, unit="Cục A05", channel=False)
    browser = held.world.vn.browser("linh")
    shown = browser.get(f"/intelligence/sharing/{held.share}").text
    assert WORDS in shown
    assert "Thu hồi mục đã đánh dấu" not in shown
    assert "Đối tác đang giữ phiên bản cũ" not in browser.get("/").text


# --- the ways on ----------------------------------------------------------------------------------------------------


def test_one_button_takes_the_object_back(held: Held) -> None:
    browser = held.world.vn.browser("giang")
    browser.get(f"/intelligence/sharing/{held.share}")
    form = {"ids": held.id, "reason": OUT_OF_DATE, "act": "delete", "what": "chosen"}
    assert browser.post(f"/intelligence/sharing/{held.share}/recall", form).status_code == 303
    assert held.settled()
    held.world.settle()
    assert held.there() == []
    assert held.world.states(held.share)[held.id] == "recalled"
    assert WORDS not in browser.get(f"/intelligence/sharing/{held.share}").text


def test_a_version_that_may_leave_goes_by_itself_and_clears_it(held: Held) -> None:
    last = report(held.plain, modified=LATEST, name="Không nêu tên")
    held.bring(last)
    assert held.there() == [held.first, last]
    assert held.settled()


def test_what_is_hidden_becomes_open_and_the_version_that_waited_goes(held: Held) -> None:
    """By a newer version with a weaker mark."""
    held.bring(marked(malware, 1, GREEN, modified=LATER))
    assert held.there() == [held.first, held.newer]
    assert held.settled()


def test_what_hides_is_deleted_and_the_version_that_waited_goes(held: Held) -> None:
    officer = held.world.vn.officer("giang")
    held.world.vn.node.intelligence.delete(officer, held.collection.id, id_of(held.secret), EVERYTHING)
    held.world.settle()
    assert held.there() == [held.first, held.newer]
    assert held.settled()


def test_our_own_marks_are_weakened_again_and_the_version_that_waited_goes(world: Shared) -> None:
    collection = world.collection(ceiling="red")
    secret, first = marked(malware, 1, GREEN), report()
    world.bring(collection, secret, first)
    (share_id,) = world.share(collection).shares
    marking, officer = world.vn.node.intelligence.marking, world.vn.officer("giang")

    def mark(tlp: str) -> None:
        before = marking.show(officer, collection.id, id_of(secret)).present
        marking.set(
            officer, collection.id, id_of(secret), before=before, chosen=Marks(tlp=tlp), reason="Lý do", lowering=True
        )
        world.settle()

    mark("red")
    newer = report(secret, modified=LATER)
    world.bring(collection, newer)
    world.settle()
    assert world.whole(share_id).standing.outdated == 1
    mark("green")
    assert world.there()[id_of(first)] == [first, newer]
    assert world.whole(share_id).standing.outdated == 0


def test_a_ceiling_is_raised_again_and_the_version_that_waited_goes(world: Shared) -> None:
    collection = world.collection(ceiling="amber")
    other, first = marked(indicator, 1, AMBER), report()
    world.bring(collection, other, first)
    (share_id,) = world.share(collection).shares

    def ceiling(tlp: str) -> None:
        draft = Draft(title=collection.title, ceiling=tlp, writable=True)
        world.vn.node.intelligence.describe(world.vn.officer("giang"), collection.id, draft)
        world.settle()

    ceiling("green")
    newer = report(other, modified=LATER)
    world.bring(collection, newer)
    world.settle()
    assert world.whole(share_id).standing.outdated == 1
    ceiling("amber")
    assert world.there()[id_of(first)] == [first, newer]
    assert world.whole(share_id).standing.outdated == 0


def test_what_a_lowered_ceiling_shuts_in_meanwhile_stays_for_an_officer_to_decide(held: Held) -> None:
    """It is counted as above the ceiling, and as outdated; nothing is taken back by itself."""
    held.bring(report(held.plain, held.secret, modified=LATEST, object_marking_refs=[GREEN], name="x"))
    draft = Draft(title=held.collection.title, ceiling="clear", writable=True)
    held.world.vn.node.intelligence.describe(held.world.vn.officer("giang"), held.collection.id, draft)
    held.world.settle()
    assert held.there() == [held.first]
    standing = held.world.whole(held.share).standing
    assert (standing.outdated, standing.above > 0) == (1, True)
    assert held.world.whole(held.share).outdated[0].why == "shut"


def test_the_object_is_deleted_here_and_taken_back(held: Held) -> None:
    officer = held.world.vn.officer("giang")
    held.world.vn.node.intelligence.delete(officer, held.collection.id, held.id, EVERYTHING)
    held.world.settle()
    assert held.there() == []
    assert held.settled()


def test_it_is_let_out_under_a_share_decided_anew_with_a_reason(held: Held) -> None:
    held.world.share(held.collection, let_out=["mentions"], why="Đối tác phải biết.")
    assert held.there() == [held.first, held.newer]
    assert held.settled()


def test_a_revocation_of_it_takes_it_back(held: Held) -> None:
    held.bring(report(held.plain, held.secret, modified=LATEST, revoked=True))
    assert held.there() == []
    assert held.settled()


def test_a_share_that_was_stopped_tells_nothing_until_it_goes_on(held: Held) -> None:
    sharing, officer = held.world.vn.node.sharing, held.world.vn.officer("giang")
    sharing.stop(officer, held.share)
    assert held.settled()
    held.bring(report(held.plain, held.secret, modified=LATEST, name="Lần ba"))
    sharing.resume(officer, held.share)
    held.world.settle()
    assert held.standing() == 1


def test_a_standing_share_tells_it_too_and_what_it_sends_otherwise_goes_on(world: Shared) -> None:
    held = Held(world, mode="standing")
    more = marked(indicator, 7, GREEN)
    held.bring(more)
    assert id_of(more) in world.there()
    assert held.standing() == 1


# --- not told -------------------------------------------------------------------------------------------------------


def test_what_the_partner_wrote_newer_itself_is_not_outdated_there(world: Shared) -> None:
    collection = world.collection()
    shared = marked(indicator, 1, GREEN)
    world.bring(collection, shared)
    (share_id,) = world.share(collection).shares
    theirs = Source(giver=Giver.PEER, ref=f"{US} green", label="IC3", marks=Marks(tlp="green"))
    world.bring(collection, marked(indicator, 1, GREEN, modified=LATER), source=theirs)
    world.settle()
    assert world.whole(share_id).standing.outdated == 0


def test_what_never_went_is_not_outdated_there(world: Shared) -> None:
    collection = world.collection()
    victim = identity(1)
    world.bring(collection, victim, marked(indicator, 1, GREEN), report(victim))
    (share_id,) = world.share(collection).shares
    world.bring(collection, report(victim, modified=LATER))
    world.settle()
    assert world.whole(share_id).standing.outdated == 0


# --- looking again --------------------------------------------------------------------------------------------------


def test_many_are_looked_at_again_piece_by_piece(world: Shared, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "INTEL_OUTDATED_PIECE", 2)
    monkeypatch.setattr(limits, "INTEL_OUTDATED_SHOWN", 3)
    collection = world.collection(ceiling="red")
    secret = marked(malware, 1, GREEN)
    firsts = [report(number=number) for number in range(1, 6)]
    world.bring(collection, secret, *firsts)
    (share_id,) = world.share(collection).shares
    world.bring(collection, marked(malware, 1, RED, modified=LATER))
    world.settle()
    world.bring(collection, *(report(secret, number=number, modified=LATER) for number in range(1, 6)))
    world.settle()
    whole = world.whole(share_id)
    assert (whole.standing.outdated, len(whole.outdated)) == (5, 3)
    world.bring(collection, marked(malware, 1, GREEN, modified=LATEST))
    world.settle()
    assert world.whole(share_id).standing.outdated == 5, "so many are looked at once a minute"
    world.clock.turn(limits.INTEL_OUTDATED_REST_S)
    world.settle()
    assert world.whole(share_id).standing.outdated == 0
    assert all(len(world.there()[id_of(one)]) == 2 for one in firsts)


def test_nothing_is_looked_at_again_while_nothing_has_changed(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    work, now = held.world.vn.node.sharing.work, held.world.clock.now()
    looked: list[int] = []
    listed = outdated.listed

    def counted(connection: Connection, share: int, **more: Any) -> Any:
        looked.append(share)
        return listed(connection, share, **more)

    monkeypatch.setattr(outdated, "listed", counted)
    assert not work.step(now)
    assert not work.step(now)
    assert looked == []
    other = held.world.collection(title="Khác")
    held.world.bring(other, indicator(9))
    assert not work.step(now)
    assert looked == [], "nor for what happens elsewhere"
    held.bring(marked(indicator, 9, GREEN))
    assert len(looked) == 1


def test_a_link_that_is_shut_holds_it_up_and_says_so(held: Held) -> None:
    """The version may go, the link does not let it: it is still told, as one that goes by itself."""
    held.world.vn.hire("quan", "Trần Quản", Role.ADMINISTRATOR, unit="Cục A05", channel=False)
    held.world.vn.node.post.desk.suspend(held.world.vn.officer("quan"), US, kind=None, reason="Tạm dừng")
    held.world.vn.node.intelligence.delete(
        held.world.vn.officer("giang"), held.collection.id, id_of(held.secret), EVERYTHING
    )
    held.world.settle()
    whole = held.world.whole(held.share)
    assert whole.standing.share.problem
    assert [one.why for one in whole.outdated] == [None]
    assert held.there() == [held.first]


# --- the table, on both products ------------------------------------------------------------------------------------


def test_rows_remember_that_there_is_something_newer_until_they_move(database: Database) -> None:
    def work(connection: Connection) -> None:
        number = shares.insert(connection, "shr-a", order("col"), collection=1, by="x", at=START)
        found = [candidate(place) for place in range(1, 5)]
        given.put(
            connection, PEER, [given.Row(one, None, place) for place, one in enumerate(found)],
            share=number, parcel=1, at_us=5,
        )  # fmt: skip
        known = given.of_peer(connection, PEER, [one.object_id for one in found])
        old = [known[one.object_id] for one in found]
        assert outdated.counts(connection, [number]) == {}
        outdated.note(connection, [(one._replace(added_us=100 + one.added_us), known[one.object_id]) for one in found])
        assert outdated.counts(connection, [number]) == {number: (4, 104)}
        assert [one.number for one in outdated.shares(connection)] == [number]
        assert [one.object_id for one in outdated.listed(connection, number, after=old[1].number, rows=1)] == [
            found[2].object_id
        ]
        given.put(connection, PEER, [given.Row(found[0], old[0], 0)], share=number, parcel=2, at_us=6)
        given.mark(connection, [old[1]], "due", code="marks", text="t", at_us=7)
        assert outdated.counts(connection, [number]) == {number: (2, 104)}, "sent, taken back: forgotten"
        given.not_taken(connection, 1, "expired", "late")
        assert outdated.counts(connection, [number]) == {}, "what the peer has not got is not outdated there"
        given.answered(connection, 1, "new", {})
        rows = outdated.listed(connection, number, rows=10)
        outdated.keep(connection, rows, Parts([], [], [], [(found[2]._replace(added_us=300), rows[0])]))
        assert outdated.counts(connection, [number]) == {number: (1, 300)}
        shares.update(connection, number, state="stopped")
        assert outdated.shares(connection) == []

    database.write(work)


def test_few_are_found_among_all_that_was_given_by_their_own_index(database: Database) -> None:
    """They are asked for beside every page, and a share may have given a million objects."""
    asked: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, given: Any, _context: Any, _many: Any) -> None:
        if "intel_given" in statement:
            asked.append((statement, given))

    with database.read() as connection:
        sa.event.listen(connection, "before_cursor_execute", note)
        outdated.counts(connection, [1, 2, 3])
        outdated.shares(connection)
        outdated.some(connection)
        outdated.listed(connection, 1, rows=20)
        sa.event.remove(connection, "before_cursor_execute", note)
        plans = [plan_of(connection, statement, given) for statement, given in asked]
    assert len(plans) == 4
    assert all("ix_intel_given_newer" in plan for plan in plans), "\n".join(plans)


def test_what_was_outdated_before_this_was_kept_is_found_once(database: Database) -> None:
    """The step of the database that begins to keep it."""
    path = migrations.VERSIONS / "0049_outdated_there.py"
    spec = importlib.util.spec_from_file_location("step", path)
    assert spec is not None
    assert spec.loader is not None
    step = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(step)
    desk = Desk(database)
    collection = desk.collection()
    raws = [indicator(number) for number in (1, 2)]
    desk.bring(collection, *raws)

    def work(connection: Connection) -> None:
        number = shares.insert(
            connection, "shr-a", order(collection.id), collection=collection.number, by="x", at=START
        )
        found = given.newest(connection, collection.number, [id_of(one) for one in raws])
        rows = [given.Row(one, None, place) for place, one in enumerate(found)]
        given.put(connection, PEER, rows, share=number, parcel=1, at_us=5)

    database.write(work)
    desk.bring(collection, indicator(2, modified=LATER))
    database.write(lambda connection: connection.execute(sa.text(step._FILL)))
    with database.read() as connection:
        (number,) = [one.number for one in outdated.shares(connection)]
        (row,) = outdated.listed(connection, number, rows=10)
        (newest,) = given.newest(connection, collection.number, [id_of(raws[1])])
    assert (row.object_id, row.newer_us) == (newest.object_id, newest.added_us)
