"""A collection saved from its page as one STIX bundle: byte for byte, whole, within rights and ceilings, written down."""

from __future__ import annotations

import asyncio
import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from lienlac import journal, limits
from lienlac.intelligence.collection import Collection, Draft
from lienlac.intelligence.matching import EVERYTHING
from lienlac.intelligence.pages.bundle import Going
from lienlac.people import sessions
from lienlac.people.officer import Role
from lienlac.records.access.desk import Act
from tests.intelligence.scene import AMBER, FEED, GREEN, domain, id_of, indicator, malware
from tests.security.test_live_streams import ask_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.intelligence.served import Server
    from tests.security.house import House

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")
MORE_THAN_A_PAGE = limits.TAXII_PAGE_DEFAULT_OBJECTS + 5


def bring(server: Server, title: str, *raws: bytes, **more: Any) -> Collection:
    made = server.collection(title, **more)
    server.intelligence.bring(server.house["giang"], made.id, list(raws), source=FEED)
    return made


def saved(server: Server, made: Collection, query: str = "", login: str = "giang") -> Any:
    return server.house.browser(login).get(f"/intelligence/{made.id}/bundle{query}")


def ids_in(answer: Any) -> list[str]:
    assert answer.status_code == 200
    return [one["id"] for one in json.loads(answer.content).get("objects", [])]


def taken_out(house: House, collection_id: str) -> list[tuple[str, Any]]:
    with house.database.read() as connection:
        return [
            (one.actor, one.detail) for one in journal.about(connection, collection_id) if one.action == "intel.export"
        ]


def test_the_newest_versions_come_out_byte_for_byte_as_they_came(server: Server) -> None:
    odd = b'{ "type": "domain-name",  "value":"\\u0111.example", "spec_version":"2.1",\n "id": "' + (
        id_of(domain(7)).encode() + b'" }'
    )
    newer = indicator(1, "2026-11-05T00:00:00.000Z", name="Tên mới")
    made = bring(server, 'Gói "<đi>"\r\nra', indicator(1), odd, newer, malware(3))
    answer = saved(server, made)
    assert ids_in(answer) == [id_of(odd), id_of(newer), id_of(malware(3))]
    head, _, rest = answer.content.partition(b',"objects":[\n')
    assert rest == b",\n".join([odd, newer, malware(3)]) + b"\n]}\n"
    assert re.fullmatch(rb'\{"type":"bundle","id":"bundle--[0-9a-f-]{36}"', head)
    assert json.loads(head + b"}")["id"] != json.loads(saved(server, made).content)["id"], (
        "each one is a bundle of its own"
    )


def test_it_is_a_file_to_save_whose_name_holds_nothing_of_the_title(server: Server) -> None:
    made = bring(server, 'a";filename=evil.exe', indicator(1))
    headers = saved(server, made).headers
    assert headers["content-type"] == "application/stix+json;version=2.1"
    assert headers["content-disposition"] == f'attachment; filename="collection-{made.id}.stix.json"'
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert (
        f'href="/intelligence/{made.id}/bundle"' in server.house.browser("giang").get(f"/intelligence/{made.id}").text
    )


def test_more_than_a_page_comes_whole_and_in_order(server: Server) -> None:
    raws = [domain(number, f"d{number}.example") for number in range(1, MORE_THAN_A_PAGE + 1)]
    made = bring(server, "Nhiều trang", *raws)
    answer = saved(server, made)
    assert ids_in(answer) == [id_of(raw) for raw in raws]
    assert all(raw in answer.content for raw in raws)


