"""`lienlac log …`: verify the whole, prove one message, check a proof anywhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lienlac.cli import console
from lienlac.cli.words import language, say
from lienlac.errors import LienlacError, Refused

if TYPE_CHECKING:
    from lienlac.assembly import Node
    from lienlac.exchange.log.checking import Proved
    from lienlac.exchange.log.verifying import Report
    from lienlac.wire.proof import LogPlace

CHECK_FAILED = 5
"""Exit code; the same as `app.Exit.CHECK_FAILED`."""


def verify(
    *, ask_partner: bool = False, json: bool = False, node: Path | None = None, passphrase_file: Path | None = None
) -> int:
    """The whole log from its leaves; with `ask_partner` also that both logs extend what the other side saw."""
    from lienlac.exchange.log.verifying import verify_log
    from lienlac.people.rights import Action

    with console.opened(node, passphrase_file, Action.LOG_READ) as here:
        with console.progress(say("stage-leaves")) as move:
            report = verify_log(here.post.office, lambda _stage, done, total: move(done, total))
        partners = _partners(here, report) if ask_partner else {}
    if json:
        console.tell_json(_view(report, partners))
    else:
        _tell(report, partners)
    return 0 if report.sound else CHECK_FAILED


def _partners(here: Node, report: Report) -> dict[str, dict[str, Any]]:
    """What each partner's node says of its log; a contradiction is a fault of the verification."""
    from lienlac.agreements import store as agreements
    from lienlac.cli.asking import Partner

    found: dict[str, dict[str, Any]] = {}
    with here.database.read() as connection:
        peers = agreements.peers(connection)
    for peer in peers:
        try:
            with Partner(here, peer) as partner:
                agrees = partner.compare()
                partner.witness()
            found[peer.node_id] = {"size": agrees.size, "seen": agrees.seen}
        except LienlacError as error:
            found[peer.node_id] = {"code": error.code, "reason": error.sentence(language())}
            if error.code in {"check-failed", "signature-invalid", "checkpoint-malformed"}:
                report.fault(f"{peer.node_id}: {error.sentence('en')}")
    return found


def _tell(report: Report, partners: dict[str, dict[str, Any]]) -> None:
    console.tell(say("log-size", size=report.size, epoch=report.epoch, root=report.root))
    console.tell(
        say("log-counts", messages=report.messages, receipts=report.receipts, entries=report.entries)
        if report.sound
        else ""
    )
    for peer, size in report.peer_heads.items():
        if report.sound:
            console.tell(say("log-witnessed", peer=peer, size=size))
    for peer, found in partners.items():
        if "size" in found:
            console.tell(say("log-partner-agrees", peer=peer, **found))
        else:
            console.complain(say("log-partner-away", peer=peer, reason=found["reason"]))
    if report.sound:
        console.tell(say("log-sound"), style="green")
        return
    console.complain(say("log-unsound", count=report.fault_count))
    for fault in report.faults:
        console.complain(f"  {fault}")


def _view(report: Report, partners: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {
        "sound": report.sound,
        "size": report.size,
        "root": report.root,
        "epoch": report.epoch,
        "messages": report.messages,
        "receipts": report.receipts,
        "entries": report.entries,
        "witnessed": report.peer_heads,
        "partners": partners,
        "fault_count": report.fault_count,
        "faults": report.faults,
    }


def prove(
    message: str,
    *,
    out: Path,
    ask_partner: bool = False,
    node: Path | None = None,
    passphrase_file: Path | None = None,
) -> None:
    """The proof file of one message; with `ask_partner` it also holds the partner's log's word."""
    from lienlac.people.rights import Action

    with console.opened(node, passphrase_file, Action.LOG_PROVE) as here:
        theirs = _theirs(here, message) if ask_partner else None
        proof = here.post.prover.prove(console.console_officer(here), message, theirs)
    console.write_file(out, proof)


def _theirs(here: Node, message: str) -> list[LogPlace] | None:
    from lienlac.agreements import store as agreements
    from lienlac.cli.asking import Partner

    stored = here.post.prover.find(console.console_officer(here), message)
    with here.database.read() as connection:
        peer = agreements.require_peer(connection, stored.peer)
    try:
        with Partner(here, peer) as partner:
            return partner.places(stored.digest)
    except LienlacError as error:
        console.note(say("proof-partner-away", reason=error.sentence(language())))
        return None


def check(file: Path, *, fingerprint: list[str] | None = None, json: bool = False) -> int:
    """Whether a proof holds. Needs nothing but the file, and fingerprints known from elsewhere to rely on it."""
    from lienlac import limits
    from lienlac.exchange.log import checking

    data = console.read_file(file, limits.PROOF_MAX_BYTES)
    try:
        proved = checking.check(data)
        _compare(proved, fingerprint or [])
    except Refused as error:
        if json:
            console.tell_json({"holds": False, "code": error.code, "reason": error.sentence(language())})
        else:
            console.complain(say("proof-fails", reason=f"{error.sentence(language())} ({error.code})"))
        return CHECK_FAILED
    if json:
        console.tell_json(_proved_view(proved))
    else:
        _tell_proved(proved)
    return 0


def _compare(proved: Proved, known: list[str]) -> None:
    """Every fingerprint that the reader knows must be in the proof. Raises `Refused("fingerprint-not-in-proof")`."""
    from lienlac.keys import fingerprint as fingerprints

    there = [text for texts in proved.fingerprints.values() for text in texts]
    for text in known:
        if not any(fingerprints.same(text, other) for other in there):
            raise Refused("fingerprint-not-in-proof", fingerprint=text)


def _tell_proved(proved: Proved) -> None:
    header = proved.header
    console.tell(say("proof-holds"), style="green")
    console.tell(
        say(
            "proof-message",
            id=header.id,
            kind=header.kind,
            sender=header.sender,
            recipient=header.recipient,
            sent=console.when(header.sent_at),
        )
    )
    console.tell(say("proof-digest", digest=proved.digest))
    if not proved.receipts:
        console.tell(say("proof-no-receipt"))
    for receipt in proved.receipts:
        at = console.when(receipt.received_at)
        console.tell(say("proof-receipt", node=receipt.recipient, at=at, verdict=receipt.verdict.value))
    for log in proved.logs:
        console.tell(say("proof-log", node=log.node, epoch=log.epoch, what=log.what, index=log.index, size=log.size))
    console.tell(say("proof-compare"))
    for node, texts in proved.fingerprints.items():
        for text in texts:
            console.tell(f"  {node}: {text}")


def _proved_view(proved: Proved) -> dict[str, Any]:
    return {
        "holds": True,
        "digest": proved.digest,
        "header": proved.header,
        "receipts": proved.receipts,
        "logs": [
            {"node": log.node, "epoch": log.epoch, "what": log.what, "index": log.index, "size": log.size}
            for log in proved.logs
        ],
        "fingerprints": proved.fingerprints,
    }


def head(*, out: Path = console.STANDARD, node: Path | None = None, passphrase_file: Path | None = None) -> None:
    """Our log's head as a signed note."""
    from lienlac.people.rights import Action

    with console.opened(node, passphrase_file, Action.LOG_READ) as here:
        console.write_file(out, here.post.prover.signed_head())


COMMANDS: dict[str, Callable[..., int | None]] = {"verify": verify, "prove": prove, "check": check, "head": head}
