"""Attack: be allowed to touch A and change B: an id in the path, another in the form, a third in the body; a child of
one parent named through another.

Elsewhere: a file read through another record at the desk (`tests/exchange/attachments/test_shelf.py`), another
officer's tray, sessions and tokens (`tests/pages/test_account.py`, `tests/people/test_sessions.py`), another's contacts
(`tests/duty/test_pages.py`), one's own account (`test_self_promotion.py`), what is hidden (`test_existence_oracle.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from lienlac.errors import Refused
from lienlac.exchange.post import Arrived
from lienlac.hotline.desk import RIGHT_OF
from lienlac.hotline.kinds import kind_of
from lienlac.hotline.lifecycle import Step
from lienlac.wire.bodies import hotline as bodies
from tests.hotline.cases import OFFICER, body_of
from tests.hotline.scene import freeze_form, header_of
from tests.security.house import NODE, PARTNER, told
from tests.security.test_auditor_changes_nothing import state
from tests.security.test_file_names_and_exports import arrived_file
from tests.world.nodes import deliver_all

if TYPE_CHECKING:
    from tests.security.house import House


def messages_of(house: House, request_id: str) -> list[str]:
    return sorted(house.hotline.show(house["kiem"], request_id).request.facts)


def take_in(house: House, arrived: Arrived) -> None:
    """A verified message, as the exchange hands it to the hotline."""
    handler = house.hotline.arrival_handlers[arrived.header.kind][0]
    house.database.write(lambda connection: handler(connection, arrived))


def test_a_file_of_one_request_is_not_reached_through_another(house: House) -> None:
    request_b, file_b = arrived_file(house, "b.pdf")
    request_a = house.receive()
    nowhere = "att-" + "a" * 26
    browser, program, supervisor = house.browser("anh"), house.program("anh"), house.browser("binh")
    assert browser.get(f"/requests/{request_b}/files/{file_b}").status_code == 200
    for door in (f"/requests/{request_a}/files", f"/api/requests/{request_a}/files"):
        caller: Any = program if door.startswith("/api") else browser
        answer = caller.get(f"{door}/{file_b}")
        assert answer.status_code == 404
        assert told(answer) == told(caller.get(f"{door}/{nowhere}"))
        for act in ("again", "release"):
            acting: Any = supervisor if act == "release" and not door.startswith("/api") else caller
            form = {} if door.startswith("/api") else {"sure": "yes"}
            assert acting.post(f"{door}/{file_b}/{act}", form).status_code in {404, 405, 409}, (door, act)


def test_a_file_of_what_is_hidden_is_not_reached_through_what_is_not(house: House) -> None:
    hidden, file_id = arrived_file(house, "b.pdf")
    house.restrict(hidden)
    plain = house.receive()
    for name in (plain, hidden):
        answer = house.browser("chi").get(f"/requests/{name}/files/{file_id}")
        assert answer.status_code == 404
        assert answer.content != b"<script>probe()</script>"


def test_an_answer_names_a_question_of_its_own_request(house: House) -> None:
    asked: dict[str, str] = {}
    for name in ("a", "b"):
        request = house.us.see(house.hotline.show(house["anh"], house.send("anh")).request)
        house.us.act(request, Step.ACKNOWLEDGE)
        house.us.act(request, Step.ASK, question="Which?")
        deliver_all([house.us, house.vn])
        asked[name] = request.id
    question_b = house.hotline.show(house["anh"], asked["b"]).request.open_questions[0].asked.id
    browser, program = house.browser("anh"), house.program("anh")
    before = messages_of(house, asked["a"]), messages_of(house, asked["b"])
    form = {"answers": question_b, "answer": "This."}
    assert browser.post(f"/requests/{asked['a']}/clarify", form).status_code == 422
    assert program.post(f"/api/requests/{asked['a']}/clarify", form).json()["code"] in {
        "question-unknown",
        "form-refused",
    }
    assert (messages_of(house, asked["a"]), messages_of(house, asked["b"])) == before
    assert program.post(f"/api/requests/{asked['b']}/clarify", form).status_code == 201, "in its own place it answers"


@pytest.mark.parametrize("name", ["request_id", "id", "name", "record_id", "request", "thing", "reference", "follows"])
def test_what_the_form_names_beside_the_path_is_not_acted_upon(house: House, name: str) -> None:
    a, b = house.receive(), house.receive()
    before = messages_of(house, b)
    browser, program = house.browser("anh"), house.program("anh")
    browser.get(f"/requests/{a}")
    other = house.reference(b) if name == "reference" else b
    assert browser.post(f"/requests/{a}/acknowledge?{name}={other}", {name: other}).status_code == 303
    assert program.post(f"/api/requests/{a}/note?{name}={other}", {"text": "t"}).status_code == 201
    refused = program.post(f"/api/requests/{a}/note", {"text": "t", name: other})
    assert refused.status_code == 422, "a field that nobody asked for is said, not passed over"
    assert messages_of(house, b) == before
    assert len(messages_of(house, a)) == 3


def test_nothing_goes_on_from_a_request_that_one_may_not_know_of(house: House) -> None:
    hidden = house.send("binh")
    house.restrict(hidden)
    program = house.program("chi")
    form = freeze_form(transferred_at=house.clock.now().isoformat())
    said = []
    for name in (hidden, "req-" + "a" * 26, house.reference(hidden)):
        answer = program.post("/api/requests/check", {**form, "follows": name})
        assert answer.status_code == 422
        said.append([problem["code"] for problem in answer.json()["problems"]])
    assert said[0] == said[1] == said[2]


def test_nobody_sends_a_file_of_anothers_tray(house: House) -> None:
    owner, thief = house.program("binh"), house.program("anh")
    owner.headers["Content-Disposition"] = 'attachment; filename="a.txt"'
    upload = owner.client.post("/api/files", content=b"x", headers=owner.headers).json()["id"]
    request_id = house.receive()
    before = messages_of(house, request_id)
    answers = [
        thief.post(f"/api/requests/{request_id}/note", {"text": "t", "attachments": [one]})
        for one in (upload, "upl-" + "a" * 26)
    ]
    assert told(answers[0]) == told(answers[1])
    assert answers[0].status_code in {404, 409, 422}
    absent = "upl-" + "a" * 26
    removed = [thief.call("DELETE", f"/api/files/{one}") for one in (upload, absent)]
    browser = house.browser("anh")
    removed += [browser.post(f"/files/{one}/discard") for one in (upload, absent)]
    assert {answer.status_code for answer in removed} <= {404, 409}
    assert told(removed[0]) == told(removed[1])
    assert told(removed[2]) == told(removed[3])
    assert messages_of(house, request_id) == before
    assert [file["id"] for file in owner.get("/api/files").json()["files"]] == [upload]


def test_an_account_and_a_unit_are_those_of_the_path(house: House) -> None:
    admin = house.browser("admin")
    units = house.cast.units
    before = house["chi"]
    admin.get(f"/users/{house['anh'].id}")
    form = {"name": "Anh mới", "unit": units["fraud"], "roles": ["duty-officer"]}
    extra = {"id": house["chi"].id, "officer_id": house["chi"].id, "login": "chi", "whose": house["chi"].id}
    assert admin.post(f"/users/{house['anh'].id}?id={house['chi'].id}", {**form, **extra}).status_code == 303
    assert (house["chi"], house["anh"].name, house["anh"].login) == (before, "Anh mới", "anh")
    admin.get(f"/users/units/{units['fraud']}")
    names = {"name_vi": "Phòng khác", "name_en": "Another", "id": units["cyber"], "unit_id": units["cyber"]}
    assert admin.post(f"/users/units/{units['fraud']}", names).status_code == 303
    page = admin.get("/users/units").text
    assert "Another" in page
    assert "Investigation division" in page


def test_a_third_node_says_nothing_about_a_request_of_two_others(house: House) -> None:
    """On the wire, too: a partner names the id of a request that is another partner's."""
    request_id = house.receive()
    asked = next(iter(messages_of(house, request_id)))
    before = state(house)
    for step in set(RIGHT_OF) - {Step.OPEN}:
        header = header_of("us-fbi", NODE, kind_of(step), 1, request_id, house.clock.now(), token="third")
        arrived = Arrived(header=header, body=body_of(step, asked), digest="7" * 64, received_at=house.clock.now())
        with pytest.raises(Refused, match="request-unknown"):
            take_in(house, arrived)
    assert state(house) == before


