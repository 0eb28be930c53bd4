"""Any text from anywhere as text that a page can show: whole, in order, and with nothing that hides.

A paper must show what was signed. So what the typeface has no letter for, what is invisible and what turns the
direction of writing stands there by its number, `[U+202E]`, instead of vanishing or acting. Words that no line can
hold get places where they may break. Pure; the result is data, never markup.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any, Final

from lienlac import limits

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

WORD_MAX: Final = 30
"""Letters after which a word may break; the narrowest column holds so many wide ones."""
MARKS_MAX: Final = 3
"""Marks on one letter; more would be drawn over the lines above."""
BREAK: Final = "\u200b"
"""A place where a line may break; nothing is drawn."""

_LONG: Final = re.compile(rf"\S{{{WORD_MAX + 1},}}")
_UNITS: Final = re.compile(r"\[U\+[0-9A-F]{4,6}\]|.")
"""What is never broken: a letter, or a letter's number."""
_NO_BREAK: Final = "\u00a0"


def printable(text: str, covered: AbstractSet[int], *, breaks: bool = True) -> str:
    """The text as it can be printed with a typeface that has the letters `covered`; keeps line ends."""
    shown, marks = [], 0
    for letter in unicodedata.normalize("NFC", text.replace("\r\n", "\n")):
        marks = marks + 1 if unicodedata.combining(letter) else 0
        shown.append(_letter(letter, covered) if marks <= MARKS_MAX else _number(letter))
    whole = "".join(shown)
    return _LONG.sub(_broken, whole) if breaks else whole


def short(text: str, covered: AbstractSet[int], most: int) -> str:
    """The beginning of a text as it can be printed, in one line of at most so many letters."""
    shown = " ".join(printable(text[:most], covered, breaks=False).split())
    return shown if len(text) <= most and len(shown) <= most else f"{shown[: most - 1]}…"


def _name(text: str, most: int) -> str:
    """What names something, line by line; only blanks make a dash, for no heading may be without words."""
    lines = (" ".join(line.split()) for line in text[:most].split("\n"))
    return "\n".join(line for line in lines if line) or ("–" if text else "")


def _letter(letter: str, covered: AbstractSet[int]) -> str:
    if letter == "\n":
        return letter
    kind = unicodedata.category(letter)
    if kind == "Zs":
        return letter if letter in (" ", _NO_BREAK) else _NO_BREAK
    if letter == "\t":
        return "    "
    if kind[0] == "C" or ord(letter) not in covered:
        return _number(letter)
    return letter


def _number(letter: str) -> str:
    return f"[U+{ord(letter):04X}]"


def _broken(found: re.Match[str]) -> str:
    pieces = [""]
    for unit in _UNITS.findall(found[0]):
        if len(pieces[-1]) + len(unit) > WORD_MAX:
            pieces.append("")
        pieces[-1] += unit
    return BREAK.join(pieces)


_NAMES: Final = frozenset({"title", "kind", "reference", "issuer", "label", "note"})
"""What names something: at the head of columns, in the list of pages, on one page as a whole; so it may not be long."""


def all_printable(value: Any, covered: AbstractSet[int], *, most: int = 0) -> Any:
    """Every text in plain values; what is `mono` stays in one piece where it is short enough."""
    if isinstance(value, str):
        return printable(_name(value, most) if most else value, covered)
    if isinstance(value, list | tuple):
        return [all_printable(inner, covered, most=most) for inner in value]
    if isinstance(value, dict):
        if value.get("style") == "mono" and isinstance(value.get("text"), str) and len(value["text"]) <= 64:
            return {**value, "text": printable(value["text"], covered, breaks=False)}
        whole = limits.LINE_MAX_CHARS if value.get("block") == "heading" else most
        return {
            name: all_printable(inner, covered, most=limits.LINE_MAX_CHARS if name in _NAMES else whole)
            for name, inner in value.items()
        }
    return value
