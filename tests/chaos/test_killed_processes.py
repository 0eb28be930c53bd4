"""Two real nodes as real processes, killed at random moments while officers work: all receipted exactly once."""

from __future__ import annotations

import os
import queue
import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

from lienlac.client import Client
from lienlac.errors import LienlacError
from tests.chaos import checks
from tests.chaos.processes import PATIENCE_S, LiveNode, LivePair, freeze_form

pytestmark = pytest.mark.chaos

REQUESTS = int(os.environ.get("LIENLAC_CHAOS_REQUESTS", "2000"))
"""Requests, and as many answers."""
KILLS = int(os.environ.get("LIENLAC_CHAOS_KILLS", "30"))
HANDS = 3
"""Officers' programs at each desk."""
AWAY = frozenset({"node-unreachable", "node-answered"})
"""What a program hears while its node is dead."""


@pytest.fixture
def pair(product: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LivePair]:
    """Two nodes that serve, on either product."""
    urls: dict[str, str] = {}
    with ExitStack() as stack:
        if product == "postgresql":
            server = request.getfixturevalue("postgresql_server")
            for side in ("vn", "us"):
                name = server.new_database(tables=False)
                stack.callback(server.drop_database, name)
                urls[side] = server.url(name)
        made = LivePair.plan(tmp_path, **urls)
        stack.callback(made.stop)
        made.make()
        yield made


class Desks:
    """Both duty desks at work at the same time: one opens requests, the other answers each as soon as it is there.

    A program whose node is dead tries again until it hears an answer; so a request whose answer was lost is opened
    twice, as it would be by a person, and is then two requests.
    """

    def __init__(self, pair: LivePair) -> None:
        self.pair = pair
        self.opened: list[str] = []
        self.steps = 0
        self.failed = threading.Event()
        self._todo: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._numbers = iter(range(REQUESTS))
        self._lock = threading.Lock()

    def work(self) -> None:
        with ThreadPoolExecutor(2 * HANDS) as hands:
            opening = [hands.submit(self._safely, self._open) for _ in range(HANDS)]
            answering = [hands.submit(self._safely, self._answer) for _ in range(HANDS)]
            for hand in opening:
                hand.exception()
            for _ in answering:
                self._todo.put(None)
        for hand in (*opening, *answering):
            hand.result()

    def _safely(self, work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException:
            self.failed.set()
            raise

    def _open(self) -> None:
        with self.pair.us.client() as client:
            while (number := self._next()) is not None:
                name = stubborn(partial(open_one, client, freeze_form(f"CHAOS-{number}")))
                self._done()
                self.opened.append(name)
                self._todo.put(name)

    def _answer(self) -> None:
        with self.pair.vn.client() as client:
            while (name := self._todo.get()) is not None:
                stubborn(partial(acknowledge, client, name), meanwhile=AWAY | {"not-found"})
                self._done()

    def _next(self) -> int | None:
        with self._lock:
            return None if self.failed.is_set() else next(self._numbers, None)

    def _done(self) -> None:
        with self._lock:
            self.steps += 1


class Killer:
    """SIGKILL one of the nodes again and again, each time at another moment of the work, and start it anew."""

    def __init__(self, desks: Desks) -> None:
        self._desks = desks
        self._chance = random.Random(20261123)
        self._moments = sorted(self._chance.sample(range(10, 2 * REQUESTS - 10), KILLS))
        self.kills: list[str] = []

    def work(self) -> None:
        nodes = tuple(self._desks.pair)
        for moment in self._moments:
            while self._desks.steps < moment:
                if self._desks.failed.wait(0.005):
                    return
            threading.Event().wait(self._chance.uniform(0, 0.05))
            node: LiveNode = self._chance.choice(nodes)
            node.kill()
            self.kills.append(node.node_id)
            node.start()


def stubborn(act: Callable[[], str], *, meanwhile: frozenset[str] = AWAY) -> str:
    """A person tries again while the screen says one of these things."""
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            return act()
        except LienlacError as error:
            if error.code not in meanwhile or time.monotonic() > until:
                raise
            threading.Event().wait(0.1)


def open_one(client: Client, form: object) -> str:
    return client.open(form).id


def acknowledge(client: Client, name: str) -> str:
    """Answer a request; when the answer to an earlier try was lost, it is answered already."""
    try:
        return client.step(name, "acknowledge", {"remarks": ""}).id
    except LienlacError as error:
        if error.code != "step-not-possible":
            raise
        return name


def test_every_message_is_receipted_exactly_once_although_processes_are_killed(pair: LivePair) -> None:
    desks = Desks(pair)
    killer = Killer(desks)
    with ThreadPoolExecutor(1) as pool:
        killing = pool.submit(killer.work)
        try:
            desks.work()
        finally:
            desks.failed.set()
            killing.result()
    assert len(killer.kills) == KILLS
    assert len(set(killer.kills)) == 2, "both were killed"
    assert len(set(desks.opened)) == REQUESTS
    checks.whole(pair, desks.opened, answers=REQUESTS)
