"""`lienlac approval …`: the second pair of eyes, through a running node's interface, with the officer's own token.

Whoever approves names the digest that `show` printed, so that nothing else can be meant. The token must name the act
(`release.decide`).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from lienlac.cli import console
from lienlac.cli.groups.steps import client_of
from lienlac.cli.words import say
from lienlac.errors import NotAllowed

if TYPE_CHECKING:
    from lienlac.interface.approvals import Approval, ApprovalLine


def list_(*, json: bool = False, url: str | None = None, token_file: Path | None = None) -> None:
    """What waits, what came back, what was decided last."""
    with client_of(url, token_file) as node:
        found = node.approvals()
    if json:
        console.tell_json(found)
        return
    if not found.undecided and not found.returned:
        console.note(say("no-approvals"))
    columns = ("column-id", "column-reference", "column-kind", "column-state", "column-name", "column-due")
    for several in (found.undecided, found.returned, found.decided):
        if several:
            console.table(columns, [_row(one) for one in several])


def show(release: str, *, json: bool = False, url: str | None = None, token_file: Path | None = None) -> None:
    """Exactly what would leave, and the digest to approve it by."""
    with client_of(url, token_file) as node:
        found = node.approval(release)
    if json:
        console.tell_json(found)
        return
    console.tell(say("approval-line", reference=found.reference, kind=found.kind, state=found.state))
    console.tell(f"{found.proposer.name} → {found.message.recipient}")
    for line in found.lines:
        console.tell(f"{console.plain(line.label)}: {console.plain(line.text)}")
    for path in found.withheld:
        console.tell(say("approval-withheld", field=path))
    if found.let_out:
        console.tell(say("approval-let-out", fields=", ".join(found.let_out), why=console.plain(found.why)))
    console.tell(say("approval-digest", digest=found.digest))
    console.tell(say("possible-steps", steps=", ".join(found.steps) or say("nothing")))


def approve(
    release: str,
    digest: str,
    *,
    words: str = "",
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """Let it leave. Raises `NotAllowed("release-changed")` where the digest is not that of what would leave."""
    with client_of(url, token_file) as node:
        shown = node.approval(release)
        if shown.digest != digest.strip().lower():
            raise NotAllowed("release-changed")
        _tell(node.approve(shown, words), json=json)


def return_(
    release: str, *, reason: str, json: bool = False, url: str | None = None, token_file: Path | None = None
) -> None:
    """Back to its proposer, with the reason."""
    _decide(release, "return", reason, json, url, token_file)


def take_back(release: str, *, json: bool = False, url: str | None = None, token_file: Path | None = None) -> None:
    """One's own, before it leaves."""
    _decide(release, "take-back", "", json, url, token_file)


def review(
    release: str, *, reason: str, json: bool = False, url: str | None = None, token_file: Path | None = None
) -> None:
    """What was sent ahead, with what was found."""
    _decide(release, "review", reason, json, url, token_file)


def _decide(
    release: str,
    step: Literal["return", "review", "take-back"],
    words: str,
    json: bool,
    url: str | None,
    token_file: Path | None,
) -> None:
    with client_of(url, token_file) as node:
        _tell(node.decide(release, step, words), json=json)


def _tell(found: Approval, *, json: bool) -> None:
    if json:
        console.tell_json(found)
    else:
        console.tell(say("approval-line", reference=found.reference, kind=found.kind, state=found.state))


def _row(one: ApprovalLine) -> tuple[str, ...]:
    return (one.id, one.reference, one.kind, one.state, one.proposer.name, console.when(one.expires_at))


COMMANDS: dict[str, Callable[..., int | None]] = {
    "list": list_,
    "show": show,
    "approve": approve,
    "return": return_,
    "take-back": take_back,
    "review": review,
}
