"""The store of files: what goes in comes out, a crash leaves it whole or not there, and a rotten or hostile byte shows."""

from __future__ import annotations

import hashlib
import os
import random
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lienlac import limits
from lienlac.errors import LienlacError, NotAllowed, Refused
from lienlac.keys.attachments.stream import ContentKey
from lienlac.keys.rest.safe import Safe
from lienlac.storage.blobs import store
from lienlac.storage.blobs.files import Bounds, Files
from lienlac.storage.blobs.reading import Reader
from lienlac.storage.blobs.store import Blob, BlobState
from lienlac.storage.blobs.writing import Digests, Intake, Made, Writer
from lienlac.wire.attachments import SEALED_CHUNK_BYTES, chunk_count, sealed_size
from tests.storage.test_faults import small_disk

CHUNK = limits.ATTACHMENT_CHUNK_BYTES
BOUNDS = Bounds(total_bytes=10**12, peer_bytes=10**12, free_bytes=0)
SAFE = Safe(b"s" * 32)
ID = "blob-" + "a" * 26
OTHER = "blob-" + "b" * 26


@pytest.fixture
def files(tmp_path) -> Files:
    return Files(tmp_path / "blobs", BOUNDS)


def content(size: int, seed: int = 1) -> bytes:
    return random.Random(seed).randbytes(size)


def write(files: Files, data: bytes, blob_id: str = ID, piece: int = 100_000) -> Made:
    writer = Writer(files, blob_id)
    for at in range(0, len(data), piece):
        writer.write(data[at : at + piece])
    return writer.finish()


def blob_of(made: Made, **changes) -> Blob:
    values = {
        "blob_id": made.blob_id,
        "source": "",
        "digest": made.digest,
        "size_bytes": made.size_bytes,
        "sealed_key": SAFE.seal(made.key.raw, purpose="blob-key", owner=made.blob_id),
        "state": BlobState.WHOLE,
        "chunks": made.chunks,
        "media_type": None,
        "made_us": 0,
    }
    return Blob(**{**values, **changes})


def read(files: Files, made: Made, offset: int = 0) -> bytes:
    with Reader(files, made.blob_id, made.size_bytes, blob_of(made).key(SAFE)) as reader:
        return b"".join(reader.plain(offset))


def everything(files: Files) -> list[str]:
    return sorted(path.name for path in files.folder.rglob("*") if path.is_file())


# --- in and out -----------------------------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None)
@given(
    st.one_of(st.integers(1, 3 * CHUNK), st.sampled_from([1, CHUNK, CHUNK + 1, 2 * CHUNK])),
    st.integers(1, 2 * CHUNK),
    st.integers(0, 2**16),
)
def test_what_goes_in_comes_out(tmp_path_factory, size, piece, seed):
    files = Files(tmp_path_factory.mktemp("blobs"), BOUNDS)
    data = content(size, seed)
    made = write(files, data, piece=piece)
    assert (made.size_bytes, made.digest, made.chunks) == (size, hashlib.sha256(data).hexdigest(), chunk_count(size))
    assert read(files, made) == data
    offset = seed % size
    assert read(files, made, offset) == data[offset:]
    assert made.head == data[: limits.ATTACHMENT_HEAD_BYTES]
    assert data.endswith(made.tail)
    shutil.rmtree(files.folder)


def test_what_lies_on_the_disk_can_be_sent_as_it_is(files):
    data = content(2 * CHUNK + 10)
    made = write(files, data)
    with Reader(files, made.blob_id, made.size_bytes, made.key) as reader:
        sealed = reader.sealed(0, 2) + reader.sealed(2, 99)
    assert sealed == files.whole(ID).read_bytes()
    assert len(sealed) == sealed_size(len(data))
    assert data[:64] not in sealed


def test_two_equal_files_do_not_look_alike_on_the_disk(files):
    data = content(1000)
    write(files, data), write(files, data, OTHER)
    assert files.whole(ID).read_bytes() != files.whole(OTHER).read_bytes()


