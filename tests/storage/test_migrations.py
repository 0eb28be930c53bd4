"""Migrations on both products: to the declared schema, once, one process at a time, never over a newer database."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table, text

from lienlac.errors import NotAllowed
from lienlac.storage import migrations
from lienlac.storage.backend import Backend, open_backend
from lienlac.storage.database import Database


@pytest.fixture(scope="module", autouse=True)
def all_tables() -> None:
    migrations.load_all_tables()


@pytest.fixture
def backend(empty_database_url: str) -> Backend:
    return open_backend(empty_database_url, "off")


def differences(backend: Backend) -> list[object]:
    with backend.writing.connect() as connection:
        return migrations.differences(connection)


def write_first(tmp_path: Path, name: str = "everything") -> Path:
    """A directory of versions with one recipe, made as the developers' command makes it."""
    versions = tmp_path / "versions"
    versions.mkdir(exist_ok=True)
    fresh = open_backend(f"sqlite:///{tmp_path / 'fresh.db'}", "off")
    migrations.write_new(fresh, name, versions)
    return versions


def test_a_recipe_made_from_the_tables_leads_to_the_tables(backend, tmp_path):
    versions = write_first(tmp_path)
    assert [path.name for path in versions.glob("*.py")] == ["0001_everything.py"]
    migrations.upgrade(backend, versions)
    assert differences(backend) == []
    migrations.upgrade(backend, versions)


def test_the_recipes_that_are_shipped_lead_to_the_tables(empty_database_url, backend):
    if not list(migrations.VERSIONS.glob("*.py")):
        pytest.skip("no version has been written yet")
    with Database.open(empty_database_url, synchronous="off") as database:
        database.migrate()
    assert differences(backend) == []


def test_declared_and_migrated_tables_have_the_same_constraints(tmp_path):
    """Alembic does not compare everything: on SQLite the texts of both schemas can be compared."""
    if not list(migrations.VERSIONS.glob("*.py")):
        pytest.skip("no version has been written yet")
    found = []
    for way in ("migrate", "create_all"):
        with Database.open(f"sqlite:///{tmp_path / way}.db", synchronous="off") as database:
            getattr(database, way)()
            with database.read() as connection:
                rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
                found.append(
                    {name: _plain(sql) for name, sql in rows if not name.startswith(("test_", "alembic", "ix_test_"))}
                )
    assert found[0] == found[1]


def _plain(sql: str) -> list[str]:
    """The parts of a CREATE statement without order, quotes and white space."""
    body = " ".join(sql.replace('"', "").split())
    return sorted(part.strip(" ()") for part in body.split(","))


def test_a_newer_database_is_refused_and_left_alone(backend, empty_database_url, tmp_path):
    versions = write_first(tmp_path)
    migrations.upgrade(backend, versions)
    with Database.open(empty_database_url, synchronous="off") as database:
        database.write(lambda c: c.execute(text("UPDATE alembic_version SET version_num = '9999'")))
        with pytest.raises(NotAllowed, match="storage-newer"):
            migrations.upgrade(backend, versions)
        with pytest.raises(NotAllowed, match="storage-newer"):
            database.migrate()
        with database.read() as connection:
            assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "9999"


def write_recipe(versions: Path, number: int, body: str) -> None:
    previous = repr(f"{number - 1:04d}") if number > 1 else None
    lines = "\n    ".join(body.strip().split("\n"))
    (versions / f"{number:04d}_step.py").write_text(
        f"import sqlalchemy as sa\nfrom alembic import op\nrevision = '{number:04d}'\ndown_revision = {previous}\n"
        f"def upgrade():\n    {lines}\n"
    )


PARENTS = """
op.create_table("parents", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(20)))
op.create_table("children", sa.Column("id", sa.Integer, primary_key=True), sa.Column("parent", sa.Integer, sa.ForeignKey("parents.id", ondelete="CASCADE")))
op.execute("INSERT INTO parents VALUES (1, 'p')")
op.execute("INSERT INTO children VALUES (1, 1)")
"""
REBUILD = """
with op.batch_alter_table("parents") as batch:
    batch.alter_column("name", existing_type=sa.String(20), nullable=False)
"""
BREAK = """
op.execute("UPDATE children SET parent = 7")
"""


def children(backend: Backend) -> list[tuple[object, ...]]:
    with backend.writing.connect() as connection:
        return [tuple(row) for row in connection.execute(text("SELECT id, parent FROM children"))]


def test_rebuilding_a_table_keeps_the_rows_that_refer_to_it(backend, tmp_path):
    versions = tmp_path / "versions"
    versions.mkdir()
    write_recipe(versions, 1, PARENTS)
    migrations.upgrade(backend, versions)
    write_recipe(versions, 2, REBUILD)
    migrations.upgrade(backend, versions)
    assert children(backend) == [(1, 1)]


def test_a_migration_that_fails_leaves_the_database_as_it_was(backend, tmp_path):
    versions = tmp_path / "versions"
    versions.mkdir()
    write_recipe(versions, 1, PARENTS)
    migrations.upgrade(backend, versions)
    write_recipe(
        versions, 2, "op.execute('DELETE FROM children')\nop.create_table('more', sa.Column('id', sa.Integer))"
    )
    write_recipe(versions, 3, "raise ZeroDivisionError")
    with pytest.raises(ZeroDivisionError):
        migrations.upgrade(backend, versions)
    assert children(backend) == [(1, 1)]
    (versions / "0003_step.py").unlink()
    migrations.upgrade(backend, versions)
    assert children(backend) == []


def test_a_migration_that_breaks_a_reference_is_undone(tmp_path):
    versions = tmp_path / "versions"
    versions.mkdir()
    write_recipe(versions, 1, PARENTS)
    backend = open_backend(f"sqlite:///{tmp_path / 'node.db'}", "off")
    migrations.upgrade(backend, versions)
    write_recipe(versions, 2, BREAK)
    with pytest.raises(NotAllowed, match="storage-damaged"):
        migrations.upgrade(backend, versions)
    assert children(backend) == [(1, 1)]


def test_many_that_migrate_at_once_do_it_once(empty_database_url, tmp_path):
    versions = tmp_path / "versions"
    versions.mkdir()
    write_recipe(versions, 1, PARENTS)
    failures: list[BaseException] = []

    def run() -> None:
        try:
            migrations.upgrade(open_backend(empty_database_url, "off"), versions)
        except BaseException as error:  # noqa: BLE001
            failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert children(open_backend(empty_database_url, "off")) == [(1, 1)]


def test_differences_are_seen(backend):
    other = MetaData()
    Table("stray", other, Column("id", Integer, primary_key=True), Column("x", String(5), ForeignKey("stray.id")))
    assert differences(backend) != []
