"""Exhibits of two nodes: numbers per side, files, the chain of custody on both, what is damaged is said."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import pytest

from lienlac import limits
from lienlac.errors import NotAllowed, Refused
from lienlac.people.officer import Role
from lienlac.records.shared.desk import Say
from lienlac.wire.bodies.cases import Act, Custody, Evidence, EvidenceKind
from tests.cases.scene import AMBER, RED, Room, event, said
from tests.duty.nodes import Side
from tests.world.fakes import START

POLYGLOT = b"GIF89a/*" + b"\0" * 40 + b"*/=1;alert(1)//PK\x03\x04<script>alert(document.cookie)</script>"


def exhibit(title: str = "Ổ cứng", **more: Any) -> Evidence:
    return Evidence(
        title=title, kind=EvidenceKind.IMAGE, acquired_at=START, acquired_by="Đại uý Lan", place="Hà Nội",
        tool="FTK Imager 4.7", legal_basis="BLTTHS Điều 107", **more,
    )  # fmt: skip


def put_in(side: Side, officer: Any, name: str, content: bytes) -> str:
    incoming = side.node.post.attachments.begin(officer, name)
    incoming.write(content)
    return incoming.finish().upload_id


def carry(room: Room) -> None:
    """Every file goes over whole, and its receiver says so."""
    for sender, receiver in ((room.us, room.vn), (room.vn, room.us)):
        post, there = sender.node.post, receiver.node.post
        while due := post.attachment_courier.due():
            for file in due:
                going = post.attachment_courier.start(file.attachment_id)
                assert going is not None
                run = there.receiving.begin(sender.id, file.attachment_id, 0)
                for piece in going.pieces(0, going.count):
                    run.feed(piece)
                run.end()
                run.close()
                going.reader.close()
            there.receiving.finish_due()
            there.attachment_watch.tell_due()
            room.settle()


def add(room: Room, side: Side, case_id: str, content: bytes = b"", name: str = "ổ cứng.dd", **more: Any) -> str:
    officer = room.who(side)
    upload = put_in(side, officer, name, content) if content else ""
    made = side.node.cases.exhibits.add(officer, case_id, exhibit(**more), AMBER, upload=upload)
    return made.statements[0].element


def chain(room: Room, side: Side, case_id: str) -> list[tuple[str, str, str]]:
    """What was done, by whom, as this side reads it."""
    found = room.lines(side, case_id, "custody").values()
    return sorted((one.author, one.says.act.value, one.says.by) for each in found for one in each.standing)


def test_the_chain_of_custody_is_the_same_on_both_nodes(room: Room) -> None:
    case_id = room.joined()
    content = b"evidence " * 90_000
    element = add(room, room.vn, case_id, content)
    room.settle()
    carry(room)
    there = room.us.node.cases.exhibits
    file = there.files(room.mark, case_id, [element])[element]
    assert (file.digest, file.whole, file.name) == (hashlib.sha256(content).hexdigest(), 1, "ổ cứng.dd")
    _file, reader = there.open(room.mark, case_id, element)
    with reader:
        assert b"".join(reader.plain()) == content
    assert there.check(room.mark, case_id, element)
    room.settle()
    expected = [
        ("us-ic3", "accessed", "Mark Hill"),
        ("us-ic3", "checked", "Mark Hill"),
        ("us-ic3", "received", "Lienlac"),
        ("vn-a05", "acquired", "Nguyễn Thị Lan"),
        ("vn-a05", "transferred", "Lienlac"),
    ]
    assert chain(room, room.vn, case_id) == expected == chain(room, room.us, case_id)


def test_exhibits_are_numbered_per_side(room: Room) -> None:
    case_id = room.joined()
    for side in (room.vn, room.vn, room.us):
        add(room, side, case_id)
    room.settle()
    for side in (room.vn, room.us):
        found = room.lines(side, case_id, "evidence").values()
        assert sorted(one.standing[0].says.exhibit for one in found) == ["US-0001", "VN-0001", "VN-0002"]


def test_a_changed_exhibit_keeps_its_number_and_its_file(room: Room) -> None:
    case_id = room.joined()
    element = add(room, room.vn, case_id, b"abc")
    before = room.lines(room.vn, case_id, "evidence")[element].by(room.vn.id)
    room.state(room.vn, case_id, exhibit("Ổ cứng máy chủ"), element=element)
    after = room.lines(room.vn, case_id, "evidence")[element].by(room.vn.id)
    assert (after.title, after.exhibit, after.digest) == ("Ổ cứng máy chủ", before.exhibit, before.digest)
    with pytest.raises(Refused, match="case-evidence-changed"):
        room.state(room.vn, case_id, exhibit(exhibit=before.exhibit, digest="0" * 64, file_name="x"), element=element)


def test_a_member_that_joins_later_gets_the_file_too(room: Room) -> None:
    case_id = room.open()
    element = add(room, room.vn, case_id, b"first " * 1000)
    room.joined(case_id)
    carry(room)
    assert room.us.node.cases.exhibits.files(room.mark, case_id, [element])[element].whole == 1


def test_more_files_than_one_message_takes_go_in_several(room: Room) -> None:
    case_id = room.open()
    elements = [
        add(room, room.vn, case_id, b"file %d" % number) for number in range(limits.ATTACHMENTS_PER_MESSAGE + 4)
    ]
    room.joined(case_id)
    carry(room)
    files = room.us.node.cases.exhibits.files(room.mark, case_id, elements)
    assert [files[one].whole for one in elements] == [1] * len(elements)


def test_evidence_that_rots_on_the_disk_is_said_aloud_on_both_nodes(room: Room) -> None:
    case_id = room.joined()
    element = add(room, room.vn, case_id, b"whole " * 1000)
    room.settle()
    vn = room.vn.node
    exhibits = vn.cases.exhibits
    assert not exhibits.check_due(room.clock.now())
    room.clock.turn(limits.CASE_CHECK_EVERY_S + 1)
    assert exhibits.check_due(room.clock.now())
    assert exhibits.files(room.lan, case_id, [element])[element].whole == 1
    blob = exhibits.files(room.lan, case_id, [element])[element].blob_id
    path = vn.post.shelf.files.whole(blob)
    data = bytearray(path.read_bytes())
    data[100] ^= 1
    path.chmod(0o600)
    path.write_bytes(bytes(data))
    room.clock.turn(limits.CASE_CHECK_EVERY_S + 1)
    for _again in range(2):  # said once, however often it is found
        exhibits.check_due(room.clock.now())
        room.clock.turn(limits.CASE_CHECK_EVERY_S + 1)
    room.settle()
    assert exhibits.files(room.lan, case_id, [element])[element].whole == 0
    for side in (room.vn, room.us):
        assert [one for one in chain(room, side, case_id) if one[1] == "damaged"] == [("vn-a05", "damaged", "Lienlac")]
    assert not exhibits.check(room.lan, case_id, element)


# --- attacks ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["../../etc/passwd", "con.txt", "a\u202egpj.exe", "x" * 500, "hop\r\nSet-Cookie: a=1"])
def test_hostile_file_names_never_reach_the_other_side_as_they_are(room: Room, name: str) -> None:
    case_id = room.joined()
    element = add(room, room.vn, case_id, b"abc", name=name)
    room.settle()
    word = room.lines(room.us, case_id, "evidence")[element].by(room.vn.id)
    assert word.file_name
    assert not set(word.file_name) & set("/\\\r\n\u202e")
    assert len(word.file_name.encode()) <= limits.FILE_NAME_MAX_BYTES


def test_a_polyglot_travels_as_what_it_is_and_is_called_what_it_is_not(room: Room) -> None:
    case_id = room.joined()
    element = add(room, room.vn, case_id, POLYGLOT, name="ảnh.html")
    room.settle()
    carry(room)
    file, reader = room.us.node.cases.exhibits.open(room.mark, case_id, element)
    with reader:
        assert b"".join(reader.plain()) == POLYGLOT
    assert file.media_type != "text/html"


def test_nobody_reads_evidence_without_leaving_a_trace(room: Room) -> None:
    case_id = room.joined()
    element = add(room, room.vn, case_id, b"abc")
    room.settle()
    carry(room)
    room.us.node.cases.shared.part.leave(room.mark, case_id, "Hết việc")
    with pytest.raises(NotAllowed, match="shared-no-part"):
        room.us.node.cases.exhibits.open(room.mark, case_id, element)


def test_an_exhibit_of_another_case_is_not_there(room: Room) -> None:
    one, other = room.open(), room.open()
    element = add(room, room.vn, one, b"abc")
    with pytest.raises(NotAllowed, match="not-found"):
        room.vn.node.cases.exhibits.open(room.lan, other, element)
    happened = room.state(room.vn, one, event(START, "Việc"))
    with pytest.raises(NotAllowed, match="not-found"):
        room.vn.node.cases.exhibits.write_down(room.lan, one, happened, Act.COPIED, text=said("x"))


def test_another_officers_upload_cannot_be_taken_in(room: Room) -> None:
    case_id = room.open()
    room.vn.hire("khac", "Người Khác", Role.INVESTIGATOR)
    upload = put_in(room.vn, room.vn.officer("khac"), "a.bin", b"abc")
    with pytest.raises(NotAllowed, match="upload-unknown"):
        room.vn.node.cases.exhibits.add(room.lan, case_id, exhibit(), AMBER, upload=upload)


def test_whoever_may_only_read_a_case_writes_down_nothing_about_its_exhibits(room: Room) -> None:
    case_id = room.open()
    element = add(room, room.vn, case_id, b"abc")
    auditor = room.vn.hire("kiem", "Người Kiểm", Role.AUDITOR)
    before = room.lines(room.vn, case_id, "custody")
    with pytest.raises(NotAllowed, match="not-allowed"):
        room.vn.node.cases.exhibits.write_down(auditor, case_id, element, Act.COPIED, text=said("Sao"))
    assert room.lines(room.vn, case_id, "custody") == before


def test_what_the_others_may_not_see_leaves_no_entry_there(room: Room) -> None:
    case_id = room.joined()
    made = room.vn.node.cases.exhibits.add(room.lan, case_id, exhibit(), RED)
    room.vn.node.cases.exhibits.write_down(room.lan, case_id, made.statements[0].element, Act.COPIED, text=said("Sao"))
    room.settle()
    assert room.lines(room.us, case_id, "custody") == {}
    assert room.lines(room.us, case_id, "evidence") == {}


def test_a_chain_of_custody_cannot_be_rewritten(room: Room) -> None:
    case_id = room.joined()
    element = add(room, room.vn, case_id)
    ((entry, known),) = room.lines(room.vn, case_id, "custody").items()
    word = known.by(room.vn.id)
    later = Custody(evidence=element, act=word.act, at=word.at + timedelta(days=1), by="Khác")
    with pytest.raises(Refused, match="case-custody-changed"):
        room.vn.node.cases.shared.state(room.lan, case_id, [Say(says=later, marks=AMBER, element=entry)])
    with pytest.raises(Refused, match="choice-unknown"):
        room.vn.node.cases.exhibits.write_down(room.lan, case_id, element, Act.CHECKED, text=said("không kiểm tra"))


def test_the_other_sides_numbers_cannot_be_taken(room: Room) -> None:
    case_id = room.joined()
    with pytest.raises(Refused, match="case-exhibit"):
        room.state(room.vn, case_id, exhibit(exhibit="US-0001"))
