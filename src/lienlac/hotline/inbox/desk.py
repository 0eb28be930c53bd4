"""What duty and emergency channels ask of the requests: how one stands, what is open. The assembly hands it over.

Knows nothing of either: names and shapes are the hotline's own.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from lienlac.errors import NotAllowed
from lienlac.hotline import store
from lienlac.hotline.deadlines import Running, clocks, warnings
from lienlac.hotline.inbox.store import Filter, request_table, summaries
from lienlac.hotline.kinds import BY_KIND
from lienlac.hotline.lifecycle import ClockName, State, Step
from lienlac.hotline.naming import walk
from lienlac.people.rights import Action, may, scope_of
from lienlac.records.briefed import Brief
from lienlac.records.onward import Onward, together
from lienlac.vocabulary import legal_bases, request_kinds, typologies

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.hotline.desk import Hotline
    from lienlac.hotline.inbox.store import Summary
    from lienlac.people.officer import Officer


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What became of a request, by the instants that receipts state; None has not happened."""

    reference: str
    state: str
    sent_at: datetime
    received_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str


ADVICE: Final = ("hotline.tech-advice", "hotline.legal-info")
"""Kinds that a drill asks for: they reach nobody outside and carry nobody's data."""
_SUBJECT: Final = "Diễn tập / Drill"
_QUESTION: Final = (
    "Đây là diễn tập, không có vụ việc thật. Đề nghị tiếp nhận và trả lời như thường lệ.\n"
    "This is a drill, there is no real case. Please acknowledge and answer as usual."
)


