"""Polling servers as they are: every fault that the open ones were seen to have, acted out against a real connection."""

from __future__ import annotations

import json
import ssl
from datetime import UTC, datetime, timedelta

import pytest

from lienlac.intelligence.feeds.feed import How, Kind, Sealed, State
from lienlac.intelligence.feeds.rules.walking import Cursor
from tests.intelligence.feeds.scene import BASIC, HOST, FeedDesk
from tests.intelligence.feeds.server import COLLECTION, FIRST, OLD_KIND, Item, Reply, TaxiiServer, packed, stamp
from tests.intelligence.scene import indicator, malware
from tests.notices.scene import certificate, serving_tls, trusting


def many(count):
    return [indicator(number) for number in range(count)]


def polled(feeding, web, *, turns=1, pause_s=4000, **more):
    """The runs of a feed on this server, and the collection's bytes afterwards."""
    collection = feeding.collection()
    made = []
    runs = feeding.serve(
        web, lambda port: made.append(feeding.feed(collection, port=port, **more)), turns=turns, pause_s=pause_s
    )
    return runs, feeding.raws(collection), feeding.reload(made[0])


def test_a_collection_is_found_from_discovery_and_taken_whole(feeding_both):
    web = TaxiiServer(*many(7), page=3)
    runs, raws, feed = polled(feeding_both, web)
    assert raws == many(7)
    assert (runs[0].code, runs[0].counts.new, runs[0].pages) == ("", 7, 3)
    assert feed.counts.new == 7
    assert feed.fails == 0
    assert feed.worked_at is not None
    assert [got.headers["accept"] for got in web.heard] == ["application/taxii+json;version=2.1"] * len(web.heard)
    assert web.heard[0].path == "/taxii2/"
    assert all("authorization" not in got.headers for got in web.heard)


def test_what_came_later_comes_at_the_next_turn_and_nothing_twice(feeding):
    web = TaxiiServer(*many(4), page=2)
    collection = feeding.collection()

    def make(port):
        feeding.feed(collection, port=port)

    feeding.serve(web, make)
    web.items.append(Item(indicator(100), FIRST + timedelta(hours=3)))
    feeding.clock.turn(4000)
    again = feeding.serve_again(web)
    assert again[0].counts.new == 1
    assert again[0].counts.same <= 4  # the overlap
    asked = web.heard[-1].query["added_after"]
    assert asked < stamp(FIRST + timedelta(seconds=3))
    assert feeding.raws(collection) == [*many(4), indicator(100)]


@pytest.mark.parametrize("root", ["/api1/", "http://taxii.example:{port}/api1", "../api1/"])
def test_roots_may_be_absolute_or_relative(feeding, root):
    web = TaxiiServer(*many(2))
    collection = feeding.collection()

    def make(port):
        web.roots = [root.format(port=port)]
        web.default = "/r"  # OpenCTI names one that is none of the roots
        feeding.feed(collection, port=port)

    runs = feeding.serve(web, make)
    assert runs[0].code == ""
    assert len(feeding.raws(collection)) == 2


def test_the_address_may_be_an_api_root_and_the_collection_a_title(feeding):
    runs, raws, _ = polled(feeding, TaxiiServer(*many(2)), path="/api1", remote="Everything")
    assert runs[0].code == ""
    assert len(raws) == 2


# --- faults of the open servers -----------------------------------------------------------------------------------


def test_fault_more_without_next_goes_on_by_date(feeding):
    """OpenTAXII's manifest, and servers that leave `next` out."""
    web = TaxiiServer(*many(25), page=6)
    web.gives_next = False
    runs, raws, _ = polled(feeding, web)
    assert sorted(raws) == sorted(many(25))
    assert runs[0].code == ""


def test_fault_objects_of_one_post_share_one_date_and_more_comes_without_next(feeding):
    """medallion 2: 6 of 20 are seen by clients that go on behind the date."""
    web = TaxiiServer(*many(20), page=10_000)
    web.gives_next = False
    for item in web.items:
        item.added = FIRST
    web.page = 6
    cap = web.give

    def give(got):  # a larger limit is granted here
        web.page = 6 if int(got.query["limit"]) <= 1000 else 10_000
        return cap(got)

    web.give = give
    runs, raws, _ = polled(feeding, web)
    assert sorted(raws) == sorted(many(20))
    assert runs[0].code == ""


