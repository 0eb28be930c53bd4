"""Pages and messages do not wait for each other's threads."""

from __future__ import annotations

import asyncio
import platform
import subprocess
import sys
import threading

from litestar.concurrency import get_asyncio_executor, sync_to_thread

from lienlac import limits
from lienlac.cli.serving.threads import on, own_threads


def test_pages_that_all_wait_take_no_thread_from_a_message_that_arrives() -> None:
    """Strangers at the sign-in page wait for their passwords to be hashed, one in each thread that pages have."""
    done, names = threading.Event(), []

    async def node() -> None:
        waiting = [asyncio.create_task(sync_to_thread(done.wait, 60)) for _ in range(limits.PAGE_THREADS + 5)]
        await asyncio.sleep(0)
        arrived = await asyncio.to_thread(lambda: threading.current_thread().name)
        names.append(arrived)
        assert not any(task.done() for task in waiting)
        done.set()
        await asyncio.gather(*waiting)

    with own_threads() as own:
        asyncio.run(on(own.others, node()))
    assert names[0].startswith("lienlac-exchange")
    assert get_asyncio_executor() is None


def test_waiting_sign_ins_leave_most_threads_to_the_officers() -> None:
    signing_in = limits.PASSWORD_HASHES_AT_ONCE + limits.PASSWORD_HASHES_WAITING
    assert signing_in <= limits.PAGE_THREADS // 2


def test_threads_of_a_served_node_share_a_few_heaps() -> None:
    """In a process of its own: what is told to the C library holds for the whole of it."""
    tell = "from lienlac.cli.serving.threads import share_heaps; print(share_heaps())"
    done = subprocess.run([sys.executable, "-c", tell], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == str(platform.libc_ver()[0] == "glibc")
