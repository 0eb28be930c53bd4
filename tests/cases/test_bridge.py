"""From requests, channels and objects into cases: what was listed goes in, for whom it may be known; the attacks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lienlac import journal
from lienlac.cases.bridge.offered import offered
from lienlac.errors import NotAllowed, Refused
from lienlac.identifiers.index.mention import of_text, of_value
from lienlac.intelligence.bridge.desk import target_of
from lienlac.intelligence.collection import Draft, Giver, Marks, Source
from lienlac.people.officer import Role
from lienlac.records.access.desk import Act
from lienlac.records.shared.desk import Opening
from lienlac.releases.release import Release, Step
from lienlac.wire.bodies.agreement import SecondOfficer
from lienlac.wire.bodies.cases import Case, EntityRole
from lienlac.wire.bodies.emergencies import Severity
from tests.cases.scene import AMBER, RED, Room
from tests.emergencies.scene import emergency_form
from tests.intelligence.scene import FEED, domain, id_of

CASE = {"title_vi": "Sàn GoldenTrade", "title_en": "GoldenTrade", "purpose": "stop-funds",
        "legal_basis": "bilateral-arrangement", "legal_basis_text": "Điều 4", "marks.tlp": "red",
        "marks.pap": "amber"}  # fmt: skip


@pytest.fixture
def asked(room: Room) -> tuple[Room, Any]:
    """A request of the partner that both sides have."""
    return room, room.freeze()


def look(browser: Any, kind: str, thing: str) -> dict[str, Any]:
    """The page's hidden seal and its boxes by name."""
    answer = browser.get(f"/cases/from/{kind}/{thing}")
    assert answer.status_code == 200, answer.text[:300]
    boxes = re.findall(r'name="take" value="(\w+)"( checked)?> <span class="break">([^<]*)<', answer.text)
    (seen,) = re.findall(r'name="seen" value="(\w+)"', answer.text)
    return {
        "seen": seen,
        "boxes": {name: key for key, _on, name in boxes},
        "on": [key for key, on, _name in boxes if on],
    }


def opened(room: Room, browser: Any, thing: str, **changes: Any) -> str:
    listed = look(browser, "request", thing)
    typed = {**CASE, "seen": listed["seen"], "take": listed["on"], **changes}
    answer = browser.post(f"/cases/from/request/{thing}/open", typed)
    assert answer.status_code == 303, answer.text[:2000]
    return str(answer.headers["location"].rpartition("/")[2])


def test_a_case_is_opened_from_a_request_with_what_was_ticked(asked: tuple[Room, Any]) -> None:
    room, request = asked
    browser = room.vn.browser("lan")
    page = browser.get(f"/requests/{request.id}").text
    assert f"/cases/from/request/{request.id}#new" in page
    listed = look(browser, "request", request.id)
    ticked = {name for name, key in listed["boxes"].items() if key in listed["on"]}
    assert any("0071000123456" in name for name in ticked)
    assert not any("483920017" in name for name in ticked), "a victim is never ticked beforehand"
    case_id = opened(room, browser, request.id)
    links, entities = (room.lines(room.vn, case_id, kind) for kind in ("link", "entity"))
    ((_, link),) = links.items()
    assert (link.standing[0].says.target, link.standing[0].says.label) == (request.id, request.reference)
    assert len(entities) == len(listed["on"])
    for element in (*links.values(), *entities.values()):
        assert element.standing[0].audience == {room.us.id}, "what a partner said goes to no other one"
        assert element.standing[0].marks.tlp.value == "red"
    assert room.room(room.vn, case_id).line.typology == "fxp-rig"
    assert "VN-C-2026-000001" in browser.get(f"/requests/{request.id}").text


def test_a_request_is_added_to_a_case_once(asked: tuple[Room, Any]) -> None:
    room, request = asked
    browser = room.vn.browser("lan")
    case_id = room.open(top=Case(title_vi="Vụ khác", title_en="Another"))
    listed = look(browser, "request", request.id)
    typed = {"case": case_id, "seen": listed["seen"], "take": list(listed["boxes"].values()), **CASE}
    assert browser.post(f"/cases/from/request/{request.id}/add", typed).status_code == 303
    assert len(room.lines(room.vn, case_id, "entity")) == len(listed["boxes"])
    assert browser.post(f"/cases/from/request/{request.id}/add", typed).status_code == 303
    assert len(room.lines(room.vn, case_id, "link")) == 1
    again = [one.standing[0].says.identifiers for one in room.lines(room.vn, case_id, "entity").values()]
    certain = [one for one in again if one]
    assert len(certain) == len(set(certain)), "an identifier stands in a case once"