def test_fault_more_shares_one_date_than_the_server_ever_gives_at_once(feeding):
    """What cannot be had is said, and what comes after it is still taken."""
    web = TaxiiServer(*many(20), page=6)
    web.gives_next = False
    for item in web.items[:15]:
        item.added = FIRST
    runs, raws, feed = polled(feeding, web)
    assert runs[0].code == "feed-ties"
    assert feed.fails == 0
    assert set(many(20)[15:]) <= set(raws)


def test_fault_no_dates_at_all_is_walked_by_next(feeding):
    web = TaxiiServer(*many(9), page=2)
    web.gives_dates = False
    collection = feeding.collection()
    runs = feeding.serve(web, lambda port: feeding.feed(collection, port=port))
    assert runs[0].code == ""
    assert sorted(feeding.raws(collection)) == sorted(many(9))
    web.items.append(Item(malware(1), datetime(2026, 11, 23, 2, 30, tzinfo=UTC)))
    feeding.clock.turn(4000)
    feeding.serve_again(web)
    assert malware(1) in feeding.raws(collection)  # from where the last walk began, by the server's clock


@pytest.mark.parametrize("word", ["undefined", "", "yesterday", "2026-13-45T00:00:00Z", "0", "\x7f"])
def test_fault_dates_that_are_none(feeding, word):
    """OpenCTI 6973: the header says "undefined"."""
    web = TaxiiServer(*many(5), page=2)
    web.dates = lambda _at: word
    runs, raws, _ = polled(feeding, web)
    assert runs[0].code == ""
    assert sorted(raws) == sorted(many(5))


def test_attack_a_date_in_a_thousand_years_does_not_end_the_feed(feeding):
    web = TaxiiServer(*many(3), page=2)
    web.dates = lambda _at: "3026-01-01T00:00:00.000000Z"
    collection = feeding.collection()
    feeding.serve(web, lambda port: feeding.feed(collection, port=port))
    web.items.append(Item(malware(1), datetime(2026, 11, 23, 2, 30, tzinfo=UTC)))
    feeding.clock.turn(4000)
    feeding.serve_again(web)
    assert malware(1) in feeding.raws(collection)


def test_fault_next_is_used_up_when_the_line_broke(feeding):
    """medallion 3: a page that is asked for again gives others. The next turn begins by date."""
    web = TaxiiServer(*many(9), page=2)
    collection = feeding.collection()
    broke = []

    def once(got):
        if got.query.get("next") == "page-4" and not broke:
            broke.append(1)
            return Reply(raw=b"")
        return None

    web.before.append(once)
    made = []
    first = feeding.serve(web, lambda port: made.append(feeding.feed(collection, port=port)))
    assert first[0].code == "feed-unreachable"
    assert len(feeding.raws(collection)) == 4
    web.next_forgets = False
    feeding.clock.turn(4000)
    feeding.serve_again(web)
    assert sorted(feeding.raws(collection)) == sorted(many(9))


def test_fault_a_forgotten_next_of_a_server_without_dates_begins_anew(feeding):
    web = TaxiiServer(*many(9), page=2)
    web.gives_dates = False
    collection = feeding.collection()
    made = []
    web.before.append(lambda got: Reply(raw=b"") if got.query.get("next") == "page-4" else None)
    feeding.serve(web, lambda port: made.append(feeding.feed(collection, port=port)))
    assert json.loads(feeding.reload(made[0]).cursor)["next"] == "page-4"
    web.before.clear()
    web.before.append(lambda got: Reply(404) if got.query.get("next") == "page-4" and not web.before.clear() else None)
    feeding.clock.turn(4000)
    again = feeding.serve_again(web)
    assert again[0].code == ""
    assert sorted(feeding.raws(collection)) == sorted(many(9))


def test_fault_more_for_ever_is_left(feeding):
    """as_pages of the reference client asks the same for ever."""
    web = TaxiiServer(*many(2), page=2)
    web.give = lambda _got: Reply(200, b'{"more":true,"objects":[' + b",".join(many(2)) + b"]}")
    runs, raws, feed = polled(feeding, web)
    assert runs[0].code == "feed-stuck"
    assert len(raws) == 2
    assert len([got for got in web.heard if "objects" in got.path]) == 1
    assert feed.fails == 1


