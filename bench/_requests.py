"""A hundred thousand requests as a busy desk would have gathered them, written in bulk into the hotline's tables.

Each is folded from its messages by the hotline's own rules, so that lines, words and stages are the real ones; only
the writing goes past the desk. Most are history; some hundreds are open and some of these are overdue.
"""

from __future__ import annotations

import functools
import random
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from lienlac import clock, ids
from lienlac.hotline import store
from lienlac.hotline.inbox import store as inbox
from lienlac.hotline.inbox.line import line_of, words_of
from lienlac.hotline.kinds import FREEZE_PAYMENT, PRESERVE_DATA, kind_of
from lienlac.hotline.lifecycle import Step
from lienlac.hotline.request import Fact, fold
from lienlac.identifiers.accounts import UsAccount, VnAccount
from lienlac.identifiers.money import Money
from lienlac.ids import SystemChance
from lienlac.records.fact import Standing
from lienlac.wire.bodies import hotline as bodies
from lienlac.wire.message import Header, Lane, Marks, Pap, Tlp

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.storage.database import Database

AT_ONCE = 2_000
BINS = ("970436", "970415", "970418", "970407", "970422", "970423", "970432", "970405")
FAMILY = ("NGUYEN", "TRAN", "LE", "PHAM", "HOANG", "PHAN", "VU", "DANG", "BUI", "DO")
GIVEN = ("VAN AN", "THI BINH", "MINH CHAU", "QUOC DUNG", "THU HA", "DUC HUY", "NGOC LAN", "HAI NAM", "KIM OANH")
PLATFORMS = ("GoldenTrade FX", "Vina Prime Markets", "Sao Viet Capital", "Ocean Pro Trader", "AlphaX Invest")
CITIES = ("Austin", "Denver", "Seattle", "Hà Nội", "Đà Nẵng", "Cần Thơ", "Portland", "Boston")
PEERS = ("us-bench", "us-other", "sg-desk", "kr-desk")
OFFICER = bodies.Officer(name="Mark Hill", unit="IC3 RAT", phone="+1 202 555 0100")
CLOCKS = bodies.Clocks(receipt_s=300, acknowledge_s=1_800, decide_s=14_400, execute_s=28_800)
ENDED = (Step.ACKNOWLEDGE, Step.ACCEPT, Step.RESULT, Step.CLOSE)
STORIES: tuple[tuple[tuple[Step, ...], float], ...] = (
    (ENDED, 0.80),
    ((Step.ACKNOWLEDGE, Step.REFUSE, Step.CLOSE), 0.10),
    ((Step.ACKNOWLEDGE, Step.ACCEPT, Step.RESULT), 0.05),
    ((Step.ACKNOWLEDGE, Step.ACCEPT), 0.02),
    ((Step.ACKNOWLEDGE,), 0.02),
    ((), 0.01),
)
"""What had happened to a request, and how often."""


def fill(database: Database, node_id: str, requests: int, now: datetime) -> None:
    """Write that many requests."""
    source = random.Random(20261124)
    for start in range(0, requests, AT_ONCE):
        rows = [_rows(node_id, source, number, requests, now) for number in range(start, start + AT_ONCE)]
        database.write(functools.partial(_insert, rows))


def sample(node_id: str, requests: int, now: datetime) -> list[tuple[dict[str, Any], list[str]]]:
    """Lines and words of so many requests, for whoever needs many more of the kind."""
    source = random.Random(20261125)
    return [_rows(node_id, source, number, requests, now)[1:] for number in range(requests)]


def arrive(connection: Connection, node_id: str, number: int, now: datetime) -> str:
    """One more request comes in and nobody has acknowledged it; its id."""
    source = random.Random(number)
    while True:
        facts = list(_facts(node_id, source, 10**6 + number, (), now))
        if facts[0].header.sender != node_id:
            break
    rows = _rows_of(facts, node_id, now)
    _insert([rows], connection)
    return str(rows[1]["request_id"])


def _insert(rows: list[tuple[list[dict[str, Any]], dict[str, Any], list[str]]], connection: Connection) -> None:
    connection.execute(store.fact_table.insert(), [fact for facts, _, _ in rows for fact in facts])
    connection.execute(inbox.request_table.insert(), [line for _, line, _ in rows])
    words = [{"word": word, "request_id": line["request_id"]} for _, line, found in rows for word in set(found)]
    connection.execute(inbox.word_table.insert(), words)


def _rows(
    node_id: str, source: random.Random, number: int, requests: int, now: datetime
) -> tuple[list[dict[str, Any]], dict[str, Any], list[str]]:
    """A request's facts, its line, its words. The newest numbers are the latest; open ones are of the last days."""
    story = source.choices([steps for steps, _ in STORIES], [share for _, share in STORIES])[0]
    ended = Step.CLOSE in story or Step.RESULT in story
    age = timedelta(days=700 * (1 - number / requests)) if ended else timedelta(hours=source.expovariate(1 / 6))
    facts = list(_facts(node_id, source, number, story, now - age - timedelta(hours=2)))
    return _rows_of(facts, node_id, now)


def _rows_of(facts: list[Fact], node_id: str, now: datetime) -> tuple[list[dict[str, Any]], dict[str, Any], list[str]]:
    folded = fold(facts)
    assert folded is not None
    rows = [
        {
            "message_id": fact.id,
            "request_id": folded.id,
            "peer": fact.header.sender if fact.header.sender != node_id else fact.header.recipient,
            "digest": fact.digest,
            "sequence": fact.header.sequence,
            "ours": fact.header.sender == node_id,
            "kind": fact.header.kind,
            "header": msgspec.json.encode(fact.header),
            "body": msgspec.json.encode(fact.body),
            "standing": int(fact.standing),
            "code": None,
            "received_us": clock.to_us(fact.header.sent_at),
            "officer_id": None,
        }
        for fact in facts
    ]
    return rows, line_of(folded, node_id, clock.to_us(now)), words_of(folded)


