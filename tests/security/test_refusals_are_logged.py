"""Attack: try doors until one opens, unseen. Every refusal that such trying meets leaves a line for who watches the node.

A line names the code, the door as it is declared, the officer's id, the address and the call's number; never what was
typed, nor a login (people type passwords there by mistake).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.security.test_csrf import FIELDS, token_of

if TYPE_CHECKING:
    from tests.security.house import House


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    found = [record.getMessage() for record in caplog.records if record.name == "lienlac.ui"]
    caplog.clear()
    return found


def test_who_is_turned_away_stands_in_the_log(house: House, caplog: pytest.LogCaptureFixture) -> None:
    hidden = house.receive()
    house.restrict(hidden)
    browser, reading = house.browser("chi"), house.program("chi", "read")
    who = house["chi"].id
    caplog.clear()
    browser.get(f"/requests/{hidden}")
    (line,) = lines(caplog)
    assert re.fullmatch(
        rf"refused not-found: GET /requests/{{request_id}} by {who} from testclient \([0-9a-f]{{16}}\)", line
    )
    for act, said in (
        (lambda: browser.get("/users"), f"refused not-found: GET /users by {who}"),
        (lambda: browser.post("/users/new", FIELDS), f"refused not-found: POST /users/new by {who}"),
        (lambda: reading.post("/api/requests", {}), f"refused token-scope: POST /api/requests by {who}"),
        (
            lambda: browser.client.post("/account/choices", data=FIELDS, headers={"Origin": "http://evil.test"}),
            "refused foreign-origin: POST /account/choices by nobody",
        ),
        (
            lambda: browser.client.post("/account/choices", data=FIELDS, headers={"Origin": "http://node.test"}),
            f"refused form-expired: POST /account/choices by {who}",
        ),
        (
            lambda: browser.client.get("/api/requests", headers={"Authorization": "Bearer lienlac_" + "x" * 43}),
            "refused token-invalid: GET /api/requests by nobody",
        ),
    ):
        act()
        found = lines(caplog)
        assert len(found) == 1, found
        assert found[0].startswith(said), found


def test_failures_at_sign_in_stand_in_the_log_without_what_was_typed(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    browser = house.browser("anh")
    browser.client.cookies.clear()
    browser.get("/sign-in")
    caplog.clear()
    for _ in range(6):
        browser.post("/sign-in", {"login": "my-secret-pass", "password": "another secret", "code": "123456"})
    found = lines(caplog)
    assert [line.split(":")[0] for line in found] == ["refused sign-in-failed"] * 5 + ["refused too-many-attempts"]
    assert all(" POST /sign-in by nobody from testclient" in line for line in found)
    assert not any("secret" in line for line in found)


def test_what_is_no_attempt_leaves_no_line(house: House, caplog: pytest.LogCaptureFixture) -> None:
    browser = house.browser("anh")
    caplog.clear()
    browser.get("/no-such-page/NGUYEN-VAN-A")
    browser.client.cookies.clear()
    browser.client.get("/requests", follow_redirects=False)
    assert lines(caplog) == []
    assert token_of(browser)
