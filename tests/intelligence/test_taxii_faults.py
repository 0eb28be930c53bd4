"""What other servers were seen to do wrong, and ours does not: each fault a test, named by what it would do to a client.

The list is that of TAXII 2.1's own points and of the open servers as they ran in November 2026.
"""

from __future__ import annotations

import json
import socket
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import pytest

from lienlac import limits
from lienlac.intelligence.taxii import Places
from lienlac.records.access.desk import Act
from tests.intelligence.scene import RED, domain, id_of, indicator, malware, uid
from tests.intelligence.served import TAXII, Caller, Server, envelope

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


class Place:
    """One collection, and calls to it."""

    def __init__(self, server: Server, caller: Caller, title: str, **more: Any) -> None:
        self.server, self.caller = server, caller
        self.collection = server.collection(title, **more)
        self.path = f"/taxii2/intelligence/collections/{self.collection.id}"

    def put(self, *raws: bytes) -> dict[str, Any]:
        answer = self.caller.post(f"{self.path}/objects/", envelope(*raws))
        assert answer.status_code == 202, answer.text
        return answer.json()

    def get(self, onward: str = "objects/", **headers: str) -> Any:
        return self.caller.get(f"{self.path}/{onward}", **headers)

    def ids(self, onward: str = "objects/") -> list[str]:
        return [one["id"] for one in self.get(onward).json().get("objects", ())]


@pytest.fixture
def caller(server: Server) -> Any:
    with server.caller() as made:
        yield made


@pytest.fixture
def place(server: Server, caller: Caller, request: pytest.FixtureRequest) -> Place:
    return Place(server, caller, request.node.name)


