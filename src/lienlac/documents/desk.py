"""The press: documents in, PDF out, made by a process of its own that can be stopped and that can open nothing.

One process, begun with the first document and kept; documents follow each other. Bounded in every way: what goes in,
how long it may take, how long one waits for one's turn, what comes out. The same document gives the same bytes in
whichever process and on whichever node it is printed.
"""

from __future__ import annotations

import importlib.util
import logging
import struct
import subprocess
import sys
import tempfile
import threading
import weakref
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from lienlac import limits
from lienlac.documents.picture import picture_of
from lienlac.documents.printable import all_printable, short
from lienlac.documents.typeface import letters_of
from lienlac.documents.wording import WORDS
from lienlac.errors import NotAllowed
from lienlac.exchange.log.code import PREFIX

if TYPE_CHECKING:
    from lienlac.documents.document import Document, Say

_log = logging.getLogger("lienlac.documents")

_FAMILY: Final = "fontpkg_be_vietnam_pro"
_CUT: Final = "BeVietnamPro-Regular.ttf"


def typefaces() -> Path:
    """The folder of the typefaces. Raises `NotAllowed("documents-not-installed")`."""
    found = [importlib.util.find_spec(name) for name in ("typst", _FAMILY)]
    if any(one is None or one.origin is None for one in found):
        raise NotAllowed("documents-not-installed")
    return Path(str(found[1] and found[1].origin)).parent / "files"


class Press:
    """What slices hand their documents to."""

    def __init__(self, say: Say, *, seconds: float = limits.DOCUMENT_MAKE_MAX_S) -> None:
        """`say` gives a msgid in both languages; `seconds` is the longest that one document may take."""
        self._seconds = seconds
        self._words = {name: msgspec.to_builtins(say(text)) for name, text in WORDS.items()}
        self._turn = threading.Lock()
        self._worker: _Worker | None = None
        self._letters: frozenset[int] = frozenset()

    def print(self, document: Document) -> bytes:
        """The document as PDF.

        Raises `NotAllowed`: `documents-not-installed`, `document-busy`, `document-too-large`, `document-failed`.
        """
        folder = typefaces()
        if not self._letters:
            self._letters = letters_of((folder / _CUT).read_bytes())
        _check_size(msgspec.json.encode(document))  # before the letters are looked at one by one
        said = all_printable(msgspec.to_builtins(document), self._letters)
        picture = picture_of(PREFIX + document.code) if document.code else ""
        head = {
            "reference": short(document.reference, self._letters, limits.DOCUMENT_HEAD_MAX_CHARS),
            "issuer": short(getattr(document.issuer, document.lead), self._letters, limits.DOCUMENT_HEAD_MAX_CHARS),
            "title": short(getattr(document.title, document.lead), self._letters, limits.LINE_MAX_CHARS),
        }
        own = {"words": self._words, "picture": picture, "code": document.code, "head": head}
        data = msgspec.json.encode({**said, **own})
        _check_size(data)
        if not self._turn.acquire(timeout=limits.DOCUMENT_WAIT_MAX_S):
            raise NotAllowed("document-busy")
        try:
            return self._made(folder, data, int(document.at.timestamp()))
        finally:
            self._turn.release()

    def _made(self, folder: Path, data: bytes, seconds: int) -> bytes:
        if self._worker is None:
            self._worker = _Worker(folder)
        try:
            return self._worker.make(data, seconds, self._seconds)
        except _WorkerEndedError as error:
            self._worker.end()
            self._worker = None
            raise NotAllowed("document-failed") from error

    def close(self) -> None:
        """End the process; the next document begins another."""
        with self._turn:
            if self._worker is not None:
                self._worker.end()
                self._worker = None


def _check_size(data: bytes) -> None:
    if len(data) > limits.DOCUMENT_INPUT_MAX_BYTES:
        raise NotAllowed("document-too-large", size_bytes=len(data), limit_bytes=limits.DOCUMENT_INPUT_MAX_BYTES)


class _WorkerEndedError(Exception):
    """The process is gone, or was stopped because it took too long."""


class _Worker:
    """One printing process."""

    def __init__(self, folder: Path) -> None:
        self._empty = tempfile.TemporaryDirectory(prefix="lienlac-press-")
        place = resources.files("lienlac.documents")
        program, template = str(place.joinpath("worker.py")), str(place.joinpath("templates", "document.typ"))
        self._process = subprocess.Popen(  # noqa: S603  # our own file, by the interpreter that runs us
            [
                sys.executable,
                "-I",  # neither the caller's folder nor its environment decides what is imported
                program,
                template,
                str(folder),
                self._empty.name,
                str(limits.DOCUMENT_MEMORY_MAX_BYTES),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self._empty.name,
            env={},
        )
        self._end = weakref.finalize(self, _end, self._process, self._empty)

    def make(self, data: bytes, seconds: int, longest_s: float) -> bytes:
        """One document. Raises `_WorkerEndedError`, `NotAllowed("document-failed" | "document-too-large")`."""
        asked, told = self._process.stdin, self._process.stdout
        if asked is None or told is None:
            raise _WorkerEndedError
        watch = threading.Timer(longest_s, self._process.kill)
        watch.daemon = True
        watch.start()
        try:
            asked.write(struct.pack(">IQ", len(data), seconds) + data)
            asked.flush()
            head = told.read(5)
            if len(head) < 5:
                raise _WorkerEndedError
            good, size = struct.unpack(">BI", head)
            content = told.read(size) if size <= limits.DOCUMENT_MAX_BYTES else b""
        except OSError as error:
            raise _WorkerEndedError from error
        finally:
            watch.cancel()
        if size > limits.DOCUMENT_MAX_BYTES:
            self.end()
            raise NotAllowed("document-too-large", size_bytes=size, limit_bytes=limits.DOCUMENT_MAX_BYTES)
        if len(content) < size:
            raise _WorkerEndedError
        if not good:
            _log.error("the press could not make a document: %s", content.decode(errors="replace")[:2000])
            raise NotAllowed("document-failed")
        return content

    def end(self) -> None:
        """Stop the process and let go of everything."""
        self._end()


def _end(process: subprocess.Popen[bytes], folder: tempfile.TemporaryDirectory[str]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            _shut(pipe)
    folder.cleanup()


def _shut(pipe: Any) -> None:
    try:
        pipe.close()
    except BrokenPipeError:
        _log.debug("the press ended before it had read everything")
