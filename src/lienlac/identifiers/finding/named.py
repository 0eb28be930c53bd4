"""What stands behind its own word or mark: IBAN, BIC, UETR, VietQR codes, and names of account holders.

A name is only read where the text says that a name follows; guessing names out of sentences is left to people.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lienlac import limits
from lienlac.errors import Refused
from lienlac.identifiers import accounts, banks, vietqr
from lienlac.identifiers.accounts import IbanAccount
from lienlac.identifiers.finding.found import Find, Sureness
from lienlac.identifiers.folding import fold
from lienlac.identifiers.reference import tidy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_UETR: Final = re.compile(
    r"-4(?<=[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-4)[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}(?![\w-])"
)
_IBAN: Final = re.compile(r"[A-Z](?<!\w.)[A-Z][0-9]{2}(?:[ ]?[A-Z0-9]{4}){2,7}(?:[ ]?[A-Z0-9]{1,3})?(?!\w)")
_BIC: Final = re.compile(
    r"[sSbB](?<!\w.)(?i:wift|ic)(?:[\s/](?:BIC|code|mã)){0,2}\s?[:=-]?\s{0,2}"
    r"([A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?)(?!\w)"
)
_QR: Final = re.compile(r"0002(?:01|1[0-9])[\x20-\x7e\u00c0-\u1ef9]{20,480}?6304[0-9A-Fa-f]{4}")
_UPPER: Final = "A-ZĐÀ-ÃÈ-ÊÌÍÒ-ÕÙÚÝĂĨŨƠƯẠ-Ỹ"
_PERSON: Final = rf"[{_UPPER}][\w'’]{{0,20}}+(?:[ ]{{1,2}}[{_UPPER}][\w'’]{{0,20}}+){{1,5}}"
_HOLDER: Final = re.compile(
    r"[cCtTaAnNbBđĐhH](?<!\w.)(?i:(?<=c)(?:hủ|hu)\s(?:tài\skhoản|tai\skhoan|tk|stk|thẻ|the)|(?<=c)tk"
    r"|(?<=t)ên\s(?:tài\skhoản|tk|chủ\stk|người\snhận)|(?<=a)ccount\s(?:holder|name)|(?<=n)gười\s(?:thụ\shưởng|nhận)"
    r"|(?<=b)eneficiary|(?<=h)older|(?<=đ)ứng\stên)"
    r"(?:\s(?:tên|name|là|is))?\s{0,2}[:=-]?\s{0,2}"
    rf"({_PERSON})"
)
_NAME_BEFORE: Final = 120
_NAME_AFTER: Final = 140
_NOT_IN_NAMES: Final = frozenset(
    {"and", "at", "bank", "cccd", "hang", "khoan", "ngan", "sdt", "so", "stk", "tai", "tk", "va"}
)


def scan(text: str) -> Iterator[Find]:
    """Every find of these kinds, names aside."""
    for found in _QR.finditer(text):
        yield from _qr(found)
    for found in _UETR.finditer(text):
        start = found.start() - 13
        if not text[start - 1 : start].isalnum() or start == 0:
            value = text[start : found.end()].lower()
            yield _find("payment-ref", text[start : found.end()], start, value, value, Sureness.LIKELY, "form")
    for found in _IBAN.finditer(text):
        yield from _iban(found)
    for found in _BIC.finditer(text):
        try:
            value = banks.check_bic(found[1])
        except Refused:
            continue
        yield _find("bic", found[1], found.start(1), value, value, Sureness.SURE, "label")


def names_near(text: str, accounts_at: Iterable[tuple[int, int]]) -> Iterator[Find]:
    """Names of holders beside accounts: only there does a text say whose an account is."""
    done = 0
    for start, end in accounts_at:
        for found in _HOLDER.finditer(text, max(done, start - _NAME_BEFORE), end + _NAME_AFTER):
            done = found.end()
            yield from _name(found)


def _find(
    type_: str,
    raw: str,
    start: int,
    value: str,
    key: str,
    sureness: Sureness,
    why: str,
    notes: tuple[str, ...] = (),
    shown: str = "",
) -> Find:
    return Find(
        type=type_,
        start=start,
        end=start + len(raw),
        raw=raw,
        value=value,
        key=key,
        shown=shown or value,
        sureness=sureness,
        why=why,
        notes=notes,
    )


def _qr(found: re.Match[str]) -> Iterator[Find]:
    """A code is an account; where its check fails, it is told and not used."""
    try:
        code = vietqr.parse(found[0])
    except Refused:
        yield _find("vietqr", found[0], found.start(), found[0], "", Sureness.POSSIBLE, "check-digit-wrong")
        return
    key = accounts.key(code.account)
    yield _find(
        "bank-account",
        found[0],
        found.start(),
        key,
        key,
        Sureness.SURE,
        "vietqr",
        shown=accounts.short(code.account),
    )


def _iban(found: re.Match[str]) -> Iterator[Find]:
    raw = found[0]
    # What follows an IBAN in capitals may have been taken for its last groups.
    while raw:
        try:
            account = accounts.normalise(IbanAccount(iban=raw))
        except Refused:
            shorter = raw.rpartition(" ")[0]
            if shorter == raw or len(shorter) < 15:
                return
            raw = shorter
            continue
        key = accounts.key(account)
        yield _find(
            "iban",
            raw,
            found.start(),
            accounts.digits_of(account),
            key,
            Sureness.SURE,
            "check-digit",
            shown=accounts.short(account),
        )
        return


def _name(found: re.Match[str]) -> Iterator[Find]:
    words = tidy(found[1]).split(" ")
    kept: list[str] = []
    for word in words:
        if fold(word) in _NOT_IN_NAMES:
            break
        kept.append(word)
    name = " ".join(kept)
    if len(kept) < 2 or len(name) > limits.ACCOUNT_NAME_MAX_CHARS:
        return
    raw = (
        found[1][: len(found[1].rstrip())]
        if len(kept) == len(words)
        else found[1][: found[1].find(kept[-1]) + len(kept[-1])]
    )
    yield _find("name", raw, found.start(1), name, fold(name), Sureness.LIKELY, "label", ("name-alone",))