def test_a_partner_does_not_speak_in_our_column(house: House) -> None:
    """The executor's words about a request that the partner sent are ours to say."""
    request_id = house.receive()
    before = state(house)
    for step in (Step.ACKNOWLEDGE, Step.ACCEPT, Step.REFUSE, Step.RESULT):
        body: Any = body_of(step, "")
        header = header_of(PARTNER, NODE, kind_of(step), 9, request_id, house.clock.now(), token=step.value)
        arrived = Arrived(header=header, body=body, digest="8" * 64, received_at=house.clock.now())
        with pytest.raises(Refused, match="wrong-side"):
            take_in(house, arrived)
    assert state(house) == before


def test_a_partner_does_not_correct_one_request_into_another(house: House) -> None:
    """A correction keeps reference, clocks and kind: it cannot take the place of a request that is somewhere else."""
    request_id = house.receive()
    house.act("anh", request_id, Step.ACKNOWLEDGE)
    house.act("anh", request_id, Step.RETURN, ground="incomplete", explanation="Which branch?")
    request = house.hotline.show(house["anh"], request_id).request
    assert request.awaited_correction is not None
    other = msgspec.structs.replace(request.body, reference="US-2026-999999")
    body = bodies.Corrected(officer=OFFICER, answers=request.awaited_correction.asked.id, opening=other)
    header = header_of(PARTNER, NODE, kind_of(Step.CORRECT), 9, request_id, house.clock.now(), token="c")
    arrived = Arrived(header=header, body=body, digest="9" * 64, received_at=house.clock.now())
    with pytest.raises(Refused, match="correction-other-request"):
        take_in(house, arrived)
