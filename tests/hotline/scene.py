"""A small stage for the hotline: two slices joined by a pretend wire, a hand-turned clock, forms that are right."""

from __future__ import annotations

import functools
import itertools
import random
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from lienlac import journal
from lienlac.agreements.terms import Terms
from lienlac.errors import Refused
from lienlac.exchange.post import Arrived, Outgoing, Sent, Settled
from lienlac.hotline.desk import Hotline
from lienlac.hotline.forms.openings import read_opening
from lienlac.hotline.forms.steps import read_step
from lienlac.hotline.kinds import REQUEST_KINDS
from lienlac.hotline.kinds.steps import CONSIDERED
from lienlac.hotline.lifecycle import Step
from lienlac.hotline.request import Request
from lienlac.identifiers.index.desk import Index
from lienlac.keys.rest.safe import Safe
from lienlac.people.officer import Officer, Role
from lienlac.releases.release import Release
from lienlac.storage.database import Database
from lienlac.vocabulary import legal_bases, purposes, refusals, typologies
from lienlac.wire.bodies.agreement import Agreement, Clock, ContactPoint, KindTerms, Party
from lienlac.wire.message import Header, Lane, Marks, Pap, Tlp
from lienlac.wire.receipt import Verdict

START = datetime(2026, 11, 23, 3, 5, tzinfo=UTC)
VN, US = "vn-a05", "us-fbi"
SAFE = Safe(b"k" * 32)
AGREEMENT_ID = "agr-" + "a" * 26

VN_OFFICER = Officer(
    id="off-" + "v" * 26, login="anh", name="Nguyễn Thị Ánh", unit="A05", roles=frozenset({Role.DUTY_OFFICER})
)
US_OFFICER = Officer(
    id="off-" + "u" * 26, login="mark", name="Mark Hill", unit="IC3 RAT", roles=frozenset({Role.DUTY_OFFICER})
)
AUDITOR = Officer(id="off-" + "w" * 26, login="kt", name="Kiểm tra", unit="Thanh tra", roles=frozenset({Role.AUDITOR}))


def agreement(**changes: Any) -> Agreement:
    minute, hour, day = 60, 3600, 86400

    def clocks(execute: int, *more: Clock) -> tuple[Clock, ...]:
        return (
            Clock(step="correct", seconds=5 * day),
            *more,
            Clock(step="receipt", seconds=5 * minute),
            Clock(step="acknowledge", seconds=30 * minute),
            Clock(step="acknowledge", seconds=day, urgency="normal"),
            Clock(step="decide", seconds=4 * hour),
            Clock(step="execute", seconds=execute),
        )

    def party(node_id: str) -> Party:
        contact = ContactPoint(desk="Duty desk", phone="+1 202 555 0100", email="duty@example.org", named_officer="Nn")
        return Party(node_id=node_id, name_vi=node_id, name_en=node_id, fingerprint="1", contact=contact)

    values: dict[str, Any] = {
        "agreement_id": AGREEMENT_ID,
        "version": 1,
        "proposed_at": START,
        "parties": (party(VN), party(US)),
        "kinds": tuple(
            KindTerms(kind=kind.kind, clocks=clocks(8 * hour if kind.name == "freeze-payment" else day))
            for kind in REQUEST_KINDS
        ),
        "purposes": purposes.codes(),
        "legal_bases": legal_bases.codes(),
        "typologies": typologies.codes(),
        "refusal_grounds": refusals.codes(),
        "tlp_ceiling": Tlp.AMBER_STRICT,
        "pap_ceiling": Pap.RED,
        "retention_days": 1825,
        "no_receipt_warning_s": 300,
    }
    return Agreement(**{**values, **changes})


def freeze_form(**changes: Any) -> dict[str, Any]:
    form: dict[str, Any] = {
        "kind": "freeze-payment",
        "urgency": "hot",
        "purpose": "stop-funds",
        "legal_basis": "bilateral-arrangement",
        "legal_basis_text": "Arrangement of 11 September 2024, article 4",
        "typology": "fxp-rig",
        "case_number": "IC3-2026-4417",
        "beneficiaries": [{"form": "vn", "bin": "970436", "number": "0071000123456", "holder_name": "NGUYEN VAN A"}],
        "victims": [{"form": "us", "aba": "021000021", "number": "483920017"}],
        "amount": {"amount": "48250.00", "currency": "USD"},
        "transferred_at": "2026-11-22T20:14:00-05:00",
        "payment_reference": "FT26327-88",
        "recall": "sent",
        "facts": "The victim paid into a fake forex platform called GoldenTrade FX.",
        "victim": {"identified": True},
        "phone": "+1 202 555 0100",
    }
    return {**form, **changes}