def test_an_empty_file_and_one_beyond_the_bound_are_refused(files, monkeypatch):
    writer = Writer(files, ID)
    with pytest.raises(Refused, match="attachment-empty"):
        writer.finish()
    writer.abandon()
    monkeypatch.setattr(limits, "ATTACHMENT_MAX_BYTES", 1000)
    writer = Writer(files, ID)
    writer.write(bytes(1000))
    with pytest.raises(Refused, match="attachment-too-large"):
        writer.write(b"x")
    writer.abandon()
    assert everything(files) == []


def test_only_the_owner_may_look_into_the_folder(files):
    write(files, b"x")
    modes = {path.stat().st_mode & 0o077 for path in files.folder.rglob("*")}
    assert modes == {0}


# --- a peer's chunks --------------------------------------------------------------------------------------------------


def incoming(made: Made, chunks: int = 0) -> Blob:
    return blob_of(made, blob_id=OTHER, state=BlobState.RECEIVING, chunks=chunks)


def pieces_of(files: Files, made: Made) -> list[bytes]:
    with Reader(files, made.blob_id, made.size_bytes, made.key) as reader:
        return [reader.sealed(index, 1) for index in range(made.chunks)]


def receive(files: Files, digests: Digests, made: Made, chunks: list[bytes], held: int = 0) -> tuple[int, bool]:
    """One call that brings these chunks; how many are held for good afterwards, and whether that is all."""
    intake = Intake(files, digests, OTHER)
    try:
        intake.resume(incoming(made, held), made.key)
        for chunk in chunks:
            intake.take(chunk)
        held = intake.sync()
        if intake.complete:
            assert intake.digest() == made.digest
            intake.keep()
        return held, intake.complete
    finally:
        intake.close()


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 6 * CHUNK), st.data())
def test_a_file_comes_whole_through_any_number_of_cuts_and_restarts(tmp_path_factory, size, data):
    files = Files(tmp_path_factory.mktemp("blobs"), BOUNDS)
    made = write(files, content(size))
    chunks, digests, held, complete = pieces_of(files, made), Digests(), 0, False
    while not complete:
        more = data.draw(st.integers(1, len(chunks) - held))
        held, complete = receive(files, digests, made, chunks[held : held + more], held)
        if data.draw(st.booleans()):
            digests = Digests()  # the process was restarted
    assert files.whole(OTHER).read_bytes() == files.whole(ID).read_bytes()
    assert not files.part(OTHER).exists()
    shutil.rmtree(files.folder)


@pytest.mark.parametrize(
    "attack",
    [
        pytest.param(lambda chunks: [chunks[1]], id="reordered"),
        pytest.param(lambda chunks: [chunks[0], chunks[0]], id="repeated"),
        pytest.param(lambda chunks: [chunks[0], chunks[2]], id="left-out"),
        pytest.param(lambda chunks: [chunks[0][:-1] + bytes([chunks[0][-1] ^ 1])], id="bit-flipped"),
        pytest.param(lambda chunks: [chunks[0][:-1]], id="shortened"),
        pytest.param(lambda chunks: [chunks[0] + b"x"], id="lengthened"),
        pytest.param(lambda chunks: [chunks[0], chunks[1], chunks[2], chunks[2]], id="more-than-announced"),
        pytest.param(lambda _chunks: [ContentKey.generate().seal(0, bytes(CHUNK), last=False)], id="of-another-file"),
        pytest.param(lambda _chunks: [b""], id="empty"),
    ],
)
def test_a_hostile_chunk_is_refused_and_nothing_of_it_kept(files, attack):
    made = write(files, content(2 * CHUNK + 5))
    chunks = attack(pieces_of(files, made))
    intake = Intake(files, Digests(), OTHER)
    intake.resume(incoming(made), made.key)
    for chunk in chunks[:-1]:
        intake.take(chunk)
    with pytest.raises(Refused, match="attachment-chunk-broken"):
        intake.take(chunks[-1])
    assert intake.chunks == len(chunks) - 1
    assert files.part(OTHER).stat().st_size == sum(len(chunk) for chunk in chunks[:-1])
    intake.close()