def is_error(answer: Any, status: int) -> dict[str, Any]:
    """An error as the standard has it: media type, title, status as text."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == TAXII
    body = answer.json()
    assert body["title"]
    assert body["http_status"] == str(status)
    assert body["description"] != body["details"]["vi"]
    return dict(body)


# --- medallion ------------------------------------------------------------------------------------------------------


def test_delete_without_a_version_leaves_nothing_behind(place: Place) -> None:
    raws = [indicator(1, f"2026-11-0{day}T00:00:00.000Z") for day in (1, 2)]
    place.put(*raws)
    gone = place.caller.delete(f"{place.path}/objects/{id_of(raws[0])}/")
    assert (gone.status_code, gone.headers["content-type"]) == (200, TAXII)
    is_error(place.get(f"objects/{id_of(raws[0])}/"), 404)
    is_error(place.get(f"objects/{id_of(raws[0])}/versions/"), 404)
    is_error(place.caller.delete(f"{place.path}/objects/{id_of(raws[0])}/"), 404)


def test_paging_by_added_after_loses_nothing_inside_one_post(place: Place) -> None:
    place.put(*(indicator(number) for number in range(20)))
    for onward in ("objects/", "manifest/"):
        seen, after = [], ""
        while True:
            answer = place.get(f"{onward}?limit=6{after}")
            seen += [one["id"] for one in answer.json().get("objects", ())]
            if not answer.json()["more"]:
                break
            after = f"&added_after={answer.headers['X-TAXII-Date-Added-Last']}"
        assert seen == [id_of(indicator(number)) for number in range(20)]


def test_a_page_that_is_asked_for_again_is_the_same_page(place: Place) -> None:
    """A dropped connection must not cost what was on it; also with another limit, and after a deletion."""
    place.put(*(indicator(number) for number in range(10)))
    onward = place.get("objects/?limit=3").json()["next"]
    first = place.ids(f"objects/?limit=3&next={onward}")
    assert place.ids(f"objects/?limit=3&next={onward}") == first
    assert place.ids(f"objects/?limit=2&next={onward}") == first[:2]
    place.caller.delete(f"{place.path}/objects/{id_of(indicator(2))}/")
    assert place.ids(f"objects/?limit=3&next={onward}") == first
    place.put(indicator(11))
    assert place.ids(f"objects/?limit=3&next={onward}") == first


@pytest.mark.parametrize(
    "modified", ["yesterday", "2026-11-01T00:00:00.000000001Z", "2026-11-01T00:00:00", "9999-99-99T00:00:00Z"]
)
def test_one_poisoned_object_does_not_spoil_the_collection(place: Place, modified: str) -> None:
    place.put(indicator(1), indicator(2, modified), indicator(3))
    answer = place.get()
    assert answer.status_code == 200
    assert {id_of(indicator(1)), id_of(indicator(3))} <= set(place.ids())
    assert place.get("manifest/").status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "added_after=yesterday",
        "match[version]=newest",
        "limit=0",
        "limit=-1",
        "limit=x",
        "next=x",
        "match[id]=%00",
        "match[type]=a,,b",
        "added_after=2020-01-01T00:00:00Z&added_after=2020-01-01T00:00:00Z",
    ],
)
def test_malformed_parameters_are_400_everywhere(place: Place, query: str) -> None:
    place.put(indicator(1))
    assert is_error(place.get(f"objects/?{query}"), 400)["error_code"] == "taxii-filter"
    is_error(place.get(f"manifest/?{query}"), 400)
    if not query.startswith(("match[id]", "match[type]")):
        is_error(place.get(f"objects/{id_of(indicator(1))}/?{query}"), 400)


@pytest.mark.parametrize(
    "bad", [b'{"type":"x-a","id":"x-a--%s","n":NaN}', b'{"type":"x-a","id":"x-a--%s","n":Infinity}']
)
def test_what_is_no_json_is_not_served_as_json(place: Place, bad: bytes) -> None:
    answer = place.caller.post(f"{place.path}/objects/", envelope(indicator(1), bad % uid(1).encode()))
    assert answer.status_code in {202, 400}
    json.loads(place.get().content, parse_constant=pytest.fail)


def test_half_a_character_holds_its_object_and_takes_the_others(place: Place) -> None:
    """A feed with one lone surrogate among a thousand objects must not stop for good at that envelope."""
    bad = b'{"type":"x-a","id":"x-a--%s","note":"\\ud800"}' % uid(7).encode()
    answer = place.caller.post(f"{place.path}/objects/", envelope(indicator(1), bad, indicator(2)))
    told = answer.json()
    assert (answer.status_code, told["success_count"], told["failure_count"]) == (202, 2, 1)
    assert "half a character" in told["failures"][0]["message"]
    assert len(place.get().json()["objects"]) == 2


def test_errors_are_taxii_also_where_no_handler_was_reached(server: Server, place: Place) -> None:
    is_error(place.caller.client.get("/taxii2/", headers={"Accept": TAXII}), 401)
    is_error(place.caller.get("/taxii2/nothing/here/"), 404)
    is_error(place.caller.get("/taxii2/intelligence/collections/not-a-uuid/"), 404)
    is_error(place.caller.get(f"/taxii2/intelligence/collections/{uuid.uuid4()}/objects/"), 404)
    is_error(place.caller.get("/taxii2/intelligence/status/none/"), 404)
    wrong = place.caller.client.request(
        "PUT", f"{place.path}/objects/", auth=place.caller.auth, headers={"Accept": TAXII}
    )
    is_error(wrong, 405)
    assert "POST" in wrong.headers["allow"]
    is_error(place.get(Accept="text/html"), 406)
    is_error(place.caller.post(f"{place.path}/objects/", b"{}", "text/plain"), 415)


@pytest.mark.parametrize(
    "accept",
    ["application/taxii+json", "application/taxii+json; version=2.1", "application/taxii+json;q=0.9, */*;q=0.1", "*/*"],
)
def test_accept_without_version_with_spaces_and_weights_is_served(place: Place, accept: str) -> None:
    answer = place.get(Accept=accept)
    assert (answer.status_code, answer.headers["content-type"]) == (200, TAXII)


@pytest.mark.parametrize(
    "kind",
    [
        "application/taxii+json",
        "application/taxii+json; version=2.1",
        "application/stix+json",
        "application/stix+json; version=2.1",
        "application/json",
    ],
)
def test_content_types_that_clients_send_are_taken(place: Place, kind: str) -> None:
    assert place.caller.post(f"{place.path}/objects/", envelope(indicator(1)), kind).status_code == 202


def test_a_body_in_chunks_is_taken(place: Place) -> None:
    def pieces() -> Any:
        whole = envelope(indicator(1), indicator(2))
        yield whole[:100]
        yield whole[100:]

    headers = {"Accept": TAXII, "Content-Type": TAXII}
    answer = place.caller.client.post(
        f"{place.path}/objects/", content=pieces(), auth=place.caller.auth, headers=headers
    )
    assert answer.request.headers.get("transfer-encoding") == "chunked"
    assert answer.json()["success_count"] == 2


def test_an_observable_that_comes_again_has_the_version_it_had(place: Place) -> None:
    first = place.put(domain(1))["successes"]
    place.server.house.clock.turn(5)
    assert place.put(domain(1))["successes"] == first
    assert len(place.get(f"objects/{id_of(domain(1))}/versions/").json()["versions"]) == 1


def test_an_exact_duplicate_is_no_error(place: Place) -> None:
    place.put(indicator(1))
    assert place.put(indicator(1))["failure_count"] == 0


# --- OpenTAXII ------------------------------------------------------------------------------------------------------


def test_401_says_how_to_come_in(place: Place) -> None:
    for headers in (
        {},
        {"Authorization": "Basic !!!"},
        {"Authorization": "Bearer lienlac_no"},
        {"Authorization": "Digest x"},
    ):
        answer = place.caller.client.get("/taxii2/", headers={"Accept": TAXII, **headers})
        is_error(answer, 401)
        assert answer.headers["www-authenticate"].startswith("Basic ")
        assert "Bearer" in answer.headers["www-authenticate"]


def test_observables_without_spec_version_and_times_without_fraction_are_taken(place: Place) -> None:
    bare = b'{"type":"domain-name","id":"domain-name--%s","value":"a.example"}' % uid(3).encode()
    whole = indicator(1, "2026-11-01T00:00:00Z", created="2026-10-01T00:00:00Z")
    assert place.put(bare, whole)["failure_count"] == 0
    assert place.get().content == b'{"more":false,"objects":[%b,%b]}' % (bare, whole)


@pytest.mark.parametrize("part", ["x", "%00", "%2e%2e", "a" * 3000, "%F0%9F%92%A3", "null"])
def test_any_path_part_is_answered(place: Place, part: str) -> None:
    for path in (
        f"/taxii2/intelligence/collections/{part}/objects/",
        f"{place.path}/objects/{part}/",
        f"/taxii2/intelligence/status/{part}/",
        f"/taxii2/{part}/",
    ):
        assert place.caller.get(path).status_code in {404, 400}, path


def test_added_after_without_fraction_is_understood(place: Place) -> None:
    place.put(indicator(1))
    assert place.ids("objects/?added_after=2020-01-01T00:00:00Z") == [id_of(indicator(1))]
    assert place.ids("objects/?added_after=2020-01-01T00%3A00%3A00.123Z") == [id_of(indicator(1))]


@pytest.mark.parametrize("onward", ["objects/", "manifest/"])
def test_more_always_comes_with_next(place: Place, onward: str) -> None:
    place.put(*(indicator(number) for number in range(5)))
    body = place.get(f"{onward}?limit=2").json()
    assert body["more"]
    assert body["next"]
    assert "next" not in place.get(f"{onward}?limit=5").json()


def test_more_comes_with_next_on_versions_and_on_one_object_too(place: Place) -> None:
    raws = [indicator(1, f"2026-11-0{day}T00:00:00.000Z") for day in range(1, 6)]
    place.put(*raws)
    seen, onward = [], ""
    for _ in range(10):
        body = place.get(f"objects/{id_of(raws[0])}/versions/?limit=2{onward}").json()
        seen += body["versions"]
        if not body["more"]:
            break
        onward = f"&next={body['next']}"
    assert seen == [f"2026-11-0{day}T00:00:00.000000Z" for day in range(1, 6)]
    assert place.get(f"objects/{id_of(raws[0])}/?match[version]=all&limit=2").json()["next"]


def test_one_bad_object_refuses_only_itself_and_says_why_in_both_languages(place: Place) -> None:
    told = place.put(indicator(1), b'{"type":"indicator"}', malware(2))
    assert (told["total_count"], told["success_count"], told["failure_count"], told["pending_count"]) == (3, 2, 1, 0)
    assert len(told["successes"]) == 2
    assert "pendings" not in told
    [failure] = told["failures"]
    assert failure["id"].startswith("qua-")
    assert " / " in failure["message"]


def test_deleting_what_is_not_there_is_404(place: Place) -> None:
    is_error(place.caller.delete(f"{place.path}/objects/{id_of(indicator(8))}/"), 404)
    is_error(place.caller.delete(f"{place.path}/objects/nothing/"), 404)


def test_stored_bytes_are_not_written_anew(place: Place) -> None:
    odd = b'{ "id" : "x-odd--%s",\n "type":"x-odd" , "x_n": 1.50, "x_e": 1E3, "x_t":"\\u00e9" }' % uid(4).encode()
    place.put(odd)
    assert place.get().content == b'{"more":false,"objects":[%b]}' % odd
    assert place.get(f"objects/x-odd--{uid(4)}/").content == b'{"more":false,"objects":[%b]}' % odd


def test_eight_clients_posting_one_object_at_once_all_succeed(
    server: Server, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lienlac.limits.TAXII_POSTS_AT_ONCE", 8)
    monkeypatch.setattr("lienlac.limits.TAXII_POSTS_PER_TOKEN", 8)
    with ThreadPoolExecutor(8) as threads:
        told = list(threads.map(lambda _: place.put(indicator(1)), range(8)))
    assert all(one["success_count"] == 1 for one in told)
    assert len({one["successes"][0]["version"] for one in told}) == 1
    assert place.ids() == [id_of(indicator(1))]


# --- the standard's own points --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/taxii2",
        "/taxii2/intelligence",
        "/taxii2/intelligence/collections",
        "{place}",
        "{place}/objects",
        "{place}/manifest",
        "{place}/objects/{one}",
        "{place}/objects/{one}/versions",
    ],
)
def test_both_forms_of_an_address_are_answered_without_sending_anybody_elsewhere(place: Place, path: str) -> None:
    place.put(indicator(1))
    path = path.replace("{place}", place.path).replace("{one}", id_of(indicator(1)))
    answers = [place.caller.get(path), place.caller.get(f"{path}/")]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].content == answers[1].content
    assert place.caller.post(f"{place.path}/objects", envelope(indicator(1))).status_code == 202


def test_the_headers_of_a_page_are_the_instants_of_its_first_and_last(place: Place) -> None:
    place.put(*(indicator(number) for number in range(4)))
    entries = place.get("manifest/").json()["objects"]
    for onward in ("objects/?limit=3", "manifest/?limit=3"):
        headers = place.get(onward).headers
        assert headers["X-TAXII-Date-Added-First"] == entries[0]["date_added"]
        assert headers["X-TAXII-Date-Added-Last"] == entries[2]["date_added"]
        assert len(headers["X-TAXII-Date-Added-Last"]) == 27


def test_nothing_empty_is_listed_and_an_empty_page_has_no_dates(place: Place) -> None:
    for onward in ("objects/", "manifest/", "objects/?match[type]=tool", "objects/?match[spec_version]=9.9"):
        answer = place.get(onward)
        assert answer.json() == {"more": False}
        assert not [name for name in answer.headers if name.startswith("x-taxii")]


def test_an_object_that_is_there_but_does_not_match_is_not_404(place: Place) -> None:
    place.put(indicator(1))
    assert place.get(f"objects/{id_of(indicator(1))}/?match[version]=2001-01-01T00:00:00Z").json() == {"more": False}


def test_what_may_not_be_known_of_is_404_not_403(server: Server, place: Place) -> None:
    place.put(indicator(1))
    server.intelligence.access.change(
        server.house["giang"], place.collection.id, Act.RESTRICT, officers=["giang", "dung"], reason="Nguồn tin"
    )
    assert place.ids() == [id_of(indicator(1))]
    with server.caller("anh") as other:
        for path in (
            f"{place.path}/",
            f"{place.path}/objects/",
            f"{place.path}/manifest/",
            f"{place.path}/objects/{id_of(indicator(1))}/",
        ):
            is_error(other.get(path), 404)
        is_error(other.post(f"{place.path}/objects/", envelope(indicator(2))), 404)
        assert place.collection.id not in other.get("/taxii2/intelligence/collections/").text


def test_only_one_of_the_rights_is_403(server: Server, place: Place) -> None:
    """A reader may not add or delete; a token of scope "read" neither, whoever's it is."""
    place.put(indicator(1))
    for login, scope in (("linh", "write"), ("giang", "read")):
        with server.caller(login, scope) as reader:
            assert reader.get(f"{place.path}/objects/").status_code == 200
            is_error(reader.post(f"{place.path}/objects/", envelope(indicator(2))), 403)
            is_error(reader.delete(f"{place.path}/objects/{id_of(indicator(1))}/"), 403)
            [mine] = [
                one
                for one in reader.get("/taxii2/intelligence/collections/").json()["collections"]
                if one["id"] == place.collection.id
            ]
            assert (mine["can_read"], mine["can_write"]) == (True, False)


