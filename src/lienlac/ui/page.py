"""What a handler holds in its hands: who asks, in which language, with which form; and how it answers.

An `Ask` is made by the guard for every call and given to handlers by name (`ask: Ask`). It renders pages and
fragments, redirects, and carries one-time notices over a redirect. It knows no table and no slice.
"""

from __future__ import annotations

import base64
import binascii
import functools
import hashlib
import hmac
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol, TypeVar, cast
from urllib.parse import urlencode, urlsplit

import msgspec
from litestar import Response
from litestar.datastructures import Cookie
from markupsafe import Markup

from lienlac import limits, strictjson
from lienlac.errors import LienlacError, NotAllowed, Refused
from lienlac.people import fresh, rights
from lienlac.people.oidc.courier import Courier
from lienlac.ui import nav as beside
from lienlac.ui import words as say
from lienlac.ui.nav import Tone  # noqa: TC001  # a notice is decoded by its annotations
from lienlac.ui.searches.asked import Asked

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from jinja2 import Environment
    from sqlalchemy import Connection

    from lienlac.clock import Clock
    from lienlac.errors import Language
    from lienlac.ids import Chance
    from lienlac.keys.rest.safe import Safe
    from lienlac.people.officer import Officer
    from lienlac.people.oidc.provider import Provider
    from lienlac.people.passwords import Hasher
    from lienlac.people.sessions import Present
    from lienlac.people.tokens import Bearer
    from lienlac.storage.database import Database
    from lienlac.ui.files.intake import Intake
    from lienlac.ui.hub import Hub
    from lienlac.ui.interface.dialect import Dialect
    from lienlac.ui.nav import Live, Nav, Panels, Views

T = TypeVar("T")
PAGE_KIND: Final = "text/html"
LIVE_PATHS: Final = frozenset({"/live", "/live/beside"})
"""What a page asks for by itself: it keeps no session alive, and its end leaves the page where it is."""
SESSION_COOKIE: Final = "lienlac-session"
HANDED_PAGE: Final = "/account/first-password"
"""Where a password is changed that somebody else has made."""
FLASH_COOKIE: Final = "lienlac-notice"
_FLASH_MAX_BYTES: Final = 2_000
_PLACE: Final = re.compile(r"at `\$\.([a-z_.\[\]0-9]{1,100})`$")
_WHOLE: Final = re.compile(r"-?[0-9]{1,9}")
_OFFSET: Final = re.compile(r"(T[0-9:.]+) (?=[0-9]{2}:?[0-9]{2}$)")
"""An instant in an address whose plus sign was read as a space."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UiConfig:
    """How this node's screens are run. `secret` (32 bytes or more) signs form tokens and notices, nothing else."""

    node_name_vi: str
    node_name_en: str
    secret: bytes = field(repr=False)
    https: bool = True
    base_url: str = "http://127.0.0.1:8080"
    certificates_url: str = ""
    default_language: Language = "vi"
    default_time_zone: str = "Asia/Ho_Chi_Minh"
    drill: bool = False
    passkey_domain: str = ""

    def node_name(self, language: Language) -> str:
        """The node's name in a language."""
        return self.node_name_vi if language == "vi" else self.node_name_en

    def cookie_name(self, name: str) -> str:
        """With https the browser itself holds the cookie to this host and path."""
        return f"__Host-{name}" if self.https else name


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What all calls of one app share."""

    config: UiConfig
    database: Database
    clock: Clock
    chance: Chance
    environment: Environment
    nav: Nav
    hub: Hub
    hasher: Hasher
    safe: Safe
    live: Live
    panels: Panels = field(default_factory=dict)
    views: Views = field(default_factory=dict)
    intake: Intake | None = None
    providers: Mapping[str, Provider] = field(default_factory=dict)
    oidc: Courier = field(default_factory=Courier)
    at_work: AtWork | None = None
    dialects: Sequence[Dialect] = ()
    searches: Asked = field(default_factory=Asked)
    crowded: Callable[[], float] = lambda: 0.0
    """How many calls wait, as a share of those that may: from 1 on, the next one should come back later."""

    def drawn(self, template: str, words: say.Words, now: datetime, **values: object) -> str:
        """A template's HTML without anything of whoever asks: no officer, no token; one that reads any of it fails."""
        shared = {"words": words, "lang": words.language, "now": now}
        return self.environment.get_template(template).render({**values, **shared})


class AtWork(Protocol):
    """Whether an officer's open page counts as use although nobody touches it: they are on shift, and watch it."""

    def __call__(self, connection: Connection, officer_id: str, now: datetime, /) -> bool:
        """Asked at every sign of life of a live page."""
        ...


class Notice(NamedTuple):
    """A one-time notice shown on the next page."""

    tone: Tone
    text: str