def test_a_victim_is_offered_but_never_ticked_beforehand_and_nothing_derived_is_offered() -> None:
    """Also where the same number stands once as the victim's and once elsewhere: it is the victim's."""
    listed = offered(
        [
            *of_value("phone", "0912345678", "named"),
            *of_value("phone", "0912345678", "victim"),
            *of_value("url", "https://hoa-sen.example/nap", "named"),
            *of_text("Gọi 0987654321"),
        ]
    )
    assert [(one.type, one.ticked, one.word.role) for one in listed] == [
        ("phone", False, EntityRole.VICTIM),
        ("url", True, EntityRole.UNKNOWN),
        ("phone", False, EntityRole.UNKNOWN),
    ]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"seen": "0" * 64}, "case-bridge-changed"),
        ({"take": ["deadbeefdeadbeef"]}, "case-bridge-changed"),
        ({"marks.tlp": "green"}, "case-bridge-marks"),
        ({"marks.pap": "clear"}, "case-bridge-marks"),
        ({"purpose": "prosecute"}, "case-bridge-purpose"),
    ],
)
def test_attack_more_is_taken_over_than_was_shown_or_allowed(
    asked: tuple[Room, Any], changes: dict[str, Any], code: str
) -> None:
    """A list that has changed or was smuggled into, looser marks, another purpose: nothing is kept."""
    room, request = asked
    browser = room.vn.browser("lan")
    listed = look(browser, "request", request.id)
    typed = {**CASE, "seen": listed["seen"], "take": listed["on"], **changes}
    answer = browser.post(f"/cases/from/request/{request.id}/open", typed)
    assert answer.status_code == 422, code
    assert room.vn.node.cases.shared.read.listed(room.lan) == []
    offer = room.vn.node.cases.bridge.look(room.lan, "request", request.id)
    marks = AMBER if "marks.tlp" not in changes and "marks.pap" not in changes else None
    if marks is not None and code != "case-bridge-purpose":
        opening = Opening(top=Case(title_vi="a", title_en="a"), marks=RED, purpose="stop-funds", legal_basis="x")
        with pytest.raises(Refused) as refused:
            room.vn.node.cases.bridge.open(
                room.lan, offer, opening, seen=changes.get("seen", offer.seal), picked=changes.get("take", [])
            )
        assert refused.value.code == code


def test_attack_a_hidden_request_is_shown_through_a_case(asked: tuple[Room, Any]) -> None:
    """Who may not see the request learns nothing of it: not from its page here, and not from a case that took it over."""
    room, request = asked
    room.vn.hire("tham", "Đỗ Thị Thắm", Role.INVESTIGATOR, unit="Cục A06")
    browser, outsider = room.vn.browser("lan"), room.vn.browser("tham")
    open_case = room.open(top=Case(title_vi="Vụ ngỏ", title_en="Open to all here"))
    hotline = room.vn.node.hotline
    hotline.access.change(
        room.vn.officer("sep"), request.id, Act.RESTRICT, units=[], officers=[room.lan.id], reason="Nguồn tin"
    )
    assert outsider.get(f"/cases/from/request/{request.id}").status_code == 404
    listed = look(browser, "request", request.id)
    typed = {**CASE, "case": open_case, "seen": listed["seen"], "take": listed["on"]}
    refused = browser.post(f"/cases/from/request/{request.id}/add", typed)
    assert refused.status_code in {403, 409, 422}
    assert room.lines(room.vn, open_case, "entity") == {}
    case_id = opened(room, browser, request.id)
    assert outsider.get(f"/cases/{case_id}").status_code == 404
    bridge = room.vn.node.cases.bridge
    assert [one.id for one in bridge.beside(room.lan, request.id)] == [case_id]
    assert bridge.beside(room.vn.officer("tham"), request.id) == []
    with pytest.raises(NotAllowed):
        bridge.look(room.vn.officer("tham"), "request", request.id)
    room.vn.node.cases.shared.access.change(
        room.vn.officer("sep"), open_case, Act.RESTRICT, units=[], officers=[room.lan.id], reason="Như yêu cầu"
    )
    assert browser.post(f"/cases/from/request/{request.id}/add", typed).status_code == 303


