"""What a sieve lets pass, and of which states of a table it may speak."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lienlac.intelligence.store.objects import key_of
from lienlac.intelligence.store.sieve import Reading, Sieve

KEYS = st.integers(-(2**63), 2**63 - 1)


@given(added=st.lists(KEYS, max_size=30), others=st.lists(KEYS, max_size=30))
def test_what_was_added_passes_in_its_order(added: list[int], others: list[int]) -> None:
    sieve = Sieve()
    sieve.add(added)
    assert [key for key in sieve.passing([*others, *added]) if key in added] == [
        key for key in [*others, *added] if key in added
    ]


def test_nearly_nothing_else_passes() -> None:
    sieve = Sieve()
    sieve.add(key_of(f"indicator--{number}") for number in range(100_000))
    assert len(sieve.passing([key_of(f"malware--{number}") for number in range(10_000)])) < 20


def test_it_tells_of_a_state_only_once_all_of_it_was_read() -> None:
    reading = Reading()
    assert reading.due(b"now")
    reading.read([-5, 3], last=False)
    assert reading.onward == 4
    assert reading.knows(b"now")
    assert not reading.tells(b"now")
    reading.grew(b"then")
    assert reading.due(b"then")
    reading.read([9], last=True)
    assert not reading.due(b"then")
    assert reading.tells(b"now")
    assert reading.tells(b"then")
    assert not reading.tells(b"another's")


def test_a_state_that_nobody_told_of_is_read_from_the_beginning() -> None:
    reading = Reading()
    assert reading.due(b"now")
    reading.read([7], last=True)
    assert reading.due(b"another's")
    assert not reading.tells(b"now")
    assert reading.onward == -(2**63)
    reading.read([2**63 - 1], last=False)
    assert reading.tells(b"another's")


def test_an_empty_table_is_read_at_once() -> None:
    reading = Reading()
    assert reading.due(b"")
    reading.read([], last=True)
    assert reading.tells(b"")
