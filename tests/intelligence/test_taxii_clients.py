"""Others' clients against a served node, as they are: taxii2-client, stix2's source and sink, cytaxii2; and the calls
that OpenCTI and Sentinel make, as their sources make them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import pytest
import stix2
from cytaxii2 import cytaxii2
from taxii2client.exceptions import AccessError
from taxii2client.v21 import ApiRoot, Collection, as_pages
from taxii2client.v21 import Server as TaxiiServer

from tests.intelligence.scene import domain, id_of, indicator, malware, uid
from tests.intelligence.served import Server, envelope

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning", "ignore::ResourceWarning")


def opened(server: Server, title: str, login: str = "giang", **more: Any) -> Collection:
    made = server.collection(title, **more)
    return Collection(f"{server.root}collections/{made.id}/", user="x", password=server.token(login))


# --- taxii2-client ----------------------------------------------------------------------------------------------------


def test_taxii2_client_finds_its_way_from_the_discovery(server: Server) -> None:
    made = server.collection("Từ trang đầu")
    found = TaxiiServer(server.discovery, user="lienlac", password=server.token("giang"))
    assert found.default.url == server.root
    assert [root.url for root in found.api_roots] == [server.root]
    listed = {one.title: one for one in found.default.collections}
    assert listed["Từ trang đầu"].id == made.id
    assert listed["Từ trang đầu"].can_read
    assert listed["Từ trang đầu"].can_write
    assert found.default.max_content_length > 10_000_000
    assert found.default.versions == ["application/taxii+json;version=2.1"]


def test_taxii2_client_adds_waits_and_reads_back(server: Server) -> None:
    collection = opened(server, "Đưa vào rồi đọc")
    status = collection.add_objects(json.loads(envelope(indicator(1), malware(2), b'{"type":"x"}')), timeout=5)
    assert (status.status, status.total_count, status.success_count, status.failure_count) == ("complete", 3, 2, 1)
    assert status.successes[0]["id"] == id_of(indicator(1))
    assert "stix-" in status.failures[0]["message"]
    status.refresh()
    assert status.success_count == 2
    assert [one["id"] for one in collection.get_objects()["objects"]] == [id_of(indicator(1)), id_of(malware(2))]
    assert collection.get_object(id_of(malware(2)))["objects"][0]["name"] == "Gói cài đặt giả"
    assert collection.get_objects(type=["malware", "tool"], limit=5)["objects"][0]["type"] == "malware"
    assert "objects" not in collection.get_objects(added_after=datetime(2099, 1, 1, tzinfo=UTC))
    assert len(collection.get_manifest()["objects"]) == 2


def test_taxii2_client_bearer(server: Server) -> None:
    made = server.collection("Mã thông báo")
    collection = Collection(f"{server.root}collections/{made.id}/", auth=_Bearer(server.token("giang")))
    assert collection.title == "Mã thông báo"


class _Bearer:
    def __init__(self, token: str) -> None:
        self.token = token

    def __call__(self, request: Any) -> Any:
        request.headers["Authorization"] = f"Bearer {self.token}"
        return request


def test_taxii2_client_pages_objects_manifest_and_versions_to_their_end(server: Server) -> None:
    collection = opened(server, "Từng trang")
    collection.add_objects(envelope(*(indicator(number) for number in range(25))).decode(), timeout=5)
    for size in (1, 4, 6, 25, 5000):
        pages = islice(as_pages(collection.get_objects, per_request=size), 40)
        assert [one["id"] for page in pages for one in page["objects"]] == [id_of(indicator(n)) for n in range(25)]
    entries = [one for page in islice(as_pages(collection.get_manifest, per_request=6), 40) for one in page["objects"]]
    assert len({entry["date_added"] for entry in entries}) == 25
    days = [indicator(99, f"2026-11-{day:02}T00:00:00.000Z") for day in range(1, 8)]
    collection.add_objects(envelope(*days).decode(), timeout=5)
    pages = islice(as_pages(collection.object_versions, per_request=3, obj_id=id_of(days[0])), 10)
    assert len([one for page in pages for one in page["versions"]]) == 7


def test_taxii2_client_deletes(server: Server) -> None:
    collection = opened(server, "Xoá")
    raws = [indicator(1, f"2026-11-0{day}T00:00:00.000Z") for day in (1, 2, 3)]
    collection.add_objects(envelope(*raws).decode(), timeout=5)
    collection.delete_object(id_of(raws[0]), version="2026-11-02T00:00:00.000Z")
    assert len(collection.object_versions(id_of(raws[0]))["versions"]) == 2
    collection.delete_object(id_of(raws[0]))
    with pytest.raises(Exception, match="404"):
        collection.get_object(id_of(raws[0]))


def test_taxii2_client_sees_before_asking_that_it_may_not(server: Server) -> None:
    made = server.collection("Chỉ đọc")
    reading = Collection(f"{server.root}collections/{made.id}/", user="x", password=server.token("giang", "read"))
    assert (reading.can_read, reading.can_write) == (True, False)
    with pytest.raises(AccessError):
        reading.add_objects(envelope(indicator(1)).decode())
    only_in = server.collection("Chỉ đưa vào", readable=False)
    writing = Collection(f"{server.root}collections/{only_in.id}/", user="x", password=server.token("giang"))
    assert (writing.can_read, writing.can_write) == (False, True)


# --- stix2 ------------------------------------------------------------------------------------------------------------


def test_stix2_sink_posts_a_bundle_and_the_source_reads_it(server: Server) -> None:
    collection = opened(server, "stix2")
    sink = stix2.TAXIICollectionSink(collection)
    first = stix2.parse(indicator(1).decode(), allow_custom=True)
    sink.add([first, stix2.parse(malware(2).decode())])
    later = first.new_version(name="Later", modified="2026-11-10T00:00:00Z")
    sink.add(stix2.Bundle(later))
    source = stix2.TAXIICollectionSource(collection)
    assert source.get(first.id).name == "Later"
    assert len(source.all_versions(first.id)) == 2
    assert [one.type for one in source.query([stix2.Filter("type", "=", "malware")])] == ["malware"]
    assert source.get(f"indicator--{uid(77)}") is None


# --- cytaxii2 ---------------------------------------------------------------------------------------------------------


def test_cytaxii2_from_discovery_to_objects(server: Server) -> None:
    made = server.collection("cytaxii2")
    client = cytaxii2.cytaxii2(server.discovery, "lienlac", server.token("giang"), version=2.1)
    assert client.discovery_request()["response"]["default"] == server.root
    assert client.root_discovery()["status"]
    assert made.id in {one["id"] for one in client.collection_request()["response"]["collections"]}
    assert client.inbox_request(made.id, envelope(indicator(1)).decode())["status"]
    assert client.poll_request(made.id)["response"]["objects"][0]["id"] == id_of(indicator(1))
    wrong = cytaxii2.cytaxii2(server.discovery, "lienlac", "wrong", version=2.1)
    assert not wrong.discovery_request()["status"]


# --- as the sources of others call ------------------------------------------------------------------------------------


def test_opencti_ingestion_goes_on_by_the_last_date_added(server: Server) -> None:
    """Accept with everything, no slash, `added_after` and `next` mixed; the header is the next `added_after`."""
    made = server.collection("OpenCTI")
    path = f"/taxii2/intelligence/collections/{made.id}/objects"
    with server.caller() as caller:
        caller.post(path, envelope(*(indicator(number) for number in range(20))))
        seen, after, onward = [], "2020-01-01T00:00:00Z", ""
        for _ in range(20):
            answer = caller.get(
                f"{path}?added_after={after}&limit=6{onward}", Accept="application/json, text/plain, */*"
            )
            assert answer.status_code == 200
            body = answer.json()
            seen += [one["id"] for one in body.get("objects", ())]
            if not body["more"]:
                break
            if len(seen) % 12:
                onward = f"&next={body['next']}"
            else:
                after, onward = answer.headers["X-TAXII-Date-Added-Last"], ""
        assert seen == [id_of(indicator(number)) for number in range(20)]
        empty = caller.get(f"{path}?added_after={answer.headers['X-TAXII-Date-Added-Last']}")
        assert empty.json() == {"more": False}
        assert not [name for name in empty.headers if name.startswith("x-taxii")]


def test_opencti_connector_finds_root_by_name_collection_by_title_and_last_by_manifest(server: Server) -> None:
    server.collection("Theo tên")
    found = TaxiiServer(server.discovery, user="x", password=server.token("giang"))
    root = next(one for one in found.api_roots if one.url.split("/")[-2] == "intelligence")
    collection = next(one for one in root.collections if one.title == "Theo tên")
    collection.add_objects(envelope(indicator(1), indicator(2)).decode(), timeout=5)
    last = collection.get_objects(limit=1000)["objects"][-1]["id"]
    [entry] = collection.get_manifest(id=last)["objects"]
    assert entry["id"] == last
    again = collection.get_objects(added_after=entry["date_added"])
    assert "objects" not in again


def test_opencti_stream_connector_posts_a_bundle_of_one_as_stix(server: Server) -> None:
    made = server.collection("Luồng OpenCTI")
    body = {
        "type": "bundle",
        "id": f"bundle--{uid(5)}",
        "x_opencti_seq_number": 1,
        "objects": [json.loads(indicator(1))],
    }
    with server.caller() as caller:
        answer = caller.client.post(
            f"/taxii2/intelligence/collections/{made.id}/objects/",
            content=json.dumps(body),
            headers={
                "Authorization": f"Bearer {server.token('giang')}",
                "Content-Type": "application/stix+json; version=2.1",
                "Accept": "application/taxii+json; version=2.1",
            },
        )
        assert answer.status_code == 202
        assert answer.json()["success_count"] == 1


def test_sentinel_polls_an_api_root_with_basic_and_a_uuid4(server: Server) -> None:
    import uuid

    made = server.collection("Sentinel")
    assert uuid.UUID(made.id).version == 4
    root = ApiRoot(server.root, user="apikey", password=server.token("giang"))
    assert root.collections
    with server.caller() as caller:
        caller.post(f"/taxii2/intelligence/collections/{made.id}/objects/", envelope(indicator(1), domain(1)))
        polled = caller.get(
            f"/taxii2/intelligence/collections/{made.id}/objects/?added_after=2026-01-01T00:00:00.000Z&limit=100"
        )
        assert len(polled.json()["objects"]) == 2
