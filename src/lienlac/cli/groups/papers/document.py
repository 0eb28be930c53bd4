"""`lienlac document …`: papers of requests through a running node's interface, with an officer's token."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from lienlac import limits
from lienlac.cli import console
from lienlac.cli.groups.steps import client_of
from lienlac.cli.words import say

if TYPE_CHECKING:
    from lienlac.client import Client
    from lienlac.interface.papers import Verified

CHECK_FAILED = 5
"""Exit code; the same as `app.Exit.CHECK_FAILED`."""


def print_(
    name: str,
    *,
    message: str = "",
    out: Path | None = None,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """A request, or one message about it, as PDF."""
    with client_of(url, token_file) as node:
        reference = node.request(name).reference
        content = node.message_paper(name, message) if message else node.paper(name)
    beside = f"-{message[:12]}" if message else ""
    console.write_file(out or Path(f"{reference}{beside}.pdf"), content)


def package(name: str, *, out: Path | None = None, url: str | None = None, token_file: Path | None = None) -> None:
    """Everything about a request, for legal assistance."""
    with client_of(url, token_file) as node:
        reference = node.request(name).reference
        content = node.package(name)
    console.write_file(out or Path(f"{reference}.zip"), content)


def verify(
    code: str,
    *,
    file: Path | None = None,
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> int:
    """Which message a paper speaks of; with a file, whether it is that very paper."""
    with client_of(url, token_file) as node:
        found = node.look_up(code)
        same = None if file is None else _is_same(node, found, file)
    if json:
        console.tell_json(found if same is None else {"found": found, "file_is_same": same})
    else:
        _tell(found)
        if same is not None:
            console.tell(say("paper-same" if same else "paper-differs"), style="green" if same else "red")
    return CHECK_FAILED if same is False else 0


def _is_same(node: Client, found: Verified, file: Path) -> bool:
    """Whether the node prints these very bytes: of this message, or of the whole request that it opened."""
    held, about = console.read_file(file, limits.DOCUMENT_MAX_BYTES), found.record_id
    return about is not None and (held == node.message_paper(about, found.digest) or held == node.paper(about))


def _tell(found: Verified) -> None:
    console.tell(say("paper-stands"), style="green")
    console.tell(say("paper-code", code=found.code))
    sent = console.when(found.sent_at)
    about = {"id": found.message_id, "kind": found.kind, "sender": found.sender, "recipient": found.recipient}
    console.tell(say("proof-message", sent=sent, **about))
    console.tell(say("proof-digest", digest=found.digest))
    for receipt in found.receipts:
        at = console.when(receipt.received_at)
        console.tell(say("proof-receipt", node=found.recipient, at=at, verdict=receipt.verdict))
    for place in found.log:
        where = {"node": place.node, "epoch": place.epoch, "what": place.leaf}
        console.tell(say("proof-log", index=place.index, size=place.size, **where))


COMMANDS: dict[str, Callable[..., int | None]] = {"print": print_, "package": package, "verify": verify}
