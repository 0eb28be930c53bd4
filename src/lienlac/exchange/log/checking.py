"""`lienlac log check FILE`: whether a proof file holds, on a machine that has neither node nor database.

Believes only signatures and hashes inside the file and names the fingerprints whose word it is. Whether those are the
right authorities' the reader compares with fingerprints known from elsewhere. Pure (clause 8.8).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lienlac import limits, strictjson
from lienlac.errors import Refused
from lienlac.exchange.names import MESSAGE_TYP, RECEIPT_TYP, parse_origin
from lienlac.keys import jws, note
from lienlac.keys.card import NodeCard, parse_card
from lienlac.wire import message as messages
from lienlac.wire import proof
from lienlac.wire import receipt as receipts
from lienlac.wire.leaves import Leaf
from lienlac.wire.message import digest_of
from lienlac.wire.receipt import matches

if TYPE_CHECKING:
    from lienlac.wire.message import Header
    from lienlac.wire.receipt import Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class LogWord:
    """One log's word, checked: this digest is leaf `index` of the log that `node` signed at `size`."""

    node: str
    epoch: int
    what: str
    index: int
    size: int
    root: str


@dataclass(slots=True, kw_only=True)
class Proved:
    """What a proof file proves. `fingerprints` are by node; compare them before relying on anything else here."""

    digest: str
    header: Header
    body: bytes
    receipts: list[Receipt] = field(default_factory=list)
    logs: list[LogWord] = field(default_factory=list)
    fingerprints: dict[str, list[str]] = field(default_factory=dict)


def check(data: bytes) -> Proved:
    """Check a proof file; raises `Refused` with the first thing that does not hold.

    1 the file's form; 2 each card holds under its own keys; 3 the message under its sender's; 4 each receipt under
    the receiver's, about this very message; 5 each log place: the note under that node's keys, the path to its root,
    the leaf that of this message or one of its receipts.
    """
    file = proof.decode(data)
    cards = {card.signing.kid: card for card in (parse_card(text.encode()) for text in file.cards)}
    signed = file.message.encode()
    author = _card(cards, jws.peek_kid(signed))
    payload = jws.verify(signed, author.signing, MESSAGE_TYP)
    strictjson.check(payload, max_bytes=limits.MESSAGE_MAX_BYTES)  # as every node did that took it: one meaning only
    message = messages.decode(payload)
    if message.header.sender != author.node_id:
        raise Refused("sender-not-the-signer", sender=message.header.sender)
    proved = Proved(digest=digest_of(signed), header=message.header, body=bytes(message.body))
    named = {proved.digest}
    for text in file.receipts:
        proved.receipts.append(_receipt(cards, text.encode(), proved))
        named.add(digest_of(text.encode()))
    for place in file.logs:
        proved.logs.append(_log(cards, place, named))
    for card in cards.values():
        proved.fingerprints.setdefault(card.node_id, []).append(card.fingerprint)
    return proved


def _receipt(cards: dict[str, NodeCard], signed: bytes, proved: Proved) -> Receipt:
    card = _card(cards, jws.peek_kid(signed))
    receipt = receipts.decode_receipt(jws.verify(signed, card.signing, RECEIPT_TYP))
    if receipt.digest != proved.digest or not matches(receipt, proved.header):
        raise Refused("receipt-mismatch")
    if card.node_id != proved.header.recipient or receipt.recipient != card.node_id:
        raise Refused("sender-not-the-signer", sender=receipt.recipient)
    return receipt


def _log(cards: dict[str, NodeCard], place: proof.LogPlace, named: set[str]) -> LogWord:
    node, epoch = parse_origin(place.origin)
    if place.digest not in named or epoch != place.epoch:
        raise Refused("proof-invalid", reason="a log place about something else")
    _note_holds(cards, place, node)
    place.verify_path()
    try:
        what = Leaf(place.leaf_type).name.lower().replace("_", "-")
    except ValueError as error:
        raise Refused("proof-invalid", reason="a leaf of unknown type") from error
    return LogWord(node=node, epoch=epoch, what=what, index=place.index, size=place.size, root=place.head.root.hex())


def _note_holds(cards: dict[str, NodeCard], place: proof.LogPlace, node: str) -> None:
    """The head is signed by a card of the node whose log it is."""
    for card in cards.values():
        if card.node_id != node:
            continue
        try:
            note.verify_note(place.note, card.signing, place.origin)
        except Refused:
            continue
        return
    raise Refused("proof-invalid", reason=f"the head of {node}'s log is not signed by {node}")


def _card(cards: dict[str, NodeCard], kid: str) -> NodeCard:
    card = cards.get(kid)
    if card is None:
        raise Refused("key-unknown", kid=kid)
    return card
