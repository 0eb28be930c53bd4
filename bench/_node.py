"""A node served exactly as `lienlac serve` serves it, with the test kinds besides its own, that obeys its parent.

Reads one JSON list a line, [name, argument…], from standard input and answers with one JSON value a line.
"""

from __future__ import annotations

import functools
import json
import os
import resource
import signal
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from _cases import Casework
from _desk import Desk
from _files import Carrier, Cuttable
from _pair import KINDS, WITH_FILES, send
from lienlac import assembly, settings
from lienlac.cli import console
from lienlac.cli.serving import server
from lienlac.wire.message import Lane

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from lienlac.exchange.post import Settled
    from lienlac.wire.kinds import Kind

PASSPHRASE = "a passphrase for benchmarks only"
IN_FLIGHT_MAX = 256


def test_kinds() -> None:
    """Let every node that is opened from now on in this process know the test kinds."""
    known: tuple[Kind, ...] = vars(assembly)["KINDS"]
    vars(assembly)["KINDS"] = (*known, *KINDS.values(), WITH_FILES)


class Bench(Carrier, Casework, Desk):
    """What the parent may ask for."""

    def __init__(self, node: assembly.Node) -> None:
        super().__init__(node)
        self.settled = 0
        self.urgent = threading.Event()
        self.moved = threading.Condition()
        self.post.listen({}, {kind.name: [functools.partial(self._settled, lane)] for lane, kind in KINDS.items()})

    def _settled(self, lane: Lane, connection: Connection, _settled: Settled) -> None:
        self.node.database.after_commit(connection, functools.partial(self._durable, lane))

    def _durable(self, lane: Lane) -> None:
        """Called once the receipt of one message is kept and durable."""
        if lane is Lane.URGENT:
            self.urgent.set()
            return
        with self.moved:
            self.settled += 1
            self.moved.notify_all()

    def flow(self, peer: str, messages: int, at_once: int, threads: int) -> float:
        """Seconds until that many messages of 1 KiB are receipted, never more than a bounded number under way."""
        target, text = self.settled + messages, "x" * 1024
        left = iter(range(messages // at_once))

        def keep_sending() -> None:
            for number in left:
                sent = first + (number + 1) * at_once
                with self.moved:
                    while sent - self.settled > IN_FLIGHT_MAX:
                        self.moved.wait()
                send(self.post, peer, Lane.NORMAL, [text] * at_once)

        first, started = self.settled, time.perf_counter()
        senders = [threading.Thread(target=keep_sending) for _ in range(threads)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        self._until(target)
        return time.perf_counter() - started

    def click(self, peer: str) -> float:
        """Seconds from an officer's click on an urgent message to its durable receipt."""
        self.urgent.clear()
        started = time.perf_counter()
        send(self.post, peer, Lane.URGENT, ["x" * 1024])
        if not self.urgent.wait(30):
            raise TimeoutError
        return time.perf_counter() - started

    def bulk(self, peer: str, messages: int) -> int:
        """Queue a bulk transfer; answers when it is queued."""
        for _ in range(0, messages, 500):
            send(self.post, peer, Lane.BULK, ["x" * 1024] * 500)
        return messages

    def count(self) -> int:
        """Messages receipted so far, urgent ones left out."""
        return self.settled

    def memory(self) -> int:
        """Resident KiB now."""
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGESIZE") // 1024

    def processor(self) -> float:
        """Seconds of processor time used."""
        used = resource.getrusage(resource.RUSAGE_SELF)
        return used.ru_utime + used.ru_stime

    def _until(self, target: int) -> None:
        with self.moved:
            if not self.moved.wait_for(lambda: self.settled >= target, timeout=600):
                raise TimeoutError


def obey(bench: Bench) -> None:
    """Answer the parent until it hangs up, then stop as a service manager would stop us."""
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        print(json.dumps(getattr(bench, name)(*arguments)), flush=True)
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> None:
    test_kinds()
    opened: list[assembly.Node] = []
    open_node: Callable[..., assembly.Node] = vars(server)["open_node"]

    def open_and_keep(*arguments: Any, **named: Any) -> assembly.Node:
        opened.append(open_node(*arguments, **named))
        return opened[0]

    def ready(_people: str, _peers: str) -> None:
        print(json.dumps("ready"), flush=True)
        threading.Thread(target=obey, args=(Bench(opened[0]),), daemon=True).start()

    vars(server)["open_node"] = open_and_keep
    vars(server)["PinnedProtocol"] = Cuttable
    found = settings.load(Path(sys.argv[1]))
    server.serve_node(found, console.unlock(found, PASSPHRASE), server.Doors(), ready)


if __name__ == "__main__":
    main()
