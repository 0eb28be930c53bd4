"""Bringing a collection to another server: in order, once, within the marks, and past whatever it refuses."""

from __future__ import annotations

import json

import pytest

from lienlac.errors import NotAllowed
from lienlac.intelligence.collection import Giver, Marks, Source
from lienlac.intelligence.feeds.feed import How, Kind, Sealed, State
from lienlac.records.access.desk import Act
from tests.intelligence.feeds.server import Reply, TaxiiServer
from tests.intelligence.scene import AMBER, FEED, GREEN, RED, id_of, indicator

OURS = Source(giver=Giver.OFFICER, ref="off-1", label="Giang", marks=Marks(tlp="green"))


def sent(web):
    return [one["id"] for objects in web.posted for one in objects]


def out(feeding, collection, port, *, kind=Kind.TAXII_PUSH, approved=True, **more):
    feed = feeding.feed(collection, kind, port=port, **{"ceiling": "green", **more})
    if approved:
        feeding.feeds.approve(feeding.other, feed.id, feed.digest)
    return feed


def pushed(feeding, web, *raws, source=OURS, turns=1, **more):
    collection = feeding.collection()
    if raws:
        feeding.bring(collection, *raws, source=source)
    made = []
    runs = feeding.serve(
        web, lambda port: made.append(out(feeding, collection, port, **more)), turns=turns, pause_s=4000
    )
    return runs, feeding.reload(made[0]), collection


def test_what_is_new_goes_out_in_order_byte_for_byte_and_once(feeding_both):
    web = TaxiiServer()
    raws = [indicator(number) for number in range(5)]
    runs, _, collection = pushed(feeding_both, web, *raws)
    assert (runs[0].code, runs[0].counts.sent) == ("", 5)
    body = next(got.body for got in web.heard if got.method == "POST")
    assert body == b'{"objects":[' + b",".join(raws) + b"]}"
    feeding_both.bring(collection, indicator(9), source=OURS)
    feeding_both.clock.turn(4000)
    feeding_both.serve_again(web)
    assert sent(web) == [id_of(one) for one in [*raws, indicator(9)]]


def test_marks_codes_and_givers_hold_things_back(feeding):
    web = TaxiiServer()
    collection = feeding.collection(ceiling="red")
    kept = [
        (indicator(1), OURS),
        (indicator(2, object_marking_refs=[AMBER]), OURS),
        (indicator(3, object_marking_refs=[RED]), OURS),
        (indicator(4), FEED),
        (indicator(5), Source(giver=Giver.PEER, ref="us-fbi", label="US", marks=Marks(tlp="clear"))),
        (indicator(6), Source(giver=Giver.FILE, ref="f1", label="f", marks=Marks(tlp="clear", handling=("h2",)))),
        (indicator(7), Source(giver=Giver.FILE, ref="f2", label="f", marks=Marks(tlp="clear", pap="red"))),
        (indicator(8, object_marking_refs=[GREEN]), Source(giver=Giver.TOKEN, ref="t", label="t")),
        (indicator(9), Source(giver=Giver.OFFICER, ref="off-2", label="unmarked")),
    ]
    for raw, source in kept:
        feeding.bring(collection, raw, source=source)
    runs = feeding.serve(web, lambda port: out(feeding, collection, port))
    assert sent(web) == [id_of(indicator(1)), id_of(indicator(8))]
    assert (runs[0].counts.sent, runs[0].counts.kept_back) == (2, 7)


def test_what_other_feeds_gave_goes_out_only_when_two_officers_said_so(feeding):
    web = TaxiiServer()
    green = Source(giver=Giver.FEED, ref="fed-1", label="f", marks=Marks(tlp="green"))
    peer = Source(giver=Giver.PEER, ref="us-fbi", label="US", marks=Marks(tlp="clear"))
    collection = feeding.collection()
    feeding.bring(collection, indicator(1), source=green)
    feeding.bring(collection, indicator(2), source=peer)
    feeding.serve(web, lambda port: out(feeding, collection, port, others=True))
    assert sent(web) == [id_of(indicator(1))]  # a partner's never


def test_what_the_other_side_did_not_take_is_shown_object_by_object(feeding):
    web = TaxiiServer()
    bad = id_of(indicator(1))
    web.on_post = lambda objects: web.told(objects, [{"id": bad, "version": "x", "message": "<b>no</b>"}])
    runs, feed, _ = pushed(feeding, web, indicator(0), indicator(1))
    assert (runs[0].counts.sent, runs[0].counts.refused) == (1, 1)
    shown = feeding.feeds.show(feeding.analyst, feed.id)
    assert [(one.object_id, one.message) for one in shown.lost] == [(bad, "<b>no</b>")]


@pytest.mark.parametrize("status", [400, 413, 422])
def test_fault_one_bad_object_refuses_the_whole_envelope(feeding, status):
    """OpenTAXII 8: halved until it stands alone; the others go through."""
    web = TaxiiServer()
    bad = id_of(indicator(5))
    web.on_post = lambda objects: Reply(status) if any(one["id"] == bad for one in objects) else web.told(objects)
    runs, feed, _ = pushed(feeding, web, *(indicator(number) for number in range(8)))
    assert (runs[0].code, runs[0].counts.sent, runs[0].counts.refused) == ("", 7, 1)
    assert [one.object_id for one in feeding.feeds.show(feeding.analyst, feed.id).lost] == [bad]
    feeding.clock.turn(4000)
    assert feeding.serve_again(web)[0].counts.sent == 0


