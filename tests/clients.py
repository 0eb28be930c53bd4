"""The framework's test client on one event loop for the whole test run, as a served node has one.

By itself the client starts a thread with a loop of its own for every call, which costs as much as a page.
"""

from __future__ import annotations

import atexit
import functools
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from anyio.from_thread import BlockingPortal, start_blocking_portal
from litestar.testing import TestClient as OfFramework


class TestClient(OfFramework[Any]):
    """As the framework's; `with` still gives a loop of its own, with the application's lifespan."""

    __test__ = False

    @contextmanager
    def portal(self) -> Iterator[BlockingPortal]:
        yield self.blocking_portal if hasattr(self, "blocking_portal") else _loop()


@functools.cache
def _loop() -> BlockingPortal:
    stack = ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(start_blocking_portal())


_ANSWER = re.compile(r"/(search|known)/[0-9a-f]{32}\Z")


def answered(answer: Any, get: Callable[[str], Any]) -> Any:
    """What a browser shows after a form was sent: a search is answered at an address of its own, to which it goes."""
    there = answer.headers.get("location", "") if answer.status_code == 303 else ""
    return get(there) if _ANSWER.search(there) else answer
