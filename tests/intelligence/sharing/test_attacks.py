"""What a dishonest peer, a careless officer or a lost receipt may try; each attack by its name."""

from __future__ import annotations

import hashlib
import zlib
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from lienlac.errors import NotAllowed, Refused
from lienlac.exchange.post import Outgoing
from lienlac.intelligence.collection import Giver, Marks, Source
from lienlac.intelligence.sharing import kinds
from lienlac.intelligence.sharing.arrivals import identity_of
from lienlac.intelligence.sharing.store import shares
from lienlac.people.access import store as access
from lienlac.people.officer import Role
from lienlac.wire.bodies import intelligence as bodies
from lienlac.wire.message import Handling, Pap, Tlp
from lienlac.wire.message import Marks as WireMarks
from lienlac.wire.packing.packs import packed
from tests.duty.nodes import US, VN, Side
from tests.intelligence.sharing.scene import AMBER, GREEN, RED, Shared, id_of, identity, indicator, malware, marked
from tests.intelligence.test_around import relationship

SHARE = "shr-" + "a" * 26


@pytest.fixture
def world(tmp_path: Path) -> Shared:
    return Shared(tmp_path)


def send(
    world: Shared, kind: str, body: Any, *, by: Side | None = None, tlp: Tlp = Tlp.GREEN, share: str = SHARE
) -> str:
    """A peer whose software says whatever it likes; the message's id."""
    side = by or world.us
    outgoing = Outgoing(
        kind=kind,
        body=body,
        recipient=VN if side is world.us else US,
        purpose="prevent-crime",
        legal_basis="contact-network-24-7",
        marks=WireMarks(tlp=tlp, pap=Pap.CLEAR, handling=(Handling.H2,)),
        addressees=("analysts",),
        record_id=share,
    )
    sent = side.node.database.write(lambda connection: side.node.post.departures.send(connection, outgoing))
    world.settle()
    return sent.header.id


def verdict(world: Shared, message_id: str, *, by: Side | None = None) -> tuple[str | None, str | None]:
    """What the other side's receipt says."""
    from lienlac.exchange.store.tables import message_table

    side = by or world.us
    with side.node.database.read() as connection:
        row = connection.execute(message_table.select().where(message_table.c.message_id == message_id)).one()
    return row.verdict, row.code


def pack(*raws: bytes, **changes: Any) -> bodies.Shared:
    (one,) = packed(list(raws))
    values = {
        "title": "A share", "mode": bodies.Mode.ONCE, "batch": 1, "done": len(raws), "of": len(raws),
        "count": one.objects, "size_bytes": one.size_bytes, "digest": one.digest, "pack": one.pack,
    }  # fmt: skip
    return bodies.Shared(**{**values, **changes})


def mine(world: Shared) -> dict[str, list[bytes]]:
    """What Viet Nam holds from the United States."""
    return world.held_by(world.vn, US)


# --- packs --------------------------------------------------------------------------------------------------------


def test_a_bomb_is_refused_and_nothing_of_it_kept(world: Shared) -> None:
    bomb = zlib.compress(bytes(100_000_000), 9)
    sent = send(world, kinds.SHARE, pack(indicator(1), pack=bomb, size_bytes=8_000_000))
    assert verdict(world, sent) == ("refused", "pack-size")
    assert world.room(world.vn, US) is None


@pytest.mark.parametrize(
    ("lie", "code"),
    [
        ({"count": 2}, "pack-count"),
        ({"digest": "0" * 64}, "pack-digest"),
        ({"size_bytes": 10}, "pack-size"),
        ({"pack": b"no zlib"}, "pack-broken"),
    ],
)
def test_lies_about_a_pack_are_refused(world: Shared, lie: dict[str, Any], code: str) -> None:
    sent = send(world, kinds.SHARE, pack(indicator(1), **lie))
    assert verdict(world, sent) == ("refused", code)
    send(world, kinds.SHARE, pack(marked(indicator, 2, GREEN)))
    assert list(mine(world)) == [id_of(indicator(2))], "what follows a refusal still comes"


def test_a_message_ten_times_too_large_is_not_sent_and_not_read(world: Shared) -> None:
    noise = hashlib.shake_256(b"noise").digest(7_000_000)
    with pytest.raises(Refused):
        send(world, kinds.SHARE, pack(indicator(1), pack=noise))


