"""Accounts and amounts in a form: read by field, checked and normalised by `identifiers`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lienlac import limits
from lienlac.errors import Refused
from lienlac.identifiers.accounts import Account, IbanAccount, OtherAccount, UsAccount, VnAccount, normalise
from lienlac.identifiers.money import Money, parse_money
from lienlac.identifiers.reference import parse_reference, parse_uetr
from lienlac.records.forms.problems import problem_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from lienlac.records.forms.reader import Reader

FORMS: Final = ("vn", "us", "iban", "bic")
"""How an account is written: Vietnamese bank and number, US routing and number, IBAN, or BIC and number."""


def read_accounts(form: Reader, name: str, *, least: int = 0) -> tuple[Account, ...]:
    """A list of accounts, each in its normal form; twins are taken once."""
    found: dict[Account, None] = {}
    for item in form.sections(name, least=least, most=limits.HOTLINE_ACCOUNTS_MAX):
        account = _account(item)
        if account is not None:
            found[account] = None
    return tuple(found)


def _account(item: Reader) -> Account | None:
    form = item.choice("form", FORMS)
    if not form:
        item.forgive()
        return None
    holder = item.line("holder_name", required=False)
    bank = "" if form == "vn" else item.line("bank_name", required=False)
    before = len(item.problems)
    account = _ACCOUNTS[form](item, holder, bank)
    if len(item.problems) > before:
        return None
    try:
        return normalise(account)
    except Refused as refusal:
        item.problems.append(problem_of(refusal, item.path(refusal.field or "")))
        return None


def _vn(item: Reader, holder: str, _bank: str) -> Account:
    number = item.line("number", guarded=False)
    return VnAccount(bin=item.line("bin"), number=number, holder_name=holder)


def _us(item: Reader, holder: str, bank: str) -> Account:
    number = item.line("number", guarded=False)
    return UsAccount(aba=item.line("aba"), number=number, holder_name=holder, bank_name=bank)


def _iban(item: Reader, holder: str, bank: str) -> Account:
    bic = item.line("bic", required=False)
    return IbanAccount(iban=item.line("iban", guarded=False), bic=bic, holder_name=holder, bank_name=bank)


def _bic(item: Reader, holder: str, bank: str) -> Account:
    number = item.line("number", guarded=False)
    return OtherAccount(bic=item.line("bic"), number=number, holder_name=holder, bank_name=bank)


_ACCOUNTS: Final[dict[str, Callable[[Reader, str, str], Account]]] = {"vn": _vn, "us": _us, "iban": _iban, "bic": _bic}


def read_money(form: Reader, name: str, *, required: bool = True) -> Money | None:
    """An amount: `{"amount": "25000.00", "currency": "USD"}`; whole numbers may stand without quotation marks."""
    whole = form.raw(name)
    if whole is not None and not isinstance(whole, dict):
        form.note(name, "amount-shape")
        return None
    section = form.section(name, required=required)
    if section is None:
        return None
    amount = section.raw("amount")
    text = str(amount) if isinstance(amount, int) and not isinstance(amount, bool) else section.line("amount")
    currency = section.line("currency")
    section.close()
    if not text or not currency:
        return None
    try:
        return parse_money(text, currency)
    except Refused as refusal:
        field = "currency" if refusal.code == "currency-unknown" else "amount"
        form.problems.append(problem_of(refusal, section.path(field)))
        return None


def read_uetr(form: Reader, name: str) -> str | None:
    """A payment's UETR, in lower case, or None."""
    text = form.line(name, required=False)
    if not text:
        return None
    try:
        return parse_uetr(text)
    except Refused as refusal:
        form.problems.append(problem_of(refusal, form.path(name)))
        return None


def read_payment_reference(form: Reader, name: str) -> str:
    """A bank's own reference of a payment, or nothing."""
    text = form.line(name, required=False)
    if not text:
        return ""
    try:
        return parse_reference(text)
    except Refused as refusal:
        form.problems.append(problem_of(refusal, form.path(name)))
        return ""
