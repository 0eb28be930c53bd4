"""A node was restored from a backup older than its files: it asks for them again, or says that it has them no more."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from lienlac.exchange.attachments.journey import Stage
from lienlac.storage.database import Database
from lienlac.wire.bodies.agreement import KindTerms
from tests.exchange.attachments.scene import LETTER, FileEnd, carry, content
from tests.exchange.scene import US, VN, agree, pair, settle_all
from tests.world.fakes import HandClock


class Disks:
    """Two ends on files of their own, which can be saved and restored."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.clock = folder, HandClock()
        self.us, self.vn = self.start(US), self.start(VN)
        for end in (self.us, self.vn):
            end.database.create_all()
        agree(self.us, self.vn, pair(self.us, self.vn), kinds=(KindTerms(kind=LETTER.name),))

    def path(self, node_id: str) -> Path:
        return self.folder / f"{node_id}.db"

    def start(self, node_id: str, seed: str = "") -> FileEnd:
        database = Database.open(f"sqlite:///{self.path(node_id)}", synchronous="off")
        return FileEnd(node_id, database, self.clock, self.folder / "files", seed=seed)

    def save(self, end: FileEnd) -> Path:
        target = self.folder / f"{end.node_id}.saved"
        with sqlite3.connect(self.path(end.node_id)) as source, sqlite3.connect(target) as copy:
            source.backup(copy)
        return target

    def restore(self, end: FileEnd, saved: Path) -> FileEnd:
        """The disk was lost with everything on it, its files too."""
        end.database.close()
        for ending in ("", "-wal", "-shm"):
            self.path(end.node_id).with_name(self.path(end.node_id).name + ending).unlink(missing_ok=True)
        shutil.rmtree(end.folder, ignore_errors=True)
        shutil.copyfile(saved, self.path(end.node_id))
        again = self.start(end.node_id, "restored")
        other = self.us if end is self.vn else self.vn
        recover(again, other)
        return again


def recover(lost: FileEnd, other: FileEnd) -> None:
    loss = lost.post.recovery.compare(other.node_id, other.post.recovery.state_for(lost.node_id))
    for wanted in loss.wanted:
        request = wanted
        while request is not None:
            page = other.post.recovery.record_for(lost.node_id, request)
            request = lost.post.recovery.fetched(loss, request, page)
    lost.post.recovery.absorb(loss)


@pytest.fixture
def disks(tmp_path):
    made = Disks(tmp_path)
    yield made
    made.us.database.close()
    made.vn.database.close()


def test_a_receiver_that_lost_a_file_asks_for_it_again(disks):
    us, vn = disks.us, disks.vn
    saved = disks.save(vn)
    data = content(1000)
    (file_id,) = us.send_files(vn, us.upload(data))
    carry(us, vn, file_id)
    assert us.stage(file_id) is Stage.WHOLE
    vn = disks.vn = disks.restore(vn, saved)
    assert vn.stage(file_id) is Stage.MOVING
    vn.post.attachment_watch.tell_due()
    settle_all(us, vn)
    assert us.stage(file_id) is Stage.MOVING
    carry(us, vn, file_id)
    assert us.stage(file_id) is Stage.WHOLE
    assert vn.read_file(file_id) == data


def test_a_sender_that_lost_a_file_which_is_whole_there_knows_it(disks):
    us, vn = disks.us, disks.vn
    saved = disks.save(us)
    (file_id,) = us.send_files(vn, us.upload(content(1000)))
    carry(us, vn, file_id)
    us = disks.us = disks.restore(us, saved)
    assert us.stage(file_id) is Stage.WHOLE
    us.post.attachment_watch.tell_due()
    settle_all(us, vn)
    assert vn.read_file(file_id) == content(1000)


def test_a_sender_that_lost_a_file_on_its_way_says_so(disks):
    us, vn = disks.us, disks.vn
    saved = disks.save(us)
    (file_id,) = us.send_files(vn, us.upload(content(1000)))
    settle_all(us, vn)
    us = disks.us = disks.restore(us, saved)
    assert us.stage(file_id) is Stage.FAILED
    us.post.attachment_watch.tell_due()
    settle_all(us, vn)
    assert (vn.stage(file_id), vn.file(file_id).last_code) == (Stage.FAILED, "attachment-gone")
