"""A dishonest or broken peer at the door for files: each test is named after what it tries."""

from __future__ import annotations

import pytest

from lienlac import limits
from lienlac.errors import NotAllowed, Refused
from lienlac.exchange.attachments import store
from lienlac.exchange.attachments.journey import Stage
from lienlac.keys.attachments.stream import ContentKey
from lienlac.storage.blobs import store as blobs
from lienlac.wire.bodies.link import AttachmentComplete, AttachmentFailed, AttachmentWanted
from lienlac.wire.message import Lane
from lienlac.wire.receipt import Outcome
from tests.exchange.attachments.conftest import make_desks
from tests.exchange.attachments.scene import (
    CHUNK,
    LETTER,
    RECORD,
    FileEnd,
    Letter,
    carry,
    content,
    forged_ref,
    give,
    sha,
)
from tests.exchange.scene import SG, agree, forge, header_of, pair, settle_all

KEY = ContentKey(b"k" * 32)


def announce(sender: FileEnd, receiver: FileEnd, *refs, record=RECORD):
    """A true message of a dishonest sender; the receiver's verdict."""
    header = header_of(sender, receiver, Lane.URGENT, kind=LETTER.name, record_id=record)
    forged = forge(sender, receiver, header, Letter(text="x", attachments=refs))
    (answer,) = receiver.take(forged.envelope, via=sender.node_id)
    assert answer.outcome is Outcome.RECEIPTED, answer
    stored = receiver.stored(forged.digest)
    return stored.verdict, stored.code


def say(sender: FileEnd, receiver: FileEnd, kind: str, body):
    """A control message about a file; the receiver's verdict."""
    header = header_of(
        sender, receiver, Lane.NORMAL, kind=kind, purpose="link", legal_basis="agreement", typology=None,
        addressees=("liaison",),
    )  # fmt: skip
    forged = forge(sender, receiver, header, body)
    receiver.take(forged.envelope, via=sender.node_id)
    stored = receiver.stored(forged.digest)
    return stored.verdict, stored.code


