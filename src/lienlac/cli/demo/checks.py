"""What must hold after the story: both nodes say the same, everything is receipted, both logs and a proof verify."""

from __future__ import annotations

import contextvars
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from lienlac.errors import LienlacError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lienlac.cli.demo.stage import Side, Stage
    from lienlac.cli.demo.story import Played

    Finding = tuple[str, Callable[[], tuple[bool, str]]]
    """A check before it is made: the name of its sentence, and what finds out whether it holds and what was seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was checked; `name` is that of its sentence, `detail` what was seen."""

    name: str
    held: bool
    detail: str = ""


def check_all(stage: Stage, played: Played, further: Sequence[Finding]) -> list[Check]:
    """Every check, the chapters' own too; one that could not be made did not hold."""
    vn, us = stage.sides
    made: list[Finding] = [
        ("check-freeze", lambda: same(stage, played.freeze, "closed", 8)),
        ("check-preserve", lambda: same(stage, played.preserve, "executed", 5)),
        *further,
        ("check-log-vn", lambda: _log(stage, vn, us)),
        ("check-log-us", lambda: _log(stage, us, vn)),
        ("check-proof", lambda: _proof(stage, played)),
    ]
    with ThreadPoolExecutor(2) as pool:
        running = [(name, pool.submit(contextvars.copy_context().run, _attempt, work)) for name, work in made]
        return [Check(name=name, held=done.result()[0], detail=done.result()[1]) for name, done in running]


def _attempt(work: Callable[[], tuple[bool, str]]) -> tuple[bool, str]:
    try:
        return work()
    except LienlacError as error:
        return False, str(error)
    except (msgspec.MsgspecError, KeyError, OSError) as error:
        return False, f"{type(error).__name__}: {error}"


def same(stage: Stage, request_id: str, state: str, messages: int) -> tuple[bool, str]:
    """Both sides, each asked by its auditor: the same state, the same messages, a receipt for every one."""
    seen = []
    for side in stage.sides:
        with side.client(auditor(side)) as node:
            seen.append(node.request(request_id))
    states = {request.state for request in seen}
    digests = [{message.digest for message in request.messages} for request in seen]
    receipts = all(
        message.received_at and message.standing == "accepted" for request in seen for message in request.messages
    )
    held = states == {state} and digests[0] == digests[1] and len(digests[0]) == messages and receipts
    return held, f"{'/'.join(sorted(states))}, {len(digests[0])}"


def auditor(side: Side) -> str:
    """Who reads everything and changes nothing."""
    return next(login for login, account in side.accounts.items() if "auditor" in account.roles)


def _log(stage: Stage, side: Side, other: Side) -> tuple[bool, str]:
    """The whole log of a side, and that the other's log extends every head that this side was ever given."""
    report = stage.json(side, "log", "verify", "--ask-partner")
    partner = report["partners"].get(other.node_id, {})
    held = report["sound"] and partner.get("seen", 0) > 0 and partner.get("size", 0) >= partner["seen"]
    return held, f"{report['size']}, {partner.get('seen')} ≤ {partner.get('size')}"


def _proof(stage: Stage, played: Played) -> tuple[bool, str]:
    """The freeze request proved by the side that sent it, checked where there is no node, against both fingerprints."""
    vn, us = stage.sides
    file = us.papers / "freeze.lienlac-proof"
    stage.command(us, "log", "prove", played.digest, "--out", str(file), "--ask-partner")
    known = ["--fingerprint", vn.fingerprint, "--fingerprint", us.fingerprint]
    proved = stage.json(None, "log", "check", str(file), *known)
    logs = {log["node"] for log in proved["logs"]}
    held = proved["holds"] and proved["digest"] == played.digest and len(proved["receipts"]) == 1
    return held and logs == {vn.node_id, us.node_id}, ", ".join(sorted(logs))
