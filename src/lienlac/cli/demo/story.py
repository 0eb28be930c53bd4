"""The story: a victim's transfer to a fake forex platform, asked to be frozen, and data preserved beside it.

Played through both nodes' interfaces for programs and the command line, as two duty officers would. All names,
accounts and telephones are invented.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from lienlac.cli.demo.nodes import SETTLE_S, wait_for
from lienlac.cli.words import language, say
from lienlac.client import Client
from lienlac.identifiers.money import Money, format_money

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lienlac.cli.demo.nodes import DemoNode
    from lienlac.client import Request

ARRANGEMENT = {
    "legal_basis": "bilateral-arrangement",
    "legal_basis_text": "Arrangement between the two authorities on cooperation against online crime, article 4",
    "typology": "fxp-rig",
}


@dataclass(slots=True)
class Told:
    """What happened, and whether every check held."""

    tell: Callable[[str], None]
    freeze: str = ""
    preserve: str = ""
    held: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def check(self, name: str, *, holds: bool) -> None:
        """One thing that must be so."""
        (self.held if holds else self.failed).append(name)


def freeze_form(now: datetime) -> dict[str, Any]:
    """What the US duty officer fills in; the transfer was made some hours ago."""
    return {
        "kind": "freeze-payment",
        "to": "vn-demo",
        "urgency": "hot",
        "purpose": "stop-funds",
        **ARRANGEMENT,
        "beneficiaries": [
            {"form": "vn", "bin": "970436", "number": "0071000918273", "holder_name": "NGUYEN VAN THANH"}
        ],
        "victims": [{"form": "us", "aba": "021000021", "number": "483920017"}],
        "amount": {"amount": "48250.00", "currency": "USD"},
        "transferred_at": (now - timedelta(hours=9)).isoformat(timespec="seconds"),
        "payment_reference": "FT26326-48250",
        "recall": "sent",
        "facts": "The victim met a person online who introduced a trading platform called GoldenTrade FX. After two "
        "small withdrawals were paid out, the victim sent the amount above to the platform's account in Viet Nam. "
        "The platform then asked for a fee before any further withdrawal and stopped answering.",
        "victim": {"identified": True},
        "phone": "+1 202 555 0143",
    }


def preserve_form() -> dict[str, Any]:
    """The request that runs beside it."""
    return {
        "kind": "preserve-data",
        "to": "vn-demo",
        "urgency": "urgent",
        "purpose": "preserve-evidence",
        **ARRANGEMENT,
        "authority": "US demo authority",
        "offence": "Wire fraud, 18 USC 1343",
        "facts": "The platform GoldenTrade FX showed victims invented gains. It runs on a rented server.",
        "data": "Subscriber data of whoever rents the server, login records with times and addresses.",
        "link": "Victims signed in to the customer area on this server; the operators changed balances there.",
        "custodian": "Example Hosting Joint Stock Company",
        "identifiers": [{"type": "ip", "value": "203.0.113.77"}],
        "necessity": "Login records are kept for 90 days only.",
        "mla_intended": True,
        "confidential": True,
        "period_days": 90,
        "phone": "+1 202 555 0143",
    }


def play_story(vn: DemoNode, us: DemoNode, folder: Path, told: Told) -> None:
    """Everything from the victim's report to the closed request, then the checks."""
    with Client(vn.url, vn.token) as hanoi, Client(us.url, us.token) as washington:
        told.freeze = _freeze(hanoi, washington, vn, us, folder, told)
        told.preserve = _preserve(hanoi, washington, told)
        for name in (told.freeze, told.preserve):
            _compare(hanoi, washington, name, told)
    _prove(vn, us, folder, told)


