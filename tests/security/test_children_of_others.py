"""Attack: a real child (an exhibit with its file, an entity, an approval) named through a parent that is not its own.

What is invented proves little: a door that looks up by the child's id alone refuses it as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lienlac.records.access.desk import Act
from lienlac.records.shared.desk import Opening, Say
from lienlac.wire.bodies.cases import Entity, EntityKind
from tests.records.sides import AMBER
from tests.security.house import told
from tests.security.test_auditor_changes_nothing import state
from tests.security.together import CASE

if TYPE_CHECKING:
    from tests.security.house import House

NOWHERE = "evd-" + "a" * 26


def case_of(house: House, by: str = "binh") -> str:
    opening = Opening(top=CASE, marks=AMBER, purpose="stop-funds", legal_basis="bilateral-arrangement")
    return str(house.node.cases.shared.open(house[by], opening).line.id)


def entity_in(house: House, case_id: str, by: str = "binh") -> str:
    said = Say(says=Entity(kind=EntityKind.PERSON, name="Trần Văn Mật"), marks=AMBER)
    return str(house.node.cases.shared.state(house[by], case_id, [said]).statements[0].element)


@pytest.mark.parametrize("end", ["", "/check"])
def test_an_exhibit_of_one_case_is_not_handed_out_through_another(house: House, end: str) -> None:
    one, other = case_of(house), case_of(house)
    exhibit = house.exhibit(other, content=b"the disk of another case")
    browser = house.browser("binh")
    browser.get(f"/cases/{one}")
    before = state(house)
    answer = browser.post(f"/cases/{one}/files/{exhibit}{end}")
    assert answer.status_code == 404
    assert b"the disk" not in answer.content
    assert told(answer) == told(browser.post(f"/cases/{one}/files/{NOWHERE}{end}"))
    assert state(house) == before, "no entry in any chain of custody"
    mine = browser.post(f"/cases/{other}/files/{exhibit}{end}")
    assert mine.status_code in {200, 303}, "through its own case it is there"


def test_an_exhibit_of_a_hidden_case_is_not_reached_through_one_that_is_not(house: House) -> None:
    plain, hidden = case_of(house), case_of(house)
    exhibit = house.exhibit(hidden, content=b"the disk of another case")
    house.node.cases.shared.access.change(
        house["binh"], hidden, Act.RESTRICT, units=[house.cast.units["fraud"]], officers=[], reason="Nghi lộ tin"
    )
    thief = house.browser("dung")
    thief.get(f"/cases/{plain}")
    for case_id in (plain, hidden):
        answer = thief.post(f"/cases/{case_id}/files/{exhibit}")
        assert answer.status_code == 404
        assert b"the disk" not in answer.content


def test_an_entity_of_one_case_is_not_read_or_taken_back_through_another(house: House) -> None:
    one, other = case_of(house), case_of(house)
    entity, absent = entity_in(house, other), "ent-" + "a" * 26
    program = house.program("binh", acts=("case.share",))
    before = state(house)
    for call in (
        lambda element: program.get(f"/api/cases/{one}/elements/{element}"),
        lambda element: program.post(f"/api/cases/{one}/elements/{element}/retract", {"reason": "x"}),
    ):
        answer: Any = call(entity)
        assert answer.status_code == 404, answer.text
        assert "Trần Văn Mật" not in answer.text
        assert told(answer) == told(call(absent))
    assert state(house) == before
    assert "Trần Văn Mật" in program.get(f"/api/cases/{other}/elements/{entity}").text
