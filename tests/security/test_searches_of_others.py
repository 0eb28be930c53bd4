"""Attack: somebody opens the address at which another officer's search was answered, or an old one of their own."""

from __future__ import annotations

import re

import pytest

from tests.cases.conftest import founded, room  # noqa: F401 - fixtures
from tests.cases.scene import Room, person

SEARCHES = [
    ("/requests/search", "/requests"),
    ("/emergencies/search", "/emergencies"),
    ("/warnings/search", "/warnings"),
    ("/methods/search", "/methods"),
    ("/methods/typologies/search", "/methods/typologies"),
    ("/cases/search", "/cases"),
    ("/programmes/search", "/programmes"),
    ("/delegations/search", "/delegations"),
    ("/lessons/search", "/lessons"),
    ("/intelligence/search", "/intelligence/search"),
    ("/known", "/known"),
]


@pytest.mark.parametrize(("path", "home"), SEARCHES)
def test_a_search_can_be_gone_back_to_by_who_asked_and_by_nobody_else(
    room: Room,  # noqa: F811 - the fixture
    path: str,
    home: str,
) -> None:
    words = "0912345678"
    own, other = room.vn.browser("lan"), room.vn.browser("sep")
    own.get(home)
    token = re.search(r'name="csrf-token" content="([^"]*)"', own.page)
    assert token
    sent = own.client.post(
        path, data={"csrf": token[1], "words": words, "text": words}, headers={"Origin": "http://node.test"},
        follow_redirects=False,
    )  # fmt: skip
    assert sent.status_code == 303
    address = sent.headers["location"]
    assert re.fullmatch(re.escape(path) + r"/[0-9a-f]{32}", address)
    first, again = own.get(address), own.get(address)
    assert (first.status_code, again.status_code) == (200, 200)
    assert words in first.text
    assert words in again.text
    assert words not in address
    told = other.get(address)
    assert (told.status_code, told.headers["location"]) == (303, home)
    assert words not in other.get(home).text
    own.post("/sign-out", {})
    assert own.get(address).headers["location"].startswith("/sign-in")


def test_a_search_within_a_record_asks_again_whether_it_may_be_seen(room: Room) -> None:  # noqa: F811 - the fixture
    """The record was hidden after it was searched: its address answers as if there were nothing."""
    from lienlac.people.officer import Role
    from lienlac.records.access.desk import Act

    room.vn.hire("tham", "Đỗ Thị Thắm", Role.INVESTIGATOR, unit="Cục A06")
    case_id = room.open()
    room.state(room.vn, case_id, person("Nguyễn Văn An", "0912 345 678"))
    browser = room.vn.browser("tham")
    found = browser.post(f"/cases/{case_id}/entities/search", {"words": "an"})
    assert "Nguyễn Văn An" in found.text
    address = found.request.url.path
    access = room.vn.node.cases.shared.access
    access.change(room.vn.officer("sep"), case_id, Act.RESTRICT, units=[], officers=[room.lan.id], reason="Kín")
    gone = browser.get(address)
    assert gone.status_code == 404
    assert "Nguyễn Văn An" not in gone.text