class Form:
    """A submitted form: text fields, each possibly given several times. Stripped, with plain line ends."""

    def __init__(self, fields: Mapping[str, Sequence[str]]) -> None:
        self._fields = {name: [_clean(value) for value in values] for name, values in fields.items()}

    def get(self, name: str, default: str = "") -> str:
        """The first value of a field."""
        return next(iter(self._fields.get(name, ())), default)

    def all(self, name: str) -> list[str]:
        """Every value of a field, for check boxes and repeated rows."""
        return list(self._fields.get(name, ()))

    def raw(self, name: str) -> str:
        """As `get`; says that the value is a secret and must not be shown again."""
        return self.get(name)

    def take(self, name: str) -> str:
        """As `raw`, and takes the field out: whoever reads the form afterwards never sees it."""
        return next((_clean(value) for value in self._fields.pop(name, ())), "")

    def fields(self) -> dict[str, list[str]]:
        """Every field with every value. Leaves out the form's token."""
        return {name: list(values) for name, values in self._fields.items() if name != "csrf"}

    def pairs(self) -> list[tuple[str, str]]:
        """Every field with every value, to send the same form once more. Leaves out the form's token."""
        return [(name, value) for name, values in self._fields.items() if name != "csrf" for value in values]

    def values(self) -> dict[str, str]:
        """First values of all fields, to fill the form again after a mistake. Leaves out the form's token."""
        return {name: values[0] for name, values in self._fields.items() if values and name != "csrf"}

    def __contains__(self, name: str) -> bool:
        return name in self._fields


class Blank(dict[str, str]):
    """Typed values or mistakes by field, for templates: a field without one reads as empty."""

    def __missing__(self, key: str) -> str:
        return ""


