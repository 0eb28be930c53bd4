"""The inbox's tools for programs: saved filters, and many requests acknowledged at once."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from litestar import Response, delete, get, post
from litestar.params import FromPath

from lienlac.hotline.inbox.bulk import each
from lienlac.hotline.lifecycle import Step
from lienlac.interface import inbox as shapes
from lienlac.interface.parts import Done, Empty
from lienlac.people.rights import Action
from lienlac.releases.release import Release
from lienlac.ui.guard import needs
from lienlac.ui.interface.speech import speaks
from lienlac.ui.page import Ask
from lienlac.ui.words import N_

if TYPE_CHECKING:
    from lienlac.hotline.desk import Hotline
    from lienlac.hotline.request import Request

Answer = Response[bytes]
_SEVERAL: Final = {"two of them": {"requests": ["US-2026-000412", "US-2026-000413"], "phone": "+84 24 3555 0101"}}
_SAVE: Final = {"overdue freezes": {"name": "Overdue", "choice": {"due": "overdue"}, "preferred": True}}


def make_handlers(hotline: Hotline) -> tuple[Any, ...]:
    """The doors, round one node's hotline."""

    @post(
        "/api/requests/acknowledge",
        opt=needs(Action.REQUEST_ANSWER)
        | speaks(
            N_("Acknowledge many requests, each by itself"), "inbox", shapes.Outcomes, takes=shapes.Several,
            examples=_SEVERAL,
        ),
        sync_to_thread=True,
        status_code=200,
        name="api-acknowledge-many",
    )  # fmt: skip
    def acknowledge_many(ask: Ask) -> Answer:
        """Acknowledge many."""
        given = ask.given(shapes.Several)
        return ask.json(each(given.requests, partial(acknowledge_one, hotline, ask, given.phone)))

    return (acknowledge_many, *_filters(hotline))


def _filters(hotline: Hotline) -> tuple[Any, ...]:
    saved = hotline.saved

    @get(
        "/api/inbox/filters",
        opt=needs(Action.REQUEST_READ) | speaks(N_("Saved filters and their counts"), "inbox", shapes.SavedFilters),
        sync_to_thread=True,
        name="api-filters",
    )
    def list_filters(ask: Ask) -> Answer:
        """Own filters and those of own units."""
        filters = [
            shapes.SavedFilter(
                id=one.saved.id,
                name=one.saved.name,
                choice=one.saved.choice,
                unit=one.saved.unit_id,
                mine=one.mine,
                preferred=one.mine and one.saved.preferred,
                count=one.count,
            )
            for one in saved.listed(ask.officer)
        ]
        return ask.json(shapes.SavedFilters(filters=filters))

    @post(
        "/api/inbox/filters",
        opt=needs(Action.ACCOUNT_OWN)
        | speaks(N_("Keep a filter under a name"), "inbox", shapes.Kept, takes=shapes.SaveFilter, examples=_SAVE),
        sync_to_thread=True,
        name="api-filter-save",
    )
    def save_filter(ask: Ask) -> Answer:
        """Keep a filter."""
        given = ask.given(shapes.SaveFilter)
        kept = saved.save(ask.officer, given.name, given.choice, unit=given.unit, preferred=given.preferred)
        return ask.json(shapes.Kept(id=kept.id), status=201)

    @post(
        "/api/inbox/filters/{filter_id:str}/prefer",
        opt=needs(Action.ACCOUNT_OWN)
        | speaks(N_("Open the inbox with this filter"), "inbox", Done, takes=Empty, examples={"nothing": {}}),
        sync_to_thread=True,
        status_code=200,
        name="api-filter-prefer",
    )
    def prefer_filter(ask: Ask, filter_id: FromPath[str]) -> Answer:
        """Open the inbox with it."""
        ask.given(Empty)
        saved.prefer(ask.officer, filter_id)
        return ask.json(Done())

    @delete(
        "/api/inbox/filters/{filter_id:str}",
        opt=needs(Action.ACCOUNT_OWN) | speaks(N_("Forget a filter"), "inbox", Done),
        sync_to_thread=True,
        status_code=200,
        name="api-filter-remove",
    )
    def remove_filter(ask: Ask, filter_id: FromPath[str]) -> Answer:
        """Forget it."""
        saved.remove(ask.officer, filter_id)
        return ask.json(Done())

    return (list_filters, save_filter, prefer_filter, remove_filter)


def acknowledge_one(hotline: Hotline, ask: Ask, phone: str, name: str) -> Request:
    """One of them, in a transaction of its own; where it waits for a second officer, it stands as before."""
    form = hotline.read_step(name, Step.ACKNOWLEDGE, {"phone": phone}, ask.officer)
    done = hotline.act(ask.officer, name, Step.ACKNOWLEDGE, form)
    return hotline.show(ask.officer, name).request if isinstance(done, Release) else done
