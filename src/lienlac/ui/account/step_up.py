"""The step-up page by itself: for pages that only a fresh officer is shown, and for whoever wants to prove it first.

Acts do not come through here: their own address takes the proof (`ui.account.proving`, `ui.guard`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import get, post

from lienlac.people.rights import Action
from lienlac.ui.account.proving import step_up_page
from lienlac.ui.guard import needs
from lienlac.ui.page import safe_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from litestar import Response

    from lienlac.ui.page import Ask


@get("/step-up", opt=needs(Action.ACCOUNT_OWN), sync_to_thread=True, include_in_schema=False, name="step-up")
def step_up(ask: Ask) -> Response[str]:
    """The page, on the way to another one: `?next=/somewhere`."""
    return step_up_page(ask, onward=safe_path(ask.query.get("next", "/")))


@post("/step-up", opt=needs(Action.ACCOUNT_OWN, fresh=True), sync_to_thread=True, include_in_schema=False)
def proved(ask: Ask) -> Response[str]:
    """The guard has seen the proof; on to where the officer wanted to go."""
    return ask.redirect(safe_path(ask.form.get("next", "/")))


HANDLERS: Final[tuple[Callable[..., Any], ...]] = (step_up, proved)