def test_a_collection_without_its_door_is_closed_in_that_direction(server: Server, caller: Caller) -> None:
    shut = Place(server, caller, "không đọc được", readable=False)
    shut.put(indicator(1))
    is_error(shut.get(), 403)
    fixed = Place(server, caller, "không ghi được", writable=False)
    is_error(caller.post(f"{fixed.path}/objects/", envelope(indicator(1))), 403)
    neither = Place(server, caller, "không cửa", readable=False, writable=False)
    is_error(neither.get(), 404)
    is_error(caller.get(f"{neither.path}/"), 404)


def test_what_is_above_the_ceiling_is_a_failure_and_is_never_shown(place: Place) -> None:
    told = place.put(indicator(1, object_marking_refs=[RED]))
    assert told["failures"][0]["message"].startswith("intel-above-ceiling")
    assert place.ids() == []


def test_the_administrator_sees_that_there_is_nothing(server: Server) -> None:
    with server.caller("admin") as admin:
        is_error(admin.get("/taxii2/"), 404)


def test_a_status_is_its_callers_own(server: Server, place: Place) -> None:
    told = place.put(indicator(1))
    path = f"/taxii2/intelligence/status/{told['id']}"
    assert place.caller.get(path).json() == told
    with server.caller("anh") as other:
        is_error(other.get(path), 404)


