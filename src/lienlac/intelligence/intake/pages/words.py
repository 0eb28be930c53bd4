"""The words of taking reports in: why something was found, how sure that is, what was cut out, what was left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lienlac.identifiers.finding import Sureness
from lienlac.ui.words import N_
from lienlac.vocabulary import identifier_types

if TYPE_CHECKING:
    from lienlac.ui.page import Ask

WHY: Final = {
    "label": N_("the words beside it"),
    "form": N_("its form"),
    "check-digit": N_("its check digits fit"),
    "check-digit-wrong": N_("its check digits do not fit"),
    "bank-beside": N_("a bank's name beside it"),
    "bank-missing": N_("called an account, but no bank is named"),
    "vietqr": N_("a VietQR code"),
    "defanged": N_("written defanged"),
    "suffix": N_("it ends like a domain"),
    "link": N_("a link to the account"),
    "truncated": N_("a card number that was cut"),
    "bot-token": N_("the token of a bot"),
}
SURENESS: Final = {
    Sureness.SURE: N_("certain"),
    Sureness.LIKELY: N_("likely"),
    Sureness.POSSIBLE: N_("possible"),
}
NOTES: Final = {
    "homograph": N_("Deceives the eye: letters of another script, or lookalikes."),
    "punycode": N_("Written in punycode (xn--)."),
    "scheme-assumed": N_("The text names no http or https; https is assumed."),
    "private-address": N_("An address of a private network."),
    "renumbered": N_("An old number; the prefix was replaced in 2018."),
    "spoof-suspected": N_("The form presented is one that forged calls show."),
    "old-identity-card": N_("An old identity card of nine digits."),
    "bank-missing": N_("Fill in the bank, or leave it out."),
    "check-digit-wrong": N_("Mistyped or altered: it will not be matched."),
    "name-alone": N_("A name alone is never a match."),
}
REMOVED: Final = {
    "card": N_("full card numbers cut to six and four digits"),
    "secret": N_("passwords, PINs and one-time codes removed"),
    "bot-token": N_("bot tokens removed"),
}
LEFT: Final = {
    "cut": N_("The file is longer than what is read at once; the rest was left."),
    "pages-without-text": N_("Some pages hold only pictures; their text was not read."),
    "attachments-left": N_("The e-mail has attachments; take each in by itself."),
    "no-code": N_("No QR code was found in the picture; other words in it are not read."),
}
_OWN_TYPES: Final = {
    "name": N_("Name"),
    "account-number": N_("Account number without its bank"),
    "amount": N_("Amount"),
}


def type_label(ask: Ask, type_: str) -> str:
    """What a type is called in the reader's language."""
    if type_ in _OWN_TYPES:
        return ask.gettext(_OWN_TYPES[type_])
    word = identifier_types.get(type_)
    return word.vi if ask.language == "vi" else word.en
