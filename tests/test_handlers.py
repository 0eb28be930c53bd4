"""What is kept of handlers for all applications of a process leaves each application its own node."""

from __future__ import annotations

from typing import Any

import pytest
from litestar import Litestar, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery

from tests.clients import TestClient


def application(name: str, *, typed: type = int) -> Litestar:
    """One of several that are made by the same code, each round a thing of its own."""

    def given() -> Any:
        return name

    @get("/closed/{number:int}", sync_to_thread=False)
    def closed(number: FromPath[int]) -> str:
        return f"{name} {number}"

    @get("/given", sync_to_thread=False)
    def handed(node: NamedDependency[Any], size: FromQuery[int] = 3) -> str:
        return f"{node} {size}"

    @get("/named", sync_to_thread=False)
    def named(size: FromQuery[Size]) -> str:  # type: ignore[name-defined]  # noqa: F821
        return f"{name} {size!r}"

    @post("/closed/{number:int}", sync_to_thread=False)
    def written(number: FromPath[int]) -> str:
        return f"{name} wrote {number}"

    below = Router("/", route_handlers=[handed], dependencies={"node": Provide(given, sync_to_thread=False)})
    return Litestar([closed, named, written, below], openapi_config=None, signature_namespace={"Size": typed})


def test_each_application_answers_for_its_own_node() -> None:
    both = [(name, TestClient(application(name))) for name in ("one", "two")]
    for _ in range(2):
        for name, client in both:
            assert client.get("/closed/7").text == f"{name} 7"
            assert client.post("/closed/7").text == f"{name} wrote 7"
            assert client.get("/given").text == f"{name} 3"
            assert client.get("/given", params={"size": 4}).text == f"{name} 4"
            assert client.get("/given", params={"size": "x"}).status_code == 400
            assert client.get("/closed/x").status_code == 404
            assert client.delete("/closed/7").status_code == 405


@pytest.mark.parametrize(("typed", "read"), [(int, "7"), (str, "'7'"), (float, "7.0")])
def test_the_same_code_in_other_surroundings_is_read_anew(typed: type, read: str) -> None:
    assert TestClient(application("one", typed=typed)).get("/named", params={"size": "7"}).text == f"one {read}"
