"""What the framework works out for each handler of an application is kept for all applications of this process.

An application reads the signatures of its seven hundred handlers when it is made, which takes most of a second. A node
makes one in its life; a test run makes one for each node of each test, always of the same functions. Kept is only what
follows from the code alone: functions, what they close over, rights and guards are each application's own.

A test then goes through few of the seven hundred doors. What was put in order once, in the first application with that
door, is put in order again only when somebody comes to it.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from litestar import Litestar
from litestar._kwargs import KwargsModel
from litestar._signature import SignatureModel
from litestar.routes import HTTPRoute
from litestar.routes.base import BaseRoute
from litestar.utils.helpers import unwrap_partial
from litestar.utils.signature import ParsedSignature

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from litestar.di import Provide
    from litestar.handlers import HTTPRouteHandler
    from litestar.types import HTTPScope, Receive, Send

FUNCTION = type(lambda: None)


class Same:
    """Equal to itself alone; keeps what it stands for alive, so that nothing later takes its place."""

    __slots__ = ("of",)

    def __init__(self, of: object) -> None:
        self.of = of

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.of is other.of

    def __hash__(self) -> int:
        return id(self.of)


def keep_signatures() -> None:
    """From now on a function made of the same code in the same surroundings is read once."""
    parsed: dict[tuple[Any, ...], ParsedSignature] = {}
    lasting: set[Same] = set()
    read = ParsedSignature.from_fn

    def from_fn(fn: Any, signature_namespace: dict[str, Any]) -> ParsedSignature:
        key = _key_of(fn, signature_namespace)
        if key is None:
            return read(fn, signature_namespace)
        if key not in parsed:
            parsed[key] = read(fn, signature_namespace)
            lasting.add(Same(parsed[key]))
        return parsed[key]

    ParsedSignature.from_fn = from_fn  # type: ignore[method-assign]
    _keep_models(lasting)
    _keep_plans()
    _leave_for_later()


def _key_of(fn: Any, namespace: dict[str, Any]) -> tuple[Any, ...] | None:
    """All that the reading of a function depends on; None for what may differ from node to node."""
    if type(fn) is not FUNCTION or fn.__dict__ or fn.__defaults__ or fn.__kwdefaults__:
        return None
    if not all(isinstance(one, str) for one in fn.__annotations__.values()):
        return None
    names = tuple((name, Same(one)) for name, one in namespace.items())
    return fn.__code__, fn.__module__, fn.__name__, *fn.__annotations__.items(), *names


def _keep_models(lasting: set[Same]) -> None:
    """The type that a handler's arguments are read into, for signatures that stay."""
    kept: dict[tuple[Any, ...], type[SignatureModel]] = {}
    make: Callable[..., type[SignatureModel]] = SignatureModel.create

    def create(*, parsed_signature: ParsedSignature, **given: Any) -> type[SignatureModel]:
        if Same(parsed_signature) not in lasting or given["type_decoders"]:
            return make(parsed_signature=parsed_signature, **given)
        key = Same(parsed_signature), frozenset(given["dependency_name_set"]), Same(given["data_dto"])
        if key not in kept:
            kept[key] = make(parsed_signature=parsed_signature, **given)
        return kept[key]

    SignatureModel.create = create  # type: ignore[method-assign, assignment]


def _keep_plans() -> None:
    """Where a handler's arguments come from, for handlers that are given nothing of their node."""
    kept: dict[tuple[Any, ...], KwargsModel] = {}
    make: Callable[..., KwargsModel] = KwargsModel.create_for_signature_model

    def create(*, signature_model: type[SignatureModel], dependencies: dict[str, Provide], **given: Any) -> KwargsModel:
        wanted = {name: one for name, one in dependencies.items() if name in signature_model._fields}
        if given["layered_parameters"] or not all(_stands_alone(one, dependencies) for one in wanted.values()):
            return make(signature_model=signature_model, dependencies=dependencies, **given)
        places = frozenset(given["path_parameters"])
        key = signature_model, places, tuple((name, Same(one.dependency)) for name, one in wanted.items())
        if key not in kept:
            kept[key] = make(signature_model=signature_model, dependencies=dependencies, **given)
        return kept[key]

    KwargsModel.create_for_signature_model = create  # type: ignore[method-assign, assignment]


def _stands_alone(given: Provide, others: dict[str, Provide]) -> bool:
    """Whether a function is handed over that knows no node, neither by itself nor through what it is handed."""
    function = given.dependency
    alone = type(function) is FUNCTION and function.__closure__ is None
    return alone and not any(name in others for name in given.signature_model._fields)


def _leave_for_later() -> None:
    """Doors that an application before this one had, too, are put in order when the first caller comes to them."""
    seen: set[tuple[Any, ...]] = set()
    handle: Callable[..., Awaitable[None]] = HTTPRoute.handle

    def register(self: Litestar, value: Any) -> None:
        surroundings = frozenset(self.dependencies), bool(self.guards), len(self.middleware)
        for route in super(Litestar, self).register(value):
            assert isinstance(route, HTTPRoute)
            key = (*surroundings, route.path, *(_door(one) for one in route.route_handlers))
            if key in seen and None not in key:
                later = {method: (one, None) for one in route.route_handlers for method in one.http_methods}
                route.route_handler_map = later  # type: ignore[assignment]
            else:
                _put_in_order(route, self)
                seen.add(key)
            for plugin in self.plugins.receive_route:
                plugin.receive_route(route)
        self.asgi_router.construct_routing_trie()

    async def handle_in_order(self: HTTPRoute, scope: HTTPScope, receive: Receive, send: Send) -> None:
        if self.route_handler_map[scope["method"]][1] is None:
            _put_in_order(self, scope["litestar_app"])
        await handle(self, scope, receive, send)

    BaseRoute._parse_path = staticmethod(cache(BaseRoute._parse_path))  # type: ignore[method-assign, assignment]
    Litestar.register = register  # type: ignore[method-assign]
    HTTPRoute.handle = handle_in_order  # type: ignore[method-assign, assignment]


def _door(handler: HTTPRouteHandler) -> tuple[Any, ...] | None:
    """By what a handler is known again in another application; None for what is no plain function."""
    function = unwrap_partial(handler.fn)
    return (function.__code__, *sorted(handler.http_methods)) if type(function) is FUNCTION else None


def _put_in_order(route: HTTPRoute, app: Litestar) -> None:
    """What `Litestar.register` does with a route."""
    for handler in route.route_handlers:
        handler.on_registration(app)
    route.route_handler_map = {}
    route.create_handler_map()
