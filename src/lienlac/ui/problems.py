"""Every failure as an answer: a page in the reader's language, or `application/problem+json` for programs.

The families of `errors` become HTTP statuses here and nowhere else. No traceback ever leaves; what nobody foresaw
gets a number that stands on the page and in the node's own log. Who was turned away where stands there too, in ids and
codes; a page that was merely asked for without signing in does not.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final, Protocol

import msgspec
from litestar import Response
from litestar.status_codes import (
    HTTP_404_NOT_FOUND,
    HTTP_405_METHOD_NOT_ALLOWED,
    HTTP_413_REQUEST_ENTITY_TOO_LARGE,
    HTTP_503_SERVICE_UNAVAILABLE,
)

from lienlac import limits
from lienlac.errors import LienlacError, NotAllowed, Refused
from lienlac.ui.account.proving import step_up_page
from lienlac.ui.guard import ask_of
from lienlac.ui.page import HANDED_PAGE, LIVE_PATHS, PAGE_KIND
from lienlac.ui.words import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from litestar import Request
    from litestar.exceptions import HTTPException

    from lienlac.errors import Language
    from lienlac.ui.guard import Guard
    from lienlac.ui.page import Ask

_log = logging.getLogger("lienlac.ui")

STATUS: Final = {
    "not-found": 404,
    "not-allowed": 403,
    "token-scope": 403,
    "foreign-origin": 403,
    "form-expired": 403,
    "step-up-required": 403,
    "sign-in-required": 401,
    "password-handed": 403,
    "sign-in-failed": 401,
    "token-invalid": 401,
    "too-many-attempts": 429,
    "sign-in-busy": 503,
    "node-busy": 503,
    "live-full": 503,
    "document-busy": 503,
    "documents-not-installed": 503,
    "form-too-large": 413,
    "too-large": 413,
    "form-malformed": 400,
    "malformed": 400,
    "request-malformed": 400,
    "method-unknown": 405,
    "taxii-filter": 400,
    "taxii-accept": 406,
    "taxii-content-type": 415,
    "taxii-too-large": 413,
    "taxii-busy": 503,
    "internal-error": 500,
}
"""Codes whose status is not their family's: 422 for `Refused`, 409 for `NotAllowed`."""

WATCHED: Final = frozenset(
    {
        "not-found",
        "not-allowed",
        "token-scope",
        "token-invalid",
        "foreign-origin",
        "form-expired",
        "too-many-attempts",
        "search-in-address",
    }
)
"""Refusals by which an attempt to pass a door shows. At sign-in every refusal is one."""
_ANYWHERE: Final = "/{rest}"
"""The address of what has none: nobody was turned away from anything."""

_OTHER: Final = N_("Not possible")
_TITLES: Final = {
    401: N_("Sign in"),
    403: N_("Not allowed"),
    404: N_("Nothing here"),
    405: N_("Not possible here"),
    409: N_("Not possible at present"),
    429: N_("Too many attempts"),
    500: N_("Something went wrong"),
    503: N_("Not available at present"),
}


def status_of(error: LienlacError) -> int:
    """The HTTP status of an error."""
    if error.code in STATUS:
        return STATUS[error.code]
    if error.code.startswith("storage-"):
        return 503
    return 422 if isinstance(error, Refused) else 409


def reason_of(code: str, language: Language) -> str:
    """What a code that came from elsewhere means to a reader: our sentence, its places left open; else the code."""
    return Refused(code).sentence(language)


def note_refusal(ask: Ask, error: LienlacError, door: str) -> None:
    """One line in the node's log. `door` is the address as it is declared, not as somebody typed it."""
    who = "nobody" if ask.officer_or_none is None else ask.officer_or_none.id
    _log.warning("refused %s: %s %s by %s from %s (%s)", error.code, ask.method, door, who, ask.address, ask.request_id)


class FormRefused(Protocol):
    """A form with mistakes, in the shape of whoever reads forms."""

    @property
    def code(self) -> str:
        """Its own code."""
        ...

    @property
    def field(self) -> str | None:
        """The first field with one."""
        ...

    @property
    def problems(self) -> Sequence[object]:
        """Every mistake."""
        ...

    def sentence(self, language: Language, /) -> str:
        """How many there are, in words."""
        ...


def form_refused(request: Request[Any, Any, Any], error: FormRefused) -> Response[bytes]:
    """All mistakes of a program's form, each with its field and both sentences."""
    ask = ask_of(request)
    if ask is None:
        raise NotAllowed("not-found")
    problem = {
        "type": f"urn:lienlac:error:{error.code}",
        "title": error.code,
        "status": 422,
        "detail": error.sentence(ask.language),
        "code": error.code,
        "field": error.field,
        "sentences": {"en": error.sentence("en"), "vi": error.sentence("vi")},
        "request_id": ask.request_id,
        "problems": error.problems,
    }
    headers = {"X-Request-Id": ask.request_id}
    return Response(
        msgspec.json.encode(problem), media_type="application/problem+json", status_code=422, headers=headers
    )


