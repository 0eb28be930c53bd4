"""Runs of digits: accounts, telephones, identity cards, tax codes, IMEI, routing numbers, cut cards, IPv4, plates.

A number alone means nothing: the words beside it decide (`labels`), and then the exact parser. What no word explains
and no form proves is left alone; a telephone inside a longer number, a version or a date is none.
"""

from __future__ import annotations

import functools
import ipaddress
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from stdnum import luhn
from stdnum.us import rtn
from stdnum.vn import mst

from lienlac import limits
from lienlac.errors import Refused
from lienlac.identifiers import accounts, contact
from lienlac.identifiers.accounts import UsAccount, VnAccount
from lienlac.identifiers.finding import labels
from lienlac.identifiers.finding.found import Find, Sureness, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

_RUN: Final = re.compile(r"[0-9](?:[0-9]|[ .\-–\u00a0)](?=[0-9(])|[ ]?\((?=[0-9])|\)[ ](?=[0-9])){5,59}+(?!\w)")
_GROUP: Final = re.compile(r"[0-9]+")
_GROUP_MAX: Final = 6
_MOBILE: Final = re.compile(r"0(?:[35789][0-9]{8}|1(?:2[0-9]|6[2-9]|86|88|99)[0-9]{7}|2[0-9]{9})")
_TRUNCATED: Final = re.compile(r"[0-9](?<!\w.)[0-9]{5}(?:…|\.{3}|[*xX•]{2,9})[0-9]{4}(?!\w)")
_PLATE: Final = re.compile(r"[1-9](?<!\w.)(?<![.,-].)[0-9][A-Z][A-Z0-9]?[-. ]{0,2}[0-9]{3}[.]?[0-9]{1,2}(?![\w.-]?\w)")
_PERSON: Final = re.compile(r"0[0-9]{2}[0-9][0-9]{2}[0-9]{6}")
_IPV4: Final = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")
_BARE_IP_MIN_DIGITS: Final = 8
_ACCOUNT_DIGITS: Final = range(6, 20)
_FOREIGN_PROVINCES: Final = 96
"""Codes 001 to 096 are the 63 provinces of birth registration; above 100 stand other countries, used for few."""


class _Number(NamedTuple):
    """A candidate: its digits, where it stands, what stands before it."""

    digits: str
    start: int
    end: int
    plus: bool
    label: str


def scan(text: str) -> Iterator[Find]:
    """Everything that is told by its digits."""
    yield from _truncated_cards(text)
    yield from _plates(text)
    for run in _RUN.finditer(text):
        yield from _in_run(text, run.start(), run.end())


def _in_run(text: str, start: int, end: int) -> Iterator[Find]:
    lead = text[start - 1] if start else ""
    if lead.isalnum() or lead in {"_", "/", "#"} or (lead in ".,-" and start > 1 and text[start - 2].isalnum()):
        return
    raw = text[start:end]
    if lead != "+" and raw.count(".") == 3 and _IPV4.fullmatch(raw):
        yield from _ipv4(text, raw, start)
        return
    for left, right in _numbers(text, start, end):
        plus = left > 0 and text[left - 1] == "+"
        digits = "".join(_GROUP.findall(text, left, right))
        if plus or len(digits) in _ACCOUNT_DIGITS:
            label = labels.before(text, left)
            found = _classified(text, _Number(digits, left - plus, right, plus, label))
            if found is not None:
                yield found


