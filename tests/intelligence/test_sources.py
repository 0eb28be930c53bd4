"""Who gave what: counted with every parcel, listed for those who may know of the collection, the last first."""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection

from lienlac import limits
from lienlac.cli.app import run
from lienlac.cli.groups.intelligence import intel
from lienlac.client import Client, NodeRefused
from lienlac.intelligence.collection import Collection, Giver, Marks, Source
from lienlac.intelligence.store import sources
from lienlac.interface.intelligence import MarksSaid
from lienlac.interface.intelligence.sources import SourceGave
from lienlac.records.access.desk import Act
from lienlac.storage import migrations
from lienlac.storage.database import Database
from tests.intelligence.scene import FEED, Desk, indicator, malware
from tests.intelligence.served import Server

FILE = Source(giver=Giver.FILE, ref="a" * 64, label="danh sách.json", marks=Marks(tlp="green", grade_6x6="B2"))


pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


def told(desk: Desk, **asked: Any) -> list[tuple[str, str, int, int]]:
    found = desk.intelligence.sources(desk.analyst, rows=50, **asked)
    return [(one.source.label, place.title, one.stored, one.held) for one, place in found]


def test_each_parcel_is_counted_for_its_source_and_collection(desk: Desk) -> None:
    first, second = desk.collection("Một"), desk.collection("Hai")
    desk.bring(first, indicator(1), indicator(2), b"{}")
    desk.bring(first, indicator(1), b"{}")  # nothing of it is new
    desk.bring(second, malware(3), source=FILE)
    desk.bring(second, indicator(4))
    desk.bring(first, indicator(5))
    assert told(desk) == [("A feed", "Một", 3, 1), ("A feed", "Hai", 1, 0), ("danh sách.json", "Hai", 1, 0)]
    assert told(desk, giver=Giver.FILE) == [("danh sách.json", "Hai", 1, 0)]
    ((one, _),) = desk.intelligence.sources(desk.analyst, giver=Giver.FILE, rows=5)
    assert one.source == FILE


def test_pages_follow_each_other_without_a_gap(desk: Desk) -> None:
    for number in range(7):
        desk.bring(desk.collection(f"Bộ {number}"), indicator(number))
    whole = desk.intelligence.sources(desk.analyst, rows=50)
    seen, before = [], None
    while page := desk.intelligence.sources(desk.analyst, before=before, rows=3):
        seen += page
        last = page[-1][0]
        before = last.last_us, last.number, last.collection
    assert seen == whole
    assert len(seen) == 7


def test_a_source_of_a_restricted_collection_is_not_there_for_others(desk: Desk) -> None:
    collection = desk.collection()
    desk.bring(collection, indicator(1), source=FILE)
    access = desk.intelligence.access
    access.change(desk.analyst, collection.id, Act.RESTRICT, units=[], officers=["giang", "sep"], reason="Nguồn tin")
    assert desk.intelligence.sources(desk.other, rows=50) == []
    assert len(desk.intelligence.sources(desk.analyst, rows=50)) == 1


def test_what_was_given_before_it_was_counted_is_counted_once(database: Database) -> None:
    """The step of the database that begins to count finds what the desk has counted."""
    desk = Desk(database)
    first, second = desk.collection("Một"), desk.collection("Hai")
    desk.bring(first, indicator(1), indicator(2), b"{}")
    desk.bring(second, malware(3), source=FILE)
    spec = importlib.util.spec_from_file_location("step", migrations.VERSIONS / "0050_what_sources_gave.py")
    assert spec is not None
    assert spec.loader is not None
    step = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(step)
    counted = told(desk)

    def work(connection: Connection) -> None:
        sources.gave_table.drop(connection)
        with Operations.context(MigrationContext.configure(connection)):
            step.upgrade()

    database.write(work)
    assert told(desk) == counted == [("danh sách.json", "Hai", 1, 0), ("A feed", "Một", 2, 1)]
    with database.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(sources.gave_table)).scalar_one() == 2


