"""Proof files: one message, its receipt, and both logs' word for them (clauses 8.7, 8.8).

Collects what this node and, when it answers, the peer's node can show. Whether a proof holds is decided in
`checking`, which needs neither node nor database.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec

from lienlac import limits
from lienlac.agreements import store as agreements
from lienlac.errors import NotAllowed, Refused
from lienlac.exchange import store
from lienlac.exchange.log.checking import check
from lienlac.exchange.log.code import code_of, plain, sure_digits
from lienlac.exchange.log.evidence import Evidence, evidence_of
from lienlac.keys import jws, note
from lienlac.people.access import store as access
from lienlac.people.rights import Action, may, require
from lienlac.storage import ledger
from lienlac.wire import checkpoint, proof
from lienlac.wire.leaves import Leaf, leaf_data
from lienlac.wire.message import digest_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from lienlac.exchange.log.checking import Proved
    from lienlac.exchange.office import Office
    from lienlac.people.officer import Officer

_NAME: Final = re.compile(r"[0-9a-f]{64}|msg-[a-z2-7]{26}")
"""What is a message's name already and no code: its digest or its id."""


class Prover:
    """What this node can prove."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def signed_head(self) -> bytes:
        """Our log's present head as a signed note."""
        with self._office.database.read() as connection:
            return self._head(connection)[1].encode()

    def find(self, officer: Officer, name: str) -> store.Stored:
        """A message by its digest or its id, for somebody who may take out its proof.

        Raises `NotAllowed("message-unknown")`, also for a message about something that the officer may not know of.
        """
        require(officer, Action.LOG_PROVE)
        with self._office.database.read() as connection:
            found = store.by_digest(connection, name) or store.by_message_id(connection, name)
            about = access.leading(connection, (found.record_id if found is not None else None) or "")
        if found is None or (found.record_id and not may(officer, Action.LOG_PROVE, about)):
            raise NotAllowed("message-unknown", message=name)
        return found

    def look_up(self, officer: Officer, typed: str) -> tuple[store.Stored, Proved]:
        """The message that a paper speaks of, named by verification code, digest or id; checked against the log now.

        Raises `Refused("code-unreadable" | "code-mistyped")`, `NotAllowed("message-unknown")`, also for a message about
        something that the officer may not know of; and what `checking.check` raises where the record does not hold.
        """
        require(officer, Action.LOG_READ)
        name = typed.strip().lower()
        with self._office.database.read() as connection:
            if _NAME.fullmatch(name):
                found = store.by_digest(connection, name) or store.by_message_id(connection, name)
            else:
                possible = store.by_beginning(connection, sure_digits(typed))
                found = next((one for one in possible if _bears(one.digest, typed)), None)
            about = access.leading(connection, (found.record_id if found is not None else None) or "")
            if found is None or (found.record_id and not may(officer, Action.LOG_READ, about)):
                raise NotAllowed("message-unknown", message=typed[: limits.LINE_MAX_CHARS])
            return found, check(self._proof_file(connection, found, []))

    def evidence(self, connection: Connection, digest: str) -> Evidence | None:
        """What the record holds of a message of a record that the caller has let somebody see."""
        stored = store.by_digest(connection, digest)
        return None if stored is None else evidence_of(stored.signed, stored.receipt)

    def proof_of(self, connection: Connection, digest: str) -> bytes:
        """The proof file of such a message. Raises `NotAllowed("message-unknown")`."""
        stored = store.by_digest(connection, digest)
        if stored is None:
            raise NotAllowed("message-unknown", message=digest)
        return self._proof_file(connection, stored, [])

    def places(self, digest: str, *, asker: str | None = None) -> list[proof.LogPlace]:
        """Where a message and its receipt stand in our log, under one signed head.

        `asker` is the peer that asks about a message between us; about others it learns nothing.
        """
        with self._office.database.read() as connection:
            stored = store.by_digest(connection, digest)
            if stored is None or (asker is not None and stored.peer != asker):
                raise NotAllowed("message-unknown", message=digest)
            return self._places(connection, stored)

    def prove(self, officer: Officer, name: str, theirs: list[proof.LogPlace] | None = None) -> bytes:
        """The proof file of a message, named by digest or id; `theirs` is what the peer's node showed of its log."""
        stored = self.find(officer, name)
        with self._office.database.read() as connection:
            return self._proof_file(connection, stored, theirs or [])

    def _proof_file(self, connection: Connection, stored: store.Stored, theirs: list[proof.LogPlace]) -> bytes:
        file = proof.ProofFile(
            made_at=self._office.clock.now(),
            message=stored.signed.decode(),
            receipts=(stored.receipt.decode(),) if stored.receipt is not None else (),
            logs=(*self._places(connection, stored), *theirs),
            cards=self._cards(connection, stored),
        )
        return proof.encode(file)

    def _places(self, connection: Connection, stored: store.Stored) -> list[proof.LogPlace]:
        size, head = self._head(connection)
        ours = stored.direction != "in"
        kind, name = (Leaf.MESSAGE_SENT, "sent") if ours else (Leaf.MESSAGE_RECEIVED, "received")
        wanted = [(kind, stored.digest, f"{name}:{stored.digest}")]
        if stored.receipt is not None:
            kind, name = (
                (Leaf.RECEIPT_RECEIVED, "receipt-received") if ours else (Leaf.RECEIPT_ISSUED, "receipt-issued")
            )
            wanted.append((kind, digest_of(stored.receipt), f"{name}:{stored.digest}"))
        return [self._place(connection, kind, digest, ref, size, head) for kind, digest, ref in wanted]

    def _place(self, connection: Connection, kind: Leaf, digest: str, ref: str, size: int, head: str) -> proof.LogPlace:
        data = leaf_data(kind, digest)
        index = next((i for i in ledger.find(connection, ref) if ledger.leaf(connection, i).data == data), None)
        if index is None:
            raise NotAllowed("log-leaf-missing", ref=ref)
        path = ledger.inclusion(connection, index, size)
        return proof.LogPlace(
            origin=self._office.log_origin(connection),
            epoch=ledger.epoch(connection),
            leaf_type=kind,
            digest=digest,
            index=index,
            size=size,
            path=tuple(item.hex() for item in path),
            note=head,
        )

    def _head(self, connection: Connection) -> tuple[int, str]:
        text = self._office.checkpoint_text(connection)
        stated = checkpoint.decode(text)
        return stated.size, note.sign_note(text, stated.origin, self._office.keys.signing)

    def _cards(self, connection: Connection, stored: store.Stored) -> tuple[str, ...]:
        """Our card and the peer's, and the older ones of both under whose keys this message or receipt was signed."""
        named = {jws.peek_kid(stored.signed)}
        if stored.receipt is not None:
            named.add(jws.peek_kid(stored.receipt))
        peer = agreements.require_peer(connection, stored.peer)
        nodes = (self._office.node_id, stored.peer)
        older = [key.card for node in nodes for key in agreements.keys_of(connection, node) if key.kid in named]
        return tuple(dict.fromkeys([self._office.card, peer.card, *older]))


def _bears(digest: str, typed: str) -> bool:
    """Whether a message of that digest has the code, in whatever way it was typed."""
    return plain(code_of(digest)) == plain(typed)


def encode_places(places: list[proof.LogPlace]) -> bytes:
    """Places as a peer sends them."""
    return msgspec.json.encode(places)


def decode_places(data: bytes) -> list[proof.LogPlace]:
    """Places from a peer's answer; raises `Refused("malformed")`. Nothing of them is believed before `checking`."""
    try:
        return msgspec.json.decode(data, type=list[proof.LogPlace])
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        raise Refused("malformed", reason=str(error)) from error
