"""The words beside a number that say what it is: account, telephone, identity card, tax code; and which bank is meant.

Only the neighbourhood of a candidate is read, never the whole text. Both spellings are known, with and without tones.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from lienlac.identifiers import banks
from lienlac.identifiers.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

BEFORE_CHARS: Final = 70
AFTER_CHARS: Final = 40
_BANK_BEFORE_CHARS: Final = 110
_BANK_AFTER_CHARS: Final = 90

_WORD: Final = re.compile(r"\w+")
_LABEL: Final = re.compile(
    r"(?<!\w)(?:"
    r"(?P<account>(?:stk|s[ốo]\s?(?:tk|t[àa]i\s?kho[ảa]n)|t[àa]i\s?kho[ảa]n|tk|account|acct|a/c|acc)(?:\s(?:number|no))?)"
    r"|(?P<phone>s[đd]t|[đd]i[ệe]n\s?tho[ạa]i|hotline|phone|mobile|tel|cell|call(?:ed)?|g[ọo]i|whatsapp|viber|sim)"
    r"|(?P<zalo>zalo)"
    r"|(?P<person>cccd|cmnd|cmt|c[ăa]n\s?c[ưu][ớo]c(?:\sc[ôo]ng\sd[âa]n)?|ch[ứu]ng\sminh(?:\snh[âa]n\sd[âa]n)?"
    r"|[đd][ịi]nh\sdanh|national\sid|citizen\sid|id\scard)"
    r"|(?P<tax>mst|m[ãa]\ss[ốo]\sthu[ếe]|tax\s(?:code|id|number)|m[ãa]\ss[ốo]\s(?:dn|doanh\snghi[ệe]p))"
    r"|(?P<imei>imei)"
    r"|(?P<aba>aba|routing|rtn|fedwire)"
    r"|(?P<plate>bi[ểe]n(?:\s(?:s[ốo]|ki[ểe]m\ssoát|xe))?|bks|plate|xe)"
    r"|(?P<version>version|ver|v|phi[êe]n\sb[ảa]n|firmware|build|chrome|android|ios|windows|firefox|section|m[ụu]c"
    r"|[đd]i[ềe]u|kho[ảa]n|article)"
    r"|(?P<ip>ip|[đd][ịi]a\sch[ỉi]\sip)"
    r"|(?P<tx>tx|txid|txhash|tx\shash|transaction(?:\s(?:hash|id))?|giao\sd[ịi]ch|m[ãa]\sgd|blockchain|tronscan)"
    r"|(?P<hash>sha-?(?:1|256|512)|md5|m[ãa]\sb[ăa]m|hash|apk|malware|checksum)"
    r"|(?P<telegram>telegram|tele|tg)"
    r"|(?P<tiktok>tik\s?tok)"
    r"|(?P<facebook>facebook|fb|fanpage)"
    r"|(?P<trading>mt[45]|meta\s?trader(?:\s?[45])?|server|m[áa]y\sch[ủu]|s[àa]n)"
    r"|(?P<case>bi[êe]n\sb[ảa]n\ss[ốo]|v[ụu]\s[áa]n\ss[ốo]|quy[ếe]t\s[đd][ịi]nh\ss[ốo]|c[ôo]ng\sv[ăa]n\ss[ốo]|case\sno|ref)"
    r")(?!\w)",
    re.IGNORECASE,
)


class Named(NamedTuple):
    """A bank named beside a number, and how far away."""

    bin: str
    distance: int


def before(text: str, start: int, *, chars: int = BEFORE_CHARS) -> str:
    """The label that stands nearest before a place, on its line or the one above; empty where there is none."""
    last = ""
    for found in _LABEL.finditer(text, _window_start(text, start, chars), start):
        last = found.lastgroup or ""
    return last


def near(text: str, start: int, end: int) -> frozenset[str]:
    """All labels of the neighbourhood."""
    return frozenset(
        found.lastgroup or ""
        for left, right in ((_window_start(text, start, BEFORE_CHARS), start), (end, _window_end(text, end)))
        for found in _LABEL.finditer(text, left, right)
    )


def directly_before(text: str, start: int) -> str:
    """The label that a number answers: only a few words or signs lie between."""
    return before(text, start, chars=28)


def bank_near(text: str, start: int, end: int) -> str:
    """BIN of the bank that is named nearest to a number, before or after it; empty where none is."""
    best: Named | None = None
    for _name_start, name_end, bank_bin in _banks_in(text, _window_start(text, start, _BANK_BEFORE_CHARS), start):
        best = Named(bank_bin, start - name_end)
    for name_start, _name_end, bank_bin in _banks_in(text, end, _window_end(text, end, _BANK_AFTER_CHARS)):
        if best is None or name_start - end < best.distance:
            best = Named(bank_bin, name_start - end)
        break
    return "" if best is None else best.bin


def _banks_in(text: str, left: int, right: int) -> Iterator[tuple[int, int, str]]:
    """Every bank named in a stretch: where, and its BIN."""
    names = _bank_names()
    done = left
    for word in _WORD.finditer(text, left, right):
        if word.start() < done or word[0].casefold() not in names.firsts:
            continue
        found = names.pattern.match(text, word.start(), right)
        if found is not None:
            done = found.end()
            yield found.start(), done, names.bins[_plain(found[0])]


def _window_start(text: str, start: int, chars: int) -> int:
    """A paragraph's end parts what belongs together; a single line break does not."""
    low = max(0, start - chars)
    blank = text.rfind("\n\n", low, start)
    return low if blank < 0 else blank


def _window_end(text: str, end: int, chars: int = AFTER_CHARS) -> int:
    high = min(len(text), end + chars)
    blank = text.find("\n\n", end, high)
    return high if blank < 0 else blank


class _Names(NamedTuple):
    """One pattern of every bank's names, their first words, and the BIN of each."""

    pattern: re.Pattern[str]
    firsts: frozenset[str]
    bins: dict[str, str]


@functools.cache
def _bank_names() -> _Names:
    """Every name by which a bank may be called."""
    exact: dict[str, str] = {}
    loose: dict[str, str] = {}
    for bank in banks.all_banks():
        if bank.relation == "alias-of":
            continue
        for name in (bank.short_name, bank.code, *bank.other_names, *bank.former_names, bank.name_vi):
            if len(name) < 2:
                continue
            # Short codes are words of other kinds too (`sea`, `mb`): only in capitals, as banks write them.
            (exact if len(name) <= 4 else loose).setdefault(name, bank.bin)
        exact.setdefault(bank.bin, bank.bin)
    loose |= {f"{name} Bank": bank_bin for name, bank_bin in exact.items() if name.isalpha() and len(name) <= 4}
    bins = {_plain(name): bank_bin for name, bank_bin in (*loose.items(), *exact.items())}
    spelled = {spelling for name in loose for spelling in (name, fold(name), fold(name).title())}
    pattern = "|".join(
        (
            f"(?i:{'|'.join(_loosely(name) for name in sorted(spelled, key=len, reverse=True))})",
            "|".join(re.escape(name) for name in sorted(exact, key=len, reverse=True)),
        )
    )
    firsts = {word[0].casefold() for name in (*spelled, *exact) if (word := _WORD.search(name)) is not None}
    return _Names(re.compile(rf"(?<!\w)(?:{pattern})(?!\w)"), frozenset(firsts), bins)


def _loosely(name: str) -> str:
    return r"\s?".join(re.escape(word) for word in name.split())


def _plain(name: str) -> str:
    return "".join(fold(name).split())
