"""A visit from its invitation to what came out of it, on both nodes; and the ways in which somebody could cheat."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import Connection

from lienlac import limits
from lienlac.delegations.desk import Delegations, Reminder
from lienlac.delegations.rules.minutes import terms, wording
from lienlac.errors import NotAllowed, Refused
from lienlac.people.access import store as access
from lienlac.records.shared.desk import Say
from lienlac.records.shared.fold import top_element
from lienlac.records.shared.store import lines
from lienlac.wire.bodies.delegations import (
    Answer,
    Form,
    Level,
    MinutesParagraph,
    Outcome,
    OutcomeState,
    Part,
    Participant,
    ProgrammeItem,
    Proposal,
    Stage,
)
from lienlac.wire.bodies.parts import Said
from tests.delegations.scene import BEGINS, ENDS, TOP, paragraph, visit
from tests.records.sides import AMBER, Side, Sides


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sides[Delegations]]:
    """One pair of nodes; each test has records of its own."""
    sides = visit(tmp_path_factory.mktemp("visit"))
    yield sides
    sides.close()


def restrict(connection: Connection, record: str, side: Side[Delegations]) -> None:
    allowed = access.Relation.ALLOWED
    access.add(connection, record, allowed, [side.officer.id], by="sys", at=side.sim.clock.now())
    lines.set_restricted(connection, record, True)


def remembered(side: Side[Delegations], record: str) -> list[Reminder]:
    with side.sim.database.read() as connection:
        found = side.desk.reminders(connection, side.officer, side.sim.clock.now())
    return [one for one in found if one.record_id == record]


def agree(side: Side[Delegations], record: str, element: str) -> None:
    shown = next(one for one in side.desk.minutes(side.officer, record).whole.paragraphs if one.element.id == element)
    (digest,) = {one.digest for one in shown.wordings.values()}
    side.desk.agree(side.officer, record, element, digest)


def test_a_visit_from_invitation_to_signed_minutes(both):
    vn, us, record = both.vn, both.us, both.shared(TOP)
    first = paragraph(vn, record, 1, "Hai bên trao đổi.", "Both sides exchanged views.")
    second = paragraph(us, record, 2, "Hai bên sẽ gặp lại.", "Both sides will meet again.")
    both.deliver()
    agree(us, record, first)
    agree(vn, record, second)
    both.deliver()
    for side in (vn, us):
        whole = side.desk.minutes(side.officer, record).whole
        assert [one.agreed.says.text.vi for one in whole.paragraphs] == ["Hai bên trao đổi.", "Hai bên sẽ gặp lại."]
        assert (whole.digest is not None, whole.complete) == (True, False)
        side.desk.sign(side.officer, record, whole.digest, signatory=f"Trưởng đoàn {side.id}")
    both.deliver()
    assert vn.facts(record) == us.facts(record)
    wholes = [side.desk.minutes(side.officer, record).whole for side in (vn, us)]
    assert wholes[0].digest == wholes[1].digest
    assert all(one.complete and set(one.signed) == {vn.id, us.id} for one in wholes)


def test_a_changed_paragraph_needs_agreement_anew_and_unsigns_the_whole(both):
    vn, us, record = both.vn, both.us, both.shared(TOP)
    element = paragraph(vn, record, 1, "Một", "One")
    both.deliver()
    agree(us, record, element)
    both.deliver()
    for side in (vn, us):
        whole = side.desk.minutes(side.officer, record).whole
        side.desk.sign(side.officer, record, whole.digest, signatory="X")
    both.deliver()
    paragraph(vn, record, 1, "Một", "One, and a half", element)
    both.deliver()
    for side in (vn, us):
        whole = side.desk.minutes(side.officer, record).whole
        assert (whole.open, whole.digest, whole.complete, dict(whole.signed)) == (1, None, False, {})
    with pytest.raises(NotAllowed, match="minutes-open"):
        us.desk.sign(us.officer, record, "0" * 64, signatory="X")


def test_agreeing_to_a_text_that_was_changed_meanwhile(both):
    """The officer read one text; what is in the record now says another thing."""
    vn, us, record = both.vn, both.us, both.shared(TOP)
    element = paragraph(vn, record, 1, "Bị can bị dẫn độ trong 60 ngày.", "Extradited within 60 days.")
    both.deliver()
    shown = us.desk.minutes(us.officer, record).whole.paragraphs[0].wordings[vn.id].digest
    paragraph(vn, record, 1, "Bị can bị dẫn độ trong 6 ngày.", "Extradited within 6 days.", element)
    both.deliver()
    with pytest.raises(NotAllowed, match="minutes-text-changed"):
        us.desk.agree(us.officer, record, element, shown)
    assert us.desk.minutes(us.officer, record).whole.open == 1


def test_a_change_and_an_agreement_that_cross_on_the_way_agree_to_nothing(both):
    vn, us, record = both.vn, both.us, both.shared(TOP)
    element = paragraph(vn, record, 1, "Một", "One")
    both.deliver()
    agree(us, record, element)
    paragraph(vn, record, 1, "Hai", "Two", element)
    both.deliver()
    assert vn.facts(record) == us.facts(record)
    assert [side.desk.minutes(side.officer, record).whole.open for side in (vn, us)] == [1, 1]


def test_agreeing_for_the_other_side(both):
    """The United States state Viet Nam's wording as their own and sign: Viet Nam has still said nothing."""
    vn, us, record = both.vn, both.us, both.shared(TOP)
    element = paragraph(us, record, 1, "Việt Nam trả toàn bộ chi phí.", "Viet Nam pays for everything.")
    paragraph(us, record, 1, "Việt Nam trả toàn bộ chi phí.", "Viet Nam pays for everything.", element)
    both.deliver()
    for side in (vn, us):
        (one,) = side.desk.minutes(side.officer, record).whole.paragraphs
        assert (one.agreed, one.positions[vn.id]) == (None, None)
        assert one.missing() == (vn.id,)


