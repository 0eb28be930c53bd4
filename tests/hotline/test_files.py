"""Files at the people's doors of two real nodes: put in by form and by program, sent along, handed out and never shown."""

from __future__ import annotations

import hashlib
import re
from types import SimpleNamespace
from typing import Any

import pytest

from lienlac import journal, limits
from lienlac.exchange.attachments import store
from lienlac.hotline.forms.steps import WITH_FILES
from lienlac.hotline.lifecycle import Step
from lienlac.people.officer import Role
from lienlac.storage.blobs import store as blobs
from tests.exchange.attachments.scene import content
from tests.hotline.scene import freeze_form
from tests.hotline.test_nodes import HotlineNode, nodes
from tests.hotline.webscene import ORIGIN, Browser, Door
from tests.world.nodes import deliver_all

__all__ = ["nodes"]  # a fixture of this module too

HTML = b"<html><script>alert(document.cookie)</script></html>"


class Pair:
    """Two nodes, a request between them, and each one's application."""

    def __init__(self, clock: Any, vn: HotlineNode, us: HotlineNode) -> None:
        self.clock, self.vn, self.us = clock, vn, us
        form = freeze_form(transferred_at=clock.now().isoformat())
        self.request = us.hotline.open(us.officer, us.hotline.read_opening(form))
        self._doors: dict[str, Door] = {}
        self.deliver()

    def deliver(self) -> None:
        deliver_all([self.us, self.vn])

    def door(self, node: HotlineNode, **options: Any) -> Door:
        if node.node_id in self._doors:
            return self._doors[node.node_id]
        side = SimpleNamespace(
            database=node.database, hotline=node.hotline, officer=node.officer, wire=SimpleNamespace(chance=node.chance)
        )
        made = Door(SimpleNamespace(clock=self.clock), side, files=node.post.attachments, **options)
        self._doors[node.node_id] = made
        return made

    def carry(self) -> None:
        """Every file that is due goes over whole, and its receiver says so."""
        for sender, receiver in ((self.us, self.vn), (self.vn, self.us)):
            for file in sender.post.attachment_courier.due():
                going = sender.post.attachment_courier.start(file.attachment_id)
                assert going is not None
                run = receiver.post.receiving.begin(sender.node_id, file.attachment_id, 0)
                for piece in going.pieces(0, going.count):
                    run.feed(piece)
                run.end()
                run.close()
                going.reader.close()
            receiver.post.receiving.finish_due()
            receiver.post.attachment_watch.tell_due()
        self.deliver()


@pytest.fixture
def two(nodes: Any) -> Pair:
    return Pair(*nodes)


def put_in(browser: Browser, *files: tuple[str, bytes], token: str | None = None, **data: str) -> Any:
    """The upload form as a browser sends it: its fields first, in order, then the files."""
    browser.get("/files")
    found = re.search(r'name="csrf-token" content="([^"]*)"', browser.page)
    assert found
    fields: list[Any] = [("csrf", (None, found[1] if token is None else token))]
    fields += [(name, (None, value)) for name, value in data.items()]
    fields += [("file", (name, body, "application/octet-stream")) for name, body in files]
    return browser.client.post("/files", files=fields, headers={"Origin": ORIGIN}, follow_redirects=False)


def tray_of(node: HotlineNode, door: Door) -> list[store.Upload]:
    with node.database.read() as connection:
        return store.uploads(connection, door.made.officer.id, rows=100)


def on_disk(node: HotlineNode) -> list[str]:
    folder = node.post.shelf.files.folder
    return [path.name for path in folder.rglob("*") if path.is_file()] if folder.exists() else []


def acts(node: HotlineNode, thing: str) -> list[str]:
    with node.database.read() as connection:
        return [entry.action for entry in journal.about(connection, thing)]


# --- the good way -------------------------------------------------------------------------------------------------------


def test_a_file_goes_from_one_officers_browser_to_the_others(two):
    us_door, vn_door = two.door(two.us), two.door(two.vn, language="vi")
    us, vn = us_door.browser(), vn_door.browser()
    data = b"%PDF-1.7\n" + content(700_000)
    answer = put_in(us, ("Sao kê.pdf", data), back=f"/requests/{two.request.id}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/requests/{two.request.id}")
    (upload,) = tray_of(two.us, us_door)
    page = us.get(f"/requests/{two.request.id}")
    assert "Sao kê.pdf" in page.text
    assert upload.upload_id in page.text
    note = {"text": "The statement.", "attachments": upload.upload_id, "once": "a" * 32}
    answer = us.post(f"/requests/{two.request.id}/note", note)
    assert answer.status_code == 303, answer.text
    assert tray_of(two.us, us_door) == []
    assert "Leaves when the message is receipted" in us.get(f"/requests/{two.request.id}").text
    two.deliver()
    page = vn.get(f"/requests/{two.request.id}").text
    assert "0 %" in page
    two.carry()
    assert "Arrived whole at the partner" in us.get(f"/requests/{two.request.id}/timeline").text
    page = vn.get(f"/requests/{two.request.id}").text
    assert "Đã nhận nguyên vẹn" in page
    link = re.search(rf'href="(/requests/{two.request.id}/files/att-[a-z2-7]+)"', page)
    assert link
    got = vn.client.get(link[1])
    assert got.content == data
    assert {"attachment.read", "attachment.whole"} <= set(acts(two.vn, two.request.id))
    assert "attachment.complete" in acts(two.us, two.request.id)
    assert "attachment" in acts(two.us, upload.upload_id)[0] or acts(two.us, upload.upload_id) == ["upload.added"]


