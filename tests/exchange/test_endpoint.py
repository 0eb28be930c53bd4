"""The peers' door without sockets: the application is called as its server calls it, with the caller's pin (11.x)."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lienlac import limits
from lienlac.agreements import store as agreements
from lienlac.exchange import store
from lienlac.exchange.log import checking
from lienlac.exchange.log.proving import decode_places
from lienlac.exchange.log.verifying import verify_log
from lienlac.exchange.names import RECORD_TYP, REPLY_TYP, STATE_TYP
from lienlac.exchange.office import parsed_card
from lienlac.exchange.transport.courier import fitting, wait_after
from lienlac.exchange.transport.endpoint import PIN_IN_STATE, make_peer_app
from lienlac.keys import jwe, jws, note
from lienlac.storage import ledger
from lienlac.wire import frame, merkle
from lienlac.wire import receipt as receipts
from lienlac.wire.message import Lane
from lienlac.wire.receipt import Outcome
from lienlac.wire.recovery import RecordRequest, decode_page
from tests.exchange.scene import BOSS, End, Link, key_chain, settle_all

DELIVER, PULL, SETTLE = "/exchange/v1/deliver", "/exchange/v1/pull", "/exchange/v1/settle"
STATE, RECORD, HEAD = "/exchange/v1/state", "/exchange/v1/record", "/exchange/v1/head"
CONSISTENCY, PLACES = "/exchange/v1/consistency", "/exchange/v1/places"
EVERY_CALL = [
    ("POST", DELIVER),
    ("GET", f"{PULL}?lane=normal"),
    ("POST", f"{SETTLE}?lane=normal&pulled={'0' * 64}"),
    ("GET", STATE),
    ("POST", RECORD),
    ("GET", HEAD),
    ("GET", f"{CONSISTENCY}?first=0&second=1"),
    ("GET", f"{PLACES}?digest={'0' * 64}"),
]


@dataclass
class Answered:
    status: int
    body: bytes

    @property
    def code(self) -> str:
        """The refusal's code; its body never holds more than code and reason."""
        problem = json.loads(self.body)
        assert set(problem) == {"code", "reason"}
        return str(problem["code"])


class Door:
    """A node's door, and who knocks."""

    def __init__(self, end: End) -> None:
        self.app = make_peer_app(end.post.door)

    def call(
        self, method: str, path: str, caller: End | str | None, body: bytes = b"", *, chunk: int = 65_536
    ) -> Answered:
        pin = caller.office.keys.tls.pin if isinstance(caller, End) else caller
        return asyncio.run(self._call(method, path, pin, body, chunk))

    async def _call(self, method: str, path: str, pin: str | None, body: bytes, chunk: int) -> Answered:
        name, _, query = path.partition("?")
        scope: dict[str, Any] = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "https",
            "path": name,
            "raw_path": name.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(b"host", b"node"), (b"content-length", str(len(body)).encode())],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 2),
            "state": {} if pin is None else {PIN_IN_STATE: pin},
            "extensions": {},
        }
        parts = [body[at : at + chunk] for at in range(0, len(body), chunk)] or [b""]
        sent: list[Any] = []

        async def receive() -> Any:
            part = parts.pop(0) if parts else b""
            return {"type": "http.request", "body": part, "more_body": bool(parts)}

        async def send(event: Any) -> None:
            sent.append(event)

        await self.app(scope, receive, send)  # type: ignore[arg-type]  # plain dictionaries, as every server sends them
        return Answered(sent[0]["status"], b"".join(event.get("body", b"") for event in sent[1:]))


@pytest.fixture
def door(link: Link) -> Door:
    return Door(link.vn)


# --- who may knock --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("method", "path"), EVERY_CALL)
def test_a_caller_nobody_knows_gets_nothing(door: Door, method: str, path: str) -> None:
    for pin in (None, "", "0" * 64, key_chain("sg-spf")[0].tls.pin):
        answer = door.call(method, path, pin, b"{}")
        assert (answer.status, answer.code) == (403, "caller-unknown")


@pytest.mark.parametrize(("method", "path"), EVERY_CALL)
def test_any_body_from_a_partner_gets_an_answer(door: Door, link: Link, method: str, path: str) -> None:
    for body in (b"", b"\xff\xfe", b"[" * 500, b"{}", b"null", b"\n\n\n"):
        assert door.call(method, path, link.us, body).status < 500


