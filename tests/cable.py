"""A cable between two nodes that can be cut: passes TCP on, and after so many bytes resets every connection."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator


class Cable:
    """Listens on `near`, passes on to `far`. `cut_after`: byte counts between the cuts; none left: no more cuts."""

    def __init__(self, near: socket.socket, far: int, cut_after: list[int] | None = None) -> None:
        self._near, self._far = near, far
        self._cut_after = list(cut_after or [])
        self._passed = 0
        self.cuts = 0
        self.passed = 0
        self._open: set[asyncio.StreamWriter] = set()
        self._carrying: set[asyncio.Task[None]] = set()

    @contextlib.asynccontextmanager
    async def laid(self) -> AsyncIterator[None]:
        """The cable is there while the block runs."""
        server = await asyncio.start_server(self._carry, sock=self._near)
        try:
            yield
        finally:
            self.cut()
            server.close()
            await asyncio.gather(*self._carrying, return_exceptions=True)

    def cut(self) -> None:
        """Every connection ends at once, without a word."""
        self.cuts += 1
        for writer in list(self._open):
            writer.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._carrying.add(task)
        task.add_done_callback(self._carrying.discard)
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._far)
        except OSError:
            writer.transport.abort()
            return
        self._open |= {writer, far_writer}
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._pump(reader, far_writer))
                group.create_task(self._pump(far_reader, writer))
        except* (OSError, asyncio.IncompleteReadError):
            pass  # cut, or one end let go: that is what this cable is for
        finally:
            for one in (writer, far_writer):
                self._open.discard(one)
                one.transport.abort()
                with contextlib.suppress(OSError):
                    await one.wait_closed()

    async def _pump(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while data := await source.read(65_536):
            self.passed += len(data)
            self._passed += len(data)
            target.write(data)
            await target.drain()
            if self._cut_after and self._passed >= self._cut_after[0]:
                self._cut_after.pop(0)
                self._passed = 0
                self.cut()
        raise ConnectionResetError  # one end closed: the other is let go too
