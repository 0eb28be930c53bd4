"""The screens of intelligence: collections, an object, quarantine, who may; in both languages."""

from __future__ import annotations

import re
from typing import Any

import pytest

from lienlac import limits
from lienlac.records.access.desk import Act
from tests.intelligence.scene import FEED, RED, domain, id_of, indicator, malware, uid
from tests.intelligence.served import Server
from tests.intelligence.test_around import relationship

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


def bring(server: Server, title: str, *raws: bytes) -> tuple[Any, Any]:
    made = server.collection(title)
    outcome = server.intelligence.bring(server.house["giang"], made.id, list(raws), source=FEED)
    return made, outcome


def test_a_collection_is_made_described_and_closed_on_pages(server: Server) -> None:
    browser = server.house.browser("giang")
    assert "New collection" in browser.get("/intelligence").text
    browser.get("/intelligence/new")
    empty = browser.post("/intelligence/new", {"title": " ", "ceiling": "amber"})
    assert empty.status_code == 422
    assert 'aria-invalid="true"' in empty.text
    form = {"title": "Sàn giả", "description_vi": "Mô tả", "ceiling": "green", "readable": "yes"}
    made = browser.post("/intelligence/new", form)
    assert made.status_code == 303
    place = made.headers["location"]
    page = browser.get(place).text
    assert "Sàn giả" in page
    assert "http://127.0.0.1" in page or "/taxii2/intelligence/collections/" in page
    browser.get("/intelligence/new")
    twice = browser.post("/intelligence/new", form)
    assert twice.status_code == 409
    assert "Sàn giả" in twice.text
    browser.get(f"{place}/describe")
    assert browser.post(f"{place}/describe", {**form, "title": "Sàn giả mạo"}).status_code == 303
    assert "Sàn giả mạo" in browser.get("/intelligence").text
    browser.get(place)
    assert browser.post(f"{place}/close").status_code == 303
    assert "Sàn giả mạo" not in browser.get("/intelligence").text
    assert "Sàn giả mạo" in browser.get("/intelligence?show=all").text


def test_an_object_with_its_versions_marks_and_source(server: Server) -> None:
    old, new = indicator(41), indicator(41, "2026-11-05T00:00:00.000Z", name="<b>Tên mới</b>")
    made, _ = bring(server, "Trang đối tượng", old, new, domain(42))
    browser = server.house.browser("giang")
    listed = browser.get(f"/intelligence/{made.id}").text
    assert "&lt;b&gt;Tên mới" in listed
    assert "hoa-sen-invest[.]example" in listed, "nothing that could be clicked"
    assert ">Domain name</a>" in listed, "a type by its name"
    assert "hoa-sen-invest" not in browser.get(f"/intelligence/{made.id}?type=tool").text.split("</h2>")[1][:600]
    page = browser.get(f"/intelligence/objects/{id_of(new)}").text
    assert "A feed" in page
    assert page.count("/intelligence/objects/") >= 2
    earlier = re.findall(r'href="(/intelligence/objects/[^"/]+\?at=\d+)"', page)[-1]
    assert "Trang lừa đảo số 41" in browser.get(earlier).text


def test_what_an_object_says_stands_above_its_bytes(server: Server) -> None:
    said = {
        "description": "Chuyển 1.250.000.000 đồng rồi vào http://san.example", "labels": ["fxp-rig", "nội bộ"],
        "valid_until": "2026-12-24T01:00:00Z", "confidence": 80,
        "external_references": [{"source_name": "A05", "external_id": "12/BC"}, {"source_name": "Báo", "description": "Số 7"}],
    }  # fmt: skip
    bring(server, "Nội dung", indicator(43, **said))
    page = server.house.browser("giang").get(f"/intelligence/objects/{id_of(indicator(43))}").text
    assert 'data-tlp="amber"' in page, "what is printed bears the mark on every sheet"
    content = page.partition('id="says"')[2].partition("</section>")[0]
    assert "1.250.000.000 đồng rồi vào hxxp://san[.]example" in content
    assert "Rigged MT4/MT5 forex broker, nội bộ" in content
    assert "24/12/2026 08:00 (Hanoi)" in content
    assert "A05 12/BC; Báo" in content
    assert page.index('id="says"') < page.index('id="around"') < page.index("Byte for byte")


