"""A bundle of any size, object by object: the bytes of each, and never more in memory than a few of them.

Responsible for cutting a stream of bytes where one object ends; like `reading`, it leaves what is in an object to
`checking`, and reads the frame around the objects strictly once it has seen all of it. Pure: whoever has the file feeds
its pieces.
"""

from __future__ import annotations

import codecs
import json
import re
from typing import TYPE_CHECKING, Any, Final

from lienlac import limits, strictjson
from lienlac.errors import Refused
from lienlac.stix.reading import objects_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_TEXT: Final = rb'"(?:[^"\\]++|\\.)*+"'
_SPACE: Final = re.compile(rb"[ \t\r\n]*+")
_OPENING: Final = re.compile(rb"[ \t\r\n]*+\{[ \t\r\n]*+")
_KEY: Final = re.compile(rb"(" + _TEXT + rb")[ \t\r\n]*+:[ \t\r\n]*+(?=.)", re.DOTALL)
_COMMA: Final = re.compile(rb"[ \t\r\n]*+,[ \t\r\n]*+")
_NEXT: Final = re.compile(rb"[ \t\r\n]*+([,\]])")
_SCALAR: Final = re.compile(_TEXT + rb'|[^"\[\]{},\s]++(?=[\s,\]}])', re.DOTALL)
_BRACKET: Final = re.compile(rb'(?:[^"\[\]{}]++|' + _TEXT + rb")*+([\[\]{}])", re.DOTALL)


class Splitter:
    """Takes pieces of one file and gives the objects that are complete.

    `feed` and `close` raise `Refused` (`malformed`, `too-large`, `too-deep`, `duplicate-key`, `stix-not-parcel`); what
    was given before stays given. `frame` is what stood around the objects, once `close` has been called.
    """

    def __init__(self) -> None:
        self.frame: dict[str, Any] = {}
        self._waiting = b""
        self._head = b""
        self._place = "before"
        self._wants_value = False

    def feed(self, piece: bytes) -> list[bytes]:
        """The objects that end in this piece."""
        self._waiting += piece
        if self._place == "before":
            self._look_for_objects()
        found = self._cut() if self._place == "inside" else []
        if len(self._waiting) > limits.STIX_STREAM_MAX_BYTES:
            raise Refused("too-large", size_bytes=len(self._waiting), limit_bytes=limits.STIX_STREAM_MAX_BYTES)
        return found

    def close(self) -> list[bytes]:
        """The end of the file. A file that never had a list of objects is read at once, as far as it is small."""
        if self._place == "before":
            return objects_of(self._waiting, max_bytes=limits.STIX_STREAM_MAX_BYTES).objects
        if self._place == "inside":
            raise Refused("malformed", reason="the file ends in the middle of its objects")
        whole = self._head + b"[]" + self._waiting
        frame = strictjson.loads(whole, max_bytes=2 * limits.STIX_STREAM_MAX_BYTES, max_depth=limits.STIX_MAX_DEPTH)
        if not isinstance(frame, dict) or frame.get("type", "bundle") != "bundle":
            raise Refused("stix-not-parcel")
        self.frame = frame
        return []

    def _look_for_objects(self) -> None:
        """The member `objects` of the outermost braces; nothing happens while it has not been seen whole."""
        data = self._waiting
        opening = _OPENING.match(data)
        at = opening.end() if opening else -1
        while at >= 0:
            key = _KEY.match(data, at)
            if key is None:
                return
            if data[key.end()] == ord("[") and _is_objects(key[1]):
                self._head, self._waiting = data[: key.end()], data[key.end() + 1 :]
                self._place, self._wants_value = "inside", False
                return
            end = _end_of(data, key.end())
            comma = _COMMA.match(data, end) if end is not None else None
            at = comma.end() if comma else -1

    def _cut(self) -> list[bytes]:
        data, at = self._waiting, 0
        found: list[bytes] = []
        while self._place == "inside":
            start = _SPACE.match(data, at).end()  # type: ignore[union-attr]  # it matches nothing, too
            if data[start : start + 1] == b"]" and not self._wants_value:
                at, self._place = start + 1, "after"
                break
            end = _end_of(data, start)
            follows = _NEXT.match(data, end) if end is not None else None
            if end is None or follows is None:
                if end is not None and data[end:].strip():
                    raise Refused("malformed", reason="a comma is missing between two objects")
                break
            found.append(data[start:end])
            at, self._wants_value = follows.end(), follows[1] == b","
            if follows[1] == b"]":
                self._place = "after"
        self._waiting = data[at:]
        return found


def objects_in(pieces: Iterable[bytes], splitter: Splitter | None = None) -> Iterator[bytes]:
    """The bytes of every object of a file that comes in pieces. Raises as `Splitter` does.

    A byte order mark before everything is no part of it: programs on Windows write one.
    """
    splitter = splitter or Splitter()
    for piece in _unmarked(pieces):
        yield from splitter.feed(piece)
    yield from splitter.close()


def _unmarked(pieces: Iterable[bytes]) -> Iterator[bytes]:
    head: bytes | None = b""
    for piece in pieces:
        if head is None:
            yield piece
            continue
        head += piece
        if len(head) >= len(codecs.BOM_UTF8):
            yield head.removeprefix(codecs.BOM_UTF8)
            head = None
    if head:
        yield head


def _is_objects(key: bytes) -> bool:
    try:
        return bool(json.loads(key) == "objects")
    except ValueError:
        return False


def _end_of(data: bytes, start: int) -> int | None:
    """Where the value that begins here ends; None while it is not complete."""
    if data[start : start + 1] not in {b"{", b"["}:
        scalar = _SCALAR.match(data, start)
        if scalar is None and data[start : start + 1] in {b",", b"]", b"}"}:
            raise Refused("malformed", reason="a value is missing in a list")
        return scalar.end() if scalar else None
    depth, at = 0, start
    while found := _BRACKET.match(data, at):
        at = found.end()
        depth += 1 if found[1] in {b"{", b"["} else -1
        if depth == 0:
            return at
    return None
