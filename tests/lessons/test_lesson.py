"""A lesson from the case it is drawn from to its use at a partner's; and the ways in which something could leak."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import msgspec
import pytest

from lienlac.errors import NotAllowed, Refused
from lienlac.lessons.desk import Lessons
from lienlac.lessons.rules.reviewing import CONTENT
from lienlac.records.shared.desk import Opening, Say
from lienlac.records.shared.fold import Part as Partaking
from lienlac.records.shared.fold import top_element
from lienlac.records.shared.private.store import Kept
from lienlac.records.shared.store.ways import Way
from lienlac.wire.bodies.agreement import SecondOfficer
from lienlac.wire.bodies.lessons import Kind, Part, Result, Stage, Step, StepResult, Use, Verdict
from lienlac.wire.bodies.parts import Said
from lienlac.wire.bodies.records import Link, Remark
from tests.lessons.scene import CASE, ELSEWHERE, FAILED, OPEN_CASE, TOP, review, say, school, taught
from tests.records.sides import AMBER, Side, Sides
from tests.records.stones import BASIS, PURPOSE


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sides[Lessons]]:
    """One pair of nodes; each test has lessons of its own."""
    sides = school(tmp_path_factory.mktemp("school"))
    yield sides
    sides.close()


def parts(side: Side[Lessons], record: str) -> list[str]:
    return [one.standing[-1].says.text.vi for one, _at in side.shared.read.elements(side.officer, record, "part")]


def use(side: Side[Lessons], record: str, run: str, useful: int | None = 4, **more: object) -> Use:
    note = more.pop("note", Said(vi="Tốt"))
    done = side.desk.running.finish(
        side.officer, run, useful=useful, note=note, used_on=date(2026, 11, 20), marks=AMBER, **more
    )  # type: ignore[arg-type]  # a test's own words
    found: Use = done.statements[0].says
    return found


# --- four eyes ----------------------------------------------------------------------------------------------------
def test_nothing_of_a_lesson_leaves_before_a_second_officer_has_read_it(both):
    vn, us = both.vn, both.us
    record = vn.open(TOP)
    say(vn, record, FAILED)
    with pytest.raises(NotAllowed, match="lesson-not-reviewed"):
        vn.invite(record, us)
    review(vn, record)
    vn.invite(record, us)
    both.deliver()
    us.accept(record)
    both.deliver()
    assert parts(us, record) == [FAILED.text.vi]
    assert us.shared.read.room(us.officer, record).line.state == Stage.REVIEWED


def test_who_wrote_it_cannot_review_it(both):
    vn = both.vn
    record = vn.open(TOP)
    with pytest.raises(NotAllowed, match="lesson-own-review"):
        review(vn, record, vn.officer)
    say(vn, record, FAILED, officer=vn.second)
    for author in (vn.officer, vn.second):
        with pytest.raises(NotAllowed, match="lesson-own-review"):
            review(vn, record, author)
    review(vn, record, vn.hire("c"))
    assert vn.desk.to_review(vn.second, record).cleared


def test_a_review_of_what_was_changed_meanwhile(both):
    """The second officer read one text; the author has another one pass under the same signature."""
    vn = both.vn
    record = vn.open(TOP)
    part = say(vn, record, FAILED)
    read = vn.desk.to_review(vn.second, record).digest
    say(vn, record, msgspec.structs.replace(FAILED, text=Said(vi="Khác", en="Other")), element=part)
    with pytest.raises(NotAllowed, match="lesson-changed"):
        vn.desk.review(vn.second, record, read, Verdict.CLEAN)


def test_what_is_changed_after_the_review_stays_until_it_is_read_too(both):
    vn, us = both.vn, both.us
    record, _steps = taught(both)
    part = say(vn, record, Part(kind=Kind.WORKED, text=Said(vi="Mới", en="New")))
    both.deliver()
    assert parts(us, record) == [FAILED.text.vi]
    review(vn, record)
    both.deliver()
    assert sorted(parts(us, record)) == ["Mới", FAILED.text.vi]
    say(vn, record, Part(kind=Kind.WORKED, text=Said(vi="Mới hơn", en="Newer")), element=part)
    both.deliver()
    assert sorted(parts(us, record)) == ["Mới", FAILED.text.vi]


def test_that_a_lesson_is_used_no_more_partners_hear_at_once(both):
    """It hides nothing and adds nothing: what waits for a second officer is used that long."""
    vn, us = both.vn, both.us
    record, _steps = taught(both)
    vn.desk.retire(vn.officer, record, "Ngân hàng đã đổi quy trình")
    both.deliver()
    assert us.shared.read.room(us.officer, record).line.state == Stage.RETIRED
    assert vn.desk.to_review(vn.second, record).cleared


def test_attack_what_nobody_has_read_leaves_with_the_retiring(both):
    vn, us = both.vn, both.us
    record, _steps = taught(both)
    say(vn, record, msgspec.structs.replace(TOP, title_vi="Chưa ai đọc"), element=top_element(record))
    vn.desk.retire(vn.officer, record, "Sai")
    both.deliver()
    shown = us.shared.read.room(us.officer, record).line
    assert (shown.title_vi, shown.state) == (TOP.title_vi, Stage.REVIEWED)
    review(vn, record)
    both.deliver()
    assert us.shared.read.room(us.officer, record).line.title_vi == "Chưa ai đọc"


def test_attack_the_reason_of_the_retiring_names_the_case(both):
    vn = both.vn
    record, _steps = taught(both)
    vn.desk.source(vn.officer, record, CASE)
    with pytest.raises(Refused, match="lesson-not-sanitised"):
        vn.desk.retire(vn.officer, record, f"Xem {CASE}")


def test_where_the_agreement_asks_for_a_second_officer_the_retiring_waits(tmp_path):
    strict = school(tmp_path, second_officer=SecondOfficer(kinds=("lessons.state",)))
    try:
        vn, us = strict.vn, strict.us
        record = vn.open(TOP)
        review(vn, record)
        vn.invite(record, us)
        strict.deliver()
        us.accept(record)
        strict.deliver()
        assert vn.desk.retire(vn.officer, record, "Đã cũ").waits
        strict.deliver()
        assert us.shared.read.room(us.officer, record).line.state != Stage.RETIRED
    finally:
        strict.close()


def test_what_is_written_between_invitation_and_answer_does_not_slip_through_with_the_history(both):
    vn, us = both.vn, both.us
    record = vn.open(TOP)
    review(vn, record)
    vn.invite(record, us)
    both.deliver()
    say(vn, record, FAILED)
    us.accept(record)
    both.deliver()
    assert parts(us, record) == []
    review(vn, record)
    both.deliver()
    assert parts(us, record) == [FAILED.text.vi]


def test_a_fact_that_nobody_has_read_has_no_way_to_anybody(both):
    """The checker's view: every fact of content that has any way is one that a second officer has cleared."""
    from lienlac.lessons import store
    from lienlac.records.shared.store.ways import of_facts

    vn = both.vn
    record, _steps = taught(both)
    say(vn, record, Part(kind=Kind.PITFALL, text=Said(vi="Chưa đọc", en="Not read")))
    both.deliver()
    with vn.sim.database.read() as connection:
        facts = [one for one in vn.shared.keeper.facts.walk(connection, record, vn.id) if one.kind in CONTENT]
        going = of_facts(connection, [one.position for one in facts])
        read = store.cleared(connection, [one.id for one in facts])
    assert {one.id for one in facts if one.position in going} == read
    assert all(way is Way.TAKEN for found in going.values() for way, _code in found.values())


