"""Warnings name identifiers: in the index while they hold, on both sides, and drills never."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lienlac.flash.lifecycle import Step
from lienlac.identifiers.index.mention import Mention
from tests.flash.scene import Warned

if TYPE_CHECKING:
    from pathlib import Path

    from tests.duty.nodes import Side

PHONE = Mention(type="phone", key="+84912345678", role="named")
OTHER = Mention(type="domain", key="san-vang.example", role="named")
NAMES = [{"type": "phone", "value": "0912 345 678"}]


@pytest.fixture
def world(tmp_path: Path) -> Warned:
    return Warned(tmp_path)


def times(side: Side, login: str, mention: Mention = PHONE) -> int:
    with side.node.database.read() as connection:
        return side.node.index.look_up(connection, side.officer(login), mention).times


def test_what_a_warning_names_is_found_on_both_sides_until_it_is_withdrawn(world: Warned) -> None:
    reference = world.warn(identifiers=NAMES).reference
    assert (times(world.vn, "anh"), times(world.us, "mark")) == (1, 1)
    world.supersede(reference, identifiers=[{"type": "domain", "value": "san-vang.example"}])
    assert (times(world.us, "mark"), times(world.us, "mark", OTHER)) == (0, 1)
    world.say(world.vn, "anh", reference, Step.WITHDRAW, reason="It was a mistake.")
    assert (times(world.vn, "anh", OTHER), times(world.us, "mark", OTHER)) == (0, 0)


def test_a_drill_names_nobody(world: Warned) -> None:
    world.warn(identifiers=NAMES, drill=True)
    assert (times(world.vn, "anh"), times(world.us, "mark")) == (0, 0)
