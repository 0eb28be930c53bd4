"""Takes out of a text what may never be stored: full card numbers, card codes, PINs, one-time codes, passwords, tokens.

A full card number becomes its first six and last four digits; a secret becomes a mark. Whoever hides one on purpose
can get past this: it protects against carelessness, of victims' statements first of all.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from lienlac.identifiers import cards
from lienlac.identifiers.finding.found import Stripped

REMOVED: Final = "▮▮▮"
"""Stands where a secret stood."""

_CARD_LIKE: Final = re.compile(r"[0-9](?:[^\w]?[0-9]){13}")
"""Fourteen digits with at most one sign between two: the cheap question before the exact one."""
_ACCOUNT_BEFORE: Final = re.compile(r"(?:stk|tk|tài\s?khoản|tai\s?khoan|a/c|account)[^0-9]{0,20}\Z", re.IGNORECASE)
_GAP: Final = r"(?:\s{0,3}(?:là|la|is|was|code|number|no\.?|của\s\w{1,12}|cua\s\w{1,12}|:|=|-|→)){0,3}\s{0,3}[\"'“]?"
_CODE: Final = re.compile(
    r"[cCpPoOmM][vVsSiItTãÃaA](?<!\w..)(?i:(?<=cv)[vcn][0-9]?|(?<=cs)c|(?<=pi)n(?:\s?code)?|(?<=ot)p"
    r"|(?<=mã|ma)\s(?:pin|otp|cvv2?|cvc2?|x[áa]c\sth[ựu]c|b[ảa]o\sm[ậa]t))\b" + _GAP + r"([0-9]{3,8})(?![0-9])"
)
_PASSWORD: Final = re.compile(
    r"[mMpP][ậẬaAkKwW](?<!\w..)(?i:(?<=mậ|ma)t\skh[ẩa]u|(?<=mk)|(?<=pa)ss(?:word|wd|code)?|(?<=pw)d)\b"
    r"\s{0,3}(?:là|la|is|was|của\s\w{1,12})?\s{0,3}(?:[:=→]|(?<=là\s)|(?<=la\s)|(?<=is\s))\s{0,3}[\"'“]?"
    r"([^\s\"'”,;]{3,64})"
)
_BOT_TOKEN: Final = re.compile(r"[0-9](?<!\w.)[0-9]{7,9}:([A-Za-z0-9_-]{35})(?![\w-])")


def strip(text: str) -> Stripped:
    """The text in composed Unicode, without card numbers, codes and passwords. Doing it twice changes nothing more."""
    plain = unicodedata.normalize("NFC", text)
    removed: dict[str, int] = {}
    plain = _without(plain, _BOT_TOKEN, "bot-token", removed)
    plain = _without(plain, _CODE, "secret", removed)
    plain = _without(plain, _PASSWORD, "secret", removed)
    return Stripped(text=_without_cards(plain, removed), removed=removed)


def _without(text: str, pattern: re.Pattern[str], what: str, removed: dict[str, int]) -> str:
    pieces, place = [], 0
    for found in pattern.finditer(text):
        if found[1].rstrip(".") == REMOVED:
            continue
        pieces += [text[place : found.start(1)], REMOVED]
        place = found.end(1)
        removed[what] = removed.get(what, 0) + 1
    return "".join((*pieces, text[place:])) if pieces else text


def _without_cards(text: str, removed: dict[str, int]) -> str:
    if _CARD_LIKE.search(text) is None:
        return text
    pieces, place = [], 0
    for card in cards.find_card_numbers(text):
        digits = sum(sign.isdigit() for sign in text[card.start : card.end])
        # Accounts of 14 and 15 digits are common in Viet Nam; one in ten fits a card of some scheme by chance.
        if digits in {14, 15} and _ACCOUNT_BEFORE.search(text, max(0, card.start - 40), card.start):
            continue
        pieces += [text[place : card.start], card.truncated]
        place = card.end
        removed["card"] = removed.get("card", 0) + 1
    return "".join((*pieces, text[place:])) if pieces else text
