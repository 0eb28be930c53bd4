"""A node served on loopback and a real Chromium that visits it; skipped, visibly, where there is no Chromium."""

from __future__ import annotations

import socket
import threading
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn
from litestar import get
from playwright.sync_api import sync_playwright

from lienlac.people.officer import Role
from lienlac.people.rights import Action
from lienlac.storage.database import Database
from lienlac.ui.app import make_app
from lienlac.ui.guard import needs
from lienlac.ui.hub import Hub
from tests.pages.conftest import CHEAP, SAFE, Node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from litestar import Response
    from playwright.sync_api import Browser, Page

    from lienlac.ui.page import Ask

HERE = Path(__file__).parent
CHROMIUM = which("chromium") or which("chromium-browser")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
]


class Board:
    """Two pages of an imaginary slice: a board with a clock, and the piece of it that is fetched again."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.count = 0
        self.minutes = 80
        self.start_minutes = 240

        @get("/board", opt=needs(Action.ACCOUNT_OWN), sync_to_thread=True, include_in_schema=False)
        def board(ask: Ask) -> Response[str]:
            return ask.page("board.html", title="Board", **self.values())

        @get("/board/piece", opt=needs(Action.ACCOUNT_OWN), sync_to_thread=True, include_in_schema=False)
        def piece(ask: Ask) -> Response[str]:
            self.count += 1
            return ask.fragment("board_piece.html", **self.values())

        self.handlers = [board, piece]

    def values(self) -> dict[str, Any]:
        from datetime import timedelta

        now = self.node.clock.now()
        return {
            "count": self.count,
            "deadline": now + timedelta(minutes=self.minutes),
            "start": now - timedelta(minutes=self.start_minutes - self.minutes),
        }


class OnLoopback:
    """An application on a port of this machine."""

    def __init__(self, app: Any, hub: Hub) -> None:
        self._hub = hub
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        config = uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=1, ws="none", lifespan="off")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.should_exit = True
        self._hub.close()
        self._thread.join(10)
        self._socket.close()


class Served:
    """A node on a loopback port."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.hub = Hub()
        self.crowded = 0.0
        self.board = Board(node)
        self.app = make_app(
            database=node.database,
            clock=node.clock,
            chance=node.chance,
            config=node.config,
            safe=SAFE,
            hasher=CHEAP,
            hub=self.hub,
            route_handlers=self.board.handlers,
            template_dirs=[HERE / "templates"],
            crowded=lambda: self.crowded,
        )
        self._line = OnLoopback(self.app, self.hub)
        self.url = self._line.url

    def stop(self) -> None:
        self._line.stop()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    file = tmp_path_factory.mktemp("browser") / "node.db"
    with Database.open(f"sqlite:///{file}", synchronous="off") as database:
        database.create_all()
        node = Node(database, default_language="vi")
        node.add("tuyet", Role.DUTY_OFFICER, language="vi")
        node.add("hung", Role.DUTY_OFFICER, Role.SUPERVISOR)
        node.add("kiem", Role.AUDITOR)
        node.add("admin", Role.ADMINISTRATOR, language="vi")
        made = Served(node)
        try:
            yield made
        finally:
            made.stop()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


class Visit:
    """One browser window; what went wrong in it is collected in `complaints`."""

    def __init__(self, served: Served, browser: Browser, **options: Any) -> None:
        self.served = served
        self.context = browser.new_context(**options)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda line: line.type in {"error", "warning"} and self.complaints.append(line.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def go(self, path: str) -> Page:
        self.page.goto(self.served.url + path)
        return self.page

    def sign_in(self, login: str, language: str | None = None) -> Page:
        page = self.go("/sign-in")
        if language is not None and page.locator("html").get_attribute("lang") != language:
            page.click(f"button[value={language}]")
        # every code serves once
        self.served.node.clock.turn(seconds=30)
        page.fill("#f-login", login)
        page.fill("#f-password", self.served.node.people[login].password)
        page.fill("#f-code", self.served.node.code(login))
        page.click("button.primary")
        page.wait_for_url(lambda url: "/sign-in" not in url)
        return page


@pytest.fixture
def visit(served: Served, chromium: Browser) -> Iterator[Any]:
    """Opens windows: `visit(viewport=…, locale=…)`; all are closed after the test."""
    opened: list[Visit] = []

    def open_window(**options: Any) -> Visit:
        opened.append(Visit(served, chromium, **options))
        return opened[-1]

    yield open_window
    for window in opened:
        window.context.close()
