"""Reminders reach people as notices: once for each occasion, under quiet hours, and with nothing of the matter in them."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from lienlac import limits
from lienlac.duty.contacts.quiet import Quiet
from lienlac.duty.store import shifts
from lienlac.notices import wording
from lienlac.notices.store import queue
from lienlac.people.officer import Role
from lienlac.records.access.desk import Act
from lienlac.records.shared.desk import Opening, Say
from lienlac.wire.bodies.delegations import MinutesParagraph, Outcome, OutcomeState, Proposal
from lienlac.wire.bodies.lessons import Lesson
from lienlac.wire.bodies.parts import Said
from tests.delegations.scene import TOP
from tests.delegations.whole import Visit
from tests.notices.scene import HOUSE
from tests.records.sides import AMBER


def told(visit: Visit, side=None) -> list[tuple[str, str]]:
    """What stands in the queue, and whom it is for."""
    node = (side or visit.vn).node
    people = {one.officer.id: login for login, one in (side or visit.vn).people.items()}
    with node.database.read() as connection:
        rows = connection.execute(queue.notice_table.select().order_by(queue.notice_table.c.queued_us)).all()
    notices = [msgspec.json.decode(row.said) for row in rows]
    return sorted((one["about"], people[one["owner"]]) for one in notices)


def remind(visit: Visit, side=None, **later: float) -> int:
    """Time passes, and it is asked what people should be told."""
    now = visit.clock.now()
    return (side or visit.vn).node.duty.reminders.step(now + timedelta(**later))


def opened(visit: Visit, days: float = 10, **top: object) -> str:
    starts = visit.clock.now() + timedelta(days=days)
    word = msgspec.structs.replace(TOP, starts=starts, ends=starts + timedelta(days=1), **top)
    opening = Opening(top=word, marks=AMBER, purpose="prevent-crime", legal_basis="bilateral-arrangement")
    return str(visit.vn.node.delegations.shared.open(visit.who(visit.vn), opening).line.id)


def state(visit: Visit, side, record: str, word, element: str = "") -> str:
    done = side.node.delegations.shared.state(visit.who(side), record, [Say(says=word, marks=AMBER, element=element)])
    return str(done.statements[0].element)


def test_a_visit_is_told_when_it_comes_near_and_once_more_the_day_before(visit: Visit) -> None:
    opened(visit, days=10)
    assert remind(visit) == 1
    assert told(visit) == [("delegation-soon", "lan")]
    assert remind(visit, hours=1) == 0, "once for each occasion"
    assert remind(visit, days=9, hours=12) == 1
    assert remind(visit, days=9, hours=18) == 0


def test_a_visit_far_away_reminds_nobody(visit: Visit) -> None:
    opened(visit, days=limits.DELEGATION_SOON_DAYS + 5)
    assert remind(visit) == 0


def test_a_paragraph_waits_for_our_answer_and_a_changed_one_waits_anew(visit: Visit) -> None:
    record = visit.joined()
    word = MinutesParagraph(number=1, text=Said(vi="Một", en="One"))
    element = state(visit, visit.us, record, word)
    visit.settle()
    assert remind(visit) == 1
    assert told(visit) == [("minutes-wait", "lan")]
    assert told(visit, visit.us) == [] if remind(visit, visit.us) == 0 else False, "whoever words it waits for nobody"
    read = visit.vn.node.delegations.minutes(visit.who(visit.vn), record)
    digest = next(iter(read.whole.paragraphs[0].wordings.values())).digest
    visit.vn.node.delegations.agree(visit.who(visit.vn), record, element, digest)
    visit.settle()
    assert remind(visit, hours=1) == 0
    state(visit, visit.us, record, MinutesParagraph(number=1, text=Said(vi="Hai", en="Two")), element)
    visit.settle()
    assert remind(visit, hours=2) == 1, "what we agreed to no longer stands"


def test_a_proposed_time_waits_until_it_is_answered(visit: Visit) -> None:
    record = visit.joined()
    starts = visit.clock.now() + timedelta(days=90)
    element = state(visit, visit.us, record, Proposal(starts=starts, place="Washington"))
    visit.settle()
    assert remind(visit) == 1
    assert told(visit) == [("time-waits", "lan")]
    (found,) = visit.vn.node.delegations.proposals(visit.who(visit.vn), record)
    digest = next(iter(found.wordings.values())).digest
    visit.vn.node.delegations.answer(
        visit.who(visit.vn), record, element, digest=digest, accept=False, text="Trùng lịch"
    )
    assert remind(visit, hours=1) == 0


def test_a_commitment_of_ours_is_told_when_it_is_due_and_once_it_is_overdue(visit: Visit) -> None:
    record = opened(visit, days=60)
    due = (visit.clock.now() + timedelta(days=3)).date().isoformat()
    for owner in (visit.vn.id, visit.us.id):
        state(visit, visit.vn, record, Outcome(text=Said(vi="Gửi danh sách", en="Send the list"), owner=owner, due=due))
    assert remind(visit) == 1, "the other side's own is theirs to remember"
    assert remind(visit, days=5) == 1
    assert told(visit) == [("commitment-due", "lan"), ("commitment-overdue", "lan")]
    (ours,) = [
        one for one in visit.vn.node.delegations.outcomes(visit.who(visit.vn), record) if one.text.owner == visit.vn.id
    ]
    visit.vn.node.delegations.follow_up(visit.who(visit.vn), record, ours.element.id, OutcomeState.DONE)
    assert remind(visit, days=6) == 0


def test_a_lesson_whose_day_has_come_is_told(visit: Visit) -> None:
    visit.vn.hire("giang", "Đỗ Hương Giang", Role.ANALYST)
    day = (visit.clock.now() - timedelta(days=1)).date().isoformat()
    word = Lesson(title_vi="Chặn dòng tiền", title_en="Stopping money", situation=Said(vi="Khái quát"), review_on=day)
    opening = Opening(top=word, marks=AMBER, purpose="prevent-crime", legal_basis="bilateral-arrangement")
    visit.vn.node.lessons.shared.open(visit.vn.officer("giang"), opening)
    assert remind(visit) == 1
    assert told(visit) == [("lesson-review", "giang")], "analysts and investigators, not the liaison officer"


def test_where_nobody_has_the_role_whoever_binds_the_authority_is_told(visit: Visit) -> None:
    """No analyst and no investigator works here: the supervisor hears of the lesson."""
    day = (visit.clock.now() - timedelta(days=1)).date().isoformat()
    word = Lesson(title_vi="Chặn dòng tiền", title_en="Stopping money", situation=Said(vi="Khái quát"), review_on=day)
    opening = Opening(top=word, marks=AMBER, purpose="prevent-crime", legal_basis="bilateral-arrangement")
    visit.vn.node.lessons.shared.open(visit.who(visit.vn), opening)
    assert remind(visit) == 1
    assert told(visit) == [("lesson-review", "lan")]


def test_who_may_not_know_of_a_delegation_is_not_reminded_of_it(visit: Visit) -> None:
    visit.vn.hire("khanh", "Võ Quốc Khánh", Role.LIAISON_OFFICER, unit="C02")
    record = opened(visit)
    desk, lan = visit.vn.node.delegations, visit.who(visit.vn)
    desk.shared.access.change(lan, record, Act.RESTRICT, units=[], officers=[lan.id], reason="Đoàn cấp cao")
    assert remind(visit) == 1
    assert told(visit) == [("delegation-soon", "lan")]


def test_quiet_hours_hold_a_reminder_until_they_end(visit: Visit) -> None:
    lan = visit.who(visit.vn)
    local = (visit.clock.now() + timedelta(hours=7)).replace(minute=0)
    begins, ends = ((local.hour - 1) % 24) * 60, ((local.hour + 3) % 24) * 60
    visit.vn.node.database.write(
        lambda connection: shifts.set_person(connection, lan.id, phone="", quiet=Quiet(begins, ends))
    )
    opened(visit)
    assert remind(visit) == 1
    with visit.vn.node.database.read() as connection:
        (row,) = connection.execute(queue.notice_table.select()).all()
    waits = timedelta(microseconds=row.due_us - row.queued_us)
    assert timedelta(hours=2) <= waits <= timedelta(hours=3)


def test_attack_a_reminder_carries_nothing_of_the_matter(visit: Visit) -> None:
    record = opened(visit, title_vi="Bắt Nguyễn Văn Thành", title_en="Arrest of Nguyen Van Thanh", place="42 Hàng Bài")
    remind(visit)
    with visit.vn.node.database.read() as connection:
        (row,) = connection.execute(queue.notice_table.select()).all()
    notice = msgspec.json.decode(row.said, type=queue.Notice)
    for language in ("vi", "en"):
        said = wording.subject(notice, language) + wording.text(notice, HOUSE, language)
        assert "Thành" not in said
        assert "Thanh" not in said
        assert "Hàng Bài" not in said
        assert notice.reference in said
    assert notice.path == f"/delegations/{record}"
    assert (notice.urgency, notice.loud) == ("normal", False)


def test_the_watch_turns_reminders_in_its_own_time(visit: Visit) -> None:
    opened(visit)
    duty = visit.vn.node.duty
    duty.watch(visit.clock.now())
    assert told(visit) == [("delegation-soon", "lan")]
    opened(visit)
    duty.watch(visit.clock.now() + timedelta(seconds=limits.REMIND_EVERY_S - 1))
    assert len(told(visit)) == 1
    duty.watch(visit.clock.now() + timedelta(seconds=limits.REMIND_EVERY_S))
    assert len(told(visit)) == 2
