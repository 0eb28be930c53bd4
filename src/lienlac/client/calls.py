"""How a call is made and what its failure becomes: one token, one address, the node's own words.

Never follows a redirect, never sends its token in the clear to another machine, and knows no route.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import ssl
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Protocol, Self, TypeVar
from urllib.parse import quote, urlencode, urlsplit

import httpx2
import msgspec

from lienlac import limits, structs
from lienlac.errors import LienlacError, NotAllowed, Refused, catalogue
from lienlac.interface.approvals import Waits
from lienlac.interface.parts import Mistake  # noqa: TC001  # read by msgspec at run time

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from io import BufferedRandom
    from pathlib import Path

    from lienlac.errors import Language

T = TypeVar("T")

_PARTIAL: Final = 206
_TOKEN = re.compile(r"lienlac_[A-Za-z0-9_-]{43}")
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class NodeProblem(msgspec.Struct, frozen=True, kw_only=True):
    """The node's application/problem+json, as far as it is used: what comes over the line may lack anything."""

    code: str = ""
    field: str | None = None
    sentences: dict[str, str] = {}
    problems: list[Mistake] = []


class FromNode(LienlacError):
    """What the node said no to, in its own words; `problems` are all mistakes of a form, `status` is HTTP's."""

    status: int
    problems: tuple[Mistake, ...]
    _sentences: dict[str, str]

    def take(self, problem: NodeProblem, status: int) -> Self:
        """Keep what the node said."""
        self.status, self.problems, self._sentences = status, tuple(problem.problems), problem.sentences
        return self

    def sentence(self, language: Language) -> str:
        """The node's own sentence."""
        return self._sentences.get(language) or super().sentence(language)


class NodeRefused(FromNode, Refused):
    """The call broke a rule: another one may pass."""


class NodeNotAllowed(FromNode, NotAllowed):
    """Rights, rules of the authority or the present state forbid it; also any code that this client does not know."""


class Caller:
    """One connection to one node, as one officer; what its children call goes through here."""

    def __init__(self, url: str, token: str) -> None:
        if not _is_safe(url):
            raise NotAllowed("url-not-safe", url=url[: limits.LINE_MAX_CHARS])
        if not _TOKEN.fullmatch(token):
            raise NotAllowed("token-invalid")  # neither worth a journey nor fit for a header
        structs.make_ready()  # a client may be made once and used by many threads
        self._client = httpx2.Client(
            base_url=url,
            headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
            timeout=limits.HTTP_TIMEOUT_S,
            follow_redirects=False,
            trust_env=False,
            verify=_trusted(url),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()

    def _unreachable(self, error: Exception) -> NotAllowed:
        reason = str(error) or type(error).__name__
        return NotAllowed("node-unreachable", url=str(self._client.base_url), reason=reason)

    def _get(self, wanted: type[T], path: str, query: Mapping[str, object] | None = None, **places: str) -> T:
        return self._typed(wanted, self._send("GET", _asking(filled(path, places), query)))

    def _post(
        self, wanted: type[T], path: str, body: object, *, timeout_s: float = limits.HTTP_TIMEOUT_S, **places: str
    ) -> T:
        return self._typed(wanted, self._send("POST", filled(path, places), body, timeout_s=timeout_s))

    def _leaving(self, wanted: type[T], path: str, body: object, **places: str) -> T | Waits:
        """What may have to wait for a second officer."""
        answer = self._send("POST", filled(path, places), body)
        try:
            return msgspec.json.decode(answer, type=Waits)
        except msgspec.ValidationError:
            return self._typed(wanted, answer)

    def _bring(self, wanted: type[T], path: str, file: Path, **places: str) -> T:
        """A file as the body, its name beside it. Raises `NotAllowed("file-unreadable")`."""
        try:
            data = file.read_bytes()
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise NotAllowed("file-unreadable", path=str(file), reason=reason) from error
        name = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"}
        try:
            answer = self._client.post(filled(path, places), content=data, headers=name)
        except (httpx2.HTTPError, OSError) as error:
            raise self._unreachable(error) from error
        if answer.is_success:
            return self._typed(wanted, answer.content)
        raise refusal(answer)

    def _call(self, method: str, path: str, query: Mapping[str, object] | None = None, **places: str) -> bytes:
        return self._send(method, _asking(filled(path, places), query))

    def _send(self, method: str, path: str, body: object = None, *, timeout_s: float = limits.HTTP_TIMEOUT_S) -> bytes:
        """One call; the body of a good answer.

        Every call bears a key by which the node knows it again: where the line broke before the answer came, it is
        sent once more, and what it asked for still happens only once.
        """
        content = None if body is None else msgspec.json.encode(body)
        headers = {} if content is None else {"Content-Type": "application/json"}
        headers["Idempotency-Key"] = f'"{secrets.token_hex(16)}"'
        try:
            try:
                answer = self._client.request(method, path, content=content, headers=headers, timeout=timeout_s)
            except (httpx2.ReadError, httpx2.WriteError, httpx2.RemoteProtocolError):
                answer = self._client.request(method, path, content=content, headers=headers, timeout=timeout_s)
        except (httpx2.HTTPError, OSError) as error:
            raise self._unreachable(error) from error
        if answer.is_success:
            return answer.content
        raise refusal(answer)

    def _typed(self, wanted: type[T], answer: bytes) -> T:
        try:
            return msgspec.json.decode(answer, type=wanted)
        except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
            raise NotAllowed("node-answered", status=200, reason=str(error)[: limits.LINE_MAX_CHARS]) from error


def filled(path: str, places: Mapping[str, str]) -> str:
    """A path with its places filled; nothing in a name can leave its place."""
    return path.format_map({name: quote(value, safe="") for name, value in places.items()})


def _asking(path: str, query: Mapping[str, object] | None) -> str:
    given = {name: _said(value) for name, value in (query or {}).items() if value is not None}
    return f"{path}?{urlencode(given)}" if given else path


def _said(value: object) -> str:
    """A value as an address says it."""
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _is_safe(url: str) -> bool:
    """Whether a token may be sent there: over TLS, or to this very machine."""
    try:
        parts = urlsplit(url)
        good = bool(parts.hostname) and parts.username is None and parts.port != 0
    except ValueError:
        return False
    return good and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK))