def test_pages_end_at_bytes_too(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    made = bring(server, "Trang nhỏ", *(malware(number) for number in range(1, 6)))
    monkeypatch.setattr(limits, "TAXII_PAGE_MAX_BYTES", 1)
    assert ids_in(saved(server, made)) == [id_of(malware(number)) for number in range(1, 6)]


def test_the_filter_of_the_page_holds_for_the_file(server: Server) -> None:
    made = bring(server, "Theo loại", indicator(1), malware(2), domain(3), malware(4))
    assert ids_in(saved(server, made, "?type=malware")) == [id_of(malware(2)), id_of(malware(4))]
    page = server.house.browser("giang").get(f"/intelligence/{made.id}?type=malware").text
    assert f'href="/intelligence/{made.id}/bundle?type=malware"' in page
    assert taken_out(server.house, made.id) == [(server.house["giang"].id, {"form": "stix", "type": "malware"})]


def test_nothing_is_a_bundle_without_a_list(server: Server) -> None:
    empty = bring(server, "Trống")
    held = bring(server, "Không có loại này", indicator(1))
    for answer in (saved(server, empty), saved(server, held, "?type=tool")):
        told = json.loads(answer.content)
        assert told.keys() == {"type", "id"}
        assert told["type"] == "bundle"


def test_what_lies_above_the_ceiling_is_not_in_it(server: Server) -> None:
    amber, green = indicator(1, object_marking_refs=[AMBER]), indicator(2, object_marking_refs=[GREEN])
    made = bring(server, "Trần", amber, green)
    assert ids_in(saved(server, made)) == [id_of(amber), id_of(green)]
    server.intelligence.describe(server.house["giang"], made.id, Draft(title="Trần", ceiling="green"))
    assert ids_in(saved(server, made)) == [id_of(green)]


def test_a_closed_collection_is_still_taken_out(server: Server) -> None:
    made = bring(server, "Đã đóng", indicator(1), readable=False)
    server.intelligence.close(server.house["giang"], made.id)
    assert ids_in(saved(server, made)) == [id_of(indicator(1))]


def test_who_took_it_out_stands_in_the_journal(server: Server) -> None:
    made = bring(server, "Nhật ký", indicator(1))
    saved(server, made)
    assert taken_out(server.house, made.id) == [(server.house["giang"].id, {"form": "stix"})]
    assert "Collection taken out as a bundle" in server.house.browser("kiem").get("/log").text


def restrict(server: Server, made: Collection) -> None:
    server.intelligence.access.change(
        server.house["giang"], made.id, Act.RESTRICT, units=[], officers=["giang", "dung"], reason="Nguồn tin"
    )


def test_a_restricted_collection_by_its_address_and_no_trace_that_it_is_there(server: Server) -> None:
    made = bring(server, "Hạn chế", indicator(1))
    restrict(server, made)
    assert ids_in(saved(server, made)) == [id_of(indicator(1))]
    refused, unknown = (
        saved(server, made, login="anh"),
        server.house.browser("anh").get(f"/intelligence/{'0' * 36}/bundle"),
    )
    assert refused.status_code == unknown.status_code == 404
    assert "content-disposition" not in refused.headers
    assert [actor for actor, _ in taken_out(server.house, made.id)] == [server.house["giang"].id]


def test_an_officer_without_the_right_and_nobody_at_all(server: Server) -> None:
    made = bring(server, "Không quyền", indicator(1))
    refused = saved(server, made, login="admin")
    assert refused.status_code == server.house.browser("admin").get(f"/intelligence/{made.id}").status_code == 404
    assert indicator(1) not in refused.content
    stranger = server.house.browser("giang")
    stranger.client.cookies.clear()
    assert stranger.get(f"/intelligence/{made.id}/bundle").status_code in {303, 401}
    assert taken_out(server.house, made.id) == []


@pytest.mark.parametrize("kind", ["Nguyễn Văn A 0071000123456", "<script>", "%27%20OR%201=1", "a" * 300])
def test_free_text_as_a_type_that_the_journal_would_keep(server: Server, kind: str) -> None:
    made = bring(server, f"Chữ tự do {kind[:5]}", indicator(1))
    assert saved(server, made, f"?type={kind}").status_code == 404
    assert taken_out(server.house, made.id) == []


@pytest.mark.parametrize("end", ["signed out", "restricted", "deleted"])
def test_a_file_that_goes_on_after_the_right_to_it_has_ended(server: Server, end: str) -> None:
    """A browser takes the first page and then waits; what ends meanwhile ends the file, which is no JSON then."""
    house = server.house
    raws = [domain(number, f"d{number}.example") for number in range(1, MORE_THAN_A_PAGE + 1)]
    made = bring(server, f"Giữa chừng {end}", *raws)
    ask: Any = ask_for(house, "linh")

    def happen() -> None:
        if end == "signed out":
            house.database.write(lambda connection: sessions.end_if_there(connection, ask.session.id))
        elif end == "restricted":
            restrict(server, made)
        else:
            for raw in raws[-5:]:
                server.intelligence.delete(house["giang"], made.id, id_of(raw), EVERYTHING)

    text = asyncio.run(played(Going(server.intelligence, made.id, ""), ask, happen))
    assert raws[0] in text
    assert raws[-1] not in text
    if end == "deleted":
        assert len(json.loads(text)["objects"]) == limits.TAXII_PAGE_DEFAULT_OBJECTS
    else:
        with pytest.raises(json.JSONDecodeError):
            json.loads(text)


async def played(going: Going, ask: Any, happen: Callable[[], None]) -> bytes:
    first = await asyncio.to_thread(going.page, ask.officer, -1)
    pieces = going.pieces(ask, first, "bundle--x")
    begun = await anext(pieces)
    await asyncio.to_thread(happen)
    return begun + b"".join([piece async for piece in pieces])


def test_a_role_that_is_taken_away_in_the_middle_of_a_file(server: Server) -> None:
    house = server.house
    raws = [domain(number, f"d{number}.example") for number in range(1, MORE_THAN_A_PAGE + 1)]
    made = bring(server, "Mất vai trò", *raws)
    admin, ask = house.browser("admin"), ask_for(house, "hai")
    admin.get(f"/users/{house['hai'].id}")

    def happen() -> None:
        form = {"name": "H", "unit": house.cast.units["cyber"], "roles": [Role.ADMINISTRATOR.value]}
        assert admin.post(f"/users/{house['hai'].id}", form).status_code == 303

    text = asyncio.run(played(Going(server.intelligence, made.id, ""), ask, happen))
    assert raws[0] in text
    assert raws[-1] not in text
    assert not text.endswith(b"]}\n")
