"""Evidence is read again on schedule by the loop that serves, and what it finds stands on screens and in both chains."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from lienlac import limits
from lienlac.cli.serving import trust
from lienlac.people.officer import Role
from lienlac.wire.bodies.cases import Act
from tests.cases.scene import Room, said
from tests.cases.test_evidence import add, carry, chain
from tests.duty.nodes import Side


def blob(room: Room, side: Side, case_id: str, element: str) -> Path:
    file = side.node.cases.exhibits.files(room.who(side), case_id, [element])[element]
    return Path(side.node.post.shelf.files.whole(file.blob_id))


def rot(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.chmod(0o600)
    path.write_bytes(bytes(data))


@pytest.fixture
def turn(room: Room, monkeypatch: pytest.MonkeyPatch) -> Callable[[Side], None]:
    """The loop that serves turns until it would sleep."""

    class Slept(Exception):  # it is no error: the loop has come to its rest
        pass

    async def rest(_seconds: float) -> None:
        raise Slept

    def to(side: Side) -> None:
        monkeypatch.setattr(trust.asyncio, "sleep", rest)
        with pytest.raises(Slept):
            asyncio.run(trust.keep_checked(side.node))
        monkeypatch.undo()
        room.settle()

    return to


def test_a_file_that_rots_at_the_receiver_is_said_on_its_screens_and_in_both_chains(
    room: Room, turn: Callable[[Side], None]
) -> None:
    case_id = room.joined()
    element = add(room, room.vn, case_id, b"evidence " * 9000)
    room.settle()
    carry(room)
    turn(room.us)
    assert "damaged" not in [act for _author, act, _by in chain(room, room.vn, case_id)]
    rot(blob(room, room.us, case_id, element))
    turn(room.us)
    assert room.us.node.cases.exhibits.files(room.mark, case_id, [element])[element].whole == 1  # not due yet
    room.clock.turn(limits.CASE_CHECK_EVERY_S + 1)
    turn(room.us)
    assert ("us-ic3", "damaged", "Lienlac") in chain(room, room.vn, case_id)
    assert chain(room, room.vn, case_id) == chain(room, room.us, case_id)
    us, vn = room.us.browser("mark"), room.vn.browser("lan")
    home = us.get("/").text
    assert "file is damaged on this node" in home
    assert f"/cases/{case_id}/files" in home
    page = us.get(f"/cases/{case_id}/files").text
    assert 'class="tag bad">damaged' in page
    told = vn.get(f"/cases/{case_id}/files").text
    assert (
        "bị hỏng" in told or "hư hỏng" in told or "Hỏng" in told
    )  # the chain of custody of the side whose file is whole
    assert "file is damaged" not in vn.get("/").text
    assert "Tệp vật chứng bị hỏng" not in vn.get("/").text


def damaged_there(room: Room) -> tuple[str, str]:
    """A case and an exhibit of Viet Nam's whose file is found damaged in the United States."""
    case_id = room.joined()
    element = add(room, room.vn, case_id, b"evidence " * 9000)
    room.settle()
    carry(room)
    room.settle()
    rot(blob(room, room.us, case_id, element))
    assert not room.us.node.cases.exhibits.check(room.mark, case_id, element)
    room.settle()
    return case_id, element


def test_a_damaged_exhibit_comes_again_from_its_author_and_both_chains_say_so(room: Room) -> None:
    case_id, element = damaged_there(room)
    before = Counter(chain(room, room.vn, case_id))
    mark = room.us.browser("mark")
    assert f"/files/{element}/again" in mark.get(f"/cases/{case_id}/files").text
    assert f"/files/{element}/again" not in room.vn.browser("lan").get(f"/cases/{case_id}/files").text
    assert mark.post(f"/cases/{case_id}/files/{element}/again").status_code == 303
    exhibits = room.us.node.cases.exhibits
    assert exhibits.files(room.mark, case_id, [element])[element].blob_id is None
    for _round in range(3):  # asked, sent, told
        for side in (room.us, room.vn):
            side.node.post.attachment_watch.tell_due()
        room.settle()
        carry(room)
    room.settle()
    file = exhibits.files(room.mark, case_id, [element])[element]
    assert file.whole == 1
    with exhibits.open(room.mark, case_id, element)[1] as reader:
        assert b"".join(reader.plain()) == b"evidence " * 9000
    room.settle()
    for side in (room.vn, room.us):
        since = Counter(chain(room, side, case_id)) - before
        who = room.mark.name
        assert since == {
            ("us-ic3", "damaged", who): 1,
            ("us-ic3", "received", "Lienlac"): 1,
            ("us-ic3", "accessed", who): 1,
        }


