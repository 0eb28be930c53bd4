"""What a server offers, shown in the form of a new feed so that a collection can be picked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import post

from lienlac.errors import LienlacError
from lienlac.intelligence.feeds.feed import parse_secrets
from lienlac.people.rights import Action
from lienlac.ui.guard import needs
from lienlac.ui.problems import status_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from litestar import Response

    from lienlac.intelligence.feeds.looking.desk import Looking, Offered
    from lienlac.ui.page import Ask


def make_handlers(looking: Looking) -> tuple[Any, ...]:
    """The look-up's route: a piece of the form for a browser with scripts, a page of its own without."""

    @post(
        "/intelligence/feeds/look",
        opt=needs(Action.COLLECTION_MANAGE),
        sync_to_thread=True,
        include_in_schema=False,
        status_code=200,
    )
    def look(ask: Ask) -> Response[str]:
        form, wrong, status = ask.form, "", 200
        found: Sequence[Offered] = ()
        try:
            secrets = parse_secrets(
                address=form.get("address"),
                how=form.get("how"),
                user=form.get("user"),
                secret=form.raw("secret"),
                certificate=form.raw("certificate"),
            )
            found = looking.look(ask.officer, secrets)
        except LienlacError as error:
            wrong, status = ask.sentence(error), status_of(error)
        values: dict[str, Any] = {"offers": found, "wrong_look": wrong, "looked": True, "remote": form.get("remote")}
        if ask.htmx:
            return ask.fragment("feeds/_offers.html", **values)
        return ask.page("feeds/offers.html", status=status, title=ask.gettext("What the server offers"), **values)

    return (look,)
