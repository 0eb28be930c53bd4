"""What is printed of a record bears the strictest mark of its facts: kept with the record, also for those of before."""

from __future__ import annotations

import re
import runpy
from typing import Any

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations

from lienlac.records.shared.store import lines
from lienlac.records.shared.store.lines import record_table
from lienlac.storage import migrations
from lienlac.wire.message import Marks, Pap, Tlp
from tests.cases.scene import AMBER, RED, Room, person

GREEN = Marks(tlp=Tlp.GREEN, pap=Pap.AMBER)
RANKS = {"clear": 0, "green": 1, "amber": 2, "amber+strict": 3, "red": 4}


def printed(browser: Any, case_id: str, page: str = "") -> str:
    shown = browser.get(f"/cases/{case_id}{page}").text
    (found,) = re.findall(r'id="record" class="stack" data-tlp="([^"]+)"', shown)
    return str(found)


def test_the_strictest_fact_marks_every_page_and_no_milder_one_takes_that_back(room: Room) -> None:
    case_id, vn = room.joined(), room.vn.browser("lan")
    assert printed(vn, case_id) == "amber"
    room.state(room.vn, case_id, person("Ông A."), marks=GREEN)
    assert printed(vn, case_id) == "amber"
    element = room.state(room.vn, case_id, person("Ông B."), marks=RED)
    for page in ("", "/timeline", "/board", "/files", "/history", "/discussion", "/members", f"/e/{element}"):
        assert printed(vn, case_id, page) == "red", page
    room.state(room.vn, case_id, person("Ông B."), element=element, marks=GREEN)
    assert printed(vn, case_id) == "red", "what was said first still stands among the versions"


def test_a_record_is_marked_by_what_this_node_has_of_it_and_not_by_what_was_never_sent(room: Room) -> None:
    case_id, vn = room.joined(), room.vn.browser("lan")
    room.state(room.vn, case_id, person("Ông C."), marks=RED)  # above what the agreement lets leave
    room.settle()
    us = room.us.browser("mark")
    names = [one.standing[0].says.name for one in room.lines(room.us, case_id, "entity").values()]
    assert printed(vn, case_id) == "red"
    assert "Ông C." not in names
    assert printed(us, case_id) == "amber"


def test_an_older_line_does_not_make_the_mark_milder(room: Room) -> None:
    """Two acts of one transaction: the second still holds the record as it was before the first."""
    case_id, vn = room.joined(), room.vn.browser("lan")
    with room.vn.node.database.read() as connection:
        before = lines.find(connection, case_id)
    assert before is not None
    room.state(room.vn, case_id, person("Ông D."), marks=RED)
    room.vn.node.database.write(lambda connection: lines.update(connection, before))
    assert printed(vn, case_id) == "red"


def test_records_of_before_are_marked_when_the_database_is_brought_up_to_date(room: Room) -> None:
    vn = room.vn.browser("lan")
    kept = {marks.tlp.value: room.open() for marks in (AMBER, RED)}
    room.state(room.vn, kept["red"], person("Ông E."), marks=RED)
    (recipe,) = migrations.VERSIONS.glob("*_marks_of_records.py")

    def fill(connection: Any) -> None:
        connection.execute(record_table.update().values(tlp=0))
        with Operations.context(MigrationContext.configure(connection)):
            runpy.run_path(str(recipe))["_fill"]()

    room.vn.node.database.write(fill)
    with room.vn.node.database.read() as connection:
        found = {row.id: row.tlp for row in connection.execute(sa.select(record_table.c.id, record_table.c.tlp))}
    for mark, case_id in kept.items():
        assert found[case_id] == RANKS[mark]
        assert printed(vn, case_id) == mark
