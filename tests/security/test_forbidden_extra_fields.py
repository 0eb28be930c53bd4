"""Attack: slip a field that nobody named into a body, to set what the caller may not set.

Made from the interface's own description, so that a new body cannot be passed by: each call with a body is sent with one
field more, at the top and inside its first nested object, by an officer who may do everything. It must be refused, and
nothing may have changed.
"""

from __future__ import annotations

import copy
from typing import Any

import pytest
import sqlalchemy as sa

from lienlac.storage.schema import metadata
from tests.security.house import House
from tests.security.walk import filled, things_of

SMUGGLED = ("officer_id", "role", "is_admin", "__proto__", "once")
QUIET = {"api_token", "session"}
"""Tables that note the call itself: when a token was used last."""


def snapshot(house: House) -> dict[str, int]:
    """How many rows each table has."""
    with house.database.read() as connection:
        return {
            table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
            if table.name not in QUIET
        }


def bodies(house: House) -> list[tuple[str, str, Any]]:
    """Every call of the interface that takes a body: method, path, and an example of it."""
    document = house.program("binh").get("/api/openapi.json").json()
    found = []
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {}).get("application/json")
            if content:
                example = next(iter(content["examples"].values()))["value"]
                found.append((method.upper(), path, example))
    return found


def test_attack_every_body_refuses_a_field_that_nobody_named(house: House) -> None:
    request_id = house.receive()
    things = things_of(house, request_id)
    program = house.program("binh")
    before, tried, taken = snapshot(house), 0, list[str]()
    for method, path, example in bodies(house):
        real = filled("".join(part if "}" not in part else _typed(part) for part in path.split("{")), things)
        for name in SMUGGLED:
            body = {**example, name: "off-" + "a" * 26}
            answer = program.call(method, real, body)
            tried += answer.status_code != 403  # whose right the token does not hold is not asked what it says
            if answer.status_code not in {400, 403, 404, 409, 422}:
                taken.append(f"{method} {path} with {name}: {answer.status_code}")
            assert answer.headers["content-type"] == "application/problem+json"
    assert not taken, "\n".join(taken)
    assert tried > 100
    assert snapshot(house) == before


def _typed(part: str) -> str:
    """A path of the document as the routes write it."""
    name, _, rest = part.partition("}")
    return f"{{{name}:str}}{rest}"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/inbox/filters", {"name": "x", "choice": {"stage": "all", "officer_id": "off-x"}}),
        ("/api/requests/check", {"kind": "freeze-payment", "amount": {"amount": "1", "currency": "USD", "to": "me"}}),
        ("/api/requests/check", {"kind": "freeze-payment", "beneficiaries": [{"form": "vn", "owner": "me"}]}),
        ("/api/requests/check", {"kind": "freeze-payment", "marks": {"tlp": "clear", "released": True}}),
    ],
)
def test_attack_a_field_inside_another(house: House, path: str, body: Any) -> None:
    answer = house.program("binh").post(path, copy.deepcopy(body))
    assert answer.status_code in {400, 422}
    text = answer.text
    assert "field-unknown" in text or "unknown field" in text


def test_attack_an_officer_and_an_instant_cannot_be_said(house: House) -> None:
    """Who acts is whose token it is, and when is when it comes: no body has a field for either."""
    document = house.program("binh").get("/api/openapi.json").json()
    sent = {
        name
        for schema in document["components"]["schemas"].values()
        if schema.get("additionalProperties") is False
        for name in schema.get("properties", {})
    }
    assert not sent & {"officer_id", "sender", "signed_by", "sent_at", "received_at", "roles"}


def test_attack_a_query_with_a_field_that_nobody_named(house: House) -> None:
    for path in ("/api/requests", "/api/duty/roster", "/api/duty/alarms", "/api/duty/roster/export"):
        answer = house.program("binh").get(f"{path}?as_officer=off-x")
        assert (answer.status_code, answer.json()["code"]) == (400, "request-malformed"), path
