"""The sets of others: what is valid is taken, what is invalid is refused in plain words, real data goes through."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from lienlac.errors import Refused
from lienlac.stix.checking import check
from lienlac.stix.reading import objects_of
from tests.stix.material import SHARED, files, instance, needs_data, real

pytestmark = needs_data
MAX_BYTES = 100_000_000

NOT_VALID = {
    "py-domain-name-49e04ebb16.json": "has no id; the library that took it made one up",
    "py-mutex-1dc5992309.json": "has no id",
    "py-network-traffic-c40e8252b8.json": "has no id",
    "py-malware-b2615ea114.json": "a phase is called 1, a number; the library made a text of it",
}
"""Files of the valid set that are not."""
NOT_INVALID = {
    "py-bundle-1cdf7ccbf4.json": "was refused because the caller asked for STIX 2.0; as 2.1 nothing is wrong",
}
"""Files of the invalid set that are not."""
NOT_LEGAL = {
    "sv-indicator-3c2d6c69f0.json": "a name with “!”, which section 3.1 forbids; the schema's expression has a hole",
}
"""Files of the set of warnings that are worse."""
NO_WARNING = {
    "sv-bundle-3f2759a597.json": "the same object twice is the store's business: it is the same again",
    "sv-campaign-36bc5e9e28.json": "breaks a rule of another document (interoperability)",
    "sv-file-7df89d8f0b.json": "an added member beside an extension is how additions are written",
    "sv-file-c2cf81c21a.json": "a PDF's own dictionary may hold what it likes",
    "sv-file-ee9ad41753.json": "wants the schema of somebody's extension, which nobody has",
    "sv-file-f133f2ee1a.json": "an added member three levels down",
}
"""Files of the set of warnings that get none, and why not."""


def verdicts(data: bytes) -> tuple[list[Refused], list[str]]:
    """Refusals and codes of warnings of everything in a file."""
    refusals: list[Refused] = []
    warnings: list[str] = []
    try:
        parcel = objects_of(data, max_bytes=MAX_BYTES)
    except Refused as error:
        return [error], []
    warnings += parcel.extra
    for raw in parcel.objects:
        try:
            warnings += [warning.code for warning in check(raw).warnings]
        except Refused as error:
            refusals.append(error)
    return refusals, warnings


@pytest.mark.parametrize("path", files("valid"), ids=lambda path: path.name)
def test_what_is_valid_is_taken(path: Path) -> None:
    refusals, _ = verdicts(instance(path))
    assert bool(refusals) is (path.name in NOT_VALID), refusals


@pytest.mark.parametrize("path", files("invalid") + files("invalid_raw"), ids=lambda path: path.name)
def test_what_is_invalid_is_refused_in_plain_words(path: Path) -> None:
    refusals, _ = verdicts(instance(path) if path.parent.name == "invalid" else path.read_bytes())
    assert bool(refusals) is (path.name not in NOT_INVALID)
    for refusal in refusals:
        for language in ("en", "vi"):
            sentence = refusal.sentence(language)
            assert "…" not in sentence
            assert "{" not in sentence


@pytest.mark.parametrize("path", files("shouldwarn"), ids=lambda path: path.name)
def test_what_the_standard_advises_against_is_taken_with_a_warning(path: Path) -> None:
    refusals, warnings = verdicts(instance(path))
    assert bool(refusals) is (path.name in NOT_LEGAL), refusals
    assert bool(warnings) is (path.name not in NO_WARNING | NOT_LEGAL), warnings


def test_the_lists_of_exceptions_are_true() -> None:
    names = {path.name for folder in ("valid", "invalid", "shouldwarn") for path in files(folder)}
    assert names >= {*NOT_VALID, *NOT_INVALID, *NOT_LEGAL, *NO_WARNING}


def test_real_data_goes_through_but_for_what_is_truly_wrong() -> None:
    """8,067 published objects: two say that they were changed days before they were made."""
    data = real("real21")
    parcel = objects_of(data, max_bytes=MAX_BYTES)
    refusals: Counter[tuple[str, str | None]] = Counter()
    for raw in parcel.objects:
        try:
            assert check(raw).raw is raw
        except Refused as error:
            refusals[error.code, error.field] += 1
    assert len(parcel.objects) == 8_067
    assert refusals == {("stix-order", "modified"): 2}


def test_every_byte_of_real_objects_stays() -> None:
    """What is cut out of a bundle, put back with its frame, is the bundle."""
    data = real("real21")
    cursor = 0
    for raw in objects_of(data, max_bytes=MAX_BYTES).objects:
        cursor = data.index(raw, cursor) + len(raw)
    assert data[cursor:].strip().startswith(b"]")


def test_the_shared_data_is_there() -> None:
    assert (SHARED / "SOURCES.md").is_file()
    assert len(files("invalid")) > 90
