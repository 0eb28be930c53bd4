"""VietQR: reads and builds the text inside the QR codes by which people in Viet Nam pay (EMVCo merchant-presented).

A code names a bank (BIN), an account, perhaps an amount and a memo, and ends in a CRC. A code that pays a card is
refused, for its number may not be kept. Unknown fields are passed over; a repeated or broken field is an error.
"""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass
from typing import Final

from lienlac import limits
from lienlac.errors import Refused
from lienlac.identifiers import cards
from lienlac.identifiers.accounts import VnAccount, normalise_vn
from lienlac.identifiers.money import Money, checked
from lienlac.identifiers.reference import tidy

_NAPAS: Final = "A000000727"
_TO_ACCOUNT: Final = "QRIBFTTA"
_TO_CARD: Final = "QRIBFTTC"
_DONG: Final = "704"
_FIELD_MAX: Final = 99


@dataclass(frozen=True, slots=True, kw_only=True)
class VietQr:
    """What a code says. `once` is True for a code made for one payment."""

    account: VnAccount
    amount: Money | None = None
    memo: str = ""
    merchant_name: str = ""
    once: bool = False


def crc(text: str) -> str:
    """CRC-16/CCITT-FALSE of the text in UTF-8, four upper-case hex digits."""
    return f"{binascii.crc_hqx(text.encode(), 0xFFFF):04X}"


def looks_like(text: str) -> bool:
    """Whether a text begins as such codes do."""
    return re.match(r"\s*0002(01|1[0-9])", text) is not None and "6304" in text


def parse(text: str, *, field: str | None = None) -> VietQr:
    """The account, amount and memo of a code's text.

    Raises `Refused`: `qr-too-long`, `qr-malformed`, `qr-check`, `qr-not-vietqr`, `qr-card`, and what the account or
    the amount inside may raise (`bank-unknown`, `account-too-short`, `amount-malformed`…).
    """
    payload = text.strip()
    if len(payload) > limits.QR_MAX_CHARS:
        raise Refused("qr-too-long", field=field, limit_chars=limits.QR_MAX_CHARS)
    top = _fields(payload, field)
    if top.get("00") != "01" or list(top)[-1:] != ["63"] or payload[-8:-4] != "6304":
        raise Refused("qr-malformed", field=field)
    if not _encodable(payload) or crc(payload[:-4]) != top["63"].upper():
        raise Refused("qr-check", field=field)
    transfer = _fields(top.get("38", ""), field)
    if transfer.get("00") != _NAPAS or top.get("53", _DONG) != _DONG:
        raise Refused("qr-not-vietqr", field=field)
    target = _fields(transfer.get("01", ""), field)
    bank_bin, number = target.get("00", ""), target.get("01", "")
    if transfer.get("02", _TO_ACCOUNT) == _TO_CARD or cards.is_card_for_account(number):
        raise Refused("qr-card", field=field, truncated=cards.truncate(number))
    try:
        account = normalise_vn(VnAccount(bin=bank_bin, number=number))
        amount = _amount(top.get("54", ""))
    except Refused as refusal:
        refusal.field = field
        raise
    more = _fields(top.get("62", ""), field)
    return VietQr(
        account=account,
        amount=amount,
        memo=tidy(more.get("08", "")),
        merchant_name=tidy(top.get("59", "")),
        once=top.get("01") == "12",
    )


def _amount(text: str) -> Money | None:
    if not text or re.fullmatch(r"0+(\.0*)?", text):
        return None
    return checked(Money(text.lstrip("0").removesuffix("."), "VND"))


def _encodable(text: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def _fields(text: str, field: str | None) -> dict[str, str]:
    """Values by tag of a row of tag, length (two digits each) and value. Raises `Refused("qr-malformed")`."""
    found: dict[str, str] = {}
    place = 0
    while place < len(text):
        head = text[place : place + 4]
        if not re.fullmatch(r"[0-9]{4}", head):
            raise Refused("qr-malformed", field=field)
        tag, size = head[:2], int(head[2:])
        value = text[place + 4 : place + 4 + size]
        if len(value) != size or tag in found:
            raise Refused("qr-malformed", field=field)
        found[tag] = value
        place += 4 + size
    return found


def build(account: VnAccount, *, amount: Money | None = None, memo: str = "", merchant_name: str = "") -> str:
    """The text of a code that pays this account; with an amount it is made for one payment.

    Raises `Refused` as `accounts.normalise` and `checked` do, and `qr-too-long` when memo or name do not fit.
    """
    known = normalise_vn(account)
    target = _field("00", known.bin) + _field("01", known.number)
    transfer = _field("00", _NAPAS) + _field("01", target) + _field("02", _TO_ACCOUNT)
    parts = [_field("00", "01"), _field("01", "12" if amount else "11"), _field("38", transfer), _field("53", _DONG)]
    if amount is not None:
        parts.append(_field("54", _dong(amount)))
    parts.append(_field("58", "VN"))
    if merchant_name:
        parts.append(_field("59", tidy(merchant_name)))
    if memo:
        parts.append(_field("62", _field("08", tidy(memo))))
    payload = "".join(parts) + "6304"
    return payload + crc(payload)


def _dong(amount: Money) -> str:
    if amount.currency != "VND":
        raise Refused("amount-other-currency", field="amount", sign=amount.currency, currency="VND")
    return checked(amount).amount


def _field(tag: str, value: str) -> str:
    if len(value) > _FIELD_MAX:
        raise Refused("qr-too-long", limit_chars=_FIELD_MAX)
    return f"{tag}{len(value):02d}{value}"