def test_a_relationship_in_a_list_says_what_it_joins(server: Server) -> None:
    one, two = indicator(45), malware(46)
    line = relationship(47, id_of(one), "indicates", id_of(two))
    lost = relationship(48, id_of(two), "uses", f"tool--{uid(9)}")
    made, _ = bring(server, "Quan hệ", one, two, line, lost)
    page = server.house.browser("giang").get(f"/intelligence/{made.id}").text
    assert "Trang lừa đảo số 45 → indicates → Gói cài đặt giả" in page
    assert "→ uses → Tool 00000000" in page, "an end that is not here is no more than its id says"


def test_a_picture_bears_the_marks_of_everything_in_it(server: Server) -> None:
    strict = malware(49, object_marking_refs=[RED])
    made = server.collection("Nghiêm mật", ceiling="red")
    raws = [indicator(49), strict, relationship(50, id_of(indicator(49)), "indicates", id_of(strict))]
    server.intelligence.bring(server.house["giang"], made.id, raws, source=FEED)
    server.intelligence.indexing.catch_up()
    page = server.house.browser("giang").get(f"/intelligence/objects/{id_of(indicator(49))}/graph").text
    assert 'data-tlp="red"' in page


def test_a_collection_leads_to_sharing_and_files_for_who_may(server: Server) -> None:
    made, _ = bring(server, "Lối đi", indicator(44))
    page = server.house.browser("giang").get(f"/intelligence/{made.id}").text
    assert f'href="/intelligence/imports?collection={made.id}"' in page
    chosen = server.house.browser("giang").get(f"/intelligence/imports?collection={made.id}").text
    assert f'<option value="{made.id}" selected>' in chosen


def test_quarantine_shows_reasons_checks_again_and_dismisses(server: Server) -> None:
    made, outcome = bring(server, "Trang cách ly", malware(51), malware(51, name="Khác"), b'{"type":"<script>"}')
    browser = server.house.browser("giang")
    listed = browser.get("/intelligence/quarantine").text
    assert "with another content" in listed
    assert re.search(rf">Khác</a><small>Malware · <code[^>]*>{id_of(malware(51))}</code>", listed)
    assert "<script>&#34;" not in listed
    conflict, broken = (one.held_id for one in outcome.results[1:])
    page = browser.get(f"/intelligence/quarantine/{conflict}").text
    assert "Gói cài đặt giả" in page
    assert "Khác" in page
    again = browser.post(f"/intelligence/quarantine/{conflict}/check")
    assert again.headers["location"] == f"/intelligence/quarantine/{conflict}"
    server.intelligence.delete(server.house["giang"], made.id, id_of(malware(51)), _everything())
    browser.get(f"/intelligence/quarantine/{conflict}")
    passed = browser.post(f"/intelligence/quarantine/{conflict}/check")
    assert passed.headers["location"] == f"/intelligence/objects/{id_of(malware(51))}"
    browser.get(f"/intelligence/quarantine/{broken}")
    assert browser.post(f"/intelligence/quarantine/{broken}/dismiss").status_code == 303
    assert broken in browser.get("/intelligence/quarantine?show=dismissed").text


def test_held_objects_are_called_by_what_their_bytes_say(server: Server) -> None:
    """In the list, in a search, on their page; what says nothing says so, and card numbers are cut."""
    large = malware(903, name="Quá dài", description="x" * limits.INTEL_HELD_NAMED_BYTES)
    wrong = (
        malware(901, name="Zuyên gia <b>lừa</b> hoa-sen.example", is_family="yes"),
        malware(902, name="4111 1111 1111 1111", is_family="yes"),
        large.replace(b'"is_family": false', b'"is_family": 7'),
        b'{"type":"x-zuyen"}',
        b"[1]",
    )
    _, outcome = bring(server, "Tên cách ly", *wrong)
    browser = server.house.browser("giang")
    first, card, long, typed, nothing = (one.held_id for one in outcome.results)
    listed = browser.get("/intelligence/quarantine").text
    called = dict(re.findall(r'href="/intelligence/quarantine/(qua-[a-z0-9]+)">([^<]*)</a>', listed))
    assert called[first] == "Zuyên gia &lt;b&gt;lừa&lt;/b&gt; hoa-sen[.]example"
    assert called[card] == "411111…1111"
    assert called[long] == "Malware 00000000"
    assert called[typed] == "x-zuyen"
    assert called[nothing] == "without an id"
    assert ">x-zuyen</a></th>" in listed, "not twice"
    assert "<h1>Zuyên gia &lt;b&gt;" in browser.get(f"/intelligence/quarantine/{first}").text
    browser.get("/intelligence/search")
    found = browser.post("/intelligence/search", {"words": "Zuyên gia", "state": "held"}).text
    assert re.search(rf"{first}\">Zuyên gia [^<]*</a><small>Malware · <code[^>]*>{id_of(wrong[0])}</code>", found)
    browser.get("/account")
    browser.post("/language", {"language": "vi"})
    assert "Mã độc · <code" in browser.get("/intelligence/quarantine").text
    browser.get("/account")
    browser.post("/language", {"language": "en"})


