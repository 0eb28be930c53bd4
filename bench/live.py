"""A thousand officers with a live inbox each, and fifty pages a second: how long pages take, how soon an alert is seen.

A real node in its own process, served as `lienlac serve` serves it; the officers are a process of their own, which
opens one event stream for each and asks for pages like as many browsers. A request arrives now and then: written as an
arrival writes it, told to the pages after commit. What stands beside a page and the inbox's lines come down its stream,
and are read to their end. "Alert" is the time from the commit until an officer's page has it, "inbox renewed" that
until the page has the last byte of its lines.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from _claims import Claims, median
from _pair import US
from node_to_node import Child, installed_pair

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

PAGES_PER_S = 50
REQUESTS = 10_000


def main() -> None:
    claims = Claims(__doc__, options=_options)
    officers = 100 if claims.quick else claims.options.officers
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        node = Child(installed_pair(Path(name))[US])
        try:
            node.ask("write_requests", REQUESTS)
            door = node.ask("officers", officers)
            crowd = Crowd(door)
            try:
                measure(claims, node, crowd, officers)
            finally:
                crowd.close()
        finally:
            node.close()
    claims.close()


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--officers", type=int, default=1_000, help="how many of them look on")


class Crowd:
    """The officers, in their own process; obeys one JSON line at a time."""

    def __init__(self, door: dict[str, Any]) -> None:
        command = [sys.executable, str(Path(__file__).with_name("_crowd.py"))]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.ask("door", door)

    def ask(self, *words: Any) -> Any:
        """Let them do something, and wait for what comes of it."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(words) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        """Send them home."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(30)


def measure(claims: Claims, node: Child, crowd: Crowd, officers: int) -> None:
    """Idle streams first, then pages, then pages while requests arrive."""
    seconds = 10 if claims.quick else 30
    crowd.ask("look", 5)  # what is built once is built now
    before = node.ask("memory")
    opened = crowd.ask("listen")
    if opened != officers:
        raise RuntimeError(opened)
    crowd.ask("rest", 3)
    claims.at_most("memory of one idle live page", (node.ask("memory") - before) / officers, "KiB", 250)
    used, pages = during(node, lambda: crowd.ask("rest", seconds))
    claims.say(f"  processor time for {officers:,} idle live pages", used / seconds * 100, "% of a core")
    used, pages = during(node, lambda: crowd.ask("ask", PAGES_PER_S, seconds))
    claims.say(f"{PAGES_PER_S} pages a second, p50", pages["p50"], "ms")
    claims.at_most(f"{PAGES_PER_S} pages a second, p99", pages["p99"], "ms", 150)
    claims.at_most("  turned away", pages["turned_away"], "", 0)
    claims.say("  processor time of one page", used / pages["count"] * 1000, "ms")
    crowd.ask("begin", PAGES_PER_S, seconds)
    arrivals = 2 if claims.quick else 5
    arrived = []
    for _ in range(arrivals):
        arrived.append(node.ask("arrive"))
        crowd.ask("rest", seconds / (arrivals + 1))
    pages = crowd.ask("end")
    seen, renewed = since(arrived, pages["alerts"]), since(arrived, pages["renewed"])
    claims.say("requests arrive meanwhile: page, p50", pages["p50"], "ms")
    claims.at_most("requests arrive meanwhile: page, p99", pages["p99"], "ms", 150)
    claims.say("  pieces that pages had to ask for by themselves", pages["pieces"], "")
    claims.at_most("  turned away", pages["turned_away"], "", 0)
    if seen:
        claims.say("alert seen, p50", median(seen), "s")
        claims.at_most("alert seen, by the last of all officers", max(seen), "s", 2)
    claims.at_least("  alerts that were seen", len(seen), "", officers * arrivals)
    if renewed:
        claims.say("inbox renewed, p50", median(renewed), "s")
        claims.say("inbox renewed, for the last of all officers", max(renewed), "s")
    claims.at_least("  inboxes that were renewed", len(renewed), "", officers * arrivals)
    claims.say("  sent to one page for each arrival", pages["received"] / officers / arrivals / 1024, "KiB")


def since(arrived: list[float], instants: list[float]) -> list[float]:
    """How long after the newest arrival before it each of these was."""
    return [at - max(one for one in arrived if one <= at) for at in instants if at >= arrived[0]]


def during(node: Child, work: Callable[[], Any]) -> tuple[float, Any]:
    """Processor time that the node used meanwhile, and what came of it."""
    before = node.ask("processor")
    found = work()
    return node.ask("processor") - before, found


if __name__ == "__main__":
    main()
