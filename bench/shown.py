"""A new fact of a shared case on the other node's screen: from the officer's click until the partner's page has it.

Two nodes, each in its own process, served as `lienlac serve` serves them, with their real link between them. The screen
is what a browser does: a page of the case with its event stream; at each event of the case the page is asked for again,
and the fact is there when the last byte of it has come. In a new case, and in one of a hundred thousand facts.
"""

from __future__ import annotations

import http.client
import random
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from _claims import Claims, at_percent, median
from _pair import US, VN
from node_to_node import Child, installed_pair

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE_S = 900.0
FIRST = 10_000_000
"""Numbers of the facts that are waited for: none of them stands in another."""


class Screen(threading.Thread):
    """One officer's page at the other node: when each fact was on it."""

    def __init__(self, door: dict[str, Any], case: str) -> None:
        super().__init__(daemon=True)
        self._door, self._case = door, case
        self._path = f"/cases/{case}/history"
        self._follows = threading.Event()
        self._seen = threading.Condition()
        self._page, self._at = self._ask(), time.time()
        self.asked = 0

    def begin(self) -> None:
        """Follow from now on."""
        self.start()
        if not self._follows.wait(30):
            raise TimeoutError

    def run(self) -> None:
        """Read the stream; ask for the page again at each event of the case."""
        line = self._open(f"/live?topics=cases&at={self._path}")
        self._follows.set()
        wanted = f"event: thing-{self._case}\n".encode()
        while (got := line.readline()) != b"":
            if got == wanted:
                page = self._ask()
                with self._seen:
                    self._page, self._at = page, time.time()
                    self.asked += 1
                    self._seen.notify_all()

    def shows(self, words: bytes) -> float:
        """Wait until it is on the page; when that was."""
        with self._seen:
            if not self._seen.wait_for(lambda: words in self._page, timeout=30):
                raise TimeoutError(words)
            return self._at

    def _ask(self) -> bytes:
        return self._open(self._path).read()

    def _open(self, path: str) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection(self._door["host"], self._door["port"])
        connection.request("GET", path, headers={"Cookie": self._door["cookies"][0]})
        answer = connection.getresponse()
        if answer.status != http.client.OK:
            raise RuntimeError(answer.status)
        return answer


def main() -> None:
    claims = Claims(__doc__)
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        homes = installed_pair(Path(name), kinds=("cases.invite",))
        us, vn = Child(homes[US]), Child(homes[VN])
        try:
            door = us.ask("officers", 1)
            measure(claims, vn, us, door, facts=0)
            measure(claims, vn, us, door, facts=5_000 if claims.quick else 100_000)
        finally:
            us.close()
            vn.close()
    claims.close()


def measure(claims: Claims, vn: Child, us: Child, door: dict[str, Any], facts: int) -> None:
    """Thirty facts, each at another moment of every loop, in a case of so many."""
    case = vn.ask("open_case", US)
    until(lambda: us.ask("join_case", case))
    if facts:
        began = time.time()
        vn.ask("fill_case", case, facts)
        until(lambda: us.ask("events", case) == facts)
        claims.say(f"{facts:,} facts stated and taken by the partner", facts / (time.time() - began), "facts/s")
    else:
        until(lambda: vn.ask("events", case) == 0 and us.ask("events", case) == 0)
    screen = Screen(door, case)
    time.sleep(3)  # what the filling stirred has been told
    screen.begin()
    spent = []
    for number in range(FIRST, FIRST + (5 if claims.quick else 30)):
        time.sleep(random.uniform(0.3, 1.3))
        clicked = vn.ask("state", case, number)
        spent.append(screen.shows(str(number).encode()) - clicked)
    what = f"in a case of {facts:,} facts" if facts else "in a new case"
    claims.say(f"a new fact on the partner's screen, {what}, p50", median(spent), "s")
    claims.say("  p95", at_percent(spent, 95), "s")
    claims.at_most("  the slowest", max(spent), "s", 2)
    claims.say("  times that the page was asked for again, for each", screen.asked / len(spent), "")


def until(held: Callable[[], bool]) -> None:
    """Look until it is so."""
    end = time.monotonic() + PATIENCE_S
    while not held():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.2)


if __name__ == "__main__":
    main()
