"""A lesson on investment fraud, drawn from a case that is known here by its names and numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from lienlac.errors import NotAllowed
from lienlac.lessons.desk import Lessons
from lienlac.lessons.pages import sheets
from lienlac.lessons.shape import SHAPE
from lienlac.people.officer import Officer
from lienlac.records.shared.desk import Say
from lienlac.ui.shared.telling import Telling
from lienlac.wire.bodies.lessons import Kind, Lesson, Part, Step, Verdict
from lienlac.wire.bodies.parts import Said
from tests.records.sides import AMBER, Side, Sides

CASE = "cas-" + "b" * 26
OPEN_CASE = "cas-" + "c" * 26
ELSEWHERE = "cas-" + "d" * 26
TOP = Lesson(
    title_vi="Lần theo dòng tiền qua tài khoản trung gian", title_en="Following money through mules",
    situation=Said(vi="Sàn ngoại hối giả mạo nhận tiền qua nhiều tài khoản.", en="A fake exchange took money through many accounts."),
    typologies=("fxp-rig",), tools=("Bảng tính", "https://graphsense.info"),
)  # fmt: skip
FAILED = Part(
    kind=Kind.FAILED, text=Said(vi="Phong toả tài khoản đầu tiên quá muộn.", en="Freezing the first one came late.")
)


@dataclass
class KnownCases:
    """Cases as the assembly will wire them: which are closed, who takes part, by what they are known."""

    known: dict[str, tuple[str, ...]] = field(
        default_factory=lambda: {
            CASE: ("Trần Thị Bích Ngọc", "0071 0012 34567", "VN-C-2026-000007"), OPEN_CASE: (), ELSEWHERE: (),
        }
    )  # fmt: skip
    nodes: dict[str, frozenset[str]] = field(default_factory=dict)
    over: frozenset[str] = frozenset({CASE, ELSEWHERE})

    def require(self, _connection: Connection, _officer: Officer, thing: str, /) -> str:
        if thing not in self.known:
            raise NotAllowed("not-found")
        return thing

    def closed(self, _connection: Connection, thing: str, /) -> bool:
        return thing in self.over

    def members(self, _connection: Connection, thing: str, /) -> frozenset[str]:
        return self.nodes.get(thing, frozenset())

    def known_by(self, _connection: Connection, thing: str, /) -> Sequence[str]:
        return self.known[thing]


def make(given: Any) -> Lessons:
    return Lessons(given, Telling("/lessons", (sheets.TOP, *sheets.SHEETS), sheets.FURTHER), cases=KnownCases())


def school(folder: Path, count: int = 2, **agreed: Any) -> Sides[Lessons]:
    return Sides(folder, SHAPE, make, count, **agreed)


def say(side: Side[Lessons], record: str, word: Any, *, element: str = "", officer: Officer | None = None) -> str:
    done = side.shared.state(officer or side.officer, record, [Say(says=word, marks=AMBER, element=element)])
    return str(done.statements[0].element)


def review(side: Side[Lessons], record: str, officer: Officer | None = None) -> Any:
    reader = officer or side.second
    return side.desk.review(reader, record, side.desk.to_review(reader, record).digest, Verdict.CLEAN)


def taught(sides: Sides[Lessons]) -> tuple[str, list[str]]:
    """A reviewed lesson with two steps that the second node has accepted."""
    vn, us = sides.vn, sides.us
    record = vn.open(TOP)
    say(vn, record, FAILED)
    steps = [
        say(vn, record, Step(number=number, text=Said(vi=f"Bước {number}", en=f"Step {number}"))) for number in (2, 1)
    ]
    review(vn, record)
    vn.invite(record, us)
    sides.deliver()
    us.accept(record)
    sides.deliver()
    return record, steps[::-1]