def test_a_returned_lesson_tells_its_author_why_and_nobody_else(both):
    vn, us = both.vn, both.us
    record, _steps = taught(both)
    say(vn, record, Part(kind=Kind.PITFALL, text=Said(vi="Đại uý ở phường 5", en="The captain of ward 5")))
    digest = vn.desk.to_review(vn.second, record).digest
    with pytest.raises(Refused, match="reason-missing"):
        vn.desk.review(vn.second, record, digest, Verdict.RETURNED)
    vn.desk.review(vn.second, record, digest, Verdict.RETURNED, "Nhận ra được người")
    both.deliver()
    notes = vn.shared.private.listed(vn.officer, record, kind=Kept.TASK)
    assert [one.text for one in notes] == ["Nhận ra được người"]
    assert b"Nh\xe1\xba\xadn ra" not in b"".join(us.facts(record).values())
    assert not vn.desk.to_review(vn.second, record).cleared


# --- sanitising ---------------------------------------------------------------------------------------------------
LEAKS = [
    ("a case's account number", "Chuyển vào STK 0071001234567 Vietcombank"),
    ("an account number with nothing around it", "tiền về 19036812345678 rồi đi tiếp"),
    ("a telephone number", "gọi 0912 345 678"),
    ("an e-mail address", "viết cho nguyen.van.a@gmail.com"),
    ("a wallet", "ví TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLSE"),
    ("a site", "trang lừa đảo vn-forex-profit.com"),
    ("a request by reference", "xem VN-2026-000017"),
    ("a case by reference", "xem vn-c-2026-000007"),
    ("a case by id", f"xem {CASE}"),
    ("a whole card number", "thẻ 4111 1111 1111 1111"),
]


