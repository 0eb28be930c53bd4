"""What would leave, field by field; what is withheld is really gone, and what is blackened does not leave either."""

from __future__ import annotations

from typing import Annotated

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.errors import NotAllowed
from lienlac.releases.preview import BLACKENED, exposes, fields, withheld_at_first, withhold

Victims = Annotated[tuple[str, ...], msgspec.Meta(max_length=5, extra={"about": "victim"})]


class Child(msgspec.Struct, frozen=True, kw_only=True):
    minor: bool = False
    school: str = ""


class Body(msgspec.Struct, frozen=True, kw_only=True):
    reference: str
    victims: Victims = ()
    child: Annotated[Child, msgspec.Meta(extra={"about": "minor"})] = Child()
    facts: str
    witness: Annotated[str, msgspec.Meta(extra={"about": "witness"})] = ""
    note: str = ""


BODY = Body(
    reference="US-2026-000001",
    victims=("0123456789", "9876543210"),
    child=Child(minor=True, school="Trường Kim Liên"),
    facts="Paid by [[Mary Smith of Boise]] on Tuesday; [[her son\nTom]] saw it.",
    witness="John Doe",
)


def test_fields_say_whom_they_are_about() -> None:
    about = {field.path: field.about for field in fields(BODY)}
    assert about == {
        "reference": "",
        "victims": "victim",
        "child.minor": "minor",
        "child.school": "minor",
        "facts": "",
        "witness": "witness",
        "note": "",
    }


def test_victims_minors_and_witnesses_are_withheld_unless_somebody_says_otherwise() -> None:
    assert withheld_at_first(BODY) == ("victims", "child.minor", "child.school", "witness")
    sent = withhold(BODY, withheld_at_first(BODY))
    assert exposes(sent) == ()
    text = msgspec.json.encode(sent).decode()
    for secret in ("0123456789", "9876543210", "Kim Liên", "John Doe", "Mary", "Boise", "Tom"):
        assert secret not in text


def test_marked_passages_are_blackened_also_when_nothing_is_withheld() -> None:
    sent = withhold(BODY, ())
    assert sent.facts == f"Paid by {BLACKENED} on Tuesday; {BLACKENED} saw it."
    assert sent.victims == BODY.victims


@pytest.mark.parametrize("path", ["reference", "facts", "nothing", "child", "child.name", "__class__", ""])
def test_a_field_that_is_not_there_or_not_to_be_missed_cannot_be_withheld(path: str) -> None:
    with pytest.raises(NotAllowed) as told:
        withhold(BODY, [path])
    assert told.value.code == "release-field"


@given(st.sets(st.sampled_from(withheld_at_first(BODY))), st.text(max_size=60))
def test_only_what_is_named_changes(paths: set[str], note: str) -> None:
    body = msgspec.structs.replace(BODY, note=note)
    sent = withhold(body, paths)
    before = {field.path: field.value for field in fields(withhold(body, ()))}
    for field in fields(sent):
        assert field.value == before[field.path] or field.path in paths
        if field.path in paths:
            assert not field.filled
    assert withhold(sent, paths) == sent


@given(st.text(alphabet="ab[] \n", max_size=40))
def test_no_closed_passage_survives(text: str) -> None:
    sent = withhold(msgspec.structs.replace(BODY, facts=text), ())
    assert withhold(sent, ()) == sent
