"""A served node whose disk fills up, or whose database may only be read: both sides say so, nothing is lost or done
twice, and both work again by themselves once the cause has ended."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import partial

import pytest

from lienlac.client import FromNode
from tests.chaos import checks
from tests.chaos.browsing import Browser
from tests.chaos.conftest import Live
from tests.chaos.processes import LiveNode, freeze_form, refusal, wait_for
from tests.disks import filled

pytestmark = [pytest.mark.chaos, pytest.mark.postgres]

NOT_ALLOWED = 3
"""Exit code of a command that the present state forbids."""
AWAY = 503
"""Status of an answer that says: not now."""
BARS = {
    "storage-full": "This node can save nothing: its disk is full.",
    "storage-read-only": "This node can save nothing: its database may only be read.",
}


@contextlib.contextmanager
def restored_with_the_wrong_rights(node: LiveNode) -> Iterator[None]:
    """The database file lost its owner's right to write, as a careless restore leaves it; the node starts on it."""
    database = node.folder / "lienlac.sqlite"
    node.kill()
    database.chmod(0o400)
    try:
        node.start()
        yield
    finally:
        database.chmod(0o600)


@contextlib.contextmanager
def server_became_a_standby(live: Live) -> Iterator[None]:
    """PostgreSQL ends every connection and from now on lets nobody write."""
    name = live.database
    live.server.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    live.server.execute(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'")
    try:
        yield
    finally:
        live.server.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")


def test_a_full_disk_is_seen_on_both_sides_and_passes(live: Live) -> None:
    if live.disk is None:
        pytest.skip("no small disk can be mounted here")
    us, vn = live.us, live.vn
    names = live.open(3)
    live.arrived(names)
    with Browser(us) as officer, filled(live.disk):
        open_until_refused(live)  # what the write-ahead file had room for is saved
        cannot_save(us, "storage-full", lambda client: client.open(freeze_form("REFUSED")))
        live.answer(names)
        told_by_the_other(vn)
        assert BARS["storage-full"] in officer.read("/requests")
        us.kill()
        us.start()
        assert us.attempt("peer", "list").code == 0, "a node on a full disk can be looked at"
        cannot_save(us, "storage-full", lambda client: client.open(freeze_form("REFUSED")))
    checks.settle(live.pair)


def test_a_read_only_file_is_seen_on_both_sides_and_passes(live: Live) -> None:
    us, vn = live.us, live.vn
    names = live.open(3)
    live.arrived(names)
    with restored_with_the_wrong_rights(us):
        cannot_save(us, "storage-read-only", lambda client: client.open(freeze_form("REFUSED")))
        live.answer(names)
        told_by_the_other(vn)
    checks.settle(live.pair)


def test_a_read_only_server_is_seen_on_both_sides_and_passes(live: Live) -> None:
    us, vn = live.us, live.vn
    (name,) = live.open(1)
    live.arrived([name])
    with server_became_a_standby(live):
        live.open(2)
        told_by_the_other(us)
        cannot_save(vn, "storage-read-only", lambda client: client.step(name, "acknowledge", {"remarks": ""}))
    live.answer([name])


def open_until_refused(live: Live) -> None:
    for _ in range(1000):
        try:
            live.open(1)
        except FromNode as error:
            if error.code != "storage-full":
                raise
            return
    raise AssertionError("the disk is never full")


def cannot_save(node: LiveNode, code: str, act: object) -> None:
    """Officers are told, in both languages, that nothing of their act was saved; they can still read; commands say it,
    too, with the exit code for a state that forbids."""
    with node.client() as client:
        error = refusal(partial(act, client))  # type: ignore[arg-type]
        assert isinstance(error, FromNode)
        assert (error.code, error.status) == (code, AWAY)
        assert error.sentence("vi") != error.sentence("en")
        assert client.requests(direction="out" if node.side == "us" else "in", stage="all").requests
    said = node.attempt("peer", "suspend", node.partner, "--reason", "because")
    assert said.code == NOT_ALLOWED
    assert code in said.err
    assert node.data("peer", "list")[0]["suspensions"] == []


def told_by_the_other(node: LiveNode) -> None:
    """What the other side sees: messages do not get through, why, and that they wait."""
    wait_for(lambda: checks.state(node) == "failing", "nobody notices")
    link = node.link()
    assert link["backlog"]
    assert link["last_error"] == "peer-cannot-save"
    assert link["undelivered"] == []
    assert "can save nothing at present" in node.here("peer", "show", node.partner)
