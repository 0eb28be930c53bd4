"""The story: an American victim's money lands in a Vietnamese bank account, and both desks act.

Played through the interface that any program has, and through commands, with the officers' own tokens. Names, accounts
and facts are invented; banks are real ones, as an account must belong to one.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from lienlac.cli import console
from lienlac.cli.words import language
from lienlac.clock import SystemClock
from lienlac.errors import NotAllowed
from lienlac.identifiers.money import Money, format_money

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from lienlac.cli.demo.stage import Side, Stage
    from lienlac.interface.approvals import Waits
    from lienlac.interface.requests import Request

T = TypeVar("T")

PATIENCE_S = 120.0
"""How long the story waits for the other node before it says that something is wrong: a busy machine is slow."""
LOOK_S = 0.02
HELD_VND = "740000000"
SENT_USD = "48250.00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What the story leaves behind: both requests, and how long a click took to become a receipt."""

    freeze: str
    preserve: str
    reference: str
    digest: str
    receipt_ms: int


class Story:
    """One playing. `tell(side, sentence, **places)` says what happens."""

    def __init__(self, stage: Stage, tell: Callable[..., None]) -> None:
        self._stage = stage
        self._tell = tell
        self._vn, self._us = stage.sides
        self._vn_duty, self._us_duty = duty_officer(self._vn), duty_officer(self._us)

    def play(self) -> Played:
        """From the report of the fraud to the closing of the request."""
        now = SystemClock().now()
        vn, us = self._vn.client(self._vn_duty), self._us.client(self._us_duty)
        with vn, us:
            form = freeze_form(now, self._vn.node_id)
            # in force on both sides once the second signature has arrived over there
            until("agreement", lambda: _right(lambda: vn.check({**form, "to": self._us.node_id})))
            begun = time.perf_counter()
            freeze = sent(us.open(form))
            self._tell(self._us, "demo-freeze", reference=freeze.reference, amount=_shown(SENT_USD, "USD"))
            until("receipt", lambda: us.request(freeze.id).messages[0].received_at)
            receipt_ms = int((time.perf_counter() - begun) * 1000)
            self._tell(self._vn, "demo-receipt", ms=receipt_ms)
            preserve = sent(us.open(preserve_form(now, self._vn.node_id)))
            self._tell(self._us, "demo-preserve", reference=preserve.reference)
            until("arrival", lambda: len(vn.requests(direction="in", stage="open").requests) >= 2)

            self._by_command(self._vn, self._vn_duty, "acknowledge", freeze.reference, "--phone", "+84 24 5550 0101")
            self._tell(self._vn, "demo-acknowledged", reference=freeze.reference)
            vn.step(freeze.id, "ask", {"question": QUESTION})
            self._tell(self._vn, "demo-asked", text=QUESTION)
            until("question", lambda: us.request(freeze.id).open_questions)
            self._by_command(self._us, self._us_duty, "clarify", freeze.reference, "--answer", ANSWER)
            self._tell(self._us, "demo-clarified", text=ANSWER)
            until("answer", lambda: not vn.request(freeze.id).open_questions)
            vn.step(freeze.id, "accept", {"extent": "fully"})
            self._tell(self._vn, "demo-accepted")
            result = self._vn.papers / "result.json"
            console.write_file(result, msgspec.json.encode(freeze_result(SystemClock().now())), quiet=True)
            self._by_command(self._vn, self._vn_duty, "result", freeze.reference, str(result))
            self._tell(self._vn, "demo-frozen", amount=_shown(HELD_VND, "VND"))

            self._answer_preservation(preserve.id)
            until("result", lambda: us.request(freeze.id).state == "executed")
            us.step(freeze.id, "feedback", {"usefulness": "useful", "text": FEEDBACK})
            us.step(freeze.id, "close", {"remarks": "Formal request follows through the central authority."})
            self._tell(self._us, "demo-closed", reference=freeze.reference)
            until("closing", lambda: settled(vn.request(freeze.id), us.request(freeze.id)))
            until("preservation", lambda: settled(vn.request(preserve.id), us.request(preserve.id)))
            return Played(
                freeze=freeze.id,
                preserve=preserve.id,
                reference=freeze.reference,
                digest=us.request(freeze.id).messages[0].digest,
                receipt_ms=receipt_ms,
            )

    def _answer_preservation(self, request_id: str) -> None:
        with self._vn.client(self._vn_duty) as vn:
            vn.step(request_id, "acknowledge", {})
            vn.step(request_id, "accept", {"extent": "fully"})
            vn.step(request_id, "result", preserve_result(SystemClock().now()))
        self._tell(self._vn, "demo-preserved")

    def _by_command(self, side: Side, login: str, step: str, *words: str) -> None:
        self._stage.command(side, "request", step, *words, token=login)


def until(what: str, holds: Callable[[], object]) -> None:
    """Look until it holds. Raises `NotAllowed("demo-failed")` after `PATIENCE_S`."""
    give_up = time.monotonic() + PATIENCE_S
    while not holds():
        if time.monotonic() > give_up:
            raise NotAllowed("demo-failed", reason=what)
        time.sleep(LOOK_S)