def test_statuses_are_kept_for_a_time_and_in_a_number(
    server: Server, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = place.put(indicator(1))["id"]
    monkeypatch.setattr("lienlac.limits.TAXII_STATUS_KEPT", 2)
    ids = [first, *(place.put(indicator(1))["id"] for _ in range(20))]
    found = [place.caller.get(f"/taxii2/intelligence/status/{one}").status_code for one in ids]
    assert (found[0], found[-2:]) == (404, [200, 200])
    monkeypatch.setattr("lienlac.limits.TAXII_STATUS_KEPT", 1_000)
    server.house.clock.turn(25 * 3600)
    place.put(indicator(1))
    assert place.caller.get(f"/taxii2/intelligence/status/{ids[-1]}").status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400), (b"{", 400), (b"[]", 422), (b"null", 422), (b"{}", 422), (b'{"objects":[]}', 422), (b'{"objects":{}}', 400),
        (b'{"objects":"x"}', 400), (b"\xff\xfe{}", 400), (b'{"objects":[' + b"[" * 10_000 + b"]" * 10_000 + b"]}", 400),
        (b'{"objects":[1],"objects":[2]}', 400), (b'{"more":false}', 422),
    ],
)  # fmt: skip
def test_bodies_that_are_no_envelope(place: Place, body: bytes, status: int) -> None:
    answer = place.caller.post(f"{place.path}/objects/", body)
    assert is_error(answer, answer.status_code)
    assert answer.status_code in {400, 422, status}
    assert place.ids() == []


