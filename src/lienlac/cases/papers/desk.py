"""An officer prints the situation report of a case; what is printed is journalled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from lienlac import limits
from lienlac.cases.papers.situation import Picture, situation_report
from lienlac.errors import NotAllowed
from lienlac.people.rights import Action, require

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from lienlac.cases.desk import Cases
    from lienlac.documents.document import Both, Document, Say
    from lienlac.errors import Language
    from lienlac.people.officer import Officer
    from lienlac.records.shared.fold import Element
    from lienlac.storage.database import Database


class Printer(Protocol):
    """What makes a document."""

    def print(self, document: Document, /) -> bytes:
        """As PDF."""
        ...


class CasePapers:
    """`names` gives what every node is called in both languages."""

    def __init__(
        self,
        cases: Cases,
        database: Database,
        printer: Printer,
        say: Say,
        names: Callable[[], Mapping[str, Both]],
        record: Any,
        now: Any,
    ) -> None:
        self._cases = cases
        self._database = database
        self._printer = printer
        self._say = say
        self._names = names
        self._record = record
        self._now = now

    def situation(self, officer: Officer, name: str, lead: Language) -> tuple[str, bytes]:
        """A file name and the report as PDF. Raises `NotAllowed("not-found" | "document-…")`."""
        cases = self._cases
        room = cases.shared.read.room(officer, name)
        require(officer, Action.CASE_READ, room.thing)
        names = self._names()
        host = None if room.top is None else room.top.columns.get(room.line.host)
        if host is None:
            raise NotAllowed("not-found")
        picture = Picture(
            line=room.line,
            top=room.top,
            whole=cases.whole(room),
            situations=self._newest(officer, name, "situation"),
            tasks=self._some(officer, name, "task", ("todo", "doing", "blocked"), limits.PAGE_MAX_ROWS),
            events=self._newest(officer, name, "event"),
            entities=self._some(officer, name, "entity", ()),
            officers=self._some(officer, name, "participant", ("on-now",)),
            names={one.node: names[one.node] for one in room.members if one.node in names},
            marks=host.marks,
            at=self._now(),
            issuer=names[cases.node_id],
        )
        made = self._printer.print(situation_report(picture, self._say, lead))
        self._database.write(
            lambda connection: self._record(
                connection,
                at=self._now(),
                actor=officer.id,
                action="case.print",
                thing=room.line.id,
                detail={"reference": room.line.reference, "size_bytes": len(made)},
            )
        )
        return f"{room.line.reference}-situation.pdf", made

    def _newest(self, officer: Officer, name: str, kind: str) -> Sequence[Element]:
        found = self._cases.shared.read.elements(
            officer, name, kind, newest_first=True, rows=limits.CASE_SITUATION_EVENTS
        )
        return [one for one, _at in found]

    def _some(
        self,
        officer: Officer,
        name: str,
        kind: str,
        states: Sequence[str],
        rows: int = limits.CASE_SITUATION_EVENTS,
    ) -> Sequence[Element]:
        found = self._cases.shared.read.elements(officer, name, kind, states=states, rows=rows)
        return [one for one, _at in found]
