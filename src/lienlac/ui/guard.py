"""The door of every screen and interface: who is calling, was it really them, and may they.

Every route declares what it needs: `opt=needs(Action.X)`, or `opt=public("why")`. A route that declares nothing is
closed. In order: (1) the route's declaration, and whether the node can take on anything more; (2) who: a session cookie
for screens, a bearer token for `/api/`, never the other way round; (3) for acts from a browser, that they come from our
own page (Sec-Fetch-Site or Origin, and the form's token); (4) who once more, when a body had to be waited for: a body
may come slowly on purpose, and a session that was ended meanwhile may do nothing; (5) the right, from `people.rights`;
(6) for acts that a session alone may not do, that the officer proved themselves just now (`people.fresh`): the proof
may come with the act itself, in fields of its form, so that nothing typed is lost on the way. Where files are put in,
right and token are checked before the first file is read.
"""

from __future__ import annotations

import base64
import hmac
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import urlsplit

from litestar.concurrency import sync_to_thread
from litestar.exceptions import LitestarException, MethodNotAllowedException, NotFoundException

from lienlac import limits
from lienlac.errors import NotAllowed, Refused
from lienlac.people import rights, sessions, tokens
from lienlac.people.fresh import STEP_UP
from lienlac.people.officer import LANGUAGES, THEMES
from lienlac.ui.account.proving import STEP_UP_CODE, STEP_UP_PASSKEY, prove
from lienlac.ui.files.reading import read_files
from lienlac.ui.interface.dialect import spoken_at
from lienlac.ui.page import FLASH_COOKIE, SESSION_COOKIE, Ask, Form, read_notice, safe_path, sign
from lienlac.ui.words import Words

if TYPE_CHECKING:
    from litestar import Request
    from litestar.connection import ASGIConnection
    from litestar.handlers import BaseRouteHandler

    from lienlac.errors import Language
    from lienlac.ui.files.intake import Intake
    from lienlac.ui.page import Ground

VISIT_COOKIE: Final = "lienlac-visit"
BROWSER_COOKIE: Final = "lienlac-browser"
FLOW_COOKIE: Final = "lienlac-elsewhere"
LANGUAGE_COOKIE: Final = "lienlac-language"
THEME_COOKIE: Final = "lienlac-theme"
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_KEY: Final = "lienlac.ask"
_STATIC: Final = "static"
"""How the reason begins why a route is public that takes no thread and reads no database."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What a route needs: an action, or (`public`) nothing, with the reason.

    `by_itself`: a page asks for it without anybody's hand, so it does not count as use of the session. `files`: the
    body is not read whole but goes into its officer's tray as it comes. `fresh`: the officer must have proved
    themselves just now; None leaves that to the action (`STEP_UP`) and the method. `unfresh`: the reason why not.
    `streams`: the handler reads the body itself, and then asks once more who calls. `into`: who takes the call's files
    instead of the officers' tray. `first`: also for who has yet to change a password that somebody else has made.
    """

    action: rights.Action | None
    public: str = ""
    by_itself: bool = False
    files: bool = False
    fresh: bool | None = None
    unfresh: str = ""
    streams: bool = False
    into: Intake | None = None
    first: bool = False

    def asks_proof(self, method: str) -> bool:
        """Whether a session alone is not enough for this call."""
        if self.fresh is not None or self.unfresh:
            return bool(self.fresh)
        return self.action in STEP_UP and method not in SAFE_METHODS


def needs(
    action: rights.Action,
    *,
    by_itself: bool = False,
    files: bool = False,
    fresh: bool | None = None,
    unfresh: str = "",
    streams: bool = False,
    into: Intake | None = None,
    first: bool = False,
) -> dict[str, Any]:
    """For a route's `opt`: only officers who may do this; acts of `people.fresh.STEP_UP` only when they are fresh."""
    made = Access(
        action=action,
        by_itself=by_itself,
        files=files,
        fresh=fresh,
        unfresh=unfresh,
        streams=streams,
        into=into,
        first=first,
    )
    return {"access": made}


def public(why: str) -> dict[str, Any]:
    """For a route's `opt`: anybody, for this reason."""
    return {"access": Access(action=None, public=why)}


def ask_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Ask | None:
    """The call's `Ask`, once the guard has made it."""
    found = connection.scope.get(_KEY)
    return found if isinstance(found, Ask) else None


