"""An exhibit's file that did not come whole is asked for again; one that is still on its way is told apart from it."""

from __future__ import annotations

from typing import Any

import pytest

from lienlac import limits
from lienlac.cli.groups.cooperation import case as commands
from lienlac.errors import NotAllowed
from lienlac.people.officer import Role
from lienlac.records.access.desk import Act as Access
from lienlac.wire.bodies.cases import Act
from tests.cases.scene import Room
from tests.cases.test_evidence import add, carry, chain
from tests.intelligence.sharing.test_cli import Through

CONTENT = b"evidence " * 9000
Announced = tuple[str, str]


@pytest.fixture
def announced(room: Room) -> Announced:
    """A case of both, and an exhibit of Viet Nam's of which the United States have heard and got no byte."""
    case_id = room.joined()
    element = add(room, room.vn, case_id, CONTENT)
    room.settle()
    return case_id, element


def given_up(room: Room) -> None:
    """Nothing moved for a month."""
    room.clock.turn((limits.ATTACHMENT_STALE_DAYS + 1) * 86_400)
    for side in (room.us, room.vn):
        side.node.post.attachment_watch.expire()
        side.node.post.attachment_watch.tell_due()
    room.settle()


def all_chunks(room: Room) -> None:
    """All of it goes over; the receiver has not looked at it yet."""
    post = room.vn.node.post
    (file,) = post.attachment_courier.due()
    going = post.attachment_courier.start(file.attachment_id)
    assert going is not None
    run = room.us.node.post.receiving.begin(room.vn.id, file.attachment_id, 0)
    for piece in going.pieces(0, going.count):
        run.feed(piece)
    run.end()
    run.close()
    going.reader.close()


def page(room: Room, case_id: str) -> str:
    return str(room.us.browser("mark").get(f"/cases/{case_id}/files").text)


def told(room: Room, case_id: str) -> dict[str, Any]:
    (found,) = room.us.program("mark").get(f"/api/cases/{case_id}/exhibits").json()["files"]
    return dict(found)


def asked(room: Room, announced: Announced) -> Any:
    case_id, element = announced
    return room.us.program("mark").post(f"/api/cases/{case_id}/exhibits/{element}/again")


def test_a_file_that_did_not_come_whole_is_asked_for_again_and_both_chains_say_so(
    room: Room, announced: Announced
) -> None:
    case_id, element = announced
    given_up(room)
    shown = page(room, case_id)
    assert 'class="tag bad">did not come whole' in shown
    assert "stood still for a month" in shown
    assert f"/files/{element}/again" in shown
    assert f"/files/{element}/check" not in shown, "there is nothing to read"
    assert (told(room, case_id)["here"], told(room, case_id)["stage"]) == (False, "failed")
    mark = room.us.browser("mark")
    mark.get(f"/cases/{case_id}/files")
    assert mark.post(f"/cases/{case_id}/files/{element}/again").status_code == 303
    assert 'class="tag warn">on its way' in page(room, case_id)
    assert f"/files/{element}/again" not in page(room, case_id)
    for _round in range(3):  # asked, sent, told
        for side in (room.us, room.vn):
            side.node.post.attachment_watch.tell_due()
        room.settle()
        carry(room)
    room.settle()
    with room.us.node.cases.exhibits.open(room.mark, case_id, element)[1] as reader:
        assert b"".join(reader.plain()) == CONTENT
    room.settle()
    for side in (room.vn, room.us):
        assert ("us-ic3", "damaged", room.mark.name) in chain(room, side, case_id)
        assert ("us-ic3", "received", "Lienlac") in chain(room, side, case_id)
        words = [one.standing[0].says for one in room.lines(side, case_id, "custody").values()]
        (why,) = [one.text.en for one in words if one.act is Act.DAMAGED]
        assert why == "The file did not come whole to this node; its author was asked to send it again."


def test_attack_a_file_that_is_on_its_way_is_asked_for_again_and_begins_anew(room: Room, announced: Announced) -> None:
    """Whoever could do that would keep a large file from ever arriving."""
    case_id, element = announced
    before = chain(room, room.us, case_id)
    for stage, tag in (("moving", "on its way"), ("checking", "all here, being checked"), ("whole", "on its way")):
        if stage == "checking":
            all_chunks(room)
        if stage == "whole":  # it has come, and the node has not written that down yet
            assert room.us.node.post.receiving.finish_due() == 1
        assert told(room, case_id)["stage"] == stage
        assert f">{tag}</span>" in page(room, case_id)
        assert f"/files/{element}/again" not in page(room, case_id)
        answer = asked(room, announced)
        assert (answer.status_code, answer.json()["code"]) == (409, "attachment-not-possible")
    assert chain(room, room.us, case_id) == before
    room.settle()
    assert (told(room, case_id)["here"], told(room, case_id)["stage"]) == (True, None)


def test_a_file_under_lock_is_not_asked_for_again(room: Room, announced: Announced) -> None:
    """A scanner put it there: the same would come once more."""
    case_id, element = announced
    room.us.node.post.shelf.scan = "false"
    all_chunks(room)
    assert room.us.node.post.receiving.finish_due() == 1
    room.settle()
    assert told(room, case_id)["stage"] == "held"
    assert 'class="tag bad">under lock' in page(room, case_id)
    assert f"/files/{element}/again" not in page(room, case_id)
    assert asked(room, announced).json()["code"] == "attachment-not-possible"


def test_attack_whoever_may_not_write_in_the_case_or_see_it_asks_its_author(room: Room, announced: Announced) -> None:
    case_id, element = announced
    given_up(room)
    before = chain(room, room.us, case_id)
    room.us.hire("audit", "Ann Auditor", Role.AUDITOR)
    read = room.us.browser("audit").get(f"/cases/{case_id}/files").text
    assert "did not come whole" in read
    assert f"/files/{element}/again" not in read
    room.us.hire("tom", "Tom Other", Role.INVESTIGATOR, unit="HSI")
    exhibits = room.us.node.cases.exhibits
    with pytest.raises(NotAllowed, match="not-allowed"):
        exhibits.fetch_again(room.us.officer("audit"), case_id, element)
    room.us.node.cases.shared.access.change(
        room.mark, case_id, Access.RESTRICT, units=[], officers=[room.mark.id], reason="Sealed"
    )
    with pytest.raises(NotAllowed, match="not-found"):
        exhibits.fetch_again(room.us.officer("tom"), case_id, element)
    with pytest.raises(NotAllowed, match="not-found"):
        exhibits.coming(room.us.officer("tom"), case_id, [])
    with pytest.raises(NotAllowed, match="attachment-not-possible"):  # its author has nobody to ask
        room.vn.node.cases.exhibits.fetch_again(room.lan, case_id, element)
    assert chain(room, room.us, case_id) == before
    assert asked(room, announced).status_code == 201


def test_the_command_tells_the_two_apart_and_asks(
    room: Room, announced: Announced, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    case_id, element = announced
    monkeypatch.setattr(commands, "client_of", lambda _url, _token: Through(room.us.program("mark")))
    commands.exhibits(case_id)
    assert "not here yet" in capsys.readouterr().out
    given_up(room)
    commands.exhibits(case_id)
    assert "did not come whole" in capsys.readouterr().out
    commands.ask_exhibit_again(case_id, element)
    commands.exhibits(case_id)
    assert "not here yet" in capsys.readouterr().out
