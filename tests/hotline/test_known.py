"""Known elsewhere, through its doors: the panel on a request's page, the look-up's page, the interface; within rights."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from litestar.testing import TestClient

from lienlac import journal
from lienlac.hotline import api, pages
from lienlac.hotline.pages import inbox
from lienlac.identifiers.index.desk import Index
from lienlac.people.officer import Role
from lienlac.records.access.desk import Act
from lienlac.records.shared.naming.desk import Names
from lienlac.ui.app import make_app
from lienlac.ui.known import api as known_api
from lienlac.ui.known import pages as known_pages
from lienlac.ui.known.desk import Elsewhere
from lienlac.ui.nav import Nav
from lienlac.ui.page import UiConfig
from tests.hotline.scene import SAFE, freeze_form
from tests.hotline.webscene import CHEAP, ORIGIN, Door
from tests.people.cast import Cast

if TYPE_CHECKING:
    from tests.hotline.scene import Stage


class KnownDoor(Door):
    """A node's application with the look-up; `behind` objects are said to wait for the index."""

    behind = 0

    def __init__(self, stage: Any, side: Any, *, role: Role = Role.DUTY_OFFICER, login: str = "duty") -> None:
        super().__init__(stage, side, role=role, login=login)
        elsewhere = Elsewhere(
            database=side.database,
            clock=stage.clock,
            index=Index(SAFE),
            sources={"request": side.hotline.naming},
            record=journal.record,
            behind=lambda _connection: self.behind,
            records=Names(side.database, Index(SAFE), ()),
        )
        config = UiConfig(
            node_name_vi="Nút VN-01", node_name_en="Node VN-01", secret=b"s" * 32, https=False, base_url=ORIGIN,
            default_language="en",
        )  # fmt: skip
        self.app = make_app(
            database=side.database,
            clock=stage.clock,
            chance=side.wire.chance,
            config=config,
            safe=SAFE,
            hasher=CHEAP,
            nav=Nav(items=(*inbox.nav_items(side.hotline), *known_pages.NAV)),
            panels=known_pages.panels_of(elsewhere),
            hub=self.hub,
            template_dirs=[Path(pages.__file__).parents[1] / "templates"],
            route_handlers=[
                api.routes(side.hotline),
                *pages.make_handlers(side.hotline),
                *known_pages.make_handlers(elsewhere),
                *known_api.make_doors(elsewhere),
            ],
        )
        self.client = TestClient(self.app, base_url=ORIGIN)


@pytest.fixture
def two(stage: Stage) -> tuple[str, str]:
    """Two requests that pay into one account, and share a host in their texts."""
    first = stage.us.open(freeze_form(facts="The site was hxxps://san-vang[.]com/a, he called +84 912 345 678."))
    second = stage.us.open(freeze_form(facts="See https://www.san-vang.com/b. Holder wrote from x@gmail.com."))
    stage.deliver()
    return first.id, second.id


def test_a_request_says_what_else_names_the_same(stage: Stage, two: tuple[str, str]) -> None:
    browser = KnownDoor(stage, stage.vn).browser()
    page = browser.get(f"/requests/{two[0]}").text
    assert "Known elsewhere" in page
    assert f'href="/requests/{two[1]}"' in page
    assert "The same bank account, in whatever spelling" in page
    assert "Shared infrastructure" in page
    assert "san-vang[.]com" in page
    assert "https://www.san-vang.com" not in page.split('id="known"')[1]


def test_the_interface_says_the_same(stage: Stage, two: tuple[str, str]) -> None:
    program = KnownDoor(stage, stage.vn).program("read")
    known = program.get(f"/api/known/request/{two[0]}").json()["known"]
    by_type = {(one["type"], one["shown"]): one for one in known}
    account = by_type["bank-account", "Vietcombank 0071000123456"]
    assert (account["times"], [one["id"] for one in account["seen"]]) == (1, [two[1]])
    assert account["seen"][0]["role"] == "receiving"
    assert ("domain", "san-vang[.]com") in by_type
    assert not any("gmail" in shown for _, shown in by_type)


def test_a_look_up_is_written_into_the_journal(stage: Stage, two: tuple[str, str]) -> None:
    door = KnownDoor(stage, stage.vn)
    program = door.program("read")
    answer = program.post("/api/known", {"text": "STK 0071000123456 VCB, CCCD 001185012345"})
    found = {one["type"]: one for one in answer.json()["known"]}
    assert (found["bank-account"]["times"], found["person-id"]["times"]) == (2, 0)
    assert found["person-id"]["shown"] == "001••••••345"
    with stage.vn.database.read() as connection:
        entries = [
            one for one in journal.about(connection, door.made.officer.id) if one.action == "identifier.looked-up"
        ]
    assert len(entries) == 1
    assert "001185012345" not in repr(entries[0])
    assert two


def test_the_page_looks_up_without_script(stage: Stage, two: tuple[str, str]) -> None:
    browser = KnownDoor(stage, stage.vn).browser()
    browser.get("/known")
    answer = browser.post("/known", {"text": "0071000123456 Vietcombank", "type": ""})
    assert answer.status_code == 200
    assert f'href="/requests/{two[0]}"' in answer.text
    assert "Named nowhere" in browser.post("/known", {"text": "0988 765 432", "type": "phone"}).text
    assert browser.post("/known", {"text": "hello", "type": ""}).status_code == 422


def test_what_is_hidden_is_not_betrayed_by_any_door(stage: Stage, two: tuple[str, str]) -> None:
    """Existence oracle: neither the panel, nor the count, nor the door of the hidden thing itself."""
    cast = Cast(stage.vn.database, stage.clock.now())
    cast.unit("fraud", "Phòng chống lừa đảo", "Anti-fraud division")
    cast.add("binh", Role.SUPERVISOR, unit="fraud")
    only = {"units": [cast.units["fraud"]], "officers": []}
    stage.vn.hotline.access.change(cast["binh"], two[1], Act.RESTRICT, **only, reason="A tip-off is feared.")
    door = KnownDoor(stage, stage.vn)
    program = door.program("read")
    assert program.get(f"/api/known/request/{two[0]}").json()["known"] == []
    assert program.get(f"/api/known/request/{two[1]}").status_code == 404
    assert program.get("/api/known/request/req-" + "z" * 26).status_code == 404
    assert program.post("/api/known", {"text": "0071000123456 VCB"}).json()["known"][0]["times"] == 1
    assert two[1] not in door.browser().get(f"/requests/{two[0]}").text


def test_an_administrator_looks_nothing_up(stage: Stage, two: tuple[str, str]) -> None:
    door = KnownDoor(stage, stage.vn, role=Role.ADMINISTRATOR, login="quantri")
    program = door.program("read")
    assert program.post("/api/known", {"text": "0071000123456 VCB"}).status_code in {403, 404}
    assert program.get(f"/api/known/request/{two[0]}").status_code in {403, 404}


def test_what_has_come_in_and_is_not_looked_through_yet_is_said(stage: Stage, two: tuple[str, str]) -> None:
    """Nobody takes "named nowhere" for the whole truth while a feed's objects wait to be read into the index."""
    door = KnownDoor(stage, stage.vn)
    browser = door.browser()
    browser.get("/known")
    asked = {"text": "0988 765 432", "type": "phone"}
    assert "not looked through yet" not in browser.post("/known", asked).text
    door.behind = 1_200
    assert (
        "1,200 objects or lines that have just come in are not looked through yet" in browser.post("/known", asked).text
    )
    assert "not looked through yet" in browser.get(f"/requests/{two[0]}").text
    assert door.program("read").post("/api/known", asked).json()["behind"] == 1_200
