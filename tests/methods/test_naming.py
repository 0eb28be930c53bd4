"""Methods name identifiers: in the index while they hold, on both sides, and no longer when they do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lienlac.identifiers.index.mention import Mention
from lienlac.people.officer import Role
from tests.methods.scene import Analysts

if TYPE_CHECKING:
    from pathlib import Path

    from tests.duty.nodes import Side

PHONE = Mention(type="phone", key="+84912345678", role="named")
SITE = Mention(type="domain", key="san-vang.example", role="named")
NAMES = [{"type": "phone", "value": "0912 345 678"}]


@pytest.fixture
def world(tmp_path: Path) -> Analysts:
    return Analysts(tmp_path)


def kinds(side: Side, login: str, mention: Mention) -> list[tuple[str, str]]:
    with side.node.database.read() as connection:
        found = side.node.index.look_up(connection, side.officer(login), mention)
    return [(one.kind, one.id) for one in found.seen]


def test_what_a_method_names_is_found_on_both_sides_until_it_is_revoked(world: Analysts) -> None:
    written = world.write(identifiers=NAMES)
    assert kinds(world.vn, "pt", PHONE) == [("method", written.id)]
    assert kinds(world.us, "ana", PHONE) == []
    world.share(written.id)
    assert kinds(world.us, "ana", PHONE) == [("method", written.id)]
    world.vn.node.methods.revoke(world.vn.officer("pt"), written.id, "Two methods were taken for one.")
    world.deliver()
    assert (kinds(world.vn, "pt", PHONE), kinds(world.us, "ana", PHONE)) == ([], [])


def test_a_version_that_names_another_takes_the_place_of_the_one_before(world: Analysts) -> None:
    written = world.write(identifiers=NAMES)
    world.change(written.id, identifiers=[{"type": "domain", "value": "san-vang.example"}])
    assert (kinds(world.vn, "pt", PHONE), kinds(world.vn, "pt", SITE)) == ([], [("method", written.id)])


def test_whoever_may_not_read_methods_does_not_learn_of_them(world: Analysts) -> None:
    world.write(identifiers=NAMES)
    world.vn.hire("qt", "Trần Quản Trị", Role.ADMINISTRATOR)
    assert kinds(world.vn, "qt", PHONE) == []


def test_made_anew_the_index_of_methods_is_the_same(world: Analysts) -> None:
    written = world.write(identifiers=NAMES)
    node = world.vn.node
    assert node.index.rebuild(node.database, node.naming.values()) == 1
    assert kinds(world.vn, "pt", PHONE) == [("method", written.id)]
