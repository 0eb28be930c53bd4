"""Bank accounts as they travel in requests: four forms, each checked by its own rules (protocol clause 11).

An account is a bank and a number, never a number alone. `normalise` gives the one form that is sent and compared;
nothing here can tell whether an account exists. Holders' names are kept as given and never used to match.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Final

import msgspec
from stdnum.us import rtn

from lienlac import limits
from lienlac.errors import Refused
from lienlac.identifiers import banks, cards
from lienlac.identifiers.reference import tidy

if TYPE_CHECKING:
    from lienlac.errors import Language

Number = Annotated[str, msgspec.Meta(min_length=1, max_length=limits.ACCOUNT_NUMBER_MAX_CHARS)]
Name = Annotated[str, msgspec.Meta(max_length=limits.ACCOUNT_NAME_MAX_CHARS)]


class VnAccount(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="form", tag="vn"):
    """An account at a bank of Viet Nam: BIN (six digits) and number. No check digit exists."""

    bin: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{6}$", max_length=6)]
    number: Number
    holder_name: Name = ""


class IbanAccount(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="form", tag="iban"):
    """An account in a country with IBANs."""

    iban: Number
    bic: Annotated[str, msgspec.Meta(max_length=11)] = ""
    holder_name: Name = ""
    bank_name: Name = ""


class UsAccount(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="form", tag="us"):
    """An account at a bank of the United States: ABA routing number (nine digits) and number."""

    aba: Annotated[str, msgspec.Meta(min_length=1, max_length=11)]
    number: Number
    holder_name: Name = ""
    bank_name: Name = ""


class OtherAccount(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="form", tag="bic"):
    """An account anywhere else: the bank's BIC and the number."""

    bic: Annotated[str, msgspec.Meta(min_length=8, max_length=11)]
    number: Number
    holder_name: Name = ""
    bank_name: Name = ""


Account = VnAccount | IbanAccount | UsAccount | OtherAccount

_BETWEEN: Final = re.compile("[\\s.\\-_·\u200b-\u200f\u2010-\u2015\u2060\ufeff]+")
_ABA_PREFIXES: Final = frozenset((*range(13), *range(21, 33), *range(61, 73), 80))
"""First two digits that the routing numbers of the Federal Reserve districts and their kin begin with."""
_LENGTHS: Final = {"vn": (6, 19), "us": (4, 17), "bic": (4, 34)}
"""Shortest and longest number by form."""


def normalise(account: Account, *, path: str = "") -> Account:
    """The account in the form in which it is sent and compared; doing it twice changes nothing.

    Numbers lose spaces, points and hyphens and are upper case; names are tidied. Raises `Refused` with `field` (after
    `path` and a point, if given): `bin-malformed`, `bank-unknown`, `account-characters`, `account-too-short`,
    `account-too-long`, `card-number-given`, `iban-malformed`, `iban-country`, `iban-viet-nam`, `iban-check-digit`,
    `bic-malformed`, `bic-country`, `aba-letters`, `aba-length`, `aba-prefix`, `aba-check-digit`, `name-too-long`.
    """
    prefix = f"{path}." if path else ""
    if isinstance(account, VnAccount):
        return normalise_vn(account, path=path)
    holder = _name(account.holder_name, f"{prefix}holder_name")
    bank_name = _name(account.bank_name, f"{prefix}bank_name")
    if isinstance(account, IbanAccount):
        bic = banks.check_bic(account.bic, field=f"{prefix}bic") if account.bic.strip() else ""
        iban = check_iban(account.iban, field=f"{prefix}iban")
        return IbanAccount(iban=iban, bic=bic, holder_name=holder, bank_name=bank_name)
    if isinstance(account, UsAccount):
        aba = check_aba(account.aba, field=f"{prefix}aba")
        return UsAccount(aba=aba, number=_number(account.number, "us", prefix), holder_name=holder, bank_name=bank_name)
    bic = banks.check_bic(account.bic, field=f"{prefix}bic")
    return OtherAccount(bic=bic, number=_number(account.number, "bic", prefix), holder_name=holder, bank_name=bank_name)


def normalise_vn(account: VnAccount, *, path: str = "") -> VnAccount:
    """As `normalise`, for an account of which one knows that it is Vietnamese."""
    prefix = f"{path}." if path else ""
    return VnAccount(
        bin=banks.get(account.bin.strip(), field=f"{prefix}bin").bin,
        number=_number(account.number, "vn", prefix),
        holder_name=_name(account.holder_name, f"{prefix}holder_name"),
    )


def _name(text: str, field: str) -> str:
    name = tidy(text)
    if len(name) > limits.ACCOUNT_NAME_MAX_CHARS:
        raise Refused("name-too-long", field=field, limit_chars=limits.ACCOUNT_NAME_MAX_CHARS)
    return name


def squeeze(text: str) -> str:
    """A number without the spaces, points and hyphens that people write between its groups, in upper case."""
    return _BETWEEN.sub("", text).upper()


def _number(text: str, form: str, prefix: str) -> str:
    field = f"{prefix}number"
    shortest, longest = _LENGTHS[form]
    number = squeeze(text)
    if not re.fullmatch(r"[0-9A-Z]*", number):
        raise Refused("account-characters", field=field)
    if len(number) < shortest:
        raise Refused("account-too-short", field=field, length=len(number), shortest=shortest)
    if len(number) > longest:
        raise Refused("account-too-long", field=field, length=len(number), longest=longest)
    if cards.is_card_for_account(number):
        raise Refused("card-number-given", field=field, truncated=cards.truncate(number))
    return number