def test_attack_names_in_a_quarantine_that_one_may_not_know_of(server: Server) -> None:
    made, outcome = bring(server, "Mật cách ly", malware(911, name="Tên mật", is_family="yes"))
    house, held = server.house, server.intelligence.quarantine
    ids = {outcome.results[0].held_id}
    assert {one.name for one in held.of_ids(house["linh"], ids).values()} == {"Tên mật"}
    officers = [house["giang"].id, house["dung"].id]
    server.intelligence.access.change(
        house["giang"], made.id, Act.RESTRICT, units=[], officers=officers, reason="Nguồn tin"
    )
    assert held.of_ids(house["linh"], ids) == {}
    assert "Tên mật" not in house.browser("linh").get("/intelligence/quarantine").text
    assert held.of_ids(house["giang"], ids)[outcome.results[0].held_id].name == "Tên mật"


def _everything() -> Any:
    from lienlac.intelligence.matching import EVERYTHING

    return EVERYTHING


def test_who_only_looks_on_finds_no_buttons_and_who_may_not_know_nothing(server: Server) -> None:
    made, outcome = bring(server, "Chỉ xem trang", indicator(61), b"{}")
    looker = server.house.browser("linh")
    page = looker.get(f"/intelligence/{made.id}").text
    assert "Describe anew" not in page
    held = looker.get(f"/intelligence/quarantine/{outcome.results[1].held_id}").text
    assert "Check again" not in held
    access = server.house.browser("giang")
    access.get(f"/intelligence/{made.id}/access")
    restrict = {"officers": [server.house["giang"].id, server.house["dung"].id], "reason": "Nguồn tin"}
    assert access.post(f"/intelligence/{made.id}/restrict", restrict).status_code == 303
    for path in (
        f"/intelligence/{made.id}",
        f"/intelligence/objects/{id_of(indicator(61))}",
        f"/intelligence/quarantine/{outcome.results[1].held_id}",
    ):
        assert looker.get(path).status_code == 404, path
    assert "Chỉ xem trang" not in looker.get("/intelligence").text
    assert "Chỉ xem trang" not in looker.get("/intelligence/quarantine").text


def test_the_pages_speak_vietnamese(server: Server) -> None:
    made, outcome = bring(server, "Tiếng Việt", indicator(71), b"{}")
    browser = server.house.browser("giang")
    browser.get("/account")
    browser.post("/language", {"language": "vi"})
    for path in (
        "/intelligence",
        f"/intelligence/{made.id}",
        "/intelligence/new",
        "/intelligence/quarantine",
        f"/intelligence/quarantine/{outcome.results[1].held_id}",
        f"/intelligence/objects/{id_of(indicator(71))}",
    ):
        assert browser.get(path).status_code == 200


@pytest.mark.parametrize("language", ["en", "vi"])
def test_a_search_says_what_it_found_what_it_could_not_read_and_how_to_go_on(server: Server, language: str) -> None:
    made, _ = bring(
        server, f"Tìm kiếm {language}", *(indicator(number, name=f"Zẫy {language}") for number in range(60, 115))
    )
    server.intelligence.indexing.catch_up()
    browser = server.house.browser("giang")
    browser.post("/language", {"language": language, "back": "/intelligence/search"})
    browser.get("/intelligence/search")
    page = browser.post("/intelligence/search", {"words": "zay", "collection": made.id}).text
    assert page.count(f"Zẫy {language}</a>") == 50
    cursor = re.search(r'name="cursor" value="(\d+)"', page)
    assert cursor
    older = browser.post("/intelligence/search", {"words": "zay", "collection": made.id, "cursor": cursor[1]}).text
    assert older.count(f"Zẫy {language}</a>") == 5
    assert 'name="cursor"' not in older
    nothing = browser.post("/intelligence/search", {"words": "khong co gi", "collection": made.id}).text
    assert {"en": "Nothing found that you may see", "vi": "Không tìm thấy đối tượng nào"}[language] in nothing
    wrong = browser.post("/intelligence/search", {"words": "x", "since": "31/02/2026"})
    assert wrong.status_code == 422
    assert 'aria-invalid="true"' in wrong.text
    assert browser.post("/intelligence/search", {"words": "zay", "cursor": "x"}).status_code == 422
    held = browser.post("/intelligence/search", {"state": "held"}).text
    assert held.count("<h2") >= 1
