"""Papers of every kind and step: made, the same on both nodes, saying what was signed; the package; who may have them."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

import lienlac
from lienlac import journal
from lienlac.agreements import store as agreements
from lienlac.documents.desk import Press
from lienlac.documents.document import Both
from lienlac.errors import NotAllowed
from lienlac.exchange.log import checking
from lienlac.exchange.log.code import code_of
from lienlac.hotline.kinds import BY_NAME, REQUEST_KINDS
from lienlac.hotline.kinds.field import Shape
from lienlac.hotline.kinds.shared import COMMON
from lienlac.hotline.kinds.steps import CONSIDERED, STEP_FIELDS
from lienlac.hotline.lifecycle import Actual, Desired, Step
from lienlac.hotline.pages.spoken import Spoken
from lienlac.hotline.papers.desk import EXPORTED, Papers
from lienlac.hotline.papers.fields import message_form
from lienlac.hotline.papers.layout import DESIRED, message_paper, strictest, whole_paper
from lienlac.hotline.request import Fact, Request, fold
from lienlac.people.rights import Action, require
from lienlac.records.fact import Standing
from lienlac.wire.bodies.parts import AttachmentRef
from lienlac.wire.message import Handling, Marks, Pap, Tlp
from tests.documents.reading import bare, pages, whole
from tests.hotline.cases import NAMES, RESULTS, opening_of
from tests.hotline.scene import US, VN, freeze_form
from tests.hotline.test_fold import fact_sets, make_fact
from tests.hotline.test_nodes import HotlineNode, nodes
from tests.world.nodes import deliver_all

two_nodes = nodes
"""The fixture of the hotline's own tests."""
SAYS = Spoken()
PARTIES = {VN: Both("Cục An ninh mạng", "Cyber department"), US: Both("Cục Điều tra Liên bang", "FBI")}


@pytest.fixture(scope="module")
def press() -> Iterator[Press]:
    made = Press(SAYS.both)
    yield made
    made.close()


def request_of(name: str, **changes: Any) -> Request:
    opening = structs.replace(opening_of(name), **changes)
    facts = [
        make_fact(Step.OPEN, US, 1, minutes=1, standing=Standing.ACCEPTED, name=name, opening=opening),
        make_fact(Step.ACKNOWLEDGE, VN, 1, minutes=2, standing=Standing.ACCEPTED, name=name),
        make_fact(Step.ACCEPT, VN, 2, minutes=3, standing=Standing.ACCEPTED, name=name),
        make_fact(Step.RESULT, VN, 3, minutes=4, standing=Standing.ACCEPTED, name=name),
    ]
    folded = fold(facts)
    assert folded is not None
    return folded


@pytest.mark.parametrize("name", NAMES)
def test_every_kind_says_every_field_in_both_languages(press: Press, name: str) -> None:
    request = request_of(name)
    kind = BY_NAME[name]
    said = bare(whole(press.print(whole_paper(request, {}, PARTIES, SAYS))))
    assert request.result is not None
    for body, fields in ((request.body, (*kind.fields, *COMMON)), (request.result.body.report, kind.report_fields)):
        for field in fields:
            value = getattr(body, field.name)
            if value in (None, "", (), False):
                continue
            for language in ("vi", "en"):
                assert bare(getattr(SAYS.both(field.label), language)) in said, f"{field.name} in {language}"
            if field.shape in (Shape.LINE, Shape.TEXT):
                assert bare(value) in said, field.name
            for other in (field.un, field.etsi):
                assert bare(other) in said, f"{field.name}: {other}"


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(facts=fact_sets())
def test_any_request_has_papers_and_each_is_made_twice_the_same(press: Press, facts: list[Fact]) -> None:
    request = fold(facts)
    assert request is not None
    once = press.print(whole_paper(request, {}, PARTIES, SAYS))
    again = fold([*facts, *reversed(facts)])
    assert again is not None
    assert press.print(whole_paper(again, {}, PARTIES, SAYS)) == once
    said = bare(whole(once))
    for fact in request.timeline:
        assert press.print(message_paper(request, fact, None, PARTIES, SAYS)).startswith(b"%PDF")
        assert code_of(fact.digest) in said
        json.dumps(message_form(request, fact, None, PARTIES, SAYS), default=str)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    name=st.sampled_from(NAMES),
    text=st.text(min_size=1, max_size=300).filter(str.strip),
    drill=st.booleans(),
    marks=st.builds(
        Marks, tlp=st.sampled_from(Tlp), pap=st.sampled_from(Pap),
        handling=st.lists(st.sampled_from(Handling), min_size=1, max_size=4, unique=True).map(tuple),
        handling_text=st.text(max_size=50),
    ),
)  # fmt: skip
def test_any_words_and_marks_are_printed_on_every_page(
    press: Press, name: str, text: str, drill: bool, marks: Marks
) -> None:
    own = {field.name: text for field in BY_NAME[name].fields if field.shape in (Shape.TEXT, Shape.LINE)}
    request = request_of(name, **own, drill=drill)
    opening = structs.replace(request.opening.header, marks=marks)
    fact = Fact(
        header=opening, body=request.opening.body, digest=request.opening.digest, standing=request.opening.standing
    )
    read = pages(press.print(message_paper(request, fact, None, PARTIES, SAYS)))
    for page in read:
        assert page.count(f"TLP:{marks.tlp.value.upper()}") >= 2
        assert page.count(f"PAP:{marks.pap.value.upper()}") >= 2
        assert ("DIỄN TẬP" in page) is drill