def test_what_was_not_flushed_before_a_power_cut_is_asked_for_again(files):
    """The disk may hold rubbish behind what the row says is safe."""
    made = write(files, content(3 * CHUNK))
    chunks = pieces_of(files, made)
    receive(files, Digests(), made, chunks[:1])
    with files.part(OTHER).open("ab") as file:
        file.write(os.urandom(SEALED_CHUNK_BYTES + 77))
    assert receive(files, Digests(), made, chunks[1:], held=1) == (3, True)


def test_a_part_that_is_shorter_than_its_row_says_starts_from_what_is_there(files):
    made = write(files, content(3 * CHUNK))
    chunks = pieces_of(files, made)
    receive(files, Digests(), made, chunks[:2])
    os.truncate(files.part(OTHER), SEALED_CHUNK_BYTES + 5)
    intake = Intake(files, Digests(), OTHER)
    intake.resume(incoming(made, 2), made.key)
    assert intake.chunks == 1
    intake.close()


def test_a_crash_between_rename_and_row_is_gone_on_from(files):
    made = write(files, content(2 * CHUNK))
    receive(files, Digests(), made, pieces_of(files, made))
    assert receive(files, Digests(), made, [], held=1) == (2, True)
    assert everything(files) == [ID, OTHER]


def test_one_caller_at_a_time(files):
    first = Intake(files, Digests(), OTHER)
    with pytest.raises(Refused, match="attachment-busy") as refused:
        Intake(files, Digests(), OTHER)
    assert refused.value.retry
    first.close()
    Intake(files, Digests(), OTHER).close()


def test_running_digests_are_few(files):
    digests = Digests()
    for number in range(20):
        digests.put(f"blob-{number}", 1, hashlib.sha256())
    assert digests.take("blob-0", 1) is None
    assert digests.take("blob-19", 2) is None
    assert digests.take("blob-18", 1) is not None
    assert digests.take("blob-17", 0).hexdigest() == hashlib.sha256().hexdigest()


# --- the disk -----------------------------------------------------------------------------------------------------------


def test_a_rotten_disk_is_noticed_and_nothing_handed_on(files):
    data = content(2 * CHUNK)
    made = write(files, data)
    with files.whole(ID).open("r+b") as file:
        file.seek(SEALED_CHUNK_BYTES + 100)
        file.write(b"\x00\x01")
    with Reader(files, made.blob_id, made.size_bytes, made.key) as reader:
        pieces = reader.plain()
        assert next(pieces) == data[:CHUNK]
        with pytest.raises(NotAllowed, match="blob-damaged"):
            next(pieces)


def test_a_blob_cut_short_on_the_disk_is_not_sent(files):
    made = write(files, content(2 * CHUNK))
    os.truncate(files.whole(ID), SEALED_CHUNK_BYTES)
    with (
        Reader(files, made.blob_id, made.size_bytes, made.key) as reader,
        pytest.raises(NotAllowed, match="blob-damaged"),
    ):
        reader.sealed(0, 2)


def test_a_blob_that_is_not_there(files):
    made = write(files, b"x")
    files.remove(ID)
    with pytest.raises(NotAllowed, match="blob-gone"):
        Reader(files, made.blob_id, made.size_bytes, made.key)


def test_a_link_in_the_blobs_place_is_not_followed(files, tmp_path):
    made = write(files, b"x")
    files.remove(ID)
    (tmp_path / "secret").write_bytes(bytes(17))
    files.whole(ID).symlink_to(tmp_path / "secret")
    with pytest.raises(OSError, match="symbolic"):
        Reader(files, made.blob_id, made.size_bytes, made.key)


