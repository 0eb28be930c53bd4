"""Attack: an auditor changes something: every door that changes anything, every step, every program, every form."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from lienlac.errors import NotAllowed
from lienlac.hotline.lifecycle import Step
from lienlac.hotline.rules.actions import RIGHT_OF
from lienlac.people.officer import Role
from lienlac.people.rights import RIGHTS, Action, Right, may
from lienlac.storage.schema import metadata
from tests.security.walk import PROGRAMS, doors, filled, things_of

if TYPE_CHECKING:
    from tests.security.house import House

OWN_DOORS = {
    "POST /account/choices",
    "POST /account/first-password",
    "POST /account/password",
    "POST /account/sessions/end-others",
    "POST /account/sessions/{session_id:str}/end",
    "POST /account/tokens",
    "POST /account/tokens/{token_id:str}/end",
    "POST /account/tokens/{token_id:str}/certificates",
    "POST /account/tokens/{token_id:str}/certificates/{fingerprint:str}/end",
    "POST /step-up",
    "POST /account/app",
    "POST /account/links/with/{provider_id:str}",
    "POST /account/links/{link_id:str}/remove",
    "POST /account/app/remove",
    "POST /account/passkeys",
    "POST /account/passkeys/{passkey_id:str}/remove",
    "POST /account/recovery/new",
    "POST /account/warning/seen",
    "POST /requests/filters",
    "POST /requests/filters/{filter_id:str}/prefer",
    "POST /requests/filters/{filter_id:str}/remove",
    "POST /api/inbox/filters",
    "POST /api/inbox/filters/{filter_id:str}/prefer",
    "DELETE /api/inbox/filters/{filter_id:str}",
    "POST /intelligence/search/keep",
    "POST /intelligence/search/kept/{filter_id:str}/remove",
    "POST /api/intelligence/searches",
    "DELETE /api/intelligence/searches/{filter_id:str}",
    "POST /duty/contacts/{whose:str}/add",
    "POST /duty/contacts/{whose:str}/person",
    "POST /duty/channels/{channel_id:str}/drop",
    "POST /duty/channels/{channel_id:str}/test",
    "POST /duty/channels/{channel_id:str}/up",
    "POST /duty/channels/{channel_id:str}/verify",
    "POST /programmes/{record_id:str}/seen",
    "POST /delegations/{record_id:str}/seen",
    "POST /lessons/{record_id:str}/seen",
    "POST /cases/{record_id:str}/seen",
}
"""What an auditor does change: their own account, searches kept for themselves, where they are reached; nothing else."""
LOOKING = {
    "POST /requests/search",
    "POST /api/requests/search",
    "POST /emergencies/search",
    "POST /api/emergencies/search",
    "POST /methods/search",
    "POST /api/methods/search",
    "POST /methods/typologies/search",
    "POST /warnings/search",
    "POST /api/warnings/search",
    "POST /log/verify",
    "POST /verify",
    "POST /api/verify",
    "POST /intelligence/search",
    "POST /api/intelligence/search",
    "POST /known",
    "POST /api/known",
    "POST /programmes/search",
    "POST /programmes/{record_id:str}/{sheet_path:str}/search",
    "POST /delegations/search",
    "POST /api/delegations/search",
    "POST /delegations/{record_id:str}/{sheet_path:str}/search",
    "POST /lessons/search",
    "POST /api/lessons/search",
    "POST /lessons/{record_id:str}/{sheet_path:str}/search",
    "POST /cases/search",
    "POST /api/cases/search",
    "POST /api/programmes/search",
    "POST /cases/{record_id:str}/{sheet_path:str}/search",
}
"""Posts that only look: searches and codes are kept out of addresses, a check of the log reads it."""
WRITTEN_DOWN = {
    "/intelligence/{collection_id:str}/bundle",
    "/emergencies/{emergency_id:str}/record",
    "/delegations/{record_id:str}/files/{element_id:str}/{digest:str}",
    "/api/delegations/{record_id:str}/papers/{element_id:str}/{digest:str}",
    "/cases/{record_id:str}/situation.pdf",
    "/cases/{record_id:str}/export/{export_form:str}",
    "/api/cases/{record_id:str}/situation",
    "/api/cases/{record_id:str}/export/{export_form:str}",
}
"""What may be taken out by reading it, and stands in the journal for that."""
OUTSIDE = {"POST /sign-in", "POST /sign-in/passkey", "POST /sign-in/invited", "POST /sign-out", "POST /language"}
"""Doors that are open to everybody."""
NOTED = {"journal_entry", "ledger_edge", "ledger_leaves", "ledger_nodes", "api_token"}
"""Tables in which it is written down who searched for what, and when a token was used."""
COMING_AND_GOING = {"session", "failed_attempt"}
"""Tables that note that somebody is here."""
LAST_SEEN = {("api_token", "used_us")}
"""Columns that note the same."""


def state(house: House) -> dict[str, str]:
    """A digest of every table but those that note who is here."""
    found = {}
    with house.database.read() as connection:
        known = sa.inspect(connection).get_table_names()
        for name, table in metadata.tables.items():
            if name in known and name not in COMING_AND_GOING:
                columns = [column for column in table.c if (name, column.name) not in LAST_SEEN]
                rows = sorted(repr(tuple(row)) for row in connection.execute(sa.select(*columns)))
                found[name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    assert len(found) > 10
    return found


@pytest.mark.parametrize("login", ["kiem", "soat"])
def test_every_door_that_changes_something_is_closed_to_an_auditor(house: House, login: str) -> None:
    request_id = house.receive()
    house.restrict(request_id)  # both auditors see it
    things = things_of(house, request_id)
    browser, program = house.browser(login), house.program(login)
    before, tried = state(house), 0
    for door in doors(house.app):
        if door.method == "GET" or str(door) in OUTSIDE | LOOKING | OWN_DOORS:
            continue
        path = filled(door.path, things)
        form = {
            "reason": "r",
            "text": "t",
            "units": house.cast.units["cyber"],
            "name": "x",
            "number": "1",
            "sure": "yes",
        }
        answer = program.call(door.method, path) if path.startswith(PROGRAMS) else browser.post(path, form)
        assert answer.status_code == 403, f"{door}: {answer.status_code}"
        assert door.action is not None
        assert RIGHTS[door.action] not in (Right.READ, Right.OWN), door
        tried += 1
    assert tried > 40
    assert state(house) == before


@pytest.mark.parametrize("login", ["kiem", "soat"])
def test_doors_that_only_look_change_nothing(house: House, login: str) -> None:
    request_id = house.receive()
    house.restrict(request_id)  # both auditors see it
    things = things_of(house, request_id)
    digest = things["digest"]
    browser, program = house.browser(login), house.program(login)
    before, found = state(house), set()
    for door in doors(house.app):
        if str(door) in LOOKING:
            found.add(str(door))
            form = {"code": digest} if door.path.endswith("/verify") else {"words": "goldentrade"}
            form = {"text": "0071000123456 VCB"} if door.path.endswith("/known") else form
            path = filled(door.path, things)
            answer = program.post(path, form) if path.startswith(PROGRAMS) else browser.post(path, form)
            assert answer.status_code == 200, door
    assert found == LOOKING
    after = state(house)
    assert {name for name in after if after[name] != before[name]} <= NOTED, "a search is written down, nothing else"


def test_the_lists_of_this_test_are_true(house: House) -> None:
    """A door that comes to an auditor's reach must be named here, and one that went away leaves."""
    auditor = house["kiem"]
    within_reach = {
        str(door)
        for door in doors(house.app)
        if door.method != "GET" and (door.action is None or may(auditor, door.action))
    }
    assert within_reach == OWN_DOORS | LOOKING | OUTSIDE


