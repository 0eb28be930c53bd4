"""Indicators: what is counted bit by bit is what is counted from scratch; percentiles are exact; nothing is lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lienlac import limits
from lienlac.errors import Refused
from lienlac.hotline.measuring.desk import Measures
from lienlac.programmes.indicators import cell, desk, store, watch
from lienlac.programmes.indicators.cell import Key, counted, nth, percentile
from lienlac.programmes.indicators.desk import Indicators
from lienlac.programmes.indicators.figures import check_figures, differences, digest_of, figures_of
from lienlac.programmes.indicators.quarter import Quarter, month_of, up_to
from lienlac.records.measured import MEASURES, Measured
from lienlac.storage.database import Database

VN, US = "vn-a05", "us-ic3"
SOME_DAY = datetime(2026, 7, 1, tzinfo=UTC)
QUARTER = Quarter(2026, 3)
QUARTERS = [QUARTER, QUARTER.after]

_coins = st.none() | st.tuples(st.sampled_from(["VND", "USD"]), st.integers(0, 10**17))
_grounds = st.sampled_from(["", "r1", "r2"])


@st.composite
def _measured(draw: st.DrawFn) -> Measured:
    there = draw(st.booleans())
    decided = draw(st.booleans())
    freeze = draw(st.booleans())
    seconds = draw(st.dictionaries(st.sampled_from(MEASURES), st.integers(0, 5_000), max_size=4))
    return Measured(
        requester=VN if there else US,
        executor=US if there else VN,
        kind="freeze-payment" if freeze else draw(st.sampled_from(["preserve-data", "identify"])),
        typology=draw(st.sampled_from(["fxp", "fxp-rig", "eco-ndl", ""])),
        received_at=SOME_DAY + timedelta(hours=draw(st.integers(0, 24 * 110))),
        seconds=seconds,
        inside={measure: draw(st.booleans()) for measure in seconds},
        decided=decided,
        ground=draw(_grounds) if decided else "",
        freeze=freeze,
        was_held=draw(st.booleans()),
        usefulness=draw(st.sampled_from(["", "useful", "partly", "not-useful"])),
        asked=draw(_coins),
        held=draw(_coins),
        returned=draw(_coins),
        received=draw(_coins),
    )


@pytest.fixture
def database(new_database: Any) -> Database:
    """An empty one of either product."""
    made: Database = new_database()
    return made


@pytest.fixture
def quick_database(new_sqlite_database: Any) -> Database:
    """For what asks hundreds of times, and does not touch SQL's differences."""
    made: Database = new_sqlite_database()
    return made


def _scratch(known: dict[str, Measured], quarter: Quarter = QUARTER) -> Any:
    """A quarter's figures, counted at one go from what is known now."""
    rows: dict[Key, list[Measured]] = {}
    for one in known.values():
        rows.setdefault(store.key_of(one), []).append(one)
    cells = {key: counted(some) for key, some in rows.items() if key.month in quarter.months}
    return figures_of(cells, pair=(VN, US), typologies=("fxp", "eco-ndl"), since=quarter.since, until=quarter.until)


def _all_asked(database: Database, indicators: Indicators) -> tuple[list[Any], bool]:
    with database.read() as connection:
        return indicators.of_quarters(connection, QUARTERS, pair=(US, VN), typologies=("eco-ndl", "fxp"))


def _asked(database: Database, indicators: Indicators) -> tuple[Any, bool]:
    with database.read() as connection:
        (found,), current = indicators.of_quarters(connection, [QUARTER], pair=(US, VN), typologies=("eco-ndl", "fxp"))
    return found, current


# --- bit by bit ---------------------------------------------------------------------------------------------------
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_bit_by_bit_is_from_scratch(quick_database: Database, data: st.DataObject) -> None:
    """Three readers: the one that counts, one that only asks and keeps what it made, and one that has just begun."""
    database = quick_database
    database.write(_empty)
    indicators, beside = Indicators(database, Measures()), Indicators(database, Measures())
    while indicators.watch():
        pass
    known: dict[str, Measured] = {}

    def holds() -> None:
        for reader in (indicators, beside, Indicators(database, Measures())):
            assert _all_asked(database, reader) == ([_scratch(known, quarter) for quarter in QUARTERS], True)

    for _ in range(data.draw(st.integers(1, 25))):
        request_id = data.draw(st.sampled_from([f"req-{number}" for number in range(8)]))
        said = data.draw(st.none() | _measured())
        database.write(lambda connection, one=request_id, new=said: indicators.heard(connection, one, new))
        if said is None:
            known.pop(request_id, None)
        else:
            known[request_id] = said
        if data.draw(st.booleans()):
            indicators.watch()
        if data.draw(st.booleans()):
            holds()
    while indicators.watch():
        pass
    holds()
    found, current = _asked(database, indicators)
    assert current
    assert digest_of(found) == digest_of(_scratch(known))
    check_figures(found)