def test_a_damaged_object_is_held_and_the_others_are_taken(world: Shared) -> None:
    good = marked(indicator, 1, GREEN)
    sent = send(world, kinds.SHARE, pack(b'{"type": "indicator"}', good, b"\xff\xfe"))
    assert verdict(world, sent)[0] == "accepted"
    assert list(mine(world)) == [id_of(good)]
    held = world.vn.node.intelligence.quarantine.listed(world.vn.officer("giang"))
    assert len(held) == 2


# --- marks --------------------------------------------------------------------------------------------------------


def test_red_is_held_whatever_the_header_says(world: Shared) -> None:
    send(world, kinds.SHARE, pack(marked(indicator, 1, RED)), tlp=Tlp.CLEAR)
    assert mine(world) == {}
    ((held, _),) = world.vn.node.intelligence.quarantine.listed(world.vn.officer("giang"))
    assert held.code == "intel-above-ceiling"


def test_marks_stripped_on_the_way_come_back_from_the_header(world: Shared) -> None:
    """An object without a mark of its own carries that of its message; one with a stricter mark keeps it."""
    send(world, kinds.SHARE, pack(indicator(1), marked(malware, 2, AMBER)), tlp=Tlp.GREEN)
    seen = world.vn.node.intelligence
    stored = {one: seen.seen(world.vn.officer("giang"), one).newest for one in mine(world)}
    ranks = {one: stored[one].tlp for one in stored}
    assert ranks == {id_of(indicator(1)): 1, id_of(malware(2)): 2}
    assert {one.handling for one in stored.values()} == {"h2"}


def test_what_a_peer_gave_is_not_passed_on_without_its_leave(world: Shared) -> None:
    """H2 stays beside the object: neither to others, nor back to where it came from."""
    collection = world.collection()
    third = Source(giver=Giver.PEER, ref="jp-npa green", label="NPA", marks=Marks(tlp="green", handling=("h2",)))
    free = Source(giver=Giver.PEER, ref="jp-npa clear", label="NPA", marks=Marks(tlp="green", handling=("h0",)))
    back = Source(giver=Giver.PEER, ref=f"{US} green", label="IC3", marks=Marks(tlp="green"))
    world.bring(collection, indicator(1), source=third)
    world.bring(collection, indicator(2), source=free)
    world.bring(collection, indicator(3), source=back)
    sharing, officer = world.vn.node.sharing, world.vn.officer("giang")
    (survey,) = sharing.preview(officer, sharing.read_share(world.form(collection)))
    assert dict(survey.withheld) == {"onward": 1, "theirs": 1}
    world.share(collection)
    assert list(world.there()) == [id_of(indicator(2))]


# --- whose it is --------------------------------------------------------------------------------------------------


def test_an_object_of_ours_with_another_content_is_held_and_ours_stays(world: Shared) -> None:
    collection = world.collection()
    ours = marked(indicator, 1, GREEN)
    world.bring(collection, ours)
    world.share(collection)
    forged = marked(indicator, 1, GREEN, name="Not what we said")
    newer = marked(indicator, 1, GREEN, modified="2026-11-20T00:00:00.000Z", name="A later lie")
    send(world, kinds.SHARE, pack(forged, newer))
    assert mine(world) == {}
    held = world.vn.node.intelligence.quarantine.listed(world.vn.officer("giang"))
    assert {one.code for one, _ in held} == {"intel-ours"}
    page = world.vn.node.intelligence.seen(world.vn.officer("giang"), id_of(ours))
    assert [one.raw for one in page.places[0][1]] == [ours]


def test_nobody_else_speaks_in_the_name_of_this_node(world: Shared) -> None:
    send(world, kinds.SHARE, pack(marked(indicator, 1, GREEN, created_by_ref=identity_of(VN))))
    assert mine(world) == {}


def test_answers_do_not_tell_what_else_is_known_here(world: Shared) -> None:
    """Whoever offers what never left this node learns nothing: it is taken as new, known here or not."""
    collection = world.collection()
    world.bring(collection, marked(indicator, 1, GREEN))
    send(world, kinds.SHARE, pack(marked(indicator, 1, GREEN), marked(indicator, 2, GREEN)))
    from lienlac.intelligence.sharing.store.arrived import arrived_table

    with world.vn.node.database.read() as connection:
        (row,) = connection.execute(arrived_table.select()).all()
    assert row.states == "nn"


