"""Who works in which threads: officers' pages in their own, messages, clocks and alarms in theirs.

By default both would share a handful, as many as the machine has processors and four more: a few strangers at the
sign-in page, each waiting for its password to be hashed, would stop every page and every request that arrives.
Whoever asks for a page while too many wait already is told to come back, instead of waiting for an answer that would
come when nobody waits for it any more.
"""

from __future__ import annotations

import asyncio
import ctypes
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from litestar.concurrency import set_asyncio_executor

from lienlac import limits

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator


_M_ARENA_MAX: Final = -8
"""The number by which `mallopt` of the GNU C library knows it (malloc.h)."""


def share_heaps() -> bool:
    """All threads share a few heaps of the C library, where it can be told so; whether it was. Before they begin.

    Otherwise each gets one of its own, and what a page or an index once needed stays with the thread that made it.
    """
    told = getattr(ctypes.CDLL(None), "mallopt", None)
    return told is not None and told(_M_ARENA_MAX, limits.HEAPS) == 1


class PageThreads(ThreadPoolExecutor):
    """The threads for pages, and how many calls wait for one."""

    def __init__(self) -> None:
        super().__init__(limits.PAGE_THREADS, "lienlac-pages")

    def crowded(self) -> float:
        """How many calls wait for a thread, as a share of those that may."""
        return self._work_queue.qsize() / limits.PAGES_WAITING_MAX


class Threads(NamedTuple):
    """All of a node's."""

    pages: PageThreads
    others: ThreadPoolExecutor


@contextmanager
def own_threads() -> Iterator[Threads]:
    """Pages run in threads of their own, everything else in others. Enter it before the loop runs."""
    pages = PageThreads()
    others = ThreadPoolExecutor(limits.EXCHANGE_THREADS, "lienlac-exchange")
    set_asyncio_executor(pages)
    try:
        yield Threads(pages, others)
    finally:
        set_asyncio_executor(None)
        pages.shutdown(wait=False, cancel_futures=True)
        others.shutdown(wait=False, cancel_futures=True)


async def on(threads: ThreadPoolExecutor, work: Coroutine[Any, Any, None]) -> None:
    """Do the work with these threads behind `asyncio.to_thread`."""
    asyncio.get_running_loop().set_default_executor(threads)
    await work
