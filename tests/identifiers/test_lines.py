"""Lines of typed identifiers: none is lost, none is called `other` in silence."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lienlac.identifiers.typed.lines import OTHER, read
from lienlac.vocabulary import identifier_types

CODES = frozenset(identifier_types.codes())
LINE = st.one_of(
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=30),
    st.sampled_from(
        ["0912 345 678", "other: x", "other:", "phone: 12", "0071000123", "a.example", "iban: DE00", "::1"]
    ),
)


@given(st.lists(LINE, max_size=12))
def test_each_line_is_an_identifier_or_wrong_and_other_only_where_somebody_said_so_or_is_asked(
    lines: list[str],
) -> None:
    found = read("\n".join(lines), CODES)
    filled = [line.strip() for line in lines if line.strip()]
    assert len(found.items) + len(found.refused) == len(filled)
    named = [
        line for line in filled if line.partition(":")[0].strip().lower() == OTHER and line.partition(":")[2].strip()
    ]
    others = [value for code, value in found.items if code == OTHER]
    assert len(others) == len(found.unknown()) + len(named)
    assert [lines[one.number - 1].strip() for one in found.doubts] == [one.text for one in found.doubts]
    assert found.unknown([one.text for one in found.doubts]) == ()
