"""A router that is made for one application and handed over to it whole.

Refuses to know any route.
"""

from __future__ import annotations

from typing import Self

from litestar import Router


class OneRouter(Router):
    """Not copied where it is registered.

    The framework copies a router with every handler and all that each was told (rights, examples of bodies), so that
    it may be registered twice. That took longer than the rest of an application's making.
    """

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        """Itself: whoever makes one registers it once."""
        return self