def test_no_other_page_is_behind_this_door(door: Door, link: Link) -> None:
    for path in ("/", "/inbox", "/schema", "/schema/openapi.json", "/exchange/v1/", "/exchange/v1/deliver/x"):
        assert door.call("GET", path, link.us).status in {404, 405}


# --- deliver --------------------------------------------------------------------------------------------------------


def test_a_delivery_and_its_reply(door: Door, link: Link) -> None:
    link.us.send(link.vn, "through the door")
    parcel = link.us.parcel(link.vn)
    answer = door.call("POST", DELIVER, link.us, parcel.body)
    assert answer.status == 200
    link.us.post.courier.delivered(parcel, answer.body)
    assert link.vn.got == ["through the door"]
    assert link.us.envelopes(link.vn) == []


def test_one_partner_cannot_deliver_as_another(door: Door, link: Link, third: End) -> None:
    link.us.send(link.vn, "x")
    parcel = link.us.parcel(link.vn)
    assert door.call("POST", DELIVER, third, parcel.body).code == "sender-not-the-caller"
    head, *lines = parcel.body.splitlines(keepends=True)
    renamed = head.replace(b'"us-ic3"', b'"sg-spf"')
    answer = door.call("POST", DELIVER, third, renamed + b"".join(lines))
    reply = receipts.decode_reply(jwe.unseal(answer.body, third.office.keys, REPLY_TYP))
    assert [item.code for item in reply.answers] == ["sender-not-the-caller"]
    assert link.vn.got == []


def test_a_delivery_for_another_node_is_refused(door: Door, link: Link, third: End) -> None:
    head = frame.DeliveryHead(format="lienlac-delivery/1", sender=link.us.node_id, recipient=third.node_id)
    assert door.call("POST", DELIVER, link.us, frame.encode_delivery(head, [])).code == "not-for-us"


def test_too_many_envelopes_are_refused(door: Door, link: Link) -> None:
    head = frame.DeliveryHead(format="lienlac-delivery/1", sender=link.us.node_id, recipient=link.vn.node_id)
    body = frame.encode_delivery(head, [b"x"] * (limits.BATCH_MAX_ENVELOPES + 1))
    assert door.call("POST", DELIVER, link.us, body).code == "delivery-too-long"


def test_an_oversized_body_is_refused_and_the_door_stays_open(door: Door, link: Link) -> None:
    for method, path in EVERY_CALL:
        if method == "POST":
            answer = door.call(method, path, link.us, bytes(20_000_000), chunk=1_000_000)
            assert 400 <= answer.status < 500, path
    test_a_delivery_and_its_reply(door, link)


def test_a_suspended_partner_s_certificate_still_opens_the_door(door: Door, link: Link) -> None:
    """What waits must hear that it waits, and the resumption must come through."""
    link.vn.post.desk.suspend(BOSS, link.us.node_id, kind=None, reason="x")
    link.us.send(link.vn, "waits")
    parcel = link.us.parcel(link.vn)
    reply = link.us.post.courier.delivered(parcel, door.call("POST", DELIVER, link.us, parcel.body).body)
    assert [item.code for item in reply.answers] == ["suspended"]


# --- pull and settle ------------------------------------------------------------------------------------------------


def pulled(door: Door, caller: End, lane: Lane = Lane.NORMAL, after: int = 0) -> list[bytes]:
    answer = door.call("GET", f"{PULL}?lane={lane.value}&after={after}", caller)
    assert answer.status == 200
    return frame.decode_delivery(answer.body)[1]


def test_a_partner_that_can_only_call_out_fetches_and_settles(door: Door, link: Link) -> None:
    link.vn.send(link.us, "a", "b")
    envelopes = pulled(door, link.us)
    reply = link.us.post.arrivals.receive(envelopes, link.vn.node_id)
    assert link.us.got == ["a", "b"]
    sealed = jwe.seal(receipts.encode(reply), parsed_card(link.vn.office.card).sealing, REPLY_TYP)
    settling = f"{SETTLE}?lane=normal&after=0&pulled={receipts.pulled(envelopes)}"
    assert door.call("POST", settling, link.us, sealed).status == 204
    assert link.vn.envelopes(link.us) == []
    assert pulled(door, link.us, after=2) == []
    assert door.call("POST", settling, link.us, sealed).status == 204
    assert len(link.vn.settled) == 2


def test_a_partner_fetches_only_its_own(door: Door, link: Link, third: End) -> None:
    link.vn.send(link.us, "for us-ic3 alone")
    assert pulled(door, third) == []
    assert len(pulled(door, link.us)) == 1


