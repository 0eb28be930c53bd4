"""The banks of Viet Nam: the table of BINs, how a bank is looked for, and what is known of old and second BINs.

The table is package data, read once. It is collected from public lists and holds no promise that an account exists.
Foreign banks are known by the form of their BIC only. Serves protocol clause 11 (accounts in requests).
"""

from __future__ import annotations

import csv
import functools
import re
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Final

from lienlac import limits
from lienlac.errors import Refused
from lienlac.identifiers.folding import compact, fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lienlac.errors import Language

_BIC: Final = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
_HINTS: Final[dict[str, tuple[str, str]]] = {
    "renamed": (
        "{name} was formerly called {former}.",
        "{name} trước đây có tên là {former}.",
    ),
    "merged-into": (
        "{name} was merged into {related}; ask {related} for the present account number.",
        "{name} đã sáp nhập vào {related}; hãy hỏi {related} về số tài khoản hiện tại.",
    ),
    "alias-of": (
        "{bin} is a second BIN of {related}; its usual BIN is {related_bin}.",
        "{bin} là mã BIN thứ hai của {related}; mã BIN thường dùng là {related_bin}.",
    ),
    "licence-of": (
        "{name} works under the licence of {related}: send papers for it to {related}.",
        "{name} hoạt động theo giấy phép của {related}: văn bản gửi tới {related}.",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """One BIN and what stands behind it.

    `bic` is empty where none is known. `kind` is a code of the vocabulary `bank_kinds`. `vietqr` tells whether
    instant transfers by QR reach it: yes, no or unknown. `relation` is empty, `alias-of`, `merged-into` or
    `licence-of`, towards `related_bin`.
    """

    bin: str
    code: str
    short_name: str
    bic: str
    kind: str
    vietqr: str
    name_vi: str
    relation: str
    related_bin: str
    former_names: tuple[str, ...]
    other_names: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Every name by which people may look for it, the usual one first."""
        return (self.short_name, self.code, *self.other_names, *self.former_names, self.name_vi)


@functools.cache
def table() -> dict[str, Bank]:
    """Every bank by its BIN, in the order of the table."""
    file = resources.files("lienlac.identifiers").joinpath("data", "vn_banks.csv")
    rows = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    return {row["bin"]: _bank(row) for row in rows}


def _bank(row: dict[str, str]) -> Bank:
    return Bank(
        bin=row["bin"],
        code=row["code"],
        short_name=row["short_name"],
        bic=row["bic"],
        kind=row["kind"],
        vietqr=row["vietqr"],
        name_vi=row["name_vi"],
        relation=row["relation"],
        related_bin=row["related_bin"],
        former_names=tuple(filter(None, row["former_names"].split("|"))),
        other_names=tuple(filter(None, row["other_names"].split("|"))),
    )


def all_banks() -> tuple[Bank, ...]:
    """Every bank, in the order of BINs."""
    return tuple(table().values())


def find(bank_bin: str) -> Bank | None:
    """The bank of a BIN, or None."""
    return table().get(bank_bin)


def get(bank_bin: str, *, field: str | None = None) -> Bank:
    """The bank of a BIN. Raises `Refused`: `bin-malformed`, or `bank-unknown` naming BINs that look alike."""
    if not re.fullmatch(r"[0-9]{6}", bank_bin):
        raise Refused("bin-malformed", field=field, bin=bank_bin[:20])
    bank = table().get(bank_bin)
    if bank is None:
        alike = ", ".join(f"{other.bin} {other.short_name}" for other in near(bank_bin)) or "–"
        raise Refused("bank-unknown", field=field, bin=bank_bin, near=alike)
    return bank


def near(bank_bin: str, limit: int = 3) -> tuple[Bank, ...]:
    """Banks whose BIN differs by one mistyped digit or by two neighbours swapped."""

    def alike(other: str) -> bool:
        differing = [place for place in range(6) if other[place] != bank_bin[place]]
        if len(differing) == 2:
            first, second = differing
            return second == first + 1 and other[first] == bank_bin[second] and other[second] == bank_bin[first]
        return len(differing) == 1

    if len(bank_bin) != 6:
        return ()
    return tuple(bank for bank in all_banks() if alike(bank.bin))[:limit]


def canonical_bin(bank_bin: str) -> str:
    """The usual BIN of a bank that has several; any other BIN stays as it is."""
    bank = table().get(bank_bin)
    return bank.related_bin if bank is not None and bank.relation == "alias-of" else bank_bin


def by_bic(bic: str) -> Bank | None:
    """The one bank of the table with this BIC (branch code aside); None when there is none or more than one."""
    bins = {canonical_bin(bank.bin) for bank in all_banks() if bank.bic and bank.bic == bic[:8]}
    return table()[bins.pop()] if len(bins) == 1 else None


def search(text: str, limit: int = 10) -> tuple[Bank, ...]:
    """Banks by any of their names, code, BIN or BIC, accents and spaces aside; the best first, second BINs last."""
    query = fold(text[: limits.LINE_MAX_CHARS])
    if not compact(query):
        return ()
    ranked = sorted(
        (rank, bank.relation == "alias-of", bank.bin)
        for bank in all_banks()
        if (rank := _rank(bank, query)) is not None
    )
    return tuple(table()[bank_bin] for _, _, bank_bin in ranked[:limit])


def _rank(bank: Bank, query: str) -> int | None:
    squeezed = compact(query)
    short_keys, long_keys, words = _keys(bank.bin)
    if squeezed in short_keys:
        return 0
    if any(key.startswith(squeezed) for key in short_keys):
        return 1
    if all(any(word.startswith(asked) for word in words) for asked in query.split()):
        return 2
    if len(squeezed) >= 3 and any(squeezed in key for key in long_keys):
        return 3
    return None


@functools.cache
def _keys(bank_bin: str) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Of one bank: short keys (names of one brand, codes), all keys, single words; all folded."""
    bank = table()[bank_bin]
    brands = (bank.short_name, bank.code, *bank.other_names, *bank.former_names, bank.bin, bank.bic)
    short_keys = frozenset(filter(None, map(compact, brands)))
    words = frozenset(word for name in (*bank.names, bank.bin, bank.bic) for word in fold(name).split())
    return short_keys, short_keys | {compact(bank.name_vi)}, words


def hints(bank: Bank, language: Language) -> tuple[str, ...]:
    """What an officer should know of this BIN: renamed, merged, a second BIN, working under another's licence."""
    return tuple(_hints(bank, 1 if language == "vi" else 0))


def _hints(bank: Bank, column: int) -> Iterator[str]:
    if bank.former_names:
        yield _HINTS["renamed"][column].format(name=bank.short_name, former=bank.former_names[0])
    if bank.relation:
        related = table()[bank.related_bin]
        yield _HINTS[bank.relation][column].format(
            name=bank.short_name, bin=bank.bin, related=related.short_name, related_bin=related.bin
        )


def check_bic(text: str, *, field: str | None = None) -> str:
    """A BIC in its usual form: upper case, without the branch code XXX of a head office.

    Raises `Refused`: `bic-malformed`, `bic-country`.
    """
    bic = text.strip().replace(" ", "").upper()
    if not _BIC.fullmatch(bic):
        raise Refused("bic-malformed", field=field, bic=bic[:20])
    if bic[4:6] not in _countries():
        raise Refused("bic-country", field=field, bic=bic, country=bic[4:6])
    return bic.removesuffix("XXX") if len(bic) == 11 else bic


@functools.cache
def _countries() -> frozenset[str]:
    """ISO 3166-1 alpha-2, and XK as banks use it: a BIC of no country is a typing error."""
    file = resources.files("lienlac.identifiers").joinpath("data", "countries.txt")
    return frozenset(file.read_text(encoding="ascii").split())
