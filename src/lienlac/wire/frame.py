"""The frame around sealed envelopes on a wire or on removable media: one line of JSON, then one line for each item.

A delivery over HTTP and a courier file have the same shape (clauses 11.1, 11.6), so both stream and neither is ever
parsed whole. Knows nothing of what the lines hold: they are sealed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar

import msgspec

from lienlac import limits, strictjson
from lienlac.errors import Refused
from lienlac.wire.attachments import SEALED_CHUNK_BYTES
from lienlac.wire.message import Id, Instant, NodeId

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_CHUNK_LINE = re.compile(rb"c (att-[a-z2-7]{26}) (0|[1-9][0-9]{0,9}) ([1-9][0-9]{0,9})\n?")
HEAD_MAX_BYTES = 262_144
"""The first line: ids, up to four rotations of 30 kB each, in a courier file up to 200 ids of unpacked files."""

Tag = Literal["e", "r", "s", "p"]
_TAGS: dict[bytes, Tag] = {b"e": "e", b"r": "r", b"s": "s", b"p": "p"}
COURIER_LINE_MAX_BYTES = limits.SEALED_MAX_BYTES + 2
"""A line of a courier file: a page of a record may be longer than any envelope."""

Rotations = Annotated[
    tuple[Annotated[str, msgspec.Meta(max_length=60_000)], ...],
    msgspec.Meta(max_length=limits.ROTATIONS_OPEN_MAX),
]


class DeliveryHead(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """First line of a delivery over the network.

    `your_log` is the newest head of the recipient's log that the sender witnessed, as a checkpoint body, empty when
    none: a recipient restored from an older backup sees from it, before it signs anything, that it lost memory.
    `rotations` are the sender's `node.rotate-keys` messages (JWS, under the keys of their time) whose receipts it does
    not hold yet, oldest first: what follows may be signed by the new keys in any lane and any place.
    """

    format: Literal["lienlac-delivery/1"]
    sender: NodeId
    recipient: NodeId
    your_log: Annotated[str, msgspec.Meta(max_length=1000)] = ""
    rotations: Rotations = ()


class Holds(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How many chunks of an unfinished file the writer of a courier file has."""

    id: Id
    chunks: Annotated[int, msgspec.Meta(ge=0, le=2**32)]


class CourierHead(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """First line of a courier file. `unpacked` names files of the recipient that the sender has taken in.

    `your_log` and `rotations` as in `DeliveryHead`. `holds`: files on their way to the sender (clause 14.11).
    """

    format: Literal["lienlac-courier/1"]
    file_id: Id
    sender: NodeId
    recipient: NodeId
    made_at: Instant
    unpacked: Annotated[tuple[Id, ...], msgspec.Meta(max_length=limits.LIST_MAX_ITEMS)]
    your_log: Annotated[str, msgspec.Meta(max_length=1000)] = ""
    rotations: Rotations = ()
    holds: Annotated[tuple[Holds, ...], msgspec.Meta(max_length=limits.LIST_MAX_ITEMS)] = ()


class ChunkHead(msgspec.Struct, frozen=True):
    """The line before a chunk of a file: whose it is, its number, its length in bytes."""

    attachment_id: str
    index: int
    length: int


Head = TypeVar("Head", DeliveryHead, CourierHead)


class Item(msgspec.Struct, frozen=True):
    """One line: `e` an envelope, `r` a sealed receipt, `s` a sealed state, `p` a sealed page of a record."""

    tag: Tag
    data: bytes


def head_line(head: DeliveryHead | CourierHead) -> bytes:
    """The first line with its line feed."""
    return msgspec.json.encode(head) + b"\n"


def item_line(item: Item) -> bytes:
    """One item's line. Sealed items are JSON without line feeds, so a line is a whole item."""
    if b"\n" in item.data:
        raise Refused("frame-malformed", reason="line feed inside an item")
    return item.tag.encode() + b" " + item.data + b"\n"


def chunk_line(head: ChunkHead) -> bytes:
    """The line before a chunk; the chunk itself follows, and a line feed."""
    return f"c {head.attachment_id} {head.index} {head.length}\n".encode("ascii")


def decode_chunk_line(line: bytes) -> ChunkHead:
    """Its parts; raises `Refused("frame-malformed")`."""
    found = _CHUNK_LINE.fullmatch(line)
    if found is None or int(found[3]) > SEALED_CHUNK_BYTES:
        raise Refused("frame-malformed", reason="the line before a chunk")
    return ChunkHead(found[1].decode("ascii"), int(found[2]), int(found[3]))


def decode_head(line: bytes, head_type: type[Head]) -> Head:
    """The first line, strict JSON only; raises `Refused("frame-malformed")`."""
    if len(line) > HEAD_MAX_BYTES:
        raise Refused("frame-malformed", reason="first line too long")
    try:
        strictjson.check(line, max_bytes=HEAD_MAX_BYTES)
        return msgspec.json.decode(line, type=head_type)
    except (msgspec.MsgspecError, RecursionError, UnicodeError, Refused) as error:
        raise Refused("frame-malformed", reason=str(error)) from error


def decode_item(line: bytes) -> Item:
    """One item's line, with or without its line feed."""
    text = line.rstrip(b"\n")
    tag, space, data = _TAGS.get(text[:1]), text[1:2], text[2:]
    limit = limits.SEALED_MAX_BYTES if tag == "p" else limits.ENVELOPE_MAX_BYTES
    if len(data) > limit:
        raise Refused("too-large", size_bytes=len(data), limit_bytes=limit)
    if space != b" " or not data or tag is None:
        raise Refused("frame-malformed", reason="a line is no item of a courier file or delivery")
    return Item(tag, data)


def encode_delivery(head: DeliveryHead, envelopes: Iterable[bytes]) -> bytes:
    """A whole delivery's body."""
    return b"".join([head_line(head), *(item_line(Item("e", envelope)) for envelope in envelopes)])


def decode_delivery(body: bytes) -> tuple[DeliveryHead, list[bytes]]:
    """Head and envelopes of a delivery; raises `Refused` beyond `limits.BATCH_MAX_ENVELOPES`."""
    lines = _lines(body)
    head = decode_head(next(lines, b""), DeliveryHead)
    envelopes: list[bytes] = []
    for line in lines:
        if len(envelopes) >= limits.BATCH_MAX_ENVELOPES:
            raise Refused("delivery-too-long", limit=limits.BATCH_MAX_ENVELOPES)
        item = decode_item(line)
        if item.tag != "e":
            raise Refused("frame-malformed", reason="a delivery holds envelopes only")
        envelopes.append(item.data)
    return head, envelopes


def _lines(body: bytes) -> Iterator[bytes]:
    start = 0
    while start < len(body):
        end = body.find(b"\n", start)
        end = len(body) if end < 0 else end
        yield body[start:end]
        start = end + 1
