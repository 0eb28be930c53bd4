"""Routers and applications that are made once, of many hundred routes.

Refuses to know any route.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from litestar import Litestar, Router
from litestar.enums import ScopeType
from litestar.exceptions import ImproperlyConfiguredException
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from litestar.routes.base import BaseRoute
from litestar.utils.path import join_paths

if TYPE_CHECKING:
    from collections.abc import Sequence

    from litestar.types import ControllerRouterHandler
    from litestar.types.internal_types import RouteHandlerMapItem


class OneRouter(Router):
    """Gathers its handlers by path and method; their routes are made once, by the application that takes it in.

    The framework makes a route anew in each router that a handler passes through and for each method that a path has
    besides, and looks through all of them each time. It also copies a router with every handler and all that each was
    told (rights, examples of bodies), so that it may be registered twice. Both together took most of an application's
    making.
    """

    def __init__(self, path: str, *, route_handlers: Sequence[ControllerRouterHandler], **given: Any) -> None:
        self._gathered: dict[str, RouteHandlerMapItem] = {}
        super().__init__(path, route_handlers=route_handlers, **given)

    def register(self, value: ControllerRouterHandler) -> list[BaseRoute]:
        """Take in a handler or a router; no route is made yet. Raises what the framework raises for a door twice."""
        for path, handlers in self.get_route_handler_map(value=self._validate_registration_value(value)).items():
            at = join_paths([self.path, path])
            known = self._gathered.setdefault(at, {})
            for method, handler in handlers.items():
                if not isinstance(handler, HTTPRouteHandler):
                    raise ImproperlyConfiguredException(f"{at!r} is no door of HTTP")
                if method in known:
                    raise ImproperlyConfiguredException(f"{method} {at!r} is there already")
                known[method] = handler
        return []

    @property
    def route_handler_method_map(self) -> dict[str, RouteHandlerMapItem]:
        """Handlers by path and method, as the framework wants them."""
        return self._gathered

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        """Itself: whoever makes one registers it once."""
        return self


class _Plain(HTTPRoute):
    """A route of the methods that its handlers name.

    The framework adds a handler of OPTIONS to each path: as many again, read and kept like the others, and none of them
    a door that the guard would let anybody through.
    """

    __slots__ = ()

    def __init__(self, path: str, handlers: Sequence[HTTPRouteHandler]) -> None:
        self.route_handlers = list(handlers)
        self.route_handler_map = {}
        BaseRoute.__init__(
            self,
            path=path,
            scope_type=ScopeType.HTTP,
            methods=[method for one in handlers for method in one.http_methods],
            handler_names=[one.handler_name for one in handlers],
        )


class _Taking(Router):
    """What an application does as a router."""

    def register(self, value: ControllerRouterHandler) -> list[BaseRoute]:
        """The routes of a router whose paths are all new here; anything else goes the framework's way."""
        if not isinstance(value, OneRouter) or self.routes:
            return super().register(value)
        value.owner = self
        made = [
            _Plain(join_paths([self.path, path]), _each_once(handlers))
            for path, handlers in value.route_handler_method_map.items()
        ]
        self.routes.extend(made)
        return list(made)


def _each_once(handlers: RouteHandlerMapItem) -> list[HTTPRouteHandler]:
    """A handler may answer to several methods."""
    return [one for one in dict.fromkeys(handlers.values()) if isinstance(one, HTTPRouteHandler)]


class Application(Litestar, _Taking):  # type: ignore[misc]  # as the framework's own, it registers and returns nothing
    """One node's, made once."""