def test_a_settlement_by_a_third_node_settles_nothing(door: Door, link: Link, third: End) -> None:
    link.vn.send(link.us, "a")
    reply = link.us.post.arrivals.receive(pulled(door, link.us), link.vn.node_id)
    sealed = jwe.seal(receipts.encode(reply), parsed_card(link.vn.office.card).sealing, REPLY_TYP)
    assert door.call("POST", f"{SETTLE}?lane=normal&after=0&pulled={'0' * 64}", third, sealed).status == 400
    assert len(link.vn.envelopes(link.us)) == 1


@pytest.mark.parametrize(
    "query", ["", "?lane=fast", "?lane=normal&after=-1", "?lane=normal&after=x", "?lane=normal&after=9" + "9" * 30]
)
def test_a_malformed_cursor_is_the_caller_s_fault(door: Door, link: Link, query: str) -> None:
    assert 400 <= door.call("GET", PULL + query, link.us).status < 500


# --- state, record, head, consistency, places -----------------------------------------------------------------------


def test_the_state_is_signed_and_about_the_caller(door: Door, link: Link, third: End) -> None:
    link.us.send(link.vn, "a")
    settle_all(link.us, link.vn)
    signed = door.call("GET", STATE, third).body
    state = json.loads(jws.verify(signed, link.vn.office.keys.signing.public, STATE_TYP))
    assert state["peer"] == third.node_id
    assert state["taken"]["normal"] == 0


def test_a_record_is_sealed_to_the_caller_and_only_its_own(door: Door, link: Link, third: End) -> None:
    link.us.send(link.vn, "secret")
    settle_all(link.us, link.vn)
    request = msgspec.json.encode(RecordRequest(direction="from-me", lane=Lane.NORMAL, after=0))
    own = jwe.unseal(door.call("POST", RECORD, link.us, request).body, link.us.office.keys, RECORD_TYP)
    assert len(decode_page(own).items) == 1
    other = jwe.unseal(door.call("POST", RECORD, third, request).body, third.office.keys, RECORD_TYP)
    assert decode_page(other).items == ()


def test_head_and_consistency(door: Door, link: Link) -> None:
    first = link.vn.read(ledger.head)
    link.us.send(link.vn, "a", "b", "c")
    settle_all(link.us, link.vn)
    second = link.vn.read(ledger.head)
    text = door.call("GET", HEAD, link.us).body.decode()
    note.verify_note(text, link.vn.office.keys.signing.public, "lienlac/vn-a05/1")
    answer = door.call("GET", f"{CONSISTENCY}?first={first.size}&second={second.size}", link.us)
    proof = [bytes.fromhex(item) for item in json.loads(answer.body)]
    merkle.verify_consistency(first.size, first.root, second.size, second.root, proof)


@pytest.mark.parametrize(("first", "second"), [(0, 10**9), (5, 2), (10**30, 10**31), (0, 0), (10**9, 10**9)])
def test_consistency_of_what_is_not_there(door: Door, link: Link, first: int, second: int) -> None:
    assert door.call("GET", f"{CONSISTENCY}?first={first}&second={second}", link.us).status < 500


def test_places_for_a_proof_and_only_for_the_two(door: Door, link: Link, third: End) -> None:
    (digest,) = link.us.send(link.vn, "a")
    settle_all(link.us, link.vn)
    theirs = decode_places(door.call("GET", f"{PLACES}?digest={digest}", link.us).body)
    assert len(checking.check(link.us.post.prover.prove(BOSS, digest, theirs)).logs) == 4
    known = door.call("GET", f"{PLACES}?digest={digest}", third)
    unknown = door.call("GET", f"{PLACES}?digest={'0' * 64}", third)
    assert (known.status, known.code) == (unknown.status, unknown.code)  # no way to ask what exists
    assert known.body.replace(digest.encode(), b"") == unknown.body.replace(b"0" * 64, b"")


# --- the courier's steps --------------------------------------------------------------------------------------------


@given(st.integers(1, 10_000), st.sampled_from(list(Lane)), st.floats(0, 1, exclude_max=True))
def test_the_wait_doubles_within_its_bounds(failures: int, lane: Lane, jitter: float) -> None:
    longest = limits.BACKOFF_MAX_URGENT_S if lane is Lane.URGENT else limits.BACKOFF_MAX_S
    middle = min(limits.BACKOFF_FIRST_S * 2.0 ** min(failures - 1, 30), longest)
    assert 0.75 * middle <= wait_after(failures, lane, jitter) <= 1.25 * middle
    assert wait_after(failures, lane, 0.5) <= wait_after(failures + 1, lane, 0.5)