class Guard:
    """The app's only guard; holds what `Ask`s are made of."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground

    async def __call__(self, connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
        """Let the call pass with its `Ask`, or raise."""
        request: Request[Any, Any, Any] = connection  # type: ignore[assignment]  # only HTTP routes exist
        ask = self.make_ask(request)
        access = handler.opt.get("access")
        if not isinstance(access, Access) or not ask.path.isprintable():  # no address of ours holds a control character
            raise NotAllowed("not-found")
        if self.ground.crowded() >= (0.5 if access.by_itself else 1) and not access.public.startswith(_STATIC):
            raise NotAllowed("node-busy")
        if request.method not in SAFE_METHODS and not ask.api:
            check_origin(request, encrypted=self.ground.config.https)
        secret = self._secret(ask, request)
        if secret and not access.public.startswith(_STATIC):
            await sync_to_thread(self._believe, ask, secret)
        self._bind_form_token(ask, request)
        if ask.dialect is not None:  # before its body is waited for
            self._check_right(ask, access)
            ask.dialect.admit(request)
        if request.method not in SAFE_METHODS and not access.streams:
            if access.files:
                await self._read_files(ask, request, access)
            else:
                await self._read_body(ask, request)
            if secret:
                await sync_to_thread(self._believe, ask, secret)
        alone = access.by_itself or (ask.htmx and request.method in SAFE_METHODS)  # a page renews a piece of its own
        if ask.session is not None and not alone and sessions.wants_touch(ask.session, ask.now):
            await sync_to_thread(sessions.touch, ask.database, ask.session, ask.now)
        if ask.bearer is not None and tokens.wants_touch(ask.bearer, ask.now):
            await sync_to_thread(tokens.touch, ask.database, ask.bearer, ask.now)
        self._check_right(ask, access)
        if ask.session is not None and (STEP_UP_CODE in ask.form or STEP_UP_PASSKEY in ask.form):
            await sync_to_thread(prove, ask, ask.form.take(STEP_UP_CODE), ask.form.take(STEP_UP_PASSKEY))
        if access.asks_proof(request.method) and access.action is not None:
            ask.require_fresh(access.action)

    def make_ask(self, request: ASGIConnection[Any, Any, Any, Any]) -> Ask:
        """The `Ask` of a caller nobody has believed yet; kept with the call."""
        found = ask_of(request)
        if found is not None:
            return found
        ground = self.ground
        scope = request.scope
        path = scope["path"]
        dialect = spoken_at(ground.dialects, path)
        theme = request.cookies.get(ground.config.cookie_name(THEME_COOKIE), "system")
        notice = read_notice(ground.config, request.cookies.get(ground.config.cookie_name(FLASH_COOKIE)))
        client = scope.get("client")
        ask = Ask(
            ground=ground,
            words=Words(self._language(request), ground.config.default_time_zone),
            path=path,
            method=str(scope.get("method", "GET")),
            query=_query(
                request, limits.OIDC_CODE_MAX_CHARS if path.startswith("/sign-in/with/") else limits.LINE_MAX_CHARS
            ),
            request_id=ground.chance.token(8).hex(),
            nonce=base64.b64encode(ground.chance.token(16)).decode(),
            now=ground.clock.now(),
            told=ground.hub.told,
            address=client[0] if client else "",
            client=request.headers.get("user-agent", ""),
            theme=theme if theme in THEMES else "system",
            htmx=request.headers.get("hx-request") == "true",
            came_from=safe_path(urlsplit(request.headers.get("referer", "")[:2_000]).path or "/"),
            api=dialect is not None or path == "/api" or path.startswith("/api/"),
            dialect=dialect,
            once=_once(request),
            notices=[notice] if notice is not None else [],
            had_flash=ground.config.cookie_name(FLASH_COOKIE) in request.cookies,
            sent_cookies={name: request.cookies.get(self._cookie(name), "") for name in (BROWSER_COOKIE, FLOW_COOKIE)},
        )
        if not ask.api:
            ask.back = (
                path
                if ask.method in SAFE_METHODS
                else _openable(request, path, ask.came_from, path.rpartition("/")[0] or "/")
            )
        cast("dict[str, Any]", scope)[_KEY] = ask
        return ask

    def _secret(self, ask: Ask, request: Request[Any, Any, Any]) -> str:
        """What a caller names themselves by: a cookie for screens, a token for programs, never the other way."""
        if ask.dialect is not None:
            return ask.dialect.secret(request)
        return _bearer_secret(request) if ask.api else request.cookies.get(self._cookie(SESSION_COOKIE), "")

    def _believe(self, ask: Ask, secret: str) -> None:
        """Resolve the officer in a thread; a bad token is an error, a bad cookie is nobody."""
        with ask.database.read() as connection:
            if ask.dialect is not None:
                ask.bearer = ask.dialect.find(connection, secret, ask.now)
            elif ask.api:
                ask.bearer = tokens.find(connection, secret, ask.now)
            else:
                ask.session = sessions.find(connection, secret, ask.now)
        if ask.api and ask.bearer is None:
            raise NotAllowed("token-invalid")
        believed = ask.bearer or ask.session
        ask.officer_or_none = None if believed is None else believed.officer
        if believed is None:
            return
        ask.words = Words(believed.officer.language, believed.officer.time_zone)
        ask.theme = believed.officer.theme

    def _bind_form_token(self, ask: Ask, request: Request[Any, Any, Any]) -> None:
        """The form's token belongs to the session, or before sign-in to a random visit cookie.

        To the session, not to its cookie: that one is replaced at every step-up, and other tabs' forms must live on.
        """
        if ask.api:
            return
        bound = ask.session.id if ask.session is not None else ""
        if not bound:
            bound = request.cookies.get(self._cookie(VISIT_COOKIE), "")
            if len(bound) < 40 and request.method in SAFE_METHODS:  # 32 bytes in base 64
                bound = base64.urlsafe_b64encode(ask.chance.token(32)).decode().rstrip("=")
                ask.set_cookie(VISIT_COOKIE, bound)
        ask.csrf = sign(self.ground.config, "form", bound) if bound else ""

    async def _read_body(self, ask: Ask, request: Request[Any, Any, Any]) -> None:
        length = request.headers.get("content-length", "0")
        if not length.isdigit() or int(length) > limits.FORM_MAX_BYTES:
            raise Refused("form-too-large", limit_bytes=limits.FORM_MAX_BYTES)
        ask.body = await request.body()
        if ask.api:
            return
        try:
            fields = await request.form()
        except (LitestarException, ValueError, UnicodeError) as error:
            raise Refused("form-malformed") from error
        gathered: dict[str, list[str]] = {}
        for name, value in fields.multi_items():
            if not isinstance(value, str):
                await fields.close()  # what was spooled of a file that nobody asked for
                raise Refused("form-malformed")
            gathered.setdefault(name, []).append(value)
        ask.form = Form(gathered)
        _check_token(ask, request)

    async def _read_files(self, ask: Ask, request: Request[Any, Any, Any], access: Access) -> None:
        """The right first: nobody fills a disk to be told afterwards that they may not."""
        self._check_right(ask, access)
        intake = access.into or self.ground.intake
        if intake is None:
            raise NotAllowed("not-found")
        await read_files(ask, request, intake)
        if not ask.api:
            _check_token(ask, request)

    def _check_right(self, ask: Ask, access: Access) -> None:
        if access.action is None:
            return
        officer = ask.officer  # raises sign-in-required
        if ask.session is not None and ask.session.by_handed_password and not access.first:
            raise NotAllowed("password-handed")
        rights.require(officer, access.action)
        if ask.bearer is not None and not ask.bearer.lets(access.action):
            raise NotAllowed("token-scope")

    def _language(self, request: ASGIConnection[Any, Any, Any, Any]) -> Language:
        """Before sign-in: the cookie, then the browser's wish, then the node's own."""
        chosen = request.cookies.get(self._cookie(LANGUAGE_COOKIE), "")
        wished = request.headers.get("accept-language", "")[:200].lower()
        for language in LANGUAGES:
            if chosen == language:
                return language
        first = wished.partition(",")[0].partition(";")[0].partition("-")[0].strip()
        for language in LANGUAGES:
            if first == language:
                return language
        return self.ground.config.default_language

    def _cookie(self, name: str) -> str:
        return self.ground.config.cookie_name(name)


def _check_token(ask: Ask, request: Request[Any, Any, Any]) -> None:
    """The form's token, from its field or a header. Raises `Refused("form-expired")`."""
    given = request.headers.get("x-csrf-token") or ask.form.get("csrf")
    if not ask.csrf or not hmac.compare_digest(given.encode(), ask.csrf.encode()):
        raise Refused("form-expired")


