"""A case as CASE/UCO: `case_validate` of the ontology's own makers reads it without a word, whatever is in the case."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest
from case_utils.case_validate import validate

from lienlac.wire.bodies.cases import (
    Attribute,
    Certainty,
    Decision,
    Entity,
    EntityKind,
    EntityRole,
    Hypothesis,
    Relation,
    TaskStatus,
)
from lienlac.wire.bodies.hotline import DataIdentifier
from tests.cases.scene import RED, Room, event, person, said, task
from tests.cases.test_evidence import add, carry
from tests.world.fakes import START

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
"""The judge's own libraries use what Python and rdflib have given up; what it finds it tells otherwise."""
VALUES = {
    "person": ("phone", "+84 912 345 678"),
    "organisation": ("tax-id", "0101234567"),
    "account": ("iban", "DE89370400440532013000"),
    "wallet": ("btc", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"),
    "phone": ("phone", "+84912345678"),
    "email": ("email", "an@san-gia.example"),
    "profile": ("profile", "facebook.com/an"),
    "domain": ("domain", "san-gia.example"),
    "address": ("ip", "192.0.2.7"),
    "device": ("imei", "490154203237518"),
    "app": ("app", "com.example.app"),
    "file": ("file-hash", "ab" * 32),
    "vehicle": ("plate", "29A-12345"),
}


def valid(text: str, folder: Path, version: str) -> None:
    """Neither the shapes nor the names of the ontology find anything, suggestions included."""
    path = folder / "case.jsonld"
    path.write_text(text)
    found = validate(str(path), case_version=version, inference="none", allow_infos=False, allow_warnings=False)
    assert found.conforms, found.text
    assert not found.undefined_concepts


def full(room: Room) -> str:
    """Everything that can stand in a case, said by both sides."""
    case_id = room.joined()
    ids: dict[str, str] = {}
    for kind in EntityKind:
        named = [DataIdentifier(type=VALUES[kind][0], value=VALUES[kind][1])] if kind in VALUES else []
        word = Entity(
            kind=kind, name=f"Nguyễn Thị Ánh Tuyết <{kind}>", role=EntityRole.SUSPECT, identifiers=tuple(named),
            aliases=("Tuyết 'Ba Ngón'",), country="VN", first_seen=START, last_seen=START, notes=said("Ghi chú", "Note"),
        )  # fmt: skip
        ids[kind.value] = room.state(room.vn, case_id, word)
    six = Entity(kind=EntityKind.ADDRESS, name="máy chủ", identifiers=(DataIdentifier(type="ip", value="2001:db8::1"),))
    room.state(room.vn, case_id, six)
    pays = Relation(
        source=ids["person"], target=ids["account"], relation="pays", certainty=Certainty.LIKELY, since=START,
        until=START + timedelta(days=1), text=said("Chuyển tiền"),
    )  # fmt: skip
    linked = room.state(room.vn, case_id, pays)
    columns = (Attribute(name="pid", value="7"), Attribute(name="source", value="of the tool"))
    row = event(
        START, "Đăng nhập", until=START + timedelta(hours=1), source="auth.log", zone="+07:00", described="Created",
        written="2026-11-23 10:00", attributes=columns, refs=(ids["person"],),
    )  # fmt: skip
    room.state(room.vn, case_id, row)
    element = add(room, room.vn, case_id, b"x" * 1000, about=(ids["device"],), method=said("Sao toàn bộ"))
    add(room, room.vn, case_id)
    first = room.state(room.vn, case_id, task("Phong toả", room.us.id, due=START, about=(ids["account"], linked)))
    room.settle()
    carry(room)
    room.us.node.cases.exhibits.check(room.mark, case_id, element)
    room.clock.turn(60)
    own = task("Phong toả", room.us.id, status=TaskStatus.DONE, result=said("", "Frozen"))
    room.state(room.us, case_id, own, element=first)
    room.state(room.us, case_id, person("Mark & Co"), element=ids["person"])
    room.state(room.vn, case_id, task("Báo cáo", room.vn.id, after=(first,)))
    room.state(room.vn, case_id, Hypothesis(text=said("Một nhóm"), speaks_for=said("Cùng máy"), about=(linked,)))
    decided = Decision(text=said("Khám xét"), at=START, decided_by="Đại tá Hùng", reason=said("Chứng cứ đủ"))
    room.state(room.vn, case_id, decided)
    room.settle()
    return case_id


def exported(room: Room, case_id: str) -> str:
    _name, _kind, pieces = room.us.node.cases.exports.of(room.mark, case_id, "case.jsonld")
    return "".join(pieces)


@pytest.mark.slow
@pytest.mark.parametrize("version", ["case-1.4.0", "case-1.5.0"])
def test_case_validate_finds_nothing_in_a_full_case(room: Room, tmp_path: Path, version: str) -> None:
    made = exported(room, full(room))
    valid(made, tmp_path, version)
    graph = json.loads(made)["@graph"]
    types = {one["@type"].partition(":")[2] for one in graph}
    assert types >= {
        "Investigation", "Person", "Organization", "Account", "MobileAccount", "EmailAddress", "DigitalAccount",
        "DomainName", "IPv4Address", "IPv6Address", "Device", "Application", "File", "Location", "UcoObject",
        "Relationship", "Event", "ObservableObject", "ProvenanceRecord", "InvestigativeAction", "Annotation",
    }  # fmt: skip
    (hashed,) = [
        each
        for one in graph
        for facet in one.get("uco-core:hasFacet", [])
        for each in facet.get("uco-observable:hash", [])
    ]
    assert len(hashed["uco-types:hashValue"]["@value"]) == 64
    acts = [one["uco-core:name"] for one in graph if one["@type"] == "case-investigation:InvestigativeAction"]
    assert sorted(acts) == ["acquired"] * 4 + ["checked", "received", "transferred"]
    (done,) = [one for one in graph if "task" in one.get("uco-core:tag", []) and "done" in one["uco-core:tag"]]
    assert "Frozen" in done["uco-core:statement"]
    beside = [one for one in graph if isinstance(one.get("uco-core:statement"), str)]
    assert any("Mark & Co" in one["uco-core:statement"] for one in beside)


def test_an_empty_case_is_valid_too(room: Room, tmp_path: Path) -> None:
    valid(exported(room, room.joined()), tmp_path, "case-1.4.0")


def test_what_leads_to_something_that_may_not_be_seen_is_left_out(room: Room, tmp_path: Path) -> None:
    case_id = room.joined()
    seen = room.state(room.vn, case_id, person("Thấy được"))
    hidden = room.state(room.vn, case_id, person("Không thấy được"), marks=RED)
    linked = room.state(room.vn, case_id, Relation(source=seen, target=hidden, relation="knows"))
    room.state(room.vn, case_id, task("Xem lại", room.vn.id, about=(hidden, linked)))
    room.settle()
    made = exported(room, case_id)
    valid(made, tmp_path, "case-1.4.0")
    assert hidden not in made
    assert linked not in made
    assert "Xem lại" in made


def test_the_same_case_handed_out_twice_is_the_same_graph(room: Room) -> None:
    case_id = full(room)
    assert exported(room, case_id) == exported(room, case_id)


@pytest.mark.slow
def test_a_word_the_ontology_does_not_know_would_be_found(room: Room, tmp_path: Path) -> None:
    """The judge itself: a wrong name, and a text where an instant belongs, are both told."""
    made = msgspec.json.decode(exported(room, full(room)))
    graph = cast("list[dict[str, Any]]", made["@graph"])
    next(one for one in graph if one["@type"] == "uco-core:Event")["uco-core:startTime"] = "yesterday"
    path = tmp_path / "wrong.jsonld"
    graph.append({"@id": "kb:x-1", "@type": "uco-core:Happening"})
    path.write_bytes(msgspec.json.encode(made))
    with pytest.warns(Warning) as told:  # noqa: PT030  # of any kind: what counts is the name in it
        found = validate(str(path), case_version="case-1.4.0", inference="none")
    assert [str(one) for one in found.undefined_concepts] == [
        "https://ontology.unifiedcyberontology.org/uco/core/Happening"
    ]
    assert any("Happening" in str(one.message) for one in told)
    assert "Value is not Literal with datatype xsd:dateTime" in found.text