@pytest.mark.parametrize(("leak", "text"), LEAKS, ids=[one for one, _text in LEAKS])
def test_a_lesson_that_leaks(both, leak, text):
    """Whatever it is written into: a part, a step, the lesson itself, a remark, a use, a link, the reason of a retraction."""
    vn = both.vn
    record = vn.open(TOP)
    part = say(vn, record, FAILED)
    for word in (
        Part(kind=Kind.TRIED, text=Said(vi=text)),
        Part(kind=Kind.TRIED, text=Said(en=text)),
        Part(kind=Kind.TRIED, title=text, text=Said(vi="x")),
        Step(number=1, text=Said(vi="x"), why=Said(vi=text)),
        Remark(text=Said(vi=text)),
        Use(used_on="2026-11-20", note=Said(vi=text)),
        Use(used_on="2026-11-20", results=(StepResult(step="stp-" + "a" * 26, result=Result.WORKED, note=text),)),
        Link(target="mth-" + "a" * 26, label=text),
    ):
        with pytest.raises(Refused, match="lesson-not-sanitised"):
            say(vn, record, word)
    changed = msgspec.structs.replace(TOP, situation=Said(vi=text))
    with pytest.raises(Refused, match="lesson-not-sanitised"):
        say(vn, record, changed, element=top_element(record))
    with pytest.raises(Refused, match="lesson-not-sanitised"):
        vn.open(msgspec.structs.replace(TOP, title_vi=text))
    with pytest.raises(Refused, match="lesson-not-sanitised"):
        vn.shared.retract(vn.officer, record, part, text)


@pytest.mark.parametrize("target", [CASE, "req-" + "a" * 26, "emg-" + "a" * 26])
def test_a_lesson_that_links_to_a_case(both, target):
    with pytest.raises(Refused, match="lesson-not-sanitised"):
        say(both.vn, both.vn.open(TOP), Link(target=target))


def test_an_invitation_that_says_what_the_lesson_may_not(both):
    vn, us = both.vn, both.us
    record = vn.open(TOP)
    review(vn, record)
    with pytest.raises(Refused, match="lesson-not-sanitised"):
        vn.shared.part.invite(vn.officer, record, us.id, summary=Said(vi="Từ vụ VN-C-2026-000007"))
    with pytest.raises(Refused, match="lesson-not-sanitised"):
        vn.invite(record, us, text="Hỏi anh Tuấn, 0912345678")


@pytest.mark.parametrize(
    "text",
    [
        "Số tiền bị chiếm đoạt 12.500.000.000 đồng trong 30 ngày, từ 20/11/2026.",
        "Ngân hàng trả lời trong 24 giờ; 3 trên 5 tài khoản đã rỗng.",
        "Theo Điều 174 Bộ luật Hình sự và Điều 29 Công ước.",
        "Ask the exchange within 72 hours; 18 U.S.C. 1343 applies.",
    ],
)
def test_what_names_nobody_may_stand_there(both, text):
    say(both.vn, both.vn.open(TOP), Part(kind=Kind.TRIED, text=Said(vi=text, en=text)))


