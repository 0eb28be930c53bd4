"""MISP as a source: published feeds and the search of a server, with manifests that lie."""

from __future__ import annotations

import json
import uuid

from lienlac.errors import Refused
from lienlac.intelligence.feeds.feed import How, Kind, Sealed
from lienlac.stix.foreign.misp import raws_of
from tests.intelligence.feeds.server import Reply, Web
from tests.intelligence.scene import indicator

KEY = Sealed(address="", how=How.KEY, secret="M" * 40)


def event_id(number):
    return str(uuid.UUID(int=number, version=4))


def convert(body):
    """One object for each event, named by it."""
    event = json.loads(body)["Event"]
    if event.get("info") == "bad":
        raise Refused("malformed", reason="bad")
    return [indicator(int(event["info"]), modified=f"2026-11-0{event['timestamp']}T00:00:00.000Z")]


def event(number, stamp=1, info=None):
    return {"Event": {"uuid": event_id(number), "timestamp": str(stamp), "info": info or str(number)}}


class Misp(Web):
    """Files of a feed, or events of a server."""

    def __init__(self, *events):
        super().__init__()
        self.events = list(events)
        self.extra = {}
        self.etag = ""

    def answer(self, got):
        if got.path == "/feed/manifest.json":
            if self.etag and got.headers.get("if-none-match") == self.etag:
                return Reply(304, b"")
            listed = {one["Event"]["uuid"]: {"timestamp": one["Event"]["timestamp"]} for one in self.events}
            return Reply.of({**listed, **self.extra}, **({"ETag": self.etag} if self.etag else {}))
        if got.path == "/events/restSearch":
            asked = json.loads(got.body)
            fit = [one for one in self.events if int(one["Event"]["timestamp"]) >= asked["timestamp"]]
            start = (asked["page"] - 1) * asked["limit"]
            return Reply.of({"response": fit[start : start + asked["limit"]]})
        for one in self.events:
            if got.path == f"/feed/{one['Event']['uuid']}.json":
                return Reply.of(one)
        return Reply(404)


def fed(feeding, web, kind=Kind.MISP_FEED, path="/feed/", **more):
    feeding.convert = convert
    collection = feeding.collection()
    made = []
    runs = feeding.serve(web, lambda port: made.append(feeding.feed(collection, kind, port=port, path=path, **more)))
    return runs, made[0], collection


def test_a_published_feed_is_taken_in_and_then_only_what_changed(feeding_both):
    web = Misp(event(1), event(2))
    runs, _, collection = fed(feeding_both, web)
    assert (runs[0].code, runs[0].counts.new, runs[0].pages) == ("", 2, 2)
    web.events[0] = event(1, stamp=2)
    feeding_both.clock.turn(4000)
    again = feeding_both.serve_again(web)
    assert (again[0].counts.new, again[0].pages) == (1, 1)
    assert len(feeding_both.raws(collection)) == 3


def test_an_unchanged_manifest_is_not_sent_again(feeding):
    web = Misp(event(1))
    web.etag = '"a"'
    fed(feeding, web)
    feeding.clock.turn(4000)
    assert feeding.serve_again(web)[0].pages == 0
    assert len(web.heard) == 3


def test_attack_names_in_a_manifest_lead_nowhere(feeding):
    web = Misp(event(1))
    web.extra = {"../../secret": {"timestamp": "1"}, "http://thief.example/x": {"timestamp": "1"}, "x": 5}
    runs, _, _ = fed(feeding, web)
    assert runs[0].counts.new == 1
    assert {got.path for got in web.heard} == {"/feed/manifest.json", f"/feed/{event_id(1)}.json"}


def test_an_event_that_cannot_be_read_spoils_itself(feeding):
    web = Misp(event(1, info="bad"), event(2))
    runs, feed, _ = fed(feeding, web)
    assert (runs[0].code, runs[0].counts.new, runs[0].counts.refused) == ("", 1, 1)
    assert [one.object_id for one in feeding.feeds.show(feeding.analyst, feed.id).lost] == [event_id(1)]


def test_a_manifest_that_runs_ahead_of_its_files_is_asked_again(feeding):
    web = Misp(event(1))
    web.etag = '"a"'
    web.extra = {event_id(7): {"timestamp": "1"}}
    fed(feeding, web)
    web.events.append(event(7))
    feeding.clock.turn(4000)
    assert feeding.serve_again(web)[0].counts.new == 1


def test_a_server_is_searched_page_by_page_with_its_key(feeding):
    web = Misp(*(event(number) for number in range(1, 46)))
    runs, _, collection = fed(feeding, web, Kind.MISP_REST, "/", secrets=KEY)
    assert (runs[0].code, runs[0].counts.new, runs[0].pages) == ("", 45, 3)
    assert {got.headers["authorization"] for got in web.heard} == {"M" * 40}
    feeding.clock.turn(4000)
    again = feeding.serve_again(web)
    assert again[0].counts.new == again[0].counts.same == 0
    assert len(feeding.raws(collection)) == 45


def test_what_is_no_misp_says_so(feeding):
    web = Misp()
    web.before.append(lambda _got: Reply(200, b"[1,2"))
    assert fed(feeding, web)[0][0].code == "feed-not-misp"


def test_a_real_event_becomes_objects(feeding):
    """Through the converter that the node uses."""
    body = {"Event": {**event(1)["Event"], "info": "Forex scam", "date": "2026-11-01", "threat_level_id": "2",
            "analysis": "2", "Orgc": {"name": "A05", "uuid": event_id(900)},
            "Attribute": [{"type": "domain", "category": "Network activity", "value": "hoa-sen-invest.example",
                           "uuid": event_id(901), "timestamp": "1", "to_ids": True}]}}  # fmt: skip
    web = Misp(body)
    feeding.convert = raws_of
    collection = feeding.collection()
    runs = feeding.serve(web, lambda port: feeding.feed(collection, Kind.MISP_FEED, port=port, path="/feed/"))
    assert runs[0].code == ""
    assert runs[0].counts.new >= 2
    assert b"hoa-sen-invest.example" in b"".join(feeding.raws(collection))
