"""An officer hands a case out in the form of another program, or takes one in; both are journalled."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from lienlac import limits
from lienlac import vocabulary as words
from lienlac.cases.entities.graph import graphml
from lienlac.cases.outside import iris, stixed, uco
from lienlac.cases.timeline.rows import csv_of, jsonl_of
from lienlac.errors import NotAllowed, Refused
from lienlac.people.rights import Action
from lienlac.records.shared.desk import Say
from lienlac.records.shared.fold import derived
from lienlac.records.shared.keeping.desk import require_in
from lienlac.records.shared.shape import kind_of
from lienlac.wire.message import Pap, Tlp

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lienlac.cases.entities.desk import Entities
    from lienlac.cases.timeline.desk import Timelines
    from lienlac.people.officer import Officer
    from lienlac.records.shared.desk import Shared
    from lienlac.storage.database import Database
    from lienlac.wire.message import Marks

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


class Imports:
    """Cases of other programs, taken into one of ours."""

    def __init__(self, shared: Shared, database: Database, record: Any, now: Any) -> None:
        self._shared = shared
        self._database = database
        self._record = record
        self._now = now

    def take(
        self, officer: Officer, name: str, form: str, pieces: Iterable[bytes], marks: Marks
    ) -> tuple[int, Mapping[str, int]]:
        """How many words are new here, and what was left, by its kind; the same file taken in twice is there once.

        `marks` are the least that each bears: what is marked more strictly in the file stays so.

        Raises `NotAllowed`: `not-found`, `shared-no-part`; `Refused`: `case-bundle`, `case-bundle-size`.
        """
        with self._database.read() as connection:
            line, _thing = self._shared.read.found(connection, officer, Action.CASE_WRITE, name)
            require_in(line)
        data = _whole(pieces)
        if form == "stix":
            taken = stixed.read(data, lambda foreign: derived("ent", line.id, foreign))
        elif form == "iris":
            taken = iris.read(data, self._shared.node_id)
        else:
            raise Refused("choice-unknown", field="kind")
        prefixes = self._shared.shape.prefixes
        says = [
            Say(
                says=word,
                marks=_at_least(marks, *taken.borne.get(foreign, ("", ""))),
                element=derived(prefixes[kind_of(word)], line.id, foreign),
            )
            for foreign, word in taken.words
        ]
        new = 0
        for start in range(0, len(says), limits.CASE_IMPORT_FACTS):
            stretch = says[start : start + limits.CASE_IMPORT_FACTS]
            known = self._shared.read.some(officer, line.id, [one.element for one in stretch])
            fresh = [one for one in stretch if one.element not in known]
            new += len(self._shared.state(officer, line.id, fresh).statements) if fresh else 0
        detail = {"reference": line.reference, "form": form, "new": new, "left": dict(taken.left)}
        self._database.write(
            lambda connection: self._record(
                connection, at=self._now(), actor=officer.id, action="case.import", thing=line.id, detail=detail
            )
        )
        return new, taken.left


def _at_least(marks: Marks, tlp: str, pap: str) -> Marks:
    """The stricter of what the officer chose and what a word was marked with."""
    return replace(
        marks,
        tlp=Tlp(words.tlp.strictest((marks.tlp.value, tlp or marks.tlp.value))),
        pap=Pap(words.pap.strictest((marks.pap.value, pap or marks.pap.value))),
    )


def _whole(pieces: Iterable[bytes]) -> bytes:
    data = bytearray()
    for piece in pieces:
        data += piece
        if len(data) > limits.CASE_BUNDLE_MAX_BYTES:
            raise Refused("case-bundle-size", limit_bytes=limits.CASE_BUNDLE_MAX_BYTES)
    return bytes(data)