def test_the_strictest_marks_of_all_messages_stand_on_the_whole() -> None:
    first, second, third, _ = request_of("preserve-data").timeline
    marks = (
        Marks(tlp=Tlp.GREEN, pap=Pap.RED, handling=(Handling.H0,)),
        Marks(tlp=Tlp.AMBER_STRICT, pap=Pap.CLEAR, handling=(Handling.H2,)),
        Marks(tlp=Tlp.CLEAR, pap=Pap.AMBER, handling=(Handling.H1, Handling.H2)),
    )
    facts = [
        Fact(header=structs.replace(fact.header, marks=one), body=fact.body, digest=fact.digest, standing=fact.standing)
        for fact, one in zip((first, second, third), marks, strict=True)
    ]
    found = strictest(facts)
    assert (found.tlp, found.others) == ("amber+strict", ("PAP:RED", "H1", "H2"))


def test_every_state_and_step_has_words() -> None:
    for desired in Desired:
        assert desired.value in DESIRED or desired is Desired.UNSAID
    for actual in Actual:
        assert SAYS.state(actual.value).vi != SAYS.state(actual.value).en
    assert set(STEP_FIELDS) <= set(Step)
    assert len(REQUEST_KINDS) == 15


def test_sealed_keys_of_files_stand_in_no_paper_and_no_form(press: Press) -> None:
    ref = AttachmentRef(
        id="att-" + "a" * 26, digest="c" * 64, size_bytes=7, media_type="image/png", name="ảnh.png", key="SEALEDKEY"
    )
    request = request_of("freeze-payment", attachments=(ref,))
    said = whole(press.print(message_paper(request, request.opening, None, PARTIES, SAYS)))
    assert "ảnh.png" in said
    assert "c" * 32 in said
    form = json.dumps(message_form(request, request.opening, None, PARTIES, SAYS), default=str)
    assert "SEALEDKEY" not in said + form


def test_a_peer_that_answers_what_asked_nothing_has_its_paper_all_the_same(press: Press) -> None:
    opening = make_fact(Step.OPEN, US, 1, minutes=1, standing=Standing.ACCEPTED)
    answer = make_fact(Step.CLARIFY, US, 2, minutes=2, standing=Standing.ACCEPTED, answers=opening.id)
    request = fold([opening, answer])
    assert request is not None
    assert press.print(message_paper(request, answer, None, PARTIES, SAYS)).startswith(b"%PDF")


# --- on two real nodes ----------------------------------------------------------------------------------------------


def papers_of(node: HotlineNode, press: Press) -> Papers:
    return Papers(
        database=node.database, clock=node.clock, record=journal.record, find=node.hotline.find, agreements=agreements,
        says=SAYS, proofs=node.post.prover, printer=press,
    )  # fmt: skip