def opening() -> Opening:
    return Opening(top=TOP, marks=AMBER, purpose=PURPOSE, legal_basis=BASIS)


def test_the_case_a_lesson_was_drawn_from_stays_here_and_out_of_its_texts(both):
    vn, us = both.vn, both.us
    record = vn.desk.draw(vn.officer, opening(), CASE).line.id
    for text in ("Bà Trần Thị Bích Ngọc nhận tiền", "ba tran thi BICH NGOC", "tài khoản 0071-0012-34567"):
        with pytest.raises(Refused, match="lesson-not-sanitised"):
            say(vn, record, Part(kind=Kind.TRIED, text=Said(vi=text)))
    say(vn, record, FAILED)
    review(vn, record)
    vn.invite(record, us)
    both.deliver()
    us.accept(record)
    both.deliver()
    assert vn.desk.to_review(vn.officer, record).sources == [CASE]
    assert us.desk.to_review(us.officer, record).sources == []
    assert CASE.encode() not in b"".join(us.facts(record).values())
    assert parts(us, record) == [FAILED.text.vi]


def test_a_lesson_written_before_its_case_was_named_is_read_again(both):
    vn = both.vn
    record = vn.open(TOP)
    say(vn, record, Part(kind=Kind.TRIED, text=Said(vi="Bà Trần Thị Bích Ngọc")))
    with pytest.raises(Refused, match="lesson-not-sanitised"):
        vn.desk.source(vn.officer, record, CASE)
    assert vn.desk.to_review(vn.officer, record).sources == []


def test_no_lesson_is_drawn_from_a_case_that_is_open_or_not_known(both):
    vn = both.vn
    with pytest.raises(NotAllowed, match="lesson-case-open"):
        vn.desk.draw(vn.officer, opening(), OPEN_CASE)
    with pytest.raises(NotAllowed, match="not-found"):
        vn.desk.draw(vn.officer, opening(), "cas-" + "z" * 26)


# --- use ----------------------------------------------------------------------------------------------------------
def test_a_checklist_is_run_and_its_results_come_back(both):
    vn, us = both.vn, both.us
    record, steps = taught(both)
    assert [one.id for one, _step in us.desk.running.steps(us.officer, record)] == steps
    run = us.desk.running.begin(us.officer, record)
    us.desk.running.tick(us.officer, run.id, steps[0], Result.FAILED)
    us.desk.running.tick(us.officer, run.id, steps[0], Result.WORKED, "Ngân hàng đáp ngay")
    shown = us.desk.running.checklist(us.officer, run.id)
    assert ([one.result for one in shown.run.results], shown.left) == ([Result.WORKED], 1)
    said = use(us, record, run.id)
    assert [(one.step, one.result, one.note) for one in said.results] == [(steps[0], Result.WORKED, "")]
    with pytest.raises(NotAllowed, match="lesson-run-over"):
        us.desk.running.tick(us.officer, run.id, steps[1], Result.WORKED)
    with pytest.raises(NotAllowed, match="lesson-run-over"):
        use(us, record, run.id)
    own = vn.desk.running.begin(vn.officer, record)
    use(vn, record, own.id, useful=None)
    both.deliver()
    for side in (vn, us):
        counted = side.desk.useful(side.shared.read.room(side.officer, record))
        assert (counted.used, counted.rated, counted.mean) == (2, 1, 4.0)
        assert side.desk.useful_of(side.officer, [record])[record] == counted
    assert vn.desk.running.runs(vn.officer, record)[0].id == own.id  # the partner's runs are the partner's
    assert len(vn.desk.running.runs(vn.officer, record)) == 1


def test_a_step_of_another_lesson_cannot_be_ticked(both):
    vn = both.vn
    record, _steps = taught(both)
    other, theirs = taught(both)
    run = vn.desk.running.begin(vn.officer, record)
    with pytest.raises(NotAllowed, match="not-found"):
        vn.desk.running.tick(vn.officer, run.id, theirs[0], Result.WORKED)
    del other