def check_iban(text: str, *, field: str | None = None) -> str:
    """An IBAN without spaces.

    Raises `Refused`: `iban-malformed`, `iban-viet-nam`, `iban-country`, `iban-check-digit`.
    """
    # The check of an IBAN brings tables of its own; a node that never sees one should not carry them.
    from stdnum import iban as rules
    from stdnum.exceptions import InvalidChecksum, InvalidComponent, ValidationError

    iban = squeeze(text)
    if not re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", iban):
        raise Refused("iban-malformed", field=field)
    if iban.startswith("VN"):
        raise Refused("iban-viet-nam", field=field)
    try:
        rules.validate(iban)
    except InvalidChecksum as error:
        raise Refused("iban-check-digit", field=field) from error
    except InvalidComponent as error:
        raise Refused("iban-country", field=field, country=iban[:2]) from error
    except ValidationError as error:
        raise Refused("iban-malformed", field=field) from error
    return iban


def check_aba(text: str, *, field: str | None = None) -> str:
    """An ABA routing number, nine digits.

    Raises `Refused`: `aba-letters`, `aba-length`, `aba-prefix`, `aba-check-digit`.
    """
    aba = squeeze(text)
    if not re.fullmatch(r"[0-9]*", aba):
        raise Refused("aba-letters", field=field)
    if len(aba) != 9:
        raise Refused("aba-length", field=field, length=len(aba))
    if not rtn.is_valid(aba):
        raise Refused("aba-check-digit", field=field)
    if int(aba[:2]) not in _ABA_PREFIXES or aba == "000000000":  # which has a right check digit, and is nobody's
        raise Refused("aba-prefix", field=field, prefix=aba[:2])
    return aba


def key(account: Account) -> str:
    """The text by which two accounts are one and the same: form, bank, number; names have no part in it.

    A second BIN counts as the bank's usual one, and a Vietnamese bank's BIC as its BIN. Raises as `normalise`.
    """
    known = normalise(account)
    if isinstance(known, VnAccount):
        return f"vn:{banks.canonical_bin(known.bin)}:{known.number}"
    if isinstance(known, IbanAccount):
        return f"iban:{known.iban}"
    if isinstance(known, UsAccount):
        return f"us:{known.aba}:{known.number}"
    bank = banks.by_bic(known.bic)
    return f"bic:{known.bic[:8]}:{known.number}" if bank is None else f"vn:{bank.bin}:{known.number}"


def digits_of(account: Account) -> str:
    """The account's number alone, for search. Never raises."""
    return account.iban if isinstance(account, IbanAccount) else account.number


def bank_label(account: Account) -> str:
    """The bank's short name, or what identifies it where no name is known. Never raises."""
    if isinstance(account, VnAccount):
        bank = banks.find(account.bin)
        return f"BIN {account.bin}" if bank is None else bank.short_name
    if account.bank_name:
        return account.bank_name
    if isinstance(account, UsAccount):
        return f"ABA {account.aba}"
    bank = banks.by_bic(account.bic)
    if bank is not None:
        return bank.short_name
    return f"BIC {account.bic}" if account.bic else "IBAN"


def short(account: Account) -> str:
    """Bank and number in a few words of no language: `Vietcombank 0071000123456`. Never raises."""
    return f"{bank_label(account)} {_spaced(account)}"


def _spaced(account: Account) -> str:
    if isinstance(account, IbanAccount):
        return " ".join(account.iban[place : place + 4] for place in range(0, len(account.iban), 4))
    return account.number


def describe(account: Account, language: Language) -> str:
    """Bank and number as people write them in a sentence or on a form. Never raises."""
    word = "số tài khoản" if language == "vi" else "account"
    if isinstance(account, VnAccount):
        return f"{bank_label(account)} (BIN {account.bin}), {word} {account.number}"
    lead = f"{bank_label(account)}, " if account.bank_name or isinstance(account, OtherAccount) else ""
    if isinstance(account, IbanAccount):
        bic = f" (BIC {account.bic})" if account.bic else ""
        return f"{lead}IBAN {_spaced(account)}{bic}"
    if isinstance(account, UsAccount):
        routing = "mã định tuyến ABA" if language == "vi" else "ABA routing number"
        return f"{lead}{routing} {account.aba}, {word} {account.number}"
    bic = "" if lead.startswith("BIC ") else f"BIC {account.bic}, "
    return f"{lead}{bic}{word} {account.number}"


def hints(account: Account, language: Language) -> tuple[str, ...]:
    """Sentences an officer should read beside this account: bank renamed or merged, BIN to prefer. Never raises."""
    if isinstance(account, VnAccount):
        bank = banks.find(account.bin)
        return () if bank is None else banks.hints(bank, language)
    if isinstance(account, OtherAccount) and (bank := banks.by_bic(account.bic)) is not None:
        if language == "vi":
            return (f"BIC này là của {bank.short_name} tại Việt Nam; nên dùng mã BIN {bank.bin}.",)
        return (f"This BIC is {bank.short_name}'s in Viet Nam; its BIN {bank.bin} serves better.",)
    return ()


def country(account: Account) -> str:
    """The country of an account's bank, as two letters."""
    if isinstance(account, VnAccount):
        return "VN"
    if isinstance(account, UsAccount):
        return "US"
    return account.iban[:2].upper() if isinstance(account, IbanAccount) else account.bic[4:6].upper()
