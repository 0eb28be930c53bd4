"""A request that may not be carried out: one officer proposes to refuse it on human-rights grounds, one confirms."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from lienlac.cli.demo.story import duty_officer, sent, settled, supervisor, until
from lienlac.clock import SystemClock
from lienlac.errors import LienlacError
from lienlac.vocabulary import refusals

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from lienlac.cli.demo.checks import Finding
    from lienlac.cli.demo.stage import Stage
    from lienlac.cli.demo.story import Played

GROUND = "speech-only"
REASON = (
    "DEMO. The posts named call the platform a fraud and give reasons. They are opinions: no deception, violence or "
    "other harm is stated, and the writers would be exposed."
)


def play(stage: Stage, tell: Callable[..., None], _played: Played) -> tuple[Finding, ...]:
    """The request, the proposed refusal, the attempt to confirm one's own, the second officer."""
    vn_side, us_side = stage.sides
    with (
        us_side.client(duty_officer(us_side)) as us,
        vn_side.client(duty_officer(vn_side)) as vn,
        vn_side.client(supervisor(vn_side)) as second,
    ):
        asked = sent(us.open(_form(SystemClock().now(), vn_side.node_id)))
        tell(us_side, "demo-speech", reference=asked.reference)
        until("arrival", lambda: vn.requests(direction="in", stage="open").requests)
        vn.step(asked.id, "acknowledge", {})
        looked_at = [code for code in refusals.codes() if refusals.get(code).must_check]
        vn.step(asked.id, "refuse", {"ground": GROUND, "explanation": REASON, "considered": looked_at})
        tell(vn_side, "demo-refusal-proposed", reference=asked.reference)
        alone = _refused(lambda: vn.confirm_refusal(asked.id))
        waited = vn.request(asked.id).state
        second.confirm_refusal(asked.id)
        tell(vn_side, "demo-refusal-confirmed", officer=vn_side.accounts[supervisor(vn_side)].name)
        until("refusal", lambda: settled(us.request(asked.id), vn.request(asked.id)))

    def decided() -> tuple[bool, str]:
        with us_side.client(duty_officer(us_side)) as us:
            found = us.request(asked.id)
        said = next(message.body for message in found.messages if "ground" in message.body)
        names = said["officer"]["name"], (said.get("confirmed_by") or {}).get("name")
        by_two = None not in names and names[0] != names[1]
        held = found.state == "refused" and said["ground"] == GROUND and by_two and waited != "refused"
        return held and alone == "own-proposal", f"{found.state}, {alone}"

    return (("check-refusal", decided),)


def _refused(act: Callable[[], object]) -> str:
    """The code with which an act is refused, or nothing."""
    try:
        act()
    except LienlacError as error:
        return error.code
    return ""


def _form(now: datetime, to: str) -> dict[str, Any]:
    return {
        "kind": "disclose-subscriber",
        "to": to,
        "urgency": "normal",
        "purpose": "investigate",
        "legal_basis": "bilateral-arrangement",
        "legal_basis_text": "Demo arrangement between the two demo nodes, article 4",
        "typology": "fxp-rig",
        "case_number": "DEMO-2026-0077",
        "authority": "United States demo node",
        "offence": "Defamation of a company",
        "facts": "DEMO. Posts in a public forum call GoldenTrade FX a fraud; the company has complained.",
        "link": "The accounts wrote the posts.",
        "necessity": "Nobody else knows who the writers are.",
        "categories": ["subscriber"],
        "identifiers": [{"type": "email", "value": "saigon.trader@example.com"}],
        "custodian": "Example Forum Joint Stock Company",
        "authorisation": {
            "decided_by": "court",
            "authority": "Demo court",
            "law": "Demo act, section 1",
            "number": "26-demo-77",
            "scope": "Subscriber data of the account named.",
            "decided_on": (now - timedelta(days=3)).date().isoformat(),
        },
    }
