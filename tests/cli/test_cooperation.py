"""`lienlac lesson …` and `lienlac delegation …` against a served node: drawn, read, run; proposed, read in, agreed, saved."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import uvicorn

from lienlac.cases.lifecycle import Step
from lienlac.cli.app import Exit, run
from lienlac.records.shared.desk import Opening
from lienlac.wire.bodies.parts import Said
from tests.delegations.scene import TOP as VISIT
from tests.lessons.scene import TOP as LESSON
from tests.records.sides import AMBER
from tests.security.house import House, make_template
from tests.security.together import CASE

Ask = Callable[..., Any]
BASIS = {"purpose": "prevent-crime", "legal_basis": "bilateral-arrangement", "legal_basis_text": "Art. 7"}
ACTS = ("lesson.share", "delegation.share")
EVENT = (
    "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20270308T020000Z\r\nSUMMARY:Visit\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, str]]:
    house = House(make_template(tmp_path_factory.mktemp("template")), tmp_path_factory.mktemp("house"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(house.app, log_level="critical", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [free]}, daemon=True)
        thread.start()
        yield house, f"http://127.0.0.1:{free.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)
    house.shut()


@pytest.fixture
def ask(
    served: tuple[House, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Ask:
    """Run a command as an officer and read its JSON; `ok`: with which exit code it ends, `plain`: what it says instead."""
    house, url = served
    monkeypatch.chdir(tmp_path)

    def go(login: str, *words: str, ok: Exit = Exit.DONE, plain: bool = False, language: str = "en") -> Any:
        token = tmp_path / f"{login}.token"
        if not token.exists():
            acts = ACTS if login in {"binh", "dung"} else ()
            token.write_text(house.program(login, acts=acts).headers["Authorization"].removeprefix("Bearer "))
        capsys.readouterr()
        more = () if plain else ("--json",)
        code = run(["--lang", language, *words, *more, "--url", url, "--token-file", str(token)], {})
        said = capsys.readouterr()
        assert code == ok, said.err
        if plain or ok is not Exit.DONE:
            return said.out + said.err
        return json.loads(said.out)

    return go


def form(path: Path, **fields: Any) -> str:
    path.write_text(json.dumps(fields))
    return str(path)


def test_a_lesson_is_drawn_read_by_two_and_run(served: tuple[House, str], ask: Ask, tmp_path: Path) -> None:
    house, _url = served
    cases, binh = house.node.cases, house["binh"]
    opening = Opening(top=CASE, marks=AMBER, purpose="stop-funds", legal_basis="bilateral-arrangement")
    case = cases.shared.open(binh, opening).line.id
    file = form(tmp_path / "lesson.json", top=msgspec.to_builtins(LESSON), case=case, **BASIS)
    assert "closed" in ask("giang", "lesson", "draw", file, ok=Exit.NOT_ALLOWED)
    cases.step(binh, case, Step.CLOSE, closing=Said(vi="Xong", en="Done"))
    lesson = ask("giang", "lesson", "draw", file)["record"]["reference"]
    word = {"word": {"is": "step", "number": 1, "text": {"vi": "Hỏi ngân hàng", "en": "Ask the bank"}}}
    ask("giang", "lesson", "state", lesson, form(tmp_path / "step.json", **word))
    read = ask("binh", "lesson", "review", lesson)
    assert not read["cleared"]
    for language, words in (("en", "Ask the bank"), ("vi", "Hỏi ngân hàng")):
        said = ask("binh", "lesson", "review", lesson, plain=True, language=language)
        assert words in said
        assert read["digest"] in said
    ask("binh", "lesson", "send-back", lesson, read["digest"], "--text", "Bước 1 chưa rõ")
    assert "changed" in ask("binh", "lesson", "approve", lesson, "0" * 64, ok=Exit.NOT_ALLOWED)
    ask("binh", "lesson", "approve", lesson, read["digest"])
    run_of = ask("hai", "lesson", "run", lesson, "--case", case)
    step = run_of["steps"][0]["element"]
    ask("hai", "lesson", "tick", lesson, run_of["id"], step, "worked", "--note", "Nhanh")
    assert ask("hai", "lesson", "checklist", lesson, run_of["id"])["left"] == 0
    ask("hai", "lesson", "finish", lesson, run_of["id"], "--useful", "4", "--en", "It held the money")
    assert ask("hai", "lesson", "usefulness", lesson)["mean"] == 4.0
    assert "4.0" in ask("hai", "lesson", "usefulness", lesson, plain=True)
    assert [one["id"] for one in ask("hai", "lesson", "runs", "--case", case)["runs"]] == [run_of["id"]]
    assert [one["id"] for one in ask("hai", "lesson", "runs", lesson)["runs"]] == [run_of["id"]]
    ask("giang", "lesson", "renew", lesson, "2031-01-01")
    ask("giang", "lesson", "retire", lesson, "--reason", "Không còn đúng")
    assert ask("hai", "lesson", "show", lesson)["record"]["state"] == "retired"


def test_a_delegation_is_proposed_read_in_and_put_on_paper(ask: Ask, tmp_path: Path) -> None:
    file = form(tmp_path / "visit.json", top=msgspec.to_builtins(VISIT), **BASIS)
    record = ask("khanh", "delegation", "open", file)["record"]["reference"]
    assert "no date" in ask("khanh", "delegation", "propose", record, "2027-03-01", ok=Exit.REFUSED)
    ask("khanh", "delegation", "propose", record, "2027-03-01T09:00:00+07:00", "--place", "Hà Nội", "--country", "VN")
    (tmp_path / "moi.ics").write_text(EVENT)
    ask("khanh", "delegation", "read-invitation", record, "moi.ics")
    assert len(ask("khanh", "delegation", "times", record)["proposals"]) == 2
    assert "Hà Nội" in ask("khanh", "delegation", "times", record, plain=True)
    word = {"word": {"is": "paragraph", "number": 1, "text": {"vi": "Hai bên thống nhất.", "en": "Both sides agree."}}}
    ask("khanh", "delegation", "state", record, form(tmp_path / "paragraph.json", **word))
    minutes = ask("khanh", "delegation", "minutes", record)
    (said,) = minutes["paragraphs"][0]["wordings"]
    assert said["digest"] in ask("khanh", "delegation", "minutes", record, plain=True)
    element = minutes["paragraphs"][0]["element"]
    assert "agree" in ask("khanh", "delegation", "agree", record, element, said["digest"], ok=Exit.NOT_ALLOWED)
    ask("binh", "delegation", "sign", record, "0" * 64, "--signatory", "Bình", ok=Exit.NOT_ALLOWED)
    ask("khanh", "delegation", "stage", record, "confirmed")
    assert [one["reference"] for one in ask("khanh", "delegation", "plan", "--year", "2027")["visits"]] == [record]
    ask("khanh", "delegation", "calendar", record, "--out", "visit.ics", plain=True)
    ask("khanh", "delegation", "calendar", "--year", "2027", "--out", "year.ics", plain=True)
    for name in ("visit.ics", "year.ics"):
        assert b"BEGIN:VEVENT" in (tmp_path / name).read_bytes()
    ask("khanh", "delegation", "calendar", "--out", "x.ics", plain=True, ok=Exit.REFUSED)
    (tmp_path / "agenda.pdf").write_bytes(b"%PDF-1.7 agenda")
    paper = {"word": {"is": "paper", "title_vi": "Chương trình", "title_en": "Agenda", "paper": "agenda"}}
    ask("khanh", "delegation", "add-paper", record, form(tmp_path / "paper.json", **paper), "--file", "agenda.pdf")
    (kept,) = ask("khanh", "delegation", "papers", record)["papers"]
    assert "agenda.pdf" in ask("khanh", "delegation", "papers", record, plain=True)
    ask("khanh", "delegation", "save-paper", record, kept["element"], kept["digest"], "--out", "again.pdf", plain=True)
    assert (tmp_path / "again.pdf").read_bytes() == b"%PDF-1.7 agenda"


def test_an_outcome_is_followed_up_and_a_time_answered_by_digest_only(
    served: tuple[House, str], ask: Ask, tmp_path: Path
) -> None:
    house, _url = served
    file = form(tmp_path / "visit.json", top=msgspec.to_builtins(VISIT), **BASIS)
    record = ask("khanh", "delegation", "open", file)["record"]["reference"]
    word = {"word": {"is": "outcome", "text": {"vi": "Gửi danh sách"}, "owner": house.node.settings.node_id}}
    stated = ask("khanh", "delegation", "state", record, form(tmp_path / "outcome.json", **word))
    ask("khanh", "delegation", "follow", record, stated["facts"][0]["element"], "done", "--note", "Đã gửi")
    made = ask("khanh", "delegation", "propose", record, "2027-03-01T09:00:00+07:00")
    element = made["facts"][0]["element"]
    ask("khanh", "delegation", "reply", record, element, "0" * 64, "accept", ok=Exit.NOT_ALLOWED)
    assert "(reason-missing)" in ask(
        "khanh", "delegation", "reply", record, element, "0" * 64, "refuse", ok=Exit.REFUSED
    )
