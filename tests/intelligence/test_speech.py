"""TAXII's tongue, without a server: media types, filters, instants, cursors."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac import clock, limits
from lienlac.errors import Refused
from lienlac.intelligence.matching import Match, Which
from lienlac.intelligence.speech import cursor, filters, instants, media

ANY_US = st.integers(0, 253_402_300_799_999_999)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "*/*",
        "application/*",
        "application/taxii+json",
        "application/taxii+json;version=2.1",
        "application/taxii+json; version=2.1",
        "application/taxii+json ;version = 2.1 ",
        'Application/TAXII+json; version="2.1"',
        "application/json, text/plain, */*",
        "text/html, application/taxii+json;q=0.5;version=2.1",
        "application/vnd.oasis.taxii+json; version=2.0, application/taxii+json;version=2.1",
        "application/json",
    ],
)
def test_what_a_client_accepts_is_given(header: str | None) -> None:
    assert media.accepts(header)


@pytest.mark.parametrize(
    "header",
    [
        "text/html",
        "application/taxii+json;version=2.0",
        "application/taxii+json;version=9.9",
        "application/vnd.oasis.taxii+json; version=2.0",
        "application/taxii+json;q=0",
        "application/xml, */*;q=0.000",
    ],
)
def test_what_a_client_does_not_accept_is_not(header: str) -> None:
    assert not media.accepts(header)


@pytest.mark.parametrize(
    ("header", "good"),
    [
        ("application/taxii+json;version=2.1", True),
        ("application/taxii+json", True),
        ("application/taxii+json; version=2.1; charset=utf-8", True),
        ("application/stix+json; version=2.1", True),
        ("application/stix+json", True),
        ("application/json; charset=UTF-8", True),
        (None, False),
        ("", False),
        ("text/plain", False),
        ("application/taxii+json;version=2.0", False),
        ("application/taxii+json;charset=utf-16", False),
        ("application/x-www-form-urlencoded", False),
        ("*/*", False),
    ],
)
def test_bodies_that_are_taken(header: str | None, good: bool) -> None:
    assert media.carries_objects(header) is good


@given(ANY_US)
def test_an_instant_is_written_with_six_digits_and_read_back(at_us: int) -> None:
    text = instants.written(at_us)
    assert len(text) == len("2026-11-25T08:00:00.000000Z")
    assert instants.read(text, "added_after") == at_us


@pytest.mark.parametrize(
    ("text", "micro"),
    [
        ("2020-01-01T00:00:00Z", 0),
        ("2020-01-01T00:00:00.5Z", 500_000),
        ("2020-01-01T00:00:00.123456Z", 123_456),
        ("2020-01-01T00:00:00.123456789Z", 123_456),
        ("2020-01-01T07:00:00+07:00", 0),
        ("2020-01-01T07:00:00 07:00", 0),
        ("2019-12-31T19:00:00.000-05:00", 0),
        ("2020-01-01t00:00:00z", 0),
    ],
)
def test_instants_as_clients_write_them(text: str, micro: int) -> None:
    base = clock.to_us(datetime(2020, 1, 1, tzinfo=UTC))
    assert instants.read(text, "added_after") == base + micro


@pytest.mark.parametrize(
    "text",
    [
        "", "yesterday", "2020-01-01", "2020-01-01T00:00:00", "2020-13-01T00:00:00Z", "2020-01-01T24:00:01Z", "1",
        "2020-01-01T00:00:60Z", "20200101T000000Z", "2020-W01-1T00:00:00Z", "2020-01-01T00:00:00Z\n", "٢٠٢٠-01-01T00:00:00Z",
        "0000-01-01T00:00:00Z", "2020-01-01T00:00:00+99:99", "2020-01-01T00:00:00.Z",
    ],
)  # fmt: skip
def test_malformed_instants_are_400(text: str) -> None:
    with pytest.raises(Refused, match="taxii-filter"):
        instants.read(text, "added_after")


@given(ANY_US)
def test_a_cursor_is_an_instant_and_fits_an_address(at_us: int) -> None:
    text = cursor.after(at_us)
    assert cursor.read(text) == at_us
    assert urlencode({"next": text}) == f"next={text}"


@given(st.text(max_size=40))
def test_a_made_up_cursor_is_400(text: str) -> None:
    with pytest.raises(Refused, match="taxii-filter"):
        cursor.read(text)


@given(ANY_US, st.integers(0, 15), st.sampled_from("ABCxyz019-_"))
def test_a_mistyped_cursor_is_400_or_the_same(at_us: int, place: int, letter: str) -> None:
    good = cursor.after(at_us)
    bad = good[:place] + letter + good[place + 1 :]
    if bad == good:
        assert cursor.read(bad) == at_us
        return
    with pytest.raises(Refused, match="taxii-filter"):
        cursor.read(bad)


def read(query: str, known: frozenset[str] = filters.OBJECTS) -> filters.Asked:
    return filters.read(query.encode(), known)


ONE = "indicator--5ad0c1a1-3a32-4e75-a7f1-7dc9e1bb27ff"


def test_brackets_and_commas_may_come_in_percent() -> None:
    wanted = Match(ids=(ONE,), types=("indicator", "malware"))
    for query in (
        f"match[id]={ONE}&match[type]=indicator,malware",
        f"match%5Bid%5D={ONE}&match%5Btype%5D=indicator%2Cmalware",
        f"match%5bid%5d={ONE}&match[type]=indicator%2cmalware&unknown=1&match[whatever]=x",
    ):
        assert read(query).match == wanted


def test_without_filters_it_is_everything_newest_from_the_start() -> None:
    asked = read("")
    assert (asked.match, asked.after_us, asked.rows) == (Match(), -1, limits.TAXII_PAGE_DEFAULT_OBJECTS)


def test_versions_by_place_by_instant_and_both() -> None:
    assert read("match[version]=all").match.all_versions
    assert read("match[version]=first,last").match.places == {Which.FIRST, Which.LAST}
    both = read("match[version]=first,2020-01-01T00:00:00Z").match
    assert (both.places, both.versions_us) == ({Which.FIRST}, (1_577_836_800_000_000,))
    assert read("match[version]=2020-01-01T00:00:00.000Z").match.places == frozenset()


def test_specifications() -> None:
    assert read("match[spec_version]=2.0,2.1").match.specs == (20, 21)
    assert read("match[spec_version]=2.2").nothing
    assert read("match[spec_version]=2.1,3.0").match.specs == (21,)


def test_limits_are_whole_and_positive_and_capped() -> None:
    assert read("limit=7").rows == 7
    assert read("limit=999999999").rows == limits.TAXII_PAGE_MAX_OBJECTS


def test_added_after_and_next_together_are_the_later_of_both() -> None:
    later = cursor.after(1_600_000_000_000_000)
    asked = read(f"added_after=2020-01-01T00:00:00Z&next={later}")
    assert asked.after_us == 1_600_000_000_000_000
    assert read(f"added_after=2021-01-01T00:00:00Z&next={later}").after_us == 1_609_459_200_000_000


@pytest.mark.parametrize(
    "query",
    [
        "limit=0", "limit=-1", "limit=ten", "limit=1.5", "limit=", "limit=%201", "limit=١", "limit=5&limit=5",
        "added_after=", "added_after=yesterday", "added_after=2020-01-01T00:00:00Z&added_after=2020-01-01T00:00:00Z",
        "next=", "next=abc", "match[id]=", "match[id]=x", "match[id]=indicator--1", f"match[id]={ONE},",
        f"match[id]={ONE}%00", "match[type]=", "match[type]=a,,b", "match[type]=a b", "match[type]=%00",
        "match[type]=a&match[type]=b", "match[version]=", "match[version]=newest", "match[version]=last,",
        "match[version]=2020", "match[spec_version]=", "match[spec_version]=two", "match[type]=%ff", "a=%ff",
        "match[type]=" + ",".join("a" * 101),
    ],
)  # fmt: skip
def test_whatever_is_malformed_is_refused(query: str) -> None:
    with pytest.raises(Refused, match="taxii-filter"):
        read(query)


@given(st.binary(max_size=60))
def test_no_query_does_anything_but_answer_or_be_refused(query: bytes) -> None:
    with contextlib.suppress(Refused):
        assert filters.read(query, filters.OBJECTS).rows > 0


def test_a_field_that_an_address_does_not_know_is_passed_by() -> None:
    assert read("match[id]=x", filters.ONE_OBJECT).match == Match()
