"""A lesson is drawn from the forex platform's case, read by a second officer, shared, and used by the other side in it.

Viet Nam closes its part, writes down what was learnt without naming anybody, and has a second officer read it. The
United States, still at work on the case, find it in both languages, run its checklist there and say what it was worth.
Checked is that both nodes count that use, and that nothing of the case stands in what was shared.
"""

from __future__ import annotations

import functools
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import msgspec

from lienlac.cli.demo.chapters.hot_case import case_word, opening_of
from lienlac.cli.demo.checks import auditor
from lienlac.cli.demo.story import analyst, supervisor, until
from lienlac.cli.words import language
from lienlac.clock import SystemClock
from lienlac.errors import NotAllowed
from lienlac.interface.records.lessons import LessonDrawing, RunEnding
from lienlac.interface.records.shared import RecordInviting, RecordMarks, RecordSaid, RecordSaying, RecordSearch

if TYPE_CHECKING:
    from collections.abc import Callable

    from lienlac.cli.demo.checks import Finding
    from lienlac.cli.demo.stage import Side, Stage
    from lienlac.cli.demo.story import Played
    from lienlac.client import Client

FOUND_BY: Final = ("dong tien", "mule accounts")
"""Words of either language; the Vietnamese ones as somebody in a hurry types them."""
NAMES: Final = ("Nguyễn Văn Thành", "Thanh Gold", "0071000918273", "goldentrade")
"""By what the case is known: none of it may stand in the lesson."""
USEFUL: Final = 4
_MARKS: Final = RecordMarks(tlp="amber", pap="amber")
_STEPS: Final = (
    {
        "vi": "Gửi yêu cầu tạm dừng thanh toán ngay khi nhận trình báo",
        "en": "Ask for the hold at once",
    },
    {"vi": "Đề nghị nhà đăng ký đình chỉ tên miền", "en": "Ask the registrar to suspend the domain"},
    {"vi": "Hỏi các ngân hàng nhận tiền kế tiếp", "en": "Ask the banks that received it next"},
)


def play(stage: Stage, tell: Callable[..., None], played: Played) -> tuple[Finding, ...]:
    """Drawn, read, shared, found, used."""
    del played
    vn_side, us_side = stage.sides
    with vn_side.client(supervisor(vn_side)) as lead, us_side.client(supervisor(us_side)) as us_lead:
        (line,) = lead.records("cases").records
        case = line.id
        _state(lead, "cases", case, _closed(), case_element(lead, case))
        with vn_side.client(analyst(vn_side)) as author:
            lesson = _draw(author, case, tell, vn_side)
        lead.review_lesson(lesson, lead.lesson_reading(lesson).digest, "clean")
        summary = RecordSaid(vi="Kinh nghiệm chặn dòng tiền.", en="How the money was stopped.")
        lead.invite_to_record("lessons", lesson, RecordInviting(node=us_side.node_id, summary=summary))
        until("invitation", lambda: us_lead.records("lessons", part="invited").records)
        us_lead.answer_invitation("lessons", lesson, accept=True)
        until("lesson", lambda: len(us_lead.record_elements("lessons", lesson, "step").elements) == len(_STEPS))
        tell(vn_side, "demo-lesson-shared")
        with us_side.client(analyst(us_side)) as us:
            _use(us, lesson, case, tell, us_side)
        until("use", lambda: lead.lesson_usefulness(lesson).used)
        _state(lead, "cases", case, case_word(SystemClock().now()), case_element(lead, case))
        tell(vn_side, "demo-case-reopened")
    return (("check-lesson", lambda: _check(stage, lesson, case)),)


def _closed() -> dict[str, Any]:
    closing = {"vi": "Đã chặn được phần tiền còn lại.", "en": "What was left of the money has been held."}
    return {**case_word(SystemClock().now()), "status": "closed", "closing": closing, "hot": None, "next_update": None}


def case_element(node: Client, case: str) -> str:
    """The element that says what the case is."""
    top = node.record("cases", case).top
    if top is None:
        raise NotAllowed("demo-failed", reason="case")
    return top.id