def test_fault_the_same_next_again_and_again_is_left(feeding):
    web = TaxiiServer()
    web.give = lambda _got: Reply(200, b'{"more":true,"next":"abc","objects":[' + many(1)[0] + b"]}")
    runs, _, _ = polled(feeding, web)
    assert runs[0].code == "feed-stuck"
    assert len([got for got in web.heard if "objects" in got.path]) == 2


def test_attack_empty_pages_without_end_are_left(feeding):
    web = TaxiiServer()
    web.give = lambda _got: Reply.of({"more": True, "next": f"n{len(web.heard)}"})
    runs, _, _ = polled(feeding, web)
    assert runs[0].code == "feed-stuck"
    assert len(web.heard) < 12


def test_fault_added_after_is_ignored(feeding):
    web = TaxiiServer(*many(9), page=3)
    web.gives_next, web.ignores_added_after = False, True
    runs, _, _ = polled(feeding, web)
    assert runs[0].code in {"feed-stuck", "feed-ties"}
    assert len(web.heard) < 12


def test_fault_an_empty_collection_is_an_empty_object(feeding):
    runs, raws, _ = polled(feeding, TaxiiServer())
    assert (runs[0].code, raws) == ("", [])


def test_fault_a_poisoned_object_spoils_itself_alone(feeding):
    """medallion 4, 6: `modified: yesterday`, NaN."""
    bad = indicator(50, modified="yesterday")
    runs, raws, _ = polled(feeding, TaxiiServer(indicator(1), bad, indicator(2)))
    assert (runs[0].counts.new, runs[0].counts.held) == (2, 1)
    assert raws == [indicator(1), indicator(2)]


def test_fault_errors_that_are_html(feeding):
    """medallion 7."""
    web = TaxiiServer()
    web.before.append(lambda _got: Reply(401, b"<html>no</html>", kind="text/html"))
    runs, _, feed = polled(feeding, web)
    assert runs[0].code == "feed-credentials"
    assert feed.details == {"status": 401}


def test_fault_a_page_to_sign_in_is_no_server(feeding):
    web = TaxiiServer()
    web.before.append(lambda _got: Reply(200, b"<html>Sign in</html>", kind="text/html"))
    assert polled(feeding, web)[0][0].code == "feed-not-taxii"


def test_a_server_of_taxii_20_is_told_apart(feeding):
    web = TaxiiServer()

    def old(got):
        if "vnd.oasis" in got.headers["accept"]:
            return Reply(200, b'{"title":"old"}', kind=OLD_KIND)
        return Reply(406)

    web.before.append(old)
    assert polled(feeding, web)[0][0].code == "feed-taxii-20"


def test_rights_and_names_of_collections_are_said(feeding):
    web = TaxiiServer()
    web.offers = [{"id": COLLECTION, "title": "x", "can_read": False, "can_write": True}]
    assert polled(feeding, web)[0][0].code == "feed-may-not-read"


def test_a_collection_that_is_not_there(feeding):
    web = TaxiiServer()
    web.offers = []
    assert polled(feeding, web)[0][0].code == "feed-no-collection"


# --- patience -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_granted_within_a_bound(feeding, status):
    web = TaxiiServer(*many(2))
    busy = [Reply(status, headers={"Retry-After": "7"}), Reply(status)]
    web.before.append(lambda got: busy.pop(0) if busy and "objects" in got.path else None)
    runs, raws, _ = polled(feeding, web)
    assert runs[0].code == ""
    assert feeding.waits == [7, 1]
    assert len(raws) == 2


def test_a_long_retry_after_moves_the_next_turn(feeding):
    web = TaxiiServer()
    web.before.append(lambda _got: Reply(503, headers={"Retry-After": "7200"}))
    runs, _, feed = polled(feeding, web, pause_s=0)
    assert runs[0].code == "feed-busy"
    assert feeding.waits == []
    assert feed.due_at >= feeding.clock.now() + timedelta(seconds=7200)