# --- recalls ------------------------------------------------------------------------------------------------------


def test_a_recall_of_what_is_not_theirs_touches_nothing(world: Shared) -> None:
    collection = world.collection()
    world.bring(collection, marked(indicator, 1, GREEN))
    send(world, kinds.SHARE, pack(marked(indicator, 2, GREEN)))
    ids = (id_of(indicator(1)), id_of(indicator(3)))
    send(world, kinds.RECALL, bodies.Recall(objects=ids, act=bodies.Act.DELETE, reason="mine now"))
    assert list(mine(world)) == [id_of(indicator(2))]
    assert world.vn.node.intelligence.seen(world.vn.officer("giang"), id_of(indicator(1)))


def test_a_recall_never_overtakes_the_pack_that_it_is_about(world: Shared) -> None:
    """Both wait to be taken in; the order of the lane holds."""
    side = world.us
    for kind, body in (
        (kinds.SHARE, pack(marked(indicator, 1, GREEN))),
        (kinds.RECALL, bodies.Recall(objects=(id_of(indicator(1)),), act=bodies.Act.DELETE, reason="at once")),
    ):
        outgoing = Outgoing(
            kind=kind, body=body, recipient=VN, purpose="prevent-crime", legal_basis="contact-network-24-7",
            marks=WireMarks(tlp=Tlp.GREEN, pap=Pap.CLEAR), addressees=("analysts",), record_id=SHARE,
        )  # fmt: skip

        def put(connection: Connection, outgoing: Outgoing = outgoing) -> Any:
            return side.node.post.departures.send(connection, outgoing)

        side.node.database.write(put)
    world.deliver()
    world.settle()
    assert mine(world) == {}


def test_what_is_in_quarantine_is_gone_too_when_its_author_deletes_it(world: Shared) -> None:
    forged = marked(indicator, 1, RED)
    send(world, kinds.SHARE, pack(forged))
    send(world, kinds.RECALL, bodies.Recall(objects=(id_of(forged),), act=bodies.Act.DELETE, reason="wrong mark"))
    desk, officer = world.vn.node.intelligence.quarantine, world.vn.officer("giang")
    assert desk.listed(officer) == []
    ((held, _),) = desk.listed(officer, state="dismissed")
    assert desk.show(officer, held.id).raw == b""


# --- answers ------------------------------------------------------------------------------------------------------


def test_answers_about_messages_that_were_never_sent_are_refused(world: Shared) -> None:
    taken = send(world, kinds.TAKEN, bodies.Taken(of="msg-" + "a" * 26, states="n"))
    assert verdict(world, taken) == ("refused", "share-unknown")
    recalled = send(world, kinds.RECALLED, bodies.Recalled(of="msg-" + "a" * 26, states="d"))
    assert verdict(world, recalled) == ("refused", "share-unknown")


def test_an_answer_of_another_length_is_refused_and_a_second_one_changes_nothing(world: Shared) -> None:
    collection = world.collection()
    world.bring(collection, marked(indicator, 1, GREEN))
    (share_id,) = world.share(collection).shares
    (parcel,) = world.whole(share_id).parcels
    again = send(world, kinds.TAKEN, bodies.Taken(of=parcel.message_id, states="nn"))
    assert verdict(world, again) == ("refused", "share-answer")
    replay = send(world, kinds.TAKEN, bodies.Taken(of=parcel.message_id, states="r"))
    assert verdict(world, replay)[0] == "accepted"
    assert world.states(share_id) == {id_of(indicator(1)): "new"}


def test_an_answer_to_another_peers_message_is_unknown(world: Shared) -> None:
    collection = world.collection()
    world.bring(collection, marked(indicator, 1, GREEN))
    (share_id,) = world.share(collection).shares

    def elsewhere(connection: Connection) -> None:
        shares.add_parcel(
            connection, "msg-" + "b" * 26, kind="share", peer="jp-npa", share=1, objects=1, at=world.clock.now()
        )

    world.vn.node.database.write(elsewhere)
    sent = send(world, kinds.TAKEN, bodies.Taken(of="msg-" + "b" * 26, states="n"))
    assert verdict(world, sent) == ("refused", "share-unknown")
    assert world.states(share_id) == {id_of(indicator(1)): "new"}