def _facts(node_id: str, source: random.Random, number: int, story: tuple[Step, ...], at: datetime) -> Iterator[Fact]:
    peer = source.choice(PEERS)
    requester, executor = (node_id, peer) if source.random() < 0.4 else (peer, node_id)
    record = ids.new_id("req", SystemChance())
    freeze = source.random() < 0.8
    opening = _freeze(source, number, requester, at) if freeze else _preserve(source, number, requester)
    yield _fact(requester, executor, FREEZE_PAYMENT if freeze else PRESERVE_DATA, record, opening, 4 * number + 1, at)
    for place, step in enumerate(story, start=2):
        at += timedelta(minutes=source.randint(3, 25))
        sender, recipient = (requester, executor) if step is Step.CLOSE else (executor, requester)
        body = _follow_up(step, freeze=freeze, at=at)
        yield _fact(sender, recipient, kind_of(step), record, body, 5 * number + place, at)


def _fact(sender: str, recipient: str, kind: str, record: str, body: Any, sequence: int, at: datetime) -> Fact:
    header = Header(
        id=ids.new_id("msg", SystemChance()),
        kind=kind,
        version=1,
        sender=sender,
        recipient=recipient,
        lane=Lane.URGENT,
        sequence=sequence,
        previous="0" * 64,
        sent_at=at,
        expires_at=at + timedelta(days=30),
        agreement_id="agr-" + "a" * 26,
        purpose="stop-funds",
        legal_basis="bilateral-arrangement",
        legal_basis_text="Arrangement of 11 September 2024, article 4",
        typology="fxp-rig",
        marks=Marks(tlp=Tlp.AMBER, pap=Pap.AMBER),
        addressees=("duty-desk",),
        record_id=record,
    )
    digest = f"{random.getrandbits(256):064x}"
    return Fact(header=header, body=body, digest=digest, standing=Standing.ACCEPTED, received_at=at)


def _freeze(source: random.Random, number: int, requester: str, at: datetime) -> bodies.FreezePayment:
    holder = f"{source.choice(FAMILY)} {source.choice(GIVEN)}"
    numbers = f"{source.randrange(10**12, 10**13)}", f"{source.randrange(10**8, 10**9)}"
    platform, city = source.choice(PLATFORMS), source.choice(CITIES)
    return bodies.FreezePayment(
        reference=_reference(requester, number),
        urgency=source.choice((bodies.Urgency.HOT, bodies.Urgency.URGENT, bodies.Urgency.NORMAL)),
        clocks=CLOCKS,
        officer=OFFICER,
        beneficiaries=(VnAccount(bin=source.choice(BINS), number=numbers[0], holder_name=holder),),
        victims=(UsAccount(aba="021000021", number=numbers[1]),),
        amount=Money(f"{source.randrange(900, 400_000)}.{source.randrange(100):02d}", "USD"),
        transferred_at=at - timedelta(hours=source.randint(1, 40)),
        payment_reference=f"FT{source.randrange(10**9)}",
        recall=bodies.Recall.SENT,
        facts=f"A victim in {city} paid into a fake forex platform called {platform}; the money went on to a bank "
        f"account held by {holder}. Case {source.randrange(10**6)} of the local office.",
        victim=bodies.Victim(identified=True),
    )


def _preserve(source: random.Random, number: int, requester: str) -> bodies.PreserveData:
    address = f"203.0.{source.randrange(256)}.{source.randrange(256)}"
    return bodies.PreserveData(
        reference=_reference(requester, number),
        urgency=bodies.Urgency.NORMAL,
        clocks=CLOCKS,
        officer=OFFICER,
        authority="IC3",
        offence="Wire fraud",
        facts=f"The platform {source.choice(PLATFORMS)} was served from {address} by a provider in Viet Nam.",
        data="Login records and subscriber data of the server.",
        link="The server held the victims' trading accounts.",
        custodian=source.choice(("VNPT", "Viettel", "FPT Telecom", "CMC Telecom")),
        identifiers=(bodies.DataIdentifier(type="ip", value=address),),
        necessity="Logs are kept for 30 days only.",
        mla_intended=True,
        confidential=True,
        period_days=90,
    )


def _follow_up(step: Step, *, freeze: bool, at: datetime) -> Any:
    report: Any = (
        bodies.FreezeResult(outcome=bodies.FreezeOutcome.PARTLY, held=Money("1200.00", "USD"), held_at=at)
        if freeze
        else bodies.PreserveResult(outcome=bodies.PreserveOutcome.PRESERVED, preserved_at=at)
    )
    return {
        Step.ACKNOWLEDGE: bodies.Acknowledged(officer=OFFICER),
        Step.ACCEPT: bodies.Accepted(officer=OFFICER, extent=bodies.Extent.FULLY),
        Step.REFUSE: bodies.Declined(officer=OFFICER, ground="no-legal-basis", explanation="Not covered."),
        Step.RESULT: bodies.Result(officer=OFFICER, report=report),
        Step.CLOSE: bodies.Closed(officer=OFFICER),
    }[step]


def _reference(requester: str, number: int) -> str:
    return f"{requester[:2].upper()}-2026-{number:06d}"