def test_attack_a_drill_becomes_a_real_case(room: Room) -> None:
    request = room.freeze(drill=True)
    case_id = room.open()
    browser = room.vn.browser("lan")
    listed = look(browser, "request", request.id)
    typed = {**CASE, "case": case_id, "seen": listed["seen"]}
    assert browser.post(f"/cases/from/request/{request.id}/add", typed).status_code == 422
    made = opened(room, browser, request.id)
    assert room.room(room.vn, made).line.drill


def test_what_needs_a_second_officer_waits_also_when_it_is_taken_over(tmp_path: Any) -> None:
    folder = tmp_path / "strict"
    folder.mkdir()
    room = Room(folder, second_officer=SecondOfficer(kinds=("cases.state",)))
    try:
        request = room.freeze()
        case_id = room.joined()
        browser = room.vn.browser("lan")
        listed = look(browser, "request", request.id)
        typed = {**CASE, "case": case_id, "seen": listed["seen"], "take": listed["on"], "marks.tlp": "amber"}
        assert browser.post(f"/cases/from/request/{request.id}/add", typed).status_code == 303
        room.settle()
        assert room.lines(room.vn, case_id, "entity")
        assert room.lines(room.us, case_id, "entity") == {}
        assert room.room(room.vn, case_id).waiting
    finally:
        room.close()


def test_an_object_of_intelligence_goes_into_a_case_from_its_page_and_from_a_hit(room: Room) -> None:
    room.vn.hire("giang", "Trịnh Giang", Role.ANALYST)
    desk, giang = room.vn.node.intelligence, room.vn.officer("giang")
    collection = desk.create(giang, Draft(title="Sàn hoa sen"))
    site, theirs = domain(1), domain(2, "cua-doi-tac.example")
    desk.bring(giang, collection.id, [site], source=FEED)
    peer = Source(giver=Giver.PEER, ref=f"{room.us.id} shr", label="FBI", marks=Marks(tlp="amber", pap="amber"))
    desk.bring(giang, collection.id, [theirs], source=peer)
    desk.indexing.catch_up()
    browser = room.vn.browser("lan")
    assert f"/cases/from/intel/{id_of(site)}#known" in browser.get(f"/intelligence/objects/{id_of(site)}").text
    browser.get("/intelligence/search")
    hits = browser.post(
        "/intelligence/search", {"words": "hoa-sen-invest.example", "identifier": "domain", "state": "all"}
    )
    assert f"/cases/from/intel/{id_of(site)}" in hits.text, hits.text[:300]
    case_id = room.open()
    for thing, only in ((site, None), (theirs, {room.us.id})):
        listed = look(browser, "intel", id_of(thing))
        typed = {**CASE, "case": case_id, "seen": listed["seen"], "take": list(listed["boxes"].values())}
        answer = browser.post(f"/cases/from/intel/{id_of(thing)}/add", typed)
        assert answer.status_code == 303, answer.text[:1500]
        link = next(
            one.standing[0]
            for one in room.lines(room.vn, case_id, "link").values()
            if one.standing[0].says.target == target_of(id_of(thing))
        )
        assert link.audience == (only if only is None else frozenset(only))
    assert browser.get(f"/cases/from/intel/indicator--{'0' * 8}-0000-4000-8000-{'0' * 12}").status_code == 404