def sealed(data: bytes, key: ContentKey = KEY) -> list[bytes]:
    count = -(-len(data) // CHUNK)
    return [key.seal(i, data[i * CHUNK : (i + 1) * CHUNK], last=i == count - 1) for i in range(count)]


def disk_of(end: FileEnd) -> int:
    return sum(path.stat().st_size for path in end.folder.rglob("*") if path.is_file())


# --- chunks -------------------------------------------------------------------------------------------------------------


def test_chunks_of_a_file_that_was_never_announced(desks):
    us, vn = desks.us, desks.vn
    for call in (
        lambda: vn.post.receiving.held(us.node_id, "att-" + "f" * 26),
        lambda: vn.post.receiving.begin(us.node_id, "att-" + "f" * 26, 0),
        lambda: vn.post.receiving.begin(us.node_id, "../../etc/passwd", 0),
    ):
        with pytest.raises(Refused, match="attachment-unknown"):
            call()
    assert not vn.folder.exists()


def test_more_bytes_than_announced_and_an_endless_body(desks):
    us, vn = desks.us, desks.vn
    data = content(CHUNK + 5)
    assert announce(us, vn, forged_ref(us, vn, digest=sha(data), size_bytes=len(data))) == ("accepted", None)
    body = b"".join(sealed(data))
    with pytest.raises(Refused, match="attachment-too-long"):
        give(vn, us.node_id, "att-" + "f" * 26, 0, body + b"x" * 5_000_000)
    assert disk_of(vn) == len(body)
    vn.finish()
    assert vn.stage("att-" + "f" * 26) is Stage.WHOLE


def test_chunks_after_the_end(desks):
    us, vn = desks.us, desks.vn
    data = content(100)
    announce(us, vn, forged_ref(us, vn, digest=sha(data), size_bytes=100))
    give(vn, us.node_id, "att-" + "f" * 26, 0, sealed(data)[0])
    for first in (0, 1):
        with pytest.raises(Refused, match="attachment-place"):
            give(vn, us.node_id, "att-" + "f" * 26, first, sealed(data)[0])


def test_another_content_than_announced(desks):
    """Every chunk is authentic; the whole is not the file that was signed for."""
    us, vn = desks.us, desks.vn
    data = content(CHUNK + 5)
    announce(us, vn, forged_ref(us, vn, digest="0" * 64, size_bytes=len(data)))
    give(vn, us.node_id, "att-" + "f" * 26, 0, b"".join(sealed(data)))
    vn.finish()
    file = vn.file("att-" + "f" * 26)
    assert (file.stage, file.last_code) == (Stage.FAILED, "attachment-digest")
    assert disk_of(vn) == 0
    assert vn.read(blobs.taken_bytes, us.node_id) == 0


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(lambda chunks: chunks[1] + chunks[0], id="reordered"),
        pytest.param(lambda chunks: chunks[0] + chunks[0], id="repeated"),
        pytest.param(lambda chunks: chunks[0] + chunks[2], id="left-out"),
        pytest.param(lambda chunks: chunks[0] + chunks[1][:-3] + b"xyz", id="changed"),
        pytest.param(
            lambda chunks: chunks[0] + sealed(content(3 * CHUNK), ContentKey(b"o" * 32))[1], id="of-another-file"
        ),
        pytest.param(lambda chunks: chunks[0] + bytes(len(chunks[1])), id="zeros"),
    ],
)
def test_chunks_that_do_not_open_in_their_place(desks, body):
    us, vn = desks.us, desks.vn
    data = content(3 * CHUNK)
    announce(us, vn, forged_ref(us, vn, digest=sha(data), size_bytes=len(data)))
    sent = body(sealed(data))
    with pytest.raises(Refused, match="attachment-chunk-broken"):
        give(vn, us.node_id, "att-" + "f" * 26, 0, sent)
    good = 1 if sent.startswith(sealed(data)[0]) else 0
    held = vn.post.receiving.held(us.node_id, "att-" + "f" * 26)
    assert (held.state, held.chunks) == ("expected", good)
    assert disk_of(vn) == good * (CHUNK + 16)
    assert vn.file("att-" + "f" * 26).last_code == "attachment-chunk-broken"
    give(vn, us.node_id, "att-" + "f" * 26, good, b"".join(sealed(data)[good:]))
    vn.finish()
    assert vn.stage("att-" + "f" * 26) is Stage.WHOLE


def test_another_peers_file_looks_like_none(new_sqlite_database, tmp_path):
    desks = make_desks(new_sqlite_database, tmp_path)
    us, vn = desks.us, desks.vn
    sg = FileEnd(SG, new_sqlite_database(), desks.clock, tmp_path)
    agree(sg, vn, pair(sg, vn))
    (file_id,) = us.send_files(vn, us.upload(content(10)))
    settle_all(us, vn)
    for call in (
        lambda: vn.post.receiving.held(SG, file_id),
        lambda: vn.post.receiving.begin(SG, file_id, 0),
        lambda: us.post.attachment_courier.hand_out(SG, file_id, 0),
    ):
        with pytest.raises(Refused, match="attachment-unknown"):
            call()
    complete = AttachmentComplete(
        attachment_id=file_id, message_id=us.file(file_id).message_id, digest="0" * 64, size_bytes=1
    )
    assert say(sg, vn, "attachment.complete", complete) == ("refused", "attachment-unknown")


def test_two_calls_about_one_file_at_once(desks):
    us, vn = desks.us, desks.vn
    data = content(2 * CHUNK)
    announce(us, vn, forged_ref(us, vn, digest=sha(data), size_bytes=len(data)))
    first = vn.post.receiving.begin(us.node_id, "att-" + "f" * 26, 0)
    with pytest.raises(Refused, match="attachment-busy"):
        vn.post.receiving.begin(us.node_id, "att-" + "f" * 26, 0)
    first.close()
    vn.post.receiving.begin(us.node_id, "att-" + "f" * 26, 0).close()