def sent(made: T | Waits) -> T:
    """What left at once. Raises `NotAllowed("demo-failed")`."""
    from lienlac.interface.approvals import Waits

    if isinstance(made, Waits):
        raise NotAllowed("demo-failed", reason=f"{made.waits.reference} waits")
    return made


def duty_officer(side: Side) -> str:
    """Who plays the side's part at the desk."""
    return _first(side, "duty-officer")


def supervisor(side: Side) -> str:
    """Who is the second pair of eyes."""
    return _first(side, "supervisor")


def analyst(side: Side) -> str:
    """Who gathers and weighs."""
    return _first(side, "analyst")


def _first(side: Side, role: str) -> str:
    return next(login for login, account in side.accounts.items() if account.roles == (role,))


def _right(check: Callable[[], object]) -> bool:
    """Whether a form passes; before the agreement is in force it does not."""
    from lienlac.client import FromNode

    try:
        check()
    except FromNode as refusal:
        if any(problem.code != "no-agreement" for problem in refusal.problems):
            raise
        return False
    return True


def _shown(amount: str, currency: str) -> str:
    return format_money(Money(amount, currency), language())


def settled(one: Request, other: Request) -> bool:
    """Both nodes show the same, and every message has its receipt."""
    same = (one.state, one.desired, one.actual) == (other.state, other.desired, other.actual)
    digests = [message.digest for message in one.messages], [message.digest for message in other.messages]
    receipted = all(message.received_at for message in (*one.messages, *other.messages))
    return same and sorted(digests[0]) == sorted(digests[1]) and receipted


QUESTION = "Which intermediary bank carried the transfer, and has the victim's bank sent a recall?"
ANSWER = "Intermediary: none. The victim's bank sent a recall today at 08:15 New York time, reference RC-48250."
FEEDBACK = "The hold came before the money moved on. The victim has been told."


def freeze_form(now: datetime, to: str) -> dict[str, Any]:
    """The request to hold the money."""
    return {
        "kind": "freeze-payment",
        "to": to,
        "urgency": "hot",
        "purpose": "stop-funds",
        "legal_basis": "bilateral-arrangement",
        "legal_basis_text": "Demo arrangement between the two demo nodes, article 4",
        "typology": "fxp-rig",
        "beneficiaries": [
            {"form": "vn", "bin": "970436", "number": "0071000918273", "holder_name": "NGUYEN VAN THANH"}
        ],
        "victims": [{"form": "us", "aba": "021000021", "number": "483920017", "bank_name": "JPMorgan Chase Bank"}],
        "amount": {"amount": SENT_USD, "currency": "USD"},
        "transferred_at": (now - timedelta(hours=9)).isoformat(),
        "payment_reference": "FT26326-48250",
        "recall": "sent",
        "facts": (
            "DEMO. The victim met a person online who introduced a trading platform called GoldenTrade FX. Two small "
            "withdrawals were paid out; then the victim sent the amount above to the platform's account in Viet Nam. "
            "The platform now asks for a fee before any withdrawal and no longer answers."
        ),
        "victim": {"identified": True, "vulnerable": True},
        "phone": "+1 202 555 0143",
    }


def preserve_form(now: datetime, to: str) -> dict[str, Any]:
    """The request to keep the platform's server records."""
    return {
        "kind": "preserve-data",
        "to": to,
        "urgency": "urgent",
        "purpose": "preserve-evidence",
        "legal_basis": "contact-network-24-7",
        "legal_basis_text": "Demo arrangement between the two demo nodes, annex 1",
        "typology": "fxp-rig",
        "authority": "United States demo node",
        "offence": "Wire fraud",
        "facts": "DEMO. The customer area of GoldenTrade FX runs on a rented server in Viet Nam.",
        "data": "Subscriber data of whoever rents the server, sign-in records, and the disk image as it stands.",
        "link": "The victim signed in to the customer area on this server.",
        "custodian": "Example Hosting Joint Stock Company",
        "location": "Ha Noi",
        "identifiers": [
            {"type": "ip", "value": "203.0.113.77"},
            {"type": "domain", "value": "goldentrade-fx.example"},
        ],
        "covers_from": (now - timedelta(days=90)).isoformat(),
        "covers_until": now.isoformat(),
        "necessity": "Sign-in records are kept for 90 days only.",
        "mla_intended": True,
        "confidential": True,
        "period_days": 90,
    }


def freeze_result(now: datetime) -> dict[str, Any]:
    """Part of the money was still there."""
    return {
        "outcome": "partly",
        "held": {"amount": HELD_VND, "currency": "VND"},
        "held_at": (now - timedelta(minutes=2)).isoformat(),
        "until": (now + timedelta(days=3)).isoformat(),
        "bank_reference": "PT-2026-000117",
        "follow_up": "The rest left the account before the request came; where it went will be told in a note.",
    }


def preserve_result(now: datetime) -> dict[str, Any]:
    """All of it is kept."""
    return {
        "outcome": "preserved",
        "preserved": "Subscriber data, sign-in records since August, disk image.",
        "preserved_at": (now - timedelta(minutes=1)).isoformat(),
        "until": (now + timedelta(days=90)).isoformat(),
        "provider_reference": "EH-5521",
    }