@dataclass(slots=True, kw_only=True)
class Ask:
    """One call. `officer` is never None behind a route that needs an action; `require_officer` says so to types.

    `once` is a program's key for an act that it may have to send again (Idempotency-Key); pages carry it in the form.
    `back`: where what stands here can be opened again: this page, else the one from which its form came.
    `told`: what open pages had been told when this call came, before it read anything.
    `shared`: it is no one's call; what it draws is sent to many (`faceless`).
    """

    ground: Ground
    words: say.Words
    path: str
    method: str
    query: Mapping[str, str]
    request_id: str
    nonce: str
    now: datetime
    told: int = 0
    address: str = ""
    client: str = ""
    theme: str = "system"
    htmx: bool = False
    api: bool = False
    dialect: Dialect | None = None
    once: str = ""
    shared: bool = False
    officer_or_none: Officer | None = None
    session: Present | None = None
    bearer: Bearer | None = None
    proof_problem: str = ""
    came_from: str = "/"
    back: str = "/"
    form: Form = field(default_factory=lambda: Form({}))
    body: bytes = b""
    uploads: list[Any] = field(default_factory=list)
    csrf: str = ""
    notices: list[Notice] = field(default_factory=list)
    had_flash: bool = False
    sent_cookies: Mapping[str, str] = field(default_factory=dict, repr=False)
    cookies: list[Cookie] = field(default_factory=list)

    # --- who ---
    @property
    def officer(self) -> Officer:
        """Who asks; raises `NotAllowed("sign-in-required")` on a public route without a session."""
        if self.officer_or_none is None:
            raise NotAllowed("sign-in-required")
        return self.officer_or_none

    def may(self, action: rights.Action, thing: rights.Thing | None = None) -> bool:
        """Whether who asks may do this."""
        return self.officer_or_none is not None and rights.may(self.officer_or_none, action, thing)

    def require(self, action: rights.Action, thing: rights.Thing | None = None) -> None:
        """Return, or raise `NotAllowed`; for acts inside a handler beyond the one its route declares."""
        rights.require(self.officer, action, thing)

    def require_fresh(self, action: rights.Action) -> None:
        """Return when who asks has proved themselves just now; for acts inside a handler that declares another action.

        An officer gets the page that asks, with their form in it, and comes back here with the proof. A token must name
        the action. Raises `NotAllowed("step-up-required" | "token-scope")`.
        """
        if self.bearer is None:
            fresh.require_fresh(self.session, action, self.now)
        elif not self.bearer.lets(action):
            raise NotAllowed("token-scope")

    # --- what is at hand ---
    @property
    def database(self) -> Database:
        """The node's database."""
        return self.ground.database

    @property
    def chance(self) -> Chance:
        """The node's source of randomness."""
        return self.ground.chance

    @property
    def hub(self) -> Hub:
        """Where to tell open pages that something changed."""
        return self.ground.hub

    @property
    def language(self) -> Language:
        """The reader's language."""
        return self.words.language

    def gettext(self, text: str, /, **places: object) -> str:
        """A sentence in the reader's language; `%(name)s` places are filled."""
        return self.words.gettext(text, **places)

    def sentence(self, error: LienlacError) -> str:
        """What an error says to the reader."""
        return error.sentence(self.language)

    def number(self, name: str, *, default: int, low: int, high: int) -> int:
        """A whole number from the query, held between bounds; anything else is the default."""
        text = self.query.get(name, "")
        return min(max(int(text), low), high) if text.isascii() and text.isdigit() and len(text) < 10 else default

    # --- what a program says ---
    def said(self) -> Any:
        """The body as strict JSON; none at all is an empty object."""
        return strictjson.loads(self.body or b"{}", max_bytes=limits.FORM_MAX_BYTES)

    def given(self, wanted: type[T]) -> T:
        """The body in its type; raises `Refused("request-malformed")` for what the type does not name."""
        return _converted(self.said(), wanted)

    def asked(self, wanted: type[T]) -> T:
        """The query in its type; raises as `given`. In an address everything is text, also numbers."""
        whole = _whole_numbers(cast("Any", wanted))
        sent = {
            name: int(value) if name in whole and _WHOLE.fullmatch(value) else _OFFSET.sub(r"\1+", value)
            for name, value in self.query.items()
        }
        return _converted(sent, wanted)

    # --- answers ---
    def page(self, template: str, *, status: int = 200, **values: Any) -> Response[str]:
        """A whole page. The template extends `base.html`; `title` must be among the values."""
        taken = self._take_notices()
        text = self._render(template, {"view": "", **self.beside(self.path), **values, "notices": taken})
        headers = {"X-Request-Id": self.request_id}
        return Response(text, media_type=PAGE_KIND, status_code=status, headers=headers, cookies=self.cookies)

    def fragment(self, template: str, *, status: int = 200, **values: Any) -> Response[str]:
        """A piece of a page for htmx to put in place."""
        text = self._render(template, values)
        return Response(text, media_type=PAGE_KIND, status_code=status, cookies=self.cookies)

    def panel(self, place: str, **about: str) -> Markup:
        """What other slices show at this place of a page; for templates."""
        return beside.fill(self.ground.panels, place, self, about)

    def faceless(self, eye: Officer, path: str, query: Mapping[str, str], now: datetime) -> Ask:
        """A call by which something is drawn for all who have this eye: nothing of this call's session is in it."""
        return Ask(
            ground=self.ground,
            words=self.words,
            path=path,
            method="GET",
            query=query,
            request_id="",
            nonce="",
            now=now,
            officer_or_none=eye,
            shared=True,
        )

    def piece(self, template: str, **values: Any) -> Markup:
        """A template's HTML as it stands, for a panel."""
        return Markup(self._render(template, values))  # noqa: S704  # templates escape what they are given

    def json(self, value: object, *, status: int = 200) -> Response[bytes]:
        """An API answer; structs, dataclasses, dicts and lists are encoded as they are."""
        return Response(msgspec.json.encode(value), media_type="application/json", status_code=status)

    def redirect(
        self, path: str, notice: str = "", *, tone: Tone = "good", query: Mapping[str, str] | None = None
    ) -> Response[str]:
        """After an act: send the browser to a page of ours, with a notice shown there once."""
        target = safe_path(path) + (f"?{urlencode(query)}" if query else "")
        if notice:
            self._put_notice(Notice(tone, notice))
        headers = {"HX-Redirect": target} if self.htmx else {"Location": target}
        status = 200 if self.htmx else 303
        return Response("", media_type=PAGE_KIND, status_code=status, headers=headers, cookies=self.cookies)

    def search(self) -> Response[str]:
        """A search was sent: keep it, and send the browser to the address where it is answered (`recall`)."""
        name = self.chance.token(16).hex()
        self.ground.searches.keep(self._session, name, self.form.fields())
        return self.redirect(f"{self.path}/{name}")

    def recall(self, name: str) -> bool:
        """Whether the search of this name is still kept for this session; its form is then this call's."""
        fields = self.ground.searches.recall(self._session, name)
        if fields is not None:
            self.form = Form(fields)
        return fields is not None

    def forgotten(self, path: str) -> Response[str]:
        """A search that is kept no longer: to where it can be asked again."""
        return self.redirect(path, self.gettext("This search is no longer kept. Please search again."), tone="plain")

    @property
    def _session(self) -> str:
        return "" if self.session is None else self.session.id

    def leave(self, url: str) -> Response[str]:
        """To another site, whose address the settings have allowed; never to one that came with the call."""
        return Response("", media_type=PAGE_KIND, status_code=303, headers={"Location": url}, cookies=self.cookies)

    def set_cookie(self, name: str, value: str, *, max_age: int | None = None, from_elsewhere: bool = False) -> None:
        """A cookie on the answer: HttpOnly, SameSite=Strict, Secure with https. `max_age=0` deletes it.

        `from_elsewhere`: another site sends the browser back here, and the cookie must come along (SameSite=Lax).
        """
        self.cookies.append(
            Cookie(
                key=self.ground.config.cookie_name(name),
                value=value,
                path="/",
                max_age=max_age,
                httponly=True,
                secure=self.ground.config.https,
                samesite="lax" if from_elsewhere else "strict",
            )
        )

    def _render(self, template: str, values: dict[str, Any]) -> str:
        if self.shared:
            return self.ground.drawn(template, self.words, self.now, **{"officer": self.officer, **values})
        everywhere = {
            "ask": self,
            "words": self.words,
            "lang": self.language,
            "officer": self.officer_or_none,
            "now": self.now,
            "csrf": self.csrf,
            "nonce": self.nonce,
            "theme": self.theme,
            "path": self.path,
            "config": self.ground.config,
            "node_name": self.ground.config.node_name(self.language),
            "request_id": self.request_id,
        }
        return self.ground.environment.get_template(template).render({**everywhere, **values})

    def beside(self, path: str) -> dict[str, Any]:
        """Nav, link state and alert; they are left out, rather than fail the page, when the database is unwell."""
        empty: dict[str, Any] = {"map": beside.Map(), "chip": None, "alerts": [], "topics": "", "trouble": None}
        officer = self.officer_or_none
        if officer is None:
            return empty
        nav, words = self.ground.nav, self.words
        empty["trouble"] = beside.trouble(self.ground.database, words, self.now)
        try:
            with self.ground.database.read() as connection:
                return {
                    **empty,
                    "map": beside.places(nav, connection, officer, words, path),
                    "chip": beside.chip(nav, connection, officer, words),
                    "alerts": beside.alerts(nav, connection, officer, words),
                    "topics": beside.topics(officer),
                }
        except NotAllowed:
            return empty

    # --- notices ---
    def _put_notice(self, notice: Notice) -> None:
        data = base64.urlsafe_b64encode(msgspec.json.encode(notice)[:_FLASH_MAX_BYTES]).decode()
        self.set_cookie(FLASH_COOKIE, f"{data}.{sign(self.ground.config, 'notice', data)}", max_age=60)

    def _take_notices(self) -> list[Notice]:
        taken, self.notices = self.notices, []
        if self.had_flash:
            self.set_cookie(FLASH_COOKIE, "", max_age=0)
        return taken


