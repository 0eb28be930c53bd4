"""Who gave what: counted with every parcel, listed for those who may know of the collection, the last first."""

from __future__ import annotations

import importlib.util
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection

from lienlac import limits
from lienlac.intelligence.collection import Giver, Marks, Source
from lienlac.intelligence.store import sources
from lienlac.records.access.desk import Act
from lienlac.storage import migrations
from lienlac.storage.database import Database
from tests.intelligence.scene import FEED, Desk, indicator, malware
from tests.intelligence.served import Server

FILE = Source(giver=Giver.FILE, ref="a" * 64, label="danh sách.json", marks=Marks(tlp="green", grade_6x6="B2"))


def told(desk: Desk, **asked: Any) -> list[tuple[str, str, int, int]]:
    found = desk.intelligence.sources(desk.analyst, rows=50, **asked)
    return [(one.source.label, place.title, one.stored, one.held) for one, place in found]


def test_each_parcel_is_counted_for_its_source_and_collection(desk: Desk) -> None:
    first, second = desk.collection("Một"), desk.collection("Hai")
    desk.bring(first, indicator(1), indicator(2), b"{}")
    desk.bring(first, indicator(1), b"{}")  # nothing of it is new
    desk.bring(second, malware(3), source=FILE)
    desk.bring(second, indicator(4))
    desk.bring(first, indicator(5))
    assert told(desk) == [("A feed", "Một", 3, 1), ("A feed", "Hai", 1, 0), ("danh sách.json", "Hai", 1, 0)]
    assert told(desk, giver=Giver.FILE) == [("danh sách.json", "Hai", 1, 0)]
    ((one, _),) = desk.intelligence.sources(desk.analyst, giver=Giver.FILE, rows=5)
    assert one.source == FILE


def test_pages_follow_each_other_without_a_gap(desk: Desk) -> None:
    for number in range(7):
        desk.bring(desk.collection(f"Bộ {number}"), indicator(number))
    whole = desk.intelligence.sources(desk.analyst, rows=50)
    seen, before = [], None
    while page := desk.intelligence.sources(desk.analyst, before=before, rows=3):
        seen += page
        last = page[-1][0]
        before = last.last_us, last.number, last.collection
    assert seen == whole
    assert len(seen) == 7


def test_a_source_of_a_restricted_collection_is_not_there_for_others(desk: Desk) -> None:
    collection = desk.collection()
    desk.bring(collection, indicator(1), source=FILE)
    access = desk.intelligence.access
    access.change(desk.analyst, collection.id, Act.RESTRICT, units=[], officers=["giang", "sep"], reason="Nguồn tin")
    assert desk.intelligence.sources(desk.other, rows=50) == []
    assert len(desk.intelligence.sources(desk.analyst, rows=50)) == 1


def test_what_was_given_before_it_was_counted_is_counted_once(database: Database) -> None:
    """The step of the database that begins to count finds what the desk has counted."""
    desk = Desk(database)
    first, second = desk.collection("Một"), desk.collection("Hai")
    desk.bring(first, indicator(1), indicator(2), b"{}")
    desk.bring(second, malware(3), source=FILE)
    spec = importlib.util.spec_from_file_location("step", migrations.VERSIONS / "0050_what_sources_gave.py")
    assert spec is not None
    assert spec.loader is not None
    step = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(step)
    counted = told(desk)

    def work(connection: Connection) -> None:
        sources.gave_table.drop(connection)
        with Operations.context(MigrationContext.configure(connection)):
            step.upgrade()

    database.write(work)
    assert told(desk) == counted == [("danh sách.json", "Hai", 1, 0), ("A feed", "Một", 2, 1)]
    with database.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(sources.gave_table)).scalar_one() == 2


def test_the_page_says_who_gave_what_and_goes_on(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = server.house.browser("giang")
    for number, source in enumerate((FEED, FILE)):
        made = server.collection(f"Nguồn {number}")
        server.intelligence.bring(server.house["giang"], made.id, [indicator(90 + number)], source=source)
    page = browser.get("/intelligence/sources").text
    assert page.index("danh sách.json") < page.index("A feed")
    assert "graded B2 (6x6)" in page
    assert "no TLP stated" in page
    assert "A feed" not in browser.get("/intelligence/sources?from=file").text.partition("</nav>")[2]
    monkeypatch.setattr(limits, "PAGE_DEFAULT_ROWS", 1)
    page = browser.get("/intelligence/sources").text
    onward = page.rpartition('href="/intelligence/sources?before=')[2].partition('"')[0]
    later = browser.get(f"/intelligence/sources?before={onward}").text
    assert "danh sách.json" not in later
    assert "A feed" in later
    assert browser.get("/intelligence/sources?before=1.2").status_code == 200
    assert browser.get("/intelligence/sources?from=nobody&before=%00").status_code == 200
