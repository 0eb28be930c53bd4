"""What each kind of word of cases, programmes and delegations names: every text of it, and no officer's telephone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from lienlac.cases.kinds import SHAPE as CASES
from lienlac.delegations.shape import SHAPE as DELEGATIONS
from lienlac.programmes.programme import SHAPE as PROGRAMMES
from lienlac.records.shared.fold import Element, Statement
from lienlac.records.shared.naming.texts import named_in
from lienlac.records.shared.shape import Shape, kind_of
from lienlac.wire.bodies.cases import Attribute, Event, Evidence, EvidenceKind, Task
from lienlac.wire.bodies.hotline import DataIdentifier, Officer
from lienlac.wire.bodies.parts import Said
from lienlac.wire.bodies.records import Stated
from lienlac.wire.message import Marks, Pap, Tlp

NO_TEXTS = {"signature"}
"""Kinds of word that hold nothing but digests and numbers."""
PHONES = ("+84912000001", "+84912000002")
AT = datetime(2026, 11, 26, tzinfo=UTC)


def words(shape: Shape) -> Iterator[type[msgspec.Struct]]:
    for kind in msgspec.inspect.type_info(shape.words).types:  # type: ignore[attr-defined]  # a union
        yield kind.cls


def filled(kind: Any, numbers: Iterator[int], given: list[str]) -> Any:
    """A value of a type, each free text in it with a telephone number of its own."""
    match kind:
        case msgspec.inspect.Metadata():
            return filled(kind.type, numbers, given)
        case msgspec.inspect.StrType(pattern=None):
            phone = f"+84912{next(numbers):06}"
            given.append(phone)
            return f"gọi số {phone}"
        case msgspec.inspect.StrType():
            return coded(kind.pattern)
        case msgspec.inspect.VarTupleType():
            return (filled(kind.item_type, numbers, given),) if holds_text(kind.item_type) else ()
        case msgspec.inspect.StructType():
            return made(kind.cls, numbers, given) if holds_text(kind) else blank(kind.cls)
        case msgspec.inspect.UnionType():
            return filled(kind.types[0], numbers, given)
        case msgspec.inspect.EnumType():
            return next(iter(kind.cls))
        case msgspec.inspect.BoolType():
            return True
        case msgspec.inspect.IntType():
            return kind.ge or 0
        case msgspec.inspect.DateTimeType():
            return AT
    return None


def coded(pattern: str) -> str:
    """Something that a pattern of the words fits."""
    known = (
        "cas-" + "a" * 26, "vn-a05", "a" * 64, "2026-01-01", "2026-Q1", "VN", "VN-0001", "image/png", "code", "0",
        "UTC", "VND", "",
    )  # fmt: skip
    return next(one for one in known if re.match(pattern, one))


def holds_text(kind: Any) -> bool:
    found: list[str] = []
    if isinstance(kind, msgspec.inspect.StructType) and kind.cls is DataIdentifier:
        return True
    if isinstance(kind, msgspec.inspect.StructType):
        return any(holds_text(field.type) for field in kind.fields)
    if isinstance(kind, msgspec.inspect.VarTupleType):
        return holds_text(kind.item_type)
    filled(kind, iter(range(10)), found)
    return bool(found)


def made(cls: Any, numbers: Iterator[int], given: list[str]) -> Any:
    if cls is DataIdentifier:
        phone = f"+84912{next(numbers):06}"
        given.append(phone)
        return DataIdentifier(type="phone", value=phone)
    fields = msgspec.inspect.type_info(cls).fields  # type: ignore[attr-defined]  # a struct
    return cls(**{field.name: filled(field.type, numbers, given) for field in fields})


def blank(cls: Any) -> Any:
    return made(cls, iter(()), [])


def element(says: Any, kind: str) -> Element:
    marks = Marks(tlp=Tlp.AMBER, pap=Pap.AMBER)
    stated = Stated(
        id="fct-" + "a" * 26, element="evt-" + "a" * 26, version=1, at=AT, officer=Officer(name="A", unit="B"),
        marks=marks, says=says,
    )  # fmt: skip
    said = Statement(author="vn-a05", kind=kind, stated=stated, known_at=AT)
    return Element(id=stated.element, kind=kind, columns={"vn-a05": said})


EVERY = [
    pytest.param(shape, cls, id=f"{shape.name} {cls.__struct_config__.tag}")
    for shape in (CASES, PROGRAMMES, DELEGATIONS)
    for cls in words(shape)
]


@pytest.mark.parametrize(("shape", "cls"), EVERY)
def test_every_text_of_every_word_is_read_but_where_officers_stand(shape: Shape, cls: Any) -> None:
    given: list[str] = []
    says = made(cls, iter(range(1, 1_000)), given)
    kind = kind_of(says)
    officers = phones_of(says, kind, shape.unread - {"event.attributes"})
    found = {one.key for one in named_in(element(says, kind), shape) if one.type == "phone"}
    assert found == set(given) - officers
    assert given or kind in NO_TEXTS


@pytest.mark.parametrize("shape", [CASES, PROGRAMMES, DELEGATIONS], ids=lambda shape: shape.name)
def test_where_officers_stand_is_said_of_fields_that_exist(shape: Shape) -> None:
    fields = {str(cls.__struct_config__.tag): set(cls.__struct_fields__) for cls in words(shape)}
    for one in shape.unread | shape.apart:
        kind, _, field = one.partition(".")
        assert kind in fields
        assert not field or field in fields[kind]


def test_what_a_number_is_says_the_name_of_its_column() -> None:
    """A row of an imported list: the account stands in one column, its bank in the name of another."""
    row = Event(
        at=AT, text=Said(vi="Chuyển khoản"), attributes=(Attribute(name="STK Vietcombank", value="0071000123456"),)
    )
    assert {one.key for one in named_in(element(row, "event"), CASES)} == {"vn:970436:0071000123456"}


def test_an_exhibit_names_its_file_by_the_digest() -> None:
    exhibit = Evidence(
        title="Tệp", kind=EvidenceKind.FILE, acquired_at=AT, acquired_by="Gọi +84912000001", place="Hà Nội", tool="x",
        legal_basis="x", digest="ab" * 32,
    )  # fmt: skip
    found = {(one.type, one.key) for one in named_in(element(exhibit, "evidence"), CASES)}
    assert found == {("file-hash", "ab" * 32)}


def test_what_both_sides_say_is_named_once_and_what_one_says_too() -> None:
    ours, theirs = (element(Task(text=Said(vi=f"Gọi {phone}"), owner="vn-a05"), "task") for phone in PHONES)
    said = {"vn-a05": ours.columns["vn-a05"], "us-ic3": theirs.columns["vn-a05"]}
    both = Element(id=ours.id, kind="task", columns=said)
    assert {one.key for one in named_in(both, CASES)} == set(PHONES)


def phones_of(says: Any, kind: str, unread: frozenset[str]) -> set[str]:
    """Numbers in the fields that are said to be officers'."""
    spared = [name for name in says.__struct_fields__ if kind in unread or f"{kind}.{name}" in unread]
    return set(re.findall(r"\+84912\d{6}", " ".join(str(getattr(says, name)) for name in spared)))


def test_what_was_taken_back_names_nothing() -> None:
    assert named_in(element(None, "event"), CASES) == ()