def test_a_server_that_is_busy_for_ever_is_left(feeding):
    web = TaxiiServer()
    web.before.append(lambda _got: Reply(429, headers={"Retry-After": "1"}))
    assert polled(feeding, web)[0][0].code == "feed-busy"
    assert len(web.heard) == 4


# --- hostile servers ----------------------------------------------------------------------------------------------


def test_attack_a_redirect_is_not_followed_and_credentials_go_nowhere(feeding):
    thief = TaxiiServer()
    web = TaxiiServer()
    web.before.append(lambda _got: Reply(302, headers={"Location": f"http://127.0.0.1:{thief.port}/taxii2/"}))
    runs, _, _ = polled(feeding, web, secrets=BASIC)
    assert runs[0].code == "feed-redirect"
    assert len(web.heard) == 1


def test_attack_a_root_on_another_server_gets_no_credentials(feeding):
    """MISP CVE-2026-86419: discovery that leads elsewhere."""
    web = TaxiiServer()
    web.roots, web.default = ["https://thief.example/api1/"], None
    runs, _, _ = polled(feeding, web, secrets=BASIC)
    assert runs[0].code == "feed-elsewhere"
    assert feeding.asked == [HOST]


@pytest.mark.parametrize(
    "root", ["http://taxii.example:1/api1/", "//thief.example/api1/", "https://taxii.example/api1/"]
)
def test_attack_a_root_on_another_port_or_scheme_is_another_server(feeding, root):
    web = TaxiiServer()
    web.roots, web.default = [root], None
    assert polled(feeding, web)[0][0].code == "feed-elsewhere"


def test_attack_a_gzip_bomb_is_opened_no_further_than_the_bound(feeding):
    web = TaxiiServer()
    web.before.append(lambda _got: packed(b'{"a":"' + b"0" * 40_000_000 + b'"}'))
    runs, _, _ = polled(feeding, web)
    assert runs[0].code == "feed-too-large"


def test_what_is_packed_honestly_is_opened(feeding):
    web = TaxiiServer(*many(3))
    give = web.give
    web.give = lambda got: Reply(200, packed(give(got).body).body, {"Content-Encoding": "gzip"})
    runs, raws, _ = polled(feeding, web)
    assert runs[0].code == ""
    assert len(raws) == 3


@pytest.mark.parametrize(("encoding", "body"), [("br", b"x"), ("gzip", b"not gzip"), ("gzip, gzip", b"x")])
def test_attack_packing_that_is_none(feeding, encoding, body):
    web = TaxiiServer()
    web.before.append(lambda _got: Reply(200, body, {"Content-Encoding": encoding}))
    assert polled(feeding, web)[0][0].code == "feed-encoding"


def test_attack_a_name_that_leads_into_our_network_is_not_called(feeding):
    web = TaxiiServer()
    feeding.answers = [["10.0.0.1"]]
    runs, _, _ = polled(feeding, web)
    assert runs[0].code == "feed-inside"
    assert web.connections == 0


def test_attack_a_name_that_answers_differently_the_second_time_gains_nothing(feeding):
    """Asked once for a whole run, and only once."""
    web = TaxiiServer(*many(9), page=2)
    feeding.answers = [["127.0.0.1"], ["10.0.0.1"]]
    runs, _, _ = polled(feeding, web)
    assert runs[0].code == ""
    assert feeding.asked == [HOST]


def test_a_server_with_another_names_certificate_hears_nothing(feeding, tmp_path):
    web = TaxiiServer()
    collection = feeding.collection()
    runs = feeding.serve(
        web,
        lambda port: feeding.feed(collection, port=port, scheme="https"),
        tls=serving_tls(tmp_path, "other.example"),
    )
    assert runs[0].code == "feed-certificate-wrong"
    assert web.heard == []


def test_credentials_go_to_a_proved_name(feeding, tmp_path):
    web = TaxiiServer(*many(1))
    collection = feeding.collection()
    feeding.trust = lambda: trusting(HOST)
    secrets = Sealed(address="", how=How.BEARER, secret="tok-123")
    runs = feeding.serve(
        web, lambda port: feeding.feed(collection, port=port, scheme="https", secrets=secrets),
        tls=serving_tls(tmp_path, HOST),
    )  # fmt: skip
    assert runs[0].code == ""
    assert {got.headers["authorization"] for got in web.heard} == {"Bearer tok-123"}


