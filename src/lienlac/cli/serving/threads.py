"""Who works in which threads: officers' pages in their own, messages, clocks and alarms in theirs.

By default both would share a handful, as many as the machine has processors and four more: a few strangers at the
sign-in page, each waiting for its password to be hashed, would stop every page and every request that arrives.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from litestar.concurrency import set_asyncio_executor

from lienlac import limits

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator


@contextmanager
def own_threads() -> Iterator[ThreadPoolExecutor]:
    """Pages run in threads of their own; gives the threads for everything else. Enter it before the loop runs."""
    pages = ThreadPoolExecutor(limits.PAGE_THREADS, "lienlac-pages")
    others = ThreadPoolExecutor(limits.EXCHANGE_THREADS, "lienlac-exchange")
    set_asyncio_executor(pages)
    try:
        yield others
    finally:
        set_asyncio_executor(None)
        pages.shutdown(wait=False, cancel_futures=True)
        others.shutdown(wait=False, cancel_futures=True)


async def on(threads: ThreadPoolExecutor, work: Coroutine[Any, Any, None]) -> None:
    """Do the work with these threads behind `asyncio.to_thread`."""
    asyncio.get_running_loop().set_default_executor(threads)
    await work