@given(st.lists(st.integers(1, limits.ENVELOPE_MAX_BYTES), min_size=1, max_size=limits.BATCH_MAX_ENVELOPES))
def test_a_delivery_stays_within_its_size_but_its_first_always_fits(sizes: list[int]) -> None:
    count = fitting(sizes)
    assert count == 1 or sum(sizes[:count]) <= limits.BATCH_MAX_BYTES
    assert count == len(sizes) or sum(sizes[: count + 1]) > limits.BATCH_MAX_BYTES


def test_a_failed_road_waits_and_a_call_from_the_peer_opens_it(link: Link) -> None:
    us, vn = link.us, link.vn
    us.send(vn, "a")
    us.send(vn, "b", lane=Lane.URGENT)
    assert us.post.courier.due() == [(vn.node_id, Lane.URGENT), (vn.node_id, Lane.NORMAL)]
    for _ in range(30):
        us.post.courier.failed(us.parcel(vn), "peer-unreachable", "no route")
    assert us.post.courier.due() == [(vn.node_id, Lane.URGENT)]
    at = us.post.courier.next_attempt(vn.node_id, Lane.NORMAL)
    assert at is not None
    assert (at - link.clock.now()).total_seconds() <= limits.BACKOFF_MAX_S * 1.25
    assert us.read(store.dead_letters) == []  # a cut road is no fault of the message
    vn.send(us, "hello")
    vn.deliver(us)
    assert (vn.node_id, Lane.NORMAL) in us.post.courier.due()
    settle_all(us, vn)
    assert sorted(vn.got) == ["a", "b"]


@pytest.mark.parametrize("lane", [Lane.URGENT, Lane.NORMAL])
def test_a_road_that_failed_while_the_clock_was_ahead_does_not_wait_for_that_day(link: Link, lane: Lane) -> None:
    us, vn = link.us, link.vn
    us.send(vn, "a", lane=lane)
    link.clock.turn(86_400)
    us.post.courier.failed(us.parcel(vn, lane), "peer-unreachable", "no route")
    assert us.post.courier.due() == []
    link.clock.turn(-86_400)
    assert us.post.courier.due() == [(vn.node_id, lane)]
    assert us.post.courier.next_attempt(vn.node_id, lane) is None


def test_a_reply_of_the_wrong_length_settles_nothing(link: Link) -> None:
    link.us.send(link.vn, "a", "b")
    parcel = link.us.parcel(link.vn)
    reply = receipts.decode_reply(jwe.unseal(link.us.carry(parcel, link.vn), link.us.office.keys, REPLY_TYP))
    short = msgspec.structs.replace(reply, answers=reply.answers[:1])
    sealed = jwe.seal(receipts.encode(short), parsed_card(link.us.office.card).sealing, REPLY_TYP)
    with pytest.raises(Exception, match="reply-mismatch"):
        link.us.post.courier.delivered(parcel, sealed)
    assert len(link.us.envelopes(link.vn)) == 2


def test_pulled_peers_are_not_called(link: Link) -> None:
    link.us.post.desk.set_delivery(BOSS, link.vn.node_id, agreements.Delivery.PULL, fetch=False, url=None)
    link.us.send(link.vn, "a")
    assert link.us.post.courier.due() == []


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["deliver", "lose", "lose reply", "twice"]), max_size=6))
def test_whatever_the_road_does_everything_arrives_once(link: Link, road: list[str]) -> None:
    us, vn = link.us, link.vn
    vn.got.clear()
    us.send(vn, *[f"m{number}" for number in range(4)])
    for step in road:
        parcel = us.post.courier.parcel(vn.node_id, Lane.NORMAL)
        if parcel is None:
            break
        if step == "lose":
            us.post.courier.failed(parcel, "peer-unreachable", "")
            continue
        reply = us.carry(parcel, vn)
        if step == "lose reply":
            us.post.courier.failed(parcel, "peer-slow", "")
            continue
        if step == "twice":
            reply = us.carry(parcel, vn)
        assert {item.outcome for item in us.post.courier.delivered(parcel, reply).answers} == {Outcome.RECEIPTED}
    settle_all(us, vn)
    assert vn.got == [f"m{number}" for number in range(4)]
    assert verify_log(vn.office).sound
