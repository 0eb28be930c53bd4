"""What can go wrong, or be made to go wrong, round accounts, sessions and live pages."""

from __future__ import annotations

import threading

from lienlac.people import accounts
from lienlac.people.passwords import Hasher
from tests.pages import conftest


class WatchedHasher(Hasher):
    """Notes in which threads passwords were hashed."""

    def __init__(self) -> None:
        super().__init__(memory_kib=64, rounds=1)
        self.threads: set[str] = set()

    def hash(self, password, chance):
        self.threads.add(threading.current_thread().name)
        return super().hash(password, chance)


def test_no_password_is_hashed_while_arriving_requests_wait_for_the_writer(node, monkeypatch):
    hasher = WatchedHasher()
    monkeypatch.setattr(conftest, "CHEAP", hasher)
    browser = node.browser()
    browser.sign_in("admin")
    made = {"login": "moi", "name": "Mới", "unit": "A05", "roles": "duty-officer", "language": "vi"}
    browser.get("/users/new")
    assert browser.post("/users/new", made).status_code == 200
    assert browser.post(f"/users/{node.people['duty'].officer.id}/reset").status_code == 200
    assert len(hasher.threads) >= 1
    assert "lienlac-writer" not in hasher.threads


def test_an_officer_of_another_country_is_not_given_hanoi_time(pages_database):
    """Times that they type are read in that zone: a transfer would be twelve hours off, and nobody would see why."""
    node = conftest.Node(pages_database, default_time_zone="America/New_York")
    node.add("admin", conftest.Role.ADMINISTRATOR)
    browser = node.browser()
    browser.sign_in("admin")
    browser.get("/users/new")
    made = {"login": "mark", "name": "Mark Hill", "unit": "IC3", "roles": "duty-officer", "language": "en"}
    assert browser.post("/users/new", made).status_code == 200
    with node.database.read() as connection:
        assert accounts.by_login(connection, "mark").time_zone == "America/New_York"
