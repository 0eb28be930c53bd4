"""Webhooks against a real server: signature, replay, redirects, slowness, and every way into our own network."""

from __future__ import annotations

import asyncio
import dataclasses
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac import limits
from lienlac.errors import NotAllowed, Refused
from lienlac.notices import signature
from lienlac.notices.channels import Address, ChannelKind
from lienlac.notices.courier.carried import NotDeliveredError, Parcel
from lienlac.outside import guard
from tests.notices.scene import Desk, Web, notice, resolving, serving_tls, trusting, web_way
from tests.world.fakes import START

SECRET = signature.new_secret(b"s" * 24)


def parcel(to, **more):
    return Parcel(notice=notice("off-a", **more), address=Address(to=to, secret=SECRET), language="en", now=START)


def call(web, *, host="hook.example", path="/in?x=1", resolve=None, tls=None, inside=True):
    """One webhook to a server on loopback, which the settings allow unless the test says otherwise."""

    async def story():
        async with web.serving(tls):
            scheme = "https" if tls else "http"
            origin = f"{scheme}://{host}:{web.port}"
            way = web_way(
                trusting(host), frozenset({origin}) if inside else frozenset(), resolve or resolving(["127.0.0.1"])[0]
            )
            await way.carry(parcel(origin + path))

    asyncio.run(story())


def failure(*args, **more):
    with pytest.raises(NotDeliveredError) as caught:
        call(*args, **more)
    return caught.value.code, caught.value.final


def test_it_is_posted_to_the_name_over_tls_and_signed(tmp_path):
    web = Web()
    call(web, tls=serving_tls(tmp_path, "hook.example"))
    got = web.heard[0]
    assert got.line == "POST /in?x=1 HTTP/1.1"
    assert got.headers["host"] == f"hook.example:{web.port}"
    assert signature.verify(SECRET, got.headers, got.body, START) == notice("off-a").id
    said = msgspec.json.decode(got.body)
    assert said["reference"] == "US-2026-000017"
    assert said["link"] == "https://node.example/requests/req-aaaaaaaaaaaaaaaaaaaaaaaaaa"
    assert said["subject"]["vi"].startswith("Vụ việc nóng: yêu cầu tạm dừng giao dịch")


def test_attack_a_server_with_another_names_certificate_hears_nothing(tmp_path):
    """The connection goes to an address, but TLS still proves the name."""
    web = Web()
    assert failure(web, tls=serving_tls(tmp_path, "other.example")) == ("notice-unreachable", False)
    assert web.heard == []


# --- into our own network -----------------------------------------------------------------------------------------

INSIDE = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254",
    "224.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.2.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1",
    "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1",
    "64:ff9b:1::a00:1", "2002:7f00:1::", "2002:a00:1::1", "2001:0:7f00:1::1", "not an address",
]  # fmt: skip
OUTSIDE = ["1.1.1.1", "203.162.4.191", "2606:4700:4700::1111", "64:ff9b::101:101"]


@pytest.mark.parametrize("address", INSIDE)
def test_attack_ssrf_no_address_inside_is_called(address):
    web = Web()
    resolve, _ = resolving([address])
    assert failure(web, resolve=resolve, inside=False, tls=None) in {
        ("webhook-not-https", True), ("webhook-inside", True),
    }  # fmt: skip
    assert not guard.is_outside(address)
    assert web.connections == 0


@pytest.mark.parametrize("address", OUTSIDE)
def test_addresses_of_the_open_network_may_be_called(address):
    assert guard.is_outside(address)


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "0x7f.1", "0177.0.0.1", "localhost", "[::1]", "127.1"])
def test_attack_ssrf_loopback_in_every_spelling(host, tmp_path):
    """Names and numbers go through the real name service of this machine."""
    web = Web()

    async def story():
        async with web.serving(serving_tls(tmp_path)):
            await web_way().carry(parcel(f"https://{host}:{web.port}/"))

    with pytest.raises(NotDeliveredError) as caught:
        asyncio.run(story())
    assert caught.value.code in {"webhook-inside", "webhook-unknown-host"}
    assert web.connections == 0


def test_attack_ssrf_one_inside_address_among_good_ones_spoils_the_answer():
    target = guard.parse("https://hook.example/")
    with pytest.raises(NotAllowed, match="webhook-inside"):
        guard.choose(target, ["1.1.1.1", "10.0.0.1"], ())