# --- references ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["../../x", "a/b", "a\\b", "con", "x\u202ey", "x\x07y", " x", "x.", "-rf", "a\nb", "x" * 201]
)
def test_a_name_that_walks_out_of_its_place(desks, name):
    us, vn = desks.us, desks.vn
    verdict, code = announce(us, vn, forged_ref(us, vn, name=name))
    assert verdict == "refused"
    assert code in {"attachment-name", "body-invalid"}
    assert vn.read(store.find, "att-" + "f" * 26) is None


def test_a_key_that_opens_nothing(desks):
    us, vn = desks.us, desks.vn
    for key in ("a.b.c.d.e", forged_ref(vn, us).key):  # nonsense; sealed to another node
        assert announce(us, vn, forged_ref(us, vn, key=key)) == ("refused", "attachment-key")


def test_an_id_that_is_taken(desks):
    us, vn = desks.us, desks.vn
    (ours,) = vn.send_files(us, vn.upload(content(10)))
    settle_all(us, vn)
    assert announce(us, vn, forged_ref(us, vn, id=ours)) == ("refused", "attachment-id-known")
    assert announce(us, vn, forged_ref(us, vn)) == ("accepted", None)
    assert announce(us, vn, forged_ref(us, vn)) == ("refused", "attachment-id-known")
    ref = forged_ref(us, vn, id="att-" + "g" * 26)
    assert announce(us, vn, ref, ref) == ("refused", "attachment-id-known")
    assert vn.read(store.find, "att-" + "g" * 26) is None


def test_too_many_files_in_one_message(desks):
    us, vn = desks.us, desks.vn
    refs = [
        forged_ref(us, vn, id="att-" + f"{number:026d}".translate(str.maketrans("0189", "abcd")))
        for number in range(17)
    ]
    assert announce(us, vn, *refs)[1] == "body-invalid"


def test_a_message_with_a_huge_file_is_taken_and_its_file_waits(new_sqlite_database, tmp_path):
    """A freeze request is never refused because a disk is small."""
    desks = make_desks(new_sqlite_database, tmp_path, bounds={"peer_bytes": 1000})
    us, vn = desks.us, desks.vn
    assert announce(us, vn, forged_ref(us, vn, size_bytes=limits.ATTACHMENT_MAX_BYTES)) == ("accepted", None)
    with pytest.raises(NotAllowed, match="attachment-no-room"):
        vn.post.receiving.begin(us.node_id, "att-" + "f" * 26, 0)
    assert vn.stage("att-" + "f" * 26) is Stage.MOVING
    assert vn.file("att-" + "f" * 26).last_code == "attachment-no-room"
    assert disk_of(vn) == 0


def test_many_announcements_take_no_room_until_their_bytes_come_and_then_only_the_quota(new_sqlite_database, tmp_path):
    desks = make_desks(new_sqlite_database, tmp_path, bounds={"peer_bytes": 3 * CHUNK})
    us, vn = desks.us, desks.vn
    data = content(CHUNK)
    names = ["att-" + letter * 26 for letter in "abcde"]
    for name in names:
        announce(us, vn, forged_ref(us, vn, id=name, digest=sha(data), size_bytes=CHUNK))
    assert disk_of(vn) == 0
    taken = 0
    for name in names:
        if taken == 3:
            with pytest.raises(NotAllowed, match="attachment-no-room"):
                give(vn, us.node_id, name, 0, sealed(data)[0][:1000])
        else:
            give(vn, us.node_id, name, 0, sealed(data)[0][:1000])
            taken += 1
    assert vn.read(blobs.taken_bytes, us.node_id) == 3 * CHUNK


def test_a_digest_of_a_file_that_we_hold_from_elsewhere_tells_nothing(desks):
    """No oracle: announcing the digest of a known file does not make it complete."""
    us, vn = desks.us, desks.vn
    data = content(1000)
    vn.upload(data)
    announce(us, vn, forged_ref(us, vn, digest=sha(data), size_bytes=1000))
    assert vn.stage("att-" + "f" * 26) is Stage.MOVING
    assert vn.post.receiving.held(us.node_id, "att-" + "f" * 26).state == "expected"


