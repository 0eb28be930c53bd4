"""A stage for duty: one node's slice with real officers, channels and database; requests as a slice would tell of them."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from lienlac import journal
from lienlac.agreements.terms import Terms
from lienlac.duty.alarms.alarm import Cause, Warned
from lienlac.duty.desk import Duty
from lienlac.duty.roster.shift import Draft
from lienlac.exchange.post import Outgoing, Sent
from lienlac.notices.channels import ChannelKind
from lienlac.notices.courier.carried import NotDeliveredError, Parcel
from lienlac.notices.courier.ways import Allowed
from lienlac.people import accounts, store
from lienlac.people.access import store as access
from lienlac.people.access.store import Relation
from lienlac.people.officer import Officer, Role
from lienlac.records.briefed import Brief
from lienlac.storage.database import Database
from lienlac.wire.bodies.agreement import KindTerms
from tests.hotline.scene import agreement, header_of
from tests.notices.scene import CHEAP, SAFE, Desk
from tests.people.offices import office
from tests.world.fakes import START, HandClock, SeededChance

US, VN = "us-fbi", "vn-a05"
HOUR = timedelta(hours=1)
REQUEST = "req-" + "a" * 26


def agreed(**changes: Any) -> Any:
    document = agreement(**changes)
    if "kinds" not in changes:
        document = dataclasses_replace(document, kinds=(*document.kinds, KindTerms(kind="duty.on-call")))
    return document


def dataclasses_replace(struct: Any, **changes: Any) -> Any:
    import msgspec

    return msgspec.structs.replace(struct, **changes)


@dataclass
class Road:
    """The network of notices: what it carried, and which owners' addresses are out of reach."""

    carried: list[Parcel] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)

    async def carry(self, parcel: Parcel) -> None:
        if parcel.notice.owner in self.broken or "*" in self.broken:
            raise NotDeliveredError("notice-unreachable", final=True)
        self.carried.append(parcel)

    @property
    def owners(self) -> list[str]:
        return [parcel.notice.owner for parcel in self.carried]


@dataclass
class Requests:
    """Whoever holds the requests, as far as duty asks."""

    known: dict[str, Brief] = field(default_factory=dict)
    changes: dict[str, int] = field(default_factory=dict)
    items: list[Any] = field(default_factory=list)

    def put(self, **more: Any) -> Brief:
        values: dict[str, Any] = {
            "request_id": REQUEST, "reference": "US-2026-000017", "kind": "hotline.freeze-payment", "urgency": "hot",
            "direction": "in", "peer": US, "drill": False, "running": frozenset({"acknowledge"}), "held": False,
        }  # fmt: skip
        brief = Brief(**{**values, **more})
        self.known[brief.request_id] = brief
        self.changes[brief.request_id] = self.changes.get(brief.request_id, 0) + 1
        return brief

    def brief(self, _connection: Any, request_id: str, /) -> Brief | None:
        return self.known.get(request_id)

    def stamps(self, _connection: Any, ids: Any, /) -> dict[str, int]:
        return {one: self.changes[one] for one in ids if one in self.changes}

    def open_lines(self, _officer: Officer, /, *, rows: int) -> tuple[list[Any], int]:
        return list(self.items[:rows]), max(0, len(self.items) - rows)


@dataclass
class Wire:
    """Implements `Sender`; what it took waits here."""

    node_id: str
    clock: HandClock
    sent: list[tuple[Any, Any]] = field(default_factory=list)
    refuses: Exception | None = None

    def send(self, _connection: Any, outgoing: Outgoing, /) -> Sent:
        if self.refuses is not None:
            raise self.refuses
        number = len(self.sent) + 1
        header = header_of(
            self.node_id, outgoing.recipient, outgoing.kind, number, "", self.clock.now(), token=f"{number}",
            outgoing=outgoing,
        )  # fmt: skip
        self.sent.append((header, outgoing.body))
        return Sent(header=header, digest=f"{number:064x}")


@dataclass
class Agreed:
    """The agreement in force with the one partner."""

    document: Any = field(default_factory=agreed)

    def peers(self, _connection: Any, /) -> list[Any]:
        return [SimpleNamespace(node_id=US)]

    def terms_in_force(self, _connection: Any, _peer: str, /) -> Terms | None:
        return None if self.document is None else Terms(self.document)