def test_a_full_disk_is_named_and_leaves_nothing_behind(tmp_path):
    with small_disk(tmp_path / "disk", 2) as remount:
        files = Files(tmp_path / "disk" / "blobs", BOUNDS)
        writer = Writer(files, ID)
        with pytest.raises(NotAllowed, match="storage-files-full"):
            writer.write(content(4 * 1024 * 1024))
        writer.abandon()
        assert everything(files) == []
        remount("size=20m")
        data = content(4 * 1024 * 1024)
        assert read(files, write(files, data)) == data


def test_a_disk_that_fills_while_a_peer_sends_keeps_what_came(tmp_path):
    origin = Files(tmp_path / "origin", BOUNDS)
    made = write(origin, content(10 * CHUNK))
    chunks = pieces_of(origin, made)
    with small_disk(tmp_path / "disk", 2) as remount:
        files = Files(tmp_path / "disk" / "blobs", BOUNDS)
        with pytest.raises(NotAllowed, match="storage-files-full"):
            receive(files, Digests(), made, chunks)  # the announced size does not fit: it is not even begun
        remount("size=20m")
        assert receive(files, Digests(), made, chunks[:3]) == (3, False)
        ballast = tmp_path / "disk" / "ballast"
        ballast.write_bytes(bytes(18 * 1024 * 1024))
        with pytest.raises(NotAllowed, match="storage-files-full"):
            receive(files, Digests(), made, chunks[3:], held=3)
        ballast.unlink()
        assert receive(files, Digests(), made, chunks[3:], held=3) == (10, True)


def test_the_reserve_stays_free(tmp_path):
    free = shutil.disk_usage(tmp_path).free
    files = Files(tmp_path / "blobs", Bounds(total_bytes=10**12, peer_bytes=10**12, free_bytes=free * 2))
    with pytest.raises(NotAllowed, match="storage-files-full"):
        Writer(files, ID)
    assert not files.folder.exists()


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "blobs").write_text("a file where the folder should be")
    with pytest.raises(NotAllowed, match="storage-files-unusable"):
        Writer(Files(tmp_path / "blobs", BOUNDS), ID)


# --- what a crash leaves ------------------------------------------------------------------------------------------------


def test_the_sweep_takes_what_nobody_knows_and_spares_what_is_young(files):
    kept, gone, young = ID, OTHER, "blob-" + "c" * 26
    for name in (kept, gone, young):
        write(files, b"x", name)
    writer = Writer(files, "blob-" + "d" * 26)
    writer.write(b"an upload that a crash cut off")
    before = time.time() - 1000
    for name in (kept, gone, "blob-" + "d" * 26):
        path = files.whole(name) if files.whole(name).exists() else files.part(name)
        os.utime(path, (before, before))
    assert files.sweep(lambda names: {kept} & set(names), before + 500) == 2
    assert everything(files) == [kept, young]


_KILLED = """
import sys
from pathlib import Path
from lienlac.storage.blobs.files import Bounds, Files
from lienlac.storage.blobs.writing import Writer
files = Files(Path(sys.argv[1]), Bounds(total_bytes=10**12, peer_bytes=10**12, free_bytes=0))
for number in range(100_000):
    writer = Writer(files, f"blob-{number:026d}")
    for _ in range(9):
        writer.write(bytes(100_000))
    made = writer.finish()
    print(made.blob_id, made.digest, made.key.raw.hex(), flush=True)
"""