def test_attack_a_whole_exhibit_or_one_of_ours_is_thrown_away_to_be_fetched_again(room: Room) -> None:
    case_id = room.joined()
    element = add(room, room.vn, case_id, b"evidence " * 9000)
    room.settle()
    carry(room)
    room.settle()
    for side in (room.us, room.vn):
        program = side.program("mark" if side is room.us else "lan")
        answer = program.post(f"/api/cases/{case_id}/exhibits/{element}/again")
        assert answer.json()["code"] == "attachment-not-possible"
    rot(blob(room, room.vn, case_id, element))
    room.vn.node.cases.exhibits.check(room.lan, case_id, element)
    answer = room.vn.program("lan").post(f"/api/cases/{case_id}/exhibits/{element}/again")
    assert answer.json()["code"] == "attachment-not-possible", "nobody else is its author"


def test_a_file_that_is_gone_from_the_disk_is_damage_too(room: Room, turn: Callable[[Side], None]) -> None:
    case_id = room.joined()
    element = add(room, room.vn, case_id, b"gone " * 9000)
    room.settle()
    blob(room, room.vn, case_id, element).unlink()
    room.clock.turn(limits.CASE_CHECK_EVERY_S + 1)
    turn(room.vn)
    assert [one for one in chain(room, room.us, case_id) if one[1] == "damaged"] == [("vn-a05", "damaged", "Lienlac")]


def test_a_file_that_was_put_right_is_whole_again_at_the_next_check(room: Room, turn: Callable[[Side], None]) -> None:
    case_id = room.open()
    element = add(room, room.vn, case_id, b"whole " * 9000)
    path = blob(room, room.vn, case_id, element)
    before = path.read_bytes()
    rot(path)
    for _day in range(2):
        room.clock.turn(limits.CASE_CHECK_EVERY_S + 1)
        turn(room.vn)
    assert room.vn.node.cases.exhibits.files(room.lan, case_id, [element])[element].whole == 0
    assert len([one for one in chain(room, room.vn, case_id) if one[1] == "damaged"]) == 1
    path.write_bytes(before)
    room.clock.turn(limits.CASE_CHECK_EVERY_S + 1)
    turn(room.vn)
    assert room.vn.node.cases.exhibits.files(room.lan, case_id, [element])[element].whole == 1
    assert "bị hỏng trên nút này" not in room.vn.browser("lan").get("/").text


def test_damage_stands_beside_pages_for_a_week_and_only_for_those_who_may_know_of_the_case(
    room: Room, turn: Callable[[Side], None]
) -> None:
    case_id = room.open()
    element = add(room, room.vn, case_id, b"kept " * 9000)
    room.vn.hire("quan", "Vũ Quân", Role.ADMINISTRATOR)
    rot(blob(room, room.vn, case_id, element))
    room.clock.turn(limits.CASE_CHECK_EVERY_S + 1)
    turn(room.vn)
    exhibits = room.vn.node.cases.exhibits
    with room.vn.node.database.read() as connection:
        assert [one.element for one in exhibits.damaged(connection, room.lan)] == [element]
        assert exhibits.damaged(connection, room.vn.officer("quan")) == []
    for _day in range(limits.CASE_DAMAGE_TOLD_DAYS + 1):
        room.clock.turn(limits.CASE_CHECK_EVERY_S + 1)
        turn(room.vn)
    with room.vn.node.database.read() as connection:
        assert exhibits.damaged(connection, room.lan) == []


def test_what_is_done_with_an_exhibit_on_either_node_stands_in_both_chains(room: Room) -> None:
    case_id = room.joined()
    element = add(room, room.vn, case_id, b"chain " * 9000)
    room.settle()
    carry(room)
    for side, act in ((room.us, Act.COPIED), (room.vn, Act.TRANSFERRED)):
        exhibits, officer = side.node.cases.exhibits, room.who(side)
        _file, reader = exhibits.open(officer, case_id, element)
        reader.close()
        exhibits.check(officer, case_id, element)
        exhibits.write_down(officer, case_id, element, act, text=said("Cho giám định"))
    room.settle()
    expected = {
        ("us-ic3", "received"), ("us-ic3", "accessed"), ("us-ic3", "checked"), ("us-ic3", "copied"),
        ("vn-a05", "acquired"), ("vn-a05", "transferred"), ("vn-a05", "accessed"), ("vn-a05", "checked"),
    }  # fmt: skip
    for side in (room.vn, room.us):
        assert {(author, act) for author, act, _by in chain(room, side, case_id)} == expected
    assert chain(room, room.vn, case_id) == chain(room, room.us, case_id)
