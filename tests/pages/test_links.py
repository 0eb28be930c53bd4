"""The partners' pages on two real nodes: every state in words, nothing irreversible without being asked once more."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import msgspec
import pytest

import lienlac
from lienlac.agreements import store as agreements
from lienlac.cases.kinds import CASE_KINDS
from lienlac.delegations.shape import DELEGATION_KINDS
from lienlac.duty.kinds import DUTY_KINDS
from lienlac.emergencies.kinds import EMERGENCY_KINDS
from lienlac.exchange import store
from lienlac.exchange.names import Alarm
from lienlac.exchange.store.tables import dead_letter_table
from lienlac.flash.kinds import FLASH_KINDS
from lienlac.hotline.kinds import HOTLINE_KINDS
from lienlac.hotline.lifecycle import BY_NODES, Step
from lienlac.hotline.pages.names import NOTICES
from lienlac.intelligence.sharing.kinds import INTELLIGENCE_KINDS
from lienlac.lessons.shape import LESSON_KINDS
from lienlac.methods.kinds import METHOD_KINDS
from lienlac.people.officer import Role
from lienlac.programmes.kinds import PROGRAMME_KINDS
from lienlac.ui.links import names as link_names
from lienlac.ui.links import pages
from lienlac.ui.log import names as log_names
from lienlac.ui.log import pages as log_pages
from lienlac.ui.nav import Nav
from lienlac.vocabulary import request_kinds
from lienlac.wire.bodies.agreement import Agreement, Clock, KindTerms
from lienlac.wire.kinds import CONTROL_KINDS
from lienlac.wire.message import Lane
from tests.pages.conftest import Node
from tests.world.nodes import SUPERVISOR, agreement, deliver_all, make_template

SOURCE = Path(lienlac.__file__).parent


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return make_template(tmp_path_factory.mktemp("links"))


@pytest.fixture
def two(template, tmp_path):
    """The node whose screens are visited, in Vietnamese, and its partner."""
    _, (here, there) = template.copy(tmp_path, "links")
    node = Node(here.database, default_language="vi")
    node.clock.time = here.clock.now()
    node.handlers = [
        *pages.make_handlers(here.post.desk), *log_pages.make_handlers(here.post.office, here.post.prover)
    ]  # fmt: skip
    node.nav = Nav(items=(*pages.NAV, *log_pages.NAV), chip=pages.chip)
    node.add("lead", Role.SUPERVISOR, language="vi")
    yield node, here, there
    here.shut()
    there.shut()


def visit(node):
    browser = node.browser()
    assert browser.sign_in("lead").status_code == 303
    return browser


def suspended(node, peer):
    with node.database.read() as connection:
        return [one.scope for one in agreements.suspensions(connection, peer)]


def test_a_link_is_suspended_only_after_being_asked_once_more(two):
    node, here, there = two
    browser = visit(node)
    path = f"/peers/{there.node_id}"
    assert browser.get(path).status_code == 200
    assert browser.post(f"{path}/suspend", {"kind": "", "reason": ""}).status_code == 422
    asked = browser.post(f"{path}/suspend", {"kind": "", "reason": "Nghi lộ khoá."})
    assert asked.status_code == 200
    assert "Tạm dừng toàn bộ đường liên lạc" in asked.text
    assert "Nghi lộ khoá." in asked.text
    assert suspended(here, there.node_id) == []
    fields = dict(re.findall(r'type="hidden" name="([a-z]+)" value="([^"]*)"', asked.text))
    assert browser.post(f"{path}/suspend", {**fields, "sure": "yes"}).status_code == 303
    assert suspended(here, there.node_id) == ["*"]
    assert "Nút này đã tạm dừng" in browser.get(path).text


def test_a_dead_letter_is_given_up_only_after_being_asked_once_more(two):
    node, here, there = two
    here.send(there.node_id, Lane.URGENT, "one")
    with here.database.read() as connection:
        waiting = store.outbox(connection, there.node_id, Lane.URGENT, after=0, rows=1)[0]
        kind = store.by_digest(connection, waiting.digest).kind
    letter = {
        "digest": waiting.digest, "peer": there.node_id, "lane": "urgent", "message_id": "msg-x", "kind": kind,
        "attempts": 3, "code": "agreement-typology", "reason": "not on the list", "at_us": 1,
    }  # fmt: skip
    here.database.write(lambda connection: connection.execute(dead_letter_table.insert(), letter))
    browser = visit(node)
    page = browser.get(f"/peers/{there.node_id}").text
    assert "không có trong danh mục đã thoả thuận" in page, "the reason is said in the reader's language"
    back = f"/peers/{there.node_id}"
    asked = browser.post(f"/letters/{waiting.digest}/give-up", {"reason": "Hết cần.", "back": back})
    assert asked.status_code == 200
    assert "Ngừng gửi thông điệp này?" in asked.text
    with here.database.read() as connection:
        assert store.dead_letter(connection, waiting.digest).decision is None
    sure = {"reason": "Hết cần.", "back": back, "sure": "yes"}
    assert browser.post(f"/letters/{waiting.digest}/give-up", sure).headers["location"] == back
    with here.database.read() as connection:
        assert store.dead_letter(connection, waiting.digest).decision == "given-up"


def test_the_partners_page_names_whom_to_ring_and_no_codes(two):
    node, here, there = two
    browser = visit(node)
    page = browser.get(f"/peers/{there.node_id}").text
    assert "+84 24 0000 0000" in page
    assert "Trực ban 24/7" in page
    assert f"Nút {there.node_id}" in page
    assert f'<td data-label="Bên đề nghị">{here.node_id}' not in page
    here.post.desk.suspend(SUPERVISOR, there.node_id, kind=None, reason="x")
    node.database.write(
        lambda connection: store.raise_alarm(connection, there.node_id, "log-forked", at_us=1, detail="lienlac/x 12")
    )
    page = browser.get(f"/peers/{there.node_id}").text
    assert "Đối tác đưa ra hai trạng thái khác nhau" in page
    assert "Dành cho người quản trị:" in page


def test_an_agreement_is_read_in_the_readers_words(two):
    node, here, there = two
    with here.database.read() as connection:
        peer = agreements.peer(connection, there.node_id)
    text = msgspec.json.decode(agreement(here, there, peer.agreement_id, version=2), type=Agreement)
    clocks = (
        Clock(step="acknowledge", seconds=1800), Clock(step="execute", seconds=86_400, urgency="hot"),
        Clock(step="execute", seconds=172_800),
    )  # fmt: skip
    kinds = (*text.kinds, KindTerms(kind="hotline.freeze-payment", clocks=clocks))
    here.post.desk.propose(SUPERVISOR, msgspec.json.encode(msgspec.structs.replace(text, kinds=kinds)))
    deliver_all([here, there])
    browser = visit(node)
    page = browser.get(f"/agreements/{there.node_id}/2").text
    for english in ("Requests covered", "Time allowed", "Purposes", "Legal bases", "Types of crime", "Kept for"):
        assert english not in page
    assert "Tạm dừng giao dịch, phong toả tài khoản · Vụ việc nóng: tiếp nhận 30 phút, thực hiện 1 ngày" in page
    assert "Tạm dừng giao dịch, phong toả tài khoản: tiếp nhận 30 phút, thực hiện 2 ngày" in page
    assert "Chỉ trong nội bộ cơ quan nhận" in page


def test_the_log_names_acts_partners_and_agreements(two):
    node, here, there = two
    browser = visit(node)
    page = browser.get("/log").text
    assert "Thoả thuận với Nút" in page
    assert not re.search(r">\s*(agr|req|tok)-[a-z2-7]{6}", page), "an id where a name belongs"
    assert "Thời điểm (Hà Nội)" in page
    deliver_all([here, there])


def acts_in_the_source():
    """Every act that some file writes into the journal by name."""
    writers = {"record", "_record", "_journal", "_note", "write_down", "_write_down", "written"}
    for file in SOURCE.rglob("*.py"):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            given = [*call.args, *(keyword.value for keyword in call.keywords)] if name in writers else []
            for value in given:
                options = (value.body, value.orelse) if isinstance(value, ast.IfExp) else (value,)
                for one in options:
                    if isinstance(one, ast.Constant) and re.fullmatch(r"[a-z]+\.[a-z-]+", str(one.value)):
                        yield one.value


def test_every_act_in_the_journal_has_words():
    acts = {*acts_in_the_source(), *(kind.name for kind in CONTROL_KINDS)}
    acts |= {f"request.{step.value}" for step in Step if step not in BY_NODES or step is Step.LAPSE}
    acts |= {f"request.{code}" for code in NOTICES}
    acts |= {f"request.{act}-refusal" for act in ("propose", "return", "take-back")}
    acts |= {"letter.given-up", "letter.retried"}
    assert len(acts) > 40, "the search finds them"
    assert acts <= log_names.ACTIONS.keys()


def test_every_kind_of_message_and_every_alarm_has_words():
    kinds = {
        kind.name
        for kind in (
            *CONTROL_KINDS,
            *HOTLINE_KINDS,
            *DUTY_KINDS,
            *EMERGENCY_KINDS,
            *FLASH_KINDS,
            *METHOD_KINDS,
            *CASE_KINDS,
            *PROGRAMME_KINDS,
            *DELEGATION_KINDS,
            *LESSON_KINDS,
            *INTELLIGENCE_KINDS,
        )
    }
    assert kinds == link_names.KINDS.keys() | request_kinds.codes()
    assert set(Alarm) == link_names.ALARMS.keys()