def test_a_server_that_refuses_everything_is_left_and_nothing_is_counted_as_sent(feeding):
    web = TaxiiServer()
    web.on_post = lambda _objects: Reply(422)
    runs, feed, _ = pushed(feeding, web, *(indicator(number) for number in range(30)))
    assert runs[0].code == "feed-refuses"
    assert feed.counts.sent == 0
    web.on_post = None
    feeding.clock.at = feed.due_at
    assert feeding.serve_again(web)[0].counts.sent == 30


def test_a_pending_status_is_waited_for(feeding):
    web = TaxiiServer()
    pending = {"id": "st-1", "status": "pending", "total_count": 0}
    web.on_post = lambda _objects: Reply.of(pending, 202)
    failed = [{"id": id_of(indicator(0)), "message": "no"}]
    web.statuses["st-1"] = [pending, {**pending, "status": "complete", "failures": failed}]
    runs, _, _ = pushed(feeding, web, indicator(0), indicator(1))
    assert (runs[0].counts.sent, runs[0].counts.refused) == (1, 1)
    assert feeding.waits == [1, 2]


def test_a_status_that_stays_pending_is_asked_for_at_the_next_turn_and_nothing_is_sent_twice(feeding):
    web = TaxiiServer()
    pending = {"id": "st-1", "status": "pending"}
    web.on_post = lambda _objects: Reply.of(pending, 202)
    web.statuses["st-1"] = [pending]
    runs, feed, _ = pushed(feeding, web, indicator(0))
    assert runs[0].more
    assert feed.counts.sent == 0
    web.statuses["st-1"] = [{"id": "st-1", "status": "complete"}]
    feeding.clock.turn(4000)
    again = feeding.serve_again(web)
    assert again[0].counts.sent == 1
    assert len(web.posted) == 1


def test_the_line_breaks_after_the_envelope_was_taken(feeding):
    """Sent again: a duplicate is no error by the standard, a gap would be one."""
    web = TaxiiServer()
    web.on_post = lambda objects: Reply(raw=b"") if len(web.posted) == 1 else web.told(objects)
    runs, feed, _ = pushed(feeding, web, indicator(0))
    assert runs[0].code == "feed-unreachable"
    assert feed.counts.sent == 0
    feeding.clock.at = feed.due_at
    feeding.serve_again(web)
    assert feeding.reload(feed).counts.sent == 1
    assert sent(web) == [id_of(indicator(0))] * 2


def test_opencti_takes_pushes_at_its_own_address(feeding):
    web = TaxiiServer()
    ingester = "5a1b8a3e-0000-4000-8000-5f0e0c5d4f6a"
    heard = []

    def answer(got):
        if got.path == f"/cti/taxii2/root/collections/{ingester}/objects/" and got.method == "POST":
            heard.append(json.loads(got.body))
            return Reply.of({"id": "1", "status": "pending"}, 200)
        return Reply(404)

    web.before.append(answer)
    secrets = Sealed(address="", how=How.BEARER, secret="octi-token")
    runs, _, _ = pushed(
        feeding, web, indicator(0), kind=Kind.OPENCTI_PUSH, path="/cti", remote=ingester, secrets=secrets
    )
    assert (runs[0].code, runs[0].counts.sent) == ("", 1)
    assert {got.headers["authorization"] for got in web.heard} == {"Bearer octi-token"}
    assert len(heard) == len(web.heard) == 1


# --- two officers -------------------------------------------------------------------------------------------------


def test_attack_nothing_leaves_before_a_second_officer_let_it_begin(feeding):
    web = TaxiiServer()
    runs, feed, _ = pushed(feeding, web, indicator(0), approved=False)
    assert runs == []
    assert web.connections == 0
    assert feed.state is State.WAITING
    with pytest.raises(NotAllowed, match="feed-own"):
        feeding.feeds.approve(feeding.analyst, feed.id, feed.digest)
    with pytest.raises(NotAllowed, match="not-allowed"):
        feeding.feeds.approve(feeding.looker, feed.id, feed.digest)
    with pytest.raises(NotAllowed, match="feed-changed"):
        feeding.feeds.approve(feeding.other, feed.id, "0" * 64)
    for act in ("run_now",):
        with pytest.raises(NotAllowed, match="feed-state"):
            getattr(feeding.feeds, act)(feeding.analyst, feed.id)


def test_attack_a_restricted_collection_leaves_by_no_feed(feeding):
    web = TaxiiServer()
    runs, feed, collection = pushed(feeding, web, indicator(0))
    assert runs[0].counts.sent == 1
    feeding.bring(collection, indicator(1), source=OURS)
    feeding.intelligence.access.change(
        feeding.analyst, collection.id, Act.RESTRICT, units=[], officers=["giang", "sep"], reason="case"
    )
    feeding.clock.turn(4000)
    again = feeding.serve_again(web)
    assert again[0].code == "feed-restricted"
    assert len(sent(web)) == 1
    with pytest.raises(NotAllowed, match="not-found"):
        feeding.feeds.show(feeding.other, feed.id)
    assert feeding.feeds.listed(feeding.other) == []


@pytest.mark.parametrize("ceiling", ["red", "amber-strict", "", "x"])
def test_the_strictest_marks_are_no_ceiling_of_a_feed(ceiling):
    from lienlac.errors import Refused
    from lienlac.intelligence.feeds.feed import parse_draft

    with pytest.raises(Refused, match="feed-ceiling"):
        parse_draft(
            title="x", kind="taxii-push", remote="a", collection_id="c", interval_min=60, ceiling=ceiling, others=False,
            marks=Marks(), secrets=Sealed(address="https://x.example/"),
        )  # fmt: skip
