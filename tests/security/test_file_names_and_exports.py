"""Attack: a file's name, a unit's name or a roster line that becomes markup, a header, a path or a formula elsewhere.

Names come from a partner and from our own officers; they end on pages, in headers of downloads, in CSV for spreadsheets
and in calendars. What a name may hold at all is tested in `tests/wire/test_attachments.py`, notices (which hold no text
of a case) in `tests/notices/test_words.py` and `test_mail.py`, the terminal in `test_terminal_escapes.py`.
"""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from lienlac.duty.roster import sheet
from lienlac.duty.roster.shift import Draft
from lienlac.wire.attachments import check_name
from tests.hotline.scene import freeze_form
from tests.security.poison import MARKUP, PRODUCT, Page, faults_of
from tests.security.test_csrf import OURS, token_of
from tests.world.nodes import deliver_all

if TYPE_CHECKING:
    from tests.security.house import House

FROM_A_PEER = (
    "x' onfocus=probe() autofocus y='{{ask.__class__}}%(csrf)s.pdf",
    "a&lt;img src=x onerror=probe()&gt;.png",
    "=cmd'!A0.csv",
    "javascript&colon;probe().html",
    "bé=1; filename=evil.exe",
)
"""Names that pass `check_name`, and so may come from any partner."""
FROM_AN_OFFICER = (
    MARKUP.format(mark="w0001w", bidi="\u202e"),
    '"><probe probe=1>.svg',
    "../../../../etc/passwd",
    "a.pdf\r\nSet-Cookie: x=1\r\n\r\n<probe>",
    "sao kê\u202efdp.exe",
    "..\\..\\CON",
)


def put_in(house: House, login: str, name: str) -> Any:
    """A file as a browser sends it: the name as it is, in UTF-8."""
    browser = house.browser(login)
    head = f'Content-Disposition: form-data; name="file"; filename="{name}"'.replace("\r\n", "%0D%0A")
    body = (
        f'--b\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n{token_of(browser)}\r\n'
        f"--b\r\n{head}\r\nContent-Type: application/octet-stream\r\n\r\n<probe>x</probe>\r\n--b--\r\n"
    )
    headers = {**OURS, "Content-Type": "multipart/form-data; boundary=b"}
    answer = browser.client.post("/files", content=body.encode(), headers=headers, follow_redirects=False)
    assert answer.status_code == 303, answer.status_code
    return browser


@pytest.mark.parametrize("name", [*FROM_A_PEER, *(name for name in FROM_AN_OFFICER if '"' not in name)])
def test_a_name_that_an_officer_puts_in_is_text_on_every_page_and_safe_when_it_travels(house: House, name: str) -> None:
    browser = put_in(house, "anh", name)
    request_id = house.receive()
    for path in ("/files", f"/requests/{request_id}"):
        page = browser.get(path).text
        assert faults_of(page) == []
        assert PRODUCT not in page
    upload = house.program("anh").get("/api/files").json()["files"][0]
    check_name(upload["name"])
    assert upload["name"] in Page(browser.get("/files").text).words


def arrived_file(house: House, name: str) -> tuple[str, str]:
    """A partner's request whose file has arrived whole: both ids."""
    us = house.us
    file = us.post.attachments.begin(us.officer, name)
    file.write(b"<script>probe()</script>")
    upload = file.finish()
    assert upload.name == name
    form = freeze_form(transferred_at=house.clock.now().isoformat(), attachments=[upload.upload_id])
    request = us.hotline.open(us.officer, us.hotline.read_opening(form, us.officer))
    deliver_all([house.us, house.vn])
    (due,) = us.post.attachment_courier.due()
    going = us.post.attachment_courier.start(due.attachment_id)
    assert going is not None
    run = house.vn.post.receiving.begin(us.node_id, due.attachment_id, 0)
    for piece in going.pieces(0, going.count):
        run.feed(piece)
    run.end()
    run.close()
    going.reader.close()
    house.vn.post.receiving.finish_due()
    return request.id, due.attachment_id


@pytest.mark.parametrize("name", FROM_A_PEER)
def test_a_name_from_a_partner_is_text_on_the_page_and_one_name_in_the_header(house: House, name: str) -> None:
    check_name(name)
    request_id, file_id = arrived_file(house, name)
    browser = house.browser("anh")
    page = browser.get(f"/requests/{request_id}").text
    assert faults_of(page) == []
    assert name in Page(page).words
    assert f'href="/requests/{request_id}/files/{file_id}"' in page
    answer = browser.get(f"/requests/{request_id}/files/{file_id}")
    assert answer.content == b"<script>probe()</script>"
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("sandbox")
    said = answer.headers.get_list("content-disposition")
    assert len(said) == 1
    assert re.fullmatch(r"attachment; filename=\"[^\"\\]*\"; filename\*=UTF-8''[A-Za-z0-9%._~!$&+^`|-]+", said[0]), (
        said[0]
    )
    assert "set-cookie" not in answer.headers


FORMULAS = ("=cmd|'/C calc'!A0", "+1+cmd", "-2+3+cmd", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://evil.test")', "＝1+1",
            "\n=1", " =1", "'=1")  # fmt: skip


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_of_a_roster_is_a_formula(text: str) -> None:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    written = sheet.write([Draft(officer=text, unit=text, line=1, begins=at, ends=at + timedelta(hours=8))])
    rows = list(csv.reader(io.StringIO(written.decode("utf-8-sig"), newline="")))
    for cell in rows[1]:
        assert not cell.lstrip(" \t\r\n").startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")), cell


def test_an_export_of_the_real_roster_holds_no_formula_and_no_line_that_a_name_made(house: House) -> None:
    admin = house.browser("admin")
    admin.get(f"/users/units/{house.cast.units['fraud']}")
    evil = "=cmd|'/C calc'!A0\nBEGIN:VEVENT"
    names = {"name_vi": f"{evil} vi", "name_en": f"{evil} en"}
    assert admin.post(f"/users/units/{house.cast.units['fraud']}", names).status_code in {303, 422}
    browser = house.browser("binh")
    browser.get("/duty")
    start = house.clock.now()
    shift = {
        "officer": house["anh"].login, "line": "1",
        "from": f"{start:%d/%m/%Y %H:%M}", "until": f"{start + timedelta(hours=8):%d/%m/%Y %H:%M}",
    }  # fmt: skip
    assert browser.post("/duty/shifts", shift).status_code == 303
    text = browser.get("/duty/export/csv").text.lstrip("\ufeff")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert len(rows) == 2
    for cell in rows[1]:
        assert not cell.lstrip().startswith(("=", "+", "@")), cell
    calendar = browser.get("/duty/export/ics").text
    assert [line for line in calendar.splitlines() if line.startswith("BEGIN:VEVENT")] == ["BEGIN:VEVENT"]