def test_a_program_does_the_same(two):
    us, vn = two.door(two.us).program(), two.door(two.vn).program()
    data = content(limits.ATTACHMENT_CHUNK_BYTES * 3 + 5)
    headers = {**us.headers, "Content-Disposition": "attachment; filename*=UTF-8''%E1%BA%A3nh%20g%E1%BB%91c.bin"}
    made = us.client.post("/api/files", content=data, headers=headers)
    assert made.status_code == 201
    upload = made.json()
    assert upload["name"] == "ảnh gốc.bin"
    assert upload["digest"] == hashlib.sha256(data).hexdigest()
    assert upload["warnings"] == ["unknown-kind"]
    assert us.get("/api/files").json()["files"] == [upload]
    body = {"text": "x", "attachments": [upload["id"]]}
    answer = us.post(f"/api/requests/{two.request.reference}/note", body)
    assert answer.status_code == 201, answer.text
    assert '"key"' not in answer.text
    assert answer.json()["messages"][-1]["body"]["attachments"][0]["name"] == "ảnh gốc.bin"
    two.deliver()
    two.carry()
    (file,) = vn.get(f"/api/requests/{two.request.reference}").json()["files"]
    assert (file["stage"], file["percent"], file["done_bytes"]) == ("whole", 100, len(data))
    path = f"/api/requests/{two.request.reference}/files/{file['id']}"
    assert vn.get(path).content == data
    part = vn.client.get(path, headers={**vn.headers, "Range": "bytes=300000-"})
    assert (part.status_code, part.content) == (206, data[300_000:])
    assert part.headers["content-range"] == f"bytes 300000-{len(data) - 1}/{len(data)}"
    other = vn.client.get(path, headers={**vn.headers, "Range": "bytes=300000-", "If-Range": '"another"'})
    assert (other.status_code, len(other.content)) == (200, len(data))


def test_files_go_along_with_questions_answers_and_results(two):
    vn, us, request = two.vn, two.us, two.request

    def step(node: HotlineNode, which: Step, **fields: Any) -> str:
        incoming = node.post.attachments.begin(node.officer, f"{which.value}.txt")
        incoming.write(which.value.encode())
        upload = incoming.finish()
        node.act(request, which, attachments=[upload.upload_id], **fields)
        two.deliver()
        two.carry()
        other = us if node is vn else vn
        with other.database.read() as connection:
            found = [one for one in store.in_stage(connection, store.Stage.WHOLE, rows=9) if which.value in one.name]
        opened = other.hotline.files.open(other.officer, request.id, found[0].attachment_id)
        try:
            return b"".join(opened.pieces()).decode()
        finally:
            opened.close()

    vn.act(request, Step.ACKNOWLEDGE)
    two.deliver()
    assert step(vn, Step.ASK, question="Which branch?") == "ask"
    question = us.see(request).open_questions[0].asked.id
    assert step(us, Step.CLARIFY, answers=question, answer="This one.") == "clarify"
    vn.act(request, Step.ACCEPT)
    two.deliver()
    assert step(vn, Step.RESULT, outcome="not-held", follow_up="It was withdrawn before.") == "result"
    assert step(us, Step.NOTE, text="Thank you.") == "note"
    assert {Step.ACKNOWLEDGE, Step.ACCEPT, Step.REFUSE}.isdisjoint(WITH_FILES)


def test_files_go_along_with_an_opening(two):
    us = two.door(two.us).program()
    upload = us.client.post("/api/files", content=b"x", headers=us.headers).json()
    form = {**freeze_form(transferred_at=two.clock.now().isoformat()), "attachments": [upload["id"]]}
    made = us.post("/api/requests", form)
    assert made.status_code == 201, made.text
    two.deliver()
    two.carry()
    vn = two.door(two.vn).program()
    (file,) = vn.get(f"/api/requests/{made.json()['reference']}/files").json()["files"]
    assert file["stage"] == "whole"


# --- handed out, never shown --------------------------------------------------------------------------------------------