def test_a_word_about_what_was_never_shared_is_refused(world: Shared) -> None:
    from lienlac.wire.bodies.hotline import Officer

    who = Officer(name="Mark", unit="RAT")
    body = bodies.Sighted(object=id_of(indicator(1)), officer=who, useful=5, text="We guess that you have it.")
    assert verdict(world, send(world, kinds.SIGHTED, body)) == ("refused", "sighting-unknown")
    assert world.vn.node.sharing.sightings(world.vn.officer("giang")) == []


def test_a_peer_that_floods_is_told_to_wait(world: Shared, monkeypatch: pytest.MonkeyPatch) -> None:
    from lienlac import limits

    monkeypatch.setattr(limits, "INTEL_WAITING_MAX", 2)
    monkeypatch.setattr(world.vn.node.sharing.work, "step", lambda _now: False)
    sent = [send(world, kinds.SHARE, pack(marked(indicator, number, GREEN))) for number in range(1, 4)]
    assert [verdict(world, one)[1] for one in sent] == [None, None, "share-too-many"]


def restrict(world: Shared, collection_id: str, *logins: str) -> None:
    """Only these officers may know of the collection from now on."""

    def close(connection: Connection) -> None:
        named = [world.vn.officer(login).id for login in logins]
        access.add(connection, collection_id, access.Relation.ALLOWED, named, by="sep", at=world.clock.now())

    world.vn.node.database.write(close)


# --- inside the house ---------------------------------------------------------------------------------------------


def test_a_restricted_collection_does_not_leak_by_counts(world: Shared) -> None:
    collection = world.collection()
    world.bring(collection, marked(indicator, 1, GREEN))
    officer, other = world.vn.officer("giang"), world.vn.officer("khac")
    sharing = world.vn.node.sharing
    sharing.share(officer, sharing.read_share(world.form(collection, mode="standing")))
    restrict(world, collection.id, "giang", "sep")
    world.settle()
    assert world.there() == {}, "restricted meanwhile: nothing leaves any more"
    assert sharing.shares(other) == []
    with world.vn.node.database.read() as connection:
        assert sharing.waiting(connection, other) == 0
    wanted = sharing.read_share(world.form(collection))
    with pytest.raises(NotAllowed, match="not-found"):
        sharing.preview(other, wanted)
    (survey,) = sharing.preview(officer, wanted)
    assert (survey.count, dict(survey.withheld)) == (0, {"restricted": 1})
    with pytest.raises(NotAllowed, match="share-empty"):
        sharing.share(officer, wanted)
    world.share(collection, let_out=["restricted"], why="Được lãnh đạo duyệt.")
    assert list(world.there()) == [id_of(indicator(1))]


def test_a_share_whose_proposer_may_no_longer_share_does_not_leave(tmp_path: Path) -> None:
    from lienlac.wire.bodies.agreement import SecondOfficer

    world = Shared(tmp_path, second_officer=SecondOfficer(kinds=(kinds.SHARE,)))
    collection = world.collection()
    world.bring(collection, marked(indicator, 1, GREEN))
    (release,) = world.share(collection).waits
    sep = world.vn.officer("sep")
    restrict(world, collection.id, "sep")
    with pytest.raises(NotAllowed, match="release-proposer-gone"):
        world.vn.node.releases.approve(sep, release.id, digest=release.digest)
    world.settle()
    assert world.there() == {}


