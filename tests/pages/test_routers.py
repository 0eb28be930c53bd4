"""Routers that keep the map of their routes hold what the framework would work out anew each time."""

from __future__ import annotations

from typing import Any

import pytest
from litestar import Litestar, Router, asgi, get, post, put

from lienlac.ui.interface.router import Application, OneRouter
from tests.clients import TestClient

ANEW = vars(Router)["route_handler_method_map"].fget


def door(method: Any, path: str) -> Any:
    @method(path, sync_to_thread=False)
    def answer() -> str:
        return f"{method.__name__} {path}"

    return answer


@pytest.mark.parametrize("made", [lambda: OneRouter(path="/", route_handlers=[]), lambda: Application([])])
def test_a_map_that_grows_is_the_one_that_is_made_anew(made: Any) -> None:
    grown = made()
    for method, path in ((get, "/a"), (get, "/b"), (post, "/a"), (get, "/c"), (put, "/a"), (post, "/c")):
        grown.register(door(method, path))
        assert grown.route_handler_method_map == ANEW(grown)
    assert set(grown.route_handler_method_map["/a"]) == {"GET", "POST", "PUT", "OPTIONS"}


def test_routes_that_were_taken_away_are_not_remembered() -> None:
    grown = OneRouter(path="/", route_handlers=[door(get, "/a"), door(get, "/b")])
    assert set(grown.route_handler_method_map) == {"/a", "/b"}
    del grown.routes[0]
    assert set(grown.route_handler_method_map) == {"/b"}
    grown.routes.clear()
    assert grown.route_handler_method_map == {}


def test_a_mounted_application_stands_in_the_map() -> None:
    @asgi("/mounted", is_mount=True)
    async def mounted(scope: Any, receive: Any, send: Any) -> None:
        raise AssertionError

    grown = OneRouter(path="/", route_handlers=[door(get, "/a"), mounted, door(get, "/b")])
    assert grown.route_handler_method_map == ANEW(grown)
    assert set(grown.route_handler_method_map["/mounted"]) == {"asgi"}


def test_an_application_answers_by_it() -> None:
    made = Application([OneRouter("/", route_handlers=[door(get, "/a"), door(post, "/a")])], openapi_config=None)
    plain = Litestar([door(get, "/a"), door(post, "/a")], openapi_config=None)
    for app in (made, plain):
        client = TestClient(app)
        assert [client.get("/a").text, client.post("/a").text] == ["get /a", "post /a"]
        assert client.delete("/a").status_code == 405
