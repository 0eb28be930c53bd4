"""A file of STIX objects, read object by object: however large it is, no more than a few of them lie in memory.

Takes a bundle or an envelope (its member `objects`), or a list of objects. Pure: blocks of bytes go in, objects come
out, each byte for byte. What is inside an object is not looked at here; the frame must hold together.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lienlac import limits
from lienlac.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_TOKEN: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"|[{}\[\]]|"', re.DOTALL)
_AFTER_NAME: Final = re.compile(rb"[ \t\r\n]*:[ \t\r\n]*\Z")
_SPACES: Final = b" \t\r\n\xef\xbb\xbf"


def objects_in(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Each object of the file. Raises `Refused("malformed" | "too-large")`."""
    reader = _Reader()
    for block in blocks:
        yield from reader.take(block)
    reader.end()


class _Reader:
    """Keeps what is not yet whole. `_depth` counts open brackets; `_list` is the depth inside the list of objects."""

    def __init__(self) -> None:
        self._rest = b""
        self._at = 0
        self._depth = 0
        self._list = 0
        self._start = -1
        self._name = (b"", 0)
        self._found = False

    def take(self, block: bytes) -> Iterator[bytes]:
        """One block more; the objects that are whole by now."""
        data = self._rest + block
        done = self._at
        for token in _TOKEN.finditer(data, self._at):
            word = token[0]
            if word == b'"':  # a string that goes on in the next block
                break
            done = token.end()
            if word[0] == 0x22:
                self._name = (word, done)
            elif word in b"{[":
                self._open(data, word, token.start())
            else:
                whole = self._shut(data, done)
                if whole is not None:
                    yield whole
        self._keep(data, done)

    def end(self) -> None:
        """Nothing comes any more: everything must be whole."""
        if self._depth or not self._found or self._rest[self._at :].strip(_SPACES):
            raise Refused("malformed", reason="the file ends too early, or holds no list of objects")

    def _open(self, data: bytes, word: bytes, at: int) -> None:
        name, end = self._name
        listed = word == b"[" and not self._found
        named = self._depth == 1 and name == b'"objects"' and _AFTER_NAME.match(data[end:at]) is not None
        if self._list and self._depth == self._list:
            self._start = at
        elif listed and (self._depth == 0 or named):
            self._list, self._found = self._depth + 1, True
        self._depth += 1

    def _shut(self, data: bytes, end: int) -> bytes | None:
        self._depth -= 1
        if self._depth < 0:
            raise Refused("malformed", reason="a bracket closes that was never opened")
        if self._list and self._depth == self._list and self._start >= 0:
            whole, self._start = data[self._start : end], -1
            return whole
        if self._depth < self._list:
            self._list = 0
        return None

    def _keep(self, data: bytes, done: int) -> None:
        """Forget what has been given out; keep an object that has begun, and the last name outside of one."""
        named = self._name[1]
        # a name that was given out with the list after it lies before what is kept, and is not needed again
        keep = self._start if self._start >= 0 else min(done, named if named >= 0 and not self._list else done)
        if self._start >= 0 and len(data) - keep > limits.INTEL_FILE_OBJECT_MAX_BYTES:
            raise Refused("too-large", size_bytes=len(data) - keep, limit_bytes=limits.INTEL_FILE_OBJECT_MAX_BYTES)
        if self._start < 0 and len(data) - done > limits.INTEL_FILE_OBJECT_MAX_BYTES:
            raise Refused("too-large", size_bytes=len(data) - done, limit_bytes=limits.INTEL_FILE_OBJECT_MAX_BYTES)
        self._rest, self._at = data[keep:], done - keep
        self._name = (self._name[0], self._name[1] - keep)
        self._start = min(0, self._start)
