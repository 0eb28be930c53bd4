"""Routers that gather their handlers, and applications of them, hold what the framework would work out step by step."""

from __future__ import annotations

from typing import Any

import pytest
from litestar import Litestar, Router, asgi, get, post, put
from litestar.exceptions import ImproperlyConfiguredException

from lienlac.ui.interface.router import Application, OneRouter
from tests.clients import TestClient


def door(method: Any, path: str) -> Any:
    @method(path, sync_to_thread=False)
    def answer() -> str:
        return f"{method.__name__} {path}"

    return answer


DOORS = ((get, "/a"), (get, "/b"), (post, "/a"), (get, "/c"), (put, "/a"), (post, "/c"))


def shape(app: Litestar) -> dict[str, dict[str, str]]:
    """The answering function of each path and method, but for OPTIONS, which the framework adds to each path."""
    return {
        route.path: {
            method: one.fn() for one in route.route_handlers for method in one.http_methods if method != "OPTIONS"
        }
        for route in app.routes
    }


@pytest.mark.parametrize("path", ["/", "/below"])
def test_gathered_doors_are_those_that_the_framework_makes_one_by_one(path: str) -> None:
    def nested(kind: Any) -> Any:
        inner = kind(path, route_handlers=[door(*one) for one in DOORS[2:]])
        return kind(
            path,
            route_handlers=[*(door(*one) for one in DOORS[:2]), door(get, "/z"), kind("/i", route_handlers=[inner])],
        )

    gathered = Application([nested(OneRouter)], openapi_config=None)
    plain = Litestar([nested(Router)], openapi_config=None)
    assert shape(gathered) == shape(plain)
    assert [route.path for route in gathered.routes] == [route.path for route in plain.routes]
    assert len(shape(gathered)) == 5


def test_an_application_takes_in_more_than_one_router() -> None:
    first, second = (OneRouter("/", route_handlers=[door(*one) for one in part]) for part in (DOORS[:2], DOORS[2:]))
    plain = Litestar([door(*one) for one in DOORS], openapi_config=None)
    assert shape(Application([first, second], openapi_config=None)) == shape(plain)


def test_a_path_has_the_methods_of_its_doors_and_no_other() -> None:
    app = Application([OneRouter("/", route_handlers=[door(*one) for one in DOORS])], openapi_config=None)
    assert {route.path: route.methods for route in app.routes} == {
        "/a": {"GET", "POST", "PUT"}, "/b": {"GET"}, "/c": {"GET", "POST"},
    }  # fmt: skip
    assert TestClient(app).options("/a").status_code == 405


def test_a_door_that_is_there_twice_is_refused() -> None:
    with pytest.raises(ImproperlyConfiguredException):
        OneRouter("/", route_handlers=[door(get, "/a"), door(get, "/a")])


def test_what_is_no_door_of_http_is_refused() -> None:
    @asgi("/mounted", is_mount=True)
    async def mounted(scope: Any, receive: Any, send: Any) -> None:
        raise AssertionError

    with pytest.raises(ImproperlyConfiguredException):
        OneRouter("/", route_handlers=[mounted])


def test_what_a_router_between_says_holds_for_its_doors_alone() -> None:
    inner = OneRouter("/", route_handlers=[door(get, "/a")], opt={"inner": True})
    app = Application(
        [OneRouter("/", route_handlers=[inner, door(get, "/b")], opt={"outer": True})], openapi_config=None
    )
    doors = [(route.path, one) for route in app.routes for one in route.route_handlers if "GET" in one.http_methods]
    told = {path: sorted(name for layer in one.ownership_layers for name in layer.opt) for path, one in doors}
    assert told == {"/a": ["inner", "outer"], "/b": ["outer"]}


def test_an_application_answers_by_it() -> None:
    made = Application([OneRouter("/", route_handlers=[door(get, "/a"), door(post, "/a")])], openapi_config=None)
    plain = Litestar([door(get, "/a"), door(post, "/a")], openapi_config=None)
    for app in (made, plain):
        client = TestClient(app)
        assert [client.get("/a").text, client.post("/a").text] == ["get /a", "post /a"]
        assert client.delete("/a").status_code == 405