def test_the_page_says_who_gave_what_and_goes_on(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = server.house.browser("giang")
    for number, source in enumerate((FEED, FILE)):
        made = server.collection(f"Nguồn {number}")
        server.intelligence.bring(server.house["giang"], made.id, [indicator(90 + number)], source=source)
    page = browser.get("/intelligence/sources").text
    assert page.index("danh sách.json") < page.index("A feed")
    assert "graded B2 (6x6)" in page
    assert "no TLP stated" in page
    assert "A feed" not in browser.get("/intelligence/sources?from=file").text.partition("</nav>")[2]
    monkeypatch.setattr(limits, "PAGE_DEFAULT_ROWS", 1)
    page = browser.get("/intelligence/sources").text
    onward = page.rpartition('href="/intelligence/sources?before=')[2].partition('"')[0]
    later = browser.get(f"/intelligence/sources?before={onward}").text
    assert "danh sách.json" not in later
    assert "A feed" in later
    assert browser.get("/intelligence/sources?before=1.2").status_code == 200
    assert browser.get("/intelligence/sources?from=nobody&before=%00").status_code == 200


# --- for programs -----------------------------------------------------------------------------------------------------

ROW = re.compile(r'<tr>\s*<th scope="row".*?</tr>', re.DOTALL)


def rows_of(page: str) -> list[str]:
    """The lines of the screen's list."""
    return ROW.findall(page)


def given_to(server: Server, title: str, *numbers: int, source: Source = FILE) -> Collection:
    made = server.collection(title)
    server.intelligence.bring(server.house["giang"], made.id, [indicator(number) for number in numbers], source=source)
    return made


def test_programs_hear_what_the_screen_shows(server: Server) -> None:
    marks = Marks(tlp="amber", pap="green", handling=("h1", "h2"), grade_4x4="A1", grade_6x6="B2")
    peer = Source(giver=Giver.PEER, ref="us-ic3 amber green h1+h2 A1 B2", label="IC3", marks=marks)
    made = server.collection("Đối tác gửi")
    raws = [indicator(201), indicator(202), b"{}"]
    server.intelligence.bring(server.house["giang"], made.id, raws, source=peer)
    with Client(server.url, server.token("giang", "read")) as node:
        one = next(one for one in node.sources(giver="peer").sources if one.collection == made.id)
    assert (one.source.giver, one.source.ref, one.source.label) == ("peer", peer.ref, "IC3")
    assert (one.title, one.stored, one.held) == ("Đối tác gửi", 2, 1)
    assert one.marks == MarksSaid(tlp="amber", pap="green", handling=["h1", "h2"], grade_4x4="A1", grade_6x6="B2")
    assert one.last_at.tzinfo is not None
    [row] = [row for row in rows_of(server.house.browser("giang").get("/intelligence/sources?from=peer").text)
             if made.id in row]  # fmt: skip
    for said in ("IC3", "us-ic3", ">2<", ">1<", "graded A1 (4x4)", "H1, H2"):
        assert said in row, said


@pytest.mark.parametrize("login", ["anh", "binh", "chi", "dung", "giang", "hai", "khanh", "linh", "kiem", "soat"])
def test_everybody_hears_as_programs_what_they_see_on_the_screen(server: Server, login: str) -> None:
    """Also of collections that are restricted or closed, also the auditors, one of whom is confined to a division."""
    own, other, shut = (given_to(server, f"{name} {login}", 301) for name in ("Của A", "Của B", "Đóng"))
    house, access = server.house, server.intelligence.access
    for made, unit in ((own, "fraud"), (other, "cyber")):
        units = [house.cast.units[unit]]
        officers = [house["giang"].id, house["dung"].id]
        access.change(house["giang"], made.id, Act.RESTRICT, units=units, officers=officers, reason="Nguồn tin")
    server.intelligence.close(house["giang"], shut.id)
    with Client(server.url, server.token(login, "read")) as node:
        told = [one for page in pages(node, rows=limits.PAGE_DEFAULT_ROWS) for one in page]
    browser = server.house.browser(login)
    shown, path = [], "/intelligence/sources"
    while path:
        page = browser.get(path).text
        shown += rows_of(page)
        found = re.search(r'href="(/intelligence/sources\?before=[0-9.]+)"', page)
        path = found[1] if found else ""
    assert len(told) == len(shown)
    for one, row in zip(told, shown, strict=True):
        assert one.collection in row
        assert one.source.label in row
        assert f">{one.stored}<" in row
    heard = {one.collection for one in told}
    mine = {one.id for one in server.intelligence.collections(house[login], closed=True)}
    assert heard <= mine
    assert [made.id in heard for made in (own, other, shut)] == [made.id in mine for made in (own, other, shut)]


def pages(node: Client, *, rows: int, **query: Any) -> Iterator[list[SourceGave]]:
    """Every page, one after the other."""
    onward: str | None = ""
    while onward is not None:
        page = node.sources(rows=rows, cursor=onward, **query)
        yield page.sources
        onward = page.next


def test_pages_for_programs_follow_each_other_without_a_gap(server: Server) -> None:
    for number in range(5):
        given_to(server, f"Trang {number}", 400 + number)
    with Client(server.url, server.token("giang", "read")) as node:
        whole = [one for page in pages(node, rows=limits.PAGE_MAX_ROWS) for one in page]
        small = list(pages(node, rows=2))
        files = [one for page in pages(node, rows=1, giver="file") for one in page]
    assert [one for page in small for one in page] == whole
    assert all(len(page) == 2 for page in small[:-1])
    assert files == [one for one in whole if one.source.giver == "file"]
    assert [one.last_at for one in whole] == sorted((one.last_at for one in whole), reverse=True)


def test_attack_sources_of_a_collection_that_one_may_not_know_of(server: Server) -> None:
    """Neither a line nor a number nor a cursor that names it."""
    source = Source(giver=Giver.FILE, ref="c" * 64, label="danh sách mật.json")
    made = given_to(server, "Mật", 501, source=source)
    with Client(server.url, server.token("linh", "read")) as node:
        assert made.id in {one.collection for one in node.sources().sources}
    access, house = server.intelligence.access, server.house
    officers = [house["giang"].id, house["dung"].id]
    access.change(house["giang"], made.id, Act.RESTRICT, units=[], officers=officers, reason="Nguồn tin")
    bearer = {"Authorization": f"Bearer {server.token('linh', 'read')}"}
    with server.caller("linh", "read") as caller:
        heard = caller.client.get("/api/intelligence/sources?rows=200&giver=file", headers=bearer)
        assert heard.status_code == 200
        for secret in (made.id, "danh sách mật", "Mật", "c" * 64):
            assert secret not in heard.text
        first = caller.client.get("/api/intelligence/sources?rows=1", headers=bearer).json()
        assert first["sources"][0]["title"] != "Mật"
    with Client(server.url, server.token("giang", "read")) as node:
        assert node.sources(rows=1).sources[0].title == "Mật"


def test_attack_sources_without_the_right_or_without_a_token(server: Server) -> None:
    with server.caller("admin") as caller:
        bearer = {"Authorization": f"Bearer {server.token('admin')}"}
        refused = caller.client.get("/api/intelligence/sources", headers=bearer)
        assert (refused.status_code, refused.json()["code"]) == (404, "not-found")
        assert server.house.browser("admin").get("/intelligence/sources").status_code == 404
        assert caller.client.get("/api/intelligence/sources").status_code == 401


@pytest.mark.parametrize("cursor", ["1.2", "a.b.c", "1.2.3.4", "-1.2.3", "1.2." + "9" * 18, "1.2.3 OR 1=1", "१.२.३"])
def test_attack_a_cursor_that_nobody_gave(server: Server, cursor: str) -> None:
    with Client(server.url, server.token("giang", "read")) as node, pytest.raises(NodeRefused, match="cursor-invalid"):
        node.sources(cursor=cursor)


def test_the_command_lists_sources_and_goes_on(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given_to(server, "Lệnh 1", 601)
    given_to(server, "Lệnh 2", 602, 603)
    token = tmp_path / "token"
    token.write_text(server.token("giang", "read"))
    token.chmod(0o600)

    def command(*words: str, language: str = "en") -> str:
        called = ["--lang", language, "intel", "sources", *words, "--url", server.url, "--token-file", str(token)]
        assert run(called, {}) == 0
        told = capsys.readouterr()
        return told.out + told.err

    told = json.loads(command("--giver", "file", "--rows", "1", "--json"))
    assert [(one["title"], one["stored"]) for one in told["sources"]] == [("Lệnh 2", 2)]
    later = json.loads(command("--giver", "file", "--rows", "1", "--cursor", told["next"], "--json"))
    assert [one["title"] for one in later["sources"]] == ["Lệnh 1"]
    shown = " ".join(command("--rows", "1").split())
    for said in ("file", "TLP:GREEN", "PAP:CLEAR", "B2", "Stored", "--cursor"):
        assert said in shown, said
    assert "Loại" in command("--rows", "1", language="vi")


def test_the_command_says_when_nobody_has_given_anything(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    token = tmp_path / "token"
    token.write_text(server.token("giang", "read"))
    token.chmod(0o600)
    intel.sources(giver="token", url=server.url, token_file=token)
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.strip()
