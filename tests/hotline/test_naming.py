"""What requests name is in the index of both nodes, as one transaction with the message, and as hidden as the request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lienlac.errors import Refused
from lienlac.hotline.lifecycle import Step
from lienlac.hotline.naming import walk
from lienlac.identifiers.index.desk import Index
from lienlac.identifiers.index.mention import Mention
from lienlac.people.officer import Role
from lienlac.records.access.desk import Act
from tests.hotline.scene import SAFE, freeze_form, preserve_form
from tests.people.cast import Cast

if TYPE_CHECKING:
    from lienlac.people.officer import Officer
    from tests.hotline.scene import Side, Stage

ACCOUNT = Mention(type="bank-account", key="vn:970436:0071000123456", role="receiving")


def known(side: Side, officer: Officer, mention: Mention = ACCOUNT) -> int:
    with side.database.read() as connection:
        return Index(SAFE).look_up(connection, officer, mention).times


def named(request: Any) -> set[tuple[str, str, str]]:
    return {(one.type, one.key, one.role) for one in walk.mentions(request)}


def test_both_nodes_know_what_a_request_names(stage: Stage) -> None:
    request = stage.us.open(freeze_form(facts="Người bị hại gọi 0912 345 678, trang hxxps://san-vang[.]com/x"))
    assert known(stage.us, stage.us.officer) == 1
    assert known(stage.vn, stage.vn.officer) == 0
    stage.deliver()
    assert known(stage.vn, stage.vn.officer) == 1
    assert named(request) >= {
        ("bank-account", "vn:970436:0071000123456", "receiving"),
        ("name", "NGUYEN VAN A", "holder"),
        ("payment-ref", "ft26327-88", "named"),
        ("phone", "+84912345678", "text"),
        ("domain", "san-vang.com", "host"),
    }


def test_identifiers_of_every_form(stage: Stage) -> None:
    request = stage.us.open(
        preserve_form(
            identifiers=[
                {"type": "ip", "value": "203.0.113.7"},
                {"type": "telegram", "value": "@GoldFx"},
                {"type": "email", "value": "a@san-vang.com"},
            ]
        )
    )
    assert named(request) >= {
        ("ip", "203.0.113.7", "named"),
        ("telegram", "goldfx", "named"),
        ("email", "a@san-vang.com", "named"),
        ("domain", "san-vang.com", "mail-host"),
    }


def test_our_own_people_are_no_identifiers(stage: Stage) -> None:
    request = stage.us.open(freeze_form(phone="+1 202 555 0100"))
    assert not any("2025550100" in key or "Mark Hill" in key for _, key, _ in named(request))


def test_an_exercise_names_nobody(stage: Stage) -> None:
    stage.us.open(freeze_form(drill=True))
    stage.deliver()
    assert known(stage.us, stage.us.officer) == known(stage.vn, stage.vn.officer) == 0


def test_what_an_answer_names_is_known_too(stage: Stage) -> None:
    request = stage.us.open(freeze_form())
    stage.deliver()
    stage.vn.act(request, Step.ACKNOWLEDGE)
    stage.vn.act(request, Step.ASK, question="Is 0988 765 432 the suspect's number, phone?")
    stage.deliver()
    assert known(stage.us, stage.us.officer, Mention(type="phone", key="+84988765432", role="text")) == 1


def test_a_restricted_request_is_not_known_elsewhere(stage: Stage) -> None:
    """Nor is its number counted; lifted, it is known again."""
    request = stage.us.open(freeze_form())
    stage.deliver()
    cast = Cast(stage.vn.database, stage.clock.now())
    cast.unit("fraud", "Phòng chống lừa đảo", "Anti-fraud division")
    cast.unit("cyber", "Phòng điều tra", "Investigation division")
    cast.add("binh", Role.SUPERVISOR, unit="fraud")
    cast.add("chi", Role.DUTY_OFFICER, unit="cyber")
    desk = stage.vn.hotline.access
    only = {"units": [cast.units["fraud"]], "officers": []}
    desk.change(cast["binh"], request.id, Act.RESTRICT, **only, reason="A tip-off is feared.")
    assert (known(stage.vn, cast["binh"]), known(stage.vn, cast["chi"])) == (1, 0)
    desk.change(cast["binh"], request.id, Act.LIFT, reason="No longer.")
    assert known(stage.vn, cast["chi"]) == 1


def test_made_anew_the_index_is_the_same(stage: Stage) -> None:
    stage.us.open(freeze_form())
    stage.us.open(freeze_form(drill=True))
    index = Index(SAFE)
    assert index.rebuild(stage.us.database, [stage.us.hotline.naming]) == 1
    assert known(stage.us, stage.us.officer) == 1


def test_a_message_that_is_refused_leaves_no_mention(stage: Stage) -> None:
    """The index is written in the message's own transaction: what is undone names nothing."""

    def work(connection: Any) -> None:
        stage.us.hotline.naming.said(connection, request)
        raise Refused("request-exists")

    request = stage.us.open(freeze_form())
    stage.us.database.write(lambda connection: Index(SAFE).remove(connection, request.id))
    with pytest.raises(Refused):
        stage.us.database.write(work)
    assert known(stage.us, stage.us.officer) == 0
