"""Accounts, persons and transactions of a goAML report to objects and back, by a mapping that the operator owns.

Every country has its own schema for goAML, so no element's name stands in the program: `data/goaml.toml` proposes them,
and an operator's own file takes its place. Reports are read without document types, entities or anything that leads out
of the file. Whether a report fits a country's XSD is for a validator with that XSD to say.
"""

from __future__ import annotations

import html
import tomllib
from importlib import resources
from typing import TYPE_CHECKING, Any, Final
from xml.parsers import expat

import msgspec

from lienlac import limits
from lienlac.errors import Refused
from lienlac.identifiers.accounts import IbanAccount, OtherAccount, VnAccount
from lienlac.stix import extension
from lienlac.stix.foreign import making

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lienlac.identifiers.accounts import Account

_MAX_DEPTH: Final = 32


class Report(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a report is written around its transactions."""

    root: str
    header: list[tuple[str, str]] = []


class Transactions(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """Which elements are transactions, and their sides."""

    elements: list[str]
    from_: list[str]
    to: list[str]
    members: dict[str, str]


class Accounts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which elements are accounts; `inside`: their names on the from side and on the to side."""

    elements: list[str]
    inside: tuple[str, str]
    members: dict[str, str]


class Parties(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which elements are persons or entities."""

    elements: list[str]
    names: list[str]
    phones: list[str] = []
    emails: list[str] = []


class Mapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole mapping."""

    report: Report
    transaction: Transactions
    account: Accounts
    person: Parties
    entity: Parties


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What a report gave; `left_out`: place and code of what could not be read."""

    objects: list[dict[str, Any]]
    left_out: list[tuple[str, str]]


class _Element:
    __slots__ = ("children", "name", "text")

    def __init__(self, name: str) -> None:
        self.name, self.text = name, ""
        self.children: list[_Element] = []

    def at(self, path: str) -> Iterator[_Element]:
        """Elements at a path of local names below this one."""
        name, _, rest = path.partition(".")
        for child in self.children:
            if child.name == name:
                yield from child.at(rest) if rest else (child,)

    def said(self, path: str) -> str:
        """The first text at a path."""
        return next((found.text.strip() for found in self.at(path) if found.text.strip()), "")

    def below(self) -> Iterator[_Element]:
        """This element and every one in it."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            waiting.extend(reversed(element.children))


def proposed() -> Mapping:
    """The mapping that comes with the program."""
    return mapping_of(resources.files("lienlac.stix").joinpath("data", "goaml.toml").read_text(encoding="utf-8"))


def mapping_of(text: str) -> Mapping:
    """An operator's mapping. Raises `Refused("goaml-mapping")`."""
    try:
        return msgspec.convert(tomllib.loads(text), Mapping)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise Refused("goaml-mapping", reason=str(error)[:120]) from error


def objects_of(data: bytes, mapping: Mapping, *, at_us: int) -> Taken:
    """Objects of a report. Raises `Refused` (`too-large`, `goaml-xml`, `goaml-too-many`)."""
    if len(data) > limits.GOAML_MAX_BYTES:
        raise Refused("too-large", size_bytes=len(data), limit_bytes=limits.GOAML_MAX_BYTES)
    return _Reading(mapping, at_us).read(_tree(data))


def report_of(objects: Iterable[dict[str, Any]], mapping: Mapping) -> str:
    """A report with the transactions among these objects and the accounts that they name."""
    listed = {value["id"]: value for value in objects}
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<{mapping.report.root}>"]
    lines += [f"  <{name}>{html.escape(text)}</{name}>" for name, text in mapping.report.header]
    for value in listed.values():
        if value["type"] == "financial-transaction":
            lines += _written(value, listed, mapping)
    return "\n".join([*lines, f"</{mapping.report.root}>", ""])


def _written(value: dict[str, Any], listed: dict[str, dict[str, Any]], mapping: Mapping) -> list[str]:
    said = mapping.transaction
    lines = [f"  <{said.elements[0]}>", *_members(value, said.members, "    ")]
    for ref, side, inside in (
        ("from_ref", said.from_[0], mapping.account.inside[0]),
        ("to_ref", said.to[0], mapping.account.inside[1]),
    ):
        account = listed.get(value.get(ref, ""))
        if account is not None and account["type"] == "bank-account":
            lines += [f"    <{side}>", f"      <{inside}>"]
            lines += _members(account, mapping.account.members, "        ")
            lines += [f"      </{inside}>", f"    </{side}>"]
    return [*lines, f"  </{said.elements[0]}>"]


def _members(value: dict[str, Any], members: dict[str, str], indent: str) -> list[str]:
    return [
        f"{indent}<{element}>{html.escape(str(value[name]).removesuffix('Z'))}</{element}>"
        for name, element in members.items()
        if value.get(name)
    ]


class _Reading:
    """One report, while it is read."""

    def __init__(self, mapping: Mapping, at_us: int) -> None:
        self._mapping, self._at_us = mapping, at_us
        self._made: dict[str, dict[str, Any]] = {}
        self._left_out: list[tuple[str, str]] = []

    def read(self, root: _Element) -> Taken:
        transactions = set(self._mapping.transaction.elements)
        inside: set[int] = set()
        for element in root.below():
            if element.name in transactions:
                inside |= {id(part) for part in element.below()}
                self._transaction(element)
        for element in root.below():
            if id(element) not in inside:
                self._things(element)
        if len(self._made) > limits.GOAML_ITEMS_MAX:
            raise Refused("goaml-too-many", limit=limits.GOAML_ITEMS_MAX)
        return Taken(objects=list(self._made.values()), left_out=self._left_out)

    def _transaction(self, element: _Element) -> None:
        said = self._mapping.transaction
        members: dict[str, Any] = {name: making.said(element.said(path)) for name, path in said.members.items()}
        members["executed"] = _instant(members.get("executed", ""))
        sides: dict[str, str] = {}
        parties = []
        for ref, names in (("from_ref", said.from_), ("to_ref", said.to)):
            for side in (found for name in names for found in element.at(name)):
                for item in (made for part in side.below() for made in self._things(part)):
                    if item["type"] == "bank-account":
                        sides.setdefault(ref, item["id"])
                        members.setdefault("currency", item.get("currency"))
                    elif item["type"] == "identity":
                        parties.append(item)
        made = extension.observable("financial-transaction", members | sides)
        try:
            extension.check(made)
        except Refused as error:
            self._left(members.get("reference", ""), error.code)
            return
        self._made[made["id"]] = made
        for party in parties:
            self._tie(party, made)

    def _things(self, element: _Element) -> list[dict[str, Any]]:
        """What one element is: an account, a person with its addresses, an entity, or nothing of these."""
        try:
            if element.name in self._mapping.account.elements and element.children:
                account = making.bank_account(_account(element, self._mapping.account.members))
                currency = element.said(self._mapping.account.members.get("currency", ""))
                return [self._put(account | ({"currency": currency} if len(currency) == 3 else {}))]
            for said, kind in ((self._mapping.person, "individual"), (self._mapping.entity, "organization")):
                if element.name in said.elements and element.children:
                    return [self._party(element, said, kind)]
        except Refused as error:
            self._left(element.name, error.code)
        return []

    def _party(self, element: _Element, said: Parties, kind: str) -> dict[str, Any]:
        name = making.said(" ".join(filter(None, (element.said(part) for part in said.names))))
        made = self._put(making.identity(name, kind, self._at_us))
        for paths, what in ((said.phones, "phone"), (said.emails, "email")):
            for found in (one.text for path in paths for one in element.at(path) if one.text.strip()):
                try:
                    self._tie(made, self._put(making.observable(what, found)))
                except Refused as error:
                    self._left(element.name, error.code)
        return made

    def _put(self, made: dict[str, Any]) -> dict[str, Any]:
        extension.check(made)
        self._made[made["id"]] = made
        return made

    def _tie(self, source: dict[str, Any], target: dict[str, Any]) -> None:
        made = making.relationship(source, "related-to", target, self._at_us)
        self._made[made["id"]] = made

    def _left(self, place: str, code: str) -> None:
        if len(self._left_out) < limits.FOREIGN_REMARKS_MAX:
            self._left_out.append((place[:80], code))


def _account(element: _Element, members: dict[str, str]) -> Account:
    said = {name: element.said(path) for name, path in members.items()}
    number = said.get("account_number", "")
    holder, bank = making.said(said.get("holder_name", "")), making.said(said.get("bank_name", ""))
    if said.get("iban"):
        return IbanAccount(iban=said["iban"], bic=said.get("bic", ""), bank_name=bank, holder_name=holder)
    if number and said.get("bin", "").isdigit():
        return VnAccount(bin=said["bin"], number=number, holder_name=holder)
    if number and said.get("bic"):
        return OtherAccount(bic=said["bic"], number=number, bank_name=bank, holder_name=holder)
    raise Refused("goaml-account")


def _instant(text: str) -> str:
    """A date and time without zone, as goAML writes them, taken as UTC; empty where it is none."""
    day, _, clock = text.partition("T")
    return f"{day}T{clock[:8] or '00:00:00'}Z" if len(day) == 10 else ""


def _tree(data: bytes) -> _Element:
    """The elements of a file; document types, entities and processing instructions have no place in it."""
    root = _Element("")
    open_elements = [root]

    def begin(name: str, _attributes: dict[str, str]) -> None:
        if len(open_elements) > _MAX_DEPTH:
            raise Refused("too-deep", limit=_MAX_DEPTH)
        element = _Element(name.rpartition(" ")[2])
        open_elements[-1].children.append(element)
        open_elements.append(element)

    def text(part: str) -> None:
        open_elements[-1].text += part

    def forbidden(*_said: object) -> None:
        raise Refused("goaml-xml", reason="a document type or an entity")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = begin
    parser.EndElementHandler = lambda _name: open_elements.pop()
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = forbidden
    parser.ExternalEntityRefHandler = lambda *_said: 0
    parser.buffer_text = True
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise Refused("goaml-xml", reason=str(error)[:120]) from error
    return root
