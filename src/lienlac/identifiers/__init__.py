"""Typed identifiers: how accounts, amounts, references and addresses are parsed, checked, compared and shown.

Pure: package data aside, nothing is read; nothing is asked of a network. Every parser takes any text and raises
`Refused` with a code, or returns one normal form.
"""

from __future__ import annotations

from lienlac.identifiers.accounts import (
    Account,
    IbanAccount,
    OtherAccount,
    UsAccount,
    VnAccount,
    describe,
    hints,
    key,
    normalise,
    short,
)
from lienlac.identifiers.folding import fold
from lienlac.identifiers.guess import Guess, guess
from lienlac.identifiers.money import Money, checked, format_money, parse_money

__all__ = [
    "Account",
    "Guess",
    "IbanAccount",
    "Money",
    "OtherAccount",
    "UsAccount",
    "VnAccount",
    "checked",
    "describe",
    "fold",
    "format_money",
    "guess",
    "hints",
    "key",
    "normalise",
    "parse_money",
    "short",
]
