"""Two whole nodes: both sides see who answers, both escalate, both stop; and a request is never held up by duty."""

from __future__ import annotations

import pytest

from lienlac import journal
from lienlac.hotline.lifecycle import Step
from tests.duty.nodes import US, VN, World
from tests.duty.scene import agreement


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    made = World(tmp_path_factory.mktemp("world")).staffed()
    made.turn()
    yield made
    made.close()


def theirs(side, peer):
    with side.node.database.read() as connection:
        return side.node.duty.theirs(connection, peer)


def test_both_sides_see_who_answers_now(world):
    at_vn, at_us = theirs(world.us, VN), theirs(world.vn, US)
    assert at_us.contact.name == "Mark Hill"
    assert at_vn.contact.name == "Nguyễn Thị Ánh"
    with world.vn.node.database.read() as connection:
        ours = world.vn.node.duty.ours(connection, US)
    assert ours.statement.contact == at_vn.contact
    assert ours.statement.received_at is not None, "we know that they know"


def test_a_change_of_shift_is_seen_on_the_other_side(world):
    before = theirs(world.us, VN).contact
    world.turn(10 * 60)
    after = theirs(world.us, VN).contact
    assert (before.name, after.name) == ("Nguyễn Thị Ánh", "Trần Quốc Bình")


def test_a_request_nobody_answers_climbs_on_both_sides_until_it_is_acknowledged(world):
    if theirs(world.us, VN).contact.name != "Trần Quốc Bình":  # alone, the shift has not changed yet
        world.turn(10 * 60)
    world.vn.road.carried.clear()
    world.us.road.carried.clear()
    request = world.freeze()
    world.turn()
    assert world.vn.told() == ["binh"], "the first on call of this shift"
    for _ in range(8):
        world.turn(5)  # thirty minutes allowed for the acknowledgement of a hot request
    assert "binh" in world.vn.told()
    assert world.vn.told()[-1] == f"named:{US}", "the officer named in the agreement is told last"
    assert set(world.vn.told()) == {"binh", "chi", "anh", f"named:{US}"}
    assert world.us.told(), "the requester's desk is told that nobody answers"
    assert world.us.told()[-1] == f"named:{VN}"
    sent = {parcel.address.to for parcel in world.vn.road.carried if parcel.notice.owner.startswith("named:")}
    assert sent == {f"named@{VN}.example"}
    counted = len(world.vn.told()), len(world.us.told())
    world.step(world.vn, "binh", request, Step.ACKNOWLEDGE)
    for _ in range(5):
        world.turn(5)
    assert (len(world.vn.told()), len(world.us.told())) == counted
    for side in (world.vn, world.us):
        with side.node.database.read() as connection:
            actions = [entry.action for entry in journal.about(connection, request.id, rows=200)]
        assert "alarm.tell" in actions
        assert "alarm.end" in actions


def test_no_notice_says_anything_of_the_case(world):
    """What really went out for a real request, compared with what the request says."""
    from lienlac.notices import wording
    from tests.notices.scene import HOUSE

    secrets = ("0071000123456", "NGUYEN VAN A", "48250", "48,250", "GoldenTrade", "483920017", "FT26327", "970436")
    world.freeze()
    world.turn()
    assert world.vn.road.carried
    for parcel in world.vn.road.carried:
        for language in ("en", "vi"):
            said = wording.subject(parcel.notice, language) + wording.text(parcel.notice, HOUSE, language)
            said += wording.payload(parcel.notice, HOUSE, parcel.now).decode()
            assert not any(secret in said for secret in secrets)


def test_every_kind_of_request_has_its_word_in_notices(world):
    from lienlac.notices import wording

    missing = [
        kind.name for kind in world.vn.node.hotline.kinds if kind.opening and kind.name not in wording.table()["kind"]
    ]
    assert missing == []


def test_a_partner_without_the_kind_in_its_agreement_is_told_nothing(tmp_path):
    world = World(tmp_path, agreement=agreement()).staffed()
    world.turn()
    assert theirs(world.us, VN) is None
    request = world.freeze()
    world.turn()
    assert world.vn.told() == ["anh"], "alarms do not depend on it"
    assert request.id
    world.close()