def test_a_node_that_does_not_take_part_agrees_to_nothing(tmp_path):
    three = visit(tmp_path, 3)
    try:
        vn, us, other = three.sides
        record = three.shared(TOP)
        element = paragraph(vn, record, 1, "Một", "One")
        three.deliver()
        agree(us, record, element)
        three.deliver()
        assert vn.desk.minutes(vn.officer, record).whole.digest is not None
        vn.invite(record, other)
        three.deliver()
        other.accept(record)
        three.deliver()
        whole = vn.desk.minutes(vn.officer, record).whole
        assert whole.digest is None  # whoever takes part must agree: one more side opens what two had closed
        assert whole.paragraphs[0].missing() == (other.id,)
    finally:
        three.close()


def test_minutes_in_one_language_are_a_draft(both):
    vn, us, record = both.vn, both.us, both.shared(TOP)
    element = paragraph(vn, record, 1, "Chỉ tiếng Việt", "")
    both.deliver()
    with pytest.raises(NotAllowed, match="minutes-language-missing"):
        agree(us, record, element)


def test_a_word_that_agrees_and_says_something_else_besides(both):
    """An agreement with a text of its own could be read either way."""
    vn, record = both.vn, both.shared(TOP)
    element = paragraph(vn, record, 1, "Một", "One")
    digest = wording(element, Said(vi="Một", en="One"))
    for word in (
        MinutesParagraph(number=1, text=Said(vi="Hai", en="Two"), agrees=digest),
        MinutesParagraph(number=1),
    ):
        with pytest.raises(Refused, match="minutes-word"):
            vn.shared.state(vn.officer, record, [Say(says=word, marks=AMBER, element=element)])


