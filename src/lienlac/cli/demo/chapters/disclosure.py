"""Who rents the server, answered by two officers; a neighbour's name is blackened before it leaves.

The duty officer's first draft names somebody who has nothing to do with the case. The second officer returns it; the
duty officer goes on from it, blackens the name, and the second officer approves exactly what was shown, by command.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lienlac.cli.demo.checks import auditor, same
from lienlac.cli.demo.story import duty_officer, sent, settled, supervisor, until
from lienlac.clock import SystemClock
from lienlac.errors import NotAllowed
from lienlac.vocabulary import refusals

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from lienlac.cli.demo.checks import Finding
    from lienlac.cli.demo.stage import Stage
    from lienlac.cli.demo.story import Played
    from lienlac.interface.approvals import Waits
    from lienlac.interface.requests import Request

SPARED = "Hoàng Văn Lâm"
"""A neighbour: invented, like everybody here."""
_ASKED = "Who lives at the address has nothing to do with the case. Blacken the name."
_FOLLOW_UP = "The bills go to the flat of {name}, who only takes letters in for others."
BLACK = "▇▇▇"


def play(stage: Stage, tell: Callable[..., None], _played: Played) -> tuple[Finding, ...]:
    """From the question to the answer. Raises `NotAllowed("demo-failed")` where anything left too early."""
    vn, us = stage.sides
    duty, second = duty_officer(vn), supervisor(vn)
    with us.client(duty_officer(us)) as asking, vn.client(duty) as answering, vn.client(second) as looking:
        opened = sent(asking.open(disclose_form(SystemClock().now(), vn.node_id)))
        tell(us, "demo-disclose", reference=opened.reference)
        until("arrival", lambda: _there(lambda: answering.request(opened.reference)))
        answering.step(opened.id, "acknowledge", {})
        considered = [word.code for word in refusals if word.must_check]
        answering.step(opened.id, "accept", {"extent": "fully", "considered": considered})
        first = waits(answering.step(opened.id, "result", disclose_result(SPARED))).waits.id
        tell(vn, "demo-waits")
        stage.command(vn, "approval", "return", first, "--reason", _ASKED, token=second)
        tell(vn, "demo-returned", text=_ASKED)
        again = {**disclose_result(f"[[{SPARED}]]"), "release": {"instead_of": first}}
        anew = waits(answering.step(opened.id, "result", again)).waits.id
        shown = looking.approval(anew)
        if any(SPARED in line.text for line in shown.lines) or asking.request(opened.id).actual == "executed":
            raise NotAllowed("demo-failed", reason="four eyes")
        stage.command(vn, "approval", "approve", shown.id, shown.digest, token=second)
        tell(vn, "demo-approved")
        until("disclosure", lambda: settled(answering.request(opened.id), asking.request(opened.id)))
        tell(us, "demo-disclosed", text=_FOLLOW_UP.format(name=BLACK))
    return (
        ("check-disclosure", lambda: same(stage, opened.id, "executed", 4)),
        ("check-four-eyes", lambda: _four_eyes(stage, opened.id, first, anew)),
    )


def _four_eyes(stage: Stage, request_id: str, returned: str, approved: str) -> tuple[bool, str]:
    """One was returned, one approved by another than its proposer; and the spared name is on neither node's record."""
    vn, _ = stage.sides
    said = []
    for side in stage.sides:
        with side.client(auditor(side)) as node:
            said.append(str([message.body for message in node.request(request_id).messages]))
    with vn.client(auditor(vn)) as node:
        back, done = node.approval(returned), node.approval(approved)
    black = all(BLACK in one and SPARED not in one for one in said)
    by_two = done.decided_by is not None and done.decided_by.id != done.proposer.id
    held = black and by_two and back.state == "returned" and done.state == "approved"
    return held, f"{back.state}, {done.state}, {done.decided_by.name if done.decided_by else ''}"


def waits(made: Request | Waits) -> Waits:
    """What must wait. Raises `NotAllowed("demo-failed")`."""
    from lienlac.interface.approvals import Waits

    if not isinstance(made, Waits):
        raise NotAllowed("demo-failed", reason=f"{made.reference} did not wait")
    return made


def _there(look: Callable[[], Request]) -> bool:
    """Whether the request has arrived."""
    from lienlac.client import FromNode

    try:
        look()
    except FromNode as error:
        if error.code != "not-found":
            raise
        return False
    return True


def disclose_form(now: datetime, to: str) -> dict[str, Any]:
    """Who rents the server: with the decision behind it, which this kind must have before it is asked."""
    return {
        "kind": "disclose-subscriber",
        "to": to,
        "urgency": "urgent",
        "purpose": "investigate",
        "legal_basis": "bilateral-arrangement",
        "legal_basis_text": "Demo arrangement between the two demo nodes, article 6",
        "typology": "fxp-rig",
        "categories": ["subscriber"],
        "identifiers": [{"type": "ip", "value": "203.0.113.77"}],
        "custodian": "Example Hosting Joint Stock Company",
        "authority": "United States demo node",
        "offence": "Wire fraud",
        "facts": "DEMO. The customer area of GoldenTrade FX runs on a rented server in Viet Nam.",
        "link": "The victim signed in to the customer area on this server.",
        "necessity": "Nobody else knows who rents it.",
        "confidential": True,
        "authorisation": {
            "decided_by": "court",
            "authority": "Demo court",
            "law": "Demo law, section 1",
            "number": "DEMO-2026-14",
            "scope": "Subscriber data of one server.",
            "decided_on": now.date().isoformat(),
        },
    }


def disclose_result(name: str) -> dict[str, Any]:
    """Who rents it, and a remark that names somebody who need not be named."""
    return {
        "outcome": "disclosed",
        "records": [{"about": "203.0.113.77", "name": "DO VAN KHOA", "since": "2025-03"}],
        "conditions": "For this case only.",
        "follow_up": _FOLLOW_UP.format(name=name),
    }
