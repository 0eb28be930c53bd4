"""A name's addresses, asked once: what is judged is what is called."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable

Resolve = Callable[[str, int], Awaitable[list[str]]]
"""A name's addresses; the network's part, replaced in tests."""


async def resolve(host: str, port: int) -> list[str]:
    """Every address of a name; empty when it has none."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        return []
    return list(dict.fromkeys(str(address[0]) for *_, address in found))
