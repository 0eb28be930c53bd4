"""Two real nodes, each its own process, over loopback with mutual TLS, durable on both sides, receipts back.

Steady flow, the quiet hour's latency from click to receipt, and an urgent message during a bulk transfer. The nodes
are served as `lienlac serve` does; only the test kinds are added. Both share this machine's cores with the benchmark.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from _claims import Claims, at_percent, median
from _node import PASSPHRASE, test_kinds
from _pair import US, VN, pair
from lienlac import installation
from lienlac.assembly import open_node
from lienlac.clock import SystemClock
from lienlac.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator


class Child:
    """One node in its own process."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, str(Path(__file__).with_name("_node.py")), str(folder)]
        with (folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True
            )
        self._answer()

    def ask(self, name: str, *arguments: Any) -> Any:
        """Let it do one of the things of `_node.Bench`, and wait for what comes of it."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps([name, *arguments]) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def close(self) -> None:
        """Let it stop in order."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(30)

    @property
    def number(self) -> int:
        """Its process id, for a profiler."""
        return self._process.pid

    def _answer(self) -> Any:
        assert self._process.stdout
        return json.loads(self._process.stdout.readline())


def main() -> None:
    claims = Claims(__doc__)
    with tempfile.TemporaryDirectory(prefix="bench-") as name, two_nodes(Path(name)) as (us, vn):
        us.ask("click", VN)  # the first call pays for the handshake and the comparison of memories
        us.ask("flow", VN, 256, 32, 1)
        quiet_hour(claims, us, Path(name))
        steady_flow(claims, us, vn)
        overtaking(claims, us)
    claims.close()


@contextlib.contextmanager
def two_nodes(folder: Path) -> Iterator[tuple[Child, Child]]:
    """Installed, paired and agreed; then each started in its own process."""
    children = [Child(home) for home in installed_pair(folder).values()]
    try:
        yield children[0], children[1]
    finally:
        for child in children:
            child.close()


def installed_pair(folder: Path, *, kinds: tuple[str, ...] = ()) -> dict[str, Path]:
    """The folders of two nodes that are paired and agreed: on the test kinds, or on these."""
    test_kinds()
    homes = {node_id: folder / node_id for node_id in (US, VN)}
    nodes = {}
    for node_id, home in homes.items():
        settings = Settings(
            folder=home,
            node_id=node_id,
            name_vi=node_id,
            name_en=node_id,
            country=node_id[:2].upper(),
            people_port=free_port(),
            peers_port=free_port(),
        )
        installation.create(settings, PASSPHRASE, SystemClock().now())
        nodes[node_id] = open_node(settings, PASSPHRASE)
    pair(nodes[US].post, nodes[VN].post, kinds=kinds)
    for node in nodes.values():
        node.close()
    return homes


def quiet_hour(claims: Claims, us: Child, folder: Path) -> None:
    """One click at a time with nothing else going on; each beside two fsyncs of the same disk at the same time."""
    everything, above = [], []
    for _ in range(2 if claims.quick else 6):
        clicks, fsyncs = [], []
        for _ in range(15):
            time.sleep(0.2)
            fsyncs.append(two_fsyncs(folder))
            clicks.append(us.ask("click", VN) * 1000)
        everything += clicks
        above.append((median(clicks) - median(fsyncs), median(clicks), median(fsyncs)))
    claims.say("click to receipt, p50 of all rounds", median(everything), "ms")
    claims.say("click to receipt, p95 of all rounds", at_percent(everything, 95), "ms")
    claims.say("click to receipt, p50 of the best round", min(above)[1], "ms")
    claims.say("  two fsyncs of 4 KiB in that round, p50", min(above)[2], "ms")
    claims.at_most("click to receipt above two fsyncs, p50", min(above)[0], "ms", 30)
    if not claims.quick:
        later = []
        for _ in range(5):
            time.sleep(7)
            later.append(us.ask("click", VN) * 1000)
        claims.say("click to receipt after seven silent seconds, p50", median(later), "ms")


def steady_flow(claims: Claims, us: Child, vn: Child) -> None:
    """The sender always has work, and never more than 256 messages under way."""
    most, rounds = (1024, 2) if claims.quick else (2048, 5)
    for name, at_once, threads in (("32 to a transaction", 32, 1), ("each in its own transaction", 1, 4)):
        messages = most if at_once > 1 else most // 4
        best, used = 0.0, (0.0, 0.0)
        for _ in range(rounds):
            before = us.ask("processor"), vn.ask("processor")
            rate = messages / us.ask("flow", VN, messages, at_once, threads)
            if rate > best:
                best = rate
                used = us.ask("processor") - before[0], vn.ask("processor") - before[1]
        each = [seconds / messages * 1000 for seconds in used]
        if at_once > 1:
            claims.at_least(f"steady flow, {name}", best, "messages/s", 400)
        else:
            claims.say(f"steady flow, {name}", best, "messages/s")
        claims.say("  processor time of the sender for each", each[0], "ms")
        claims.say("  processor time of the receiver for each", each[1], "ms")


def overtaking(claims: Claims, us: Child) -> None:
    """Clicks while ten thousand bulk messages are on their way."""
    messages = 2_000 if claims.quick else 10_000
    already = us.ask("count")
    us.ask("bulk", VN, messages)
    started, clicks, queued_at_start = time.perf_counter(), [], us.ask("count") - already
    while us.ask("count") - already < messages * 0.95:
        clicks.append(us.ask("click", VN) * 1000)
        time.sleep(0.1)
    seconds = time.perf_counter() - started
    claims.say(f"bulk transfer of {messages:,} messages", (messages * 0.95 - queued_at_start) / seconds, "messages/s")
    claims.say(f"urgent during it ({len(clicks)} of them), p95", at_percent(clicks, 95), "ms")
    claims.at_most("urgent during it, p50", median(clicks), "ms", 500)


def two_fsyncs(folder: Path) -> float:
    """Milliseconds for writing 4 KiB and waiting for the disk, twice."""
    handle = os.open(folder / "fsync", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    started = time.perf_counter()
    for _ in range(2):
        os.write(handle, b"x" * 4096)
        os.fsync(handle)
    spent = time.perf_counter() - started
    os.close(handle)
    return spent * 1000


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