def preserve_form(**changes: Any) -> dict[str, Any]:
    form: dict[str, Any] = {
        "kind": "preserve-data",
        "urgency": "normal",
        "purpose": "preserve-evidence",
        "legal_basis": "contact-network-24-7",
        "legal_basis_text": "24/7 network",
        "typology": "fxp-rig",
        "case_number": "IC3-2026-4417",
        "authority": "IC3",
        "offence": "Wire fraud",
        "facts": "The platform's server stands with a Vietnamese provider.",
        "data": "Login records and subscriber data of the server.",
        "link": "The server held the victims' trading accounts.",
        "custodian": "VNPT",
        "identifiers": [{"type": "ip", "value": "203.0.113.7"}],
        "necessity": "Logs are kept for 30 days only.",
        "mla_intended": True,
        "confidential": True,
        "period_days": 90,
    }
    return {**form, **changes}


@dataclass
class HandClock:
    at: datetime = START

    def now(self) -> datetime:
        return self.at

    def turn(self, **lengths: float) -> None:
        self.at += timedelta(**lengths)


@dataclass
class SeededChance:
    seed: int = 1

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def token(self, count_bytes: int) -> bytes:
        return self._random.randbytes(count_bytes)


@dataclass
class Wire:
    """Implements `Sender` for one node; what it took waits here until the test delivers it."""

    node_id: str
    clock: HandClock
    chance: SeededChance
    waiting: deque[tuple[Header, Any, str]] = field(default_factory=deque)
    numbers: Any = field(default_factory=lambda: itertools.count(1))

    def send(self, connection: Any, outgoing: Outgoing, /) -> Sent:
        del connection
        number = next(self.numbers)
        header = header_of(
            self.node_id, outgoing.recipient, outgoing.kind, number, outgoing.record_id or "", self.clock.now(),
            token=self.chance.token(16).hex(), outgoing=outgoing,
        )  # fmt: skip
        digest = f"{self.node_id[:2].encode().hex()}{number:060x}"
        self.waiting.append((header, outgoing.body, digest))
        return Sent(header=header, digest=digest)


def header_of(
    sender: str, recipient: str, kind: str, sequence: int, record_id: str, at: datetime, *, token: str = "",
    outgoing: Outgoing | None = None,
) -> Header:  # fmt: skip
    letters = "abcdefghijklmnopqrstuvwxyz234567"
    source = random.Random(token or f"{sender}{sequence}{kind}")
    marks = outgoing.marks if outgoing else None
    return Header(
        id="msg-" + "".join(source.choices(letters, k=26)),
        kind=kind,
        version=1,
        sender=sender,
        recipient=recipient,
        lane=Lane.URGENT,
        sequence=sequence,
        previous="0" * 64,
        sent_at=at,
        expires_at=at + timedelta(days=30),
        agreement_id=AGREEMENT_ID,
        purpose=outgoing.purpose if outgoing else "stop-funds",
        legal_basis=outgoing.legal_basis if outgoing else "interpol",
        legal_basis_text=outgoing.legal_basis_text if outgoing else "",
        typology=outgoing.typology if outgoing else None,
        marks=marks or Marks(tlp=Tlp.AMBER, pap=Pap.AMBER),
        addressees=outgoing.addressees if outgoing else ("duty-desk",),
        record_id=record_id,
    )


@dataclass
class Agreed:
    """The agreement in force with every peer."""

    document: Agreement = field(default_factory=agreement)
    parties: list[Any] = field(default_factory=list)

    def peers(self, connection: Any, /) -> list[Any]:
        del connection
        return self.parties

    def terms_in_force(self, connection: Any, peer_id: str, /) -> Terms | None:
        del connection, peer_id
        return Terms(self.document)


