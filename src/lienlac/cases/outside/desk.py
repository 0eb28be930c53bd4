"""An officer hands a case out in the form of another program, or takes one in; both are journalled."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from lienlac.cases.entities.graph import graphml
from lienlac.cases.outside import stixed, uco
from lienlac.cases.timeline.rows import csv_of, jsonl_of
from lienlac.errors import NotAllowed
from lienlac.people.rights import Action

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lienlac.cases.entities.desk import Entities
    from lienlac.cases.timeline.desk import Timelines
    from lienlac.people.officer import Officer
    from lienlac.records.shared.desk import Shared
    from lienlac.storage.database import Database

KINDS: Final = ("entity", "relation", "event", "evidence", "custody", "hypothesis", "decision", "task")
"""What of a case goes into another system."""
_TYPES: Final = {
    "timeline.csv": "text/csv; charset=utf-8",
    "timeline.jsonl": "application/jsonl",
    "graph.graphml": "application/xml",
    "case.jsonld": "application/ld+json",
    "case.stix.json": "application/stix+json;version=2.1",
}


class Exports:
    """Forms in which a case can be handed out."""

    def __init__(
        self, shared: Shared, entities: Entities, timelines: Timelines, database: Database, record: Any, now: Any
    ) -> None:
        self._shared = shared
        self._entities = entities
        self._timelines = timelines
        self._database = database
        self._record = record
        self._now = now

    def of(self, officer: Officer, name: str, form: str) -> tuple[str, str, Iterator[str]]:
        """A file name, a media type and the content in pieces. Raises `NotAllowed("not-found")`."""
        with self._database.read() as connection:
            line, _thing = self._shared.read.found(connection, officer, Action.CASE_READ, name)
        if form not in _TYPES:
            raise NotAllowed("not-found")
        pieces = self._pieces(officer, line, form)
        detail = {"reference": line.reference, "form": form}
        self._database.write(
            lambda connection: self._record(
                connection, at=self._now(), actor=officer.id, action="case.export", thing=line.id, detail=detail
            )
        )
        return f"{line.reference}-{form}", _TYPES[form], pieces

    def _pieces(self, officer: Officer, line: Any, form: str) -> Iterator[str]:
        if form.startswith("timeline."):
            rows = self._timelines.rows(officer, line.id)
            return csv_of(rows) if form == "timeline.csv" else jsonl_of(rows)
        if form == "graph.graphml":
            return iter([graphml(self._entities.graph(officer, line.id))])
        elements = {kind: self._entities.every(officer, line.id, kind) for kind in KINDS}
        made = uco.written if form == "case.jsonld" else stixed.written
        top = self._shared.read.room(officer, line.id).top
        return iter([json.dumps(made(line, top, elements), ensure_ascii=False, indent=1)])
