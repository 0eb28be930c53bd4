"""Files between two real processes: the receiver killed, the sender killed, the receiver's disk full; always whole."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

from lienlac.interface.files import File
from tests.chaos import checks
from tests.chaos.processes import LiveNode, LivePair, freeze_form, wait_for
from tests.disks import filled, small_disk

pytestmark = pytest.mark.chaos

SIZE = 48_000_000
DISK_MB = 160
TRIES = 6
SOON_S = 0.001
"""A file of that size takes a tenth of a second: whoever wants to kill in the middle must look often."""


class Pair:
    """Two nodes; the receiver's files lie on a little disk of their own."""

    def __init__(self, pair: LivePair, disk: Path | None) -> None:
        self.vn, self.us, self.disk = pair.vn, pair.us, disk
        self._numbers = 0
        with self.us.client() as client:
            self.request = client.open(freeze_form("FILES")).id
        wait_for(partial(checks.holds, self.vn, self.request), "the request does not arrive")

    def send(self, home: Path) -> str:
        """The United States' desk sends a file with a note; its digest."""
        self._numbers += 1
        path = home / f"disk-image-{self._numbers}.bin"
        path.write_bytes(random.Random(self._numbers).randbytes(SIZE))
        with self.us.client() as client:
            upload = client.put_in(path)
            client.step(self.request, "note", {"text": "The image.", "attachments": [upload.id]})
        assert upload.digest == hashlib.sha256(path.read_bytes()).hexdigest()
        path.unlink()
        return upload.digest

    def file(self, node: LiveNode, digest: str) -> File | None:
        """The file as one side sees it, once it does."""
        with node.client() as client:
            return next((file for file in client.files(self.request).files if file.digest == digest), None)

    def arrived(self, digest: str) -> None:
        """It is whole on both sides, by the receiver's word; what is read there is what was sent."""
        for node in (self.vn, self.us):
            wait_for(lambda node=node: self._stage(node, digest) == "whole", f"{node.node_id}: the file is not whole")
        found = self.file(self.vn, digest)
        assert found is not None
        with self.vn.client() as client, (self.vn.home / "fetched").open("w+b") as into:
            client.fetch(self.request, found, into)
            into.seek(0)
            assert hashlib.file_digest(into, "sha256").hexdigest() == digest
        assert not list(self.parts())

    def _stage(self, node: LiveNode, digest: str) -> str:
        found = self.file(node, digest)
        return "" if found is None else found.stage

    def parts(self) -> Iterator[Path]:
        """What has begun to come in."""
        yield from (self._folder / "incoming").glob("blob-*")

    @property
    def _folder(self) -> Path:
        return (self.disk or self.vn.folder) / "attachments"

    def killed_in_the_middle(self, node: LiveNode, home: Path) -> str:
        """The digest of a file that was on its way when that node was killed; the node serves again.

        Now and then a whole file has come before this process gets its turn; then another one is sent.
        """
        for _ in range(TRIES):
            digest = self.send(home)
            wait_for(self._something_came, "nothing comes", look_s=SOON_S)
            node.kill()
            caught = any(0 < part.stat().st_size < SIZE for part in self.parts())
            node.start()
            if caught:
                return digest
            self.arrived(digest)
        raise AssertionError("too late each time: the file was there already")

    def _something_came(self) -> bool:
        return any(part.stat().st_size for part in self.parts())


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    home = tmp_path_factory.mktemp("files")
    with ExitStack() as stack:
        pair = LivePair.plan(home)
        disk: Path | None = home / "disk"
        try:
            stack.enter_context(small_disk(home / "disk", DISK_MB))
        except pytest.skip.Exception:
            disk = None
        stack.callback(pair.stop)
        pair.make()
        for node in pair:
            node.stop()
            settings = node.folder / "node.toml"
            more = "attachments_free_gb = 0\n"
            if disk is not None and node is pair.vn:
                more += f'attachments_folder = "{disk / "attachments"}"\n'
            settings.write_text(settings.read_text(encoding="utf-8") + more, encoding="utf-8")
            node.start()
        yield Pair(pair, disk)


def test_a_file_comes_whole_although_its_receiver_is_killed(nodes: Pair, tmp_path: Path) -> None:
    nodes.arrived(nodes.killed_in_the_middle(nodes.vn, tmp_path))


def test_a_file_comes_whole_although_its_sender_is_killed(nodes: Pair, tmp_path: Path) -> None:
    nodes.arrived(nodes.killed_in_the_middle(nodes.us, tmp_path))


def test_a_full_disk_is_told_on_both_sides_and_the_file_goes_on(nodes: Pair, tmp_path: Path) -> None:
    if nodes.disk is None:
        pytest.skip("no small disk can be mounted here")
    with filled(nodes.disk):
        digest = nodes.send(tmp_path)
        wait_for(lambda: said(nodes, nodes.vn, digest) == "storage-files-full", "the receiver does not say so")
        wait_for(lambda: said(nodes, nodes.us, digest) == "peer-cannot-save", "the sender does not say so")
    nodes.arrived(digest)


def said(nodes: Pair, node: LiveNode, digest: str) -> str | None:
    found = nodes.file(node, digest)
    return None if found is None else found.code
