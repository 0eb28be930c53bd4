"""MISP events there and back again: real ones, and what would make a converter give up or a feed be misread."""

from __future__ import annotations

import csv
import functools
import json
from collections import Counter
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymisp import MISPEvent

from lienlac.errors import NotAllowed, Refused
from lienlac.stix import extension
from lienlac.stix.checking import check
from lienlac.stix.foreign import misp, misp_feed
from tests.stix.material import SHARED, needs_data

EVENTS = sorted(path for path in (SHARED / "misp").glob("*.json") if path.name != "INDEX.json")
DATES = {"datetime", "mac-address", "boolean", "float", "AS"}
"""Types whose values MISP's own people write in several ways."""
WRONG = {
    "mispstix-test-get_event_with_escaped_values_v20.json": "values that are wrong on purpose; MISP refuses them too",
    "pymisp-tests_reportlab_testfiles_japanese_test_heavy.json": "ten attributes with one UUID",
}
"""Events that are not right themselves."""

EVENT: dict[str, Any] = {
    "uuid": "5b6b1a1e-9a4c-4f0e-8f77-0c2b4a6e1d11",
    "info": "Fake refunds in the name of a bank",
    "date": "2026-11-24",
    "timestamp": "1764028800",
    "Tag": [{"name": "tlp:amber"}],
    "Attribute": [
        {"uuid": "0c7b5b88-8ff7-4a4d-aa9d-feb398cd0061", "type": "domain", "category": "Network activity", "value": "vcb-hoantien.example", "to_ids": True, "timestamp": "1764028800"},
        {"uuid": "0c7b5b88-8ff7-4a4d-aa9d-feb398cd0062", "type": "filename|md5", "category": "Payload delivery", "value": "app.apk|" + "a" * 32, "to_ids": True, "timestamp": "1764028800"},
    ],
}  # fmt: skip


def values(event: dict[str, Any]) -> Counter[tuple[str, str]]:
    """Type and value of every attribute whose spelling is fixed."""
    attributes = [
        *event.get("Attribute", ()),
        *(part for item in event.get("Object", ()) for part in item.get("Attribute", ())),
    ]
    return Counter(
        (str(item.get("type")), written_out(str(item["value"]))) for item in attributes if item.get("type") not in DATES
    )


def written_out(value: str) -> str:
    """Registry hives have two names."""
    return value.replace("HKLM\\", "HKEY_LOCAL_MACHINE\\").replace("HKCU\\", "HKEY_CURRENT_USER\\")


@functools.cache
def journeys(path: Path) -> list[tuple[Counter[tuple[str, str]], Counter[tuple[str, str]], Counter[str]]]:
    """Of every event in a file: its values, what came back from STIX, and what the check refused on the way."""
    made = []
    for event in misp.events_in(path.read_bytes()):
        refused: Counter[str] = Counter()
        stored = []
        for raw in misp.objects_of(event).objects:
            try:
                stored.append(check(raw).value)
            except Refused as error:
                refused[error.code] += 1
        (back,) = misp.events_of(stored, title="x", producer="y").events
        assert back["uuid"] == event["uuid"]
        made.append((values(event), values(back), refused))
    return made


@needs_data
@pytest.mark.parametrize("path", EVENTS, ids=lambda path: path.name[:60])
def test_a_real_event_goes_to_stix_and_comes_back(path: Path) -> None:
    for before, after, refused in journeys(path):
        assert sum(refused.values()) <= 1, refused
        assert path.name in WRONG or sum((before - after).values()) <= max(4, 0.02 * sum(before.values())), (
            before - after
        )


@needs_data
def test_real_events_lose_hardly_anything() -> None:
    every = [journey for path in EVENTS if path.name not in WRONG for journey in journeys(path)]
    total = sum(sum(before.values()) for before, _, _ in every)
    lost = sum(sum((before - after).values()) for before, after, _ in every)
    assert total > 3_000
    assert lost / total < 0.01


def test_the_same_event_gives_the_same_objects_again() -> None:
    assert {json.loads(raw)["id"] for raw in misp.objects_of(EVENT).objects} == {
        json.loads(raw)["id"] for raw in misp.objects_of(EVENT).objects
    }


def test_a_galaxy_without_a_uuid_does_not_cost_the_event() -> None:
    galaxy = {
        "uuid": "0c7b5b88-8ff7-4a4d-aa9d-feb398cd0063",
        "name": "Threat Actor",
        "type": "threat-actor",
        "description": "x",
        "GalaxyCluster": [
            {
                "uuid": "",
                "type": "threat-actor",
                "value": "Sofacy",
                "tag_name": 'misp-galaxy:threat-actor="Sofacy"',
                "description": "x",
            }
        ],
    }
    assert any(
        json.loads(raw)["type"] == "threat-actor" for raw in misp.objects_of({**EVENT, "Galaxy": [galaxy]}).objects
    )


