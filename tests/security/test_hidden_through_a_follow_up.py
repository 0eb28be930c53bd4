"""Attack: learn of a restricted request from one that goes on from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lienlac.errors import NotAllowed
from lienlac.people.access import store as access
from lienlac.records.access.desk import Act
from tests.hotline.cases import form_of
from tests.hotline.scene import preserve_form
from tests.world.nodes import deliver_all

if TYPE_CHECKING:
    from tests.security.house import House


def goes_on_from(house: House, earlier: str, *, by: str | None = None) -> str:
    """A request to disclose what an earlier one preserved: the partner's, or that of our officer `by`."""
    node = house.us if by is None else house.vn
    officer = house.us.officer if by is None else house[by]
    form = form_of("disclose-subscriber", follows=earlier)
    request = node.hotline.open(officer, node.hotline.read_opening(form, officer))
    deliver_all([house.us, house.vn])
    return request.id


def from_partner(house: House) -> str:
    form = preserve_form()
    request = house.us.hotline.open(house.us.officer, house.us.hotline.read_opening(form))
    deliver_all([house.us, house.vn])
    return request.id


def from_us(house: House) -> str:
    request = house.hotline.open(house["anh"], house.hotline.read_opening(preserve_form()))
    deliver_all([house.us, house.vn])
    return request.id


@pytest.mark.parametrize("ours", [True, False])
def test_a_follow_up_of_a_restricted_request_is_as_hidden(house: House, *, ours: bool) -> None:
    earlier = from_us(house) if ours else from_partner(house)
    house.restrict(earlier)
    later = goes_on_from(house, earlier, by="anh" if ours else None)
    assert house.hotline.show(house["anh"], later).thing.units == {house.cast.units["fraud"]}
    for login in ("chi", "dung", "giang"):
        with pytest.raises(NotAllowed, match="not-found"):
            house.hotline.show(house[login], later)
        found = house.program(login).post("/api/requests/search", {"direction": "all", "stage": "all"})
        assert later not in found.text
    entries = house.hotline.access.who_sees(house["binh"], later).history
    assert [entry.action for entry in entries] == ["request.inherit"]
    page = house.browser("binh").get(f"/requests/{later}/access")
    assert "It goes on from something restricted." in page.text


def test_an_open_request_makes_no_follow_up_hidden(house: House) -> None:
    later = goes_on_from(house, from_partner(house))
    shown = house.hotline.show(house["chi"], later)
    assert not shown.thing.restricted


def test_lifting_one_restriction_leaves_the_other(house: House) -> None:
    earlier = from_partner(house)
    house.restrict(earlier)
    later = goes_on_from(house, earlier)
    house.hotline.access.change(house["binh"], earlier, Act.LIFT, reason="Xong")
    assert not house.hotline.show(house["binh"], earlier).thing.restricted
    assert house.hotline.show(house["binh"], later).thing.restricted


CHANNEL = "emg-" + "a" * 26


def from_channel(house: House, sender: Any, officer: Any) -> str:
    """A request that is begun from an emergency channel: it carries the channel's id."""
    form = {**preserve_form(), "case_id": CHANNEL}
    request = sender.hotline.open(officer, sender.hotline.read_opening(form, officer))
    deliver_all([house.us, house.vn])
    return request.id


def restrict_channel(house: House) -> None:
    named, at = {house.cast.units["fraud"]}, house.clock.now()
    house.database.write(
        lambda connection: access.add(connection, CHANNEL, access.Relation.ALLOWED, named, by="off-x", at=at)
    )


def test_what_is_begun_from_a_restricted_channel_is_as_hidden(house: House) -> None:
    restrict_channel(house)
    request_id = from_channel(house, house.vn, house["anh"])
    assert house.hotline.show(house["anh"], request_id).thing.units == {house.cast.units["fraud"]}
    with pytest.raises(NotAllowed, match="not-found"):
        house.hotline.show(house["chi"], request_id)


def test_attack_a_partner_hides_its_request_by_naming_a_restricted_channel(house: House) -> None:
    restrict_channel(house)
    request_id = from_channel(house, house.us, house.us.officer)
    assert not house.hotline.show(house["chi"], request_id).thing.restricted
