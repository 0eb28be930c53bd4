"""Our types of observables as MISP objects, and MISP's objects of money and telephones as our types.

The relations stand with the types (`data/extension.toml`). MISP's own converter knows none of them: it would keep a
bank account as a lump that nobody can search. Full card numbers and security codes are cut out of an event before
anything else sees it.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Final

from lienlac import limits
from lienlac.errors import Refused
from lienlac.identifiers import cards
from lienlac.stix import extension
from lienlac.stix.foreign import making

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_ATTRIBUTES: Final = {"iban": "iban", "btc": "btc", "phone-number": "phone", "cc-number": "card-trunc"}
"""Types of attributes that are one of ours by themselves."""
_CODES: Final = frozenset({"card-security-code"})
_TEMPLATES: Final = {
    "bank-account": ("b4712203-95a8-4883-80e9-b566f5df11c9", "3", "financial"),
    "credit-card": ("2b9c57aa-daba-4330-a738-56f18743b0c7", "3", "financial"),
    "coin-address": ("d0e6997e-78da-4815-a6a1-cfc1c1cb8a46", "7", "financial"),
    "phone": ("d7e4fbdd-b551-4862-bddb-a0b470a38509", "6", "misc"),
    "transaction": ("a47fa26a-01b6-4747-a394-5144e34456dc", "1", "financial"),
    "user-account": ("49606b06-22f0-4ac8-8eee-2f12ad46f3d3", "6", "misc"),
    "android-app": ("92836f23-4730-4eae-82ac-9f00d5299735", "2", "file"),
}
"""Id, version and category of the MISP object templates that are written."""
_TYPES: Final = {
    "iban": "iban",
    "account": "bank-account-nr",
    "swift": "bic",
    "aba-rtn": "aba-rtn",
    "date": "datetime",
    "link": "link",
    "certificate-sha256": "sha256",
}
"""Types of attributes by their relation; every other one is text."""
_BACK: Final = frozenset({"bank-account", "coin-address", "phone", "transaction", "android-app"})
"""Templates that are ours when they come in; a user account of MISP may be of any system."""


def object_of(value: dict[str, Any]) -> dict[str, Any]:
    """The MISP object of an observable of ours."""
    said = extension.kinds()[value["type"]]
    template, version, category = _TEMPLATES[said.misp]
    own = value["id"].partition("--")[2]
    attributes = [
        {
            "uuid": making.same_uuid(own, relation),
            "type": _TYPES.get(relation, "text"),
            "category": "Other" if relation != "account" else "Financial fraud",
            "object_relation": relation,
            "value": str(value[member]),
            "to_ids": False,
        }
        for member, relation in said.members.items()
        if value.get(member) is not None
    ]
    return {
        "uuid": own,
        "name": said.misp,
        "meta-category": category,
        "template_uuid": template,
        "template_version": version,
        "Attribute": attributes,
    }


def observables_of(event: Mapping[str, Any]) -> tuple[list[dict[str, Any]], list[str]]:
    """Observables of ours that an event's objects and attributes say, and codes of what could not be read."""
    made: dict[str, dict[str, Any]] = {}
    left: list[str] = []
    for read in _readings(event):
        try:
            item = read()
            extension.check(item)
        except Refused as error:
            left.append(error.code)
        else:
            made[item["id"]] = item
        if len(made) >= limits.STIX_IDENTIFIERS_MAX:
            break
    return list(made.values()), left


def without_card_data(event: dict[str, Any]) -> dict[str, Any]:
    """The same event, changed in place: card numbers cut wherever a text stands, security codes taken out."""
    for holder in _holders(event):
        kept = []
        for attribute in holder.get("Attribute") or ():
            if not isinstance(attribute, dict) or attribute.get("object_relation") in _CODES:
                continue
            value = attribute.get("value")
            if isinstance(value, str) and attribute.get("type") == "cc-number":
                attribute["value"] = _cut(value)
            kept.append(attribute)
        if "Attribute" in holder:
            holder["Attribute"] = kept
    _cut_texts(event)
    return event


def _cut(value: str) -> str:
    """The number of a card in the form that MISP's own objects have."""
    digits = "".join(letter for letter in value if letter.isdigit())
    return f"{digits[:6]}******{digits[-4:]}" if cards.is_card_number(digits) else value


def _cut_texts(event: dict[str, Any]) -> None:
    """Titles, comments, reports, tags: people write anywhere. What files hold is no text."""
    waiting: list[Any] = [event]
    while waiting:
        item = waiting.pop()
        for place, part in list(item.items()) if isinstance(item, dict) else enumerate(item):
            if isinstance(part, dict | list):
                waiting.append(part)
            elif isinstance(part, str) and not str(place).endswith(("data", "uuid")):
                item[place] = cards.truncate_in(part)


def _holders(event: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    if isinstance(event, dict):
        yield event
    objects = event.get("Object")
    for item in objects if isinstance(objects, list) else ():
        if isinstance(item, dict):
            yield item


def _readings(event: Mapping[str, Any]) -> Iterator[Any]:
    """One function for each thing that may become an observable."""
    kinds = {said.misp: kind for kind, said in extension.kinds().items() if said.misp in _BACK}
    for holder in _holders(event):
        kind = kinds.get(str(holder.get("name"))) if "template_uuid" in holder or "meta-category" in holder else None
        attributes = [item for item in holder.get("Attribute") or () if isinstance(item, dict)]
        if kind is not None:
            yield functools.partial(_from_object, kind, attributes)
            continue
        for attribute in attributes:
            single = _ATTRIBUTES.get(str(attribute.get("type")))
            if single is not None and isinstance(attribute.get("value"), str):
                yield functools.partial(making.observable, single, attribute["value"])


def _from_object(kind: str, attributes: list[dict[str, Any]]) -> dict[str, Any]:
    back = {relation: member for member, relation in extension.kinds()[kind].members.items()}
    said = {
        back[item["object_relation"]]: item["value"].strip()
        for item in attributes
        if item.get("object_relation") in back and isinstance(item.get("value"), str)
    }
    if kind == "bank-account":
        account = extension.account_of(said)
        if account is None:
            raise Refused("misp-account")
        return making.bank_account(account)
    if kind == "phone-number":
        return making.observable("phone", said.get("value", ""))
    if kind == "cryptocurrency-wallet":
        return _wallet(said, attributes)
    if kind == "app-package":
        said["platform"] = "android"
    if "executed" in said:
        said["executed"] = making.instant_of(said["executed"])
    return extension.observable(kind, said)


def _wallet(said: dict[str, str], attributes: list[dict[str, Any]]) -> dict[str, Any]:
    bitcoin = next((item["value"] for item in attributes if item.get("object_relation") == "address"), None)
    if isinstance(bitcoin, str):
        return making.observable("btc", bitcoin)
    chain = extension.chain_of(said.get("value", "")) or "other"
    return extension.observable("cryptocurrency-wallet", {**said, "chain": chain})
