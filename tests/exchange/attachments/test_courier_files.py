"""Files between nodes without a network: in parts of bounded size, lost, repeated, out of order, and whole in the end."""

from __future__ import annotations

import io

import pytest

from lienlac.errors import Refused
from lienlac.exchange.attachments.journey import Stage
from lienlac.exchange.transport.courier_chunks import Packing
from lienlac.wire import frame
from lienlac.wire.attachments import SEALED_CHUNK_BYTES
from tests.exchange.attachments.scene import CHUNK, FileEnd, content
from tests.exchange.scene import BOSS, settle_all

PART = 3 * (SEALED_CHUNK_BYTES + 60) + 20_000


def parts_of(end: FileEnd, peer: FileEnd, part_bytes: int = PART) -> list[bytes]:
    packing, parts = Packing(), []
    while not packing.done:
        out = io.BytesIO()
        end.post.courier_files.pack(BOSS, peer.node_id, out, packing=packing, part_bytes=part_bytes)
        parts.append(out.getvalue())
        assert len(parts) < 50
    return parts


def take(end: FileEnd, part: bytes):
    return end.post.courier_files.unpack(BOSS, io.BytesIO(part))


def test_a_file_rides_in_parts_and_its_proof_rides_back(desks):
    us, vn = desks.us, desks.vn
    data = content(7 * CHUNK + 3)
    (file_id,) = us.send_files(vn, us.upload(data))
    parts = parts_of(us, vn)
    assert len(parts) >= 3
    assert all(len(part) <= PART for part in parts)
    assert data[:100] not in b"".join(parts)
    counts = [take(vn, part) for part in parts]
    assert counts[0].envelopes == 1
    assert sum(one.chunks for one in counts) == 8
    assert vn.read_file(file_id) == data
    assert us.stage(file_id) is Stage.WAITING
    for part in parts_of(vn, us):
        take(us, part)
    assert us.stage(file_id) is Stage.WHOLE
    assert us.file(file_id).proof_id is not None


def test_parts_that_come_again_or_out_of_their_order_do_no_harm(desks):
    us, vn = desks.us, desks.vn
    data = content(7 * CHUNK)
    (file_id,) = us.send_files(vn, us.upload(data))
    parts = parts_of(us, vn)
    early = take(vn, parts[1])
    assert (early.chunks, early.passed_over > 0) == (0, True)
    for part in (parts[0], parts[0], parts[2], parts[1], parts[2], parts[1]):
        take(vn, part)
    for part in parts[2:]:
        take(vn, part)
    assert vn.read_file(file_id) == data


def test_a_lost_part_is_packed_again_from_where_the_other_side_is(desks):
    us, vn = desks.us, desks.vn
    data = content(7 * CHUNK)
    (file_id,) = us.send_files(vn, us.upload(data))
    parts = parts_of(us, vn)
    take(vn, parts[0])
    back = parts_of(vn, us)
    take(us, back[0])
    assert us.file(file_id).chunks == vn.file(file_id).chunks > 0
    again = parts_of(us, vn)
    assert sum(map(len, again)) < sum(map(len, parts))
    for part in again:
        take(vn, part)
    assert vn.read_file(file_id) == data


def test_a_stick_that_breaks_in_the_middle_keeps_what_came(desks):
    us, vn = desks.us, desks.vn
    data = content(5 * CHUNK)
    (file_id,) = us.send_files(vn, us.upload(data))
    (whole,) = parts_of(us, vn, 10**9)
    with pytest.raises(Refused, match="frame-malformed"):
        take(vn, whole[: -2 * CHUNK])
    assert vn.file(file_id).chunks == 3
    assert take(vn, whole).chunks == 2
    assert vn.read_file(file_id) == data


def test_a_changed_chunk_is_passed_over_and_the_rest_of_the_file_waits(desks):
    us, vn = desks.us, desks.vn
    data = content(3 * CHUNK)
    (file_id,) = us.send_files(vn, us.upload(data))
    (whole,) = parts_of(us, vn, 10**9)
    spoiled = bytearray(whole)
    spoiled[-CHUNK - 5_000] ^= 1
    counts = take(vn, bytes(spoiled))
    assert (counts.chunks, counts.passed_over) == (1, 2)
    assert vn.file(file_id).last_code == "attachment-chunk-broken"
    take(vn, whole)
    assert vn.read_file(file_id) == data


def test_chunks_of_a_file_that_was_not_announced_are_passed_over(desks):
    us, vn = desks.us, desks.vn
    (file_id,) = us.send_files(vn, us.upload(content(CHUNK)))
    (whole,) = parts_of(us, vn, 10**9)
    strange = whole.replace(file_id.encode(), b"att-" + b"z" * 26)
    head, _, rest = strange.partition(b"\n")
    counts = take(vn, head + b"\n" + rest[rest.index(b"c att-") :])
    assert (counts.chunks, counts.passed_over) == (0, 1)
    assert not vn.folder.exists()


@pytest.mark.parametrize(
    "line",
    [
        b"c att-" + b"a" * 26 + b" 0 999999999\n",
        b"c ../../etc/passwd 0 5\n",
        b"c att-" + b"a" * 26 + b" -1 5\n",
        b"c att-" + b"a" * 26 + b" 0 0\n",
        b"c att-" + b"a" * 26 + b" 0x1 5\n",
        b"c \n",
    ],
)
def test_a_malformed_line_is_refused(line):
    with pytest.raises(Refused, match="frame-malformed"):
        frame.decode_chunk_line(line)


def test_two_files_in_one_part_and_a_network_in_between(desks):
    us, vn = desks.us, desks.vn
    first, second = us.send_files(vn, us.upload(content(2 * CHUNK, 1)), us.upload(content(3 * CHUNK, 2)))
    settle_all(us, vn)
    us.bring(vn, first, chunks=1)
    (whole,) = parts_of(us, vn, 10**9)
    assert take(vn, whole).chunks == 4
    assert vn.read_file(first) == content(2 * CHUNK, 1)
    assert vn.read_file(second) == content(3 * CHUNK, 2)
