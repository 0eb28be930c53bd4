"""Two real nodes as real processes, killed at random moments while officers work: all receipted exactly once."""

from __future__ import annotations

import os
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from lienlac.client import Client
from lienlac.errors import LienlacError
from lienlac.exchange.store.tables import message_table, outbox_table
from lienlac.storage.database import Database
from tests.chaos.processes import DemoNode, agree, free_ports, freeze_form, pair, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


REQUESTS = int(os.environ.get("LIENLAC_CHAOS_REQUESTS", "300"))
"""Requests, and as many answers; more by the environment."""
KILLS = int(os.environ.get("LIENLAC_CHAOS_KILLS", "10"))
HANDS = 6
PATIENCE_S = 240


@pytest.fixture
def pair_of_nodes(tmp_path: Path) -> Iterator[tuple[DemoNode, DemoNode]]:
    ports = free_ports(20_000 + (os.getpid() % 400) * 100, 4)
    vn = DemoNode("vn", tmp_path / "vn-demo", ports[0], ports[1])
    us = DemoNode("us", tmp_path / "us-demo", ports[2], ports[3])
    with ExitStack() as stack:
        for node in (vn, us):
            node.make()
            stack.callback(node.stop)
        pair(us, vn, tmp_path)
        for node in (vn, us):
            node.staff()
            node.start()
        agree(us, vn, tmp_path)
        yield vn, us


def kill_now_and_then(nodes: tuple[DemoNode, ...], done: threading.Event, kills: list[str]) -> None:
    """SIGKILL one of them at a moment drawn by chance, start it again, until enough and the work is done."""
    chance = random.Random(20261123)
    while len(kills) < KILLS or not done.is_set():
        done.wait(chance.uniform(0.05, 1.2))
        if len(kills) >= KILLS:
            continue
        node = chance.choice(nodes)
        assert node.server is not None
        node.server.kill()
        node.server.wait()
        kills.append(node.node_id)
        node.start()


def stubborn(act: Any, *, until: float) -> Any:
    """A person tries again when the screen says that the node is away."""
    while True:
        try:
            return act()
        except LienlacError as error:
            if error.code not in {"node-unreachable", "node-answered"} or time.monotonic() > until:
                raise
            threading.Event().wait(0.2)


@pytest.mark.chaos
def test_every_message_is_receipted_exactly_once_although_processes_are_killed(
    pair_of_nodes: tuple[DemoNode, DemoNode],
) -> None:
    vn, us = pair_of_nodes
    done, kills = threading.Event(), []
    until = time.monotonic() + 1500
    killer = threading.Thread(target=kill_now_and_then, args=((vn, us), done, kills))
    killer.start()
    try:
        with ThreadPoolExecutor(HANDS) as hands:
            names = list(hands.map(lambda _: open_one(us, until), range(REQUESTS)))
            list(hands.map(lambda name: acknowledge(vn, name, until), names))
    finally:
        done.set()
        killer.join()
    assert len(kills) >= KILLS
    wait_for(lambda: waiting(vn) + waiting(us) == 0, PATIENCE_S, "something is never delivered")
    sent, taken = record(us, "out"), record(vn, "in")
    assert sent == taken
    assert record(vn, "out") == record(us, "in")
    assert all(verdict == "accepted" for *_, verdict in sent)
    assert len(sent) >= REQUESTS
    for lane in {lane for lane, *_ in sent}:
        places = [sequence for where, sequence, *_ in sent if where == lane]
        assert places == list(range(1, len(places) + 1))
    for node in (vn, us):
        report = node.data("log", "verify", "--ask-partner", ok=(0, 5))
        assert report["sound"], report["faults"]


def open_one(us: DemoNode, until: float) -> str:
    form = freeze_form(datetime.now(UTC))
    with Client(us.url, us.token) as client:
        return str(stubborn(lambda: client.open(form), until=until).reference)


def acknowledge(vn: DemoNode, name: str, until: float) -> None:
    with Client(vn.url, vn.token) as client:

        def act() -> None:
            try:
                if "acknowledge" in client.request(name).steps:
                    client.step(name, "acknowledge", {"remarks": ""})
            except LienlacError as error:
                if error.code == "not-found":  # not arrived yet
                    raise Later from error
                if error.code != "step-not-possible":  # the answer to an earlier try was lost
                    raise

        while True:
            try:
                return stubborn(act, until=until)
            except Later:
                assert time.monotonic() < until
                threading.Event().wait(0.2)


class Later(Exception):
    """The request has not arrived yet."""


def opened(node: DemoNode) -> Database:
    from lienlac import settings

    return Database.open(settings.load(node.folder).database)


def waiting(node: DemoNode) -> int:
    with opened(node) as database, database.read() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(outbox_table)).scalar_one())


def record(node: DemoNode, direction: str) -> list[tuple[Any, ...]]:
    table = message_table.c
    columns = (table.lane, table.sequence, table.digest, table.message_id, table.verdict)
    query = sa.select(*columns).where(table.direction == direction).order_by(table.lane, table.sequence)
    with opened(node) as database, database.read() as connection:
        return [tuple(row) for row in connection.execute(query)]
