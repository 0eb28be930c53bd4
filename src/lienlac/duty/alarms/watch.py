"""A warning came, time passed: alarms begin, climb the ladder, and end when the step they wait for was taken.

`heard` only stores what the hotline warns of, in the hotline's own transaction: nothing here may keep a request from
being taken. `step` does the rest: one bounded look at every living alarm, nearly free when nothing has changed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, Protocol

from lienlac import ids
from lienlac.duty.alarms import ladder
from lienlac.duty.alarms.alarm import HOLD, Alarm, Cause, Phase, Telling, Warned, about_of, awaits
from lienlac.duty.alarms.ladder import Heard
from lienlac.duty.contacts import quiet
from lienlac.duty.roster import plan
from lienlac.duty.store import alarms as store
from lienlac.duty.store import shifts
from lienlac.notices.notice import Notice
from lienlac.notices.store import queue
from lienlac.people import accounts
from lienlac.people.access import store as access
from lienlac.people.officer import Role
from lienlac.people.rights import Action, may

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.duty.alarms.alarm import Brief
    from lienlac.duty.alarms.ladder import Person
    from lienlac.ids import Chance
    from lienlac.people.officer import Officer

NODE: Final = "node"
"""Who acts when nobody does."""


class Requests(Protocol):
    """What the slice that has the requests says of them; the assembly hands it in."""

    def brief(self, connection: Connection, request_id: str, /) -> Brief | None:
        """The request as duty needs it; None when there is none."""
        ...

    def stamps(self, connection: Connection, request_ids: Sequence[str], /) -> Mapping[str, int]:
        """For each request a number that changes whenever the request does."""
        ...


class NamedOfficers(Protocol):
    """Where the officer named in an agreement is found and reached."""

    def named(self, connection: Connection, peer: str, now: datetime, /) -> tuple[str, str] | None:
        """Owner of a channel, and name; None where no agreement is in force."""
        ...


class Record(Protocol):
    """The journal's way of writing one entry in the caller's transaction."""

    def __call__(
        self,
        connection: Connection,
        *,
        at: datetime,
        actor: str,
        action: str,
        thing: str,
        detail: Mapping[str, object] | None = None,
    ) -> str:
        """Returns the entry's digest."""
        ...


