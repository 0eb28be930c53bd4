"""Attack: carry out of the house, in a lesson, whom and what the case names from which it was drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from lienlac.cases.lifecycle import Step
from lienlac.errors import Refused
from lienlac.records.shared.desk import Opening, Say
from lienlac.wire.bodies.cases import Entity, EntityKind
from lienlac.wire.bodies.parts import Said
from tests.cases.scene import account
from tests.lessons.scene import TOP
from tests.records.sides import AMBER
from tests.security.together import CASE

if TYPE_CHECKING:
    from tests.security.house import House

NAME, ALIAS, NUMBER = "Trần Thị Bích Ngọc", "Ngọc Bích Kim Cương", "0912345678"


@pytest.fixture
def case(house: House) -> str:
    """A closed case that names a person."""
    cases, binh = house.node.cases, house["binh"]
    opening = Opening(top=CASE, marks=AMBER, purpose="stop-funds", legal_basis="bilateral-arrangement")
    case_id = cases.shared.open(binh, opening).line.id
    named = Entity(kind=EntityKind.PERSON, name=NAME, aliases=(ALIAS,), identifiers=(account(NUMBER),))
    cases.shared.state(binh, case_id, [Say(says=named, marks=AMBER)])
    cases.step(binh, case_id, Step.CLOSE, closing=Said(vi="Xong", en="Done"))
    return case_id


def drawn(house: House, case_id: str, told: str) -> None:
    word = msgspec.structs.replace(TOP, situation=Said(vi=f"Chuyện của {told} dạy ta kiên nhẫn."))
    opening = Opening(top=word, marks=AMBER, purpose="stop-funds", legal_basis="bilateral-arrangement")
    house.node.lessons.draw(house["binh"], opening, case_id)


@pytest.mark.parametrize("told", [NAME, "TRAN THI BICH NGOC", ALIAS, NUMBER])
def test_a_lesson_does_not_name_whom_its_case_names(house: House, case: str, told: str) -> None:
    with pytest.raises(Refused, match="lesson-not-sanitised"):
        drawn(house, case, told)


def test_a_lesson_that_names_nobody_is_drawn(house: House, case: str) -> None:
    """The attack would prove nothing if every lesson of this case were refused."""
    drawn(house, case, "một người")
