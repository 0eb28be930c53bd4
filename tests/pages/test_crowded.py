"""More calls than a node can answer: whoever is one too many is told so at once, and when to come back."""

from __future__ import annotations

import threading
from concurrent.futures import wait
from typing import Any

import pytest

from lienlac import limits
from lienlac.cli.serving.threads import own_threads
from lienlac.people.officer import Role
from lienlac.ui.app import make_app
from tests.clients import TestClient
from tests.pages.conftest import CHEAP, ORIGIN, SAFE, Node


@pytest.fixture
def node(sqlite_database: Any) -> Node:
    made = Node(sqlite_database)
    made.add("lan", Role.DUTY_OFFICER)
    return made


def app_of(node: Node, **more: Any) -> Any:
    return make_app(
        database=node.database, clock=node.clock, chance=node.chance, config=node.config, safe=SAFE, hasher=CHEAP, **more
    )  # fmt: skip


def test_a_call_too_many_is_told_when_to_come_back(node: Node) -> None:
    with TestClient(app_of(node, crowded=lambda: 1.0), base_url=ORIGIN) as client:
        page = client.get("/account", headers={"Accept-Language": "vi"})
        assert page.status_code == 503
        assert page.headers["retry-after"] == str(limits.RETRY_AFTER_S)
        assert "Nút này đang quá tải" in page.text
        assert page.text.startswith("<!doctype html>")
        assert page.headers["cache-control"] == "no-store"
        piece = client.get("/account", headers={"HX-Request": "true"})
        assert (piece.status_code, piece.headers["retry-after"]) == (503, str(limits.RETRY_AFTER_S))
        program = client.get("/api/whoami")
        assert program.status_code == 503
        assert program.headers["retry-after"] == str(limits.RETRY_AFTER_S)
        assert program.json()["code"] == "node-busy"


def test_nothing_of_an_act_that_is_turned_away_is_done(node: Node) -> None:
    """Not even its body is waited for, and the officer's password is not looked at."""
    with TestClient(app_of(node, crowded=lambda: 1.0), base_url=ORIGIN) as client:
        typed = {"login": "lan", "password": node.people["lan"].password, "code": "000000"}
        answer = client.post("/sign-in", data=typed, headers={"Origin": ORIGIN})
        assert answer.status_code == 503
        assert not answer.cookies


def test_what_pages_ask_for_by_themselves_gives_way_first(node: Node) -> None:
    crowd = 0.49
    browser = node.browser()
    browser.sign_in("lan")
    with TestClient(app_of(node, crowded=lambda: crowd), base_url=ORIGIN, cookies=browser.client.cookies) as client:
        assert [client.get(path).status_code for path in ("/live/beside?at=/", "/account")] == [200, 200]
        crowd = 0.5
        assert [client.get(path).status_code for path in ("/live/beside?at=/", "/account")] == [503, 200]
        crowd = 1.0
        assert [client.get(path).status_code for path in ("/live/beside?at=/", "/account")] == [503, 503]


def test_what_takes_no_thread_is_always_given_out(node: Node) -> None:
    with TestClient(app_of(node, crowded=lambda: 1.0), base_url=ORIGIN) as client:
        style = client.get("/sign-in").text.partition('rel="stylesheet" href="')[2].partition('"')[0]
        assert client.get(style).status_code == 200


def test_the_door_is_closed_while_too_many_wait_and_open_again_after(node: Node) -> None:
    """Every thread is held and as many calls as are allowed wait for one: the next is turned away, none is dropped."""
    held = threading.Event()
    with own_threads() as own, TestClient(app_of(node, crowded=own.pages.crowded), base_url=ORIGIN) as client:
        assert client.get("/sign-in").status_code == 200
        running = [threading.Event() for _ in range(limits.PAGE_THREADS)]

        def hold(begun: threading.Event) -> None:
            begun.set()
            held.wait(60)

        before = [own.pages.submit(hold, begun) for begun in running]
        assert all(begun.wait(60) for begun in running)
        before += [own.pages.submit(held.wait, 60) for _ in range(limits.PAGES_WAITING_MAX - 1)]
        assert own.pages.crowded() < 1
        before.append(own.pages.submit(held.wait, 60))
        assert client.get("/sign-in").status_code == 503
        held.set()
        wait(before)
        assert client.get("/sign-in").status_code == 200