def test_registry_keys_are_written_out() -> None:
    event = {
        **EVENT,
        "Attribute": [
            {
                **EVENT["Attribute"][0],
                "type": "regkey",
                "category": "Persistence mechanism",
                "value": "HKLM\\Software\\mthjk",
                "to_ids": False,
            }
        ],
    }
    keys = [json.loads(raw).get("key") for raw in misp.objects_of(event).objects]
    assert "HKEY_LOCAL_MACHINE\\Software\\mthjk" in keys


@pytest.mark.parametrize(
    "wrapped", [EVENT, {"Event": EVENT}, [EVENT], [{"Event": EVENT}], {"response": [{"Event": EVENT}]}]
)
def test_an_event_is_found_in_every_wrapping(wrapped: Any) -> None:
    data = json.dumps(wrapped).encode()
    assert misp.events_in(data) == [EVENT]
    assert {json.loads(raw)["type"] for raw in misp.raws_of(data)} >= {"indicator"}


@pytest.mark.parametrize("data", [b"{}", b"[]", b"5", b'{"response":5}', b'[{"Event":5}]', b'{"Event":{"uuid":"x"}}'])
def test_a_file_without_events_is_refused(data: bytes) -> None:
    with pytest.raises(Refused) as caught:
        misp.events_in(data)
    assert caught.value.code == "misp-no-event"


def test_what_cannot_be_converted_is_said_and_not_raised() -> None:
    with pytest.raises(Refused) as caught:
        misp.objects_of({"info": "x", "uuid": "no uuid", "Attribute": 5})
    assert caught.value.code == "misp-unconvertible"
    for change in ({"timestamp": "never"}, {"Tag": [5]}, {"Galaxy": 7}):
        with pytest.raises(Refused, match="Error loading Event"):  # the converter only remarks on it
            misp.objects_of({**EVENT, **change})
    with pytest.raises(Refused) as caught:
        misp.events_of([{"type": "report"}], title="x", producer="y")
    assert caught.value.code == "misp-unconvertible"


def test_without_the_extra_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(misp.util, "find_spec", lambda _name: None)
    with pytest.raises(NotAllowed) as caught:
        misp.objects_of(EVENT)
    assert caught.value.code == "misp-missing"


def test_what_fraud_consists_of_goes_to_misp_and_comes_back() -> None:
    examples = extension.examples()
    report = {**json.loads(misp.objects_of(EVENT).objects[0])}
    events = misp.events_of([report, *examples.values()], title="Fraud", producer="A05").events
    objects = {item["name"]: item for item in events[0]["Object"]}
    assert set(objects) >= {said.misp for said in extension.kinds().values()}
    loaded = MISPEvent()
    loaded.load({"Event": {"info": "x", "uuid": EVENT["uuid"], "Object": deepcopy(list(objects.values()))}})
    assert len(loaded.objects) == len(objects)
    back = [json.loads(raw) for raw in misp.objects_of({**EVENT, "Object": list(objects.values())}).objects]
    ids = {item["id"] for item in back}
    for kind in ("bank-account", "phone-number", "app-package", "cryptocurrency-wallet"):
        assert examples[kind]["id"] in ids
    container = next(item for item in back if item["type"] in {"report", "grouping"})
    assert examples["bank-account"]["id"] in container["object_refs"]
    assert all(check(json.dumps(item).encode()) for item in back)


REPORT = {
    "uuid": "0c7b5b88-8ff7-4a4d-aa9d-feb398cd0074",
    "name": "Tường trình",
    "timestamp": "1795593600",
    "distribution": "0",
}