def test_a_lesson_without_steps_has_no_checklist(both):
    with pytest.raises(NotAllowed, match="lesson-no-steps"):
        both.vn.desk.running.begin(both.vn.officer, both.vn.open(TOP))


def test_a_case_id_leaves_only_to_those_who_take_part_in_the_case(both):
    vn, us = both.vn, both.us
    record, _steps = taught(both)
    vn.desk.cases.nodes[CASE] = frozenset({vn.id, us.id})
    vn.desk.cases.nodes[ELSEWHERE] = frozenset({vn.id})
    said = [use(vn, record, vn.desk.running.begin(vn.officer, record, case).id) for case in (CASE, ELSEWHERE)]
    both.deliver()
    assert [one.case for one in said] == [CASE, None]
    assert ELSEWHERE.encode() not in b"".join(us.facts(record).values())
    assert [run.thing for run, _lesson in vn.desk.running.runs_in(vn.officer, ELSEWHERE)] == [ELSEWHERE]


def test_a_later_member_does_not_learn_of_the_case(tmp_path):
    three = school(tmp_path, 3)
    try:
        vn, us, other = three.sides
        record, _steps = taught(three)
        vn.desk.cases.nodes[CASE] = frozenset({vn.id, us.id})
        assert use(vn, record, vn.desk.running.begin(vn.officer, record, CASE).id).case == CASE
        three.deliver()
        vn.invite(record, other)
        three.deliver()
        other.accept(record)
        three.deliver()
        assert other.shared.read.room(other.officer, record).line.part is Partaking.IN
        assert parts(other, record) == [FAILED.text.vi]
        assert CASE.encode() in b"".join(us.facts(record).values())
        assert CASE.encode() not in b"".join(other.facts(record).values())
    finally:
        three.close()


# --- found again --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("words", ["dong tien", "PHONG TOẢ muộn", "graphsense", "came late", "mules", "ngoại hối"])
def test_a_lesson_is_found_in_both_languages_by_what_stands_in_it(both, words):
    vn = both.vn
    record, _steps = taught(both)
    found = [one.id for one in vn.shared.read.listed(vn.officer, words=words, rows=200)]
    assert record in found
    assert vn.shared.read.listed(vn.officer, words=f"{words} zzzz") == []


def test_words_that_were_taken_back_find_nothing(both):
    vn = both.vn
    record = vn.open(TOP)
    part = say(vn, record, Part(kind=Kind.TRIED, text=Said(vi="Quyxxuyen")))
    assert [one.id for one in vn.shared.read.listed(vn.officer, words="quyxxuyen")] == [record]
    vn.shared.retract(vn.officer, record, part, "Sai")
    assert vn.shared.read.listed(vn.officer, words="quyxxuyen") == []


def test_a_lesson_whose_day_has_come_is_to_be_looked_at_again(both):
    vn = both.vn
    today = both.clock.now().date()

    def due() -> list[str]:
        with vn.sim.database.read() as connection:
            return [one.id for one in vn.desk.due(connection, vn.officer, both.clock.now())]

    made = [
        vn.open(msgspec.structs.replace(TOP, review_on=day.isoformat()))
        for day in (today - timedelta(days=1), today + timedelta(days=1))
    ]
    made.append(vn.open(TOP))
    assert [one in due() for one in made] == [True, False, False]
    retired = msgspec.structs.replace(TOP, review_on=(today - timedelta(days=1)).isoformat(), state=Stage.RETIRED)
    say(vn, made[0], retired, element=top_element(made[0]))
    assert made[0] not in due()


@pytest.mark.parametrize("word", [
    Use(used_on="2026-02-30"), Step(number=1, text=Said()), Part(kind=Kind.TRIED, text=Said(vi=" ")),
    Use(used_on="2026-11-20", results=(StepResult(step="stp-" + "a" * 26, result=Result.WORKED),) * 2),
])  # fmt: skip
def test_words_that_say_nothing_or_twice_are_not_said(both, word):
    with pytest.raises(Refused):
        both.vn.shared.state(both.vn.officer, both.vn.open(TOP), [Say(says=word, marks=AMBER)])