def test_attack_ssrf_a_name_that_answers_differently_the_second_time_gains_nothing():
    """DNS rebinding: the judged answer is the one that is called; nobody asks again."""
    web = Web()
    resolve, asked = resolving(["192.0.2.55"], ["127.0.0.1"])

    async def story():
        async with web.serving():
            # first answer judged (documentation address: refused), second would be loopback
            await web_way(resolve=resolve).carry(parcel(f"https://hook.example:{web.port}/"))

    with pytest.raises(NotDeliveredError, match="webhook-inside"):
        asyncio.run(story())
    assert asked == ["hook.example"]
    assert web.connections == 0


def test_the_connection_goes_to_the_judged_address_and_asks_no_name_service_again():
    web = Web()
    resolve, asked = resolving(["127.0.0.1"], ["10.0.0.1"])
    call(web, resolve=resolve)
    assert asked == ["hook.example"]
    assert len(web.heard) == 1


def test_attack_ssrf_an_allowed_origin_is_that_port_and_that_scheme_only():
    inside = guard.origins("http://alerts.intranet:8080 hooks.intranet")
    assert inside == {"http://alerts.intranet:8080", "https://hooks.intranet:443"}
    guard.choose(guard.parse("http://alerts.intranet:8080/x", inside), ["10.0.0.9"], inside)
    for other in ("https://alerts.intranet:8080/", "https://alerts.intranet/", "https://hooks.intranet:8443/"):
        with pytest.raises(NotAllowed, match="webhook-inside"):
            guard.choose(guard.parse(other, inside), ["10.0.0.9"], inside)
    with pytest.raises(Refused, match="webhook-not-https"):
        guard.parse("http://hooks.intranet/", inside)


@pytest.mark.parametrize(
    "status", [b"301 Moved", b"302 Found", b"303 See Other", b"307 Temporary Redirect", b"308 Permanent Redirect"]
)
def test_attack_ssrf_a_redirect_is_never_followed(status):
    inner = Web()
    outer = Web()

    async def story():
        async with inner.serving(), outer.serving():
            to = f"http://127.0.0.1:{inner.port}/".encode()
            outer.answer = b"HTTP/1.1 " + status + b"\r\nLocation: " + to + b"\r\nContent-Length: 0\r\n\r\n"
            origin = f"http://hook.example:{outer.port}"
            way = web_way(inside=frozenset({origin}), resolve=resolving(["127.0.0.1"])[0])
            await way.carry(parcel(origin))

    with pytest.raises(NotDeliveredError) as caught:
        asyncio.run(story())
    assert (caught.value.code, caught.value.final) == ("webhook-redirect", True)
    assert len(outer.heard) == 1
    assert inner.connections == 0


def test_attack_ssrf_proxies_of_the_environment_have_no_say(monkeypatch):
    web = Web()
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1/")
    call(web)
    assert len(web.heard) == 1


@pytest.mark.parametrize(
    "url",
    [
        "ftp://hook.example/", "https://", "https:///path", "https://user:pass@hook.example/", "https://a@hook.example/",
        "https://hook.example/#part", "https://hook.example:0/", "https://hook.example:99999/",
        "https://hook.example/a b", "https://hook.example/\r\nHost: other", "https://hook.example\\@other.example/",
        "file:///etc/passwd", "gopher://hook.example/", "https://hook.exämple/", "javascript:alert(1)", "",
        "https://hook.example/" + "a" * 3000, "https://[::1/", "//hook.example/",
    ],
)  # fmt: skip
def test_attack_addresses_that_programs_read_differently_are_refused(url):
    with pytest.raises(Refused, match="webhook-malformed"):
        guard.parse(url)


@given(st.text(max_size=60))
def test_whatever_is_taken_as_an_address_reads_the_same_again(text):
    """Taking apart and putting together agree, so that what was judged is what is called."""
    try:
        target = guard.parse(f"https://hook.example/{text}")
    except Refused:
        return
    assert (target.host, target.port) == ("hook.example", 443)
    assert guard.parse(target.url) == target


# --- signature ----------------------------------------------------------------------------------------------------


