"""FollowTheMoney entities (one JSON object a line) to objects and back, without its library.

People, companies, accounts, payments, wallets, user accounts, addresses of mail and telephone, and who is tied to whom.
Entities of other schemas are named as left out, never lost silently. An entity may name one that comes later in the
file, so links are made at the end. Knows nothing of Aleph or OpenAleph beyond the form of their exports.
"""

from __future__ import annotations

import codecs
import re
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import msgspec
import orjson

from lienlac import limits, strictjson
from lienlac.errors import Refused
from lienlac.identifiers.accounts import IbanAccount, OtherAccount
from lienlac.stix import extension
from lienlac.stix.foreign import making

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_PEOPLE: Final = {"Person": "individual"}
_FIRMS: Final = dict.fromkeys(("Company", "Organization", "LegalEntity", "PublicBody", "Bank"), "organization")
_LINKS: Final = {
    "Ownership": ("owner", "asset", "owns"),
    "Directorship": ("director", "organization", "directs"),
    "Employment": ("employee", "employer", "works-for"),
    "Membership": ("member", "organization", "member-of"),
    "Associate": ("person", "associate", "related-to"),
    "Family": ("person", "relative", "related-to"),
    "Representation": ("agent", "client", "represents"),
    "UnknownLink": ("subject", "object", "related-to"),
}
_CONTACTS: Final = (("email", "email"), ("phone", "phone"), ("website", "url"))
_SERVICES: Final = frozenset({"telegram", "zalo", "facebook", "tiktok", "whatsapp", "viber", "line", "wechat"})
_CHAINS: Final = {"BTC": "bitcoin", "ETH": "ethereum", "TRX": "tron", "USDT": "tron"}
_COINS: Final = {"bitcoin": "BTC", "ethereum": "ETH", "tron": "TRX"}
_NUMBERS: Final = frozenset({"accountNumber", "iban"})
_DAY: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ]([0-9]{2}:[0-9]{2}:[0-9]{2}))?")


