"""Texts that would be more than text somewhere, and bodies of messages in which every free text is one of them.

Bodies are filled from their own types, so a field that is added tomorrow is poisoned too. `marks` numbers the texts:
each can be found again on a page, and a page that swallows one shows.
"""

from __future__ import annotations

import itertools
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any, Final

import msgspec
from msgspec import inspect as types

from lienlac.identifiers.money import Money

PRODUCT: Final = "62615533"
"""What 7919*7907 is: it stands on a page only if somebody computed it."""
MARKUP: Final = (
    "{mark}\"'><probe probe=1><svg/onload=probe()>]]>--><script>probe()</script>"
    "{{{{7919*7907}}}}${{7919*7907}}{{% raw %}}{{0.__class__}}%(csrf)s%s%n&lt;b&gt;&#60;i&#62;{bidi}"
)
BIDI: Final = "\u202e\u2066\u200f"
LINK: Final = "javascript:probe({mark})//"
ATTRIBUTE: Final = "{mark}' onfocus='probe()' autofocus x='"
FORMULA: Final = "=cmd|'/C calc'!{mark}"
TERMINAL: Final = "{mark}\x1b[31m\x1b]8;;http://evil.test\x07\x9b2J\u202e\r\b\x7f"
SHAPES: Final = {"markup": MARKUP, "link": LINK, "attribute": ATTRIBUTE}

_PATTERNED: Final = {
    r"^[a-z]{2,5}-[a-z2-7]{26}\Z": "msg-" + "q" * 26,
    r"^[0-9a-f]{64}\Z": "a" * 64,
    r"^[a-z0-9][a-z0-9.-]{0,63}\Z": "no-such-code",
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z": "2026-11-20",
    r"^[A-Z]{2}-[0-9]{4}-[0-9]{6,9}\Z": "US-2026-000001",
}
AT: Final = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


class Poison:
    """Fills values of message types; `texts` are those that went in, by where they went."""

    def __init__(self, shape: str, *, codes: bool = False) -> None:
        self.shape, self.codes = shape, codes
        self.texts: dict[str, str] = {}
        self._marks = itertools.count(1)

    def text(self, where: str, most_chars: int | None = None) -> str:
        """One more dangerous text, no longer than may stand there."""
        mark = f"w{next(self._marks):04d}w"
        made = self.shape.format(mark=mark, bidi=BIDI)[: most_chars or 1000]
        if mark in made:
            self.texts[where] = made
        return made

    def body(self, body: msgspec.Struct, *, keep: frozenset[str] = frozenset()) -> Any:
        """The body with every free text poisoned, also where the body left one out; `keep` names fields to leave."""
        return self._struct(body, types.type_info(type(body)), type(body).__name__, keep)

    def _struct(self, body: Any, info: Any, where: str, keep: frozenset[str] = frozenset()) -> Any:
        fields = {
            field.name: self._value(getattr(body, field.name), field.type, f"{where}.{field.name}")
            for field in info.fields
            if field.name not in keep
        }
        return msgspec.structs.replace(body, **fields)

    def _value(self, value: Any, info: Any, where: str) -> Any:
        if isinstance(info, types.UnionType):
            return self._one_of(value, info, where)
        if isinstance(info, types.StrType):
            if info.pattern is None:
                return self.text(where, info.max_length)
            return "no-such-code" if self.codes and value and "0-9.-]{0,63}" in info.pattern else value
        if isinstance(info, types.StructType):
            if self.codes and info.cls is Money:
                return Money(value.amount, "ZZZ")
            return self._struct(value, info, where)
        if isinstance(info, types.VarTupleType):
            if where.endswith(".attachments"):
                return value  # files travel by another road
            if isinstance(info.item_type, types.StrType):
                return tuple(self._value(item, info.item_type, where) for item in value)
            items = value or ((self._made(info.item_type),) if isinstance(info.item_type, types.StructType) else ())
            return tuple(self._value(item, info.item_type, f"{where}.{number}") for number, item in enumerate(items))
        return value

    def _one_of(self, value: Any, info: types.UnionType, where: str) -> Any:
        choices = [one for one in info.types if not isinstance(one, types.NoneType)]
        if value is None and len(choices) == 1 and isinstance(choices[0], types.StructType):
            if choices[0].cls.__name__ in {"Follows", "Money"}:
                return None  # what names another request, and amounts, hold no free text
            value = self._made(choices[0])
        if value is None and len(choices) == 1 and isinstance(choices[0], types.StrType):
            return self._value("", choices[0], where) if choices[0].pattern is None else None
        for one in choices:
            if isinstance(one, types.StructType) and type(value) is one.cls:
                return self._value(value, one, where)
        return value

    def _made(self, info: Any) -> Any:
        """A plain value of a type, to be poisoned."""
        if isinstance(info, types.StructType):
            needed = {field.name: self._made(field.type) for field in info.fields if field.required}
            return info.cls(**needed)
        if isinstance(info, types.StrType):
            return _PATTERNED[info.pattern] if info.pattern else "x" * (info.min_length or 1)
        if isinstance(info, types.EnumType):
            return next(iter(info.cls))
        if isinstance(info, types.DateTimeType):
            return AT
        if isinstance(info, types.VarTupleType):
            return ()
        if isinstance(info, types.IntType):
            return info.ge or 1
        if isinstance(info, types.BoolType):
            return False
        if isinstance(info, types.UnionType):
            return None if info.includes_none else self._made(info.types[0])
        raise AssertionError(f"say how a plain {info} is made")


class Page(HTMLParser):
    """A page as a browser reads it: its elements, attributes and texts."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.comments: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    handle_startendtag = handle_starttag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    @property
    def words(self) -> str:
        """Everything that a person or a script could read as text: data and attribute values."""
        values = (value or "" for _tag, attrs in self.tags for value in attrs.values())
        return "\n".join(["".join(self.texts), *values])


ADDRESSES: Final = {"href", "src", "action", "formaction", "hx-get", "hx-post", "data", "poster", "srcdoc"}
_SPACE: Final = re.compile(r"[\s\x00-\x20]+")


def faults_of(text: str) -> list[str]:
    """What a page does with a dangerous text that it should not: an empty list for a good page."""
    page, found = Page(text), []
    for tag, attrs in page.tags:
        if tag in {"probe", "i", "iframe", "object", "embed"} or (tag == "script" and not attrs.get("src")):
            found.append(f"element {tag}")
        for name, value in attrs.items():
            if name in {"probe", "style", "srcdoc"} or name.startswith("on"):
                found.append(f"attribute {name} of {tag}")
            if name in ADDRESSES and not _SPACE.sub("", value or "").startswith(("/", "#", "?")) and value:
                found.append(f"{name} of {tag} leads to {value[:40]}")
    if any("w0" in comment or "probe" in comment for comment in page.comments):
        found.append("a text in a comment")
    if PRODUCT in text:
        found.append("somebody computed")
    if "<class" in page.words or "jinja2" in page.words:
        found.append("a format was filled in")
    return found