def read_notice(config: UiConfig, cookie: str | None) -> Notice | None:
    """The notice from a cookie that we signed, or None."""
    data, _, signature = (cookie or "").partition(".")
    if not hmac.compare_digest(signature.encode(), sign(config, "notice", data).encode()):
        return None
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(data), type=Notice)
    except (msgspec.MsgspecError, binascii.Error, ValueError):
        return None


def sign(config: UiConfig, purpose: str, text: str) -> str:
    """A short keyed digest; the purpose keeps form tokens and notices apart."""
    return hmac.new(config.secret, f"{purpose}:{text}".encode(), hashlib.sha256).hexdigest()


def safe_path(path: str) -> str:
    """The path if it stays on this node, else `/`. Refuses other hosts in every spelling, with backslashes too."""
    if len(path) > 2_000 or not path.startswith("/") or path[1:2] in {"/", "\\"}:  # longer than ours
        return "/"
    if any(not letter.isprintable() or letter in "\\ " for letter in path):
        return "/"
    parts = urlsplit(path)
    return path if not parts.scheme and not parts.netloc else "/"


@functools.cache
def _whole_numbers(wanted: Any) -> frozenset[str]:
    """The query's fields that hold whole numbers."""
    described = msgspec.json.schema_components((wanted,))[1][wanted.__name__]
    return frozenset(name for name, one in described["properties"].items() if one.get("type") == "integer")


def _converted(data: object, wanted: type[T]) -> T:
    try:
        return msgspec.convert(data, wanted)
    except msgspec.ValidationError as error:
        said = str(error)
        place = _PLACE.search(said)
        field = None if place is None else place[1]
        raise Refused("request-malformed", field=field, reason=said[: limits.LINE_MAX_CHARS]) from error


def _clean(value: str) -> str:
    if "\0" in value:
        raise Refused("form-malformed")
    if len(value) > limits.FORM_MAX_BYTES:
        raise Refused("form-too-large", limit_bytes=limits.FORM_MAX_BYTES)
    return value.replace("\r\n", "\n").replace("\r", "\n").strip()