def check_origin(request: ASGIConnection[Any, Any, Any, Any], *, encrypted: bool) -> None:
    """An act must come from our own page; raises `Refused("foreign-origin")`, also when the browser says nothing.

    `encrypted`: our pages are served over TLS, so one that was not is not ours, whatever name it bears.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site != "same-origin":
            raise Refused("foreign-origin")
        return
    origin = urlsplit(request.headers.get("origin", ""))
    if not origin.netloc or origin.netloc != request.headers.get("host", ""):
        raise Refused("foreign-origin")
    if encrypted and origin.scheme != "https":
        raise Refused("foreign-origin")


def _bearer_secret(request: ASGIConnection[Any, Any, Any, Any]) -> str:
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else ""


def _openable(request: ASGIConnection[Any, Any, Any, Any], *paths: str) -> str:
    """The first of these that is a page: an answer to a form may stand where no page does."""
    for path in paths:
        with suppress(NotFoundException, MethodNotAllowedException):
            request.app.asgi_router.handle_routing(path=path, method="GET")
            return path
    return "/"


def _once(request: ASGIConnection[Any, Any, Any, Any]) -> str:
    """The caller's key for an act; one that was sent empty is malformed, not left out."""
    sent = request.headers.get("idempotency-key")
    return "" if sent is None else sent.strip().strip('"') or '"'


def _query(request: ASGIConnection[Any, Any, Any, Any], longest: int) -> dict[str, str]:
    """First value of each query field; for pages bounded and without control characters, for programs as it stands."""
    api = request.scope["path"].startswith("/api/")
    found: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        text = "".join(letter for letter in str(value)[:longest] if letter.isprintable()).strip()
        found.setdefault(name, str(value) if api else text)
    return found
