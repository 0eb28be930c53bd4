"""A large file from node to node: how fast against the disk and the cipher, through cuts, and in how much memory.

Two real nodes, each its own process, over loopback with mutual TLS; what the officer does is done by a program through
the people's door. The disk is measured by writing as much, flushed at the end, to the same file system, before and
after; the cipher by sealing chunks in one thread. A cut takes the receiver's connections away in mid-flight.
"""

from __future__ import annotations

import http.client
import os
import secrets
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from _claims import Claims
from _pair import VN
from lienlac import limits
from lienlac.keys.attachments.stream import ContentKey
from node_to_node import Child, two_nodes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

GB: Final = 1_000_000_000
MIB: Final = 1024 * 1024
PIECE: Final = 4 * MIB
CUTS: Final = 5
SHARE: Final = 0.6
MEMORY_MIB: Final = 150


def main() -> None:
    claims = Claims(__doc__)
    size = (1 if claims.quick else 5) * GB
    with tempfile.TemporaryDirectory(prefix="bench-") as name, two_nodes(Path(name)) as (us, vn):
        us.ask("click", VN)
        content = Content(size)
        disk = [disk_rate(Path(name), content)]
        cipher = cipher_rate()
        idle = {node: node.ask("memory") for node in (us, vn)}
        for node in (us, vn):
            node.ask("forget_peak")
        put_in = rated(size, lambda: upload(us, content))
        before = [node.ask("processor") for node in (us, vn)]
        straight = rated(size, lambda: carry(us, vn))
        used = [node.ask("processor") - was for node, was in zip((us, vn), before, strict=True)]
        disk.append(disk_rate(Path(name), content))
        for node in (us, vn):
            node.ask("drop_files")
        upload(us, content)
        cuts = rated(size, lambda: carry(us, vn, cuts=CUTS))
        best = min(max(disk), cipher)
        claims.say(
            "disk, sequential write and flush", max(disk) / 1e6, "MB/s", f"the other time {min(disk) / 1e6:,.0f}"
        )
        claims.say("AES-256-GCM, one core", cipher / 1e6, "MB/s")
        claims.say(f"{size / GB:.0f} GB put in by an officer", put_in / 1e6, "MB/s", f"{put_in / best:.0%}")
        claims.say(f"{size / GB:.0f} GB node to node", straight / 1e6, "MB/s")
        claims.say(
            "  processor time of sender and receiver", sum(used) / size * GB, "s/GB", "{:.2f} and {:.2f}".format(*used)
        )
        claims.at_least("  of the slower of disk and cipher", straight / best * 100, "%", SHARE * 100)
        claims.say(f"{size / GB:.0f} GB through {CUTS} cuts", cuts / 1e6, "MB/s")
        for what, node in (("sender", us), ("receiver", vn)):
            above = (node.ask("peak") - idle[node]) / 1024
            claims.at_most(f"memory of the {what} above idle, most", above, "MiB", MEMORY_MIB)
    claims.close()


class Content:
    """So many bytes that nothing can make smaller, without holding them: one random block, each time with a number."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._block = bytearray(secrets.token_bytes(PIECE))

    def pieces(self) -> Iterator[memoryview]:
        """All of it, once; a piece is good until the next one is taken."""
        for at in range(0, self.size, PIECE):
            self._block[:8] = at.to_bytes(8, "big")
            yield memoryview(self._block)[: min(PIECE, self.size - at)]


def disk_rate(folder: Path, content: Content) -> float:
    """Bytes a second of writing the content to a file of this file system and waiting for the disk."""
    path = folder / "disk"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    started = time.perf_counter()
    for piece in content.pieces():
        os.write(handle, piece)
    os.fsync(handle)
    spent = time.perf_counter() - started
    os.close(handle)
    path.unlink()
    return content.size / spent


def cipher_rate() -> float:
    """Bytes a second that one core seals in chunks."""
    key, data = ContentKey.generate(), secrets.token_bytes(limits.ATTACHMENT_CHUNK_BYTES)
    rates = []
    for _ in range(5):
        started = time.perf_counter()
        for number in range(1_000):
            key.seal(number, data, last=False)
        rates.append(1_000 * len(data) / (time.perf_counter() - started))
    return max(rates)


def rated(size: int, work: Callable[[], None]) -> float:
    """Bytes a second."""
    started = time.perf_counter()
    work()
    return size / (time.perf_counter() - started)


def upload(node: Child, content: Content) -> None:
    """Put the content in through the people's door, as a program does."""
    port, token = node.ask("door")
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/octet-stream",
        "Content-Length": str(content.size),
        "Content-Disposition": 'attachment; filename="image.bin"',
    }
    connection.request("POST", "/api/files", body=content.pieces(), headers=headers, encode_chunked=False)
    answer = connection.getresponse()
    said = answer.read()
    if answer.status != http.client.CREATED:
        raise RuntimeError(said)
    node.ask("keep_upload", msgspec.json.decode(said)["id"])


def carry(sender: Child, receiver: Child, *, cuts: int = 0) -> None:
    """Send the uploaded file and wait until the sender has the receiver's signed word that it is whole."""
    sender.ask("send_file", VN)
    chunks = receiver.ask("chunks_due")
    for cut in range(1, cuts + 1):
        receiver.ask("cut_at", chunks * cut // (cuts + 1))
    sender.ask("until_whole")


if __name__ == "__main__":
    main()
