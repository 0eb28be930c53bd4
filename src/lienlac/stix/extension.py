"""The one extension-definition of ours: what fraud consists of and STIX has no types for.

Bank accounts, truncated cards, wallets, telephones, transactions, messaging accounts and app packages are observables
here. Responsible for the definition, its schema, objects made from our identifiers and back, and the MISP object that
says the same. Type and member names are those that OpenCTI uses where it has some, so that it reads ours. A full card
number has no place: the schema takes only a truncated one.
"""

from __future__ import annotations

import functools
import hashlib
import json
import re
import tomllib
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

import jsonschema_rs
import msgspec

from lienlac.identifiers.accounts import Account, IbanAccount, OtherAccount, UsAccount, VnAccount
from lienlac.stix import faults

if TYPE_CHECKING:
    from collections.abc import Mapping

EXTENSION_ID: Final = "extension-definition--2114946d-3f1c-4acb-b13f-a186654a49ee"
CREATOR_ID: Final = "identity--fe4dd900-5652-40c0-adf2-a12857c8eee7"
VERSION: Final = "1.0.0"
INTENT: Final = (
    "STIX 2.1 has no types for what fraud and money laundering consist of. These are observables: they have no "
    "versions, and the same thing has the same id wherever it is written (UUID version 5, namespace of STIX, of the "
    "members marked `id` in canonical JSON). A full card number, a CVV, a PIN have no place in them. Each object says "
    '`"extensions": {"<id of the definition>": {"extension_type": "new-sco"}}`. Names of types and members are '
    "those of OpenCTI where it has some. Objects of the same type that name another definition are kept unchecked."
)
_CREATED: Final = "2026-11-25T00:00:00.000Z"
_ADDRESSES: Final = {
    "ethereum": re.compile(r"0x[0-9a-fA-F]{40}"),
    "tron": re.compile(r"T[1-9A-HJ-NP-Za-km-z]{33}"),
    "bitcoin": re.compile(r"(?:bc1|tb1)[0-9a-z]{11,87}|[13][1-9A-HJ-NP-Za-km-z]{25,34}"),
}
_NAMESPACE: Final = bytes.fromhex("00abedb4aa42466c9c01fed23315a9b7")
"""The namespace in which STIX 2.1 makes ids of observables (section 2.9)."""