@pytest.fixture
def told(two_nodes: Any, press: Press) -> Iterator[tuple[HotlineNode, HotlineNode, Request]]:
    """A freeze that was asked, acknowledged, asked about, answered, accepted and carried out."""
    clock, vn, us = two_nodes
    request = us.hotline.open(us.officer, us.hotline.read_opening(freeze_form(transferred_at=clock.now().isoformat())))
    deliver_all([us, vn])
    clock.turn(60)
    vn.act(request, Step.ACKNOWLEDGE)
    vn.act(request, Step.ASK, question="Chi nhánh nào?")
    deliver_all([us, vn])
    clock.turn(60)
    us.act(request, Step.CLARIFY, answers=us.see(request).open_questions[0].asked.id, answer="Ba Đình.")
    deliver_all([us, vn])
    vn.act(request, Step.ACCEPT, considered=list(CONSIDERED))
    clock.turn(60)
    vn.act(request, Step.RESULT, **{**RESULTS["freeze-payment"], "held_at": clock.now().isoformat()})
    deliver_all([us, vn])
    yield vn, us, request
    vn.shut()
    us.shut()


def test_both_nodes_print_the_same_bytes(told: Any, press: Press) -> None:
    vn, us, request = told
    there, here = papers_of(us, press), papers_of(vn, press)
    assert there.whole(us.officer, request.id).content == here.whole(vn.officer, request.reference).content
    facts = vn.see(request).timeline
    assert len(facts) == 6
    for fact in facts:
        one, other = (
            there.message(us.officer, request.id, fact.digest), here.message(vn.officer, request.id, fact.id),
        )  # fmt: skip
        assert one == other
        assert one.name.startswith(request.reference)


def test_the_code_on_the_paper_leads_to_the_message_on_both_nodes(told: Any, press: Press) -> None:
    vn, us, request = told
    for fact in vn.see(request).timeline:
        text = pages(papers_of(vn, press).message(vn.officer, request.id, fact.id).content)[0]
        code = code_of(fact.digest)
        assert code in text
        for node in (vn, us):
            stored, proved = node.post.prover.look_up(node.officer, code.lower().replace("-", " "))
            assert stored.digest == proved.digest == fact.digest
            assert {place.node for place in proved.logs} == {node.node_id}
            assert len(proved.logs) == 2, "the message and its receipt"


def test_a_paper_names_signer_receipt_and_who_signed_that(told: Any, press: Press) -> None:
    vn, _, request = told
    said = whole(papers_of(vn, press).message(vn.officer, request.id, vn.see(request).opening.id).content)
    with vn.database.read() as connection:
        evidence = vn.post.prover.evidence(connection, request.opening.digest)
    assert evidence is not None
    for part in (
        evidence.key,
        evidence.receipt_key,
        evidence.receipt_digest,
        request.opening.digest,
        "lienlac/vn-a05/1",
    ):
        assert bare(part) in bare(said)


def test_an_unknown_code_is_unknown(told: Any) -> None:
    vn, _, _ = told
    for typed in (code_of("0" * 64), "f" * 64, "msg-" + "a" * 26):
        with pytest.raises(NotAllowed) as caught:
            vn.post.prover.look_up(vn.officer, typed)
        assert caught.value.code == "message-unknown"
    with vn.database.read() as connection, pytest.raises(NotAllowed):
        vn.post.prover.proof_of(connection, "f" * 64)


def supervisor(node: HotlineNode) -> Any:
    from dataclasses import replace

    from lienlac.people.officer import Role

    return replace(node.officer, roles=frozenset({Role.SUPERVISOR}))


def test_the_package_holds_everything_and_is_the_same_but_for_its_proofs(told: Any, press: Press) -> None:
    vn, us, request = told
    made = papers_of(vn, press).package(supervisor(vn), request.id)
    again = papers_of(vn, press).package(supervisor(vn), request.id)
    there = papers_of(us, press).package(supervisor(us), request.id)
    read = [
        {name: z.read(name) for name in z.namelist()}
        for z in (zipfile.ZipFile(io.BytesIO(p.content)) for p in (made, again, there))
    ]
    first = read[0]
    assert made.name == f"{request.reference}.zip"
    for other in read[1:]:
        assert set(other) == set(first)
        different = {name for name in first if first[name] != other[name]}
        assert {name for name in different if not name.startswith("proofs")} == set()
    for listing in ("manifest.json", "proofs.json"):
        for entry in json.loads(first[listing])["files"]:
            assert hashlib.sha256(first[entry["path"]]).hexdigest() == entry["sha256"]
    listed = {
        entry["path"] for listing in ("manifest.json", "proofs.json") for entry in json.loads(first[listing])["files"]
    }
    assert listed | {"manifest.json", "proofs.json"} == set(first)
    facts = vn.see(request).timeline
    for number, fact in enumerate(facts, start=1):
        name = f"{number:03d}-{fact.step.value}"
        assert checking.check(first[f"proofs/{name}.lienlac-proof"]).digest == fact.digest
        assert json.loads(first[f"messages/{name}.json"])["digest"] == fact.digest
        assert first[f"messages/{name}.pdf"] == papers_of(vn, press).message(vn.officer, request.id, fact.id).content


