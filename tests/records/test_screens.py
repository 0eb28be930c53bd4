"""The screens of shared records: what an officer does on one side is seen on the other, and nothing more."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from lienlac.people.store import sessions_of
from tests.records.screens import Screens

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.pages.conftest import Browser

BASIS = {
    "purpose": "stop-funds", "legal_basis": "bilateral-arrangement", "legal_basis_text": "Art. 4",
    "marks.tlp": "amber", "marks.pap": "amber",
}  # fmt: skip


@pytest.fixture
def both(tmp_path: Path) -> Iterator[Screens]:
    made = Screens(tmp_path)
    yield made
    made.close()


def went(answer: Any) -> str:
    """Where a browser is sent after an act."""
    wrong = re.findall(r'(?:class="error"[^>]*>|class="notice bad"[^>]*>)(.*?)</', answer.text, re.DOTALL)
    assert answer.status_code == 303, wrong or answer.text[:500]
    return str(answer.headers["location"])


def opened(browser: Browser) -> str:
    browser.get("/heaps/new")
    form = {"title_vi": "Đống sỏi", "title_en": "Pebbles", "state": "open", "once": "a-key-of-a-form"}
    return went(browser.post("/heaps/new", {**form, **BASIS}))


def shared(both: Screens) -> tuple[Browser, Browser, str]:
    vn, us = both.vn.enter(), both.us.enter()
    at = opened(vn)
    vn.get(f"{at}/members")
    went(
        vn.post(f"{at}/members/invite", {"node": "us-ic3", "summary.vi": "Mời", "summary.en": "Come", "history": "all"})
    )
    both.deliver()
    us.get(f"{at}/members")
    went(us.post(f"{at}/members/answer", {"answer": "accept"}))
    both.deliver()
    return vn, us, at


def test_a_record_is_opened_shared_and_written_into_from_both_sides(both):
    vn, us, at = shared(both)
    assert "Pebbles" in us.get(at).text
    us.get(f"{at}/stones/new")
    where = went(us.post(f"{at}/stones/new", {"name": "Đá hoa cương", "weight": "700", **BASIS}))
    both.deliver()
    page = vn.get(f"{at}/stones").text
    assert "Đá hoa cương" in page
    assert "Closed" in page
    assert "Đá hoa cương" in vn.get(f"{at}/stones?state=heavy").text
    assert "Đá hoa cương" not in vn.get(f"{at}/stones?state=light").text
    assert "taken" in us.get(where).text
    vn.get(f"{where}/state")
    went(vn.post(f"{where}/state", {"name": "Granite", "weight": "700", **BASIS}))
    both.deliver()
    told = us.get(where).text
    assert "Granite" in told
    assert "Đá hoa cương" in told


def test_before_it_is_answered_an_invitation_shows_what_was_told_and_nothing_else(both):
    vn, us = both.vn.enter(), both.us.enter()
    at = opened(vn)
    vn.get(f"{at}/stones/new")
    went(vn.post(f"{at}/stones/new", {"name": "granite", "weight": "1", **BASIS}))
    vn.get(f"{at}/members")
    went(vn.post(f"{at}/members/invite", {"node": "us-ic3", "summary.en": "Come and see"}))
    both.deliver()
    page = us.get(at).text
    assert "Come and see" in page
    assert "Take part" in page
    for path in ("/stones", "/history", "/discussion"):
        assert "granite" not in us.get(at + path).text
    assert "Invitations that wait" in us.get("/heaps").text


def test_what_is_wrong_is_told_at_its_field_and_nothing_is_lost(both):
    vn = both.vn.enter()
    at = opened(vn)
    vn.get(f"{at}/stones/new")
    answer = vn.post(f"{at}/stones/new", {"name": "granite", "weight": "9000", **BASIS})
    assert answer.status_code == 422
    assert "granite" in answer.text
    assert "e-weight" in answer.text
    assert '<a href="#f-weight">Version: ' in answer.text, "a list of mistakes says of which field it speaks"
    answer = vn.post(f"{at}/stones/new", {"name": "unwanted", "weight": "1", **BASIS})
    assert answer.status_code == 422


def test_where_it_would_go_is_shown_before_it_goes(both):
    vn, _us, at = shared(both)
    vn.get(f"{at}/stones/new")
    form = {"name": "secret", "weight": "1", "marks.tlp": "red", "marks.pap": "amber", "preview": "1"}
    page = vn.post(f"{at}/stones/new", form).text
    assert "it does not go there" in page
    page = vn.post(f"{at}/stones/new", {**form, "marks.tlp": "amber"}).text
    assert "it goes at once" in page
    both.deliver()
    assert both.us.heaps.stones(at.rpartition("/")[2]) == {}


def test_what_is_taken_back_stays_to_be_seen(both):
    vn, us, at = shared(both)
    vn.get(f"{at}/stones/new")
    where = went(vn.post(f"{at}/stones/new", {"name": "granite", "weight": "1", **BASIS}))
    both.deliver()
    vn.get(where)
    went(vn.post(f"{where}/retract", {"reason": "It was a potato"}))
    both.deliver()
    assert "It was a potato" in us.get(where).text
    assert "granite" not in us.get(f"{at}/stones").text
    assert "granite" in us.get(f"{at}/e/{where.rpartition('/')[2]}").text


def test_the_discussion_goes_to_both_and_notes_to_nobody(both):
    vn, us, at = shared(both)
    vn.get(f"{at}/discussion")
    went(vn.post(f"{at}/discussion", {"text.vi": "Xin chào", "text.en": "Good morning", **BASIS}))
    vn.get(f"{at}/notes")
    went(vn.post(f"{at}/notes", {"text": "We do not trust them", "kind": "task", "due": "24/11/2026 10:00"}))
    both.deliver()
    assert "Good morning" in us.get(f"{at}/discussion").text
    assert "We do not trust them" in vn.get(f"{at}/notes").text
    for path in ("", "/notes", "/history", "/discussion"):
        assert "trust" not in us.get(at + path).text
    record = at.rpartition("/")[2]
    assert not any(b"trust" in fact for fact in both.us.heaps.facts(record).values())


def test_what_changed_since_i_looked(both):
    vn, us, at = shared(both)
    us.get(at)
    went(us.post(f"{at}/seen"))
    assert "New since you looked" not in us.get(at).text
    vn.get(f"{at}/stones/new")
    went(vn.post(f"{at}/stones/new", {"name": "granite", "weight": "1", **BASIS}))
    both.deliver()
    page = us.get(at).text
    assert "New since you looked" in page
    assert "granite" in page
    assert ">new<" in us.get("/heaps").text


def test_who_only_looks_on_may_not_write(both):
    vn, _us, at = shared(both)
    looker = both.vn.enter("looker")
    assert looker.get(at).status_code == 200
    assert looker.get(f"{at}/stones/new").status_code == 403
    assert looker.post(f"{at}/stones/new", {"name": "x", **BASIS}).status_code == 403
    del vn


def test_a_restricted_record_is_not_there_for_others(both):
    vn, _us, at = shared(both)
    vn.get(f"{at}/access")
    went(vn.post(f"{at}/restrict", {"officers": "super", "reason": "Delicate"}))
    looker = both.vn.enter("looker")
    for path in ("", "/stones", "/members", "/history", "/notes", "/discussion", "/access"):
        assert looker.get(at + path).status_code == 404, path
    assert "Pebbles" not in looker.get("/heaps").text


def test_everything_is_translated(both):
    vn, _us, at = shared(both)
    vn.get("/account")
    vn.post("/account/choices", {"language": "vi", "time_zone": "Asia/Ho_Chi_Minh", "theme": "system"})
    for path in ("", "/stones", "/members", "/history", "/notes", "/discussion", "/stones/new"):
        assert vn.get(at + path).status_code == 200, path


def test_an_open_page_renews_what_it_shows_without_keeping_the_session_alive(both):
    vn, us, at = shared(both)
    page = us.get(at).text
    assert f'hx-trigger="thing-{at.rpartition("/")[2]} from:body"' in page
    both.clock.turn(300)
    before = us.get("/account").text  # a click counts
    both.clock.turn(300)
    vn.get(f"{at}/stones/new")
    went(vn.post(f"{at}/stones/new", {"name": "granite", "weight": "1", **BASIS}))
    both.deliver()
    assert "granite" in us.client.get(at, headers={"HX-Request": "true"}).text
    with both.us.database.read() as connection:
        seen = {one.seen_at for one in sessions_of(connection, both.us.people["super"].officer.id)}
    assert max(seen) < both.clock.now() - timedelta(seconds=200)
    assert before


def test_what_was_said_in_both_languages_is_called_in_the_readers(both: Screens) -> None:
    vn, _us, at = shared(both)
    assert ">Pebbles</a>" in vn.get(f"{at}/history").text
    vn.get("/account")
    vn.post("/language", {"language": "vi", "next": "/account"})
    page = vn.get(f"{at}/history").text
    assert ">Đống sỏi</a>" in page
    assert ">Pebbles</a>" not in page
