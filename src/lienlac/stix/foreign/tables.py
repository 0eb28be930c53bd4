"""A table of identifiers (CSV, or rows of a spreadsheet) made into objects, with a mapping that a person has looked at.

Two steps: `preview` shows the first rows and guesses what each column holds; `objects` goes through all rows with the
mapping that was confirmed, one at a time. A row that cannot be read is said with its number and costs no other row.
Full card numbers are cut before anything is made of them.
"""

from __future__ import annotations

import csv
import functools
import itertools
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import msgspec

from lienlac import limits
from lienlac.errors import Refused
from lienlac.identifiers import banks, cards
from lienlac.identifiers.accounts import OtherAccount, UsAccount, VnAccount
from lienlac.identifiers.folding import compact
from lienlac.stix.foreign import making

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lienlac.identifiers.accounts import Account

IGNORE: Final = "ignore"
EXTRA: Final = ("account-number", "bank", "holder", "name", "note")
"""What a column may hold besides an identifier: parts of an account, whom it is about, a remark."""
_NUMBERS: Final = frozenset({"account-number", "card-trunc", "iban"})
"""Kinds with a check of their own, which says what is wrong."""
_DELIMITERS: Final = ",;\t|"
_SNIFF_CHARS: Final = 16_384
_HEADINGS: Final = {
    "account-number": ("stk", "sotaikhoan", "taikhoan", "accountnumber", "accountno", "account", "acct", "sotk"),
    "bank": ("nganhang", "bank", "bin", "bankname", "bankbin", "bic", "swift", "aba", "routing", "tennganhang"),
    "holder": ("chutaikhoan", "tenchutaikhoan", "chutk", "holder", "accountname", "beneficiary", "tentk"),
    "name": ("hoten", "hovaten", "ten", "name", "fullname", "suspect", "doituong"),
    "note": ("ghichu", "note", "notes", "comment", "description", "mota", "noidung"),
    "phone": ("sdt", "sodienthoai", "dienthoai", "phone", "phonenumber", "mobile", "tel"),
    "card-trunc": ("sothe", "the", "card", "cardnumber"),
    "email": ("email", "mail", "thudientu"),
    "domain": ("domain", "tenmien", "website"),
    "url": ("url", "link", "duongdan", "diachiweb"),
    "ip": ("ip", "ipaddress", "diachiip"),
    "file-hash": ("hash", "md5", "sha1", "sha256", "mabam"),
    "iban": ("iban",),
    "zalo": ("zalo",),
    "telegram": ("telegram", "tele"),
    "facebook": ("facebook", "fb"),
    "payment-ref": ("magiaodich", "reference", "transactionid", "uetr", "sogiaodich"),
    "btc": ("btc", "bitcoin"),
    "eth": ("eth", "ethereum"),
    "tron": ("tron", "trc20", "usdt"),
    "app-package": ("package", "app", "appid", "ungdung"),
}
_TESTED: Final = ("url", "email", "ip", "file-hash", "phone", "iban", "domain")
"""Kinds that a column's values are tried as where its heading says nothing, the narrowest first."""


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """The first rows of a table and what its columns seem to hold, one kind for each (`ignore` where none is told)."""

    delimiter: str
    header: list[str]
    rows: list[list[str]]
    guess: list[str]


class Mapping(msgspec.Struct, frozen=True, kw_only=True):
    """What each column holds, in order, as a person has confirmed it; `has_header`: the first row is no data."""

    columns: list[str]
    delimiter: str = ","
    has_header: bool = True


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """What one row gave: objects, and what could not be read in it (column, reason)."""

    number: int
    objects: list[dict[str, Any]]
    problems: list[tuple[str, Refused]]


def choices() -> tuple[str, ...]:
    """Everything that a column may be mapped to."""
    return (IGNORE, *EXTRA, *making.kinds())


def check(mapping: Mapping) -> None:
    """Raises `Refused` (`table-mapping`) where a mapping cannot give anything."""
    known = set(choices())
    used = [kind for kind in mapping.columns if kind not in {IGNORE, "note"}]
    half = ("account-number" in used) != ("bank" in used)
    if not used or half or set(used) - known or len(mapping.columns) > limits.TABLE_COLUMNS_MAX:
        raise Refused("table-mapping")
    if mapping.delimiter not in _DELIMITERS or len(mapping.delimiter) != 1:
        raise Refused("table-mapping")


def preview(text: str) -> Preview:
    """The beginning of a table, as text. Raises `Refused` (`table-empty`, `table-columns`)."""
    delimiter = _delimiter(text[:_SNIFF_CHARS])
    rows = list(itertools.islice(_rows(text.splitlines(keepends=True), delimiter), limits.TABLE_PREVIEW_ROWS + 1))
    if not rows:
        raise Refused("table-empty")
    width = max(len(row) for row in rows)
    if width > limits.TABLE_COLUMNS_MAX:
        raise Refused("table-columns", limit=limits.TABLE_COLUMNS_MAX)
    even = [[cards.truncate_in(cell) for cell in row] + [""] * (width - len(row)) for row in rows]
    header, body = even[0], even[1:]
    return Preview(
        delimiter=delimiter,
        header=header,
        rows=body,
        guess=[_guess(header[place], [row[place] for row in body]) for place in range(width)],
    )


