"""Two nodes of the exchange in one process, paired and agreed, with one test kind in each lane; no sockets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from lienlac.clock import SystemClock
from lienlac.exchange.post import Outgoing
from lienlac.exchange.post_office import PostOffice
from lienlac.exchange.transport.courier import answer_delivery
from lienlac.ids import SystemChance
from lienlac.keys.card import make_card
from lienlac.keys.suite import NodeKeys
from lienlac.people.officer import Officer, Role
from lienlac.storage.blobs.files import Bounds, Files
from lienlac.storage.database import Database
from lienlac.wire.bodies.agreement import Agreement, ContactPoint, KindTerms, Party
from lienlac.wire.bodies.parts import AttachmentRef  # noqa: TC001  # a body is decoded by its annotations
from lienlac.wire.kinds import Kind
from lienlac.wire.message import Lane, Marks, Pap, Text, Tlp

if TYPE_CHECKING:
    from pathlib import Path


BOSS = Officer(
    id="bench", login="bench", name="Bench", unit="Bench", roles=frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})
)
US, VN = "us-bench", "vn-bench"


class Note(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The body of every test message."""

    text: Text


class Parcel(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The body of a test message with files."""

    text: Text
    attachments: tuple[AttachmentRef, ...]


KINDS = {lane: Kind(f"bench.{lane.value}", 1, Note, lane, opening=True) for lane in Lane}
"""One kind in each lane."""
WITH_FILES = Kind("bench.files", 1, Parcel, Lane.NORMAL, opening=True)


def open_office(
    node_id: str, folder: Path, url: str = "", *, keys: NodeKeys | None = None, synchronous: Any = "full"
) -> PostOffice:
    """A node's exchange round a SQLite file in the folder; fresh keys unless given."""
    clock = SystemClock()
    database = Database.open(f"sqlite:///{folder / node_id}.sqlite", synchronous=synchronous)
    database.create_all()
    keys = keys or NodeKeys.generate(node_id, clock.now())
    card = make_card(
        keys,
        node_id=node_id,
        name_vi=node_id,
        name_en=node_id,
        country=node_id[:2].upper(),
        url=url,
        created_at=clock.now(),
    ).decode()
    return PostOffice(
        database=database,
        clock=clock,
        chance=SystemChance(),
        node_id=node_id,
        keys=keys,
        card=card,
        files=Files(folder / f"{node_id}-attachments", Bounds(total_bytes=10**12, peer_bytes=10**12, free_bytes=0)),
        kinds=(*KINDS.values(), WITH_FILES),
    )


def pair(inviting: PostOffice, invited: PostOffice, *, kinds: tuple[str, ...] = ()) -> None:
    """Invitation, fingerprints, agreement, signatures: as two officers do it, with the messages carried by hand."""
    invitation = inviting.desk.invite(BOSS)
    acceptance = invited.desk.accept(BOSS, invitation, heard_fingerprint=inviting.office.fingerprint)
    if acceptance is None:
        raise RuntimeError(invited.office.node_id)
    inviting.desk.accept(BOSS, acceptance, heard_fingerprint=invited.office.fingerprint)
    agreement = Agreement(
        agreement_id=msgspec.json.decode(invitation)["agreement_id"],
        version=1,
        proposed_at=SystemClock().now(),
        parties=(_party(inviting), _party(invited)),
        kinds=tuple(KindTerms(kind=kind) for kind in kinds or (one.name for one in (*KINDS.values(), WITH_FILES))),
        purposes=("fight",),
        legal_bases=("law",),
        typologies=("fxp-01",),
        refusal_grounds=(),
        tlp_ceiling=Tlp.RED,
        pap_ceiling=Pap.RED,
        retention_days=10,
        no_receipt_warning_s=300,
    )
    inviting.desk.propose(BOSS, msgspec.json.encode(agreement))
    carry(inviting, invited)
    invited.desk.sign(BOSS, inviting.office.node_id, 1)
    carry(invited, inviting)


def carry(sender: PostOffice, receiver: PostOffice) -> int:
    """Deliver everything that waits, lane by lane; how many messages that were."""
    carried = 0
    for lane in Lane:
        while parcel := sender.courier.parcel(receiver.office.node_id, lane):
            _, sealed = answer_delivery(receiver.office, receiver.arrivals, parcel.body, sender.office.node_id)
            reply = sender.courier.delivered(parcel, sealed)
            if any(answer.outcome.value != "receipted" for answer in reply.answers):
                raise RuntimeError(reply.answers)
            carried += len(parcel.waiting)
    return carried


def note(recipient: str, lane: Lane, text: str) -> Outgoing:
    """A message of the lane's test kind."""
    return Outgoing(
        kind=KINDS[lane].name,
        body=Note(text=text),
        recipient=recipient,
        purpose="fight",
        legal_basis="law",
        typology="fxp-01",
        marks=Marks(tlp=Tlp.AMBER, pap=Pap.AMBER),
        addressees=("desk",),
    )


def send(post: PostOffice, recipient: str, lane: Lane, texts: list[str]) -> None:
    """Send in one durable transaction; more than one text is signed under one root."""
    outgoing = [note(recipient, lane, text) for text in texts]
    post.office.database.write(lambda connection: post.departures.send_many(connection, outgoing))


def _party(post: PostOffice) -> Party:
    office = post.office
    contact = ContactPoint(desk="desk", phone="1", email="desk@example.org", named_officer="Bench")
    return Party(
        node_id=office.node_id,
        name_vi=office.node_id,
        name_en=office.node_id,
        fingerprint=office.fingerprint,
        contact=contact,
    )
