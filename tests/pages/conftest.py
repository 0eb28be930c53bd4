"""A node's real screens on a real database, with a clock turned by hand and cheap password hashes."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pyotp
import pytest

from lienlac.ids import SystemChance
from lienlac.keys.rest.safe import Safe
from lienlac.people import accounts
from lienlac.people.officer import Role
from lienlac.people.passwords import Hasher
from lienlac.storage.database import Database
from lienlac.ui.app import make_app
from lienlac.ui.nav import Nav, NavItem
from lienlac.ui.page import UiConfig
from tests.clients import TestClient, answered
from tests.people.offices import office

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lienlac.people.accounts import NewAccount
    from tests.databases import SqliteFiles

ORIGIN = "http://node.test"
CHEAP = Hasher(memory_kib=64, rounds=1)
SAFE = Safe(b"k" * 32)


class HandClock:
    """A clock that stands still until it is turned."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 23, 3, 5, tzinfo=UTC)

    def now(self) -> datetime:
        """The time on the hands."""
        return self.time

    def turn(self, **length: float) -> None:
        """Let time pass."""
        self.time += timedelta(**length)


class Node:
    """A node with four officers, and browsers to visit it."""

    def __init__(self, database: Database, **config: Any) -> None:
        self.database = database
        self.clock = HandClock()
        self.chance = SystemChance()
        settings = {"https": False, "base_url": ORIGIN, "default_language": "en", **config}
        self.config = UiConfig(node_name_vi="Nút VN-01", node_name_en="Node VN-01", secret=b"s" * 32, **settings)
        self.people: dict[str, NewAccount] = {}
        self.handlers: list[Any] = []
        self.nav = Nav()
        self.providers: list[Any] = []
        self.template_dirs: list[Path] = []
        self._app: tuple[Any, Any] | None = None

    def add(self, login: str, *roles: Role, language: str = "en") -> NewAccount:
        """An officer, by the function that the command uses."""
        made = self.database.write(
            lambda connection: accounts.create(
                connection,
                login=login,
                name=f"Nguyễn Thị {login.title()}",
                unit=office(connection, "Cục A05"),
                roles=roles,
                language=language,  # type: ignore[arg-type]
                secrets=accounts.make_secrets(self.chance, CHEAP),
                safe=SAFE,
                now=self.clock.now(),
                chance=self.chance,
            )
        )
        self.people[login] = made
        return made

    @property
    def unit(self) -> str:
        """The id of the unit that everybody belongs to."""
        (found,) = next(iter(self.people.values())).officer.units
        return found

    def browser(self) -> Browser:
        """A browser that knows nothing of this node yet."""
        return Browser(self)

    def app(self) -> Any:
        """The application: one, as long as nothing is put in or taken out."""
        parts = (self.database, self.config, self.nav, [*self.handlers], [*self.providers])
        if self._app is None or self._app[0] != parts:
            self._app = (parts, self._make_app())
        return self._app[1]

    def _make_app(self) -> Any:
        return make_app(
            database=self.database,
            clock=self.clock,
            chance=self.chance,
            config=self.config,
            safe=SAFE,
            hasher=CHEAP,
            nav=self.nav,
            route_handlers=self.handlers,
            providers=self.providers,
            template_dirs=self.template_dirs,
        )

    def code(self, login: str) -> str:
        """The code that the officer's phone shows now."""
        return pyotp.TOTP(self.people[login].totp_secret).at(self.clock.now())


class Browser:
    """A test client that behaves like a browser: keeps cookies, sends Origin, takes the form's token from the page."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.client = TestClient(node.app(), base_url=ORIGIN)
        self.page = ""

    def get(self, path: str, **more: Any) -> Any:
        """Open a page; remembers its form token."""
        answer = self.client.get(path, follow_redirects=more.pop("follow_redirects", False), **more)
        if "text/html" in answer.headers.get("content-type", ""):
            self.page = answer.text
        return answer

    @property
    def token(self) -> str:
        """The form token of the last page."""
        found = re.search(r'name="csrf-token" content="([^"]*)"', self.page)
        assert found, self.page[:500]
        return found[1]

    def post(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> Any:
        """Submit a form of the last page."""
        headers = {"Origin": ORIGIN, **more.pop("headers", {})}
        fields = {"csrf": self.token, **(data or {})}
        return answered(self.client.post(path, data=fields, headers=headers, follow_redirects=False, **more), self.get)

    def sign_in(self, login: str, **wrong: str) -> Any:
        """Sign in as one of the node's officers; keyword arguments replace what is right."""
        self.get("/sign-in")
        typed = {"login": login, "password": "", "code": "000000"}
        if login in self.node.people:
            typed |= {"password": self.node.people[login].password, "code": self.node.code(login)}
        answer = self.post("/sign-in", typed | wrong)
        if answer.status_code == 303:
            self.get("/account")
        return answer


@pytest.fixture
def pages_database(tmp_path: Path, sqlite_files: SqliteFiles) -> Iterator[Database]:
    """A database with every table."""
    with Database.open(sqlite_files.new_url(tmp_path), synchronous="off") as database:
        yield database


@pytest.fixture
def node(pages_database: Database) -> Node:
    """A node with one officer of each role."""
    made = Node(pages_database)
    made.add("duty", Role.DUTY_OFFICER)
    made.add("super", Role.SUPERVISOR)
    made.add("audit", Role.AUDITOR)
    made.add("admin", Role.ADMINISTRATOR)
    return made


__all__ = ["NavItem"]