def test_a_date_is_proposed_countered_and_accepted(both):
    vn, us, record = both.vn, both.us, both.shared(TOP)
    proposed = us.desk.propose(us.officer, record, Proposal(starts=BEGINS, ends=ENDS, place="Washington"), AMBER)
    element = proposed.statements[0].element
    both.deliver()
    counter = Proposal(starts=BEGINS.replace(month=4), ends=ENDS.replace(month=4), place="Hà Nội")
    vn.shared.state(vn.officer, record, [Say(says=counter, marks=AMBER, element=element)])
    both.deliver()
    assert us.desk.proposals(us.officer, record)[0].agreed is None
    us.desk.answer(us.officer, record, element, digest=terms(element, counter), accept=True)
    both.deliver()
    for side in (vn, us):
        (one,) = side.desk.proposals(side.officer, record)
        assert one.agreed.says.place == "Hà Nội"
        column = side.shared.read.room(side.officer, record).top.by(us.id)
        assert (column.starts, column.place) == (BEGINS.replace(month=4), "Hà Nội")


def test_a_refusal_tells_why(both):
    vn, us, record = both.vn, both.us, both.shared(TOP)
    proposal = Proposal(starts=BEGINS)
    element = vn.desk.propose(vn.officer, record, proposal, AMBER).statements[0].element
    both.deliver()
    with pytest.raises(Refused, match="reason-missing"):
        us.desk.answer(us.officer, record, element, digest=terms(element, proposal), accept=False)
    us.desk.answer(us.officer, record, element, digest=terms(element, proposal), accept=False, text="Trùng lịch")
    both.deliver()
    (one,) = vn.desk.proposals(vn.officer, record)
    assert (one.element.by(us.id).answer, one.element.by(us.id).text.vi) == (Answer.REFUSES, "Trùng lịch")


@pytest.mark.parametrize(
    "word",
    [
        Proposal(),
        Proposal(answer=Answer.ACCEPTS),
        Proposal(answer=Answer.ACCEPTS, agrees="0" * 64, place="Elsewhere"),
        Proposal(answer=Answer.REFUSES, agrees="0" * 64),
        Proposal(starts=ENDS, ends=BEGINS),
        ProgrammeItem(at=ENDS, until=BEGINS, text=Said(vi="x")),
        ProgrammeItem(at=BEGINS, text=Said()),
        Outcome(text=Said(vi="x"), owner="vn-one", due="2027-02-30"),
    ],
)
def test_words_that_contradict_themselves_are_not_said(both, word):
    vn, record = both.vn, both.vn.open(TOP)
    with pytest.raises(Refused):
        vn.shared.state(vn.officer, record, [Say(says=word, marks=AMBER)])


def test_an_outcome_is_done_when_its_owner_says_so(both):
    vn, us, record = both.vn, both.us, both.shared(TOP)
    yesterday = (both.clock.now() - timedelta(days=1)).date().isoformat()
    word = Outcome(text=Said(vi="Gửi danh sách tài khoản", en="Send the list"), owner=us.id, due=yesterday)
    element = vn.shared.state(vn.officer, record, [Say(says=word, marks=AMBER)]).statements[0].element
    both.deliver()
    vn.desk.follow_up(vn.officer, record, element, OutcomeState.DONE)  # the host thinks so; the owner has not said it
    both.deliver()
    assert [one.state for one in us.desk.outcomes(us.officer, record)] == [OutcomeState.OPEN]
    (reminder,) = remembered(us, record)
    assert (reminder.outcome, reminder.overdue, reminder.element) == (True, True, element)
    assert remembered(vn, record) == []  # it is not theirs to do
    us.desk.follow_up(us.officer, record, element, OutcomeState.DONE, "Đã gửi")
    both.deliver()
    assert [one.state for one in vn.desk.outcomes(vn.officer, record)] == [OutcomeState.DONE]
    assert remembered(us, record) == []
    with pytest.raises(NotAllowed, match="delegation-step"):
        us.desk.follow_up(us.officer, record, element, OutcomeState.DROPPED)


def test_each_side_has_its_own_stage(both):
    vn, us, record = both.vn, both.us, both.shared(TOP)
    vn.desk.stage(vn.officer, record, Stage.CONFIRMED)
    both.deliver()
    us.desk.stage(us.officer, record, Stage.CANCELLED)
    both.deliver()
    top = vn.shared.read.room(vn.officer, record).top
    assert (top.by(vn.id).state, top.by(us.id).state) == (Stage.CONFIRMED, Stage.CANCELLED)
    with pytest.raises(NotAllowed, match="delegation-step"):
        vn.desk.stage(vn.officer, record, Stage.HELD)