def _trusted(url: str) -> ssl.SSLContext | bool:
    """Whose certificates count: the machine's authorities', or nobody's where the node is this machine, without TLS.

    To read the machine's hundred certificates takes longer than the call.
    """
    return urlsplit(url).scheme == "https" or ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def refusal(answer: httpx2.Response) -> LienlacError:
    """The error of an answer that is not good; a redirect or a page is not a node's answer."""
    try:
        problem = msgspec.json.decode(answer.content, type=NodeProblem)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        problem = NodeProblem()
    if problem.code:
        theirs = problem.code in catalogue() and catalogue()[problem.code]["family"] == "refused"
        made = (NodeRefused if theirs else NodeNotAllowed)(problem.code, field=problem.field)
        return made.take(problem, answer.status_code)
    return NotAllowed("node-answered", status=answer.status_code, reason=answer.reason_phrase)


class Content(Protocol):
    """A file that the node has told of."""

    @property
    def name(self) -> str:
        """What it is called."""
        ...

    @property
    def digest(self) -> str | None:
        """Its SHA-256."""
        ...

    @property
    def size_bytes(self) -> int:
        """How long it is."""
        ...


class Fetcher(Caller):
    """Calls that bring a file, however long: it never lies in memory whole, and a cut costs what was on its way."""

    def _fetch(
        self,
        method: str,
        path: str,
        file: Content,
        into: BufferedRandom,
        progress: Callable[[int, int], None] | None = None,
        **places: str,
    ) -> None:
        """Write a file's content behind what `into` holds of it already.

        Raises `Refused("file-differs")` when what was written is not the file that was meant.
        """
        address, patience = filled(path, places), limits.FETCH_ATTEMPTS_MAX
        done = into.seek(0, os.SEEK_END)
        while done < file.size_bytes:
            before = done
            try:
                done = self._fetch_on(method, address, file, into, done, progress)
            except httpx2.HTTPError as error:
                done = into.seek(0, os.SEEK_END)
                patience = limits.FETCH_ATTEMPTS_MAX if done > before else patience - 1
                if not patience:
                    raise self._unreachable(error) from error
        into.seek(0)
        if hashlib.file_digest(into, "sha256").hexdigest() != file.digest:
            raise Refused("file-differs", name=file.name)

    def _fetch_on(
        self,
        method: str,
        path: str,
        file: Content,
        into: BufferedRandom,
        done: int,
        progress: Callable[[int, int], None] | None,
    ) -> int:
        headers = {"Range": f"bytes={done}-", "If-Range": f'"{file.digest}"'} if done else {}
        # what is no GET writes down first that it was read
        body: dict[str, Any] = {} if method == "GET" else {"json": {}, "timeout": limits.CASE_CALL_TIMEOUT_S}
        with self._client.stream(method, path, headers=headers, **body) as answer:
            if not answer.is_success:
                answer.read()
                raise refusal(answer)
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
