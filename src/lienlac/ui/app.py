"""The app factory: guard, problems, headers, static files, and the pages every node has, around the slices' routes.

Knows no slice; `assembly` hands their routes, nav items and template folders in. Handlers are synchronous and run in
threads, because storage is.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from litestar import Litestar, Request, Response, get
from litestar.datastructures import MutableScopeHeaders
from litestar.di import NamedDependency, Provide
from litestar.exceptions import HTTPException
from litestar.params import FromPath
from litestar.response import Stream

from lienlac import limits
from lienlac.errors import LienlacError, NotAllowed
from lienlac.people import passwords
from lienlac.people.rights import Action
from lienlac.ui import live
from lienlac.ui.account import certificates, elsewhere, factors, first, sign_in, step_up
from lienlac.ui.account import pages as account_pages
from lienlac.ui.guard import Guard, ask_of, needs, public
from lienlac.ui.home import pages as home_pages
from lienlac.ui.hub import Hub
from lienlac.ui.interface import pages as interface_pages
from lienlac.ui.interface.router import Application, OneRouter
from lienlac.ui.nav import Live, Nav
from lienlac.ui.page import Ground, UiConfig
from lienlac.ui.problems import Problems
from lienlac.ui.render import make_environment
from lienlac.ui.rounds import beside, views
from lienlac.ui.rounds.beliefs import Beliefs
from lienlac.ui.rounds.gathering import Rounds
from lienlac.ui.statics import kind_of, shelf
from lienlac.ui.users import access as user_access
from lienlac.ui.users import changes as user_changes
from lienlac.ui.users import home as user_home
from lienlac.ui.users import matrix as user_matrix
from lienlac.ui.users import pages as user_pages
from lienlac.ui.users import signed_in as user_signed_in
from lienlac.ui.users import units as unit_pages

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from litestar.types import ControllerRouterHandler, Message, Scope

    from lienlac.clock import Clock
    from lienlac.ids import Chance
    from lienlac.keys.rest.safe import Safe
    from lienlac.people.oidc.provider import Provider
    from lienlac.people.passwords import Hasher
    from lienlac.storage.database import Database
    from lienlac.ui.files.intake import Intake
    from lienlac.ui.interface.dialect import Dialect
    from lienlac.ui.nav import Panels, Views
    from lienlac.ui.page import Ask, AtWork

__all__ = ["Nav", "UiConfig", "make_app"]

_POLICY: Final = (
    "default-src 'none'; "
    "script-src 'self' 'nonce-{nonce}'; "
    "style-src 'self'; "
    "font-src 'self'; "
    "img-src 'self'; "
    "connect-src 'self'; "
    "form-action 'self'; "
    "base-uri 'none'; "
    "frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; "
    "trusted-types htmx"
)
_NAMES: Final[dict[str, Any]] = {
    # handlers name these in annotations only; an Ask is handed over as it is, never converted
    "Ask": NamedDependency[Any],  # type: ignore[misc]  # the alias is made for such use
    "FromPath": FromPath,
    "Request": Request,
    "Response": Response,
    "Stream": Stream,
}
_FOREVER: Final = "public, max-age=31536000, immutable"


def make_app(
    *,
    database: Database,
    clock: Clock,
    chance: Chance,
    config: UiConfig,
    safe: Safe,
    route_handlers: Sequence[ControllerRouterHandler] = (),
    nav: Nav | None = None,
    template_dirs: Sequence[Path] = (),
    hub: Hub | None = None,
    panels: Panels | None = None,
    shown: Views | None = None,
    hasher: Hasher = passwords.STANDARD,
    dependencies: dict[str, Provide] | None = None,
    intake: Intake | None = None,
    providers: Sequence[Provider] = (),
    at_work: AtWork | None = None,
    dialects: Sequence[Dialect] = (),
    crowded: Callable[[], float] = lambda: 0.0,
    **litestar: Any,
) -> Litestar:
    """The whole web application of one node. `litestar` passes on such things as `lifespan` and `on_startup`."""
    own = Path(str(resources.files("lienlac.ui").joinpath("templates")))
    ground = Ground(
        config=config,
        database=database,
        clock=clock,
        chance=chance,
        environment=make_environment((*template_dirs, own)),
        nav=(nav or Nav()).joined((*home_pages.NAV, *user_pages.NAV), (user_home.card,)),
        hub=hub if hub is not None else Hub(),  # an empty hub is false
        live=_live(),
        hasher=hasher,
        safe=safe,
        panels=panels or {},
        views=shown or {},
        intake=intake,
        providers={one.id: one for one in providers},
        at_work=at_work,
        dialects=dialects,
        crowded=crowded,
    )
    guard = Guard(ground)
    problems = Problems(guard)
    return Application(
        # one router: the framework wraps a handler anew for every later one on the same path, and rebuilds all routes
        route_handlers=[OneRouter(path="/", route_handlers=[*route_handlers, *_OWN_HANDLERS])],
        guards=[guard],
        dependencies={"ask": Provide(give_ask, sync_to_thread=False), **(dependencies or {})},
        exception_handlers={
            LienlacError: problems.known,
            HTTPException: problems.http,
            Exception: problems.unforeseen,
        },
        before_send=[_Headers(guard)],
        openapi_config=None,
        signature_namespace=_NAMES,
        request_max_body_size=limits.FORM_MAX_BYTES,
        logging_config=None,
        debug=False,
        **litestar,
    )


def _live() -> Live:
    """What is made for many open pages together."""
    return Live(
        beside=Rounds(beside.make, "beside", gather_s=limits.LIVE_GATHER_S, per_s=limits.LIVE_BESIDE_PER_S),
        views=Rounds(views.make, "again", gather_s=limits.LIVE_VIEW_GATHER_S, per_s=limits.LIVE_VIEWS_PER_S),
        beliefs=Beliefs(),
    )


@get(
    "/{rest:path}",
    opt=needs(Action.ACCOUNT_OWN),
    include_in_schema=False,
    sync_to_thread=False,
    name="nothing",
)
def nothing(rest: FromPath[str]) -> Response[str]:
    """Any other address: a signed-in officer keeps the navigation beside the answer that there is nothing."""
    del rest
    raise NotAllowed("not-found")


def give_ask(request: Request[Any, Any, Any]) -> Ask:
    """For dependency injection: the guard has made it already."""
    found = ask_of(request)
    if found is None:
        raise NotAllowed("not-found")
    return found


@get(
    "/static/{digest:str}/{name:path}",
    opt=public("static files hold no data"),
    include_in_schema=False,
    sync_to_thread=False,
    name="static",
)
def static_file(digest: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    """One file of the shelf. An old digest still answers, but only the present one may be kept."""
    found = shelf()
    data = found.files.get(name.removeprefix("/"))
    if data is None:
        raise NotAllowed("not-found")
    keep = _FOREVER if digest == found.digest else "no-store"
    return Response(data, media_type=kind_of(name), headers={"Cache-Control": keep})


class _Headers:
    """Security headers on every answer, also on those that no route made."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    async def __call__(self, message: Message, scope: Scope) -> None:
        """Called for each message sent."""
        if message["type"] != "http.response.start":
            return
        ask = self._guard.make_ask(Request(scope))
        headers = MutableScopeHeaders.from_message(message)
        if "content-security-policy" not in headers:  # a file that is handed out has a stricter one of its own
            headers["Content-Security-Policy"] = _POLICY.format(nonce=ask.nonce)
        headers["X-Content-Type-Options"] = "nosniff"
        headers["X-Frame-Options"] = "DENY"
        headers["Referrer-Policy"] = "same-origin"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"
        headers["X-Request-Id"] = ask.request_id
        if "cache-control" not in headers:
            headers["Cache-Control"] = "no-store"
        if self._guard.ground.config.https:
            headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"


_OWN_HANDLERS: Final = (
    *live.HANDLERS,
    *home_pages.HANDLERS,
    *account_pages.HANDLERS,
    *certificates.HANDLERS,
    *sign_in.HANDLERS,
    *step_up.HANDLERS,
    *first.HANDLERS,
    *factors.HANDLERS,
    *elsewhere.HANDLERS,
    *user_pages.HANDLERS,
    *user_access.HANDLERS,
    *user_signed_in.HANDLERS,
    *unit_pages.HANDLERS,
    *user_matrix.HANDLERS,
    *user_changes.HANDLERS,
    *interface_pages.HANDLERS,
    static_file,
    nothing,
)