class Entity(msgspec.Struct, frozen=True, kw_only=True):
    """One entity as it stands on its line."""

    id: str
    schema: str
    properties: dict[str, list[str]]

    def first(self, name: str) -> str:
        """The first value of a property; empty where it has none."""
        values = self.properties.get(name) or [""]
        return values[0].strip()


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What a file gave, and what was left out: id of the entity and why."""

    objects: list[dict[str, Any]]
    left_out: list[tuple[str, str]]


def entities(lines: Iterable[bytes]) -> Iterator[Entity]:
    """Every entity of a file. Raises `Refused` (`ftm-line`, `ftm-too-many`, or as `strictjson`)."""
    for number, line in enumerate(lines, 1):
        if number > limits.FTM_ENTITIES_MAX:
            raise Refused("ftm-too-many", limit=limits.FTM_ENTITIES_MAX)
        line = line.removeprefix(codecs.BOM_UTF8)  # noqa: PLW2901  # the same line, without a mark of its program
        if not line.strip():
            continue
        value = strictjson.loads(line, max_bytes=limits.FTM_LINE_MAX_BYTES)
        try:
            yield _without_cards(msgspec.convert(value, Entity))
        except msgspec.ValidationError as error:
            raise Refused("ftm-line", line=number) from error


def _without_cards(entity: Entity) -> Entity:
    """Card numbers are cut wherever somebody wrote one; numbers of accounts have a check of their own."""
    told = {
        name: values if name in _NUMBERS else [making.said(text) for text in values]
        for name, values in entity.properties.items()
    }
    return msgspec.structs.replace(entity, properties=told)


def objects_of(found: Iterable[Entity], *, at_us: int) -> Taken:
    """Objects of all entities of a file, and the ties between them."""
    reading = _Reading(at_us)
    for entity in found:
        reading.take(entity)
    return reading.finish()


def entities_of(objects: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """Lines of FollowTheMoney for those objects that it has a schema for; the others are passed over."""
    for value in objects:
        made = _entity(value)
        if made is not None:
            schema, properties = made
            filled = {name: [text] for name, text in properties.items() if text}
            yield orjson.dumps({"id": value["id"], "schema": schema, "properties": filled}) + b"\n"


class _Reading:
    """One file, while it is read."""

    def __init__(self, at_us: int) -> None:
        self._at_us = at_us
        self._made: dict[str, dict[str, Any]] = {}
        self._by_entity: dict[str, dict[str, Any]] = {}
        self._links: list[tuple[str, str, str, str]] = []
        self._payments: list[Entity] = []
        self._left_out: list[tuple[str, str]] = []

    def take(self, entity: Entity) -> None:
        try:
            self._take(entity)
        except Refused as error:
            self._left(entity.id, error.code)

    def finish(self) -> Taken:
        for payment in self._payments:
            try:
                self._payment(payment)
            except Refused as error:
                self._left(payment.id, error.code)
        for entity_id, source, kind, target in self._links:
            ends = self._by_entity.get(source), self._by_entity.get(target)
            if ends[0] is None or ends[1] is None:
                self._left(entity_id, "end-missing")
            else:
                self._tie(ends[0], kind, ends[1])
        return Taken(objects=list(self._made.values()), left_out=self._left_out)

    def _take(self, entity: Entity) -> None:
        schema = entity.schema
        if schema in _PEOPLE or schema in _FIRMS:
            self._identity(entity, _PEOPLE.get(schema) or _FIRMS[schema])
        elif schema == "BankAccount":
            self._put(entity, making.bank_account(_account(entity)))
            self._link_later(entity, entity.first("holder"), "related-to", entity.id)
        elif schema == "CryptoWallet":
            coin = entity.first("currency").upper()
            members = {"value": entity.first("publicKey"), "chain": _CHAINS.get(coin, "other"), "symbol": coin}
            self._put(entity, extension.observable("cryptocurrency-wallet", members))
            self._link_later(entity, entity.first("holder"), "related-to", entity.id)
        elif schema == "UserAccount":
            self._put(entity, _user_account(entity))
            self._link_later(entity, entity.first("owner"), "related-to", entity.id)
        elif schema == "Payment":
            self._payments.append(entity)
        elif schema in _LINKS:
            source, target, kind = _LINKS[schema]
            self._link_later(entity, entity.first(source), kind, entity.first(target))
        else:
            self._left(entity.id, f"schema {schema[:40]}")

    def _identity(self, entity: Entity, identity_class: str) -> None:
        made = making.identity(
            entity.first("name"),
            identity_class,
            self._at_us,
            description=entity.first("description"),
            x_lienlac_ftm_id=making.said(entity.id[:200]),
        )
        self._put(entity, made)
        for name, kind in _CONTACTS:
            for text in entity.properties.get(name, ()):
                try:
                    contact = making.observable(kind, text)
                except Refused as error:
                    self._left(entity.id, error.code)
                    continue
                self._made[contact["id"]] = contact
                self._tie(made, "related-to", contact)

    def _payment(self, entity: Entity) -> None:
        ends = {}
        for member, names in (("from_ref", ("payerAccount",)), ("to_ref", ("beneficiaryAccount",))):
            account = next((self._by_entity.get(entity.first(name)) for name in names), None)
            if account is not None and account["type"] in {"bank-account", "cryptocurrency-wallet"}:
                ends[member] = account["id"]
        made = extension.observable(
            "financial-transaction",
            {
                "reference": entity.first("transactionNumber"),
                "amount": entity.first("amount"),
                "currency": entity.first("currency").upper(),
                "executed": _instant(entity.first("date")),
                "memo": entity.first("purpose")[: limits.LINE_MAX_CHARS],
                **ends,
            },
        )
        extension.check(made)
        self._put(entity, made)
        for name in ("payer", "beneficiary"):
            person = self._by_entity.get(entity.first(name))
            if person is not None:
                self._tie(person, "related-to", made)

    def _put(self, entity: Entity, made: dict[str, Any]) -> None:
        extension.check(made)
        self._made[made["id"]] = made
        self._by_entity[entity.id] = made

    def _link_later(self, entity: Entity, source: str, kind: str, target: str) -> None:
        if source and target:
            self._links.append((entity.id, source, kind, target))

    def _tie(self, source: dict[str, Any], kind: str, target: dict[str, Any]) -> None:
        made = making.relationship(source, kind, target, self._at_us)
        self._made[made["id"]] = made

    def _left(self, entity_id: str, why: str) -> None:
        if len(self._left_out) < limits.FOREIGN_REMARKS_MAX:
            self._left_out.append((making.said(entity_id[:200]), why))


def _account(entity: Entity) -> IbanAccount | OtherAccount:
    holder, bank = entity.first("accountHolder"), entity.first("bankName")
    iban = entity.first("iban")
    if iban:
        return IbanAccount(iban=iban, bic=entity.first("bic"), bank_name=bank, holder_name=holder)
    number, bic = entity.first("accountNumber"), entity.first("bic")
    if not number or not bic:
        raise Refused("ftm-account")
    try:
        return msgspec.convert(
            {"form": "bic", "bic": bic, "number": number, "bank_name": bank, "holder_name": holder}, OtherAccount
        )
    except msgspec.ValidationError as error:
        raise Refused("ftm-account") from error


def _user_account(entity: Entity) -> dict[str, Any]:
    service = entity.first("service").lower()
    members = {
        "service": service if service in _SERVICES else "other",
        "account_id": entity.first("username") or entity.first("number"),
    }
    return extension.observable("messaging-account", members)


def _instant(text: str) -> str:
    """A day or an instant as STIX writes it; empty where it is neither."""
    found = _DAY.match(text)
    if found is None:
        return ""
    try:
        date.fromisoformat(found[1])
    except ValueError:
        return ""
    return f"{found[1]}T{found[2] or '00:00:00'}Z"


def _entity(value: dict[str, Any]) -> tuple[str, dict[str, str]] | None:
    """Schema and properties of an object; None where FollowTheMoney has nothing for it."""
    said = {name: text for name, text in value.items() if isinstance(text, str)}
    kind = value["type"]
    if kind == "identity":
        schema = {"individual": "Person", "organization": "Company"}.get(said.get("identity_class", ""), "LegalEntity")
        return schema, {"name": said.get("name", ""), "description": said.get("description", "")}
    if kind == "bank-account":
        return "BankAccount", {
            "iban": said.get("iban", ""),
            "accountNumber": said.get("account_number", ""),
            "bic": said.get("bic", ""),
            "bankName": said.get("bank_name", ""),
            "accountHolder": said.get("holder_name", ""),
        }
    if kind == "cryptocurrency-wallet":
        return "CryptoWallet", {
            "publicKey": said.get("value", ""),
            "currency": said.get("symbol") or _COINS.get(said.get("chain", ""), ""),
        }
    if kind == "messaging-account":
        return "UserAccount", {"service": said.get("service", ""), "username": said.get("account_id", "")}
    if kind == "financial-transaction":
        return "Payment", {
            "transactionNumber": said.get("reference", ""),
            "amount": said.get("amount", ""),
            "currency": said.get("currency", ""),
            "date": said.get("executed", "")[:10],
            "purpose": said.get("memo", ""),
            "payerAccount": said.get("from_ref", ""),
            "beneficiaryAccount": said.get("to_ref", ""),
        }
    if kind == "relationship":
        for schema, (source, target, name) in _LINKS.items():
            if name == said.get("relationship_type") and schema not in {"Associate", "Family"}:
                return schema, {source: said.get("source_ref", ""), target: said.get("target_ref", "")}
    return None