def test_every_page_that_an_auditor_may_open_is_opened_and_changes_nothing(house: House) -> None:
    """Reading pages, with every link an auditor has: nothing is written by looking."""
    request_id = house.receive()
    house.restrict(request_id)
    things = things_of(house, request_id)
    browser = house.browser("kiem")
    before, opened = state(house), 0
    for door in doors(house.app):
        if door.method != "GET" or door.action in (None, Action.ACCOUNT_OWN) or door.path.startswith("/live"):
            continue
        path = filled(door.path, things)
        if path.startswith(PROGRAMS) or door.path in WRITTEN_DOWN:
            continue
        if door.path.endswith("/graph/way/{element_id:str}"):
            path += f"?to={things['cases:element_id']}"  # a way leads somewhere
        answer = browser.get(path)
        allowed = may(house["kiem"], door.action)
        missing = any(
            name in door.path for name in ("file_id", "note_id", "release_id", "share_id")
        )  # none was made here
        there = (404,) if missing else (200, 303)
        assert answer.status_code in (there if allowed else (403, 404)), f"{door}: {answer.status_code}"
        opened += allowed
    assert opened > 12
    assert state(house) == before


@pytest.mark.parametrize("login", ["kiem", "soat"])
@pytest.mark.parametrize("step", [step for step in RIGHT_OF if step is not Step.OPEN])
def test_the_desk_itself_takes_no_step_of_an_auditor(house: House, login: str, step: Step) -> None:
    """Behind the doors, too: whoever calls the desk in an auditor's name is refused before anything is looked at."""
    request_id = house.receive()
    house.restrict(request_id)

    class Form:
        phone = ""

        def make(self, officer: Any) -> Any:
            return officer

    before = state(house)
    with pytest.raises(NotAllowed) as caught:
        house.hotline.act(house[login], request_id, step, Form())
    assert caught.value.code == "not-allowed"
    assert state(house) == before


def test_an_auditors_token_writes_nothing_even_with_the_scope_to_write(house: House) -> None:
    request_id = house.receive()
    program = house.program("kiem", "write")
    assert program.get("/api/requests").status_code == 200  # that the token is in use is noted, once in a while
    before = state(house)
    assert program.post("/api/requests", {"kind": "freeze-payment"}).status_code == 403
    assert program.post(f"/api/requests/{request_id}/acknowledge").status_code == 403
    assert state(house) == before


def test_the_role_of_auditor_joins_with_no_other() -> None:
    from lienlac.people.officer import ALONE

    assert Role.AUDITOR in ALONE
    reading = {action for action in Action if RIGHTS[action] is Right.READ}
    from lienlac.people.rights import MATRIX

    assert reading | {Action.ACCOUNT_OWN, Action.ACCOUNT_SECURE} == MATRIX[Role.AUDITOR]