def test_a_hot_case_opens_a_channel_which_stands_in_the_case(room: Room) -> None:
    case_id = room.joined(top=Case(title_vi="Sàn giả", title_en="Fake platform", hot=Severity.CRITICAL))
    browser = room.vn.browser("lan")
    assert f"/emergencies/new?case={case_id}" in browser.get(f"/cases/{case_id}").text
    form = browser.get(f"/emergencies/new?case={case_id}").text
    assert 'value="Sàn giả"' in form
    typed = {
        **{name: value for name, value in emergency_form().items() if isinstance(value, str)},
        "situation.vi": "Tiền đang bị rút.", "asked.en": "Hold the accounts.", "to": room.us.id, "of_case": case_id,
        "marks.tlp": "amber", "marks.pap": "amber", "began_at": "", "next_update": "30", "organisations": "",
        "countries": "VN",
    }  # fmt: skip
    sent = browser.post("/emergencies/new", typed)
    assert sent.status_code == 303, sent.text[:2000]
    place = sent.headers["location"]
    assert place.endswith(f"?case={case_id}")
    emergency_id = place.rpartition("/")[2].partition("?")[0]
    shown = browser.get(place).text
    assert f'value="{case_id}" selected' in shown
    listed = look(browser, "emergency", emergency_id)
    added = browser.post(
        f"/cases/from/emergency/{emergency_id}/add",
        {"case": case_id, "seen": listed["seen"], "marks.tlp": "amber", "marks.pap": "amber"},
    )
    assert added.status_code == 303, added.text[:1500]
    room.settle()
    ((_, link),) = room.lines(room.us, case_id, "link").items()
    assert link.standing[0].says.target == emergency_id
    assert "VN-C-2026-000001" in browser.get(f"/emergencies/{emergency_id}").text


CHANNEL = {
    **{name: value for name, value in emergency_form(lives_in_danger=False).items() if isinstance(value, str)},
    "situation.vi": "Tiền đang bị rút.", "asked.en": "Hold the accounts.", "marks.tlp": "amber", "marks.pap": "amber",
    "began_at": "", "next_update": "30", "organisations": "", "countries": "VN",
}  # fmt: skip


@pytest.fixture
def careful(tmp_path: Path) -> Iterator[Room]:
    """An agreement that puts every new channel before a second officer."""
    folder = tmp_path / "careful"
    folder.mkdir()
    made = Room(folder, second_officer=SecondOfficer(kinds=("emergencies.open",), approvers=("supervisor",)))
    yield made
    made.close()


def proposed(room: Room, case_id: str, **changes: str) -> Release:
    """A channel for a case waits."""
    browser = room.vn.browser("lan")
    browser.get(f"/emergencies/new?case={case_id}")
    sent = browser.post("/emergencies/new", {**CHANNEL, "to": room.us.id, "of_case": case_id, **changes})
    assert sent.status_code == 303, sent.text[:2000]
    assert "/approvals/rel-" in sent.headers["location"]
    with room.vn.node.database.read() as connection:
        (waiting,) = [one for one in room.vn.node.releases.undecided(connection, room.lan) if one.reference[3] == "E"]
    return waiting


def approved(room: Room, waiting: Release) -> dict[str, Any]:
    """The second officer lets it leave; what the journal notes of the channel's opening."""
    room.vn.node.releases.approve(room.vn.officer("sep"), waiting.id, digest=waiting.digest)
    room.settle()
    with room.vn.node.database.read() as connection:
        entries = journal.about(connection, waiting.thing, rows=50)
    (noted,) = [one for one in entries if one.action == "emergency.open"]
    return dict(noted.detail)


def test_a_channel_that_waited_stands_in_its_case_once_it_is_approved(careful: Room) -> None:
    case_id = careful.joined()
    waiting = proposed(careful, case_id)
    careful.settle()
    assert careful.lines(careful.vn, case_id, "link") == {}
    assert approved(careful, waiting)["case"] == case_id
    for side in (careful.vn, careful.us):
        ((_, link),) = careful.lines(side, case_id, "link").items()
        said = link.standing[0]
        assert (said.says.target, said.says.label) == (waiting.thing, waiting.reference)
        assert said.marks.tlp.value == "amber"
        if side is careful.vn:
            assert said.audience == {careful.us.id}, "whoever else takes part was shown to nobody beforehand"
    assert "VN-C-2026-000001" in careful.vn.browser("lan").get(f"/emergencies/{waiting.thing}").text


def test_a_channel_that_comes_back_leaves_nothing_in_the_case_and_is_gone_on_from_for_it(careful: Room) -> None:
    case_id = careful.joined()
    waiting = proposed(careful, case_id)
    returned = careful.vn.node.releases.take(careful.vn.officer("sep"), waiting.id, Step.RETURN, "Chưa đủ căn cứ.")
    careful.settle()
    assert careful.lines(careful.vn, case_id, "link") == careful.lines(careful.us, case_id, "link") == {}
    form = careful.vn.browser("lan").get(f"/emergencies/new?release={returned.id}").text
    assert f'name="of_case" value="{case_id}"' in form
    again = proposed(careful, case_id, **{"release.instead_of": returned.id})
    approved(careful, again)
    ((_, link),) = careful.lines(careful.us, case_id, "link").items()
    assert link.standing[0].says.target == again.thing != waiting.thing


