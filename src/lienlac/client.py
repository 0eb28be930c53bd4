"""A small typed client of a node's interface for programs: what `lienlac request` and others use.

Holds one token and one address. Never follows a redirect, never sends its token in the clear to another machine, and
turns every refusal of the node into an error that carries the node's own code and sentences. The types are those that
the node answers with (`lienlac.interface`); a test holds that every route has its method here.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from datetime import datetime
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, Self, TypeVar
from urllib.parse import quote, urlencode, urlsplit

import httpx2
import msgspec

from lienlac import limits
from lienlac.errors import LienlacError, NotAllowed, Refused, catalogue
from lienlac.interface.approvals import Approval, Approvals, Approving, InWords
from lienlac.interface.duty import (
    Acceptance,
    Added,
    Alarms,
    Channels,
    Exported,
    Handover,
    Handovers,
    NewHandover,
    NewShift,
    Roster,
    RosterFile,
    TakenAlarm,
    TakenIn,
)
from lienlac.interface.emergencies import Emergency, EmergencyPage, EmergencyWhoSees
from lienlac.interface.files import File, Files, Tray, Upload
from lienlac.interface.papers import PaperCode, Verified
from lienlac.interface.inbox import Kept, Outcomes, SavedFilters, SaveFilter, Several
from lienlac.interface.parts import Done, Mistake
from lienlac.interface.requests import (
    Checked,
    Named,
    Page,
    Request,
    RequestLine,
    Restriction,
    WhoSees,
    Why,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from io import BufferedRandom
    from pathlib import Path

    from lienlac.errors import Language

T = TypeVar("T")

_TOKEN = re.compile(r"lienlac_[A-Za-z0-9_-]{43}")
_PIECE_BYTES = 1_048_576
_PARTIAL = 206
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class _Problem(msgspec.Struct, frozen=True, kw_only=True):
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

    def take(self, problem: _Problem, status: int) -> Self:
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


class Client:
    """One node's interface, as one officer. Use as a context manager, or `close` it.

    Every method raises `NodeRefused` or `NodeNotAllowed` with the node's code and sentences, and
    `NotAllowed("node-unreachable" | "node-answered")`; the constructor `NotAllowed("url-not-safe" | "token-invalid")`.
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

    # --- requests -------------------------------------------------------------------------------------------------

    def requests(self, **search: Any) -> Page:
        """Part of the list; filters as in the interface's reference (direction, stage, kind, peer, words, cursor…)."""
        given = {name: value for name, value in search.items() if value is not None}
        return self._post(Page, "/api/requests/search", given)

    def all_requests(self, **search: Any) -> Iterator[RequestLine]:
        """Every line of a list, page after page."""
        page = self.requests(**search)
        yield from page.requests
        while page.next:
            page = self.requests(**{**search, "cursor": page.next})
            yield from page.requests

    def listed(self, **query: Any) -> Page:
        """As `requests`, by GET: for filters without words."""
        return self._get(Page, "/api/requests", query)

    def request(self, name: str) -> Request:
        """One request by id or reference."""
        return self._get(Request, "/api/requests/{name}", name=name)

    def open(self, form: object) -> Request:
        """Send a new request."""
        return self._post(Request, "/api/requests", form)

    def check(self, form: object) -> Checked:
        """Only see whether a form is right."""
        return self._post(Checked, "/api/requests/check", form)

    def step(self, name: str, step: str, form: object) -> Request:
        """Take one step on a request."""
        return self._post(Request, "/api/requests/{name}/{step}", form, name=name, step=step)

    def acknowledge_many(self, names: Sequence[str], phone: str = "") -> Outcomes:
        """Acknowledge many, each by itself; what could not be done is told one by one."""
        return self._post(Outcomes, "/api/requests/acknowledge", Several(requests=tuple(names), phone=phone))

    def filters(self) -> SavedFilters:
        """Saved filters, own ones and those of own units, with how many requests each shows."""
        return self._get(SavedFilters, "/api/inbox/filters")

    def save_filter(self, filter_: SaveFilter) -> Kept:
        """Keep a filter under a name."""
        return self._post(Kept, "/api/inbox/filters", filter_)

    def prefer_filter(self, filter_id: str) -> Done:
        """The officer's inbox opens with it from now on."""
        return self._post(Done, "/api/inbox/filters/{filter_id}/prefer", {}, filter_id=filter_id)

    def forget_filter(self, filter_id: str) -> Done:
        """Forget one."""
        return self._typed(Done, self._call("DELETE", "/api/inbox/filters/{filter_id}", filter_id=filter_id))

    def confirm_refusal(self, name: str) -> Request:
        """Send a proposed refusal as its second officer."""
        return self._post(Request, "/api/requests/{name}/refusal/confirm", {}, name=name)

    def return_refusal(self, name: str, reason: str = "") -> Request:
        """Give a proposed refusal back, or take one's own back."""
        return self._post(Request, "/api/requests/{name}/refusal/return", Why(reason=reason), name=name)

    # --- who may see it -------------------------------------------------------------------------------------------

    def who_sees(self, name: str) -> WhoSees:
        """Who may see a request."""
        return self._get(WhoSees, "/api/requests/{name}/access", name=name)

    def restrict(self, name: str, *, units: Sequence[str], officers: Sequence[str], reason: str) -> Restriction:
        """Only these may see it from now on: units by id or name, officers by id or login."""
        said = Named(units=tuple(units), officers=tuple(officers), reason=reason)
        return self._post(Restriction, "/api/requests/{name}/restrict", said, name=name)

    def allow(self, name: str, *, units: Sequence[str], officers: Sequence[str], reason: str) -> Restriction:
        """These may see it too."""
        said = Named(units=tuple(units), officers=tuple(officers), reason=reason)
        return self._post(Restriction, "/api/requests/{name}/allow", said, name=name)

    def take_back(self, name: str, *, units: Sequence[str], officers: Sequence[str], reason: str) -> Restriction:
        """These may see it no longer."""
        said = Named(units=tuple(units), officers=tuple(officers), reason=reason)
        return self._post(Restriction, "/api/requests/{name}/take-back", said, name=name)

    def lift(self, name: str, *, reason: str) -> Restriction:
        """Everybody may see it again whose role lets them."""
        return self._post(Restriction, "/api/requests/{name}/lift", Why(reason=reason), name=name)

    # --- emergencies ----------------------------------------------------------------------------------------------

    def emergencies(self, **search: Any) -> EmergencyPage:
        """Part of the list of channels (show, words, cursor, rows)."""
        return self._post(EmergencyPage, "/api/emergencies/search", search)

    def listed_emergencies(self, **query: Any) -> EmergencyPage:
        """The same by address, without words."""
        return self._get(EmergencyPage, "/api/emergencies", query)

    def emergency(self, name: str) -> Emergency:
        """One channel by id or reference."""
        return self._get(Emergency, "/api/emergencies/{name}", name=name)

    def open_emergency(self, form: object) -> Emergency:
        """Open a channel: the other desk is told at once."""
        return self._post(Emergency, "/api/emergencies", form)

    def emergency_step(self, name: str, step: str, form: object) -> Emergency:
        """Say something in a channel."""
        return self._post(Emergency, "/api/emergencies/{name}/{step}", form, name=name, step=step)

    def emergency_record(self, name: str) -> bytes:
        """The whole channel as a file that outlives it."""
        return self._call("GET", "/api/emergencies/{name}/record", name=name)

    def who_sees_emergency(self, name: str) -> EmergencyWhoSees:
        """Who may see a channel."""
        return self._get(EmergencyWhoSees, "/api/emergencies/{name}/access", name=name)

    def emergency_access(
        self, name: str, act: Literal["restrict", "allow", "take-back", "lift"], named: Named
    ) -> Restriction:
        """Restrict a channel to those named, allow them too, take access back, or lift the restriction."""
        return self._post(Restriction, "/api/emergencies/{name}/{act}", named, name=name, act=act)

    # --- what waits for a second officer --------------------------------------------------------------------------

    def approvals(self) -> Approvals:
        """What waits for a decision or a review, what came back to oneself, and what was decided last."""
        return self._get(Approvals, "/api/approvals")

    def approval(self, release_id: str) -> Approval:
        """One of them, with exactly what would leave and the digest to approve it by."""
        return self._get(Approval, "/api/approvals/{release_id}", release_id=release_id)

    def approve(self, shown: Approval, words: str = "") -> Approval:
        """Let it leave, as it was shown; anything else than that is refused."""
        said = Approving(digest=shown.digest, words=words)
        return self._post(Approval, "/api/approvals/{release_id}/approve", said, release_id=shown.id)

    def decide(self, release_id: str, step: Literal["return", "review", "take-back"], words: str) -> Approval:
        """Return it with a reason, review what was sent ahead, or take one's own back."""
        said = InWords(words=words)
        return self._post(Approval, "/api/approvals/{release_id}/{step}", said, release_id=release_id, step=step)

    # --- duty -----------------------------------------------------------------------------------------------------

    def roster(self, *, begins: datetime | None = None, ends: datetime | None = None) -> Roster:
        """Shifts, who is on call now, gaps and overlaps; a week from now when nothing is said."""
        return self._get(Roster, "/api/duty/roster", {"from": begins, "until": ends})

    def add_shift(self, shift: NewShift) -> Added:
        """Enter one shift."""
        return self._post(Added, "/api/duty/roster", shift)

    def import_roster(self, content: str, form: Literal["csv", "ics"]) -> TakenIn:
        """Read a roster file in: all of it, or nothing."""
        return self._post(TakenIn, "/api/duty/roster/import", RosterFile(format=form, content=content))

    def export_roster(
        self, form: Literal["csv", "ics"] = "csv", *, begins: datetime | None = None, ends: datetime | None = None
    ) -> Exported:
        """The roster as a file's text."""
        return self._get(Exported, "/api/duty/roster/export", {"format": form, "from": begins, "until": ends})

    def alarms(self, *, ended: bool = False, rows: int = limits.PAGE_DEFAULT_ROWS) -> Alarms:
        """Living alarms, or ended ones too; who was told of each, and who has it."""
        return self._get(Alarms, "/api/duty/alarms", {"show": "all" if ended else "live", "rows": rows})

    def take_alarm(self, alarm_id: str) -> TakenAlarm:
        """Say that one is on it."""
        return self._post(TakenAlarm, "/api/duty/alarms/{alarm_id}/take", {}, alarm_id=alarm_id)

    def handovers(self) -> Handovers:
        """The newest hand-over notes, without their lists."""
        return self._get(Handovers, "/api/duty/handovers")

    def handover(self, note_id: str) -> Handover:
        """One note; the incoming officer's first look counts as reading it."""
        return self._get(Handover, "/api/duty/handovers/{note_id}", note_id=note_id)

    def write_handover(self, text: str, to: str | None = None) -> Handover:
        """Hand over to a login, or to whoever comes; what is open is listed by the node."""
        return self._post(Handover, "/api/duty/handovers", NewHandover(text=text, to=to))

    def accept_handover(self, note_id: str, remarks: str = "") -> Handover:
        """Take over."""
        said = Acceptance(remarks=remarks)
        return self._post(Handover, "/api/duty/handovers/{note_id}/accept", said, note_id=note_id)

    def channels(self) -> Channels:
        """The health of every channel."""
        return self._get(Channels, "/api/duty/channels")

    def metrics(self) -> str:
        """Figures in the text form that Prometheus reads."""
        return self._call("GET", "/api/duty/metrics").decode("utf-8", "replace")

    # --- papers ---------------------------------------------------------------------------------------------------

    def paper(self, name: str) -> bytes:
        """A request with everything said about it, as PDF."""
        return self._call("GET", "/api/requests/{name}/paper", name=name)

    def message_paper(self, name: str, message: str) -> bytes:
        """One message about a request, by id or digest, as PDF."""
        return self._call("GET", "/api/requests/{name}/papers/{message}", name=name, message=message)

    def package(self, name: str) -> bytes:
        """Everything about a request for legal assistance, as ZIP; the node writes it into its journal."""
        return self._call("POST", "/api/requests/{name}/package", name=name)

    def look_up(self, code: str) -> Verified:
        """The message that a paper speaks of, by its verification code or digest, and its places in the node's log."""
        return self._post(Verified, "/api/verify", PaperCode(code=code))

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

    def tray(self) -> Tray:
        """What this officer put in and has not sent."""
        return self._get(Tray, "/api/files")

    def discard(self, upload_id: str) -> Done:
        """Remove a file that was put in."""
        return self._typed(Done, self._call("DELETE", "/api/files/{upload_id}", upload_id=upload_id))

    def files(self, name: str) -> Files:
        """The files of a request, and how far each has come."""
        return self._get(Files, "/api/requests/{name}/files", name=name)

    def try_file_again(self, name: str, file_id: str) -> Done:
        """Try a file at once, or ask for one that failed once more."""
        return self._post(Done, "/api/requests/{name}/files/{file_id}/again", {}, name=name, file_id=file_id)

    def fetch(
        self, name: str, file: File, into: BufferedRandom, progress: Callable[[int, int], None] | None = None
    ) -> None:
        """Write a file's content behind what `into` holds of it already, however often the line is cut.

        Raises `Refused("file-differs")` when what was written is not the file whose digest the request states.
        """
        path = _filled("/api/requests/{name}/files/{file_id}", {"name": name, "file_id": file.id})
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

    def _get(self, wanted: type[T], path: str, query: Mapping[str, object] | None = None, **places: str) -> T:
        given = {name: _said(value) for name, value in (query or {}).items() if value is not None}
        onward = f"{_filled(path, places)}?{urlencode(given)}" if given else _filled(path, places)
        return self._typed(wanted, self._send("GET", onward))

    def _post(self, wanted: type[T], path: str, body: object, **places: str) -> T:
        return self._typed(wanted, self._send("POST", _filled(path, places), body))

    def _call(self, method: str, path: str, **places: str) -> bytes:
        return self._send(method, _filled(path, places))

    def _send(self, method: str, path: str, body: object = None) -> bytes:
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


def _filled(path: str, places: Mapping[str, str]) -> str:
    """A path with its places filled; nothing in a name can leave its place."""
    return path.format_map({name: quote(value, safe="") for name, value in places.items()})


def _said(value: object) -> str:
    """A value as an address says it."""
    return value.isoformat() if isinstance(value, datetime) else str(value)


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
        theirs = problem.code in catalogue() and catalogue()[problem.code]["family"] == "refused"
        made = (NodeRefused if theirs else NodeNotAllowed)(problem.code, field=problem.field)
        return made.take(problem, answer.status_code)
    return NotAllowed("node-answered", status=answer.status_code, reason=answer.reason_phrase)
