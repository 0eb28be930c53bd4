"""Brings a database to the schema of this program, and writes the recipes (versions) that do it.

Alembic does the work; it is loaded only here. There is no ini file: everything is said in this file. One process
migrates at a time, in one transaction: a migration that fails leaves the database as it was. The way leads forward
only: to go back, restore a backup. A database that a newer program has made is refused. Knows nothing of what tables
mean.
"""

from __future__ import annotations

import importlib
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from lienlac.errors import NotAllowed
from lienlac.storage import faults
from lienlac.storage.schema import metadata
from lienlac.storage.texts import SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from lienlac.storage.backend import Backend

HERE: Final = Path(__file__).parent
VERSIONS: Final = HERE / "versions"


def upgrade(backend: Backend, versions: Path = VERSIONS) -> None:
    """Bring the database to the newest version; nothing happens when it is there already.

    Raises `NotAllowed("storage-newer")` for a database of a newer program, and other `storage-…` faults.
    """
    with _alone(backend) as connection:
        config = _config(connection, versions)
        script = ScriptDirectory.from_config(config)
        heads = script.get_heads()
        current = MigrationContext.configure(connection).get_current_heads()
        known = {revision.revision for revision in script.walk_revisions()}
        if unknown := set(current) - known:
            raise NotAllowed("storage-newer", revision=", ".join(sorted(unknown)))
        if set(current) != set(heads):
            command.upgrade(config, "head")
            _check_references(connection)


def write_new(backend: Backend, name: str, versions: Path = VERSIONS) -> Path:
    """Write the recipe that leads from this database, which must be at the newest version, to the declared tables."""
    number = len(list(versions.glob("[0-9]*_*.py"))) + 1
    with _alone(backend) as connection:
        config = _config(connection, versions)
        made = command.revision(config, message=name, autogenerate=True, rev_id=f"{number:04d}")
        connection.rollback()
    if made is None or isinstance(made, list):
        msg = "one recipe was expected"
        raise RuntimeError(msg)
    path = Path(made.path)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.strip().startswith("# ###")), encoding="utf-8")
    return path


def differences(connection: Connection) -> list[Any]:
    """What in this database is not as declared; empty when they agree."""
    options = {"compare_type": True, "include_object": wanted}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


def wanted(thing: Any, name: str | None, kind: str, reflected: bool, _other: Any) -> bool:  # noqa: FBT001  # Alembic's
    """Leave out tables that only tests declare, and what stands beside tables of texts (`storage.texts`)."""
    if reflected and name is not None and _beside_texts(name):
        return False
    table = thing if kind == "table" else getattr(thing, "table", None)
    return reflected or table is None or not table.info.get("test")


def _beside_texts(name: str) -> bool:
    """Whether it is an index of words, or one of the tables in which SQLite keeps one."""
    before, found, _ = name.removeprefix("ix_").partition(SUFFIX)
    return bool(found) and before in metadata.tables and metadata.tables[before].info.get("texts") is True


def load_all_tables() -> None:
    """Import every module that may declare tables, itself or by what another floor makes for it: the stores."""
    source = HERE.parents[1]
    for path in sorted(source.rglob("*.py")):
        if HERE in path.parents:
            continue
        place = path.relative_to(source).with_suffix("")
        if "store" in place.parts or "from lienlac.storage.schema import" in path.read_text(encoding="utf-8"):
            importlib.import_module(".".join(("lienlac", *place.parts)))


@contextmanager
def _alone(backend: Backend) -> Iterator[Connection]:
    """A write transaction that other processes wait for, on a connection of its own; commits at the end."""
    try:
        with backend.writing.connect() as connection:
            if backend.name == "sqlite":
                # Rebuilding a table drops the old one, which would pull the rows that refer to it along. This can
                # only be switched off outside of a transaction; _check_references makes up for it.
                driver: Any = connection.connection.driver_connection
                driver.execute("PRAGMA foreign_keys = OFF")
            backend.begin(connection)
            yield connection
            connection.commit()
    except Exception as error:
        fault = faults.translate(error)
        if fault is None or fault is error:
            raise
        raise fault from error


def _check_references(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if broken is not None:
            raise NotAllowed("storage-damaged", reason=f"{broken[0]} refers to a missing row of {broken[2]}")


def _config(connection: Connection, versions: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    config.set_main_option("version_locations", str(versions).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config