def test_a_channel_of_a_request_that_comes_back_is_gone_on_from_with_its_request(careful: Room) -> None:
    request = careful.freeze()
    browser = careful.vn.browser("lan")
    browser.get(f"/emergencies/new?request={request.id}")
    waiting = proposed(careful, "", raised_from=request.reference)
    careful.vn.node.releases.take(careful.vn.officer("sep"), waiting.id, Step.RETURN, "Chưa đủ căn cứ.")
    form = browser.get(f"/emergencies/new?release={waiting.id}").text
    assert f'name="raised_from" value="{request.id}"' in form
    assert f'href="/requests/{request.id}"' in form
    assert 'name="of_case"' not in form


def test_a_channel_leaves_also_where_its_case_takes_it_no_longer(careful: Room) -> None:
    """The proposer can write in the case no more: nothing is written there in their name, and the channel is open."""
    case_id = careful.joined()
    waiting = proposed(careful, case_id)
    chi = careful.vn.officer("sep")
    careful.vn.node.cases.shared.access.change(
        chi, case_id, Act.RESTRICT, units=[], officers=[chi.id], reason="Nguồn tin"
    )
    noted = approved(careful, waiting)
    assert (noted["case"], noted["case_refused"]) == (case_id, "not-found")
    (line,) = careful.us.node.emergencies.listed(careful.mark)
    assert line.emergency_id == waiting.thing
    assert careful.lines(careful.us, case_id, "link") == {}


def test_the_link_of_a_channel_waits_too_where_the_case_asks_for_it(tmp_path: Path) -> None:
    folder = tmp_path / "strict"
    folder.mkdir()
    clause = SecondOfficer(kinds=("emergencies.open", "cases.state"), approvers=("supervisor",))
    room = Room(folder, second_officer=clause)
    case_id = room.joined()
    approved(room, proposed(room, case_id))
    assert len(room.lines(room.vn, case_id, "link")) == 1
    assert room.lines(room.us, case_id, "link") == {}
    with room.vn.node.database.read() as connection:
        chi = room.vn.officer("sep")
        held = [one for one in room.vn.node.releases.undecided(connection, chi) if one.thing == case_id]
    for one in held:
        room.vn.node.releases.approve(chi, one.id, digest=one.digest)
    room.settle()
    assert len(room.lines(room.us, case_id, "link")) == 1
    room.close()


def test_attack_a_channel_that_waits_is_put_into_a_case_that_the_officer_may_not_see(careful: Room) -> None:
    case_id = careful.joined()
    careful.vn.node.cases.shared.access.change(
        careful.vn.officer("sep"), case_id, Act.RESTRICT, units=[], officers=[careful.lan.id], reason="Kín"
    )
    careful.vn.hire("tham", "Đỗ Thị Thắm", Role.INVESTIGATOR, Role.SUPERVISOR, unit="Cục A06")
    browser = careful.vn.browser("tham")
    browser.get("/emergencies/new")
    answer = browser.post("/emergencies/new", {**CHANNEL, "to": careful.us.id, "of_case": case_id})
    assert answer.status_code == 404
    with careful.vn.node.database.read() as connection:
        assert careful.vn.node.releases.undecided(connection, careful.vn.officer("tham")) == []
    assert careful.vn.node.emergencies.listed(careful.vn.officer("tham")) == []


def test_attack_a_channel_is_opened_of_a_case_that_the_officer_may_not_see(room: Room) -> None:
    case_id = room.open()
    room.vn.node.cases.shared.access.change(
        room.vn.officer("sep"), case_id, Act.RESTRICT, units=[], officers=[room.lan.id], reason="Kín"
    )
    room.vn.hire("tham", "Đỗ Thị Thắm", Role.INVESTIGATOR, Role.SUPERVISOR, unit="Cục A06")
    assert room.vn.browser("tham").get(f"/emergencies/new?case={case_id}").status_code == 404