def test_people_stand_in_the_order_of_protocol(both):
    vn, us, record = both.vn, both.us, both.shared(TOP)

    def come(side: Side[Delegations], name: str, order: int, role: Part) -> None:
        word = Participant(node=side.id, name=name, order=order, role=role)
        side.shared.state(side.officer, record, [Say(says=word, marks=AMBER)])

    come(vn, "Phiên dịch", 1, Part.INTERPRETER)
    come(vn, "Trưởng đoàn", 3, Part.HEAD)
    come(us, "Member", 2, Part.MEMBER)
    come(us, "First member", 1, Part.MEMBER)
    come(us, "Head", 9, Part.HEAD)
    both.deliver()
    named = [[one.name for _e, one in side.desk.protocol(side.officer, record)] for side in (vn, us)]
    assert named[0] == named[1] == ["Head", "First member", "Member", "Trưởng đoàn", "Phiên dịch"]


def test_the_yearly_plan_shows_what_an_officer_may_know_of(both):
    vn = both.vn
    shown = vn.open(msgspec.structs.replace(TOP, starts=BEGINS.replace(year=2031), ends=None))
    undated = vn.open(msgspec.structs.replace(TOP, starts=None, ends=None))
    hidden = vn.open(msgspec.structs.replace(TOP, starts=BEGINS.replace(year=2031, day=9), ends=None))
    vn.sim.database.write(lambda connection: restrict(connection, hidden, vn))
    assert [one.record_id for one in vn.desk.plan(vn.officer, 2031)] == [shown, hidden]
    assert [one.record_id for one in vn.desk.plan(vn.second, 2031)] == [shown]
    years = (both.clock.now().year, limits.INSTANT_LAST_YEAR - 1)
    assert undated not in [one.record_id for year in years for one in vn.desk.plan(vn.officer, year)]
    with pytest.raises(Refused, match="delegation-year"):
        vn.desk.plan(vn.officer, limits.INSTANT_LAST_YEAR)


def test_a_visit_that_begins_soon_is_remembered_until_it_is_called_off(both):
    vn = both.vn
    soon = both.clock.now() + timedelta(days=limits.DELEGATION_SOON_DAYS - 1)
    record = vn.open(msgspec.structs.replace(TOP, starts=soon, ends=None))
    assert [one.outcome for one in remembered(vn, record)] == [False]
    vn.desk.stage(vn.officer, record, Stage.CANCELLED)
    assert remembered(vn, record) == []


def test_the_paper_of_the_minutes_says_how_far_they_are(both):
    vn, us, record = both.vn, both.us, both.shared(TOP)
    with pytest.raises(NotAllowed, match="minutes-empty"):
        vn.desk.paper(vn.officer, record, "vi")
    element = paragraph(vn, record, 1, "Một", "One")
    both.deliver()
    vn.desk.paper(vn.officer, record, "vi")
    agree(us, record, element)
    both.deliver()
    for side in (vn, us):
        whole = side.desk.minutes(side.officer, record).whole
        side.desk.sign(side.officer, record, whole.digest, signatory="Trưởng đoàn")
    both.deliver()
    vn.desk.paper(vn.officer, record, "vi")
    draft, signed = vn.desk._printer.documents
    assert (draft.kind.en, signed.kind.en) == ("Minutes", "Agreed minutes")
    assert "Một" not in msgspec.json.encode(draft).decode()  # what is not agreed stands in no paper as if it were
    assert "Một" in msgspec.json.encode(signed).decode()


def test_top_words_are_the_sides_own(both):
    """A guest that renames the visit renames it in its own column only."""
    vn, us, record = both.vn, both.us, both.shared(TOP)
    word = msgspec.structs.replace(TOP, title_en="Surrender of the other side", form=Form.VIRTUAL, level=Level.MINISTER)
    us.shared.state(us.officer, record, [Say(says=word, marks=AMBER, element=top_element(record))])
    both.deliver()
    line = vn.shared.read.room(vn.officer, record).line
    assert line.title_en == TOP.title_en
