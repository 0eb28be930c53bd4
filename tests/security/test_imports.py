"""Attack: a file put in through the browser: somebody else's, one that is a bomb, one whose name is a weapon."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from lienlac import limits
from lienlac.errors import NotAllowed
from tests.intelligence.imports.scene import bundle
from tests.intelligence.scene import indicator
from tests.intelligence.test_intake_opening import sheet
from tests.security.test_hostile_uploads import NAMES

if TYPE_CHECKING:
    from tests.security.house import Browser, House

PATH = "/intelligence/imports"


def put(
    house: House, browser: Browser, data: bytes, name: str = "tep.json", *, token: bool = True, **fields: str
) -> Any:
    browser.get(PATH)
    found = re.search(r'name="csrf-token" content="([^"]*)"', browser.page)
    assert found
    said = {**({"csrf": found[1]} if token else {}), "collection_id": house.collection(), **fields}
    return browser.client.post(
        PATH, data=said, files={"file": (name, data)}, headers={"Origin": "https://node.test"}, follow_redirects=False
    )


def stored(house: House) -> int:
    import sqlalchemy as sa

    from lienlac.intelligence.imports.store import piece_table, upload_table

    with house.database.read() as connection:
        counts = [
            connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in (piece_table, upload_table)
        ]
    return sum(counts)


def test_somebody_elses_file_is_not_there(house: House) -> None:
    mine = house.imported()
    for login in ("dung", "hai", "admin", "kiem"):
        browser = house.browser(login)
        assert mine not in browser.get(PATH).text
        assert browser.get(f"{PATH}/{mine}").status_code in {403, 404}
        for act in ("preview", "confirm", "again", "drop"):
            assert browser.post(f"{PATH}/{mine}/{act}", {"column-0": "phone"}).status_code in {403, 404}, (login, act)
    with pytest.raises(NotAllowed, match="not-found"):
        house.node.imports.upload(house["hai"], mine)
    assert house.node.imports.upload(house["giang"], mine).id == mine


def test_a_file_for_a_collection_that_one_may_not_know_of_is_refused_and_not_kept(house: House) -> None:
    from lienlac.records.access.desk import Act

    units = [house.cast.units["fraud"]]
    hidden = house.collection()
    house.node.intelligence.access.change(
        house["dung"], hidden, Act.RESTRICT, units=units, officers=[], reason="Nghi lộ tin"
    )
    browser = house.browser("giang")
    assert put(house, browser, bundle(indicator(1))).status_code in {403, 404}
    assert stored(house) == 0


def test_a_spreadsheet_that_unpacks_into_gigabytes_is_refused_unopened(house: House) -> None:
    answer = put(house, house.browser("giang"), sheet([["sdt"], ["0912345678"]], bomb=300_000_000), "bomb.xlsx")
    assert answer.status_code == 422
    assert "more than" in answer.text or "too" in answer.text
    assert stored(house) == 0


def test_a_sheet_that_unpacks_into_millions_of_cells_ends_in_the_opening_process(house: House) -> None:
    wide = sheet([["0912345678"] * 60] * 40_000)
    assert len(wide) < 1_000_000, "it is small as it comes"
    answer = put(house, house.browser("giang"), wide, "wide.xlsx")
    assert answer.status_code == 422
    assert stored(house) == 0


def test_an_archive_that_is_no_spreadsheet_is_refused(house: House) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("../../etc/cron.d/x", "* * * * * root x")
    assert put(house, house.browser("giang"), out.getvalue(), "x.xlsx").status_code == 422
    assert stored(house) == 0


@pytest.mark.parametrize("name", [name for name in NAMES if name])
def test_a_name_is_only_ever_shown(house: House, name: str) -> None:
    outside = {path for path in house.vn.folder.parent.iterdir() if path != house.vn.folder}
    answer = put(house, house.browser("giang"), bundle(indicator(1)), name)
    assert answer.status_code in {303, 422}
    for upload in house.node.imports.uploads(house["giang"]):
        assert not set("/\\\0\u202e") & set(upload.label)
        assert len(upload.label) <= limits.IMPORT_LABEL_MAX_CHARS
    assert {path for path in house.vn.folder.parent.iterdir() if path != house.vn.folder} == outside


def test_a_name_and_a_cell_that_are_html_stay_text(house: House) -> None:
    browser = house.browser("giang")
    data = b"sdt,note\n0912345678,<img src=x onerror=alert(1)>\n"
    answer = put(house, browser, data, "<script>alert(1)<.csv")
    assert answer.status_code == 303
    page = browser.get(answer.headers["location"]).text
    assert "<img src=x" not in page
    assert "<script>alert" not in page
    assert "&lt;img" in page


def test_a_file_without_the_forms_token_is_refused_unread(house: House) -> None:
    answer = put(house, house.browser("giang"), bundle(indicator(1)), token=False)
    assert answer.status_code in {400, 403, 422}
    assert stored(house) == 0


def test_a_file_beyond_the_bound_leaves_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "IMPORT_MAX_BYTES", 2_000_000)
    answer = put(house, house.browser("giang"), b" " * 2_500_000)
    assert answer.status_code in {413, 422}
    assert stored(house) == 0


def test_nobody_fills_the_node_with_files_that_wait(house: House) -> None:
    for _ in range(limits.IMPORT_WAITING_MAX):
        house.imported()
    answer = put(house, house.browser("giang"), bundle(indicator(1)))
    assert answer.status_code in {403, 409}
    assert len(house.node.imports.uploads(house["giang"])) == limits.IMPORT_WAITING_MAX


def test_whoever_may_not_add_puts_nothing_in(house: House) -> None:
    browser = house.browser("linh")
    browser.get("/account")
    found = re.search(r'name="csrf-token" content="([^"]*)"', browser.page)
    assert found
    answer = browser.client.post(
        PATH, data={"csrf": found[1], "collection_id": house.collection()}, files={"file": ("x", b"{}")},
        headers={"Origin": "https://node.test"}, follow_redirects=False,
    )  # fmt: skip
    assert answer.status_code in {403, 404}
    assert stored(house) == 0


def test_full_card_numbers_do_not_show_in_the_preview(house: House) -> None:
    browser = house.browser("giang")
    answer = put(house, browser, b"the,ghi chu\n4111111111111111,x\n", "the.csv")
    page = browser.get(answer.headers["location"]).text
    assert "4111111111111111" not in page