@pytest.mark.chaos
def test_a_killed_writer_leaves_whole_blobs_and_parts_that_the_sweep_takes(files):
    house = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-c", _KILLED, str(files.folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env={"PYTHONPATH": str(house / "src")}) as child:
        assert child.stdout is not None
        said = [child.stdout.readline().split() for _ in range(7)]
        child.kill()
        said += [line.split() for line in child.stdout.readlines() if line.endswith(b"\n")]
    for name, digest, key in said:
        made = Made(
            blob_id=name.decode(), key=ContentKey(bytes.fromhex(key.decode())), digest=digest.decode(),
            size_bytes=900_000, chunks=chunk_count(900_000), head=b"", tail=b"",
        )  # fmt: skip
        assert hashlib.sha256(read(files, made)).hexdigest() == made.digest
    spoken = {name.decode() for name, _digest, _key in said}
    assert len(everything(files)) - len(spoken) <= 1
    files.sweep(lambda _names: spoken, time.time() + 1000)
    assert set(everything(files)) == spoken


def test_memory_stays_flat(files):
    """Sixty-four megabytes pass through two chunks of memory."""
    writer = Writer(files, ID)
    piece = content(1_000_000)
    writer.write(piece)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(64):
        writer.write(piece)
    made = writer.finish()
    with Reader(files, made.blob_id, made.size_bytes, made.key) as reader:
        size = sum(len(part) for part in reader.plain())
    assert size == 65_000_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 16_000  # kibibytes


# --- rows ---------------------------------------------------------------------------------------------------------------


def add(connection, blob_id=ID, **changes):
    values = {
        "source": "", "digest": "0" * 64, "size_bytes": 100, "state": BlobState.WHOLE, "chunks": 1, "made_us": 5
    }  # fmt: skip
    store.add(connection, SAFE, ContentKey(b"k" * 32), blob_id=blob_id, **{**values, **changes})


def test_a_blob_lives_as_long_as_somebody_uses_it(database):
    def work(connection):
        add(connection)
        store.use(connection, ID, "one")
        store.use(connection, ID, "one")
        store.use(connection, ID, "two")
        assert not store.let_go(connection, ID, "one")
        assert not store.let_go(connection, ID, "one")
        assert store.find(connection, ID) is not None
        assert store.let_go(connection, ID, "two")
        assert store.find(connection, ID) is None
        with pytest.raises(NotAllowed, match="blob-gone"):
            store.require(connection, ID)

    database.write(work)


def test_a_row_with_another_rows_key_opens_nothing(database):
    def work(connection):
        add(connection)
        add(connection, OTHER, source="us-ic3")
        mine, theirs = store.require(connection, ID), store.require(connection, OTHER)
        assert mine.key(SAFE).raw == b"k" * 32
        swapped = blob_of(
            Made(blob_id=ID, key=ContentKey(b"x" * 32), digest="", size_bytes=1, chunks=1, head=b"", tail=b""),
            sealed_key=theirs.sealed_key,
        )
        for broken, safe in ((swapped, SAFE), (mine, Safe(b"o" * 32))):
            with pytest.raises(LienlacError, match="blob-key-lost"):
                broken.key(safe)
        assert b"k" * 32 not in mine.sealed_key.encode()

    database.write(work)


def test_what_is_taken_is_counted_by_source_and_content_is_found_within_one(database):
    def work(connection):
        add(connection, size_bytes=2**40)
        add(connection, OTHER, source="us-ic3", state=BlobState.RECEIVING, chunks=0)
        assert store.taken_bytes(connection) == 2**40 + 100
        assert store.taken_bytes(connection, "us-ic3") == 100
        assert store.taken_bytes(connection, "vn-a05") == 0
        assert [blob.blob_id for blob in store.of_content(connection, "us-ic3", "0" * 64)] == [OTHER]
        assert store.known(connection, [ID, "blob-x"]) == {ID}
        assert store.known(connection, []) == set()
        store.set_chunks(connection, OTHER, 1)
        store.set_state(connection, OTHER, BlobState.HELD, media_type="application/pdf")
        found = store.require(connection, OTHER)
        assert (found.chunks, found.state, found.media_type) == (1, BlobState.HELD, "application/pdf")

    database.write(work)