def test_forms_bear_the_names_of_the_conventions_exactly(told: Any, press: Press) -> None:
    vn, _, request = told
    made = papers_of(vn, press).package(supervisor(vn), request.id)
    with zipfile.ZipFile(io.BytesIO(made.content)) as read:
        form = json.loads(read.read("messages/001-open.json"))
        sheet = json.loads(read.read("request.json"))
    assert sheet["etsi_ts_103_120"] == {
        "Reference": request.reference, "Priority": "hot", "DesiredStatus": "wanted", "Status": "executed",
    }  # fmt: skip
    declared = {field.name: (field.un, field.etsi) for field in (*BY_NAME["freeze-payment"].fields, *COMMON)}
    own = [field for field in form["fields"] if field["name"] in declared]
    assert len(own) >= 7
    for field in own:
        assert (field["un"], field["etsi"]) == declared[field["name"]]
    assert form["etsi_ts_103_120"]["Priority"] == ["hot"]
    assert form["receipt"]["verdict"] == "accepted"


def test_a_package_is_journalled_with_its_digest_and_a_print_is_not(told: Any, press: Press) -> None:
    vn, _, request = told
    papers = papers_of(vn, press)
    with vn.database.read() as connection:
        before = len(journal.latest(connection, rows=200))
    papers.whole(vn.officer, request.id)
    made = papers.package(supervisor(vn), request.id)
    with vn.database.read() as connection:
        entries = journal.latest(connection, rows=200)
    assert len(entries) == before + 1
    assert (entries[0].action, entries[0].thing, entries[0].actor) == (EXPORTED, request.id, vn.officer.id)
    assert entries[0].detail["digest"] == hashlib.sha256(made.content).hexdigest()


def test_a_duty_officer_prints_and_takes_no_package_out(told: Any, press: Press) -> None:
    vn, _, request = told
    require(vn.officer, Action.DOCUMENT_PRINT)
    with pytest.raises(NotAllowed) as caught:
        papers_of(vn, press).package(vn.officer, request.id)
    assert caught.value.code == "not-allowed"


def test_no_message_of_another_request_is_printed_through_this_one(told: Any, press: Press) -> None:
    """Attack: a child's id through another parent."""
    vn, us, request = told
    other = us.hotline.open(us.officer, us.hotline.read_opening(freeze_form(transferred_at=us.clock.now().isoformat())))
    deliver_all([us, vn])
    with pytest.raises(NotAllowed) as caught:
        papers_of(vn, press).message(vn.officer, request.id, vn.see(other).opening.digest)
    assert caught.value.code == "not-found"


def test_a_request_without_receipt_has_its_paper(two_nodes: Any, press: Press, tmp_path: Path) -> None:
    _, vn, us = two_nodes
    request = us.hotline.open(
        us.officer, us.hotline.read_opening(freeze_form(transferred_at=us.clock.now().isoformat()))
    )
    said = whole(papers_of(us, press).whole(us.officer, request.id).content)
    assert "no receipt yet" in said
    assert "chưa có biên nhận" in said
    vn.shut()
    us.shut()


def test_a_printed_screen_has_a_rule_for_every_mark() -> None:
    """The request's page names its marks; the style sheet says for each what stands at the head of every sheet."""
    sheet = (Path(lienlac.__file__).parent / "ui" / "static" / "css" / "lienlac.css").read_text(encoding="utf-8")
    for tlp in Tlp:
        for drill in ("", "-drill"):
            name = f"tlp-{tlp.value.replace('+', '-')}{drill}"
            assert re.search(rf"\n  \.{name}(,\n[^{{}}]*)? {{ page: {name}; }}", sheet)
            rule = sheet.split(f"@page {name} {{", 1)[1].split("\n  }\n", 1)[0]
            assert f'"TLP:{tlp.value.upper()}"' in rule
            assert ("DRILL" in rule) == bool(drill)