def test_the_signature_is_that_of_the_convention():
    """The convention's own published example."""
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    at = START.fromtimestamp(1614265330, START.tzinfo)
    made = signature.headers(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", at, body)
    assert made["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_attack_a_recorded_webhook_replayed_later_is_refused():
    body = b"{}"
    made = signature.headers(SECRET, "ntc-a", START, body)
    assert signature.verify(SECRET, made, body, START + timedelta(minutes=4)) == "ntc-a"
    for later in (timedelta(minutes=6), timedelta(days=365), timedelta(minutes=-6)):
        with pytest.raises(Refused, match="webhook-signature"):
            signature.verify(SECRET, made, body, START + later)


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-timestamp": str(int(START.timestamp()) + 1)},
        {"webhook-timestamp": ""},
        {"webhook-timestamp": "１７９５００００００"},
        {"webhook-timestamp": "-1"},
        {"webhook-timestamp": "9" * 40},
        {"webhook-id": "ntc-b"},
        {"webhook-signature": ""},
        {"webhook-signature": "v2,abc"},
        {"webhook-signature": "v1,"},
    ],
)
def test_attack_a_replay_under_another_time_or_id_has_no_signature(change):
    body = b"{}"
    made = signature.headers(SECRET, "ntc-a", START, body) | change
    with pytest.raises(Refused, match="webhook-signature"):
        signature.verify(SECRET, made, body, START)


def test_attack_another_body_or_secret_has_no_signature():
    made = signature.headers(SECRET, "ntc-a", START, b"{}")
    with pytest.raises(Refused):
        signature.verify(SECRET, made, b"{} ", START)
    with pytest.raises(Refused):
        signature.verify(signature.new_secret(b"t" * 24), made, b"{}", START)


def test_a_notice_sent_again_keeps_its_id_so_that_receivers_take_it_once(sqlite_database):
    desk, web = Desk(sqlite_database), Web(answer=b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")
    officer = desk.officer("anh")

    async def story():
        async with web.serving():
            origin = f"http://hook.example:{web.port}"
            desk.channel(officer.id, ChannelKind.WEBHOOK, origin)
            desk.ways = {ChannelKind.WEBHOOK: web_way(inside=frozenset({origin}), resolve=resolving(["127.0.0.1"])[0])}
            desk.queue(notice(officer.id))
            worker = desk.rounds()
            await worker.deliver_due(desk.clock.now())
            desk.clock.turn(limits.NOTICE_RETRY_S)
            await worker.deliver_due(desk.clock.now())

    asyncio.run(story())
    ids_, times = ({got.headers[name] for got in web.heard} for name in ("webhook-id", "webhook-timestamp"))
    assert len(web.heard) == 2
    assert len(ids_) == 1
    assert len(times) == 2


# --- answers ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (b"400 Bad", ("webhook-status", True)),
        (b"404 Gone", ("webhook-status", True)),
        (b"429 Slow down", ("webhook-status", False)),
        (b"500 Broken", ("webhook-status", False)),
    ],
)
def test_refusals_say_whether_asking_again_helps(status, expected):
    assert failure(Web(answer=b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\n\r\n")) == expected


@pytest.mark.parametrize(
    "answer", [b"not http at all\r\n\r\n", b"", b"HTTP/1.1 200 OK\r\n" + b"x: " + b"y" * 300_000 + b"\r\n\r\n"]
)
def test_attack_an_answer_that_is_none_is_a_failure(answer):
    assert failure(Web(answer=answer)) == ("notice-unreachable", False)


def test_attack_an_endless_body_is_not_read():
    """Only the status is looked at: the call ends although the body promises a terabyte."""
    web = Web(answer=b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n" + b"x" * 100_000)
    call(web)
    assert len(web.heard) == 1


@pytest.mark.parametrize("web", [Web(answer=None), Web(drip=True)])
def test_attack_a_receiver_that_dawdles_is_left_after_the_bound(web, sqlite_database, monkeypatch):
    """The bound is one for the whole try, whatever trickles in meanwhile."""
    monkeypatch.setattr(limits, "NOTICE_SEND_S", 0.2)
    web = dataclasses.replace(web, heard=[])
    desk = Desk(sqlite_database)
    officer = desk.officer("anh")
    one = notice(officer.id)

    async def story():
        async with web.serving():
            origin = f"http://hook.example:{web.port}"
            desk.channel(officer.id, ChannelKind.WEBHOOK, origin)
            desk.ways = {ChannelKind.WEBHOOK: web_way(inside=frozenset({origin}), resolve=resolving(["127.0.0.1"])[0])}
            desk.queue(one)
            await desk.rounds().deliver_due(desk.clock.now())

    asyncio.run(story())
    assert len(web.heard) == 1
    assert desk.tries(one)[0].code == "notice-timeout"
