"""What a second officer reads of a shared record: everything that would leave, in words, and nothing taken for granted."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from lienlac.cases.pages import sheets as cases
from lienlac.delegations.pages import sheets as delegations
from lienlac.lessons.pages import sheets as lessons
from lienlac.programmes.pages import sheets as programmes
from lienlac.records.shared.fold import member_element
from lienlac.releases.preview import fields
from lienlac.ui.shared.telling import Telling
from lienlac.ui.words import Words
from lienlac.wire.bodies.cases import CaseFacts, CaseInvited, Entity, EntityKind, EntityRole
from lienlac.wire.bodies.delegations import DelegationFacts, Minutes
from lienlac.wire.bodies.hotline import Officer
from lienlac.wire.bodies.lessons import LessonFacts, Review, Verdict
from lienlac.wire.bodies.parts import Said
from lienlac.wire.bodies.programmes import ProgrammeFacts, Signature
from lienlac.wire.bodies.records import History, Member, Remark, Stands, Stated
from lienlac.wire.message import Marks, Pap, Tlp

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
RECORD = "cas-" + "a" * 26
BY = Officer(name="Lê An", unit="A05")
AMBER = Marks(tlp=Tlp.AMBER, pap=Pap.RED)
TELLINGS = {
    "cases": (Telling("/cases", (cases.TOP, *cases.SHEETS)), CaseFacts),
    "programmes": (Telling("/programmes", (programmes.TOP, *programmes.SHEETS), programmes.FURTHER), ProgrammeFacts),
    "delegations": (
        Telling("/delegations", (delegations.TOP, *delegations.SHEETS), delegations.FURTHER),
        DelegationFacts,
    ),
    "lessons": (Telling("/lessons", (lessons.TOP, *lessons.SHEETS), lessons.FURTHER), LessonFacts),
}
ENGLISH, VIETNAMESE = Words("en"), Words("vi")


def stated(says: msgspec.Struct | None, **more: Any) -> Stated[Any]:
    element = "ent-" + "b" * 26
    return Stated(id="fct-" + "c" * 26, element=element, version=1, at=AT, officer=BY, marks=AMBER, says=says, **more)


@pytest.mark.parametrize("subject", TELLINGS)
def test_what_takes_something_back_is_read_with_its_reason(subject: str) -> None:
    """It waits for a second officer like anything else, and says nothing but why."""
    telling, body = TELLINGS[subject]
    (line,) = telling.lines_of(body(facts=(stated(None, reason="It was another account"),)), ENGLISH)
    assert line.text == "It was another account"
    assert "Taken back" in line.label
    assert "TLP:AMBER · PAP:RED" in line.label


@pytest.mark.parametrize(
    ("subject", "says"),
    [
        ("cases", Entity(kind=EntityKind.PERSON, name="Bà N.", role=EntityRole.VICTIM, notes=Said(vi="Một", en="One"))),
        ("programmes", Signature(version=3, substance="d" * 64)),
        ("delegations", Minutes(whole="e" * 64, signatory="Trần Bình", place="Hà Nội")),
        ("lessons", Review(of="f" * 64, verdict=Verdict.CLEAN, text="Read whole")),
        ("cases", Remark(text=Said(en="Agreed"))),
    ],
)
@pytest.mark.parametrize("words", [ENGLISH, VIETNAMESE])
def test_every_field_that_would_leave_is_shown(subject: str, says: msgspec.Struct, words: Words) -> None:
    telling, body = TELLINGS[subject]
    lines = telling.lines_of(body(facts=(stated(says, reason="Seen anew"),)), words)
    shown = {line.path.split(".", 1)[1] for line in lines}
    assert shown == {one.path for one in fields(says) if one.filled} | {"reason"}
    assert all(line.text for line in lines)
    assert "Seen anew" in {line.text for line in lines}


def test_codes_are_read_as_words_and_whom_a_field_is_about_is_said() -> None:
    telling, body = TELLINGS["cases"]
    victim = Entity(kind=EntityKind.PERSON, name="Bà N.", role=EntityRole.VICTIM)
    lines = {
        line.path.rpartition(".")[2]: line
        for line in telling.lines_of(body(facts=(stated(victim),)), VIETNAMESE)
    }  # fmt: skip
    assert lines["role"].text == "bị hại"
    assert lines["name"].about == "victim"
    abroad = stated(Entity(kind=EntityKind.PERSON, name="Ông K.", country="KH"))
    for words, name in ((VIETNAMESE, "Campuchia (KH)"), (ENGLISH, "Cambodia (KH)")):
        assert name in {line.text for line in telling.lines_of(body(facts=(abroad,)), words)}
    assert "role" not in lines["role"].label


@pytest.mark.parametrize("history", History)
def test_an_invitation_says_which_earlier_entries_go_along(history: History) -> None:
    since = AT if history is History.SINCE else None
    member = Member(node="us-ic3", stands=Stands.INVITED, invitation=1, history=history, since=since)
    fact = Stated(
        id="fct-" + "c" * 26, element=member_element(RECORD, "us-ic3"), version=1, at=AT, officer=BY, marks=AMBER,
        says=member,
    )  # fmt: skip
    invited = CaseInvited(
        reference="VN-C-2026-000001", title_vi="Sàn", title_en="Platform", summary=Said(en="Come"), officer=BY,
        member=fact,
    )  # fmt: skip
    lines = {line.path: line.text for line in TELLINGS["cases"][0].lines_of(invited, ENGLISH)}
    assert set(lines) == {"reference", "title_vi", "title_en", "summary", "history"}
    wanted = {History.ALL: "All", History.NONE: "None: only", History.SINCE: "Those since 23/11/2026"}
    assert lines["history"].startswith(wanted[history])