def _draw(author: Client, case: str, tell: Callable[..., None], side: Side) -> str:
    """What was learnt; a first wording that names the account is refused, the second one is kept."""
    from lienlac.client import NodeRefused

    named = {**_lesson(), "situation": {"vi": f"Tiền vào tài khoản {NAMES[2]}.", "en": "The money went to an account."}}
    try:
        author.draw_lesson(_drawing(named, case))
    except NodeRefused as refusal:
        tell(side, "demo-lesson-refused", why=refusal.sentence(language()))
    else:
        raise NotAllowed("demo-failed", reason="lesson-not-sanitised")
    made = author.draw_lesson(_drawing(_lesson(), case)).record
    part = {"is": "part", "kind": "failed", "text": {"vi": "Chờ công văn chính thức làm mất một ngày.",
            "en": "Waiting for the formal letter cost a day."}}  # fmt: skip
    _state(author, "lessons", made.id, part)
    for number, text in enumerate(_STEPS, 1):
        _state(author, "lessons", made.id, {"is": "step", "number": number, "text": text, "optional": number == 3})
    tell(side, "demo-lesson-drawn", reference=made.reference)
    return made.id


def _lesson() -> dict[str, Any]:
    return {
        "is": "lesson",
        "title_vi": "Chặn dòng tiền của sàn ngoại hối giả trong ngày đầu (trình diễn)",
        "title_en": "Stopping the money of a fake forex platform on the first day (demo)",
        "situation": {"vi": "Tiền của bị hại đi qua nhiều tài khoản trung gian trong vài giờ.",
                      "en": "The victim's money went through several mule accounts within hours."},
        "typologies": ["fxp-rig"],
        "hours": 9,
        "review_on": f"{(SystemClock().now() + timedelta(days=365)).date():%Y-%m-%d}",
    }  # fmt: skip


def _drawing(top: dict[str, Any], case: str) -> LessonDrawing:
    opening = opening_of(top, "fxp-rig")
    return LessonDrawing(
        top=opening.top,
        purpose=opening.purpose,
        legal_basis=opening.legal_basis,
        legal_basis_text=opening.legal_basis_text,
        typology=opening.typology,
        marks=opening.marks,
        case=case,
    )


def _use(us: Client, lesson: str, case: str, tell: Callable[..., None], side: Side) -> None:
    """Found in either language, run step by step in the case, and said what it was worth."""
    for words in FOUND_BY:
        search = RecordSearch(words=words)
        until(words, functools.partial(_found, us, search))
    tell(side, "demo-lesson-found", vi=FOUND_BY[0], en=FOUND_BY[1])
    run = us.begin_run(lesson, case)
    for step in run.steps[:2]:
        us.tick_step(lesson, run.id, step.element, "worked")
    note = RecordSaid(vi="Bước 1 giúp giữ được tiền.", en="Step 1 is what held the money.")
    us.finish_run(lesson, run.id, RunEnding(usefulness=USEFUL, note=note, marks=_MARKS))
    tell(side, "demo-lesson-used", mark=USEFUL)


def _found(node: Client, search: RecordSearch) -> bool:
    return bool(node.search_records("lessons", search).records)


def _state(node: Client, subject: Any, record: str, word: dict[str, Any], element: str = "") -> None:
    done = node.state_in_record(subject, record, RecordSaying(word=word, element=element, marks=_MARKS))
    if done.waits:
        raise NotAllowed("demo-failed", reason=f"{word['is']} waits")


def _check(stage: Stage, lesson: str, case: str) -> tuple[bool, str]:
    """Each auditor: the same facts, one use with its mark, nothing of the case; the run is the United States' own."""
    held, facts, details = True, [], []
    for side in stage.sides:
        with side.client(auditor(side)) as node:
            found = node.record_history("lessons", lesson, rows=200).facts
            facts.append({(one.id, one.author) for one in found})
            content = [one for one in found if one.kind in {"lesson", "part", "step", "review"}]
            told = msgspec.json.encode([one.word for one in content]).decode().casefold()
            held = held and not any(name.casefold() in told for name in (*NAMES, case))
            useful = node.lesson_usefulness(lesson)
            held = held and (useful.used, useful.rated, useful.mean) == (1, 1, float(USEFUL))
            details.append(f"{useful.used} × {useful.mean}")
            ended = [one for one in node.runs_in_case(case).runs if one.lesson == lesson and one.ended_at]
            held = held and len(ended) == (side is stage.sides[1])
    authors = {author for _id, author in facts[0]}
    return held and facts[0] == facts[1] and len(authors) == len(stage.sides), ", ".join(details)