class ForDuty:
    """The requests of one node, as duty needs them."""

    def __init__(self, hotline: Hotline) -> None:
        self._hotline = hotline

    def brief(self, connection: Connection, request_id: str) -> Brief | None:
        """One request; None when there is none."""
        request = store.request(connection, request_id)
        if request is None:
            return None
        ours = request.requester == self._hotline.node_id
        dues = clocks(request)
        running = {due.clock.value for due in dues if due.running is Running.RUNS}
        if request.state is State.DELIVERED:
            running.add(ClockName.ACKNOWLEDGE.value)  # also where no time was agreed for it
        coming = warnings(request, dues, ours=ours)
        return Brief(
            request_id=request.id,
            reference=request.reference,
            kind=request.kind,
            urgency=request.opening.body.urgency.value,
            direction="out" if ours else "in",
            peer=request.executor if ours else request.requester,
            drill=bool(getattr(request.opening.body, "drill", False)),
            running=frozenset(running),
            held=any(warned.code == "hold-ends" for warned in coming),
        )

    def stamps(self, connection: Connection, request_ids: Sequence[str]) -> dict[str, int]:
        """For each request a number that changes with its inbox line, which changes with every message and receipt."""
        table = request_table.c
        columns = (table.request_id, table.state, table.due_us, table.due_clock, table.messages, table.updated_us)
        query = sa.select(*columns).where(table.request_id.in_(request_ids))
        return {row.request_id: _stamp(row[1:]) for row in connection.execute(query)} if request_ids else {}

    def open_lines(self, officer: Officer, *, rows: int) -> tuple[list[Summary], int]:
        """Open requests of both directions, the one due first on top, and how many more there are."""
        found, more = [], 0
        for direction, counted in self._hotline.counts(officer, self._hotline.now()).items():
            page = self._hotline.inbox(officer, Filter(direction=direction), rows=rows)
            found += page.rows
            more += max(0, counted.open - len(page.rows))
        return found, more

    def open_drill(self, officer: Officer, peer: str, urgency: str, key: str) -> str:
        """Send a test request, marked as one, once for each key; its id. Raises `NotAllowed`, `Refused`."""
        partner = next((known for known in self._hotline.partners() if known.node_id == peer), None)
        if partner is None:
            raise NotAllowed("no-agreement", peer=peer)
        agreed = partner.terms.agreement
        covered = {terms.kind for terms in agreed.kinds}
        name = next((kind for kind in ADVICE if kind in covered), None)
        if name is None:
            raise NotAllowed("drill-kind", peer=peer)
        kind = BY_KIND[name]
        basis = "contact-network-24-7" if "contact-network-24-7" in agreed.legal_bases else agreed.legal_bases[0]
        plain = [code for code in agreed.typologies if code in typologies and not typologies.get(code).needs_element]
        form = {
            "kind": kind.name,
            "to": peer,
            "urgency": urgency,
            "purpose": next((purpose for purpose in agreed.purposes if purpose in kind.purposes), ""),
            "legal_basis": basis,
            "legal_basis_text": _SUBJECT if legal_bases.get(basis).needs_text else "",
            "typology": next(iter(plain), ""),
            "subject": _SUBJECT,
            "question": _QUESTION,
            "drill": True,
        }
        return self._hotline.open(officer, self._hotline.read_opening(form, officer), once=key).id

    def run(self, connection: Connection, request_id: str) -> Ran | None:
        """What became of a request of ours."""
        request = store.request(connection, request_id)
        if request is None:
            return None
        opening = request.opening
        taken = next((fact for fact in request.timeline if fact.step is Step.ACKNOWLEDGE), None)
        return Ran(
            reference=request.reference,
            state=request.state.value,
            sent_at=opening.header.sent_at,
            received_at=opening.received_at,
            acknowledged_at=None if taken is None else taken.received_at or taken.header.sent_at,
            acknowledged_by="" if taken is None else taken.body.officer.name,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """A request of a channel in one line; `said` is its state as a msgid."""

    request_id: str
    reference: str
    kind: str
    state: str
    said: str
    tone: str
    direction: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """A request in the words by which something bigger is raised from it."""

    request_id: str
    reference: str
    peer: str
    typology: str
    drill: bool


class ForEmergencies:
    """The requests of one node, as emergency channels need them. Knows nothing of channels beyond a case's id."""

    def __init__(self, hotline: Hotline, words: Callable[[str, str], tuple[str, str]]) -> None:
        """`words`: a state as people read it from a direction, and how that looks."""
        self._hotline = hotline
        self._words = words

    def linked(self, connection: Connection, officer: Officer, ids: Sequence[str]) -> list[Linked]:
        """Those of these requests that the officer may know of."""
        if not may(officer, Action.REQUEST_READ):
            return []
        found = summaries(connection, ids, scope_of(officer))
        return [
            Linked(
                request_id=row.request_id,
                reference=row.reference,
                kind=row.kind,
                state=row.state.value,
                said=said,
                tone=tone,
                direction=row.direction,
                due_at=None if row.rests else row.due_at,
            )
            for row in found
            for said, tone in [self._words(row.direction, row.state.value)]
        ]

    def matter(self, officer: Officer, name: str) -> Matter:
        """A request by id or reference. Raises `NotAllowed("not-found" | "reference-ambiguous")`."""
        request = self._hotline.show(officer, name).request
        ours = request.requester == self._hotline.node_id
        return Matter(
            request_id=request.id,
            reference=request.reference,
            peer=request.executor if ours else request.requester,
            typology=request.opening.header.typology or "",
            drill=request.body.drill,
        )

    def link_of(self, connection: Connection, request_id: str) -> tuple[str, str] | None:
        """The case that a request's header names, and the peer; None where it names none."""
        request = store.request(connection, request_id)
        if request is None or request.opening.header.case_id is None:
            return None
        ours = request.requester == self._hotline.node_id
        return request.opening.header.case_id, request.executor if ours else request.requester


class ForCases:
    """The requests of one node, as cases need them. Knows nothing of cases."""

    def __init__(self, hotline: Hotline) -> None:
        self._hotline = hotline

    def onward(self, officer: Officer, name: str) -> Onward:
        """A request by id or reference. Raises `NotAllowed("not-found" | "reference-ambiguous")`.

        Once the other side has said something of it, it goes to nobody else, and serves no purpose but those granted.
        """
        request = self._hotline.show(officer, name).request
        own, header = self._hotline.node_id, request.opening.header
        theirs = any(fact.header.sender != own for fact in request.facts.values())
        peer = request.executor if request.requester == own else request.requester
        asked = [one for one in request.uses if one.asked.header.sender == own]
        granted = [one for one in asked if one.answered is not None and one.answered.body.granted]
        uses = {header.purpose, *(one.asked.body.purpose for one in granted)}
        return Onward(
            kind="request",
            id=request.id,
            target=request.id,
            access=request.id,
            reference=request.reference,
            path=f"/requests/{request.id}",
            title_vi=f"{request_kinds.label(request.kind, 'vi')} ({request.reference})",
            title_en=f"{request_kinds.label(request.kind, 'en')} ({request.reference})",
            marks=together([fact.header.marks for fact in request.facts.values()]),
            purpose=header.purpose,
            legal_basis=header.legal_basis,
            legal_basis_text=header.legal_basis_text,
            typology=header.typology or "",
            drill=request.body.drill,
            uses=frozenset(uses) if theirs else None,
            only=frozenset({peer}) if theirs else None,
            mentions=walk.mentions(request),
        )


def _stamp(row: Any) -> int:
    return zlib.crc32(repr(tuple(row)).encode())
