"""Timelines longer than anybody reads: bounded, in acts that each say how far they came, and nothing lost or doubled."""

from __future__ import annotations

import json
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lienlac import limits
from lienlac.errors import Refused
from tests.cases.import_child import ROWS, opened, pieces
from tests.cases.scene import AMBER, Room
from tests.cases.test_evidence import put_in

HOUSE = Path(__file__).resolve().parents[2]
MILLION = 1_000_000


def csv_of(rows: int) -> Callable[[], Iterator[bytes]]:
    def made() -> Iterator[bytes]:
        yield b"message,datetime\n"
        for start in range(0, rows, 1000):
            yield b"".join(
                b"row %d,2026-11-23T03:%02d:00Z\n" % (n, n % 60) for n in range(start, min(start + 1000, rows))
            )

    return made


def jsonl_of(rows: int) -> Callable[[], Iterator[bytes]]:
    def made() -> Iterator[bytes]:
        for n in range(rows):
            row = {"message": f"row {n}", "timestamp": 1_700_000_000_000_000 + n, "timestamp_desc": "Created"}
            yield json.dumps(row).encode() + b"\n"

    return made


def rows_here(room: Room, case_id: str) -> int:
    return sum(1 for _row in room.vn.node.cases.timelines.rows(room.lan, case_id))


@pytest.mark.slow
@pytest.mark.parametrize(("of", "rows"), [(csv_of, MILLION), (jsonl_of, MILLION // 10)])
def test_a_million_rows_are_looked_through_and_never_lie_in_memory(
    room: Room, of: Callable[[int], Callable[[], Iterator[bytes]]], rows: int
) -> None:
    looked = room.vn.node.cases.timelines.look
    looked(of(1000))
    tracemalloc.start()
    try:
        few = of(2000)
        looked(few)
        small = tracemalloc.get_traced_memory()[1]
        tracemalloc.reset_peak()
        looked(of(20_000))
        large = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert large < small + 500_000  # ten times the rows, no more memory
    look = looked(of(rows))
    assert (look.rows, look.good, look.bad, look.acts) == (rows, rows, 0, -(-rows // limits.CASE_IMPORT_ROWS_MAX))


def test_a_file_longer_than_one_act_is_taken_in_several(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CASE_IMPORT_ROWS_MAX", 1000)
    case_id = room.open()
    take, following, told = room.vn.node.cases.timelines.take, 0, []
    while True:
        taken = take(room.lan, case_id, csv_of(2600), AMBER, after=following)
        told.append((taken.new, taken.row, taken.following))
        if taken.following is None:
            break
        following = taken.following
    assert told == [(1000, 1000, 1000), (1000, 2000, 2000), (600, 2600, None)]
    assert rows_here(room, case_id) == 2600
    again = take(room.lan, case_id, csv_of(2600), AMBER, after=1000)
    assert (again.new, again.following) == (0, 2000)


def test_an_act_that_begins_behind_the_last_row_takes_nothing(room: Room) -> None:
    taken = room.vn.node.cases.timelines.take(room.lan, room.open(), csv_of(10), AMBER, after=10**9)
    assert (taken.new, taken.through, taken.following) == (0, 0, None)


def test_a_file_that_has_no_room_is_refused_before_anything_is_kept(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = room.open()
    room.vn.node.cases.timelines.take(room.lan, case_id, csv_of(700), AMBER)
    monkeypatch.setattr(limits, "RECORD_FACTS_MAX", 1500)
    with pytest.raises(Refused, match="case-import-rows") as told:
        room.vn.node.cases.timelines.take(room.lan, case_id, csv_of(900), AMBER)
    assert told.value.details == {"rows": 900, "limit": 799}  # the case itself is a fact too
    assert rows_here(room, case_id) == 700
    assert room.vn.node.cases.timelines.take(room.lan, case_id, csv_of(700), AMBER).new == 0  # begun before: goes on


def test_the_page_takes_a_long_file_in_part_by_part(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CASE_IMPORT_ROWS_MAX", 1000)
    case_id = room.open()
    upload = put_in(room.vn, room.lan, "log.csv", b"".join(csv_of(1500)()))
    browser = room.vn.browser("lan")
    typed = {"file": upload, "kind": "timeline", "marks.tlp": "amber", "marks.pap": "amber"}
    at = f"/cases/{case_id}/take-timeline"
    browser.get(at)
    look = browser.post(at, typed | {"look": "1"})
    assert "trong 2 phần" in look.text
    first = browser.post(at, typed)
    assert first.status_code == 200
    assert 'name="after" value="1000"' in first.text
    assert 'max="1500" value="1000"' in first.text
    assert browser.post(at, typed | {"after": "x"}).status_code == 422
    done = browser.post(at, typed | {"after": "1000"})
    assert done.status_code == 303
    assert rows_here(room, case_id) == 1500


@pytest.mark.chaos
def test_a_process_killed_in_the_middle_of_an_import_loses_and_doubles_nothing(room: Room) -> None:
    case_id = room.joined()
    folder = room.folder
    room.close()
    command = [sys.executable, "-m", "tests.cases.import_child", str(folder), case_id]
    environment = {"PYTHONPATH": f"{HOUSE / 'src'}:{HOUSE}", "PATH": "/usr/bin:/bin"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=HOUSE, env=environment) as child:
        assert child.stdout is not None
        for _stretch in range(3):
            assert child.stdout.readline() == b"kept\n"
        child.kill()
    assert child.returncode == -9
    room = opened(folder, "after")
    try:
        kept = rows_here(room, case_id)
        assert 3 * limits.CASE_IMPORT_FACTS <= kept < ROWS
        assert kept % limits.CASE_IMPORT_FACTS == 0  # whole stretches
        taken = room.vn.node.cases.timelines.take(room.lan, case_id, pieces, AMBER)
        assert (taken.new, taken.following) == (ROWS - kept, None)
        assert rows_here(room, case_id) == ROWS
        numbers = {row["pid"] for row in room.vn.node.cases.timelines.rows(room.lan, case_id)}
        assert len(numbers) == ROWS
    finally:
        room.close()
