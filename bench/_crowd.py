"""Many officers at their browsers: one event stream each, and pages at a steady pace.

Each looks at the inbox, without saved filters. As its page does in a browser, the stream brings what stands beside the
page and the inbox's lines; a piece is asked for only where the stream says so ("again", "beside"). Everything that is
sent is read to its end: a page counts as renewed when the last byte of its lines has come.

Plain sockets in one event loop, so that the crowd takes little of the machine that it measures. Reads one JSON list a
line from standard input and answers with one JSON value a line.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import dataclass, field
from typing import Any

PATHS = ("/requests", "/requests?direction=out", "/requests?stage=answered", "/account", "/requests?due=overdue")
STREAM = "/live?topics=requests,emergencies,warnings,approvals,link,alarms,duty&at=/requests&view=direction%3Din"
ASKED = {b"event: beside\n": "/live/beside?at=%2Frequests", b"event: again\n": "/requests/rows?direction=in"}
"""What a browser asks for at which event: what could not be sent down the stream."""
MESSAGE_MAX_BYTES = 2_000_000


@dataclass
class Crowd:
    """All of them."""

    host: str = ""
    port: int = 0
    cookies: list[str] = field(default_factory=list)
    streams: list[asyncio.Task[None]] = field(default_factory=list)
    open: int = 0
    leaving: bool = False
    spent: list[float] = field(default_factory=list)
    alerts: list[float] = field(default_factory=list)
    renewed: list[float] = field(default_factory=list)
    received: int = 0
    pieces: int = 0
    reopened: int = 0
    turned_away: int = 0
    pacing: asyncio.Task[None] | None = None
    asking: set[asyncio.Task[None]] = field(default_factory=set)
    idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = field(default_factory=list)

    async def door(self, given: dict[str, Any]) -> bool:
        """Where the node is, and who they are."""
        self.host, self.port, self.cookies = given["host"], given["port"], given["cookies"]
        return True

    async def listen(self) -> int:
        """Open a stream for each; how many are open."""
        for start in range(0, len(self.cookies), 50):
            some = self.cookies[start : start + 50]
            self.streams += [asyncio.create_task(self._stream(cookie)) for cookie in some]
            while self.open < start + len(some):  # noqa: ASYNC110  # a look every now and then is all it takes
                await asyncio.sleep(0.01)
        return self.open

    async def alive(self) -> int:
        """How many streams are open still."""
        return sum(not stream.done() for stream in self.streams)

    async def rest(self, seconds: float) -> bool:
        """Do nothing."""
        await asyncio.sleep(seconds)
        return True

    async def look(self, pages: int) -> bool:
        """A few pages one after the other."""
        for number in range(pages):
            for path in (*PATHS, *ASKED.values()):
                await self._page(self.cookies[number % len(self.cookies)], path)
        return True

    async def ask(self, per_s: float, seconds: float) -> dict[str, Any]:
        """Pages at a steady pace, each by another officer; how long they took."""
        await self.begin(per_s, seconds)
        return await self.end()

    async def begin(self, per_s: float, seconds: float) -> bool:
        """As `ask`, without waiting."""
        self.spent, self.alerts, self.renewed = [], [], []
        self.received = self.pieces = self.reopened = self.turned_away = 0
        self.pacing = asyncio.create_task(self._pace(per_s, seconds))
        return True

    async def end(self) -> dict[str, Any]:
        """Wait for the end of what `begin` began."""
        assert self.pacing is not None
        await self.pacing
        await asyncio.gather(*self.asking)
        spent = sorted(self.spent)
        return {
            "count": len(spent),
            "p50": spent[len(spent) // 2] * 1000,
            "p99": spent[min(len(spent) - 1, len(spent) * 99 // 100)] * 1000,
            "pieces": self.pieces,
            "reopened": self.reopened,
            "turned_away": self.turned_away,
            "alerts": self.alerts,
            "renewed": self.renewed,
            "received": self.received,
        }

    async def _quietly(self, work: Any) -> None:
        try:
            await work
        except (OSError, EOFError):
            if not self.leaving:
                raise

    async def _pace(self, per_s: float, seconds: float) -> None:
        began = time.perf_counter()
        for number in range(int(per_s * seconds)):
            await asyncio.sleep(max(0.0, began + number / per_s - time.perf_counter()))
            cookie = self.cookies[number * 37 % len(self.cookies)]
            self._start(self._timed(cookie, PATHS[number % len(PATHS)]))

    def _start(self, work: Any) -> None:
        task = asyncio.create_task(self._quietly(work))
        self.asking.add(task)
        task.add_done_callback(self.asking.discard)

    async def _timed(self, cookie: str, path: str) -> None:
        began = time.perf_counter()
        await self._page(cookie, path)
        self.spent.append(time.perf_counter() - began)

    async def _page(self, cookie: str, path: str) -> bytes:
        """One page over a kept connection, as browsers keep theirs: one that had ended meanwhile is opened anew."""
        while self.idle:
            reader, writer = self.idle.pop()
            try:
                return await self._asked(reader, writer, cookie, path)
            except (OSError, asyncio.IncompleteReadError) as error:
                if getattr(error, "partial", b""):
                    raise  # it was cut off in the middle of an answer
                self.reopened += 1
        return await self._asked(*await asyncio.open_connection(self.host, self.port), cookie, path)

    async def _asked(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, cookie: str, path: str) -> bytes:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\nCookie: {cookie}\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        body = await reader.readexactly(int(length.partition(b":")[2]))
        self.idle.append((reader, writer))
        if head.startswith(b"HTTP/1.1 503") and b"retry-after:" in head.lower():
            self.turned_away += 1
        elif not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(head.decode())
        return body

    async def _stream(self, cookie: str) -> None:
        """One live page: sees alerts and its lines, and asks for a piece when it is told to."""
        reader, writer = await asyncio.open_connection(self.host, self.port, limit=MESSAGE_MAX_BYTES)
        writer.write(f"GET {STREAM} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\nCookie: {cookie}\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(head.decode())
        self.open += 1
        while True:
            message = await reader.readuntil(b"\n\n\r\n")  # the end of a message is the end of a part of the answer
            self.received += len(message)
            if b'id="alert"' in message:
                self.alerts.append(time.time())
            if b'id="inbox-rows"' in message:
                self.renewed.append(time.time())
            for event, path in ASKED.items():
                if event in message:
                    self.pieces += 1
                    self._start(self._page(cookie, path))


async def main() -> None:
    crowd, loop = Crowd(), asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        name, *arguments = json.loads(line)
        print(json.dumps(await getattr(crowd, name)(*arguments)), flush=True)
    crowd.leaving = True
    for task in (*crowd.asking, *crowd.streams):
        task.cancel()


if __name__ == "__main__":
    asyncio.run(main())