class AlarmWatch:
    """The alarms of one node while nobody acts."""

    def __init__(self, *, requests: Requests, named: NamedOfficers, chance: Chance, record: Record) -> None:
        self._requests = requests
        self._named = named
        self._chance = chance
        self._record = record

    def heard(self, connection: Connection, brief: Brief, clock_name: str, warned: Warned) -> Alarm:
        """The hotline warns: a new alarm, or the same one again with a later warning."""
        known = store.of_clock(connection, brief.request_id, clock_name)
        if known is None:
            alarm = Alarm(
                id=ids.new_id("alm", self._chance),
                request_id=brief.request_id,
                reference=brief.reference,
                kind=brief.kind,
                urgency=brief.urgency,
                direction=brief.direction,
                peer=brief.peer,
                drill=brief.drill,
                clock=clock_name,
                warned=warned,
                phase=Phase.OPEN,
                began_at=warned.at,
            )
        else:
            alarm = replace(known, warned=warned, phase=Phase.OPEN, taken_at=None, ended_at=None)
        store.put(connection, alarm, climb=warned.at, stamp=-1)
        return alarm

    def step(self, connection: Connection, now: datetime) -> tuple[str, ...]:
        """End what is done, tell whom it is time to tell; the alarms that changed."""
        living = store.live(connection)
        changed = self._end_what_is_done(connection, living, now)
        standing = {alarm.id: alarm for alarm, _ in living if alarm.id not in changed}
        to_climb = {*store.climbing(connection, now), *queue.in_vain(connection, list(standing))}
        rising = [alarm for alarm in standing.values() if alarm.id in to_climb and alarm.phase is Phase.OPEN]
        if rising:
            officers = {officer.id: officer for officer, _ in accounts.every(connection)}
            edge = shifts.next_edge(connection, now)
            for alarm in rising:
                if self._climb(connection, alarm, officers, edge, now):
                    changed.add(alarm.id)
        return tuple(sorted(changed))

    def _end_what_is_done(self, connection: Connection, living: Sequence[tuple[Alarm, int]], now: datetime) -> set[str]:
        """Only requests that changed since the last look are looked at."""
        stamps = self._requests.stamps(connection, sorted({alarm.request_id for alarm, _ in living}))
        ended = set()
        for alarm, stamp in living:
            present = stamps.get(alarm.request_id)
            if present == stamp:
                continue
            brief = None if present is None else self._requests.brief(connection, alarm.request_id)
            if present is not None and brief is not None and awaits(brief, alarm.clock):
                store.restamp(connection, alarm.id, present)
                continue
            self._end(connection, alarm, now)
            ended.add(alarm.id)
        return ended

    def _end(self, connection: Connection, alarm: Alarm, now: datetime) -> None:
        store.put(connection, replace(alarm, phase=Phase.ENDED, ended_at=now), climb=None, stamp=-1)
        queue.withdraw(connection, alarm.id, now)
        detail = {"alarm": alarm.id, "clock": alarm.clock, "reference": alarm.reference, "drill": alarm.drill}
        self._record(connection, at=now, actor=NODE, action="alarm.end", thing=alarm.request_id, detail=detail)

    def _climb(
        self,
        connection: Connection,
        alarm: Alarm,
        officers: Mapping[str, Officer],
        edge: datetime | None,
        now: datetime,
    ) -> bool:
        """Tell whom it is time to tell; looked at again when the ladder says so, or when a shift changes (`edge`)."""
        people = self._people(connection, alarm, officers, now)
        before = store.tellings(connection, [alarm.id])[alarm.id]
        told = self._told(connection, [one for one in before if one.warned == alarm.warned])
        due = ladder.due(alarm.warned, alarm.phase, alarm.urgency, people, told, now)
        for number, person in enumerate(due, len(before) + 1):
            self._tell(connection, alarm, person, officers.get(person.owner), number, now)
        told |= {person.owner: Heard.PENDING for person in due}
        climb = ladder.next_climb(alarm.warned, alarm.phase, alarm.urgency, people, told, now)
        store.reclimb(connection, alarm.id, min((at for at in (climb, edge) if at is not None), default=None))
        if not people and not before:
            detail = {"alarm": alarm.id, "clock": alarm.clock, "reference": alarm.reference, "drill": alarm.drill}
            self._record(connection, at=now, actor=NODE, action="alarm.nobody", thing=alarm.request_id, detail=detail)
        return bool(due)

    def _tell(
        self, connection: Connection, alarm: Alarm, person: Person, officer: Officer | None, number: int, now: datetime
    ) -> None:
        notice = Notice(
            id=ids.new_id("ntc", self._chance),
            owner=person.owner,
            about=about_of(alarm.kind, alarm.warned.cause),
            urgency=alarm.urgency,
            path=alarm.path,
            thing=alarm.id,
            kind=alarm.kind,
            reference=alarm.reference,
            percent=alarm.warned.percent,
            drill=alarm.drill,
        )
        begins = now
        if officer is not None:
            begins = quiet.not_before(shifts.quiet(connection, officer.id), officer.time_zone, alarm.urgency, now)
        queue.put(connection, notice, at=now, not_before=begins)
        telling = Telling(
            alarm_id=alarm.id,
            number=number,
            owner=person.owner,
            name=person.name,
            place=person.place,
            rank=person.rank,
            warned=alarm.warned,
            at=now,
            not_before=begins,
            notice_id=notice.id,
        )
        store.add_telling(connection, telling)
        detail = {
            "alarm": alarm.id,
            "reference": alarm.reference,
            "owner": person.owner,
            "place": person.place.value,
            "cause": alarm.warned.cause.value,
            "percent": alarm.warned.percent,
            "notice": notice.id,
            "drill": alarm.drill,
        }
        self._record(connection, at=now, actor=NODE, action="alarm.tell", thing=alarm.request_id, detail=detail)

    def _people(
        self, connection: Connection, alarm: Alarm, known: Mapping[str, Officer], now: datetime
    ) -> tuple[Person, ...]:
        """Everybody who may be told, as it stands now: active accounts that may know of the request, and no others."""
        thing = access.thing(connection, alarm.request_id)

        def tellable(officer: Officer | None) -> bool:
            return officer is not None and may(officer, Action.ALARM_TAKE) and may(officer, alarm.sight, thing)

        on_call = [
            known[shift.officer_id]
            for shift in plan.on_call(shifts.at(connection, now), now)
            if tellable(known.get(shift.officer_id))
        ]
        supervisors = [one for one in known.values() if Role.SUPERVISOR in one.roles and tellable(one)]
        holder = known.get(alarm.holder or "")
        return ladder.chain(
            [_pair(one) for one in on_call],
            [_pair(one) for one in supervisors],
            self._named.named(connection, alarm.peer, now),
            _pair(holder) if holder is not None and tellable(holder) else None,
        )

    def _told(self, connection: Connection, tellings: Sequence[Telling]) -> dict[str, Heard]:
        outcomes = queue.outcomes(connection, store.notice_ids(tellings))
        return {one.owner: heard_of(outcomes.get(one.notice_id)) for one in tellings}


def clock_of(cause: Cause, name: str | None) -> str:
    """The clock that an alarm of this cause is about."""
    if cause is Cause.NEW:
        return "acknowledge"
    return HOLD if cause is Cause.HOLD_ENDS or name is None else name


def _pair(officer: Officer) -> tuple[str, str]:
    return officer.id, officer.name


def heard_of(outcome: queue.Outcome | None) -> Heard:
    """Whether a notice reached its reader."""
    if outcome is None or outcome.state == queue.SENT:
        return Heard.REACHED  # a notice pruned long ago counts as heard
    vain = outcome.state in (queue.NOBODY, queue.EXPIRED) or (outcome.state == queue.WAITING and outcome.rounds > 0)
    return Heard.UNREACHED if vain else Heard.PENDING
