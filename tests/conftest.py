"""Database fixtures that every test may use.

`database` gives a fresh database with all tables, once on SQLite and once on PostgreSQL; `sqlite_database` on SQLite
alone; `new_database` makes several for one test; `database_url` gives only the address, for tests with processes.
`-m "not postgres"` leaves PostgreSQL out. That a skip may be a failure is said in the conftest above.
"""

from __future__ import annotations

import gettext
import os
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from lienlac.cli import words
from lienlac.storage.database import Database
from lienlac.ui.words import translations
from tests.databases import NoPostgresqlError, PostgresqlServer, SqliteFiles, keep_statements, running_server
from tests.handlers import keep_signatures

settings.register_profile(
    "lienlac",
    deadline=None,  # a shared machine says nothing about time
    suppress_health_check=[HealthCheck.too_slow],
    max_examples=int(os.environ.get("LIENLAC_EXAMPLES", "60")),
)
settings.load_profile("lienlac")
keep_statements()
keep_signatures()


class _NoEnglish(gettext.NullTranslations):
    """Stands behind the Vietnamese catalogue: a sentence that it lacks fails the page instead of being shown."""

    def gettext(self, message: str) -> str:
        assert not re.search(r"[A-Z ]", message), f"no Vietnamese for {message!r}"
        return message  # a code of a newer partner is shown as it is


def pytest_runtest_setup() -> None:
    """Commands speak English again, whatever a test before this one has asked of one in this process."""
    words.speak("en")


@pytest.fixture(autouse=True, scope="session")
def no_english_in_vietnamese() -> None:
    translations("vi").add_fallback(_NoEnglish())


PRODUCTS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresqlServer]:
    """A running PostgreSQL for this session (each xdist worker has its own); skips where there is none."""
    with ExitStack() as stack:
        try:
            server = stack.enter_context(running_server())
        except NoPostgresqlError as error:
            pytest.skip(f"no PostgreSQL: {error}")
        yield server


@pytest.fixture(scope="session")
def sqlite_files(tmp_path_factory: pytest.TempPathFactory) -> SqliteFiles:
    return SqliteFiles(tmp_path_factory.mktemp("templates"))


@pytest.fixture(params=PRODUCTS)
def product(request: pytest.FixtureRequest) -> str:
    """ "sqlite" or "postgresql": what the other fixtures of the test run on."""
    return str(request.param)


@pytest.fixture
def new_database_url(
    product: str, request: pytest.FixtureRequest, tmp_path: Path, sqlite_files: SqliteFiles
) -> Iterator[Callable[[], str]]:
    """Makes fresh databases with all tables and returns their addresses; they are dropped after the test."""
    if product == "sqlite":
        yield lambda: sqlite_files.new_url(tmp_path)
        return
    server: PostgresqlServer = request.getfixturevalue("postgresql_server")
    names: list[str] = []

    def make() -> str:
        names.append(server.new_database())
        return server.url(names[-1])

    yield make
    for name in names:
        server.drop_database(name)


@pytest.fixture
def database_url(new_database_url: Callable[[], str]) -> str:
    return new_database_url()


@pytest.fixture
def new_database(new_database_url: Callable[[], str]) -> Iterator[Callable[[], Database]]:
    """Opens fresh databases with all tables; closed after the test. Not durable at power failure: tests only."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(Database.open(new_database_url(), synchronous="off"))


@pytest.fixture
def database(new_database: Callable[[], Database]) -> Database:
    return new_database()


@pytest.fixture
def empty_database_url(product: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without any table."""
    if product == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server: PostgresqlServer = request.getfixturevalue("postgresql_server")
    name = server.new_database(tables=False)
    yield server.url(name)
    server.drop_database(name)


@pytest.fixture
def new_sqlite_database(tmp_path: Path, sqlite_files: SqliteFiles) -> Iterator[Callable[[], Database]]:
    """Opens fresh SQLite databases with all tables; closed after the test."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(Database.open(sqlite_files.new_url(tmp_path), synchronous="off"))


@pytest.fixture
def sqlite_database(new_sqlite_database: Callable[[], Database]) -> Database:
    """One fresh SQLite database with all tables."""
    return new_sqlite_database()
