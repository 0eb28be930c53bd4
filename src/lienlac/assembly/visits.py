"""Delegations and lessons in a node: made, and given what they ask of others; only `assembly` calls this."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lienlac.agreements import store as agreements
from lienlac.delegations.desk import Delegations
from lienlac.delegations.pages import sheets as visit_sheets
from lienlac.delegations.reminding.desk import ForNotices as DelegationsForNotices
from lienlac.documents.document import Both
from lienlac.exchange.attachments.holding.desk import Holding
from lienlac.hotline.pages.spoken import Spoken
from lienlac.intelligence.sharing.reminding.desk import ForNotices as SharingForNotices
from lienlac.lessons.desk import Lessons
from lienlac.lessons.pages import sheets as lesson_sheets
from lienlac.lessons.reminding.desk import ForNotices as LessonsForNotices
from lienlac.people.rights import Action
from lienlac.records.shared.fold import Part, top_element
from lienlac.records.shared.store import lines
from lienlac.ui.shared.telling import Telling

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from lienlac.cases.desk import Cases
    from lienlac.documents.desk import Press
    from lienlac.duty.desk import Duty
    from lienlac.exchange.post_office import PostOffice
    from lienlac.intelligence.sharing.desk import Sharing
    from lienlac.people.officer import Officer
    from lienlac.records.shared.desk import Given
    from lienlac.settings import Settings


def delegations(given: Given, settings: Settings, post: PostOffice, press: Press) -> Delegations:
    """The delegations of a node, whose minutes the press prints."""

    def names(node: str) -> Both:
        if node == settings.node_id:
            return Both(settings.name_vi, settings.name_en)
        with given.database.read() as connection:
            found = next((one for one in agreements.peers(connection) if one.node_id == node), None)
        return Both(node, node) if found is None else Both(found.name_vi, found.name_en)

    telling = Telling("/delegations", (visit_sheets.TOP, *visit_sheets.SHEETS), visit_sheets.FURTHER)
    made = Delegations(
        given,
        telling,
        Holding(post.shelf),
        printer=press,
        say=Spoken().both,
        names=names,
    )
    post.listen(made.shared.arrivals.handlers, made.shared.arrivals.settlement_handlers)
    return made


def lessons(given: Given, post: PostOffice, cases: Cases) -> Lessons:
    """The lessons of a node, drawn from its own cases."""
    telling = Telling("/lessons", (lesson_sheets.TOP, *lesson_sheets.SHEETS), lesson_sheets.FURTHER)
    made = Lessons(
        given,
        telling,
        cases=OfLessons(cases),
    )
    post.listen(made.shared.arrivals.handlers, made.shared.arrivals.settlement_handlers)
    return made


def remind(duty: Duty, delegations: Delegations, lessons: Lessons, sharing: Sharing) -> None:
    """Duty carries what people are reminded of."""
    duty.reminders.serve(DelegationsForNotices(delegations), LessonsForNotices(lessons), SharingForNotices(sharing))


class OfLessons:
    """Cases, as lessons ask about them."""

    def __init__(self, cases: Cases) -> None:
        self._cases = cases
        self._keeper = cases.shared.keeper

    def require(self, connection: Connection, officer: Officer, thing: str, /) -> str:
        """The case's id, for an officer who may read it. Raises `NotAllowed("not-found")`."""
        line, _thing = self._cases.shared.read.found(connection, officer, Action.CASE_READ, thing)
        return line.id

    def closed(self, connection: Connection, thing: str, /) -> bool:
        """Whether this side has closed the case."""
        top = self._keeper.facts.element(connection, thing, top_element(thing))
        own = None if top is None else top.by(self._cases.node_id)
        return own is not None and own.status.value == "closed"

    def members(self, connection: Connection, thing: str, /) -> frozenset[str]:
        """Nodes that take part in the case."""
        line = lines.find(connection, thing)
        if line is None:
            return frozenset()
        return frozenset(one.node for one in self._keeper.members(connection, line) if one.part is Part.IN)

    def known_by(self, connection: Connection, thing: str, /) -> Sequence[str]:
        """Names and values that the case names, and its reference."""
        line = lines.find(connection, thing)
        return () if line is None else (line.reference, *self._cases.projecting.called(connection, line.id))