def objects(lines: Iterable[str], mapping: Mapping, *, at_us: int) -> Iterator[Row]:
    """Row by row, in bounded memory, whatever the table's length.

    Raises `Refused` (`table-mapping`, `table-rows`); what is wrong in a row is said in its `Row`.
    """
    check(mapping)
    rows = _rows(lines, mapping.delimiter)
    for number, cells in enumerate(rows, 1):
        if number > limits.TABLE_ROWS_MAX:
            raise Refused("table-rows", limit=limits.TABLE_ROWS_MAX)
        if number == 1 and mapping.has_header:
            continue
        yield _row(number, cells, mapping, at_us)


def _rows(lines: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    """Cells of every row that holds any; a byte order mark is no cell."""
    try:
        for number, row in enumerate(csv.reader(_clean(lines), delimiter=delimiter, strict=True)):
            cells = [cell.strip().removeprefix("\ufeff") if number == 0 else cell.strip() for cell in row]
            if any(len(cell) > limits.TABLE_CELL_MAX_CHARS for cell in cells):
                raise Refused("table-cell", row=number + 1, limit=limits.TABLE_CELL_MAX_CHARS)
            if any(cells):
                yield cells
    except csv.Error as error:
        raise Refused("table-malformed", reason=str(error)[:80]) from error


def _clean(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        if "\0" in line:
            raise Refused("table-malformed", reason="U+0000")
        yield line


def _row(number: int, cells: Sequence[str], mapping: Mapping, at_us: int) -> Row:
    made: dict[str, dict[str, Any]] = {}
    problems: list[tuple[str, Refused]] = []
    said: dict[str, str] = {}
    for kind, cell in zip(mapping.columns, cells, strict=False):
        if not cell or kind == IGNORE:
            continue
        told = cell if kind in _NUMBERS else making.said(cell)
        if kind in EXTRA:
            said.setdefault(kind, told)
            continue
        try:
            item = making.observable(kind, told)
        except Refused as error:
            problems.append((kind, error))
        else:
            made[item["id"]] = item
    _add_account(said, made, problems)
    _add_person(said, made, problems, at_us)
    return Row(number=number, objects=list(made.values()), problems=problems)


def _add_account(said: dict[str, str], made: dict[str, dict[str, Any]], problems: list[tuple[str, Refused]]) -> None:
    if "account-number" not in said:
        return
    try:
        item = making.bank_account(_account(said["account-number"], said.get("bank", ""), said.get("holder", "")))
    except Refused as error:
        problems.append(("account-number", error))
    else:
        made[item["id"]] = item


def _account(number: str, bank: str, holder: str) -> Account:
    """An account of a number and whatever names the bank: BIN, name, BIC or routing number."""
    plain = re.sub(r"\s", "", bank)
    if re.fullmatch(r"[0-9]{9}", plain):
        return UsAccount(aba=plain, number=number, holder_name=holder)
    if re.fullmatch(r"[0-9]{6}", plain):
        return VnAccount(bin=plain, number=number, holder_name=holder)
    found = _bank_named(bank)
    if found:
        return VnAccount(bin=found, number=number, holder_name=holder)
    if re.fullmatch(r"[A-Za-z]{6}[0-9A-Za-z]{2}(?:[0-9A-Za-z]{3})?", plain):
        return OtherAccount(bic=plain.upper(), number=number, holder_name=holder)
    raise Refused("table-bank", text=bank[:80])


@functools.lru_cache(maxsize=limits.TABLE_BANKS_KEPT)
def _bank_named(text: str) -> str:
    """The BIN of the bank that a text names; empty where it names none."""
    found = banks.search(text, 1)
    return found[0].bin if found else ""


def _add_person(
    said: dict[str, str], made: dict[str, dict[str, Any]], problems: list[tuple[str, Refused]], at_us: int
) -> None:
    """Whom the row is about, tied to everything else in it."""
    if "name" not in said:
        return
    try:
        person = making.identity(said["name"], "individual", at_us, description=said.get("note", ""))
    except Refused as error:
        problems.append(("name", error))
        return
    things = list(made.values())
    made[person["id"]] = person
    for thing in things:
        tie = making.relationship(person, "related-to", thing, at_us)
        made[tie["id"]] = tie


def _delimiter(sample: str) -> str:
    """The sign that stands in the first lines most evenly."""
    lines = [line for line in sample.splitlines()[: limits.TABLE_PREVIEW_ROWS] if line.strip()]
    scores = Counter({sign: min((line.count(sign) for line in lines), default=0) for sign in _DELIMITERS})
    best, number = scores.most_common(1)[0]
    return best if number else ","


def _guess(heading: str, values: list[str]) -> str:
    """What a column holds: by its heading, else by its values; `ignore` where neither tells."""
    folded = compact(heading)
    for kind, words in _HEADINGS.items():
        if folded in words:
            return kind
    filled = [value for value in values if value]
    for kind in _TESTED if filled else ():
        good = sum(_reads(kind, value) for value in filled)
        if good >= 0.8 * len(filled):
            return kind
    return IGNORE


def _reads(kind: str, value: str) -> bool:
    try:
        making.observable(kind, value)
    except Refused:
        return False
    return True
