"""Routers and applications that are made once, of many hundred routes.

Refuses to know any route.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from litestar import Litestar, Router
from litestar.routes import HTTPRoute

if TYPE_CHECKING:
    from litestar.routes import BaseRoute
    from litestar.types.internal_types import RouteHandlerMapItem


class _Growing(Router):
    """Maps its routes as they come.

    The framework maps all of them anew for each that it takes in: a quarter of an application's making.
    """

    _mapped: tuple[list[BaseRoute], dict[str, RouteHandlerMapItem]] | None = None

    @property
    def route_handler_method_map(self) -> dict[str, RouteHandlerMapItem]:
        """Handlers by path and method, as the framework wants them."""
        seen, made = self._mapped or ([], {})
        known = len(seen)
        if seen != self.routes[:known]:
            if [one.path for one in seen] != [one.path for one in self.routes[:known]]:
                made = {}
            known = 0  # a path with one more method takes the place of the one before
        added = self.routes[known:]
        plain = [route for route in added if isinstance(route, HTTPRoute)]
        if len(plain) == len(added):
            for route in plain:
                made[route.path] = {method: one for one in route.route_handlers for method in one.http_methods}
        else:
            made = super().route_handler_method_map
        if added:
            self._mapped = list(self.routes), made
        return made


class OneRouter(_Growing):
    """Not copied where it is registered.

    The framework copies a router with every handler and all that each was told (rights, examples of bodies), so that
    it may be registered twice. That took longer than the rest of an application's making.
    """

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        """Itself: whoever makes one registers it once."""
        return self


class Application(_Growing, Litestar):
    """One node's, made once."""