class Kind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One type of ours: the members that make up its id, and the MISP object with its relation for each member."""

    id: tuple[str, ...]
    misp: str
    members: dict[str, str]


@functools.cache
def kinds() -> Mapping[str, Kind]:
    """Every type of ours."""
    text = resources.files("lienlac.stix").joinpath("data", "extension.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), dict[str, Kind])


@functools.cache
def schema() -> dict[str, Any]:
    """The JSON schema of all types."""
    text = resources.files("lienlac.stix").joinpath("data", "extension.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


@functools.cache
def _validator(kind: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator({"$defs": schema()["$defs"], "$ref": f"#/$defs/{kind}"})


@functools.cache
def examples() -> dict[str, dict[str, Any]]:
    """One example of each type, for people and for tests."""
    text = resources.files("lienlac.stix").joinpath("data", "examples.json").read_text(encoding="utf-8")
    return {kind: observable(kind, members) for kind, members in json.loads(text).items()}


def is_ours(value: Mapping[str, Any]) -> bool:
    """Whether an object says that it follows our definition; others use the same names in their own way."""
    extensions = value.get("extensions")
    return value.get("type") in kinds() and isinstance(extensions, dict) and EXTENSION_ID in extensions


def check(value: dict[str, Any]) -> None:
    """Raises `Refused` where an object of ours breaks its schema."""
    if is_ours(value) and not _validator(value["type"]).is_valid(value):
        raise faults.refusal(_validator(value["type"]), value)


def observable(kind: str, members: Mapping[str, Any]) -> dict[str, Any]:
    """An object of ours with these members (empty ones are left out); the same members give the same id."""
    said = {name: value for name, value in members.items() if value not in (None, "")}
    naming = {name: said[name] for name in sorted(kinds()[kind].id) if name in said}
    return {
        "type": kind,
        "spec_version": "2.1",
        "id": f"{kind}--{_uuid5(naming)}",
        **said,
        "extensions": {EXTENSION_ID: {"extension_type": "new-sco"}},
    }


def of_account(account: Account) -> dict[str, Any]:
    """A bank account of ours (already normalised) as an observable."""
    members: dict[str, Any] = {"holder_name": account.holder_name}
    if isinstance(account, VnAccount):
        members |= {"bin": account.bin, "account_number": account.number, "country": "VN"}
    elif isinstance(account, IbanAccount):
        members |= {"iban": account.iban, "bic": account.bic, "country": account.iban[:2]}
    elif isinstance(account, UsAccount):
        members |= {"aba": account.aba, "account_number": account.number, "country": "US"}
    else:
        members |= {"bic": account.bic, "account_number": account.number}
    if not isinstance(account, VnAccount):
        members["bank_name"] = account.bank_name
    return observable("bank-account", members)


def account_of(value: Mapping[str, Any]) -> Account | None:
    """The account in a `bank-account` of ours or of OpenCTI, not yet normalised; None where the bank is not named."""
    names = ("iban", "account_number", "bin", "bic", "aba", "bank_name", "holder_name")
    said = {name: text for name in names if isinstance(text := value.get(name), str) and text}
    bank_name, holder = said.get("bank_name", ""), said.get("holder_name", "")
    if "iban" in said:
        return IbanAccount(iban=said["iban"], bic=said.get("bic", ""), bank_name=bank_name, holder_name=holder)
    number = said.get("account_number")
    if number is None:
        return None
    if "bin" in said:
        return VnAccount(bin=said["bin"], number=number, holder_name=holder)
    if "aba" in said:
        return UsAccount(aba=said["aba"], number=number, bank_name=bank_name, holder_name=holder)
    if "bic" in said:
        return OtherAccount(bic=said["bic"], number=number, bank_name=bank_name, holder_name=holder)
    return None


def chain_of(text: str) -> str:
    """The chain whose addresses look like this; empty where none does. Check digits are not asked for."""
    return next((chain for chain, form in _ADDRESSES.items() if form.fullmatch(text)), "")


def definition() -> dict[str, Any]:
    """The extension-definition, to be sent along with whatever uses it."""
    return {
        "type": "extension-definition",
        "spec_version": "2.1",
        "id": EXTENSION_ID,
        "created_by_ref": CREATOR_ID,
        "created": _CREATED,
        "modified": _CREATED,
        "name": "Financial and messaging observables",
        "description": (
            "Observables of fraud and money laundering that STIX 2.1 lacks: " + ", ".join(kinds()) + ". "
            "Card numbers are always truncated."
        ),
        "schema": json.dumps(schema(), sort_keys=True, separators=(",", ":")),
        "version": VERSION,
        "extension_types": ["new-sco"],
    }


def creator() -> dict[str, Any]:
    """Whom the definition names as its maker: the project, no authority."""
    return {
        "type": "identity",
        "spec_version": "2.1",
        "id": CREATOR_ID,
        "created": _CREATED,
        "modified": _CREATED,
        "name": "Lienlac",
        "identity_class": "group",
    }


def _uuid5(naming: dict[str, Any]) -> str:
    """A UUID of version 5 of these members in canonical JSON (texts only, so sorting is all there is to it)."""
    text = json.dumps(naming, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    digest = bytearray(hashlib.sha1(_NAMESPACE + text.encode(), usedforsecurity=False).digest()[:16])
    digest[6] = (digest[6] & 0x0F) | 0x50
    digest[8] = (digest[8] & 0x3F) | 0x80
    plain = digest.hex()
    return "-".join((plain[:8], plain[8:12], plain[12:16], plain[16:20], plain[20:]))
