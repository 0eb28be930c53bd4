"""Sharing on pages and for programs: shown before it leaves, sent, recalled, answered; and who may see what."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lienlac.intelligence.collection import Draft
from lienlac.intelligence.search.wanted import parse
from lienlac.records.access.desk import Act
from tests.duty.nodes import US, VN
from tests.intelligence.sharing.scene import AMBER, GREEN, Shared, id_of, identity, indicator, marked, note


@pytest.fixture
def world(tmp_path: Path) -> Shared:
    return Shared(tmp_path)


def test_a_share_is_shown_sent_and_recalled_on_pages(world: Shared) -> None:
    collection = world.collection()
    world.bring(collection, marked(indicator, 1, GREEN), marked(identity, 2, GREEN))
    browser = world.vn.browser("giang")
    assert collection.id in browser.get("/intelligence/sharing/new").text
    form = {**world.form(collection), "act": "preview"}
    shown = browser.post("/intelligence/sharing/new", form)
    assert shown.status_code == 200
    assert "Nêu tên cá nhân, có thể là bị hại" in shown.text
    assert world.there() == {}, "a preview sends nothing"
    digest = shown.text.split('name="digests" value="')[1].split('"')[0]
    sent = browser.post("/intelligence/sharing/new", {**form, "act": "share", "digests": digest})
    page = browser.follow(sent)
    world.settle()
    assert list(world.there()) == [id_of(indicator(1))]
    page = browser.get(sent.headers["location"])
    assert "Đã tiếp nhận" in page.text
    assert "Chiến dịch hoa sen" in browser.get("/intelligence/sharing").text
    share = sent.headers["location"]
    wrong = browser.post(f"{share}/recall", {"what": "chosen", "reason": ""})
    assert wrong.status_code == 422
    recalled = browser.post(f"{share}/recall", {"what": "everything", "reason": "Nhầm.", "act": "delete"})
    assert recalled.status_code == 303
    world.settle()
    assert world.there() == {}


def test_what_lies_above_a_lowered_ceiling_is_recalled_on_the_page_and_by_programs(world: Shared) -> None:
    collection = world.collection()
    world.bring(collection, marked(indicator, 1, GREEN), marked(indicator, 2, AMBER), marked(indicator, 3, AMBER))
    browser, program = world.vn.browser("giang"), world.vn.program("giang", acts=("intel.share",))
    (share_id,) = world.share(collection, types=["indicator"]).shares
    page = f"/intelligence/sharing/{share_id}"
    assert 'value="above"' not in browser.get(page).text
    draft = Draft(title=collection.title, ceiling="green", writable=True)
    world.vn.node.intelligence.describe(world.vn.officer("giang"), collection.id, draft)
    shown = browser.get(page).text
    assert "Đối tượng nay không còn được phép gửi: 2" in shown
    assert 'value="above"' in shown
    assert "Vượt mức trần hiện nay: 2" in browser.get("/intelligence/sharing").text
    line = program.get(f"/api/intelligence/shares/{share_id}").json()["share"]
    assert (line["above"], line["types"]) == (2, ["indicator"])
    assert browser.post(f"{page}/recall", {"what": "above", "reason": ""}).status_code == 422
    wrong = {"above": True, "everything": True, "reason": "?"}
    assert program.post(f"/api{page.replace('sharing', 'shares')}/recall", wrong).status_code == 422
    assert browser.post(f"{page}/recall", {"what": "above", "reason": "Hạ mức trần."}).status_code == 303
    world.settle()
    assert list(world.there()) == [id_of(indicator(1))]
    again = program.post(f"/api/intelligence/shares/{share_id}/recall", {"above": True, "reason": "Lần nữa."})
    assert (again.status_code, again.json()["code"]) == (409, "recall-nothing")


def test_what_was_shown_is_what_leaves_or_nothing(world: Shared) -> None:
    collection = world.collection()
    world.bring(collection, marked(indicator, 1, GREEN))
    browser = world.vn.browser("giang")
    browser.get("/intelligence/sharing/new")
    form = {**world.form(collection), "act": "preview"}
    digest = browser.post("/intelligence/sharing/new", form).text.split('name="digests" value="')[1].split('"')[0]
    world.bring(collection, marked(indicator, 2, GREEN))
    changed = browser.post("/intelligence/sharing/new", {**form, "act": "share", "digests": digest})
    assert changed.status_code == 409
    world.settle()
    assert world.there() == {}


def test_the_other_side_sees_it_and_says_what_it_was_good_for(world: Shared) -> None:
    collection = world.collection()
    world.bring(collection, marked(indicator, 1, GREEN))
    (share_id,) = world.share(collection).shares
    browser = world.us.browser("giang")
    assert "Chiến dịch hoa sen" in browser.get("/intelligence/sharing").text
    path = f"/intelligence/sharing/from/{VN}/{share_id}"
    assert "Taken: 1" in browser.get(path).text
    answer = f"{path}?object={id_of(indicator(1))}"
    assert f'href="{answer}#sight"' in browser.get(f"/intelligence/objects/{id_of(indicator(1))}").text
    assert f'value="{id_of(indicator(1))}"' in browser.get(answer).text, "nobody copies an id by hand"
    unknown = browser.post(path, {"object": id_of(indicator(9)), "useful": "3"})
    assert unknown.status_code == 404
    assert browser.post(path, {"object": id_of(indicator(1))}).status_code == 422
    told = browser.post(path, {"object": id_of(indicator(1)), "useful": "5", "count": "2", "text": "Two wallets."})
    assert told.status_code == 303
    world.settle()
    page = world.vn.browser("giang").get("/intelligence/sharing").text
    assert ",sharing&amp;at=" in page, "the list follows what it shows"
    assert "Two wallets." in page
    assert ">Trang lừa đảo số 1</a>" in page, "an object is called by its name"
    assert ">Trang lừa đảo số 1</a>" in world.vn.browser("giang").get(f"/intelligence/sharing/{share_id}").text
    assert "5 – mang tính quyết định" in page


def test_a_report_is_offered_with_what_it_names_and_only_that(world: Shared) -> None:
    collection = world.collection()
    world.bring(collection, marked(indicator, 1, GREEN), marked(indicator, 2, GREEN), marked(note, 3, GREEN))
    page = world.vn.browser("sep").get(f"/intelligence/objects/{id_of(note(3))}").text
    (path,) = re.findall(r'href="(/intelligence/sharing/new\?[^"]+)"', page)
    form = world.vn.browser("sep").get(path.replace("&amp;", "&")).text
    assert f">\n{id_of(note(3))}\n{id_of(indicator(1))}</textarea>" in form
    assert world.vn.browser("sep").get("/intelligence/sharing/new?object=note--unknown").status_code == 200


def test_each_mistake_says_of_which_field_it_speaks(world: Shared) -> None:
    collection = world.collection()
    browser = world.vn.browser("sep")
    browser.get("/intelligence/sharing/new")
    page = browser.post("/intelligence/sharing/new", {"collection": collection.id, "to": US, "act": "preview"}).text
    assert "Tên gọi (đối tác sẽ thấy): Cần điền mục này." in page
    assert "Căn cứ pháp lý: Cần điền mục này." in page


def test_what_was_ticked_for_recall_stays_ticked_when_the_reason_is_missing(world: Shared) -> None:
    collection = world.collection()
    world.bring(collection, marked(indicator, 1, GREEN), marked(indicator, 2, GREEN))
    (share_id,) = world.share(collection).shares
    browser = world.vn.browser("giang")
    browser.get(f"/intelligence/sharing/{share_id}")
    said = {"what": "chosen", "ids": [id_of(indicator(2))], "act": "delete"}
    page = browser.post(f"/intelligence/sharing/{share_id}/recall", said)
    assert page.status_code == 422
    assert re.findall(r'name="ids" value="([^"]+)" checked', page.text) == [id_of(indicator(2))]


def test_nothing_is_offered_to_be_shared_where_nothing_would_leave(world: Shared) -> None:
    collection = world.collection()
    browser = world.vn.browser("sep")
    browser.get("/intelligence/sharing/new")
    form = world.form(collection) | {"act": "preview"}
    assert 'value="share"' not in browser.post("/intelligence/sharing/new", form).text
    world.bring(collection, marked(indicator, 1, GREEN))
    assert 'value="share"' in browser.post("/intelligence/sharing/new", form).text


def test_programs_do_the_same(world: Shared) -> None:
    collection = world.collection()
    world.bring(collection, marked(indicator, 1, GREEN), marked(indicator, 2, GREEN))
    program = world.vn.program("giang", acts=("intel.share",))
    form = world.form(collection)
    (preview,) = program.post("/api/intelligence/shares/preview", form).json()["previews"]
    assert (preview["count"], preview["tlp"], preview["peer"]) == (2, "green", US)
    stale = program.post("/api/intelligence/shares", {**form, "digests": ["0" * 64]})
    assert (stale.status_code, stale.json()["code"]) == (409, "share-changed")
    made = program.post("/api/intelligence/shares", {**form, "digests": [preview["digest"]]})
    assert made.status_code == 201
    (share_id,) = made.json()["shares"]
    world.settle()
    whole = program.get(f"/api/intelligence/shares/{share_id}?rows=1").json()
    assert whole["share"]["counts"] == {"new": 2}
    rest = program.get(f"/api/intelligence/shares/{share_id}?rows=1&cursor={whole['next']}").json()
    assert rest["next"] is None
    assert {whole["objects"][0]["id"], rest["objects"][0]["id"]} == {id_of(indicator(1)), id_of(indicator(2))}
    assert program.post(f"/api/intelligence/shares/{share_id}/stop").status_code == 200
    assert program.post(f"/api/intelligence/shares/{share_id}/resume").status_code == 200
    wrong = program.post(f"/api/intelligence/shares/{share_id}/recall", {"reason": "?"})
    assert wrong.json()["problems"][0]["code"] == "recall-what"
    other = world.us.program("giang")
    (arrived,) = other.get("/api/intelligence/arrived").json()["arrived"]
    assert (arrived["new"], arrived["share"]) == (2, share_id)
    seen = {"object": id_of(indicator(1)), "count": 4}
    assert other.post("/api/intelligence/sightings", seen).status_code == 201
    world.settle()
    (said,) = program.get("/api/intelligence/sightings").json()["sightings"]
    assert (said["count"], said["direction"]) == (4, "in")


def test_only_who_may_share_can(world: Shared) -> None:
    from lienlac.people.officer import Role

    world.vn.hire("linh", "Vũ Linh", Role.PROGRAMME_MANAGER, channel=False)
    world.vn.hire("quan", "Vũ Quân", Role.ADMINISTRATOR, channel=False)
    collection = world.collection()
    world.bring(collection, marked(indicator, 1, GREEN))
    looker, admin = world.vn.program("linh"), world.vn.program("quan")
    assert looker.get("/api/intelligence/shares").status_code == 200
    assert looker.post("/api/intelligence/shares", world.form(collection)).status_code == 403
    plain = world.vn.program("giang").post("/api/intelligence/shares", world.form(collection))
    assert (plain.status_code, plain.json()["code"]) == (403, "token-scope"), "a token must name the act"
    assert admin.get("/api/intelligence/shares").status_code in (403, 404)


def test_whoever_shares_has_proved_themselves_just_now_and_whoever_recalls_need_not(world: Shared) -> None:
    collection = world.collection()
    world.bring(collection, marked(indicator, 1, GREEN))
    (share_id,) = world.share(collection).shares
    browser = world.vn.browser("giang")
    browser.get("/intelligence/sharing/new")
    world.clock.turn(1200)
    form = {**world.form(collection, mode="standing"), "act": "preview"}
    assert browser.post("/intelligence/sharing/new", form).status_code == 200
    asked = browser.post("/intelligence/sharing/new", {**form, "act": "share"})
    assert asked.status_code != 303
    assert len(world.vn.node.sharing.shares(world.vn.officer("giang"))) == 1
    recall = {"what": "everything", "reason": "Nhầm.", "act": "delete"}
    assert browser.post(f"/intelligence/sharing/{share_id}/recall", recall).status_code == 303


def test_the_page_of_an_object_says_to_whom_it_was_given_and_what_they_said_of_it(world: Shared) -> None:
    collection = world.collection()
    world.bring(collection, marked(indicator, 1, GREEN), marked(indicator, 2, GREEN))
    (share,) = world.share(collection).shares
    sharing = world.us.node.sharing
    seen = {"object": id_of(indicator(1)), "count": 3, "useful": 4, "text": "Ba ví đã bị phong toả."}
    sharing.sight(world.us.officer("giang"), sharing.read_sighting(seen))
    world.settle()
    page = world.vn.browser("giang").get(f"/intelligence/objects/{id_of(indicator(1))}").text
    assert f'href="/intelligence/sharing/{share}"' in page
    assert "Đã tiếp nhận" in page
    assert "Ba ví đã bị phong toả." in page
    other = world.vn.browser("giang").get(f"/intelligence/objects/{id_of(indicator(2))}").text
    assert f'href="/intelligence/sharing/{share}"' in other
    assert "Ba ví đã bị phong toả." not in other
    for side in (world.vn, world.us):
        intelligence = side.node.intelligence
        intelligence.indexing.catch_up()
        found = intelligence.search.page(side.officer("giang"), parse(sighted=True))
        assert [hit.stored.object_id for hit in found.hits] == [id_of(indicator(1))], "what a partner says counts too"


def test_a_share_of_a_hidden_collection_does_not_stand_on_the_page_of_an_open_copy(world: Shared) -> None:
    hidden, opened = world.collection(), world.collection(title="Mở")
    world.bring(hidden, marked(indicator, 1, GREEN))
    world.bring(opened, marked(indicator, 1, GREEN))
    (share,) = world.share(hidden).shares
    sep, path = world.vn.officer("sep"), f"/intelligence/objects/{id_of(indicator(1))}"
    assert share in world.vn.browser("giang").get(path).text
    world.vn.node.intelligence.access.change(
        sep, hidden.id, Act.RESTRICT, units=[], officers=[sep.id], reason="Nguồn tin"
    )
    assert share in world.vn.browser("sep").get(path).text
    page = world.vn.browser("giang").get(path)
    assert page.status_code == 200
    assert share not in page.text
