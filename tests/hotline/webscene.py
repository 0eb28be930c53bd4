"""The hotline's doors on both nodes of the stage: browsers and programs, with accounts that are cheap to check."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pyotp

from lienlac.hotline import api, pages
from lienlac.hotline.pages import inbox
from lienlac.keys.rest.safe import Safe
from lienlac.people import accounts, tokens
from lienlac.people.officer import Role
from lienlac.people.passwords import Hasher
from lienlac.ui.app import make_app
from lienlac.ui.files import pages as file_pages
from lienlac.ui.hub import Hub
from lienlac.ui.nav import Nav
from lienlac.ui.page import UiConfig
from tests.clients import TestClient, answered
from tests.people.offices import office

ORIGIN = "http://node.test"
CHEAP = Hasher(memory_kib=64, rounds=1)
SAFE = Safe(b"k" * 32)


class Door:
    """One node's application."""

    def __init__(
        self,
        stage: Any,
        side: Any,
        language: Any = "en",
        role: Role = Role.DUTY_OFFICER,
        files: Any = None,
        *,
        login: str = "duty",
    ) -> None:
        """`files`: the desk for attachments of a node that has one."""
        self.stage, self.side, self.language = stage, side, language
        self.hub = Hub()
        self.made = side.database.write(
            lambda connection: accounts.create(
                connection, login=login, name=side.officer.name, unit=office(connection, side.officer.unit), roles=(role,),
                language=language, now=stage.clock.now(), chance=side.wire.chance,
                secrets=accounts.make_secrets(side.wire.chance, CHEAP), safe=SAFE,
            )
        )  # fmt: skip
        config = UiConfig(
            node_name_vi="Nút VN-01", node_name_en="Node VN-01", secret=b"s" * 32, https=False, base_url=ORIGIN,
            default_language=language,
        )  # fmt: skip
        self.app = make_app(
            database=side.database,
            clock=stage.clock,
            chance=side.wire.chance,
            config=config,
            safe=SAFE,
            hasher=CHEAP,
            nav=Nav(items=inbox.nav_items(side.hotline), alerts=(inbox.alert,)),
            hub=self.hub,
            shown=inbox.views_of(side.hotline),
            template_dirs=[Path(pages.__file__).parents[1] / "templates"],
            route_handlers=[
                api.routes(side.hotline),
                *pages.make_handlers(side.hotline),
                *(() if files is None else file_pages.make_handlers(files)),
            ],
            intake=files,
        )
        self.client = TestClient(self.app, base_url=ORIGIN)

    def colleague(self) -> Door:
        """Another officer of the same node."""
        return Door(self.stage, self.side, self.language, login="second")

    def token(self, scope: Any = "write") -> str:
        made = self.side.database.write(
            lambda connection: tokens.create(
                connection, self.made.officer, label="program", scope=scope, now=self.stage.clock.now(),
                chance=self.side.wire.chance,
            )
        )  # fmt: skip
        return str(made.secret)

    def program(self, scope: Any = "write") -> Program:
        return Program(self.client, self.token(scope))

    def browser(self) -> Browser:
        browser = Browser(TestClient(self.app, base_url=ORIGIN))
        browser.get("/sign-in")
        typed = {"login": self.made.officer.login, "password": self.made.password, "code": self.code()}
        answer = browser.post("/sign-in", typed)
        assert answer.status_code == 303, answer.text
        self.stage.clock.turn(seconds=31)
        browser.get("/requests")
        return browser

    def code(self) -> str:
        return pyotp.TOTP(self.made.totp_secret).at(self.stage.clock.now())


class Program:
    """Calls the interface with a token."""

    def __init__(self, client: Any, token: str) -> None:
        self.client, self.headers = client, {"Authorization": f"Bearer {token}"}

    def get(self, path: str) -> Any:
        return self.client.get(path, headers=self.headers)

    def post(self, path: str, body: Any = None) -> Any:
        return self.client.post(path, json=body if body is not None else {}, headers=self.headers)


class Browser:
    """Keeps cookies, sends Origin, takes the form's token from the last page."""

    def __init__(self, client: Any) -> None:
        self.client, self.page = client, ""

    def get(self, path: str) -> Any:
        answer = self.client.get(path, follow_redirects=False)
        if "csrf-token" in answer.text:
            self.page = answer.text
        return answered(answer, self.get)

    def post(self, path: str, data: dict[str, Any], **headers: str) -> Any:
        found = re.search(r'name="csrf-token" content="([^"]*)"', self.page)
        assert found
        shown = re.search(r'name="shown" value="([0-9a-f]{64})"', self.page)  # the last page's own hidden field
        seen = {"shown": shown[1]} if shown else {}
        answer = self.client.post(
            path, data={"csrf": found[1], **seen, **data}, headers={"Origin": ORIGIN, **headers}, follow_redirects=False
        )
        if "csrf-token" in answer.text:
            self.page = answer.text
        return answered(answer, self.get)