class Problems:
    """The app's exception handlers."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def known(self, request: Request[Any, Any, Any], error: LienlacError) -> Response[Any]:
        """One of our own errors."""
        ask, door = self._guard.make_ask(request), str(request.scope.get("path_template", _ANYWHERE))
        if error.code in WATCHED and door != _ANYWHERE:
            note_refusal(ask, error, door)
        return self._answer(ask, error)

    def http(self, request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
        """What the framework refuses: unknown address, method, body."""
        ask = self._guard.make_ask(request)
        if error.status_code == HTTP_404_NOT_FOUND:
            return self._answer(ask, NotAllowed("not-found"))
        if error.status_code == HTTP_405_METHOD_NOT_ALLOWED:
            answer = self._answer(ask, Refused("method-unknown"))
            answer.headers["Allow"] = (error.headers or {}).get("allow", "")
            return answer
        if error.status_code == HTTP_413_REQUEST_ENTITY_TOO_LARGE:
            return self._answer(ask, Refused("form-too-large", limit_bytes=limits.FORM_MAX_BYTES))
        if error.status_code < 500:  # the caller's fault
            return self._answer(ask, Refused("request-malformed", reason=_reason(error)))
        return self.unforeseen(request, error)

    def unforeseen(self, request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
        """What nobody foresaw: logged with the call's number, told without detail."""
        ask = self._guard.make_ask(request)
        _log.error("unforeseen failure in request %s", ask.request_id, exc_info=error)
        return self._answer(ask, NotAllowed("internal-error", request_id=ask.request_id))

    def _answer(self, ask: Ask, error: LienlacError) -> Response[Any]:
        status = status_of(error)
        answer = self._said(ask, error, status)
        if status == HTTP_503_SERVICE_UNAVAILABLE and error.code.endswith("-busy"):
            answer.headers["Retry-After"] = str(limits.RETRY_AFTER_S)
        return answer

    def _said(self, ask: Ask, error: LienlacError, status: int) -> Response[Any]:
        if ask.dialect is not None:
            return ask.dialect.problem(ask, error, status)
        if ask.api:
            return self._json(ask, error, status)
        if ask.path in LIVE_PATHS:
            # a stream that were redirected to a page would be asked for again and again without a pause, and a page
            # that is being filled in must not be left because its session has ended
            return ask.fragment("_problem.html", status=status, sentence=ask.sentence(error))
        if error.code == "sign-in-required":
            onward = {"next": ask.path} if ask.method == "GET" and ask.path != "/" and not ask.htmx else {}
            return ask.redirect("/sign-in", query=onward)
        if error.code == "password-handed":
            return ask.redirect(HANDED_PAGE)
        if error.code == "step-up-required":
            return step_up_page(ask)
        title = ask.gettext(_TITLES.get(status, _OTHER))
        sentence = ask.sentence(error)
        if ask.htmx:
            return ask.fragment("_problem.html", status=status, sentence=sentence)
        try:
            return ask.page("problem.html", status=status, title=title, sentence=sentence, code=error.code)
        except Exception:  # noqa: BLE001  # as the comment below says
            # even the page of problems may fail; the sentence still has to reach somebody
            _log.exception("problem page failed in request %s", ask.request_id)
            return Response(sentence, media_type=PAGE_KIND.replace("html", "plain"), status_code=status)

    def _json(self, ask: Ask, error: LienlacError, status: int) -> Response[bytes]:
        problem = {
            "type": f"urn:lienlac:error:{error.code}",
            "title": error.code,
            "status": status,
            "detail": ask.sentence(error),
            "code": error.code,
            "field": error.field,
            "sentences": {"en": error.sentence("en"), "vi": error.sentence("vi")},
            "request_id": ask.request_id,
        }
        headers = {"X-Request-Id": ask.request_id}
        if status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        kind = "application/problem+json"
        return Response(msgspec.json.encode(problem), media_type=kind, status_code=status, headers=headers)


def _reason(error: HTTPException) -> str:
    """What the framework says about the shape, without repeating values."""
    extra = error.extra
    if isinstance(extra, list) and extra and isinstance(extra[0], dict):
        return f"{extra[0].get('key', '')}: {extra[0].get('message', '')}"[: limits.LINE_MAX_CHARS]
    return error.detail[: limits.LINE_MAX_CHARS].rstrip(".")
