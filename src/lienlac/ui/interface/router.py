"""Routers and applications that are made once, of many hundred routes.

Refuses to know any route.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from litestar import Litestar, Router
from litestar.routes import HTTPRoute

if TYPE_CHECKING:
    from collections.abc import Sequence

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
        if seen == self.routes:
            return made
        stands = seen == self.routes[: len(seen)] or _grown(seen, self.routes)
        if not stands or any(not isinstance(route, HTTPRoute) for route in self.routes[len(seen) :]):
            seen, made = [], super().route_handler_method_map
        else:
            for place, route in enumerate(self.routes):
                if isinstance(route, HTTPRoute) and (place >= len(seen) or seen[place] is not route):
                    made[route.path] = {method: one for one in route.route_handlers for method in one.http_methods}
        self._mapped = list(self.routes), made
        return made


def _grown(seen: Sequence[BaseRoute], routes: Sequence[BaseRoute]) -> bool:
    """Whether what was seen stands where it stood, a path with one more method aside."""
    return [one.path for one in seen] == [one.path for one in routes[: len(seen)]]


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
