"""Feeds on pages and for programs: made, let begin by two, hidden with their collection, failing for everybody to see."""

from __future__ import annotations

import re

import pytest

from lienlac.intelligence.collection import Draft
from lienlac.intelligence.feeds.feed import Act
from lienlac.people.rights import Action
from tests.security.house import House

FORM = {
    "title": "CERT quốc gia", "kind": "taxii-poll", "address": "https://taxii.example/taxii2/?key=abc", "remote": "all",
    "how": "basic", "user": "node", "secret": "right horse", "tlp": "green", "pap": "clear", "interval_min": "60",
}  # fmt: skip


@pytest.fixture
def collection(house: House) -> str:
    return house.node.intelligence.create(house["giang"], Draft(title="Forex")).id


def test_a_feed_is_made_on_a_page_and_its_secrets_are_shown_nowhere(house, collection):
    browser = house.browser("giang")
    assert browser.get("/intelligence/feeds/new-in").status_code == 200
    answer = browser.post("/intelligence/feeds/new-in", FORM | {"collection_id": collection})
    assert answer.status_code == 303, answer.text
    page = browser.get(answer.headers["location"])
    listed = browser.get("/intelligence/feeds")
    assert "CERT quốc gia" in page.text
    for text in (page.text, listed.text):
        assert "https://taxii.example/taxii2/" in text
        assert "right horse" not in text
        assert "key=abc" not in text


def test_attack_a_host_that_nobody_named_is_refused_and_what_is_secret_is_not_repeated(house, collection):
    wrong = FORM | {"collection_id": collection, "address": "https://169.254.169.254/latest/"}
    browser = house.browser("giang")
    answer = browser.post("/intelligence/feeds/new-in", wrong)
    assert answer.status_code == 409
    assert "169.254.169.254" in answer.text
    assert "right horse" not in answer.text


def test_what_needs_a_hand_is_seen_and_ended_feeds_are_not(house, collection):
    feed = house.feed()
    browser = house.browser("giang")
    for act in ("pause", "go-on", "run", "end"):
        assert browser.post(f"/intelligence/feeds/{feed}/{act}", {}).status_code == 303, act
    assert feed not in browser.get("/intelligence/feeds").text
    assert feed in browser.get("/intelligence/feeds?show=all").text
    late = browser.post(f"/intelligence/feeds/{feed}/pause", {})
    assert late.status_code == 409
    assert house.node.feeds.show(house["giang"], feed).acts == ()
    assert Act.PAUSE not in house.node.feeds.show(house["giang"], feed).acts


SENDING = {
    "title": "OpenCTI", "kind": "opencti-push", "address": "https://taxii.example", "remote": "abc", "ceiling": "green",
    "credentials": {"how": "bearer", "secret": "octi-token"},
}  # fmt: skip


def test_attack_a_token_that_does_not_name_the_act_lets_nothing_leave(house, collection):
    program = house.program("giang")
    answer = program.post("/api/intelligence/feeds/outbound", SENDING | {"collection": collection})
    assert answer.status_code == 403
    assert answer.json()["code"] == "token-scope"
    assert house.node.feeds.listed(house["giang"]) == []


def test_two_officers_let_a_feed_begin_by_the_interface(house, collection):
    acts = [Action.INTEL_SHARE]
    program = house.program("giang", acts=acts)
    made = program.post("/api/intelligence/feeds/outbound", SENDING | {"collection": collection}).json()
    assert made["feed"]["state"] == "waiting"
    assert "octi-token" not in str(made)
    path = f"/api/intelligence/feeds/{made['feed']['id']}"
    own = program.post(f"{path}/approve", {"digest": made["digest"]})
    assert own.json()["code"] == "feed-own"
    second = house.program("binh", acts=acts)
    shown = second.get(path).json()
    assert "approve" in shown["acts"]
    done = second.post(f"{path}/approve", {"digest": shown["digest"]})
    assert done.status_code == 201, done.text
    assert done.json()["feed"]["state"] == "on"


def test_attack_a_session_alone_lets_no_feed_begin(house, collection):
    acts = [Action.INTEL_SHARE]
    program = house.program("giang", acts=acts)
    made = program.post("/api/intelligence/feeds/outbound", SENDING | {"collection": collection}).json()
    feed = made["feed"]["id"]
    browser = house.browser("binh")
    page = browser.get(f"/intelligence/feeds/{feed}")
    assert made["digest"] in page.text
    house.clock.turn(3_600)
    answer = browser.post(f"/intelligence/feeds/{feed}/approve", {"digest": made["digest"]})
    assert answer.status_code == 403
    assert house.node.feeds.show(house["binh"], feed).feed.state.value == "waiting"