class Stage:
    """Everything together. Officers: first, second, third on call from START for a day, and a boss."""

    def __init__(self, database: Database, *, roster: bool = True) -> None:
        self.database = database
        self.clock = HandClock()
        self.requests, self.road = Requests(), Road()
        self.wire, self.agreed = Wire(VN, self.clock), Agreed()
        self.desk = Desk(database, clock=self.clock)
        self.desk.ways = {ChannelKind.EMAIL: self.road}
        self.heard: list[tuple[str, str]] = []
        self.duty = Duty(
            node_id=VN, country="VN", zone="Asia/Ho_Chi_Minh", database=database, clock=self.clock,
            chance=SeededChance("duty"), safe=SAFE, sender=self.wire, agreements=self.agreed,
            allowed=Allowed(), record=journal.record, changed=lambda topic, thing: self.heard.append((topic, thing)),
        )  # fmt: skip
        self.duty.serve(self.requests)
        self.record = self.duty.listening(journal.record)
        self.officers: dict[str, Officer] = {}
        for login in ("first", "second", "third"):
            self.hire(login)
        self.hire("boss", Role.SUPERVISOR)
        self.hire("admin", Role.ADMINISTRATOR)
        if roster:
            for line, login in enumerate(("first", "second", "third"), 1):
                self.shift(login, 0, 24, line)

    def hire(self, login: str, role: Role = Role.DUTY_OFFICER, *, channel: bool = True, **more: Any) -> Officer:
        made = self.database.write(
            lambda connection: accounts.create(
                connection, login=login, name=f"Officer {login}", unit=office(connection, "Cục A05"), roles=(role,),
                secrets=accounts.make_secrets(self.desk.chance, CHEAP), safe=SAFE, now=self.clock.now(),
                chance=self.desk.chance, language="en", **more,
            )
        ).officer  # fmt: skip
        self.officers[login] = made
        if channel:
            self.desk.channel(made.id, ChannelKind.EMAIL, f"{login}@a05.example")
        return made

    def fire(self, login: str) -> None:
        closed = dataclasses.replace(self.officers[login], active=False)
        self.database.write(lambda connection: store.update_officer(connection, closed))

    def shift(self, login: str, begins_h: float, ends_h: float, line: int = 1) -> Any:
        draft = Draft(officer=login, unit="", line=line, begins=START + begins_h * HOUR, ends=START + ends_h * HOUR)
        return self.duty.roster.add(self.officers["boss"], draft)

    def restrict(self, request_id: str, login: str) -> None:
        """From now on only this officer may know of a request."""
        officer, now = self.id(login), self.clock.now()
        self.database.write(
            lambda connection: access.add(connection, request_id, Relation.ALLOWED, [officer], by=officer, at=now)
        )

    def id(self, login: str) -> str:
        return self.officers[login].id

    def login(self, owner: str) -> str:
        return next((login for login, officer in self.officers.items() if officer.id == owner), owner)

    def warn(self, cause: Cause = Cause.DUE, percent: int | None = 50, clock: str = "acknowledge") -> None:
        """The hotline's watch writes its journal entry."""
        self.database.write(
            lambda connection: self.record(
                connection, at=self.clock.now(), actor="node", action=f"request.{cause.value}", thing=REQUEST,
                detail={"reference": "US-2026-000017", "clock": clock, "percent": percent},
            )
        )  # fmt: skip

    def arrive(self, **more: Any) -> None:
        """A new request is taken by the hotline, and duty hears of it."""
        brief = self.requests.put(**more)
        arrived = SimpleNamespace(
            ours=False, header=SimpleNamespace(record_id=brief.request_id), received_at=self.clock.now()
        )
        self.database.write(lambda connection: self.duty.opened(connection, arrived))  # type: ignore[arg-type]

    def done(self, running: frozenset[str] = frozenset()) -> None:
        """The awaited step was taken."""
        self.requests.put(running=running)

    def turn(self, minutes: float = 0, *, seconds: float = 0) -> None:
        """Time passes, and the loop turns once: alarms, statements, notices."""
        self.clock.turn(minutes * 60 + seconds)
        self.duty.watch(self.clock.now())
        self.deliver()

    def deliver(self) -> None:
        worker = self.desk.rounds()
        while asyncio.run(worker.deliver_due(self.clock.now())):
            pass

    def told(self) -> list[str]:
        """Whose notices were really sent, in order."""
        return [self.login(owner) for owner in self.road.owners]

    def alarm(self) -> Any:
        return self.duty.alarms.listed(self.officers["boss"], live=False)[0]

    def entries(self, thing: str = REQUEST) -> list[tuple[str, str]]:
        with self.database.read() as connection:
            return [(entry.action, entry.actor) for entry in reversed(journal.about(connection, thing, rows=200))]

    @contextmanager
    def reading(self) -> Iterator[Any]:
        with self.database.read() as connection:
            yield connection

    def at(self, hours: float) -> datetime:
        return START + hours * HOUR


__all__ = ["Cause", "Stage", "Warned"]
