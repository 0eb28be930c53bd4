"""What cases, programmes and delegations name is known elsewhere: on whole nodes, of both sides, within one's rights."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from lienlac.cli.serving import trust
from lienlac.errors import NotAllowed
from lienlac.people.officer import Role
from lienlac.records.access.desk import Act
from lienlac.records.shared.desk import Opening, Say
from lienlac.wire.bodies.cases import Case, Decision, Event, Evidence, EvidenceKind, Hypothesis, Participant, Situation
from lienlac.wire.bodies.delegations import Delegation, Form, Level, MinutesParagraph, ProgrammeItem
from lienlac.wire.bodies.programmes import Milestone, Programme
from lienlac.wire.bodies.records import Remark
from tests.cases.scene import AMBER, Room, event, person, said, task

AT = datetime(2026, 11, 26, tzinfo=UTC)
PHONE = "0912 345 678"
SAYS = f"gọi số {PHONE}"


def known(room: Room, text: str = PHONE, *, side: Any = None, login: str = "") -> dict[str, tuple[str, int]]:
    """Where it is named, as an officer may know: reference, last place, how many places."""
    at = side or room.vn
    at.node.named.catch_up()
    officer = at.officer(login) if login else room.who(at)
    found = at.node.elsewhere.look_up(officer, text)
    return {seen.label: (seen.place, seen.places) for one in found for seen in one.seen}


WORDS = {
    "event": event(AT, SAYS),
    "task": task(SAYS, "vn-a05"),
    "hypothesis": Hypothesis(text=said("Một nhóm"), speaks_for=said("", f"the victim rang {PHONE}")),
    "decision": Decision(text=said(SAYS), at=AT, decided_by="Chi"),
    "situation": Situation(at=AT, known=said(SAYS)),
    "remark": Remark(text=said(SAYS)),
    "evidence": Evidence(
        title=f"Ảnh chụp màn hình, {SAYS}", kind=EvidenceKind.IMAGE, acquired_at=AT, acquired_by="Lan", place="Hà Nội",
        tool="máy ảnh", legal_basis="BLTTHS", exhibit="VN-0001",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", WORDS)
def test_whatever_part_of_a_case_names_it_is_found_there(room: Room, kind: str) -> None:
    case_id = room.open()
    element = room.state(room.vn, case_id, WORDS[kind])
    assert known(room) == {"VN-C-2026-000001": (element, 1)}
    answer = room.vn.browser("lan").get(f"/cases/{case_id}/e/{element}")
    assert answer.status_code in {200, 303}
    if answer.status_code == 303:
        assert element in room.vn.browser("lan").get(answer.headers["location"].partition("#")[0]).text


def test_both_sides_know_what_the_other_has_said_once_it_has_come(room: Room) -> None:
    case_id = room.joined()
    element = room.state(room.us, case_id, event(AT, SAYS))
    assert known(room, side=room.us) == {"VN-C-2026-000001": (element, 1)}
    assert known(room) == {}
    room.settle()
    assert known(room) == {"VN-C-2026-000001": (element, 1)}
    room.us.node.cases.shared.retract(room.mark, case_id, element, "nhầm")
    room.settle()
    assert (known(room), known(room, side=room.us)) == ({}, {})


def test_who_was_asked_to_take_part_knows_what_the_invitation_names(room: Room) -> None:
    case_id = room.open(top=Case(title_vi=f"Vụ {SAYS}", title_en="A case"))
    room.vn.node.cases.shared.part.invite(room.lan, case_id, room.us.id, summary=said("Thư qua trang evil-fx.com"))
    room.settle()
    assert known(room, side=room.us) == {"VN-C-2026-000001": ("", 1)}
    assert known(room, "evil-fx.com", side=room.us) == {"VN-C-2026-000001": ("", 1)}


def test_programmes_and_delegations_are_in_the_index(room: Room) -> None:
    boss, node = room.vn.officer("sep"), room.vn.node
    top = Programme(
        title_vi="Chống sàn giả", title_en="Against fake platforms", summary=said(SAYS), typologies=("fxp",),
        from_day="2026-01-01", until_day="2026-12-31",
    )  # fmt: skip
    visit = Delegation(title_vi="Đoàn", title_en="Visit", form=Form.VISIT, level=Level.WORKING)
    given = {"marks": AMBER, "purpose": "stop-funds", "legal_basis": "bilateral-arrangement"}
    programme = node.programmes.shared.open(boss, Opening(top=top, **given)).line
    delegation = node.delegations.shared.open(boss, Opening(top=visit, **given)).line
    milestone = Milestone(title=said("Chặn trang evil-fx.com"), due=AT)
    node.programmes.shared.state(boss, programme.id, [Say(says=milestone, marks=AMBER)])
    items = [
        ProgrammeItem(at=AT, text=said(f"Bàn về tài khoản, {SAYS}")),
        MinutesParagraph(number=1, text=said("Hai bên ghi nhận trang evil-fx.com")),
    ]
    made = node.delegations.shared.state(boss, delegation.id, [Say(says=one, marks=AMBER) for one in items])
    item, paragraph = (one.element for one in made.statements)
    named = known(room, login="sep")
    assert named == {programme.reference: (named[programme.reference][0], 1), delegation.reference: (item, 1)}
    assert known(room, "evil-fx.com", login="sep")[delegation.reference] == (paragraph, 1)
    page = room.vn.browser("sep").post("/known", {"text": PHONE}).text
    assert f'href="/delegations/{delegation.id}/e/{item}"' in page
    assert f'href="/programmes/{programme.id}/e/{named[programme.reference][0]}"' in page
    browser = room.vn.browser("sep")
    for path in (f"/delegations/{delegation.id}/e/{item}", f"/delegations/{delegation.id}/e/{paragraph}"):
        assert browser.get(path).status_code == 200
    moved = browser.get(f"/programmes/{programme.id}/e/{named[programme.reference][0]}")
    assert moved.status_code == 200 or moved.headers["location"].startswith(f"/programmes/{programme.id}")


def test_a_hand_over_note_names_something_to_who_reads_such_notes(room: Room) -> None:
    """Investigators read everything else and no hand-over notes: no number may tell them what stands there."""
    room.vn.hire("truc", "Trần Văn Trực", Role.DUTY_OFFICER)
    room.vn.hire("kiem", "Vũ Thị Kiểm", Role.AUDITOR)
    room.vn.hire("tham", "Đỗ Thị Thắm", Role.INVESTIGATOR)
    desk = room.vn.node.duty.handover
    note = desk.write(room.vn.officer("truc"), f"Theo dõi máy {PHONE}")
    case_id = room.open()
    room.state(room.vn, case_id, event(AT, SAYS))
    label = f"{note.written_at:%Y-%m-%d %H:%M}Z"
    for login, labels in (("truc", {label}), ("kiem", {label}), ("sep", {label}), ("tham", set()), ("lan", {label})):
        assert set(known(room, login=login)) == labels | {"VN-C-2026-000001"}, login
        (found,) = room.vn.node.elsewhere.look_up(room.vn.officer(login), PHONE)
        assert found.times == 1 + len(labels), login
    desk.accept(room.vn.officer("sep"), note.id, "Thêm trang evil-fx.com")
    assert set(known(room, "evil-fx.com", login="truc")) == {label}
    assert f'href="/duty/handovers/{note.id}"' in room.vn.browser("truc").post("/known", {"text": PHONE}).text
    room.vn.node.index.rebuild(room.vn.node.database, room.vn.node.naming.values(), (room.vn.node.named,))
    assert set(known(room, login="truc")) == {label, "VN-C-2026-000001"}


def test_an_officer_who_works_on_it_is_no_identifier(room: Room) -> None:
    case_id = room.open(top=Case(title_vi="Vụ", title_en="Case", lead_phone=PHONE, lead_name="Lan"))
    room.state(room.vn, case_id, Participant(name="Lan", unit="A05", phone=PHONE))
    room.state(room.vn, case_id, task("Xác minh", "vn-a05", assignee=f"Lan, {SAYS}"))
    assert known(room) == {}


def test_a_case_is_shown_once_beside_others_however_long_its_list_of_calls(room: Room) -> None:
    other = room.open(top=Case(title_vi="Vụ khác", title_en="Another"))
    room.state(room.vn, other, person("Nguyễn Văn An", PHONE))
    case_id = room.open()
    calls = [Say(says=event(AT, f"Cuộc gọi thứ {number}: {SAYS}"), marks=AMBER) for number in range(60)]
    room.vn.node.cases.shared.state(room.lan, case_id, calls)
    found = known(room)
    assert {one: many for one, (_, many) in found.items()} == {"VN-C-2026-000001": 1, "VN-C-2026-000002": 60}
    page = room.vn.browser("lan").post("/known", {"text": PHONE}).text
    assert "60" in page
    told = room.vn.program("lan").post("/api/known", {"text": PHONE}).json()["known"][0]
    assert [(one["places"], bool(one["place"])) for one in told["seen"]] == [(60, True), (1, False)]


def test_a_served_node_is_woken_and_reads_what_was_stated_by_itself(room: Room) -> None:
    node = room.vn.node
    case_id = room.open()
    node.named.catch_up()

    def behind() -> int:
        with node.database.read() as connection:
            return node.behind(connection)

    async def play() -> None:
        indexing = asyncio.Event()
        trust.stirring(node, asyncio.Event(), indexing, asyncio.Event())
        await asyncio.to_thread(room.state, room.vn, case_id, event(AT, SAYS))
        assert await asyncio.to_thread(behind) == 1
        await indexing.wait()
        reading = asyncio.create_task(trust.keep_indexing(node, indexing))
        while await asyncio.to_thread(behind):
            pass
        reading.cancel()

    asyncio.run(asyncio.wait_for(play(), 60))
    (found,) = node.elsewhere.look_up(room.lan, PHONE)
    assert [seen.id for seen in found.seen] == [case_id]


def test_what_was_new_in_a_case_leads_from_the_threat_picture_to_the_case(room: Room) -> None:
    case_id = room.open()
    room.state(room.vn, case_id, event(AT, SAYS))
    room.vn.node.named.catch_up()
    page = room.vn.browser("lan").get("/intelligence/picture/new?type=phone").text
    assert f'href="/cases/{case_id}"' in page


# --- attacks ------------------------------------------------------------------------------------------------------
def test_attack_a_case_hidden_from_the_officer_is_neither_shown_nor_counted(room: Room) -> None:
    """Need-to-know: hidden before or after it was read, in facts and in notes."""
    room.vn.hire("tham", "Đỗ Thị Thắm", Role.INVESTIGATOR, unit="Cục A06")
    case_id = room.open()
    room.state(room.vn, case_id, event(AT, SAYS))
    assert set(known(room, login="tham")) == {"VN-C-2026-000001"}
    access = room.vn.node.cases.shared.access
    access.change(room.vn.officer("sep"), case_id, Act.RESTRICT, units=[], officers=[room.lan.id], reason="Kín")
    room.state(room.vn, case_id, event(AT, "trang evil-fx.com"))
    room.vn.node.cases.shared.private.keep(room.lan, case_id, "ví 0x52908400098527886E0F7030069857D2E4169EE7")
    for text in (PHONE, "evil-fx.com", "0x52908400098527886E0F7030069857D2E4169EE7"):
        assert known(room, text, login="tham") == {}
        assert room.vn.node.elsewhere.look_up(room.vn.officer("tham"), text)[0].times == 0
        assert set(known(room, text)) == {"VN-C-2026-000001"}
    access.change(room.vn.officer("sep"), case_id, Act.LIFT, units=[], officers=[], reason="Hết kín")
    assert set(known(room, login="tham")) == {"VN-C-2026-000001"}


def test_attack_an_exercise_does_not_send_officers_after_real_people(room: Room) -> None:
    drill = room.open(top=Case(title_vi="Diễn tập", title_en="Drill"), drill=True)
    room.state(room.vn, drill, event(AT, SAYS))
    room.vn.node.cases.shared.private.keep(room.lan, drill, SAYS)
    assert known(room) == {}


def test_attack_a_partner_cannot_name_a_million_identifiers_in_one_line(room: Room) -> None:
    """What one place may name is bounded; the others of the record are found all the same."""
    case_id = room.joined()
    numbers = " ".join(f"09{number:08}" for number in range(12_000_000, 12_001_600))
    room.state(room.us, case_id, Event(at=AT, text=said(numbers)))
    room.state(room.us, case_id, event(AT, SAYS))
    room.settle()
    assert len(known(room)) == 1


# --- what else names it, on the pages of a record -----------------------------------------------------------------
def test_the_page_of_a_case_says_what_else_names_what_stands_in_it(room: Room) -> None:
    """In its texts, its notes and its entities; what lies in the case itself is not elsewhere."""
    case_id, other = room.open(), room.open(top=Case(title_vi="Vụ khác", title_en="Another"))
    mail, site = "abc@san-vang.com", "evil-fx.com"
    room.state(room.vn, case_id, event(AT, SAYS))
    room.state(room.vn, case_id, person("Nguyễn Văn An", PHONE))
    room.state(room.vn, case_id, event(AT, "số khác: 0987 654 321"))
    entity = room.state(room.vn, case_id, person("Trần Văn Bê", "0933 333 333"))
    room.vn.node.cases.shared.private.keep(room.lan, case_id, f"Thư {mail}")
    row = room.state(room.vn, other, event(AT, f"{SAYS}, thư {mail}, trang {site}, máy 0933333333"))
    room.vn.node.named.catch_up()
    found = {one.about.key: one for one in room.vn.node.elsewhere.of(room.lan, "case", case_id)}
    assert {"+84912345678", "+84933333333", mail} <= set(found)
    assert "+84987654321" not in found
    assert site not in found
    for one in found.values():
        assert [(seen.id, seen.place) for seen in one.seen] == [(other, row)]
        assert one.times == 1
    browser = room.vn.browser("lan")
    page = browser.get(f"/cases/{case_id}/known").text
    assert f'href="/cases/{other}/e/{row}"' in page
    assert f'href="/cases/{case_id}/known" aria-current="page"' in page
    assert f'href="/cases/{other}/e/{row}"' in browser.get(f"/cases/{case_id}/e/{entity}").text
    line = room.vn.node.cases.shared.read.elements(room.lan, case_id, "event", rows=9)
    assert any(f'href="/cases/{other}/e/{row}"' in browser.get(f"/cases/{case_id}/e/{one.id}").text for one, _ in line)
    told = room.vn.program("lan").get(f"/api/known/case/{case_id}").json()["known"]
    assert {one["seen"][0]["place"] for one in told} == {row}


def test_attack_the_page_of_a_case_tells_nothing_of_what_is_hidden(room: Room) -> None:
    """Neither of the case itself to who may not know of it, nor of another one that names the same."""
    room.vn.hire("tham", "Đỗ Thị Thắm", Role.INVESTIGATOR, unit="Cục A06")
    case_id, other = room.open(), room.open()
    room.state(room.vn, case_id, event(AT, SAYS))
    room.state(room.vn, other, event(AT, SAYS))
    room.vn.node.named.catch_up()
    access = room.vn.node.cases.shared.access
    access.change(room.vn.officer("sep"), other, Act.RESTRICT, units=[], officers=[room.lan.id], reason="Kín")
    elsewhere, tham = room.vn.node.elsewhere, room.vn.officer("tham")
    assert [len(elsewhere.of(one, "case", case_id)) for one in (room.lan, tham)] == [1, 0]
    for act in (
        lambda: elsewhere.of(tham, "case", other),
        lambda: elsewhere.of_element(tham, "case", other, "evt-" + "a" * 26),
        lambda: elsewhere.of(tham, "programme", case_id),
    ):
        with pytest.raises(NotAllowed, match="not-found"):
            act()
    assert room.vn.browser("tham").get(f"/cases/{other}/known").status_code == 404
    assert room.vn.program("tham").get(f"/api/known/case/{other}").status_code == 404


def test_the_page_of_an_exercise_asks_nothing_of_real_cases(room: Room) -> None:
    drill = room.open(top=Case(title_vi="Diễn tập", title_en="Drill"), drill=True)
    element = room.state(room.vn, drill, event(AT, SAYS))
    entity = room.state(room.vn, drill, person("Nguyễn Văn An", PHONE))
    real = room.open()
    room.state(room.vn, real, event(AT, SAYS))
    room.vn.node.named.catch_up()
    elsewhere = room.vn.node.elsewhere
    assert elsewhere.of(room.lan, "case", drill) == []
    assert [elsewhere.of_element(room.lan, "case", drill, one) for one in (element, entity)] == [[], []]
    assert elsewhere.of(room.lan, "case", real) == []