def test_the_look_up_of_a_server_calls_nobody_but_named_hosts_and_is_for_who_manages_collections(house: House) -> None:
    house.collection()
    browser = house.browser("giang")
    assert 'formaction="/intelligence/feeds/look"' in browser.get("/intelligence/feeds/new-in").text
    for address in ("http://169.254.169.254/", "https://127.0.0.1/", "https://taxii.example@evil.example/"):
        answer = browser.post("/intelligence/feeds/look", {"address": address, "how": "none"})
        assert answer.status_code in {403, 409, 422}, address
        piece = browser.post("/intelligence/feeds/look", {"address": address, "how": "none"}, **{"HX-Request": "true"})
        assert piece.status_code == 200
        assert 'class="notice bad"' in piece.text
    assert house.browser("linh").post(
        "/intelligence/feeds/look", {"address": "https://taxii.example/"}
    ).status_code in {
        403,
        404,
    }


MISTAKEN = FORM | {
    "title": "", "kind": "taxii-poll", "address": "ftp://nowhere", "remote": "a/b", "how": "basic", "user": "a:b",
    "secret": "", "certificate": "-----BEGIN NOTHING", "tlp": "green", "grade_4x4": "X9", "interval_min": "soon",
    "collection_id": "",
}  # fmt: skip
FIELDS = ("title", "address", "remote", "user", "secret", "collection_id", "grade_4x4", "interval_min")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_feed_with_many_mistakes_is_told_all_of_them_each_at_its_field(house, collection, language):
    browser = house.browser("giang")
    browser.post("/language", {"language": language})
    answer = browser.post("/intelligence/feeds/new-in", MISTAKEN)
    assert answer.status_code == 422
    head = answer.text.partition('role="alert"')[2].partition("</ul>")[0]
    assert re.findall('href="#f-([a-z0-9_]+)"', head) == list(FIELDS)
    assert re.findall('id="e-([a-z0-9_]+)"', answer.text) == list(FIELDS)
    assert {"vi": "Tên ở máy chủ kia", "en": "Name there"}[language] in head
    for typed in ("ftp://nowhere", "a/b", "a:b", "X9", "soon"):
        assert f'value="{typed}"' in answer.text, typed
    assert house.node.feeds.listed(house["giang"]) == []


def test_what_leaves_is_told_its_mistakes_at_once_too(house, collection):
    browser = house.browser("giang")
    wrong = {"title": "OpenCTI", "kind": "taxii-poll", "how": "bearer", "secret": "two\nlines", "interval_min": "0"}
    answer = browser.post("/intelligence/feeds/new-out", wrong | {"address": "https://other.example"})
    assert re.findall('id="e-([a-z0-9_]+)"', answer.text) == [
        "kind", "address", "secret", "collection_id", "interval_min",
    ]  # fmt: skip
    assert 'id="f-kind"' in answer.text  # where the list above leads
    assert "https://other.example" in answer.text


def test_attack_a_secret_of_a_form_with_mistakes_is_in_no_answer(house, collection):
    browser = house.browser("giang")
    key = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0a2V5\n-----END PRIVATE KEY-----"
    wrong = MISTAKEN | {"secret": "right horse\n", "user": "", "certificate": key}
    for how in ("basic", "bearer", "key", "certificate", "none"):
        answer = browser.post("/intelligence/feeds/new-in", wrong | {"how": how})
        assert answer.status_code == 422, how
        assert "right horse" not in answer.text
        assert "c2VjcmV0a2V5" not in answer.text
        assert "is not shown again. Type the" in answer.text


def test_a_picked_collection_of_the_other_side_is_still_there_after_a_mistake(house, collection):
    wrong = FORM | {"title": "", "picked": "91a7b528-80eb", "collection_id": collection}
    answer = house.browser("giang").post("/intelligence/feeds/new-in", wrong)
    assert 'id="f-remote" name="remote" type="text" value="91a7b528-80eb"' in " ".join(answer.text.split())


def test_new_credentials_are_told_every_mistake_and_keep_the_name(house, collection):
    feed = house.feed()
    browser = house.browser("giang")
    answer = browser.post(f"/intelligence/feeds/{feed}/credentials", {"how": "basic", "user": "a:b", "secret": ""})
    assert answer.status_code == 422
    assert re.findall('id="e-([a-z0-9_]+)"', answer.text) == ["user", "secret"]
    assert 'value="a:b"' in answer.text


def test_a_program_hears_one_mistake_by_its_code_and_several_by_name(house, collection):
    program = house.program("giang")
    right = {
        "title": "CERT", "kind": "taxii-poll", "address": "https://taxii.example/taxii2/", "remote": "all",
        "collection": collection, "credentials": {"how": "none"},
    }  # fmt: skip
    one = program.post("/api/intelligence/feeds/inbound", right | {"remote": "a/b"})
    assert (one.status_code, one.json()["code"], one.json()["field"]) == (422, "feed-remote", "remote")
    many = program.post(
        "/api/intelligence/feeds/inbound",
        right | {"remote": "a/b", "address": "https://other.example", "credentials": {"how": "bearer"}},
    )
    assert (many.status_code, many.json()["code"]) == (422, "form-invalid")
    assert {(one["field"], one["code"]) for one in many.json()["problems"]} == {
        ("remote", "feed-remote"), ("address", "feed-host"), ("secret", "feed-secret"),
    }  # fmt: skip