@dataclass
class Side:
    """One node of the stage."""

    node_id: str
    officer: Officer
    database: Database
    clock: HandClock
    wire: Wire
    hotline: Hotline
    agreed: Agreed
    refusals: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)

    def open(self, form: dict[str, Any]) -> Request:
        peers = [(self.other, self.agreed.document)]

        def find(name: str) -> Any:
            return self.hotline.earlier(self.officer, name)

        opening = read_opening(form, self.clock.now(), peers, us=self.node_id, find=find)
        return sent(self.hotline.open(self.officer, opening))

    @property
    def other(self) -> str:
        return US if self.node_id == VN else VN

    def act(self, request: Request, step: Step, **fields: Any) -> Request:
        form = read_step(step, request.kind, fields, self.clock.now(), typology=request.opening.header.typology)
        return sent(self.hotline.act(self.officer, request.id, step, form))

    def see(self, request: Request) -> Request:
        return self.hotline.show(self.officer, request.id).request


@dataclass
class Stage:
    """Both nodes and the wire between them."""

    us: Side
    vn: Side
    clock: HandClock
    settling: list[tuple[Side, Settled]] = field(default_factory=list)

    def deliver(self, sender: Side | None = None, *, receipts: bool = True) -> None:
        """Bring over everything that waits; receipts come back at once, or later with `settle`."""
        for side in [sender] if sender else [self.us, self.vn]:
            receiver = self.vn if side is self.us else self.us
            while side.wire.waiting:
                self._carry(side, receiver)
        if receipts:
            self.settle()

    def carried_out(self, form: dict[str, Any], result: dict[str, Any]) -> Request:
        """A request from the United States that Viet Nam carried out, as the requester sees it."""
        request = self.us.open(form)
        self.deliver()
        self.vn.act(request, Step.ACKNOWLEDGE)
        self.vn.act(request, Step.ACCEPT, considered=list(CONSIDERED))
        self.vn.act(request, Step.RESULT, **result)
        self.deliver()
        return self.us.see(request)

    def settle(self) -> None:
        pending, self.settling = self.settling, []
        for side, settled in pending:
            handler = side.hotline.settlement_handlers[settled.header.kind][0]
            side.database.write(functools.partial(_call, handler, settled))

    def _carry(self, side: Side, receiver: Side) -> None:
        header, body, digest = side.wire.waiting.popleft()
        now = self.clock.now()
        arrived = Arrived(header=header, body=body, digest=digest, received_at=now)
        handler = receiver.hotline.arrival_handlers[header.kind][0]
        verdict, code = Verdict.ACCEPTED, None
        try:
            receiver.database.write(lambda connection: handler(connection, arrived))
        except Refused as refusal:
            verdict, code = Verdict.REFUSED, refusal.code
            receiver.refusals.append(refusal.code)
        settled = Settled(header=header, digest=digest, verdict=verdict, code=code, reason="", received_at=now)
        self.settling.append((side, settled))

    def watch(self) -> None:
        for side in (self.us, self.vn):
            side.database.write(functools.partial(_watch, side.hotline, self.clock.now()))


def _call(handler: Any, thing: Any, connection: Any) -> None:
    handler(connection, thing)


def _watch(hotline: Hotline, now: datetime, connection: Any) -> None:
    hotline.watch(connection, now)


@dataclass
class Named:
    """A peer with a name."""

    node_id: str
    name_vi: str
    name_en: str


PARTIES = {
    VN: Named(VN, "Nút Việt Nam", "Viet Nam's node"),
    US: Named(US, "Nút Hoa Kỳ", "The United States' node"),
}


def sent(done: Request | Release) -> Request:
    """What left at once: these agreements ask for no second officer."""
    assert isinstance(done, Request)
    return done


def make_stage(new_database: Any) -> Stage:
    clock = HandClock()

    def side(node_id: str, officer: Officer, seed: int) -> Side:
        database = new_database()
        chance = SeededChance(seed)
        wire = Wire(node_id, clock, SeededChance(seed + 100))
        agreed = Agreed(parties=[party for name, party in PARTIES.items() if name != node_id])
        changed: list[str] = []
        hotline = Hotline(
            node_id=node_id,
            country=node_id[:2].upper(),
            database=database,
            clock=clock,
            chance=chance,
            sender=wire,
            agreements=agreed,
            record=journal.record,
            changed=lambda thing: changed.append(thing.id),
            index=Index(SAFE),
        )
        return Side(node_id, officer, database, clock, wire, hotline, agreed, [], changed)

    return Stage(side(US, US_OFFICER, 1), side(VN, VN_OFFICER, 2), clock)
