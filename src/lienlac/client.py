"""A small typed client of a node's interface for programs (/api/requests…): what `lienlac request` and others use.

Holds one token and one address. Never follows a redirect, never sends its token in the clear to another machine, and
turns every refusal of the node into an error that carries the node's own code and sentences.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from datetime import datetime  # noqa: TC003  # read by msgspec at run time
from typing import TYPE_CHECKING, Any, BinaryIO, Self, TypeVar
from urllib.parse import quote, urlsplit

import httpx2
import msgspec

from lienlac import limits
from lienlac.errors import LienlacError, NotAllowed, Refused, catalogue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from io import BufferedRandom
    from pathlib import Path

    from lienlac.errors import Language

T = TypeVar("T")

_TOKEN = re.compile(r"lienlac_[A-Za-z0-9_-]{43}")
_PIECE_BYTES = 1_048_576
_PARTIAL = 206
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Clock(msgspec.Struct, frozen=True, kw_only=True):
    """One clock of a request."""

    clock: str
    running: str
    started_at: datetime
    allowed_s: int
    due_at: datetime | None = None
    left_s: int | None = None
    stopped_at: datetime | None = None


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One message about a request; `received_at` is what its receipt states."""

    id: str
    digest: str
    kind: str
    step: str
    side: str
    sender: str
    sequence: int
    sent_at: datetime
    received_at: datetime | None = None
    standing: str
    code: str | None = None
    void: bool = False
    officer_id: str | None = None
    body: dict[str, Any]


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """A refusal that waits for a second officer, or that one gave back (`returned_by`, `reason`)."""

    officer_id: str
    at: datetime
    body: dict[str, Any]
    returned_by: str = ""
    reason: str = ""


class Related(msgspec.Struct, frozen=True, kw_only=True):
    """An earlier or a later request of the same matter."""

    id: str
    reference: str
    kind: str
    state: str


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A request as the node shows it; `steps` are those that this token's officer may take now."""

    id: str
    reference: str
    direction: str
    requester: str
    executor: str
    kind: str
    urgency: str
    state: str
    stage: str
    desired: str
    actual: str
    purpose: str
    legal_basis: str
    legal_basis_text: str = ""
    typology: str | None = None
    marks: dict[str, Any]
    case_id: str | None = None
    body: dict[str, Any]
    steps: list[str]
    drill: bool = False
    open_questions: list[str] = []
    awaited_correction: str | None = None
    open_uses: list[str] = []
    validate_until: datetime | None = None
    proposal: Proposal | None = None
    follows: Related | None = None
    followed_by: list[Related] = []
    clocks: list[Clock] = []
    messages: list[Message] = []
    notices: list[dict[str, Any]] = []


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a list of requests."""

    id: str
    reference: str
    direction: str
    peer: str
    kind: str
    urgency: str
    state: str
    stage: str
    title: str
    due_at: datetime | None = None
    due_clock: str | None = None
    rests: bool = False
    left_s: int | None = None
    opened_at: datetime
    updated_at: datetime
    messages: int


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Part of a list; `next` is the cursor of what follows."""

    requests: list[Line]
    next: str | None = None


class Unit(msgspec.Struct, frozen=True, kw_only=True):
    """A unit of the node."""

    id: str
    name_vi: str
    name_en: str


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """An officer of the node."""

    id: str
    name: str


class WhoSees(msgspec.Struct, frozen=True, kw_only=True):
    """Who may see a request; not restricted is everybody whose role lets them."""

    request: str
    reference: str
    restricted: bool
    units: list[Unit]
    officers: list[Person]
    may_change: bool


class Restriction(msgspec.Struct, frozen=True, kw_only=True):
    """What a change of who may see a request came to: ids of units and officers."""

    request: str
    restricted: bool
    units: list[str]
    officers: list[str]


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """A form found right."""

    right: bool
    kind: str
    to: str


class Mistake(msgspec.Struct, frozen=True, kw_only=True):
    """One mistake of a form, with its field and both sentences."""

    field: str
    code: str
    en: str
    vi: str