def test_odd_objects_are_held_each_for_itself(place: Place) -> None:
    odd = [
        b'{"type":"x-a","id":"x-a--%s","n":%s}' % (uid(1).encode(), b"9" * 400),
        b'{"type":"x-b","type":"x-c","id":"x-b--%s"}' % uid(2).encode(),
        b'{"type":"x-d","id":"x-d--%s","s":"a\\u0000b"}' % uid(3).encode(),
        b"17",
        b'{"type":"x-f","id":"x-f--%s","deep":' % uid(5).encode() + b"[" * 200 + b"]" * 200 + b"}",
    ]
    told = place.put(indicator(1), *odd, malware(1))
    assert told["total_count"] == 7
    assert told["success_count"] >= 2
    answer = place.get()
    assert json.loads(answer.content)["objects"][0]["id"] == id_of(indicator(1))


def test_a_body_that_is_too_large_is_413_also_in_chunks(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lienlac.limits.TAXII_BODY_MAX_BYTES", 500)
    whole = envelope(indicator(1), indicator(2))
    is_error(place.caller.post(f"{place.path}/objects/", whole), 413)
    headers = {"Accept": TAXII, "Content-Type": TAXII}
    sent = place.caller.client.post(
        f"{place.path}/objects/", content=iter([whole[:300], whole[300:]]), auth=place.caller.auth, headers=headers
    )
    is_error(sent, 413)
    assert place.get("../../").json()["max_content_length"] == 500


def test_a_compressed_body_is_415(place: Place) -> None:
    answer = place.caller.post(f"{place.path}/objects/", envelope(indicator(1)), **{"Content-Encoding": "gzip"})
    is_error(answer, 415)


def test_who_brings_too_much_at_once_is_told_to_come_again() -> None:
    places = Places()
    with places.one("a"), places.one("a"):
        with pytest.raises(Exception, match="taxii-busy"), places.one("a"):
            pass
        with places.one("b"), places.one("c"), pytest.raises(Exception, match="taxii-busy"), places.one("d"):
            pass
    with places.one("a"):
        assert limits.TAXII_POSTS_PER_TOKEN == 2


def test_a_token_that_ends_while_its_body_comes_slowly_brings_nothing(server: Server, place: Place) -> None:
    """The body is begun with a good token and finished after its end."""
    from lienlac.people import tokens

    officer = server.house["giang"]
    secret = server.token("giang", own=True)
    with server.house.database.read() as connection:
        found = tokens.find(connection, secret, server.house.clock.now())
    assert found is not None
    body = envelope(indicator(1))
    url = urlsplit(server.url)
    with socket.create_connection((url.hostname, url.port), timeout=10) as line:
        head = (
            f"POST {place.path}/objects/ HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {secret}\r\nAccept: {TAXII}\r\n"
            f"Content-Type: {TAXII}\r\nContent-Length: {len(body)}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
        )
        line.sendall(head.encode())
        assert b"100 Continue" in line.recv(1000)  # the handler waits for the body: who calls was asked before
        server.house.database.write(lambda connection: tokens.end(connection, officer, found.token_id))
        line.sendall(body)
        answer = b"".join(iter(lambda: line.recv(65536), b""))
    assert b" 401 " in answer.splitlines()[0]
    assert place.ids() == []


def test_objects_posted_while_a_client_pages_are_neither_lost_nor_given_twice(server: Server, place: Place) -> None:
    place.put(*(indicator(number) for number in range(20)))
    done = threading.Event()

    def post() -> None:
        for number in range(20, 60):
            place.server.intelligence.bring(
                server.house["giang"], place.collection.id, [indicator(number)], source=_source()
            )
        done.set()

    thread = threading.Thread(target=post)
    thread.start()
    seen, onward = [], ""
    while True:
        finished = done.is_set()
        body = place.get(f"objects/?limit=3{onward}").json()
        seen += [one["id"] for one in body.get("objects", ())]
        if body["more"]:
            onward = f"&next={body['next']}"
        elif seen:
            onward = f"&added_after={place.get('manifest/?match[id]=' + seen[-1]).json()['objects'][0]['date_added']}"
        if finished and not body["more"] and not body.get("objects"):
            break
    thread.join()
    assert seen == [id_of(indicator(number)) for number in range(60)]


def _source() -> Any:
    from tests.intelligence.scene import FEED

    return FEED
