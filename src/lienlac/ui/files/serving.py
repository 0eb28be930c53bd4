"""A file is handed out: always as a download, always as bytes, in a sandbox, whatever it claims to be.

Content-Disposition says attachment, the type says nothing, sniffing is off, and a policy of its own lets nothing in it
run. One range from a byte to the end is understood, so that a program can go on after a cut.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import quote

from litestar.concurrency import sync_to_thread
from litestar.response import Stream

from lienlac.wire.attachments import safe_name

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

SANDBOX: Final = "sandbox; default-src 'none'; frame-ancestors 'none'"
_RANGE: Final = re.compile(r"bytes=(\d{1,12})-")
_PIECES_AT_ONCE: Final = 4


class Opened(Protocol):
    """A file open for reading."""

    def pieces(self, offset: int = 0, /) -> Iterator[bytes]:
        """The content from that byte on."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


def offset_of(header: str | None, size_bytes: int) -> int:
    """Where a Range header begins; 0 for none, and for one that is not understood or lies beyond the end."""
    found = _RANGE.fullmatch((header or "").strip())
    offset = int(found[1]) if found else 0
    return offset if offset < size_bytes else 0


def download(opened: Opened, name: str, digest: str, size_bytes: int, offset: int) -> Stream:
    """The answer that carries a file; `digest` is its entity tag, so that nobody joins two different files."""
    plain = safe_name(name)
    ascii_name = "".join(
        letter if letter.isascii() and letter.isprintable() and letter not in '"\\%' else "_" for letter in plain
    )
    headers = {
        "Content-Disposition": f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(plain, safe='')}",
        "Content-Length": str(size_bytes - offset),
        "Content-Security-Policy": SANDBOX,
        "X-Content-Type-Options": "nosniff",
        "X-Download-Options": "noopen",
        "Cache-Control": "no-store",
        "Accept-Ranges": "bytes",
        "ETag": f'"{digest}"',
    }
    if offset:
        headers["Content-Range"] = f"bytes {offset}-{size_bytes - 1}/{size_bytes}"
    status = 206 if offset else 200
    return Stream(_body(opened, offset), media_type="application/octet-stream", headers=headers, status_code=status)


async def _body(opened: Opened, offset: int) -> AsyncIterator[bytes]:
    pieces = opened.pieces(offset)
    try:
        while piece := await sync_to_thread(_next, pieces):
            yield piece
    finally:
        with suppress(OSError):
            await sync_to_thread(opened.close)


def _next(pieces: Iterator[bytes]) -> bytes:
    """Some chunks at once: a thread's turn costs about as much as a chunk."""
    found = []
    for piece in pieces:
        found.append(piece)
        if len(found) == _PIECES_AT_ONCE:
            break
    return b"".join(found)