def _numbers(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The run cut into numbers: groups of up to six digits belong together, longer ones stand alone."""
    if text[start - 1 : start] == "+":
        yield start, end
        return
    left, right, short = -1, -1, False
    for group in _GROUP.finditer(text, start, end):
        small = group.end() - group.start() <= _GROUP_MAX
        branch = right - left == 10 and text[right] == "-" and group.end() - group.start() == 3  # of a tax code
        if left >= 0 and not (short and small) and not branch:
            yield left, right
            left = -1
        if left < 0:
            left = group.start()
        right, short = group.end(), small
    if left >= 0:
        yield left, right


def _classified(text: str, number: _Number) -> Find | None:
    """The first reading that holds, the words beside the number before its form."""
    if text[number.end : number.end + 1] in {"/", "@", ":"} and text[number.end + 1 : number.end + 2].isalnum():
        return None
    by_label = {
        "person": _person,
        "tax": _tax,
        "imei": _imei,
        "aba": _aba,
        "phone": _phone,
        "zalo": _phone,
        "account": _account,
    }.get(number.label)
    if by_label is not None and not number.plus:
        found = by_label(text, number)
        if found is not None:
            return found
    if number.label in {"case", "version"}:
        return None
    return _phone(text, number) or _banked(text, number)


def _find(
    text: str,
    type_: str,
    number: _Number,
    value: str,
    sureness: Sureness,
    why: str,
    *,
    key: str | None = None,
    shown_as: str | None = None,
    notes: tuple[str, ...] = (),
) -> Find:
    return Find(
        type=type_,
        start=number.start,
        end=number.end,
        raw=text[number.start : number.end],
        value=value,
        key=value if key is None else key,
        shown=shown(type_, value) if shown_as is None else shown_as,
        sureness=sureness,
        why=why,
        notes=notes,
    )


def _phone(text: str, number: _Number) -> Find | None:
    labelled = number.label in {"phone", "zalo"}
    if not number.plus and not _MOBILE.fullmatch(number.digits):
        return None
    phone = _parsed(text[number.start : number.end])
    if phone is None:
        return None
    known = bool(phone.country)
    if not known and not (labelled or phone.spoof_suspected):
        return None
    notes = tuple(
        code for code, holds in (("renumbered", phone.renumbered), ("spoof-suspected", phone.spoof_suspected)) if holds
    )
    sureness = Sureness.SURE if labelled and known else Sureness.LIKELY if known else Sureness.POSSIBLE
    return _find(text, "phone", number, phone.e164, sureness, "label" if labelled else "form", notes=notes)


@functools.lru_cache(maxsize=limits.FINDING_PHONES_KEPT)
def _parsed(presented: str) -> contact.Phone | None:
    """The number; reports repeat the same few, and the exact parser takes a tenth of a millisecond for each."""
    try:
        return contact.parse_phone(presented)
    except Refused:
        return None


def _account(text: str, number: _Number) -> Find | None:
    """A number that the text calls an account; its bank stands near, or must be filled in."""
    bank_bin = labels.bank_near(text, number.start, number.end)
    if bank_bin:
        return _vn_account(text, number, bank_bin, "label")
    aba = _aba_near(text, number.start, number.end)
    if aba and number.digits != aba:
        account = UsAccount(aba=aba, number=number.digits)
        try:
            key = accounts.key(account)
        except Refused:
            return None
        return _find(
            text, "bank-account", number, key, Sureness.SURE, "label", key=key, shown_as=accounts.short(account)
        )
    if _MOBILE.fullmatch(number.digits) and labels.directly_before(text, number.start) != "account":
        return None
    return _find(
        text,
        "account-number",
        number,
        number.digits,
        Sureness.POSSIBLE,
        "bank-missing",
        key="",
        notes=("bank-missing",),
    )


def _banked(text: str, number: _Number) -> Find | None:
    """A number without a word before it that stands directly beside a bank's name."""
    if len(number.digits) < 8 or number.plus:
        return None
    bank_bin = labels.bank_near(text, number.start, number.end)
    return _vn_account(text, number, bank_bin, "bank-beside") if bank_bin else None


def _vn_account(text: str, number: _Number, bank_bin: str, why: str) -> Find | None:
    account = VnAccount(bin=bank_bin, number=number.digits)
    try:
        key = accounts.key(account)
    except Refused:
        return None
    sureness = Sureness.SURE if why == "label" else Sureness.LIKELY
    return _find(text, "bank-account", number, key, sureness, why, key=key, shown_as=accounts.short(account))


_ROUTING: Final = re.compile(r"(?<![0-9])[0-9]{9}(?![0-9])")


def _aba_near(text: str, start: int, end: int) -> str:
    """A routing number beside an account, if one is labelled so."""
    left, right = max(0, start - labels.BEFORE_CHARS), end + labels.AFTER_CHARS
    for found in _ROUTING.finditer(text, left, right):
        if found.start() != start and labels.before(text, found.start()) == "aba" and rtn.is_valid(found[0]):
            return found[0]
    return ""


def _aba(text: str, number: _Number) -> Find | None:
    try:
        value = accounts.check_aba(number.digits)
    except Refused:
        return None
    return _find(text, "aba-rtn", number, value, Sureness.SURE, "label")


def _person(text: str, number: _Number) -> Find | None:
    """A CCCD (twelve digits: province, century and sex, year of birth, six more) or an old CMND of nine."""
    digits = number.digits
    if len(digits) == 12 and _PERSON.fullmatch(digits) and 1 <= int(digits[:3]) <= _FOREIGN_PROVINCES:
        return _find(text, "person-id", number, digits, Sureness.SURE, "label")
    if len(digits) == 9:
        return _find(text, "person-id", number, digits, Sureness.LIKELY, "label", notes=("old-identity-card",))
    return None


def _tax(text: str, number: _Number) -> Find | None:
    digits = number.digits
    if len(digits) == 12:  # a person's own number is the tax code since July 2025
        return _person(text, number)
    if len(digits) not in {10, 13} or not mst.is_valid(digits):
        return None
    value = digits if len(digits) == 10 else f"{digits[:10]}-{digits[10:]}"
    return _find(text, "tax-code", number, value, Sureness.SURE, "label")


def _imei(text: str, number: _Number) -> Find | None:
    if len(number.digits) != 15 or not luhn.is_valid(number.digits):
        return None
    return _find(text, "imei", number, number.digits, Sureness.SURE, "label")


def _ipv4(text: str, raw: str, start: int) -> Iterator[Find]:
    try:
        address = ipaddress.IPv4Address(raw)
    except ValueError:
        return
    label = labels.before(text, start)
    bare = label not in {"ip", "trading"}
    # `1.2.3.4` is rather the number of a version or of a paragraph than an address.
    if label == "version" or (bare and sum(sign.isdigit() for sign in raw) < _BARE_IP_MIN_DIGITS):
        return
    if address.is_unspecified or address.is_multicast:
        return
    number = _Number(raw, start, start + len(raw), plus=False, label=label)
    notes = ("private-address",) if address.is_private else ()
    sureness = Sureness.LIKELY if bare else Sureness.SURE
    yield _find(text, "ip", number, str(address), sureness, "form" if bare else "label", notes=notes)


def _truncated_cards(text: str) -> Iterator[Find]:
    for found in _TRUNCATED.finditer(text):
        number = _Number(found[0], found.start(), found.end(), plus=False, label="")
        value = f"{found[0][:6]}…{found[0][-4:]}"
        yield _find(text, "card-trunc", number, value, Sureness.LIKELY, "truncated")


def _plates(text: str) -> Iterator[Find]:
    for found in _PLATE.finditer(text):
        plain = re.sub(r"[-. ]", "", found[0])
        labelled = labels.before(text, found.start()) == "plate"
        if not labelled and "-" not in found[0]:
            continue
        number = _Number(plain, found.start(), found.end(), plus=False, label="")
        sureness = Sureness.SURE if labelled else Sureness.POSSIBLE
        yield _find(text, "plate", number, plain, sureness, "label" if labelled else "form")
