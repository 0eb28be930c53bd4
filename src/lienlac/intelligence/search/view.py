"""A search as programs see it, made from what the desk hands out. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lienlac import clock
from lienlac.errors import Refused
from lienlac.intelligence.search.wanted import Wanted, parse
from lienlac.intelligence.views import told
from lienlac.interface.intelligence import search as shapes

if TYPE_CHECKING:
    from lienlac.intelligence.search.wanted import Found, Hit
    from lienlac.interface.intelligence.known import KnownOne


def wanted(asked: shapes.IntelSearch) -> Wanted:
    """What a program asks. Raises `Refused`."""
    return parse(
        text=asked.words,
        identifier=asked.identifier,
        type=asked.type,
        collection=asked.collection,
        giver=asked.giver,
        tlp=asked.tlp,
        typology=asked.typology,
        since=asked.since,
        until=asked.until,
        within_days=asked.within_days,
        sighted=asked.sighted,
        state=asked.state,
    )


def chosen(choice: shapes.SearchChoice) -> Wanted:
    """What a saved search asks. Raises `Refused`, for what it chose may be gone."""
    return parse(
        text=choice.words,
        type=choice.type,
        collection=choice.collection,
        giver=choice.giver,
        tlp=choice.tlp,
        typology=choice.typology,
        since=choice.since,
        until=choice.until,
        within_days=choice.within_days,
        sighted=choice.sighted,
        state=choice.state,
    )


def choice_of(wanted: Wanted) -> shapes.SearchChoice:
    """The same the other way round. Raises `Refused("search-not-kept")` for a search for one identifier."""
    if wanted.identifier:
        raise Refused("search-not-kept", field="identifier")
    return shapes.SearchChoice(
        words=wanted.text,
        type=wanted.type,
        collection=wanted.collection,
        giver=wanted.giver,  # type: ignore[arg-type]  # one of these, or parse had refused it
        tlp=wanted.tlp,
        typology=wanted.typology,
        since=wanted.since,
        until=wanted.until,
        within_days=wanted.within_days,
        sighted=wanted.sighted,
        state=wanted.state,
    )


def found(page: Found, known: list[KnownOne]) -> shapes.IntelFound:
    """One page."""
    return shapes.IntelFound(
        hits=[hit(one) for one in page.hits],
        held=[told.held(one, place) for one, place in page.held],
        known=known,
        next=None if page.onward_us is None else str(page.onward_us),
        unread_after=None if page.unread_us is None else clock.from_us(page.unread_us),
    )


def hit(one: Hit) -> shapes.IntelHit:
    """One object that was found."""
    return shapes.IntelHit(object=told.line(one.stored), collection=one.collection.id, source=told.source(one.source))
