"""The picture's sums: what counts where, for every period; nothing is lost and nothing is counted twice."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.errors import Refused
from lienlac.identifiers.money import Money
from lienlac.intelligence.picture import charts
from lienlac.intelligence.picture.pages.files import picture_csv
from lienlac.intelligence.picture.period import SPANS, period
from lienlac.intelligence.picture.picture import NO_TYPOLOGY, Behind, Flow, behind, drawn, families
from lienlac.records.pictured import Pictured
from lienlac.ui.words import Words

TODAY = date(2026, 11, 26)
DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
CODES = st.sampled_from(["fxp", "fxp-rig", "imp-pol", "eco"])


@given(DAYS, st.sampled_from(sorted(SPANS)))
def test_a_period_has_no_gaps_and_ends_with_today(today, name):
    made = period(name, today)
    assert len(made.begins) == SPANS[name][1]
    assert made.begins[-1] <= today < made.end
    for place in range(len(made.begins)):
        first, end = made.stretch(place)
        assert first < end
        assert made.place(first) == place
        assert made.place(end - timedelta(days=1)) == place
        assert first.weekday() == 0 or first.day == 1


def test_another_period_is_refused():
    with pytest.raises(Refused, match="code-unknown"):
        period("9-years", TODAY)


def record(days: int = 0, *codes: str, kind: str = "request", **more) -> Pictured:
    at = datetime(2026, 11, 26, 5, tzinfo=UTC) - timedelta(days=days)
    return Pictured(kind=kind, path="/x", title_vi="v", title_en="e", at=at, typologies=codes, **more)


RECORDS = st.lists(
    st.builds(
        lambda days, codes, money, flow: record(
            days, *codes, money=(("asked", Money(str(money), "USD")),) if money else (), flows=frozenset(flow)
        ),
        st.integers(0, 80), st.lists(CODES, max_size=3), st.integers(0, 10**12),
        st.lists(st.sampled_from([("US", "VN"), ("VN", "KH")]), max_size=2),
    ),
    max_size=30,
)  # fmt: skip


@given(RECORDS)
def test_every_number_is_the_length_of_the_list_behind_it(records):
    shown = period("13-weeks", TODAY)
    made = drawn(records, None, shown, typology="", cut=False)
    assert made.whole.total == len(records) == sum(made.kinds.values())
    for series in made.crimes:
        for place, count in enumerate(series.counts):
            assert count == len(behind(records, shown, Behind(typology=series.code, place=place)))
        assert series.total == len(behind(records, shown, Behind(typology=series.code)))
    for loss in made.losses:
        found = behind(records, shown, Behind(currency=loss.currency))
        assert loss.records == len(found)
        assert loss.sums["asked"] == sum(Decimal(money.amount) for one in found for _, money in one.money)
    for flow in made.flows:
        assert flow.records == len(behind(records, shown, Behind(flow=(flow.origin, flow.target))))


def test_a_record_counts_once_in_each_family_that_it_names():
    assert families(record(0, "fxp-rig", "fxp-cry", "imp-pol")) == ("fxp", "imp")
    assert families(record()) == (NO_TYPOLOGY,)


def test_amounts_stay_in_their_currency_and_keep_every_digit():
    records = [
        record(money=(("asked", Money("0.10", "USD")), ("held", Money("0.05", "USD")))),
        record(money=(("asked", Money("0.20", "USD")),)),
        record(money=(("asked", Money("999999999999", "VND")), ("returned", Money("1", "VND")))),
    ]
    made = drawn(records, None, period("13-weeks", TODAY), typology="", cut=False)
    assert [(one.currency, one.sums["asked"], one.sums["held"], one.sums["returned"]) for one in made.losses] == [
        ("USD", Decimal("0.30"), Decimal("0.05"), Decimal(0)),
        ("VND", Decimal(999999999999), Decimal(0), Decimal(1)),
    ]


@given(st.lists(st.integers(0, 10**9), max_size=30))
def test_a_bar_that_is_not_zero_is_seen_and_none_leaves_its_box(counts):
    made = charts.bars(counts)
    for count, bar in zip(counts, made.bars, strict=True):
        assert (bar.height > 0) == (count > 0)
        assert 0 <= bar.y <= made.height
        assert bar.x + bar.width <= made.width


@given(
    st.lists(
        st.tuples(st.sampled_from(["VN", "US", "KH"]), st.sampled_from(["MM", "KH", "VN"]), st.integers(1, 10**6)),
        unique_by=lambda one: one[:2],
        max_size=9,
    )
)
def test_ribbons_stay_inside_their_blocks(found):
    made = charts.ways([Flow(origin=one, target=other, records=count) for one, other, count in found])
    assert len(made.ribbons) == len(found)
    for side in (made.origins, made.targets):
        ends = [(one.y, one.y + one.height) for one in side]
        assert all(before[1] < after[0] for before, after in itertools.pairwise(ends))
        assert all(end <= made.height for _, end in ends)


def test_a_file_says_every_number_with_its_days():
    shown = period("12-months", TODAY)
    made = drawn(
        [record(0, "fxp-rig", flows=frozenset({("US", "KH")}))], [(TODAY, "domain", 3)], shown, typology="", cut=False
    )
    lines = picture_csv(made, Words("vi")).decode("utf-8-sig").splitlines()
    assert lines[0] == "part,code,name,from,until,currency,value"
    assert "crime,fxp,Sàn đầu tư, tiền ảo" not in lines[1]  # a comma in a name is quoted
    assert lines[12].endswith(",2026-11-01,2026-12-01,,1")
    assert any(line.startswith("new-identifier,domain,") and line.endswith(",3") for line in lines)
    assert lines[-1] == "flow,US-KH,Hoa Kỳ → Campuchia,2025-12-01,2026-12-01,,1"