def test_a_known_digest_under_another_key_must_be_brought(desks):
    us, vn = desks.us, desks.vn
    data = content(1000)
    (file_id,) = us.send_files(vn, us.upload(data))
    carry(us, vn, file_id)
    announce(us, vn, forged_ref(us, vn, digest=sha(data), size_bytes=1000))
    assert vn.stage("att-" + "f" * 26) is Stage.MOVING


# --- false words about files ------------------------------------------------------------------------------------------


def test_a_completion_with_another_digest_or_size(desks):
    us, vn = desks.us, desks.vn
    (file_id,) = us.send_files(vn, us.upload(content(10)))
    settle_all(us, vn)
    right = {
        "attachment_id": file_id,
        "message_id": us.file(file_id).message_id,
        "digest": sha(content(10)),
        "size_bytes": 10,
    }
    for wrong in ({"digest": "0" * 64}, {"size_bytes": 11}):
        body = AttachmentComplete(**{**right, **wrong})
        assert say(vn, us, "attachment.complete", body) == ("refused", "attachment-mismatch")
    other = AttachmentComplete(**{**right, "message_id": "msg-" + "a" * 26})
    assert say(vn, us, "attachment.complete", other) == ("refused", "attachment-unknown")
    assert us.stage(file_id) is Stage.MOVING
    assert say(vn, us, "attachment.complete", AttachmentComplete(**right)) == ("accepted", None)
    assert say(vn, us, "attachment.complete", AttachmentComplete(**right)) == ("accepted", None)  # said twice: once
    assert us.stage(file_id) is Stage.WHOLE


def test_the_sender_cannot_sign_for_the_receiver(desks):
    us, vn = desks.us, desks.vn
    announce(us, vn, forged_ref(us, vn, size_bytes=10))
    message = vn.file("att-" + "f" * 26).message_id
    body = AttachmentComplete(attachment_id="att-" + "f" * 26, message_id=message, digest="0" * 64, size_bytes=10)
    assert say(us, vn, "attachment.complete", body) == ("refused", "attachment-unknown")
    wanted = AttachmentWanted(attachment_id="att-" + "f" * 26, message_id=message)
    assert say(us, vn, "attachment.wanted", wanted) == ("refused", "attachment-unknown")
    assert vn.stage("att-" + "f" * 26) is Stage.MOVING


def test_words_about_files_that_are_not_theirs(desks):
    us, vn = desks.us, desks.vn
    named = {"attachment_id": "att-" + "z" * 26, "message_id": "msg-" + "a" * 26}
    failed = AttachmentFailed(**named, code="attachment-gone", reason="x")
    for kind, body in (("attachment.failed", failed), ("attachment.wanted", AttachmentWanted(**named))):
        assert say(us, vn, kind, body) == ("refused", "attachment-unknown")


def test_a_failure_after_the_end_takes_nothing_away(desks):
    us, vn = desks.us, desks.vn
    (file_id,) = us.send_files(vn, us.upload(content(10)))
    carry(us, vn, file_id)
    body = AttachmentFailed(
        attachment_id=file_id, message_id=vn.file(file_id).message_id, code="attachment-gone", reason="x"
    )
    assert say(us, vn, "attachment.failed", body) == ("accepted", None)
    assert vn.stage(file_id) is Stage.WHOLE
    assert vn.read_file(file_id) == content(10)


def test_a_receiver_that_asks_again_and_again_gets_the_file_and_no_more(desks):
    us, vn = desks.us, desks.vn
    (file_id,) = us.send_files(vn, us.upload(content(10)))
    carry(us, vn, file_id)
    body = AttachmentWanted(attachment_id=file_id, message_id=us.file(file_id).message_id)
    for _ in range(3):
        assert say(vn, us, "attachment.wanted", body) == ("accepted", None)
        assert us.stage(file_id) is Stage.MOVING
    assert us.bring(vn, file_id).state == "whole"