def _empty(connection: Any) -> None:
    for table in (store.request_table, store.cell_table, store.stale_table, store.month_table, store.reader_table):
        connection.execute(table.delete())


def test_figures_that_are_kept_are_not_computed_again_until_a_request_of_their_quarter_changes(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    indicators = Indicators(database, Measures())
    one = Measured(requester=VN, executor=US, kind="identify", typology="fxp", received_at=SOME_DAY)
    database.write(lambda connection: indicators.heard(connection, "req-1", one))
    while indicators.watch():
        pass
    computed: list[str] = []

    def counting(*given: Any, since: datetime, **named: Any) -> Any:
        computed.append(Quarter.of(since).name)
        return figures_of(*given, since=since, **named)

    monkeypatch.setattr(desk, "figures_of", counting)
    first, _current = _all_asked(database, indicators)
    assert computed == [quarter.name for quarter in QUARTERS]
    assert _all_asked(database, indicators)[0] == first
    assert len(computed) == len(QUARTERS), "what has not changed was computed again"
    later = Measured(requester=VN, executor=US, kind="identify", typology="fxp", received_at=QUARTERS[-1].since)
    database.write(lambda connection: indicators.heard(connection, "req-2", later))
    while indicators.watch():
        pass
    found, current = _all_asked(database, indicators)
    assert current
    assert [one.directions[1].requests for one in found] == [1, 1]
    assert computed[len(QUARTERS) :] == [QUARTERS[-1].name]


def test_what_another_process_counted_is_seen(database: Database) -> None:
    reader, counter = Indicators(database, Measures()), Indicators(database, Measures())
    one = Measured(requester=VN, executor=US, kind="identify", typology="fxp", received_at=SOME_DAY)
    for number in range(3):
        database.write(lambda connection, name=f"req-{number}": counter.heard(connection, name, one))
        while counter.watch():
            pass
        assert _asked(database, reader)[0].directions[1].requests == number + 1
    database.write(lambda connection: counter.heard(connection, "req-0", None))
    assert _asked(database, reader)[0].directions[1].requests == 2
    while counter.watch():
        pass
    assert _asked(database, reader)[0].directions[1].requests == 2


def test_no_more_figures_are_kept_than_the_limit(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "INDICATOR_QUARTERS_KEPT", 2)
    indicators = Indicators(database, Measures())
    with database.read() as connection:
        indicators.of_quarters(connection, up_to(QUARTER, 5), pair=(US, VN), typologies=("fxp",))
    assert len(indicators._kept) == 2


def test_a_change_that_comes_while_cells_are_counted_is_not_lost(database: Database) -> None:
    indicators = Indicators(database, Measures())
    one = Measured(requester=VN, executor=US, kind="identify", typology="fxp", received_at=SOME_DAY)
    database.write(lambda connection: indicators.heard(connection, "req-1", one))

    def both(connection: Any) -> None:
        store.settle(connection)
        store.put(connection, "req-2", one)

    database.write(both)
    while indicators.watch():
        pass
    assert _asked(database, indicators)[0].directions[1].requests == 2


def test_the_same_again_makes_no_work(database: Database) -> None:
    one = Measured(requester=VN, executor=US, kind="identify", typology="fxp", received_at=SOME_DAY)
    assert database.write(lambda connection: store.put(connection, "req-1", one))
    assert not database.write(lambda connection: store.put(connection, "req-1", one))
    assert database.write(lambda connection: store.put(connection, "req-1", None))
    assert not database.write(lambda connection: store.put(connection, "req-1", None))


def test_a_request_that_moves_to_another_month_leaves_its_old_cell(database: Database) -> None:
    indicators = Indicators(database, Measures())
    for at in (SOME_DAY, SOME_DAY + timedelta(days=40)):
        one = Measured(requester=VN, executor=US, kind="identify", typology="fxp", received_at=at)
        database.write(lambda connection, said=one: indicators.heard(connection, "req-1", said))
        while indicators.watch():
            pass
    with database.read() as connection:
        cells, _rows = store.cells(connection, QUARTER.months, lambda _key: True, rows_most=10)
    assert [key.month for key in cells] == ["2026-08"]


def test_many_changed_requests_are_not_counted_by_the_reader(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "INDICATOR_FRESH_ROWS", 3)
    indicators = Indicators(database, Measures())
    while indicators.watch():
        pass
    one = Measured(requester=VN, executor=US, kind="identify", typology="fxp", received_at=SOME_DAY)
    for number in range(5):
        database.write(lambda connection, name=f"req-{number}": indicators.heard(connection, name, one))
        assert _asked(database, indicators)[1] is (number < 3)
    while indicators.watch():
        pass
    assert _asked(database, indicators)[1]


class _Old:
    """Requests from before there were indicators."""

    def __init__(self, count: int) -> None:
        one = Measured(requester=VN, executor=US, kind="identify", typology="fxp", received_at=SOME_DAY)
        self.all = [(f"req-{number:04}", None if number % 7 == 0 else one) for number in range(count)]
        self.stretches = 0

    def measured_after(self, _connection: Any, after: str, rows: int, /) -> list[tuple[str, Measured | None]]:
        self.stretches += 1
        return [one for one in self.all if one[0] > after][:rows]


def test_older_requests_are_read_once_in_stretches_and_again_under_new_rules(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = _Old(700)
    indicators = Indicators(database, source)
    assert watch.step(database, source)
    assert not _asked(database, indicators)[1], "a reader is told that older requests are missing"
    while indicators.watch():
        pass
    assert source.stretches == 3
    found, current = _asked(database, indicators)
    assert current
    assert found.directions[1].requests == 600
    assert not indicators.watch()
    monkeypatch.setattr(store, "RULES", store.RULES + 1)
    while indicators.watch():
        pass
    assert source.stretches == 6
    assert _asked(database, indicators) == (found, True)


# --- percentiles --------------------------------------------------------------------------------------------------
@given(st.lists(st.lists(st.integers(0, 50), max_size=30), max_size=8), st.integers(1, 100), st.integers(1, 10))
def test_a_percentile_of_many_lists_is_that_of_all_together(several: list[list[int]], percent: int, few: int) -> None:
    lists = [sorted(one) for one in several]
    every = sorted(value for one in lists for value in one)
    before, cell._FEW = cell._FEW, few
    try:
        if not every:
            with pytest.raises(ValueError, match="1"):
                percentile(lists, percent)
            return
        found = percentile(lists, percent)
        assert found == every[max(1, -(-len(every) * percent // 100)) - 1]
        assert sum(value <= found for value in every) * 100 >= percent * len(every)
        assert [nth(lists, rank) for rank in range(1, len(every) + 1)] == every
    finally:
        cell._FEW = before


@given(st.lists(_measured(), max_size=12), st.randoms())
def test_a_cell_does_not_depend_on_the_order_of_its_requests(rows: list[Measured], chance: Any) -> None:
    other = list(rows)
    chance.shuffle(other)
    assert counted(rows) == counted(other)


@given(st.lists(_measured(), max_size=12))
def test_figures_hold_and_differ_only_where_they_differ(rows: list[Measured]) -> None:
    known = {str(number): one for number, one in enumerate(rows)}
    figures = _scratch(known)
    check_figures(figures)
    assert differences(figures, figures) == []
    more = Measured(requester=VN, executor=US, kind="identify", typology="fxp", received_at=SOME_DAY)
    assert differences(figures, _scratch({**known, "more": more}))


# --- quarters -----------------------------------------------------------------------------------------------------
@given(st.datetimes(datetime(1970, 1, 1), datetime(2189, 12, 31)))  # noqa: DTZ001  # its zone is set below
def test_every_instant_lies_in_exactly_one_quarter(at: datetime) -> None:
    utc = at.replace(tzinfo=UTC)
    quarter = Quarter.of(utc)
    assert quarter.since <= utc < quarter.until
    assert Quarter.named(quarter.name) == quarter
    assert month_of(utc) in quarter.months
    assert quarter.after.before == quarter
    assert up_to(quarter, 3) == [quarter.before.before, quarter.before, quarter]


@pytest.mark.parametrize("name", ["2026-Q5", "2026-Q0", "26-Q1", "2026Q1", "", "1969-Q4", "2026-Q1 ", "９999-Q1"])
def test_what_is_no_quarter_is_refused(name: str) -> None:
    with pytest.raises(Refused) as caught:
        Quarter.named(name)
    assert caught.value.code == "report-quarter"