def _freeze(hanoi: Client, washington: Client, vn: DemoNode, us: DemoNode, folder: Path, told: Told) -> str:
    now = datetime.now(UTC)
    form = folder / "freeze.json"
    form.write_text(json.dumps(freeze_form(now), ensure_ascii=False, indent=1), encoding="utf-8")
    token = folder / "us-token"
    token.touch(mode=0o600)
    token.write_text(us.token, encoding="utf-8")
    opened = us.data("request", "open", str(form), "--url", us.url, "--token-file", str(token))
    name = str(opened["reference"])
    told.tell(say("story-opened", reference=name, side=us.name))
    arrived = _until(hanoi, name, lambda _: True)
    told.tell(say("story-arrived", reference=name, side=vn.name, clock=_clock(arrived)))
    hanoi.step(name, "acknowledge", {"remarks": "Trực ban đã tiếp nhận, đang liên hệ ngân hàng."})
    told.tell(say("story-acknowledged", side=vn.name))
    hanoi.step(name, "ask", {"question": "Giao dịch chuyển qua ngân hàng trung gian nào, số tham chiếu SWIFT là gì?"})
    asked = _until(washington, name, lambda request: bool(request.open_questions))
    told.tell(say("story-asked", side=vn.name))
    answer = "Sent by MT103 through the victim's bank on the day; reference FT26326-48250."
    washington.step(name, "clarify", {"answers": asked.open_questions[0], "answer": answer})
    _until(hanoi, name, lambda request: not request.open_questions)
    told.tell(say("story-clarified", side=us.name))
    hanoi.step(name, "accept", {"extent": "fully", "remarks": ""})
    _until(hanoi, name, lambda request: "result" in request.steps)
    hanoi.step(
        name,
        "result",
        {
            "outcome": "partly",
            "held": {"amount": "31400.00", "currency": "USD"},
            "held_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "until": (now + timedelta(days=3)).isoformat(timespec="seconds"),
            "bank_reference": "VCB-2026-77120",
            "follow_up": "Phần còn lại đã chuyển tiếp sang hai tài khoản khác; đang truy vết.",
        },
    )
    told.tell(say("story-held", side=vn.name, amount=format_money(Money("31400.00", "USD"), language())))
    _until(washington, name, lambda request: "feedback" in request.steps)
    feedback = {"usefulness": "useful", "text": "The victim's bank has been told; thank you."}
    washington.step(name, "feedback", feedback)
    _until(washington, name, lambda request: "close" in request.steps)
    washington.step(name, "close", {"remarks": ""})
    told.tell(say("story-closed", side=us.name))
    return name


def _preserve(hanoi: Client, washington: Client, told: Told) -> str:
    name = washington.open(preserve_form()).reference
    _until(hanoi, name, lambda _: True)
    hanoi.step(name, "acknowledge", {"remarks": ""})
    hanoi.step(name, "accept", {"extent": "fully", "remarks": ""})
    now = datetime.now(UTC)
    hanoi.step(
        name,
        "result",
        {
            "outcome": "preserved",
            "preserved": "Dữ liệu thuê bao và nhật ký đăng nhập từ 01/08/2026.",
            "preserved_at": now.isoformat(timespec="seconds"),
            "until": (now + timedelta(days=90)).isoformat(timespec="seconds"),
            "provider_reference": "EH-5521",
        },
    )
    _until(washington, name, lambda request: any(message.step == "result" for message in request.messages))
    told.tell(say("story-preserved", reference=name))
    return name


def _compare(hanoi: Client, washington: Client, name: str, told: Told) -> None:
    """Both nodes must say the same of a request, with a receipt for every message."""

    def settled() -> bool:
        sides = hanoi.request(name), washington.request(name)
        return all(message.received_at for side in sides for message in side.messages) and _same(*sides)

    wait_for(settled, SETTLE_S, f"{name}: the two nodes do not come to agree")
    there, here = hanoi.request(name), washington.request(name)
    told.check(say("check-same", reference=name), holds=_same(there, here))
    receipted = all(message.received_at and message.standing == "accepted" for message in here.messages)
    told.check(say("check-receipts", reference=name, count=len(here.messages)), holds=receipted)


def _same(one: Request, other: Request) -> bool:
    return (one.state, one.desired, one.actual, {item.id for item in one.messages}) == (
        other.state,
        other.desired,
        other.actual,
        {item.id for item in other.messages},
    )


def _prove(vn: DemoNode, us: DemoNode, folder: Path, told: Told) -> None:
    """Both logs against each other, and one proof checked with neither node nor database."""
    for node, other in ((vn, us), (us, vn)):
        report = node.data("log", "verify", "--ask-partner", ok=(0, 5))
        agrees = "size" in report["partners"].get(other.node_id, {})
        told.check(say("check-log", side=node.name, size=report["size"]), holds=bool(report["sound"]) and agrees)
    with Client(us.url, us.token) as washington:
        message = washington.request(told.freeze).messages[0].id
    proof = folder / "freeze.lienlac-proof"
    us.command("log", "prove", message, "--out", str(proof), "--ask-partner")
    known = ["--fingerprint", vn.fingerprint, "--fingerprint", us.fingerprint]
    proved = vn.data("log", "check", str(proof), *known, ok=(0, 5))
    logs = {log["node"] for log in proved.get("logs", [])}
    told.check(say("check-proof"), holds=bool(proved["holds"]) and logs == {vn.node_id, us.node_id})


def _until(client: Client, name: str, true: Callable[[Request], bool]) -> Request:
    """The request once it is as wanted on that node."""
    found: list[Request] = []

    def look() -> bool:
        lines = client.requests(words=name, stage="all", direction="in").requests
        lines += client.requests(words=name, stage="all", direction="out").requests
        if not lines:
            return False
        request = client.request(name)
        found[:] = [request]
        return true(request)

    wait_for(look, SETTLE_S, f"{name}: what was awaited did not happen")
    return found[0]


def _clock(request: Request) -> str:
    due = [clock.due_at for clock in request.clocks if clock.due_at is not None]
    return f"{min(due):%H:%M} UTC" if due else "–"
