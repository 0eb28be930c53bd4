"""What is shared between two nodes, from the form to the answer, and back again."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Connection

from lienlac.errors import NotAllowed
from lienlac.intelligence.collection import Collection, Draft, Marks
from lienlac.intelligence.sharing import kinds
from lienlac.wire.bodies.agreement import SecondOfficer
from lienlac.wire.message import Tlp
from tests.intelligence.sharing.scene import (
    AMBER,
    GREEN,
    RED,
    STRICT,
    Shared,
    domain,
    id_of,
    identity,
    indicator,
    malware,
    marked,
    note,
)


@pytest.fixture
def world(tmp_path: Path) -> Shared:
    return Shared(tmp_path)


def test_what_is_shared_once_arrives_byte_for_byte_and_is_answered_object_by_object(world: Shared) -> None:
    collection = world.collection()
    raws = [marked(indicator, 1, GREEN), marked(malware, 2, AMBER), domain(3)]
    world.bring(collection, *raws)
    (share_id,) = world.share(collection).shares
    assert world.there() == {id_of(raw): [raw] for raw in raws}
    assert set(world.states(share_id).values()) == {"new"}
    whole = world.whole(share_id)
    assert {one.state for one in whole.parcels} == {"taken"}
    assert sum(one.objects for one in whole.parcels) == 3
    (incoming,) = world.us.node.sharing.incoming(world.us.officer("giang"))
    assert (incoming.title, incoming.objects, incoming.new, incoming.waiting) == ("Chiến dịch hoa sen", 3, 3, 0)


def test_what_may_not_leave_stays_and_is_said_by_reason(world: Shared) -> None:
    collection = world.collection(ceiling="red")
    world.bring(
        collection, indicator(1), marked(malware, 2, RED), marked(malware, 3, STRICT), identity(4), note(5)
    )  # fmt: skip
    sharing, officer = world.vn.node.sharing, world.vn.officer("giang")
    (survey,) = sharing.preview(officer, sharing.read_share(world.form(collection, tlp="amber")))
    assert survey.withheld["red"] >= 1
    assert survey.withheld["chosen"] == 1
    world.share(collection, tlp="amber+strict")
    assert id_of(malware(2)) not in world.there()


def test_persons_and_notes_leave_only_with_a_reason(world: Shared) -> None:
    collection = world.collection()
    raws = [marked(identity, 4, GREEN), marked(note, 5, GREEN), marked(indicator, 1, GREEN)]
    world.bring(collection, *raws)
    sharing, officer = world.vn.node.sharing, world.vn.officer("giang")
    (survey,) = sharing.preview(officer, sharing.read_share(world.form(collection)))
    assert survey.count == 1
    assert dict(survey.withheld) == {"notes": 1, "persons": 1}
    world.share(collection, let_out=["persons", "notes"], why="Nạn nhân đã đồng ý.")
    assert set(world.there()) == {id_of(raw) for raw in raws}


def test_a_new_version_follows_by_itself_and_so_does_a_revocation(world: Shared) -> None:
    collection = world.collection()
    world.bring(collection, marked(indicator, 1, GREEN))
    (share_id,) = world.share(collection).shares
    newer = marked(indicator, 1, GREEN, modified="2026-11-02T00:00:00.000Z", name="Tên miền mới")
    world.bring(collection, newer, marked(indicator, 2, GREEN))
    world.settle()
    there = world.there()
    assert there[id_of(newer)][-1] == newer
    assert id_of(indicator(2)) not in there, "a share made once does not grow"
    gone = marked(indicator, 1, GREEN, modified="2026-11-03T00:00:00.000Z", revoked=True)
    world.bring(collection, gone)
    world.settle()
    assert world.there()[id_of(gone)][-1] == gone
    assert world.states(share_id) == {id_of(gone): "new"}


def test_a_standing_share_grows_stops_and_goes_on_without_gap_or_repetition(world: Shared) -> None:
    collection = world.collection()
    world.bring(collection, marked(indicator, 1, GREEN))
    (share_id,) = world.share(collection, mode="standing").shares
    world.bring(collection, marked(indicator, 2, GREEN))
    world.settle()
    assert len(world.there()) == 2
    sharing, officer = world.vn.node.sharing, world.vn.officer("giang")
    sharing.stop(officer, share_id)
    world.bring(collection, marked(indicator, 3, GREEN))
    world.settle()
    assert len(world.there()) == 2
    sharing.resume(officer, share_id)
    world.bring(collection, marked(indicator, 4, GREEN))
    world.settle()
    assert len(world.there()) == 4
    assert sum(one.objects for one in world.whole(share_id).parcels) == 4, "nothing was sent twice"


def test_what_becomes_stricter_is_recalled_even_where_the_share_was_stopped(world: Shared) -> None:
    collection = world.collection(ceiling="red")
    world.bring(collection, marked(indicator, 1, GREEN), marked(indicator, 2, GREEN))
    (share_id,) = world.share(collection, mode="standing").shares
    world.vn.node.sharing.stop(world.vn.officer("giang"), share_id)
    world.bring(collection, marked(indicator, 1, RED, modified="2026-11-02T00:00:00.000Z"))
    world.settle()
    assert list(world.there()) == [id_of(indicator(2))]
    assert world.states(share_id)[id_of(indicator(1))] == "recalled"


def test_a_recall_is_carried_out_confirmed_and_shown_with_its_age_until_then(world: Shared) -> None:
    collection = world.collection()
    world.bring(collection, marked(indicator, 1, GREEN), marked(indicator, 2, GREEN), marked(malware, 3, GREEN))
    (share_id,) = world.share(collection).shares
    sharing, officer = world.vn.node.sharing, world.vn.officer("giang")
    one = id_of(indicator(1))
    sharing.recall(officer, share_id, sharing.read_recall({"ids": [one], "reason": "Nhầm đối tượng."}))
    began = world.clock.now()
    world.clock.turn(3600)
    (standing,) = sharing.shares(officer)
    assert (standing.unconfirmed, standing.since) == (1, began)
    world.settle()
    (standing,) = sharing.shares(officer)
    assert standing.unconfirmed == 0
    assert world.states(share_id)[one] == "recalled"
    assert one not in world.there()
    aside = {"ids": [id_of(malware(3))], "act": "set-aside", "reason": "Đang xác minh."}
    sharing.recall(officer, share_id, sharing.read_recall(aside))
    world.settle()
    assert world.states(share_id)[id_of(malware(3))] == "aside"
    ((held, _),) = world.us.node.intelligence.quarantine.listed(world.us.officer("giang"))
    assert held.code == "intel-recalled"
    assert "Đang xác minh." in held.sentence("en")
    sharing.recall(officer, share_id, sharing.read_recall({"everything": True, "reason": "Kết thúc."}))
    world.settle()
    assert world.there() == {}


def test_what_an_officer_deletes_is_deleted_at_the_other_side(world: Shared) -> None:
    collection = world.collection()
    world.bring(collection, marked(indicator, 1, GREEN), marked(indicator, 2, GREEN))
    (share_id,) = world.share(collection).shares
    from lienlac.intelligence.matching import EVERYTHING

    world.vn.node.intelligence.delete(world.vn.officer("giang"), collection.id, id_of(indicator(1)), EVERYTHING)
    world.settle()
    assert list(world.there()) == [id_of(indicator(2))]
    assert world.states(share_id)[id_of(indicator(1))] == "recalled"


def test_a_second_officer_approves_exactly_what_was_shown(tmp_path: Path) -> None:
    from lienlac.wire.bodies.agreement import SecondOfficer

    world = Shared(tmp_path, second_officer=SecondOfficer(kinds=("intelligence.share",)))
    collection = world.collection()
    world.bring(collection, marked(indicator, 1, GREEN))
    (release,) = world.share(collection).waits
    assert world.there() == {}
    assert release.thing == collection.id
    world.bring(collection, marked(indicator, 2, GREEN))
    world.vn.node.releases.approve(world.vn.officer("sep"), release.id, digest=release.digest)
    world.settle()
    assert list(world.there()) == [id_of(indicator(1))], "what came later was not approved"


def test_sightings_and_usefulness_come_back(world: Shared) -> None:
    collection = world.collection()
    world.bring(collection, marked(indicator, 1, GREEN))
    world.share(collection)
    sharing, officer = world.us.node.sharing, world.us.officer("giang")
    seen = {"object": id_of(indicator(1)), "count": 3, "useful": 5, "text": "Ba ví bị phong toả."}
    sharing.sight(officer, sharing.read_sighting(seen))
    world.settle()
    (told,) = world.vn.node.sharing.sightings(world.vn.officer("giang"))
    assert (told.count, told.useful, told.text, told.direction) == (3, 5, "Ba ví bị phong toả.", "in")
    (said,) = sharing.sightings(officer)
    assert (said.direction, said.state) == ("out", "delivered")


def test_what_a_restored_node_gave_is_known_again_and_can_be_taken_back(world: Shared) -> None:
    """A pack of ours comes back from the peer; the order that it belonged to does not."""
    import msgspec

    from lienlac.exchange.post import Arrived
    from lienlac.exchange.store.tables import message_table
    from lienlac.intelligence.sharing.store import given, shares
    from lienlac.keys import jws
    from lienlac.wire.bodies.intelligence import Shared as Body
    from lienlac.wire.message import decode

    collection = world.collection()
    world.bring(collection, marked(indicator, 1, GREEN))
    world.share(collection)
    database = world.vn.node.database
    with database.read() as connection:
        query = message_table.select().where(message_table.c.kind == "intelligence.share")
        row = connection.execute(query).one()
    message = decode(jws.payload_unverified(row.signed))
    arrived = Arrived(
        header=message.header, body=msgspec.json.decode(message.body, type=Body), digest=row.digest,
        received_at=world.clock.now(), ours=True, replayed=True,
    )  # fmt: skip

    def restore(connection: Connection) -> None:
        for table in (given.given_table, shares.parcel_table, shares.share_table):
            connection.execute(table.delete())
        world.vn.node.sharing.arrivals.shared(connection, arrived)

    database.write(restore)
    (share_id,) = world.share(collection).shares
    assert set(world.states(share_id).values()) == {"same"}
    sharing, officer = world.vn.node.sharing, world.vn.officer("giang")
    sharing.recall(officer, share_id, sharing.read_recall({"everything": True, "reason": "Nhầm."}))
    world.settle()
    assert world.there() == {}


def test_marks_set_stricter_by_hand_are_taken_back_from_the_partner(world: Shared) -> None:
    collection = world.collection()
    world.bring(collection, marked(indicator, 1, GREEN), marked(indicator, 2, GREEN))
    world.share(collection, mode="standing")
    object_id = id_of(indicator(1))
    assert object_id in world.there()
    marking, officer = world.vn.node.intelligence.marking, world.vn.officer("giang")
    before = marking.show(officer, collection.id, object_id).present
    chosen = Marks(tlp="amber+strict", pap="red", handling=("h2",))
    marking.set(officer, collection.id, object_id, before=before, chosen=chosen, reason="", lowering=False)
    world.settle()
    assert object_id not in world.there()
    assert id_of(indicator(2)) in world.there()


def lower(world: Shared, collection: Collection, ceiling: str = "green") -> None:
    draft = Draft(title=collection.title, ceiling=ceiling, writable=True)
    world.vn.node.intelligence.describe(world.vn.officer("giang"), collection.id, draft)


def test_what_went_above_a_ceiling_that_was_lowered_is_counted_recalled_and_confirmed(world: Shared) -> None:
    collection = world.collection()
    low, high = marked(indicator, 1, GREEN), marked(indicator, 2, AMBER)
    world.bring(collection, low, high, marked(malware, 3, AMBER))
    (share_id,) = world.share(collection, mode="standing").shares
    sharing, officer = world.vn.node.sharing, world.vn.officer("giang")
    above = sharing.read_recall({"above": True, "reason": "Bộ sưu tập nay chỉ đến TLP:GREEN."})
    assert [one.above for one in sharing.shares(officer)] == [0]
    with pytest.raises(NotAllowed, match="recall-nothing"):
        sharing.recall(officer, share_id, above)
    lower(world, collection)
    assert [one.above for one in sharing.shares(officer)] == [2]
    world.settle()
    assert len(world.there()) == 3, "a ceiling alone takes nothing back: an officer does"
    assert sharing.recall(officer, share_id, above) == (2, None)
    world.settle()
    assert list(world.there()) == [id_of(low)]
    assert world.states(share_id)[id_of(high)] == "recalled"
    (standing,) = sharing.shares(officer)
    assert (standing.above, standing.unconfirmed, standing.share.state) == (0, 0, "active")
    world.bring(collection, marked(indicator, 4, GREEN))
    world.settle()
    assert set(world.there()) == {id_of(low), id_of(indicator(4))}, "the share goes on with what may go"
    lower(world, collection, "amber")
    world.bring(collection, marked(indicator, 2, AMBER, modified="2026-11-09T00:00:00.000Z"))
    world.settle()
    assert id_of(high) not in world.there(), "what an officer took back goes again only under a share made later"


def test_a_recall_waits_for_a_second_officer_only_where_the_agreement_names_recalls(tmp_path: Path) -> None:
    world = Shared(tmp_path, second_officer=SecondOfficer(kinds=(kinds.RECALL,), tlp_from=Tlp.AMBER_STRICT))
    collection = world.collection()
    world.bring(collection, marked(indicator, 1, GREEN), marked(indicator, 2, AMBER))
    (share_id,) = world.share(collection).shares
    lower(world, collection)
    sharing, officer = world.vn.node.sharing, world.vn.officer("giang")
    taken = sharing.recall(officer, share_id, sharing.read_recall({"above": True, "reason": "Hạ mức trần."}))
    assert taken.waits is not None
    world.settle()
    assert len(world.there()) == 2, "nothing is taken back yet"
    page = world.vn.browser("sep").get(f"/approvals/{taken.waits.id}").text
    for said in ("Phần vượt mức trần đã được hạ xuống", "Hạ mức trần.", "Chiến dịch hoa sen"):
        assert said in page
    world.vn.node.releases.approve(world.vn.officer("sep"), taken.waits.id, digest=taken.waits.digest)
    world.settle()
    assert list(world.there()) == [id_of(indicator(1))]
    with pytest.raises(NotAllowed, match="recall-nothing"):
        sharing.recall(officer, share_id, sharing.read_recall({"above": True, "reason": "Lần nữa."}))


def test_a_share_limited_to_types_gives_nothing_else_now_or_later(world: Shared) -> None:
    collection = world.collection()
    world.bring(collection, marked(indicator, 1, GREEN), marked(malware, 2, GREEN), domain(3))
    (share_id,) = world.share(collection, mode="standing", types=["indicator", "domain-name"]).shares
    world.bring(collection, marked(malware, 4, GREEN), marked(indicator, 5, GREEN))
    world.settle()
    assert set(world.there()) == {id_of(indicator(1)), id_of(domain(3)), id_of(indicator(5))}
    page = world.vn.browser("giang").get(f"/intelligence/sharing/{share_id}").text
    assert "Chỉ dấu, Tên miền" in page
    assert "Chỉ dấu, Tên miền" in world.vn.browser("giang").get("/intelligence/sharing").text