def test_attack_taking_out_the_proof_of_a_pack_of_a_collection_that_is_hidden(world: Shared) -> None:
    """A message of a share follows the share's collection, on both sides: in the log, as a dead letter, as a proof."""
    from lienlac import journal
    from lienlac.exchange import store
    from lienlac.ui.log.shown import shown_to

    collection = world.collection()
    world.bring(collection, marked(indicator, 1, GREEN))
    (share_id,) = world.share(collection).shares
    room = world.room(world.us, VN)
    assert room is not None
    for side, hidden in ((world.vn, collection.id), (world.us, room.id)):
        side.hire("soi", "Trần Soi", Role.SUPERVISOR, unit="Other", channel=False)
        named, other = side.officer("sep"), side.officer("soi")
        with side.node.database.read() as connection:
            digests = [one.digest for one in store.of_record(connection, share_id)]
        assert digests
        for digest in digests:
            assert side.node.post.prover.find(other, digest)
            side.node.database.write(
                lambda connection, digest=digest: journal.record(
                    connection, at=world.clock.now(), actor="node", action="letter.drop", thing=digest
                )
            )

        def close(connection: Connection, side: Side = side, hidden: str = hidden) -> None:
            access.add(
                connection, hidden, access.Relation.ALLOWED, [side.officer("sep").id], by="sep", at=world.clock.now()
            )

        side.node.database.write(close)
        for digest in digests:
            assert side.node.post.prover.find(named, digest)
            with pytest.raises(NotAllowed, match="message-unknown"):
                side.node.post.prover.find(other, digest)
            with pytest.raises(NotAllowed, match="message-unknown"):
                side.node.post.prover.look_up(other, digest)
        with side.node.database.read() as connection:
            seen = [
                {one.thing for one in journal.latest(connection, rows=200, shown=shown_to(who))} & set(digests)
                for who in (named, other)
            ]
        assert seen == [set(digests), set()]


# --- what relations tell ---------------------------------------------------------------------------------------------


def relation(number: int, source: bytes, target: bytes) -> bytes:
    return relationship(number, id_of(source), "related-to", id_of(target))


def sighting(number: int, of: bytes, where: bytes) -> bytes:
    return (
        f'{{"type":"sighting","spec_version":"2.1","id":"sighting--5d0092c5-5f74-4287-9642-{number:012d}",'
        '"created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z",'
        f'"sighting_of_ref":"{id_of(of)}","where_sighted_refs":["{id_of(where)}"]}}'
    ).encode()


def test_attack_reading_from_a_relation_that_there_is_a_victim(world: Shared) -> None:
    """The identity stays here, and so does every relation and sighting that names it: on the page and on the wire."""
    collection = world.collection()
    bad, victim = malware(1), identity(1)
    other = relation(2, bad, indicator(1))
    joined = [relation(1, victim, bad), sighting(1, bad, victim)]
    world.bring(collection, bad, indicator(1), victim, *joined, other)
    (survey,) = world.vn.node.sharing.preview(
        world.vn.officer("giang"), world.vn.node.sharing.read_share(world.form(collection))
    )
    assert dict(survey.withheld) == {"persons": 1, "names": 2}
    world.share(collection)
    assert set(world.there()) == {id_of(bad), id_of(indicator(1)), id_of(other)}
    told = b"".join(raw for raws in world.there().values() for raw in raws)
    assert id_of(victim).encode() not in told


def test_a_relation_goes_with_what_an_officer_lets_out(world: Shared) -> None:
    collection = world.collection()
    bad, victim = malware(1), identity(1)
    world.bring(collection, bad, victim, relation(1, victim, bad))
    world.share(collection, let_out=["persons"], why="Nạn nhân đã đồng ý.")
    assert set(world.there()) == {id_of(bad), id_of(victim), id_of(relation(1, victim, bad))}


def test_attack_a_relation_to_what_is_marked_for_others_alone(world: Shared) -> None:
    collection = world.collection(ceiling="red")
    bad, secret = marked(malware, 1, GREEN), marked(malware, 2, RED)
    joins = relation(1, secret, bad)
    open_ = b'{"object_marking_refs":["' + GREEN.encode() + b'"],' + joins[1:]
    world.bring(collection, bad, secret, open_)
    world.share(collection)
    assert set(world.there()) == {id_of(bad)}


def test_attack_a_relation_that_comes_later_than_what_it_names(world: Shared) -> None:
    """A standing share looks at what was added; what a relation names may have been judged long before."""
    collection = world.collection()
    bad, victim = malware(1), identity(1)
    world.bring(collection, bad, victim)
    world.share(collection, mode="standing")
    world.bring(collection, relation(1, victim, bad), relation(2, bad, bad))
    world.settle()
    assert set(world.there()) == {id_of(bad), id_of(relation(2, bad, bad))}
