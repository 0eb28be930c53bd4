"""What kind of file something is, told by its content alone, and what to warn of when its name says otherwise.

Pure: the beginning and the end of a file go in. A name is never asked what a file is; it is only compared with what
was found. A guess can be fooled by a file that is two kinds at once, so nothing is ever shown inside a page.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import Final

import msgspec

from lienlac.vocabulary.words import Word, Words, read_data

UNKNOWN: Final = "application/octet-stream"
_TEXT: Final = "text/plain"

_MARKUP: Final = re.compile(
    r"\A(?>\s*<!--.*?-->)*+\s*<(?:!doctype\s+html|html|head|body|script|iframe|meta|title|table|div|a |img)",
    re.IGNORECASE | re.DOTALL,
)
_MAIL: Final = re.compile(
    r"\A(?:From \S+@\S+ "
    r"|(?:Return-Path|Received|Delivered-To|Message-ID|MIME-Version|X-[A-Za-z-]+|From|Subject|Date): )"
)
_CONTROLS: Final = frozenset("\t\n\r\f\x1b")
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_UTF8: Final = b"\xef\xbb\xbf"
_LETTER_MAX_BYTES: Final = 4


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Bytes that stand at a place."""

    hex: str
    at: int = 0


class MediaType(Word, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A kind of file. `code` is its media type; the other fields stand with the list."""

    family: str
    extensions: tuple[str, ...]
    risk: str = ""
    signatures: tuple[tuple[Part, ...], ...] = ()
    within: int = 0
    inside: tuple[str, ...] = ()

    def fits(self, head: bytes, tail: bytes) -> bool:
        """Whether a file with this beginning and end is one."""
        if not any(self._matches(signature, head) for signature in self.signatures):
            return False
        names = [name.encode("latin-1") for name in self.inside]
        return not names or any(name in head or name in tail for name in names)

    def _matches(self, signature: tuple[Part, ...], head: bytes) -> bool:
        if self.within:
            return bytes.fromhex(signature[0].hex) in head[: self.within]
        return all(head.startswith(bytes.fromhex(part.hex), part.at) for part in signature)


media_types = Words("media_types", MediaType)
file_warnings = Words("file_warnings", Word)


def tell(head: bytes, tail: bytes = b"") -> str:
    """The media type of a file with this beginning (and end)."""
    for word in media_types:
        if word.fits(head, tail):
            return word.code
    return _text_kind(head) or UNKNOWN


def warnings(name: str, media_type: str) -> tuple[str, ...]:
    """Codes of `file_warnings` for a name and the kind that was found in the content."""
    *before, last = [part.strip().lower() for part in name.split(".")] if "." in name else ["", ""]
    known = media_types.get(media_type) if media_type in media_types else media_types.get(UNKNOWN)
    found = []
    if _contradicts(last, known):
        found.append("name-differs")
    runs = last in _extensions("programs") or last in _extensions("active")
    if runs and any(part in _harmless_extensions() for part in before[1:]):
        found.append("double-extension")
    if last in _extensions("programs") or known.risk == "program":
        found.append("program")
    elif last in _extensions("active") or known.risk == "active":
        found.append("active")
    if last in _extensions("macros") or known.risk == "macros":
        found.append("macros")
    if known.code == UNKNOWN:
        found.append("unknown-kind")
    return tuple(found)


def _contradicts(extension: str, known: MediaType) -> bool:
    """The name speaks of kinds that can be told by their content, and the content is none of them."""
    spoken = [word for word in media_types if extension in word.extensions]
    if not extension or not spoken or known in spoken:
        return False
    if known.code in {UNKNOWN, _TEXT}:
        return any(word.signatures for word in spoken)
    # a long document whose telling names lie in its middle reads as the plain archive that it also is
    return not (known.code == "application/zip" and any(word.inside for word in spoken))


@functools.cache
def _extensions(name: str) -> frozenset[str]:
    """Extensions that some system runs (`programs`), whose viewer may run script (`active`), or that hold `macros`."""
    return frozenset(read_data("media_types")[name].split())


@functools.cache
def _harmless_extensions() -> frozenset[str]:
    """What a name pretends to be when something that runs stands behind it."""
    told = {
        extension for word in media_types if word.family not in {"program", "unknown"} for extension in word.extensions
    }
    return frozenset(told) - _extensions("programs") - _extensions("active")


def _text_kind(head: bytes) -> str | None:
    """The kind of a text; None when it is none."""
    text = _decoded(head)
    if not text or any(unicodedata.category(letter) == "Cc" and letter not in _CONTROLS for letter in text):
        return None
    start = text[:2000]
    if start.startswith("#!"):
        return "text/x-script"
    if "<svg" in start.lower():
        return "image/svg+xml"
    if _MARKUP.match(start):
        return "text/html"
    if start.lstrip().startswith("<?xml"):
        return "text/html" if "<html" in start.lower() else "application/xml"
    return "message/rfc822" if _MAIL.match(start) else _TEXT


def _decoded(head: bytes) -> str | None:
    """The beginning of a text; its last letter may be cut."""
    if head.startswith(_UTF16):
        return head[: len(head) // 2 * 2].decode("utf-16", "replace")
    data = head.removeprefix(_UTF8)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        cut = error.end == len(data) and len(data) - error.start < _LETTER_MAX_BYTES
        return data[: error.start].decode("utf-8") if cut else None
