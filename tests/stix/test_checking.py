"""Rules that schemas cannot say, each with the object that breaks it; and nothing but a refusal ever comes out."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest
from antlr4 import InputStream
from hypothesis import given, settings
from hypothesis import strategies as st
from stix2patterns.v21.validator import run_validator

from lienlac import limits
from lienlac.errors import Refused
from lienlac.stix.checking import check
from lienlac.stix.rules import patterns, times
from tests.stix.material import OTHER, UUID, checked, code_of, indicator, raw

NEW = "extension-definition--" + OTHER


def of_type(kind: str, **changes: Any) -> dict[str, Any]:
    made = {"type": kind, "spec_version": "2.1", "id": f"{kind}--{UUID}", **changes}
    return {name: value for name, value in made.items() if value is not None}


def versioned(kind: str, **changes: Any) -> dict[str, Any]:
    at = "2026-11-25T08:00:00.000Z"
    return of_type(kind, **{"created": at, "modified": at, **changes})


def test_what_is_known_of_an_object() -> None:
    made = indicator(
        name="Fake bank",
        created_by_ref=f"identity--{UUID}",
        modified="2026-11-25T08:00:00.123456Z",
        revoked=True,
        object_marking_refs=[f"marking-definition--{UUID}"],
        granular_markings=[{"marking_ref": f"marking-definition--{OTHER}", "selectors": ["name"]}],
        x_seen_refs=[f"sighting--{UUID}", f"sighting--{UUID}"],
    )
    stix = checked(made)
    assert (stix.id, stix.type, stix.spec_version, stix.name) == (made["id"], "indicator", "2.1", "Fake bank")
    assert stix.version_us == 1_795_593_600_123_456
    assert stix.created_us == 1_795_593_600_000_000
    assert stix.revoked
    assert stix.created_by == f"identity--{UUID}"
    assert stix.marking_refs == (f"marking-definition--{UUID}", f"marking-definition--{OTHER}")
    assert set(stix.refs) == {f"identity--{UUID}", f"sighting--{UUID}"}
    assert stix.value == made
    assert stix.raw == raw(made)


def test_an_observable_has_no_version() -> None:
    stix = checked({"type": "url", "id": f"url--{UUID}", "value": "http://x.example/"})
    assert (stix.version_us, stix.created_us, stix.spec_version) == (None, None, "2.1")


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (indicator(modified="2026-11-25T07:59:59.999Z"), "stix-order"),
        (indicator(valid_until="2026-11-25T08:00:00Z"), "stix-order"),
        (indicator(valid_from="2026-02-30T08:00:00Z"), "stix-time"),
        (indicator(modified="yesterday"), "stix-time"),
        (indicator(modified="2026-11-25T08:00:00.000+00:00"), "stix-time"),
        (indicator(modified=1_764_057_600), "stix-shape"),
        (indicator(id=f"malware--{UUID}"), "stix-id"),
        (indicator(id=f"indicator--{UUID[:-1]}"), "stix-id"),
        (indicator(id=f"indicator--{UUID}\n"), "stix-id"),
        (indicator(id=None), "stix-missing"),
        (indicator(pattern=None), "stix-missing"),
        (indicator(pattern="[domain-name:value = ]"), "stix-pattern"),
        (indicator(pattern=""), "stix-pattern"),
        (indicator(pattern="[a:b = 'x']"), "stix-pattern"),
        (indicator(pattern="[" * 3_000), "stix-pattern"),
        (indicator(pattern="[" + "(" * 3_000 + "url:value = 'x'" + ")" * 3_000 + "]"), "stix-pattern"),
        (indicator(pattern="[file:hashes.MD5 = 'abc']"), "stix-pattern"),
        (indicator(pattern="[url:value = '" + "x" * limits.STIX_PATTERN_MAX_CHARS + "']"), "stix-pattern-long"),
        (indicator(labels=[]), "stix-empty"),
        (indicator(lang="not a language"), "stix-language"),
        (indicator(valid_untill="2027-01-01T00:00:00Z"), "stix-foreign-name"),
        (indicator(granular_markings=[{"marking_ref": f"marking-definition--{UUID}", "selectors": ["labels.[0]"]}]), "stix-selector"),
        (indicator(granular_markings=[{"marking_ref": f"marking-definition--{UUID}", "selectors": ["pattern.nothing"]}]), "stix-selector"),
        (indicator(labels=["a"], granular_markings=[{"marking_ref": f"marking-definition--{UUID}", "selectors": ["labels.[1]"]}]), "stix-selector"),
        (indicator(extensions={NEW: {"extension_type": "new-sdo"}}), "stix-extension"),
        (indicator(external_references=[{"source_name": "cve", "external_id": "2016-1234"}]), "stix-external"),
        (indicator(confidence=101), "stix-range"),
        (of_type("Domain-Name", value="x.example"), "stix-type-name"),
        (of_type("bundle", objects=[]), "stix-reserved"),
        (versioned("other"), "stix-foreign-type"),
        (of_type("domain-name", value="x.example", resolves_to_refs=[f"file--{UUID}"]), "stix-reference"),
        (of_type("email-addr", value="John <j@x.example>"), "stix-form"),
        (of_type("ipv4-addr", value="300.1.1.1"), "stix-form"),
        (of_type("marking-definition"), "stix-marking"),
        (of_type("marking-definition", definition_type="statement", definition={"text": "x"}), "stix-marking"),
        (of_type("marking-definition", definition_type="tlp", definition={"tlp": "red"}), "stix-marking"),
        (of_type("marking-definition", id="marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed", definition_type="statement", definition={"statement": "harmless"}), "stix-marking"),
        (of_type("marking-definition", definition_type="statement", definition={"statement": "x"}, object_marking_refs=[f"marking-definition--{UUID}"]), "stix-circle"),
        (versioned("language-content", object_ref=f"tool--{UUID}", contents={"vi_VN": {}}), "stix-language"),
        (versioned("observed-data", first_observed="2026-11-25T08:00:00Z", last_observed="2026-11-25T08:00:00Z", number_observed=1, objects={"0": {"type": "file", "hashes": {"MD5": "a"}}}), "stix-form"),
        (versioned("observed-data", first_observed="2026-11-25T08:00:00Z", last_observed="2026-11-25T08:00:00Z", number_observed=1, objects={"0": 7}), "stix-shape"),
        (versioned("observed-data", first_observed="2026-11-25T08:00:00Z", last_observed="2026-11-25T08:00:00Z", number_observed=1, objects={"0": {"name": "x"}}), "stix-missing"),
        (versioned("relationship", relationship_type="uses", source_ref=f"tool--{UUID}", target_ref=f"bundle--{UUID}"), "stix-reference"),
        (versioned("relationship", relationship_type="uses", source_ref=f"tool--{UUID}", target_ref=f"malware--{UUID}", start_time="2026-11-25T08:00:00Z", stop_time="2026-11-25T08:00:00Z"), "stix-order"),
    ],
)  # fmt: skip
def test_a_rule_that_is_broken_is_named(value: dict[str, Any], code: str) -> None:
    assert code_of(raw(value)) == code


@pytest.mark.parametrize(
    ("value", "warning"),
    [
        (indicator(created="2026-11-25T08:00:00Z"), "no-milliseconds"),
        (indicator(spec_version=None), "no-spec-version"),
        (indicator(pattern_type="zeek", pattern="anything"), "word-unknown"),
        (indicator(external_references=[{"source_name": "x", "url": " https://x.example"}]), "url-form"),
        (indicator(kill_chain_phases=[{"kill_chain_name": "Some Thing", "phase_name": "x"}]), "phase-form"),
        (indicator(definition="of another type"), "unknown-member"),
        (of_type("x-own-thing"), "unknown-type"),
        (of_type("sensor-thing", whatever=1), "unknown-type"),
        (of_type("ipv4-addr", value="1.2.3.4", resolves_to_refs=["mac-addr--e42c19c8-f9fe-5ae9-9fc8-22c398f78fb"]), "reference-form"),
        (of_type("file", name="a", sensor="b"), "unknown-member"),
        (of_type("file", hashes={"FOO": "b"}), "hash-unknown"),
        (of_type("file", name="x", extensions={"foo-ext": {"a_b": 1}}), "extension-unknown"),
        (versioned("relationship", relationship_type="hates", source_ref=f"tool--{UUID}", target_ref=f"malware--{UUID}"), "relationship-unusual"),
        (indicator(pattern="[url:value = 'x'] REPEATS 5 TIMES" + " " * limits.STIX_PATTERN_SLOW_MAX_CHARS), "pattern-unread"),
    ],
)  # fmt: skip
def test_what_is_only_unwise_is_taken_with_a_word(value: dict[str, Any], warning: str) -> None:
    said = {remark.code: remark for remark in checked(value).warnings}
    assert warning in said
    for language in ("en", "vi"):
        assert "{" not in said[warning].sentence(language)


@pytest.mark.parametrize(
    "value",
    [
        indicator(id="indicator--3000ae1b-784c-f03d-8abc-0a625b2ff018"),
        indicator(modified="2026-11-25T08:00:00.123456789Z"),
        indicator(valid_from="2016-12-31T23:59:60Z"),
        indicator(x_lienlac_note={"deep": [1, {"er": None}]}),
        indicator(extensions={NEW: {"extension_type": "toplevel-property-extension"}}, grade=7),
        versioned("my-thing", extensions={NEW: {"extension_type": "new-sdo"}}),
        of_type("marking-definition", id="marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed", created="2017-01-20T00:00:00Z", definition_type="tlp", definition={"tlp": "red"}),
    ],
)  # fmt: skip
def test_what_is_right_though_unusual_is_taken(value: dict[str, Any]) -> None:
    assert checked(value).warnings in {(), checked(value).warnings[:1]}


@pytest.mark.parametrize(
    ("text", "us"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T00:00:00.1Z", 100_000),
        ("1970-01-01T00:00:00.1234567Z", 123_456),
        ("2016-12-31T23:59:60.5Z", 1_483_228_800_500_000),
        ("1601-01-01T00:00:00Z", -11_644_473_600_000_000),
        ("9999-12-31T23:59:59.999999Z", 253_402_300_799_999_999),
    ],
)
def test_instants_are_exact(text: str, us: int) -> None:
    assert times.us_of(text, "x") == us


@pytest.mark.parametrize("text", ["0000-01-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-1-1T00:00:00Z", "", None, "2026-01-01T24:00:00Z", "２026-01-01T00:00:00Z"])  # fmt: skip
def test_days_that_do_not_exist_are_refused(text: Any) -> None:
    with pytest.raises(Refused):
        times.us_of(text, "x")


word = st.sampled_from(["url", "file", "domain-name", "ab", "true", "x-own", "ipv4-addr"])
path = st.sampled_from(["value", "name", "hashes.MD5", "hashes.'SHA-256'", "id", "n", "src_ref.value", "values[*].name", "extensions.'a-ext'.x1y", "hashes.foo", "some.hashes.MD5", "a[0]", "_ab"])  # fmt: skip
text = st.sampled_from(
    ["'x'", "'" + "a" * 32 + "'", "'" + "B" * 64 + "'", "'it\\'s'", "'a\\\\'", "'\\n'", "'", "''", "7", "'é'"]
)
operator = st.sampled_from([" = ", "=", " != ", " LIKE ", " LIKE", " MATCHES ", " IN "])
comparison = st.builds("{}:{}{}{}".format, word, path, operator, text)
joined = st.lists(comparison, min_size=1, max_size=3).flatmap(
    lambda parts: st.sampled_from([" AND ", " OR ", "AND", " FOLLOWEDBY "]).map(lambda how: how.join(parts))
)
pattern = st.lists(
    st.one_of(joined.map("[{}]".format), joined.map("[({})]".format), joined), min_size=1, max_size=2
).flatmap(lambda parts: st.sampled_from([" AND ", " FOLLOWEDBY ", " ", "\n OR "]).map(lambda how: how.join(parts)))


@given(pattern)
@settings(max_examples=300, deadline=None)
def test_what_the_quick_expression_takes_the_complete_grammar_takes(made: str) -> None:
    if patterns.is_usual(made):
        assert run_validator(InputStream(made)) == []
        assert patterns._fault(made, of_old=False) is None


def test_usual_patterns_are_read_quickly() -> None:
    for made in (
        "[file:hashes.'SHA-256' = '" + "a" * 64 + "' OR file:name = 'x']",
        "[(network-traffic:dst_ref.type = 'ipv4-addr' AND network-traffic:dst_ref.value = '1.2.3.4') AND url:value LIKE '%x%'] AND [file:name != 'b']",
    ):
        assert patterns.is_usual(made)


def test_compared_values_are_found() -> None:
    found = list(
        patterns.comparisons(
            "[file:hashes.'SHA-256' = 'aa' OR url:value = 'it\\'s' AND url:value != 'not' AND ipv4-addr:value IN ('1.1.1.1')]"
        )
    )
    assert found == [("file", "hashes.'SHA-256'", "aa"), ("url", "value", "it's")]


def test_what_stands_inside_a_compared_text_is_no_comparison() -> None:
    hidden = "[file:name = 'x url:value = \\'http://innocent.example\\' y' AND domain-name:value NOT = 'no.example']"
    assert list(patterns.comparisons(hidden)) == [("file", "name", "x url:value = 'http://innocent.example' y")]
    assert list(patterns.comparisons("[file:name LIKE '" + "a:" * 30_000 + "']")) == []


def test_a_hundred_thousand_faults_cost_no_more_than_one() -> None:
    """The first is told; the others are not gathered (it took three seconds an object)."""
    assert code_of(raw(indicator(labels=[1] * 100_000))) == "stix-shape"
    assert code_of(raw(indicator(external_references=[{"source_name": "cve"}] * 15_000))) == "stix-external"


WHOLE = [
    indicator(name="x", labels=["a"], granular_markings=[{"marking_ref": f"marking-definition--{UUID}", "selectors": ["labels.[0]"]}]),
    of_type("network-traffic", protocols=["tcp"], src_ref=f"ipv4-addr--{UUID}", src_port=1, extensions={"http-request-ext": {"request_method": "get", "request_value": "/"}}),
    of_type("file", hashes={"MD5": "a" * 32}, extensions={"windows-pebinary-ext": {"pe_type": "exe", "sections": [{"name": "x", "hashes": {"FOO": "1"}}]}}),
    of_type("email-message", is_multipart=True, body_multipart=[{"body": "x", "content_type": "text/plain"}]),
    of_type("marking-definition", definition_type="statement", definition={"statement": "x"}, created="2026-11-25T08:00:00.000Z"),
    versioned("relationship", relationship_type="uses", source_ref=f"tool--{UUID}", target_ref=f"malware--{UUID}"),
    versioned("language-content", object_ref=f"tool--{UUID}", contents={"vi": {"name": "Công cụ"}}),
    versioned("observed-data", first_observed="2026-11-25T08:00:00Z", last_observed="2026-11-25T08:00:00Z", number_observed=1, objects={"0": {"type": "file", "name": "x"}}),
    versioned("x-own", extensions={NEW: {"extension_type": "new-sdo"}}),
    versioned("location", latitude=1.0, longitude=2.0, external_references=[{"source_name": "x", "url": "http://x.example"}]),
]  # fmt: skip
junk = st.sampled_from([None, True, 0, -1, 2.5, 2**53 - 1, "", "x", "2026-02-30T00:00:00Z", f"file--{UUID}", "é\u202e", [], [None], [[]], ["x", 1], {}, {"x": 1}, {"type": "file"}, {"": {"": None}}, [{"url": 1}]])  # fmt: skip


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at] + [place for key, part in inner for place in places(part, (*at, key))]


@given(st.data())
@settings(max_examples=400, deadline=None)
def test_no_mutation_raises_anything_but_a_refusal(data: st.DataObject) -> None:
    """Any value anywhere in any object: taken, or refused with a sentence."""
    made = json.loads(json.dumps(data.draw(st.sampled_from(WHOLE))))
    for _ in range(data.draw(st.integers(1, 3))):
        where = data.draw(st.sampled_from(places(made)))
        if not where:
            if isinstance(made, dict):
                made[data.draw(st.sampled_from(["extensions", "granular_markings", "objects", "x_y", "a!", "hashes", "definition", "lang", "external_references"]))] = deepcopy(data.draw(junk))  # fmt: skip
            continue
        holder = made
        for key in where[:-1]:
            holder = holder[key]
        if isinstance(holder, dict) and data.draw(st.booleans()):
            del holder[where[-1]]
        else:
            holder[where[-1]] = deepcopy(data.draw(junk))
    try:
        stix = check(raw(made))
    except Refused as error:
        told = error.sentence("vi")
    else:
        assert stix.value == made
        told = " ".join(remark.sentence("vi") for remark in stix.warnings) or "taken"
    assert told


@pytest.mark.parametrize("member", ["hashes", "external_references"])
@pytest.mark.parametrize("said", [True, 7, "md5", None, ["md5"], [None], [{"url": 7}]])
def test_a_member_that_the_type_does_not_have_may_be_anything(member, said):
    made = {
        "type": "ipv4-addr", "spec_version": "2.1", "id": "ipv4-addr--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
        "value": "203.0.113.7", member: said,
    }  # fmt: skip
    try:
        check(raw(made))
    except Refused as error:
        assert error.code  # noqa: PT017  # refused or kept, never a fault