def sent_over(two: Pair, data: bytes, name: str) -> str:
    """A file at the Vietnamese side; its page's path."""
    us = two.door(two.us)
    browser = us.browser()
    assert put_in(browser, (name, data)).status_code == 303
    (upload,) = tray_of(two.us, us)
    browser.get(f"/requests/{two.request.id}")
    browser.post(f"/requests/{two.request.id}/note", {"text": "x", "attachments": upload.upload_id, "once": "b" * 32})
    two.deliver()
    two.carry()
    with two.vn.database.read() as connection:
        (file,) = store.in_stage(connection, store.Stage.WHOLE, rows=9)
    return f"/requests/{two.request.id}/files/{file.attachment_id}"


def test_a_web_page_is_handed_out_as_bytes_in_a_sandbox(two):
    path = sent_over(two, HTML, "invoice.html")
    vn = two.door(two.vn).browser()
    got = vn.client.get(path)
    assert got.content == HTML
    assert got.headers["content-type"] == "application/octet-stream"
    assert got.headers["content-disposition"].startswith('attachment; filename="invoice.html"')
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert got.headers["cache-control"] == "no-store"
    assert "set-cookie" not in got.headers
    page = vn.get(f"/requests/{two.request.id}").text
    assert "May run script" in page
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ('"><script>alert(1)</script>.png', "script_.png"),
        ("a\r\nSet-Cookie: x=1.txt", "a Set-Cookie_ x=1.txt"),
        ("..\\..\\evil.exe", "evil.exe"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("{{ 7*7 }}.txt", "{{ 7_7 }}.txt"),
        ("nul.txt", "_nul.txt"),
    ],
)
def test_a_hostile_name_does_nothing_anywhere(two, name, shown):
    us_door = two.door(two.us)
    program = us_door.program()
    from urllib.parse import quote

    headers = {**program.headers, "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    made = program.client.post("/api/files", content=b"MZ\x90\x00", headers=headers).json()
    assert made["name"].endswith(shown)
    page = us_door.browser().get("/files").text
    assert "<script>alert(1)" not in page
    assert "49.txt" not in page
    sent = program.post(f"/api/requests/{two.request.id}/note", {"text": "x", "attachments": [made["id"]]})
    assert sent.status_code == 201
    two.deliver()
    two.carry()
    vn = two.door(two.vn).program()
    (file,) = vn.get(f"/api/requests/{two.request.id}/files").json()["files"]
    got = vn.get(f"/api/requests/{two.request.id}/files/{file['id']}")
    assert "\r" not in got.headers["content-disposition"]
    assert "set-cookie" not in got.headers
    assert "program" in file["warnings"]


def test_a_name_that_lies_is_said_to(two):
    us = two.door(two.us).program()
    headers = {**us.headers, "Content-Disposition": 'attachment; filename="photo.jpg"'}
    made = us.client.post("/api/files", content=HTML, headers=headers).json()
    assert made["media_type"] == "text/html"
    assert made["warnings"] == ["name-differs", "active"]


# --- the doors ----------------------------------------------------------------------------------------------------------


def test_a_file_before_its_token_is_not_read(two):
    door = two.door(two.us)
    browser = door.browser()
    browser.get("/files")
    found = re.search(r'name="csrf-token" content="([^"]*)"', browser.page)
    late: list[Any] = [("file", ("x.txt", b"x" * 3_000_000)), ("csrf", (None, found[1]))]
    answer = browser.client.post("/files", files=late, headers={"Origin": ORIGIN}, follow_redirects=False)
    assert answer.status_code == 403
    assert put_in(browser, ("x.txt", b"x"), token="0" * 64).status_code == 403
    assert (tray_of(two.us, door), on_disk(two.us)) == ([], [])


def test_a_foreign_page_puts_nothing_in(two):
    door = two.door(two.us)
    browser = door.browser()
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {}):
        answer = browser.client.post("/files", files=[("file", ("x", b"x"))], headers=headers, follow_redirects=False)
        assert answer.status_code == 403
    assert on_disk(two.us) == []


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ANALYST])
def test_who_may_not_send_puts_nothing_in(two, role):
    """The right is asked before the first byte: a body of any length is not read."""
    door = two.door(two.us, role=role)
    program = door.program()
    assert program.client.post("/api/files", content=b"x" * 100, headers=program.headers).status_code in {403, 404}
    browser = door.browser()
    assert browser.get("/files").status_code in {403, 404}
    assert on_disk(two.us) == []


def test_a_token_that_may_only_read_reads_and_puts_nothing_in(two):
    path = sent_over(two, b"text\n", "a.txt")
    door = two.door(two.vn)
    reader = door.program("read")
    assert reader.get(f"/api{path}").content == b"text\n"
    answer = reader.client.post("/api/files", content=b"x", headers=reader.headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "token-scope")
    assert reader.client.get(f"/api{path}").status_code == 401