def test_a_card_of_an_event_is_cut_before_anything_sees_it() -> None:
    attribute = {**EVENT["Attribute"][0], "category": "Financial fraud", "to_ids": False}
    card = {
        "uuid": "0c7b5b88-8ff7-4a4d-aa9d-feb398cd0070",
        "name": "credit-card",
        "meta-category": "financial",
        "template_uuid": "2b9c57aa-daba-4330-a738-56f18743b0c7",
        "template_version": "3",
        "Attribute": [
            {
                **attribute,
                "uuid": "0c7b5b88-8ff7-4a4d-aa9d-feb398cd0071",
                "type": "cc-number",
                "object_relation": "cc-number",
                "value": "4111111111111111",
            },
            {
                **attribute,
                "uuid": "0c7b5b88-8ff7-4a4d-aa9d-feb398cd0072",
                "type": "text",
                "object_relation": "card-security-code",
                "value": "98765",
            },
        ],
    }
    event = {
        **EVENT,
        "Attribute": [
            {**attribute, "type": "cc-number", "value": "5555 5555 5555 4444"},
            {
                **attribute,
                "uuid": "0c7b5b88-8ff7-4a4d-aa9d-feb398cd0073",
                "type": "text",
                "value": "thẻ 4111-1111-1111-1111 nhé",
            },
        ],
        "Object": [card],
    }
    written = {"info": "Thẻ 4111111111111111", "EventReport": [REPORT | {"content": "Trả bằng 4111111111111111"}]}
    event = {**event, **written}
    event["Object"][0]["comment"] = "của 4111111111111111"
    event["Attribute"].append(
        {
            **attribute,
            "uuid": "0c7b5b88-8ff7-4a4d-aa9d-feb398cd0075",
            "type": "text",
            "value": f"{'x ' * 20_000}4111111111111111",
            "comment": "4111111111111111",
        }
    )
    told = b"".join(misp.objects_of(event).objects).decode()
    assert "98765" not in told
    assert "Trả bằng 411111…1111" in told
    for number in ("4111111111111111", "5555555555554444"):
        assert number not in told.replace(" ", "").replace("-", "")
    assert "555555******4444" in told


def feed(*events: dict[str, Any]) -> dict[str, bytes]:
    return dict(misp_feed.files_of(events, org="A05", org_uuid="0c7b5b88-8ff7-4a4d-aa9d-feb398cd0064"))


def test_a_feed_is_written_as_pymisp_writes_it() -> None:
    files = feed(EVENT)
    assert list(files)[-1] == "manifest.json"
    theirs = MISPEvent()
    theirs.load({"Event": {**EVENT, "Orgc": {"name": "A05", "uuid": "0c7b5b88-8ff7-4a4d-aa9d-feb398cd0064"}}})
    assert sorted(line[0] for line in csv.reader(files["hashes.csv"].decode().splitlines())) == sorted(
        theirs.attributes_hashes("md5")
    )
    made = json.loads(files["manifest.json"])[EVENT["uuid"]]
    expected = theirs.manifest[EVENT["uuid"]]
    assert {name: made[name] for name in ("info", "date")} == {name: expected[name] for name in ("info", "date")}
    again = MISPEvent()
    again.load(json.loads(files[f"{EVENT['uuid']}.json"]))
    assert [item.value for item in again.attributes] == [item["value"] for item in EVENT["Attribute"]]


def test_a_feed_that_was_written_is_read() -> None:
    files = feed(EVENT)
    (entry,) = misp_feed.entries(files["manifest.json"])
    assert (entry.uuid, entry.info, entry.timestamp, entry.org) == (EVENT["uuid"], EVENT["info"], 1_764_028_800, "A05")
    (event,) = misp.events_in(files[entry.file])
    assert values(event) == values(EVENT)


def test_nothing_of_the_node_goes_into_a_feed() -> None:
    private = {
        **EVENT,
        "id": "7",
        "org_id": "1",
        "sharing_group_id": "3",
        "event_creator_email": "officer@example.org",
        "distribution": "0",
    }
    (name, data), *_ = feed(private).items()
    assert name.endswith(".json")
    assert b"officer" not in data
    assert not {"id", "org_id", "sharing_group_id", "distribution"} & set(json.loads(data)["Event"])


@pytest.mark.parametrize(
    "manifest",
    [
        {"../../etc/passwd": {}},
        {"x": {}},
        {EVENT["uuid"]: 5},
        {EVENT["uuid"] + "/": {}},
        [],
        {EVENT["uuid"]: {"timestamp": "soon"}},
    ],
)
def test_a_manifest_that_would_lead_elsewhere_is_refused(manifest: Any) -> None:
    with pytest.raises(Refused) as caught:
        misp_feed.entries(json.dumps(manifest).encode())
    assert caught.value.code == "misp-manifest"


@given(
    st.recursive(
        st.none() | st.text(max_size=5) | st.integers(),
        lambda inner: (
            st.lists(inner, max_size=2)
            | st.dictionaries(
                st.sampled_from(["Event", "response", "info", "uuid", EVENT["uuid"], "Orgc", "timestamp", "name"]),
                inner,
                max_size=3,
            )
        ),
        max_leaves=8,
    )
)
def test_no_file_raises_anything_but_a_refusal(value: Any) -> None:
    data = json.dumps(value).encode()
    for read in (misp.events_in, misp_feed.entries):
        try:
            read(data)
        except Refused as error:
            assert error.sentence("vi")  # noqa: PT017 - either way the reader gets something
