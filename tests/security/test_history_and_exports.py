"""Attack: read in the log, in a proof file, or at the console, what one may not see on its page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from lienlac import journal
from lienlac.errors import NotAllowed
from lienlac.exchange import store
from lienlac.hotline.lifecycle import Step
from lienlac.people.officer import Officer, Role
from lienlac.records.access.desk import Act
from lienlac.ui.log.shown import shown_to
from tests.security.house import told

if TYPE_CHECKING:
    from tests.security.house import House


@pytest.fixture
def hidden(house: House) -> str:
    request_id = house.receive()
    house.act("anh", request_id, Step.ACKNOWLEDGE)
    house.restrict(request_id)
    return request_id


def digests(house: House, request_id: str) -> list[str]:
    with house.database.read() as connection:
        return [stored.digest for stored in store.of_record(connection, request_id)]


@pytest.mark.parametrize("login", ["chi", "dung", "hai"])
def test_the_log_shows_nothing_about_what_is_hidden(house: House, hidden: str, login: str) -> None:
    reference = house.reference(hidden)
    for who in ("anh", "binh", "kiem", "soat"):
        assert reference in house.browser(who).get("/log").text
    page = house.browser(login).get("/log").text
    assert hidden not in page
    assert reference not in page
    assert "Request restricted" not in page


@pytest.mark.parametrize("login", ["chi", "dung", "hai"])
def test_the_log_shows_nothing_about_cases_and_channels_that_are_hidden(house: House, login: str) -> None:
    """Every kind of thing that has a need-to-know: that it exists, what it is called, and that anything was done to it."""
    node, only = house.node, {"units": [house.cast.units["fraud"]], "officers": [], "reason": "Nghi lộ tin"}
    things = {one.shape.name: house.records()[f"{one.shape.kinds_prefix}:record_id"] for one in node.shared}
    desks = {one.shape.name: one.access for one in node.shared}
    things |= {"collection": house.collection(), "emergency": house.emergency()}
    desks |= {"collection": node.intelligence.access, "emergency": node.emergencies.access}
    for name, thing in things.items():
        house.database.write(
            lambda connection, thing=thing: journal.record(
                connection,
                at=house.clock.now(),
                actor="node",
                action="alarm.end",
                thing=thing,
                detail={"reference": "X"},
            )
        )
        desks[name].change(house["binh"], thing, Act.RESTRICT, **only)
    pages = house.browser(login).get("/").text, house.browser(login).get("/log").text
    for name, thing in things.items():
        with house.database.read() as connection:
            shown = journal.latest(connection, rows=200, shown=shown_to(house[login]))
            whole = journal.latest(connection, rows=200, shown=shown_to(house["kiem"]))
        assert any(one.thing == thing for one in whole), name
        assert not any(one.thing == thing for one in shown), name
        assert not any(thing in page for page in pages), name


@pytest.mark.parametrize("login", ["chi", "dung", "hai"])
def test_the_log_shows_nothing_about_feeds_and_imports_of_a_collection_that_is_hidden(house: House, login: str) -> None:
    """They have no need-to-know of their own: what was done to them follows that of the collection that they fill."""
    collection, feed, upload = house.collection(), house.feed(), house.imported()
    for thing, action in ((feed, "feed.run"), (upload, "intel.import"), (collection, "intake.confirm")):
        house.database.write(
            lambda connection, thing=thing, action=action: journal.record(
                connection, at=house.clock.now(), actor="node", action=action, thing=thing
            )
        )

    def told_of() -> set[str]:
        with house.database.read() as connection:
            entries = journal.latest(connection, rows=200, shown=shown_to(house[login]))
            whole = journal.latest(connection, rows=200, shown=shown_to(house["kiem"]))
        assert {collection, feed} <= {one.thing for one in whole}
        return {collection, feed} & {one.thing for one in entries}

    assert told_of() == {collection, feed}, "nobody has restricted it yet"
    only = {"units": [house.cast.units["fraud"]], "officers": [], "reason": "Nghi lộ tin"}
    (fills,) = [one.collection_id for one in house.node.feeds.listed(house["giang"]) if one.id == feed]
    for thing in (collection, fills):
        house.node.intelligence.access.change(house["binh"], thing, Act.RESTRICT, **only)
    assert told_of() == set()
    page = house.browser(login).get("/log").text
    assert feed not in page
    assert collection not in page


def test_pages_of_the_log_are_full_although_entries_are_hidden(house: House, hidden: str) -> None:
    """Filtered in SQL: a page that were filtered afterwards would be short by as many entries as are hidden."""
    for _ in range(60):
        house.database.write(
            lambda connection: journal.record(
                connection, at=house.clock.now(), actor="node", action="request.overdue", thing=hidden
            )
        )
        house.database.write(
            lambda connection: journal.record(
                connection, at=house.clock.now(), actor="node", action="peer.try-now", thing="us-ic3"
            )
        )
    page = house.browser("chi").get("/log").text
    assert page.count("<tr><td") == 50
    assert hidden not in page


@pytest.mark.parametrize("login", ["chi", "dung", "hai"])
def test_no_proof_is_made_of_a_hidden_message_and_none_is_known(house: House, hidden: str, login: str) -> None:
    browser = house.browser(login)
    for digest in digests(house, hidden):
        assert house.browser("anh").get(f"/log/proof/{digest}").status_code == 200
        answer = browser.get(f"/log/proof/{digest}")
        assert answer.status_code == 409
        assert told(answer) == told(browser.get(f"/log/proof/{'f' * 64}"))


def test_the_console_proves_nothing_that_is_hidden_from_it(house: House, hidden: str) -> None:
    """Whoever runs the machine belongs to no unit; proofs for a court are taken out by who may see the request."""
    console = Officer(
        id="console", login="console", name="Console", unit="", roles=frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})
    )
    plain = house.receive()
    assert house.vn.post.prover.prove(console, digests(house, plain)[0])
    with pytest.raises(NotAllowed, match="message-unknown"):
        house.vn.post.prover.prove(console, digests(house, hidden)[0])


def test_what_was_done_to_people_is_read_by_who_may_see_people(house: House) -> None:
    admin = house.browser("admin")
    admin.get("/users")
    assert admin.post(f"/users/{house['giang'].id}/reset").status_code == 200
    assert admin.post(f"/users/{house['hai'].id}/close").status_code == 303
    for login, shown in (("binh", True), ("kiem", True), ("chi", False), ("anh", False)):
        page = house.browser(login).get("/log").text
        for act in ("Account got new secrets", "Account closed"):
            assert (act in page) is shown, login


def test_a_confined_auditor_reads_of_people_what_their_units_did_or_had_done(house: House) -> None:
    for login in ("anh", "chi"):
        house.database.write(
            lambda connection, login=login: journal.record(
                connection,
                at=house.clock.now(),
                actor=house[login].id,
                action="account.password",
                thing=house[login].id,
            )
        )
    page = house.browser("soat").get("/log").text
    assert page.count("Password changed") == 1
    assert house["anh"].name in page
    assert house.browser("kiem").get("/log").text.count("Password changed") == 2


def test_an_officer_reads_in_the_log_what_was_done_to_themselves(house: House) -> None:
    admin = house.browser("admin")
    admin.get("/users")
    answer = admin.post(f"/users/{house['anh'].id}/reset")
    assert answer.status_code == 200
    handed = re.search(r'id="new-password">([^<]+)<', answer.text)
    assert handed
    anh, own = house.browser("anh"), "bốn con voi qua cầu"
    anh.get("/account/first-password")
    chosen = anh.post("/account/first-password", {"old": handed[1], "password": own, "again": own})
    assert chosen.headers["location"] == "/"
    assert "Account got new secrets" in house.browser("anh").get("/log").text
    assert "Account got new secrets" not in house.browser("chi").get("/log").text


def test_a_letters_entry_about_what_is_hidden_is_hidden(house: House, hidden: str) -> None:
    digest = digests(house, hidden)[0]
    house.database.write(
        lambda connection: journal.record(
            connection, at=house.clock.now(), actor=house["anh"].id, action="letter.retried", thing=digest
        )
    )
    assert "Message sent again" in house.browser("anh").get("/log").text
    assert "Message sent again" not in house.browser("chi").get("/log").text


def test_people_that_a_confined_auditor_does_not_audit_are_not_there(house: House) -> None:
    browser = house.browser("soat")
    page = browser.get("/users").text
    assert house["anh"].id in page
    assert house["chi"].id not in page
    assert told(browser.get(f"/users/{house['chi'].id}")) == told(browser.get("/users/off-" + "a" * 26))
    assert house.cast.units["fraud"] in browser.get("/users/units").text
    # an auditor knows the unit that they belong to, and nothing of who is in it
    answer = browser.get(f"/users/units/{house.cast.units['cyber']}")
    assert house["chi"].name not in answer.text