def test_a_client_certificate_is_shown_to_a_server_that_asks_for_one(feeding, tmp_path):
    web = TaxiiServer(*many(1))
    collection = feeding.collection()
    ours, key = certificate("node.example")
    asking = serving_tls(tmp_path, HOST)
    asking.verify_mode = ssl.CERT_REQUIRED
    asking.load_verify_locations(cadata=ours)
    feeding.trust = lambda: trusting(HOST)
    secrets = Sealed(address="", how=How.CERTIFICATE, certificate=key + ours)
    runs = feeding.serve(
        web, lambda port: feeding.feed(collection, port=port, scheme="https", secrets=secrets), tls=asking
    )  # fmt: skip
    assert runs[0].code == ""
    assert {"authorization" in got.headers for got in web.heard} == {False}


def test_without_its_certificate_the_same_server_is_not_reached(feeding, tmp_path):
    web = TaxiiServer(*many(1))
    collection = feeding.collection()
    asking = serving_tls(tmp_path, HOST)
    asking.verify_mode = ssl.CERT_REQUIRED
    asking.load_verify_locations(cadata=certificate("node.example")[0])
    feeding.trust = lambda: trusting(HOST)
    runs = feeding.serve(web, lambda port: feeding.feed(collection, port=port, scheme="https"), tls=asking)
    assert runs[0].code == "feed-unreachable"
    assert web.heard == []


def test_attack_a_huge_answer_is_cut_at_the_bound(feeding):
    web = TaxiiServer()
    web.before.append(lambda _got: Reply(200, b" " * 3_000_000))
    assert polled(feeding, web)[0][0].code == "feed-too-large"


def test_basic_credentials_are_sealed_at_rest(feeding):
    web = TaxiiServer(*many(1))
    _, _, feed = polled(feeding, web, secrets=BASIC)
    assert {got.headers["authorization"] for got in web.heard} == {"Basic bm9kZTpyaWdodCBob3JzZQ=="}
    assert "right horse" not in feed.sealed
    assert "right horse" not in repr(feed)


# --- turns --------------------------------------------------------------------------------------------------------


def test_a_feed_that_fails_rests_longer_and_at_last_stands_still(feeding):
    web = TaxiiServer()
    web.before.append(lambda _got: Reply(500))
    collection = feeding.collection()
    made = []
    pauses = []

    def make(port):
        made.append(feeding.feed(collection, port=port))

    feeding.serve(web, make)
    for _ in range(20):
        feed = feeding.reload(made[0])
        if feed.state is not State.ON:
            break
        pauses.append(feed.due_at - feeding.clock.now())
        feeding.clock.at = feed.due_at
        feeding.serve_again(web)
    assert feed.state is State.STOPPED
    assert feed.fails == 12
    assert pauses == sorted(pauses)
    with feeding.database.read() as connection:
        assert [one.id for one in feeding.feeds.need_a_hand(connection, feeding.analyst)] == [feed.id]
        assert feeding.feeds.need_a_hand(connection, feeding.looker) == []


def test_a_cursor_begins_empty():
    assert Cursor() == Cursor(after_us=0)


def test_a_bundle_is_fetched_once_while_it_is_the_same(feeding):
    web = TaxiiServer()
    body = (
        b"\xef\xbb\xbf"
        + json.dumps({"type": "bundle", "id": "bundle--5d0092c5-5f74-4287-9642-33f4c354e56d"})[:-1].encode()
    )
    body += b',"objects":[' + b",".join(many(3)) + b"]}"

    def give(got):
        if got.headers.get("if-none-match") == '"one"':
            return Reply(304, b"")
        return Reply(200, body, {"ETag": '"one"'}, kind="application/json")

    web.before.append(give)
    collection = feeding.collection()
    feeding.serve(web, lambda port: feeding.feed(collection, Kind.STIX_BUNDLE, port=port, path="/b.json?key=abc"))
    feeding.clock.turn(4000)
    again = feeding.serve_again(web)
    assert again[0].code == ""
    assert len(feeding.raws(collection)) == 3
    assert [got.query for got in web.heard] == [{"key": "abc"}] * 2
    assert isinstance(feeding, FeedDesk)
