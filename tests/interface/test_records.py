"""Every subject of shared records has its doors for programs: without them its commands and the client reach nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.security.house import House, make_template

SUBJECTS = ("cases", "programmes", "delegations", "lessons")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made = House(make_template(tmp_path_factory.mktemp("template")), tmp_path_factory.mktemp("house"))
    yield made
    made.shut()


def test_these_are_the_subjects(house: House) -> None:
    assert {shared.shape.kinds_prefix for shared in house.node.shared} == set(SUBJECTS)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_the_example_in_the_description_opens_a_record_that_is_found_again(house: House, subject: str) -> None:
    program = house.program("binh")
    described = program.get("/api/openapi.json").json()["paths"][f"/api/{subject}"]["post"]
    (example,) = described["requestBody"]["content"]["application/json"]["examples"].values()
    opened = program.post(f"/api/{subject}", example["value"])
    assert opened.status_code == 201, opened.text
    record = opened.json()["record"]
    assert record["id"] in {one["id"] for one in program.get(f"/api/{subject}").json()["records"]}
    assert program.get(f"/api/{subject}/{record['id']}").json()["record"]["reference"] == record["reference"]
