"""A link that fails while both nodes serve: another certificate, a suspension in mid-flight, a clock one day off."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from lienlac.client import FromNode
from lienlac.keys import keyfile, tls
from tests.chaos import checks
from tests.chaos.conftest import Live
from tests.chaos.processes import LiveNode, freeze_form, refusal, wait_for

pytestmark = [pytest.mark.chaos, pytest.mark.postgres]

DAY_S = 86_400
QUICK = keyfile.Cost(memory_kib=1024, iterations=1, lanes=1)


# --- another certificate ------------------------------------------------------------------------------------------


@contextlib.contextmanager
def key_file_from_elsewhere(node: LiveNode) -> Iterator[None]:
    """The node comes back with a TLS key that nobody knows, as from the wrong backup; afterwards with its own."""
    path, passphrase = node.folder / "keys.json", node.passphrase_file.read_text()
    kept = path.read_bytes()
    strange = tls.make_certificate(node.node_id, datetime.now(UTC))
    node.stop()
    keyfile.write(path, replace(keyfile.read(path, passphrase), tls=strange), passphrase, QUICK)
    node.start()
    try:
        yield
    finally:
        node.stop()
        path.write_bytes(kept)
        node.start()


def shut_out(live: Live) -> None:
    """What both sides see while neither opens its door to the other; what they send meanwhile waits."""
    live.open(2)
    for node, code, said in (
        (live.us, "peer-certificate", "another certificate is shown than the one on its card"),
        (live.vn, "peer-hung-up", "it does not accept this node's certificate"),
    ):
        wait_for(lambda node=node, code=code: checks.status(node).last_error == code, f"{node.node_id} notices nothing")
        link = node.link()
        assert (link["state"], link["undelivered"]) == ("failing", [])
        assert link["backlog"]
        assert said in node.here("peer", "show", node.partner)


def test_a_strange_certificate_is_let_in_by_nobody_until_the_right_one_is_back(live: Live) -> None:
    names = live.open(2)
    live.arrived(names)
    with key_file_from_elsewhere(live.vn):
        live.answer(names)
        shut_out(live)
    checks.settle(live.pair)


def test_a_certificate_that_was_replaced_is_let_in_after_the_ceremony(live: Live) -> None:
    us, vn = live.us, live.vn
    names = live.open(2)
    live.arrived(names)
    vn.stop()
    fingerprint = vn.data("keys", "certificate")["fingerprint"]
    vn.start()
    live.answer(names)
    shut_out(live)
    invitation, answer = (str(vn.home / name) for name in ("renewed.json", "renewed-answer.json"))
    vn.command("peer", "invite", "--out", invitation)
    assert "fingerprint-differs" in us.attempt("peer", "accept", invitation, "--fingerprint", vn.fingerprint).err
    us.command("peer", "accept", invitation, "--fingerprint", fingerprint, "--out", answer)
    vn.command("peer", "accept", answer, "--fingerprint", us.fingerprint)
    vn.fingerprint = fingerprint
    checks.settle(live.pair)


# --- a suspension in mid-flight -----------------------------------------------------------------------------------


def test_a_link_suspended_in_mid_flight_keeps_what_waits(live: Live) -> None:
    us, vn = live.us, live.vn
    early = live.open(2)
    live.arrived(early)
    vn.kill()
    live.open(5)
    vn.command("peer", "suspend", us.node_id, "--reason", "the liaison officer is asked first")
    vn.start()
    wait_for(lambda: checks.state(us) == "suspended-by-them", "nobody is told")
    link = us.link()
    assert (link["backlog"], link["undelivered"]) == (5, [])
    assert link["suspensions"][0]["reason"] == "the liaison officer is asked first"
    assert vn.link()["state"] == "suspended-by-us"
    with us.client() as client:
        assert refusal(lambda: client.open(freeze_form("SUSPENDED"))).code == "link-suspended"
    with vn.client() as client:
        assert refusal(lambda: client.step(early[0], "acknowledge", {"remarks": ""})).code == "link-suspended"
    assert us.attempt("peer", "resume", vn.node_id, "--reason", "they cannot").code == 3, "only who closed may open"
    vn.command("peer", "resume", us.node_id, "--reason", "asked")
    checks.settle(live.pair)
    live.answer(early)


def test_a_link_closed_and_opened_again_and_again_while_officers_work(live: Live) -> None:
    done = threading.Event()

    def work() -> int:
        refused = 0
        while not done.is_set():
            try:
                live.open(1)
            except FromNode as error:
                if error.code != "link-suspended":
                    raise
                refused += 1
            done.wait(0.1)
        return refused

    with ThreadPoolExecutor(2) as hands:
        working = [hands.submit(work) for _ in range(2)]
        try:
            for reason in ("first", "second"):
                before = len(live.opened)
                wait_for(lambda before=before: len(live.opened) >= before + 5, "nobody works")
                live.vn.command("peer", "suspend", live.us.node_id, "--reason", reason)
                wait_for(lambda: checks.state(live.us) == "suspended-by-them", "nobody is told")
                live.vn.command("peer", "resume", live.us.node_id, "--reason", reason)
                wait_for(lambda: checks.state(live.us) != "suspended-by-them", "nobody is told")
        finally:
            done.set()
        assert sum(hand.result() for hand in working)
    checks.settle(live.pair)


# --- a clock one day off ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("days", [1, -1], ids=["ahead", "behind"])
def test_a_clock_one_day_off_stops_nothing_and_is_told_on_both_sides(live: Live, days: int) -> None:
    us, vn = live.us, live.vn
    vn.wrong_by(days * DAY_S)
    try:
        live.exchange()
        wait_for(lambda: alarms(us) == alarms(vn) == ["clocks-differ"], "nobody is told")
        assert "one of them is wrong" in us.here("peer", "show", vn.node_id)
        (name,) = live.open(1)
        live.arrived([name])
        checks.settle(live.pair)  # its receipt is back, too
        with us.client() as client, vn.client() as other:
            ours, theirs = client.request(name).clocks, other.request(name).clocks
            dues = [
                {clock.clock: clock.due_at for clock in side if clock.clock != "receipt"} for side in (ours, theirs)
            ]
        assert dues[0] == dues[1], "both compute the same deadlines from the same receipts"
        assert dues[0]
        us.stop()
        live.answer([name])  # the road fails and is to be tried again by a clock that is wrong
        wait_for(lambda: checks.state(vn) == "failing", "nobody notices")
    finally:
        vn.wrong_by(0)
        if us.process is None:
            us.start()
    checks.settle(live.pair)
    live.exchange()
    assert alarms(us) == alarms(vn) == [], "what fits ends the alarm"


def alarms(node: LiveNode) -> list[str]:
    return [alarm.code for alarm in checks.status(node).alarms]
