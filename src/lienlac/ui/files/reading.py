"""A file that is being put in: its bytes go from the connection to the sealed store, a piece at a time.

From a page it comes as multipart, with the form's token before the first file: a file before a valid token is refused
unread. From a program it is the body itself, its name in Content-Disposition. Nothing is kept in memory or on the disk
in the clear, and nothing stays of a file that was cut off.
"""

from __future__ import annotations

import asyncio
import hmac
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from litestar.concurrency import sync_to_thread
from multipart import (  # type: ignore[import-untyped]  # it has no marker for its types
    MultipartError,
    MultipartSegment,
    PushMultipartParser,
    parse_options_header,
)

from lienlac import limits
from lienlac.errors import Refused
from lienlac.ui.page import Form

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from litestar import Request

    from lienlac.ui.files.intake import Incoming, Intake
    from lienlac.ui.page import Ask

_EXTENDED: Final = re.compile(r"filename\*=UTF-8''([^;\s]{1,2000})", re.IGNORECASE)
_PLAIN: Final = re.compile(r'filename="([^"]{1,2000})"', re.IGNORECASE)
_PIECE_BYTES: Final = 1_048_576
_FIELDS_MAX_BYTES: Final = 100_000


def name_in(disposition: str) -> str:
    """The file's name in a Content-Disposition header (RFC 6266): extended, else plain, else nothing."""
    extended = _EXTENDED.search(disposition)
    if extended is not None:
        return unquote(extended[1], errors="replace")
    plain = _PLAIN.search(disposition)
    return "" if plain is None else plain[1].replace("\\", "")


async def read_files(ask: Ask, request: Request[Any, Any, Any], intake: Intake) -> None:
    """Everything that a call brings goes into its officer's tray and into `ask.uploads`. The right is checked already.

    Raises `Refused`: `form-malformed`, `form-expired`, `form-too-large`, `attachment-…`; `NotAllowed`.
    """
    try:
        if ask.api:
            await _one(ask, request, intake)
        else:
            await _several(ask, request, intake)
    except MultipartError as error:
        raise Refused("form-malformed") from error


async def _one(ask: Ask, request: Request[Any, Any, Any], intake: Intake) -> None:
    """The body is the file."""
    name = name_in(request.headers.get("content-disposition", ""))
    file = _Beside(await sync_to_thread(intake.begin, ask.officer, name))
    try:
        async for data in _patiently(request.stream()):
            await file.write(data)
        ask.uploads.append(await file.finish())
    except BaseException:
        await asyncio.shield(file.abandon())
        raise


async def _several(ask: Ask, request: Request[Any, Any, Any], intake: Intake) -> None:
    """A form with fields and files, in the order in which the browser sends them."""
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != "multipart/form-data" or not options.get("boundary"):
        raise Refused("form-malformed")
    reader = _Reader(ask, intake, request.headers.get("x-csrf-token", ""))
    try:
        with PushMultipartParser(
            options["boundary"], max_header_size=8_192, max_segment_count=limits.FORM_MAX_FIELDS
        ) as parser:
            async for data in _patiently(request.stream()):
                for event in parser.parse(data):
                    await reader.take(event)
    except BaseException:
        await asyncio.shield(reader.abandon())
        raise
    ask.form = Form(reader.fields)


class _Beside:
    """A file whose pieces are sealed and written in a thread, each while the next one comes in."""

    def __init__(self, file: Incoming) -> None:
        self._file = file
        self._held = bytearray()
        self._doing: asyncio.Future[None] | None = None

    async def write(self, data: bytes | bytearray) -> None:
        """Some more of it. Raises what keeping the pieces before raised."""
        self._held += data
        if len(self._held) >= _PIECE_BYTES:
            piece, self._held = self._held, bytearray()
            await self._settled()
            self._doing = asyncio.ensure_future(sync_to_thread(self._file.write, piece))

    async def finish(self) -> Any:
        """All of it is here: what now lies in the tray."""
        await self._settled()
        await sync_to_thread(self._file.write, self._held)
        return await sync_to_thread(self._file.finish)

    async def abandon(self) -> None:
        """Nothing of it stays; the thread is out of it first."""
        if self._doing is not None:
            await asyncio.wait([self._doing])
        await sync_to_thread(self._file.abandon)

    async def _settled(self) -> None:
        doing, self._doing = self._doing, None
        if doing is not None:
            try:
                await asyncio.shield(doing)
            except asyncio.CancelledError:
                self._doing = doing
                raise


class _Reader:
    """Parts of a form, one after the other."""

    def __init__(self, ask: Ask, intake: Intake, token: str) -> None:
        self.fields: dict[str, list[str]] = {"csrf": [token]} if token else {}
        self._ask = ask
        self._intake = intake
        self._name = ""
        self._file: _Beside | None = None
        self._skipping = False
        self._held = bytearray()
        self._field_bytes = 0

    async def take(self, event: MultipartSegment | bytearray | bytes | None) -> None:
        """A part begins, goes on, or ends."""
        if isinstance(event, MultipartSegment):
            await self._begin(event)
        elif event is None:
            await self._end()
        else:
            await self._more(event)

    async def _begin(self, part: MultipartSegment) -> None:
        self._name, self._held = part.name, bytearray()
        self._skipping = part.filename == ""  # an input of type file in which nothing was chosen
        if part.filename and not self._skipping:
            self._check_token()
            self._file = _Beside(await sync_to_thread(self._intake.begin, self._ask.officer, part.filename))

    async def _more(self, data: bytearray | bytes) -> None:
        if self._skipping:
            return
        if self._file is not None:
            await self._file.write(data)
            return
        self._held += data
        self._field_bytes += len(data)
        if self._field_bytes > _FIELDS_MAX_BYTES:
            raise Refused("form-too-large", limit_bytes=_FIELDS_MAX_BYTES)

    async def _end(self) -> None:
        if self._file is not None:
            self._ask.uploads.append(await self._file.finish())
            self._file = None
        elif not self._skipping:
            try:
                value = self._held.decode("utf-8")
            except UnicodeDecodeError as error:
                raise Refused("form-malformed") from error
            self.fields.setdefault(self._name, []).append(value)

    async def abandon(self) -> None:
        """The form was cut off, or refused: nothing stays of the file that was coming."""
        if self._file is not None:
            await self._file.abandon()

    def _check_token(self) -> None:
        given = next(iter(self.fields.get("csrf", ())), "").strip()
        if not self._ask.csrf or not hmac.compare_digest(given.encode(), self._ask.csrf.encode()):
            raise Refused("form-expired")


async def _patiently(stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The pieces of a body; one that falls silent for long is given up."""
    iterator = aiter(stream)
    while True:
        data = b""
        with suppress(StopAsyncIteration):
            try:
                async with asyncio.timeout(limits.ATTACHMENT_SILENCE_S):
                    data = await anext(iterator)
            except TimeoutError as error:
                raise Refused("attachment-silent", retry=True) from error
        if not data:
            return
        yield data
