"""The health of the channels that carry notices: which fail, since when and why; how many notices wait."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import get

from lienlac.duty.desk import NAMED
from lienlac.duty.pages import names
from lienlac.people.rights import Action
from lienlac.ui.guard import needs

if TYPE_CHECKING:
    from litestar import Response

    from lienlac.duty.desk import Duty
    from lienlac.ui.page import Ask

_READ: Final = needs(Action.CHANNEL_READ)


def make_handlers(duty: Duty) -> tuple[Any, ...]:
    """The one page."""

    @get("/duty/channels", opt=_READ, sync_to_thread=True, include_in_schema=False, name="channels")
    def health(ask: Ask) -> Response[str]:
        found, people, counts = duty.contacts.health(ask.officer)
        return ask.page(
            "duty/channels.html",
            title=ask.gettext("Channels"),
            tabs=names.TABS,
            names=names,
            channels=found,
            failing=sum(channel.failing for channel in found),
            people=people,
            counts=counts,
            named=NAMED,
        )

    return (health,)