def test_another_requests_file_and_another_officers_upload_are_not_there(two):
    path = sent_over(two, b"text\n", "a.txt")
    form = freeze_form(transferred_at=two.clock.now().isoformat())
    second = two.us.hotline.open(two.us.officer, two.us.hotline.read_opening(form))
    two.deliver()
    vn = two.door(two.vn)
    browser, program = vn.browser(), vn.program()
    other = path.replace(two.request.id, second.id)
    assert browser.get(path).status_code == 200
    assert browser.get(other).status_code == 404
    assert browser.get(other).status_code == browser.get(f"/requests/{second.id}/files/att-{'z' * 26}").status_code
    for bad in (f"/requests/{second.id}/files/..%2f..%2fetc%2fpasswd", path.replace("req-", "req-x")):
        assert browser.get(bad).status_code == 404
    us = two.door(two.us).program()
    upload = us.client.post("/api/files", content=b"x", headers=us.headers).json()
    answer = program.post(f"/api/requests/{two.request.id}/note", {"text": "x", "attachments": [upload["id"]]})
    assert answer.json()["code"] == "upload-unknown"
    assert program.client.delete(f"/api/files/{upload['id']}", headers=program.headers).status_code == 409
    assert us.client.delete(f"/api/files/{upload['id']}", headers=us.headers).status_code == 200
    assert on_disk(two.us).count(upload["id"]) == 0


def test_what_is_wrong_is_said_and_leaves_nothing(two, monkeypatch):
    door = two.door(two.us)
    program, browser = door.program(), door.browser()
    assert program.client.post("/api/files", content=b"", headers=program.headers).json()["code"] == "attachment-empty"
    monkeypatch.setattr(limits, "ATTACHMENT_MAX_BYTES", 2_000_000)
    answer = program.client.post("/api/files", content=b"x" * 2_500_000, headers=program.headers)
    assert answer.json()["code"] == "attachment-too-large"
    browser.get("/files")
    for kind, body in (
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=b", b"--b\r\nnonsense"),
        ("application/x-www-form-urlencoded", b"file=x"),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="f"\r\n\r\n' + b"x" * 200_000,
        ),
    ):
        answer = browser.client.post("/files", content=body, headers={"Origin": ORIGIN, "Content-Type": kind})
        assert answer.status_code in {400, 413}, (kind, answer.status_code)
    cut = b'--b\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n%s\r\n--b\r\n'
    found = re.search(r'name="csrf-token" content="([^"]*)"', browser.page)
    half = (
        cut % found[1].encode()
        + b'Content-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        + b"y" * 1_500_000
    )
    headers = {"Origin": ORIGIN, "Content-Type": "multipart/form-data; boundary=b"}
    assert browser.client.post("/files", content=half, headers=headers).status_code == 400
    assert (tray_of(two.us, door), on_disk(two.us)) == ([], [])


def test_no_file_chosen_is_said(two):
    browser = two.door(two.us).browser()
    answer = put_in(browser, ("", b""))
    assert answer.status_code == 303
    assert "No file was chosen." in browser.get(answer.headers["location"]).text


def test_where_to_go_after_an_upload_stays_on_this_node(two):
    browser = two.door(two.us).browser()
    answer = put_in(browser, ("a", b"x"), back="//evil.example/x")
    assert answer.headers["location"] in {"/", "/files"}


def test_an_upload_is_removed(two):
    door = two.door(two.us)
    browser = door.browser()
    put_in(browser, ("a", b"x"), ("b", b"y"))
    first, second = tray_of(two.us, door)
    browser.get("/files")
    assert browser.post(f"/files/{first.upload_id}/discard", {}).status_code == 303
    assert [one.upload_id for one in tray_of(two.us, door)] == [second.upload_id]
    with two.us.database.read() as connection:
        assert blobs.find(connection, first.blob_id) is None


def test_a_file_that_the_scanner_holds_is_released_by_a_supervisor_after_one_more_question(two):
    two.vn.post.shelf.scan = "false"
    us = two.door(two.us).program()
    upload = us.client.post("/api/files", content=b"x", headers=us.headers).json()
    us.post(f"/api/requests/{two.request.id}/note", {"text": "x", "attachments": [upload["id"]]})
    two.deliver()
    two.carry()
    duty = two.door(two.vn)
    page = duty.browser().get(f"/requests/{two.request.id}").text
    assert "Under lock" in page
    assert "/release" not in page
    (file,) = duty.program().get(f"/api/requests/{two.request.id}/files").json()["files"]
    refused = duty.program().get(f"/api/requests/{two.request.id}/files/{file['id']}")
    assert refused.json()["code"] == "attachment-held"
