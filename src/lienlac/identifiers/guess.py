"""What a pasted text may be: a VietQR code, an account in one of its forms, a card, an address.

Serves the form of a new request: the officer pastes, the form fills itself, the officer checks. A guess is never sent
anywhere by itself and never raises.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lienlac import limits
from lienlac.errors import Refused
from lienlac.identifiers import accounts, banks, cards, contact, reference, vietqr
from lienlac.identifiers.accounts import IbanAccount, OtherAccount, UsAccount, VnAccount
from lienlac.identifiers.folding import compact

if TYPE_CHECKING:
    from collections.abc import Callable

    from lienlac.identifiers.accounts import Account
    from lienlac.identifiers.money import Money

_MOBILE: Final = re.compile(r"(?:\+84|0)[35789][0-9]{8}")
_GROUP_MAX_CHARS: Final = 6
_NAME_MIN_LETTERS: Final = 4
_IBAN: Final = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_LABELS: Final = re.compile(
    r"\b(?:iban|bic|swift|bin|aba|rtn|routing(?:\s+(?:number|no\.?))?|account(?:\s+(?:number|no\.?))?|acct|a/c"
    r"|stk|số\s+tài\s+khoản|tài\s+khoản|ngân\s+hàng|bank|tk)\b\s*[:#.]?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """What a text seems to be.

    `kind`: vietqr, iban, vn-account, us-account, bic-account, bin, bic, aba, card, uetr, phone, email, url, domain,
    number or text. `account` is set for the account kinds, already in normal form; `value` is the tidied value, a card
    cut down. `problem` is why a text that has the form of `kind` cannot be used as it stands.
    """

    kind: str
    value: str
    account: Account | None = None
    amount: Money | None = None
    memo: str = ""
    problem: Refused | None = None


def guess(text: str) -> Guess:
    """The likeliest reading of a pasted text; `text` when there is none. Never raises."""
    pasted = text[: limits.GUESS_MAX_CHARS].strip()
    for reading in _READINGS:
        found = reading(pasted)
        if found is not None:
            return found
    return Guess(kind="text", value=reference.tidy(pasted))


def _vietqr(text: str) -> Guess | None:
    if not vietqr.looks_like(text):
        return None
    try:
        code = vietqr.parse(text)
    except Refused as problem:
        return Guess(kind="vietqr", value="", problem=problem)
    return Guess(
        kind="vietqr", value=accounts.short(code.account), account=code.account, amount=code.amount, memo=code.memo
    )


def _iban(text: str) -> Guess | None:
    squeezed = accounts.squeeze(_LABELS.sub(" ", text))
    if not _IBAN.fullmatch(squeezed) or squeezed.startswith("VN"):
        return None
    try:
        return Guess(kind="iban", value=squeezed, account=accounts.normalise(IbanAccount(iban=squeezed)))
    except Refused as problem:
        return Guess(kind="iban", value=squeezed, problem=problem)


def _uetr(text: str) -> Guess | None:
    return Guess(kind="uetr", value=text.lower()) if reference.is_uetr(text) else None


def _card(text: str) -> Guess | None:
    found = cards.find_card_numbers(text)
    if not found:
        return None
    problem = Refused("card-number-in-text", truncated=found[0].truncated)
    return Guess(kind="card", value=found[0].truncated, problem=problem)


def _address(text: str) -> Guess | None:
    if " " in text or "." not in text or re.fullmatch(r"[0-9.,\-]+", text):
        return None
    readings: tuple[tuple[str, Callable[[str], str]], ...] = (
        ("email", contact.parse_email),
        ("url", contact.parse_url),
        ("domain", contact.parse_domain),
    )
    for kind, parse in readings:
        try:
            return Guess(kind=kind, value=parse(text))
        except Refused:
            continue
    return None


def _phone(text: str) -> Guess | None:
    plain = re.sub(r"[\s.\-()]", "", text)
    if not _MOBILE.fullmatch(plain) and not re.fullmatch(r"\+[0-9]{8,15}", plain):
        return None
    try:
        return Guess(kind="phone", value=contact.parse_phone(text).e164)
    except Refused as problem:
        return Guess(kind="phone", value=plain, problem=problem)


def _pair(text: str) -> Guess | None:
    """A bank and a number, side by side in either order: `970436 0071000123456`, `VCB - 0071000123456`."""
    words = re.split(r"[\s,;/|:]+|(?<=[^\W\d])[-–](?=[0-9])", _LABELS.sub(" ", text).strip())
    words = [word for word in words if word.strip("-–.")]
    for place in range(1, min(len(words), 12)):
        head, tail = words[:place], words[place:]
        for bank, number in ((head, tail), (tail, head)):
            found = _bank_and_number(" ".join(bank), number)
            if found is not None:
                return found
    return None


def _bank_and_number(bank: str, groups: list[str]) -> Guess | None:
    number = accounts.squeeze("".join(groups))
    # Two long groups are rather an account and an amount than one account.
    if len(groups) > 1 and any(len(group) > _GROUP_MAX_CHARS for group in groups):
        return None
    if not re.fullmatch(r"[0-9A-Z]{4,34}", number) or not all(re.search(r"[0-9]", group) for group in groups):
        return None
    tries: list[tuple[str, Account]] = []
    named = _bank_named(bank, sure=not number.isdigit())
    if named is not None:
        tries.append(("vn-account", VnAccount(bin=named.bin, number=number)))
    if re.fullmatch(r"[0-9]{9}", bank):
        tries.append(("us-account", UsAccount(aba=bank, number=number)))
    if re.fullmatch(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?", bank):
        tries.append(("bic-account", OtherAccount(bic=bank, number=number)))
    for kind, account in tries:
        try:
            known = accounts.normalise(account)
        except Refused:
            continue
        return Guess(kind=kind, value=accounts.short(known), account=known)
    return None


def _bank_named(text: str, *, sure: bool) -> banks.Bank | None:
    """The bank that a text names; unless it must be `sure`, also the only one in which all its words occur."""
    found = banks.search(text, limit=3)
    exact = [bank for bank in found if _names(bank, text)]
    if exact:
        return exact[0]
    lettered = sum(letter.isalpha() for letter in text) >= _NAME_MIN_LETTERS
    return found[0] if len(found) == 1 and lettered and not sure else None


def _names(bank: banks.Bank, text: str) -> bool:
    """Whether the text is just this bank: BIN, code, a name or BIC, not merely a part of one."""
    squeezed = compact(text)
    names = (bank.bin, bank.bic, *bank.names)
    return bool(squeezed) and squeezed in {compact(name) for name in names if name}


def _alone(text: str) -> Guess | None:
    """A bank, a BIC, a routing number or a plain number."""
    squeezed = accounts.squeeze(_LABELS.sub(" ", text))
    named = _bank_named(text, sure=True)
    if named is not None and squeezed != named.bic:
        return Guess(kind="bin", value=named.bin)
    if re.fullmatch(r"[0-9]{9}", squeezed):
        try:
            return Guess(kind="aba", value=accounts.check_aba(squeezed))
        except Refused:
            pass
    if re.fullmatch(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?", squeezed) and text == text.upper():
        try:
            return Guess(kind="bic", value=banks.check_bic(squeezed))
        except Refused:
            return None
    return Guess(kind="number", value=squeezed) if re.fullmatch(r"[0-9]{4,34}", squeezed) else None


_READINGS: Final[tuple[Callable[[str], Guess | None], ...]] = (
    _vietqr,
    _uetr,
    _iban,
    _card,
    _address,
    _phone,
    _pair,
    _alone,
)