class File(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a request: what it is, and how far it has come."""

    id: str
    message_id: str
    direction: str
    name: str
    digest: str
    size_bytes: int
    media_type: str
    warnings: list[str] = []
    stage: str
    done_bytes: int
    percent: int
    readable: bool
    code: str | None = None
    reason: str | None = None


class Files(msgspec.Struct, frozen=True, kw_only=True):
    """All files of a request."""

    files: list[File]


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was put in and not sent yet; `held`: a scanner put it under lock."""

    id: str
    name: str
    digest: str
    size_bytes: int
    media_type: str
    held: bool
    warnings: list[str] = []


class _Problem(msgspec.Struct, frozen=True, kw_only=True):
    """The node's application/problem+json, as far as it is used."""

    code: str = ""
    field: str | None = None
    sentences: dict[str, str] = {}
    problems: list[Mistake] = []


class NodeRefused(LienlacError):
    """What the node said no to, in its own words; `problems` are all mistakes of a form. `is_ours`: rights or state."""

    def __init__(self, problem: _Problem, status: int) -> None:
        super().__init__(problem.code, field=problem.field)
        self.status = status
        self.problems = tuple(problem.problems)
        self.is_ours = catalogue()[problem.code]["family"] == "not-allowed" if problem.code in catalogue() else True
        self._sentences = problem.sentences

    def sentence(self, language: Language) -> str:
        """The node's own sentence."""
        return self._sentences.get(language) or super().sentence(language)


class Client:
    """One node's interface, as one officer. Use as a context manager, or `close` it.

    Every method raises `NodeRefused`, `NotAllowed("node-unreachable" | "node-answered")`; the constructor
    `NotAllowed("url-not-safe" | "token-invalid")`.
    """

    def __init__(self, url: str, token: str) -> None:
        if not _is_safe(url):
            raise NotAllowed("url-not-safe", url=url[: limits.LINE_MAX_CHARS])
        if not _TOKEN.fullmatch(token):
            raise NotAllowed("token-invalid")  # neither worth a journey nor fit for a header
        self._client = httpx2.Client(
            base_url=url,
            headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
            timeout=limits.HTTP_TIMEOUT_S,
            follow_redirects=False,
            trust_env=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()

    def requests(self, **search: Any) -> Page:
        """Part of the list; filters as in the interface's reference (direction, stage, kind, peer, words, cursor…)."""
        given = {name: value for name, value in search.items() if value is not None}
        return self._typed(Page, self.call("POST", "/api/requests/search", given))

    def request(self, name: str) -> Request:
        """One request by id or reference."""
        return self._typed(Request, self.call("GET", f"/api/requests/{quote(name, safe='')}"))

    def open(self, form: object) -> Request:
        """Send a new request."""
        return self._typed(Request, self.call("POST", "/api/requests", form))

    def check(self, form: object) -> Checked:
        """Only see whether a form is right."""
        return self._typed(Checked, self.call("POST", "/api/requests/check", form))

    def step(self, name: str, step: str, form: object) -> Request:
        """Take one step on a request."""
        path = f"/api/requests/{quote(name, safe='')}/{quote(step, safe='')}"
        return self._typed(Request, self.call("POST", path, form))

    def who_sees(self, name: str) -> WhoSees:
        """Who may see a request."""
        return self._typed(WhoSees, self.call("GET", f"/api/requests/{quote(name, safe='')}/access"))

    def restrict(self, name: str, *, units: Sequence[str], officers: Sequence[str], reason: str) -> Restriction:
        """Only these may see it from now on: units by id or name, officers by id or login."""
        return self._access(name, "restrict", {"units": units, "officers": officers, "reason": reason})

    def allow(self, name: str, *, units: Sequence[str], officers: Sequence[str], reason: str) -> Restriction:
        """These may see it too."""
        return self._access(name, "allow", {"units": units, "officers": officers, "reason": reason})

    def take_back(self, name: str, *, units: Sequence[str], officers: Sequence[str], reason: str) -> Restriction:
        """These may see it no longer."""
        return self._access(name, "take-back", {"units": units, "officers": officers, "reason": reason})

    def lift(self, name: str, *, reason: str) -> Restriction:
        """Everybody may see it again whose role lets them."""
        return self._access(name, "lift", {"reason": reason})

    def _access(self, name: str, act: str, form: object) -> Restriction:
        return self._typed(Restriction, self.call("POST", f"/api/requests/{quote(name, safe='')}/{act}", form))

    def confirm_refusal(self, name: str) -> Request:
        """Send a proposed refusal as its second officer."""
        return self._typed(Request, self.call("POST", f"/api/requests/{quote(name, safe='')}/refusal/confirm", {}))

    def return_refusal(self, name: str, reason: str = "") -> Request:
        """Give a proposed refusal back, or take one's own back."""
        path = f"/api/requests/{quote(name, safe='')}/refusal/return"
        return self._typed(Request, self.call("POST", path, {"reason": reason}))

    # --- files ----------------------------------------------------------------------------------------------------

    def put_in(self, path: Path, progress: Callable[[int, int], None] | None = None) -> Upload:
        """Put a file in, to be named in a later step; it is read as it goes. Raises `NotAllowed("file-unreadable")`."""
        try:
            with path.open("rb") as file:
                size = path.stat().st_size
                answer = self._client.post(
                    "/api/files",
                    content=_pieces(file, size, progress),
                    headers={
                        "Content-Length": str(size),
                        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(path.name, safe='')}",
                    },
                )
        except httpx2.HTTPError as error:
            raise self._unreachable(error) from error
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise NotAllowed("file-unreadable", path=str(path), reason=reason) from error
        if not answer.is_success:
            raise _refusal(answer)
        return self._typed(Upload, answer.content)

    def files(self, name: str) -> list[File]:
        """The files of a request."""
        return self._typed(Files, self.call("GET", f"/api/requests/{quote(name, safe='')}/files")).files

    def fetch(
        self, name: str, file: File, into: BufferedRandom, progress: Callable[[int, int], None] | None = None
    ) -> None:
        """Write a file's content behind what `into` holds of it already, however often the line is cut.

        Raises `Refused("file-differs")` when what was written is not the file whose digest the request states.
        """
        path = f"/api/requests/{quote(name, safe='')}/files/{quote(file.id, safe='')}"
        patience = limits.FETCH_ATTEMPTS_MAX
        done = into.seek(0, os.SEEK_END)
        while done < file.size_bytes:
            before = done
            try:
                done = self._fetch_on(path, file, into, done, progress)
            except httpx2.HTTPError as error:
                done = into.seek(0, os.SEEK_END)
                patience = limits.FETCH_ATTEMPTS_MAX if done > before else patience - 1
                if not patience:
                    raise self._unreachable(error) from error
        into.seek(0)
        if hashlib.file_digest(into, "sha256").hexdigest() != file.digest:
            raise Refused("file-differs", name=file.name)

    def _fetch_on(
        self, path: str, file: File, into: BufferedRandom, done: int, progress: Callable[[int, int], None] | None
    ) -> int:
        headers = {"Range": f"bytes={done}-", "If-Range": f'"{file.digest}"'} if done else {}
        with self._client.stream("GET", path, headers=headers) as answer:
            if not answer.is_success:
                answer.read()
                raise _refusal(answer)
            if done and answer.status_code != _PARTIAL:
                done = 0
                into.truncate(0)
            into.seek(done)
            for piece in answer.iter_raw():
                if done + len(piece) > file.size_bytes:
                    raise Refused("file-differs", name=file.name)
                into.write(piece)
                done += len(piece)
                if progress is not None:
                    progress(done, file.size_bytes)
        return done

    def _unreachable(self, error: Exception) -> NotAllowed:
        reason = str(error) or type(error).__name__
        return NotAllowed("node-unreachable", url=str(self._client.base_url), reason=reason)

    def call(self, method: str, path: str, body: object = None) -> bytes:
        """One call; the body of a good answer.

        Every call bears a key by which the node knows it again: where the line broke before the answer came, it is
        sent once more, and what it asked for still happens only once.
        """
        content = None if body is None else msgspec.json.encode(body)
        headers = {} if content is None else {"Content-Type": "application/json"}
        headers["Idempotency-Key"] = f'"{secrets.token_hex(16)}"'
        try:
            try:
                answer = self._client.request(method, path, content=content, headers=headers)
            except (httpx2.ReadError, httpx2.WriteError, httpx2.RemoteProtocolError):
                answer = self._client.request(method, path, content=content, headers=headers)
        except (httpx2.HTTPError, OSError) as error:
            raise self._unreachable(error) from error
        if answer.is_success:
            return answer.content
        raise _refusal(answer)

    def _typed(self, wanted: type[T], answer: bytes) -> T:
        try:
            return msgspec.json.decode(answer, type=wanted)
        except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
            raise NotAllowed("node-answered", status=200, reason=str(error)[: limits.LINE_MAX_CHARS]) from error


def _pieces(file: BinaryIO, size: int, progress: Callable[[int, int], None] | None) -> Iterator[bytes]:
    """A file piece by piece, exactly as many bytes as were announced."""
    done = 0
    while done < size and (piece := file.read(min(_PIECE_BYTES, size - done))):
        yield piece
        done += len(piece)
        if progress is not None:
            progress(done, size)


def _is_safe(url: str) -> bool:
    """Whether a token may be sent there: over TLS, or to this very machine."""
    try:
        parts = urlsplit(url)
        good = bool(parts.hostname) and parts.username is None and parts.port != 0
    except ValueError:
        return False
    return good and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK))


def _refusal(answer: httpx2.Response) -> LienlacError:
    """The error of an answer that is not good; a redirect or a page is not a node's answer."""
    try:
        problem = msgspec.json.decode(answer.content, type=_Problem)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        problem = _Problem()
    if problem.code:
        return NodeRefused(problem, answer.status_code)
    return NotAllowed("node-answered", status=answer.status_code, reason=answer.reason_phrase)
