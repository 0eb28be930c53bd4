"""A file's journey between two real ends: announced, moved through cuts and restarts, proved whole, read, asked again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac import journal, limits
from lienlac.errors import NotAllowed, Refused
from lienlac.exchange import store as messages
from lienlac.exchange.attachments import journey, store
from lienlac.exchange.attachments.courier import next_run, wait_after
from lienlac.exchange.attachments.journey import TABLE, Event, Stage, Way, follows
from lienlac.keys import jws
from lienlac.people.officer import Role
from lienlac.people.rights import Thing
from lienlac.storage.blobs import store as blobs
from lienlac.storage.blobs.store import BlobState
from lienlac.wire.message import decode
from tests.exchange.attachments.conftest import make_desks
from tests.exchange.attachments.scene import CHUNK, RECORD, carry, content, give, sha
from tests.exchange.scene import BOSS, DUTY, officer, settle_all


def actions(end, thing=RECORD):
    return [(entry.action, entry.actor) for entry in reversed(end.read(journal.about, thing))]


# --- the good way -------------------------------------------------------------------------------------------------------


def test_a_file_arrives_whole_and_both_sides_can_prove_it(both_databases):
    desks = both_databases
    us, vn = desks.us, desks.vn
    data = content(3 * CHUNK + 7)
    upload = us.upload(data, "Sao kê tài khoản.pdf")
    (file_id,) = us.send_files(vn, upload)
    assert us.stage(file_id) is Stage.WAITING
    assert us.post.attachment_courier.due() == []
    settle_all(us, vn)
    assert us.stage(file_id) is Stage.MOVING
    assert [file.attachment_id for file in us.post.attachment_courier.due()] == [file_id]
    assert us.bring(vn, file_id).state == "checking"
    with pytest.raises(NotAllowed, match="attachment-not-here"):
        vn.read_file(file_id)
    vn.finish()
    assert vn.stage(file_id) is Stage.WHOLE
    assert us.stage(file_id) is Stage.MOVING
    settle_all(us, vn)
    assert us.stage(file_id) is Stage.WHOLE
    assert vn.read_file(file_id) == data
    assert vn.file(file_id).name == "Sao kê tài khoản.pdf"
    # the proof: one signed message, receipted and logged on both sides, that names digest and size
    for end in (us, vn):
        proof = end.file(file_id).proof_id
        found = end.read(messages.by_message_id, proof)
        body = decode(jws.payload_unverified(found.signed)).body
        assert sha(data).encode() in bytes(body)
        assert found.receipt is not None
    assert ("attachment.read", DUTY.id) in actions(vn)
    assert ("attachment.whole", "node") in actions(vn)
    assert ("attachment.complete", "vn-a05") in actions(us)


def test_several_files_of_one_message_keep_their_order(desks):
    us, vn = desks.us, desks.vn
    uploads = [us.upload(content(1000, seed), f"{seed}.bin") for seed in range(3)]
    ids = us.send_files(vn, *uploads)
    settle_all(us, vn)
    for file_id in ids:
        us.bring(vn, file_id)
    vn.finish()
    message = vn.file(ids[0]).message_id
    assert [file.attachment_id for file in vn.read(store.of_messages, [message])] == ids
    assert [vn.read_file(file_id) for file_id in ids] == [content(1000, seed) for seed in range(3)]
    assert us.read(store.uploads, DUTY.id, rows=10) == []


def test_the_bytes_on_the_wire_and_on_both_disks_are_the_same_and_sealed(desks):
    us, vn = desks.us, desks.vn
    data = b"a bank account in the clear " * 20_000
    (file_id,) = us.send_files(vn, us.upload(data))
    carry(us, vn, file_id)
    there, here = (end.post.shelf.files.whole(end.blob(file_id).blob_id).read_bytes() for end in (us, vn))
    assert there == here
    assert b"bank account" not in here


def test_the_key_in_the_message_is_sealed_to_its_receiver(desks):
    """Whoever has the sender's database has the sent message; it opens no file."""
    us, vn = desks.us, desks.vn
    upload = us.upload(content(100))
    key = us.read(blobs.require, upload.blob_id).key(us.office.keys.safe)
    (file_id,) = us.send_files(vn, upload)
    found = us.read(messages.by_message_id, us.file(file_id).message_id)
    payload = jws.payload_unverified(found.signed)
    assert key.raw.hex().encode() not in payload
    assert key.raw not in payload


def test_a_file_sent_twice_is_kept_once_and_asked_for_once(both_databases):
    desks = both_databases
    us, vn = desks.us, desks.vn
    data = content(CHUNK + 1)
    (first,) = us.send_files(vn, us.upload(data))
    carry(us, vn, first)
    (second,) = us.send_files(vn, us.upload(data))
    settle_all(us, vn)
    assert vn.stage(second) is Stage.CHECKING
    vn.finish()
    settle_all(us, vn)
    assert us.stage(second) is Stage.WHOLE
    assert vn.blob(first).blob_id == vn.blob(second).blob_id
    assert len(vn.on_disk()) == len(us.on_disk()) == 1


def test_both_ways_at_once(desks):
    us, vn = desks.us, desks.vn
    (there,) = us.send_files(vn, us.upload(content(5000, 1)))
    (back,) = vn.send_files(us, vn.upload(content(6000, 2)))
    settle_all(us, vn)
    us.bring(vn, there), vn.bring(us, back)
    us.finish(), vn.finish()
    settle_all(us, vn)
    assert (vn.read_file(there), us.read_file(back)) == (content(5000, 1), content(6000, 2))


# --- cuts ---------------------------------------------------------------------------------------------------------------


def test_a_cut_costs_the_chunk_that_was_on_its_way_and_no_more(desks):
    us, vn = desks.us, desks.vn
    data = content(5 * CHUNK)
    (file_id,) = us.send_files(vn, us.upload(data))
    settle_all(us, vn)
    held = us.bring(vn, file_id, spoil=lambda sent: sent[: 2 * (CHUNK + 16) + 999])
    assert (held.state, held.chunks) == ("expected", 2)
    us.post.attachment_courier.failed(file_id, "peer-unreachable", "the cable was cut")
    shown = us.file(file_id)
    assert (shown.chunks, shown.failures, shown.last_code) == (2, 1, "peer-unreachable")
    assert us.post.attachment_courier.due() == []
    desks.clock.turn(seconds=2)
    assert len(us.post.attachment_courier.due()) == 1
    assert us.bring(vn, file_id, chunks=1).chunks == 3
    assert us.file(file_id).failures == 0
    carry(us, vn, file_id)
    assert vn.read_file(file_id) == data


def test_either_side_may_be_restarted_in_the_middle(new_sqlite_database, tmp_path):
    desks = make_desks(new_sqlite_database, tmp_path)
    us, vn = desks.us, desks.vn
    data = content(6 * CHUNK + 1)
    (file_id,) = us.send_files(vn, us.upload(data))
    settle_all(us, vn)
    us.bring(vn, file_id, chunks=2)
    for _ in range(2):
        again = {
            end.node_id: type(end)(end.node_id, end.database, desks.clock, tmp_path, seed=f"again {_}")
            for end in (us, vn)
        }
        us, vn = again[us.node_id], again[vn.node_id]
        us.bring(vn, file_id, chunks=2)
    carry(us, vn, file_id)
    assert vn.read_file(file_id) == data


def test_the_receiver_may_fetch_what_the_sender_cannot_bring(desks):
    us, vn = desks.us, desks.vn
    data = content(4 * CHUNK)
    (file_id,) = us.send_files(vn, us.upload(data))
    settle_all(us, vn)
    us.bring(vn, file_id, chunks=1)
    for _ in range(3):
        first = vn.post.receiving.held(us.node_id, file_id).chunks
        going = us.post.attachment_courier.hand_out(vn.node_id, file_id, first)
        give(vn, us.node_id, file_id, first, b"".join(going.pieces(first, 1)))
        going.reader.close()
        assert us.file(file_id).chunks == first
    vn.finish()
    settle_all(us, vn)
    assert us.stage(file_id) is Stage.WHOLE
    assert vn.read_file(file_id) == data


def test_what_a_sender_cannot_bring_is_fetched_after_a_while(desks):
    us, vn = desks.us, desks.vn
    (file_id,) = us.send_files(vn, us.upload(content(CHUNK)))
    settle_all(us, vn)
    assert vn.post.receiving.wanted() == []
    desks.clock.turn(seconds=limits.ATTACHMENT_STALL_S + 1)
    assert [file.attachment_id for file in vn.post.receiving.wanted()] == [file_id]
    vn.post.receiving.trouble(vn.file(file_id), "peer-unreachable", "no road")
    assert vn.post.receiving.wanted() == []


def test_a_suspended_link_moves_no_file(desks):
    us, vn = desks.us, desks.vn
    (file_id,) = us.send_files(vn, us.upload(content(2 * CHUNK)))
    settle_all(us, vn)
    vn.post.desk.suspend(BOSS, us.node_id, kind=None, reason="for a reason")
    with pytest.raises(Refused, match="suspended"):
        us.bring(vn, file_id)
    with pytest.raises(Refused, match="suspended"):
        vn.post.attachment_courier.hand_out(us.node_id, file_id, 0)
    settle_all(us, vn)
    assert us.post.attachment_courier.due() == []
    vn.post.desk.resume(BOSS, us.node_id, kind=None, reason="the reason ended")
    settle_all(us, vn)
    carry(us, vn, file_id)
    assert vn.stage(file_id) is Stage.WHOLE


# --- what goes wrong ----------------------------------------------------------------------------------------------------


def test_a_message_that_is_refused_lets_no_file_leave(desks):
    us, vn = desks.us, desks.vn

    def no(_connection, _arrived):
        raise Refused("not-for-us", recipient="nobody")

    vn.behave = no
    (file_id,) = us.send_files(vn, us.upload(content(10)))
    settle_all(us, vn)
    assert us.stage(file_id) is Stage.DROPPED
    assert vn.read(store.find, file_id) is None
    with pytest.raises(Refused, match="attachment-unknown"):
        vn.post.receiving.held(us.node_id, file_id)


def test_a_sender_that_lost_its_copy_says_so(desks):
    us, vn = desks.us, desks.vn
    upload = us.upload(content(3 * CHUNK))
    (file_id,) = us.send_files(vn, upload)
    settle_all(us, vn)
    us.bring(vn, file_id, chunks=1)
    us.post.shelf.files.remove(upload.blob_id)
    assert us.post.attachment_courier.start(file_id) is None
    us.post.attachment_watch.tell_due()
    settle_all(us, vn)
    assert (us.stage(file_id), vn.stage(file_id)) == (Stage.FAILED, Stage.FAILED)
    assert vn.file(file_id).last_code == "attachment-gone"
    assert vn.on_disk() == []


def test_a_failed_file_can_be_asked_for_again(both_databases):
    desks = both_databases
    us, vn = desks.us, desks.vn
    data = content(2 * CHUNK)
    (file_id,) = us.send_files(vn, us.upload(data))
    settle_all(us, vn)
    us.bring(vn, file_id, chunks=1)
    part = vn.post.shelf.files.part(vn.blob(file_id).blob_id)
    us.bring(vn, file_id)
    with part.open("r+b") as file:  # the disk spoils what was checked when it came
        file.seek(5)
        file.write(b"spoiled")
    vn.post.shelf.digests = type(vn.post.shelf.digests)()
    vn.finish()
    settle_all(us, vn)
    assert (us.stage(file_id), vn.stage(file_id)) == (Stage.FAILED, Stage.FAILED)
    assert vn.file(file_id).last_code == "attachment-chunk-broken"
    assert vn.on_disk() == []
    vn.post.attachments.again(DUTY, file_id, RECORD, Thing(id=RECORD))
    vn.post.attachment_watch.tell_due()
    settle_all(us, vn)
    assert us.stage(file_id) is Stage.MOVING
    carry(us, vn, file_id)
    assert vn.read_file(file_id) == data
    assert ("attachment.again", DUTY.id) in actions(vn)


def test_what_stands_still_for_a_month_is_given_up_and_can_be_asked_for(both_databases):
    desks = both_databases
    us, vn = desks.us, desks.vn
    data = content(2 * CHUNK)
    (file_id,) = us.send_files(vn, us.upload(data))
    settle_all(us, vn)
    us.bring(vn, file_id, chunks=1)
    desks.clock.turn(seconds=limits.ATTACHMENT_STALE_DAYS * 86_400 + 1)
    assert vn.post.attachment_watch.expire() == 1
    assert vn.stage(file_id) is Stage.FAILED
    assert vn.on_disk() == []
    vn.post.attachment_watch.tell_due()
    settle_all(us, vn)
    assert us.stage(file_id) is Stage.FAILED
    vn.post.attachments.again(DUTY, file_id, RECORD, Thing(id=RECORD))
    vn.post.attachment_watch.tell_due()
    carry(us, vn, file_id)
    assert vn.read_file(file_id) == data


def test_uploads_that_nobody_sent_are_taken_away(both_databases):
    desks = both_databases
    us = desks.us
    us.upload(content(10, 1))
    desks.clock.turn(seconds=limits.UPLOAD_KEPT_H * 3_600 + 1)
    kept = us.upload(content(10, 2))
    assert us.post.attachment_watch.expire() == 1
    assert [upload.upload_id for upload in us.post.attachments.tray(DUTY)] == [kept.upload_id]
    assert len(us.on_disk()) == 1


def test_old_uploads_go_a_bounded_number_at_once_and_it_is_written_down(desks, monkeypatch):
    us = desks.us
    old = [us.upload(content(10, seed), f"{seed}.bin") for seed in range(5)]
    desks.clock.turn(seconds=limits.UPLOAD_KEPT_H * 3_600)
    assert us.post.attachment_watch.expire() == 0, "to the hour, they are still kept"
    desks.clock.turn(seconds=1)
    with monkeypatch.context() as narrow:
        narrow.setattr(limits, "PAGE_MAX_ROWS", 2)
        assert [us.post.attachment_watch.expire() for _ in range(4)] == [2, 2, 1, 0]
    assert us.on_disk() == []
    with us.database.read() as connection:
        gone = [one for one in journal.about(connection, DUTY.id, rows=20) if one.action == "upload.expired"]
    assert {one.detail["upload"] for one in gone} == {upload.upload_id for upload in old}
    assert {one.actor for one in gone} == {journal.NODE}


def test_an_upload_that_waits_for_a_second_officer_is_not_old(desks):
    """A message with files is put before somebody: the files' time in the tray begins anew."""
    us = desks.us
    upload, other = us.upload(content(10, 1)), us.upload(content(10, 2))
    desks.clock.turn(seconds=limits.UPLOAD_KEPT_H * 3_600 - 60)
    us.database.write(lambda connection: us.post.attachments.keep(connection, DUTY, [upload.upload_id]))
    desks.clock.turn(seconds=120)
    assert us.post.attachment_watch.expire() == 1
    assert [one.upload_id for one in us.post.attachments.tray(DUTY)] == [upload.upload_id]
    assert us.send_files(desks.vn, upload)
    assert other.upload_id not in [one.upload_id for one in us.post.attachments.tray(DUTY)]


# --- the scanner --------------------------------------------------------------------------------------------------------


def test_a_file_that_the_scanner_refuses_is_held_and_a_supervisor_may_let_it_go(new_database, tmp_path):
    desks = make_desks(new_database, tmp_path, scan="grep -qv EICAR")
    us, vn = desks.us, desks.vn
    (clean,) = us.send_files(vn, us.upload(b"a plain text\n"))
    (evil,) = us.send_files(vn, us.upload(b"EICAR test\n"))
    settle_all(us, vn)
    us.bring(vn, clean), us.bring(vn, evil)
    vn.finish()
    settle_all(us, vn)
    assert (vn.stage(clean), vn.stage(evil)) == (Stage.WHOLE, Stage.HELD)
    assert us.stage(evil) is Stage.WHOLE  # it arrived; what a receiver's scanner thinks is its own business
    with pytest.raises(NotAllowed, match="attachment-held"):
        vn.read_file(evil)
    with pytest.raises(NotAllowed, match="not-allowed"):
        vn.post.attachments.release(DUTY, evil, RECORD, Thing(id=RECORD))
    with pytest.raises(NotAllowed, match="attachment-not-possible"):
        vn.post.attachments.release(BOSS, clean, RECORD, Thing(id=RECORD))
    vn.post.attachments.release(BOSS, evil, RECORD, Thing(id=RECORD))
    assert vn.read_file(evil) == b"EICAR test\n"
    assert ("attachment.released", BOSS.id) in actions(vn)
    assert ("attachment.held", "node") in actions(vn)


@pytest.mark.parametrize("command", ["/no/such/scanner", "false", 'sh -c "kill -9 $$"', '"'])
def test_a_scanner_that_fails_holds_the_file(new_sqlite_database, tmp_path, command):
    desks = make_desks(new_sqlite_database, tmp_path, scan=command)
    us, vn = desks.us, desks.vn
    upload = vn.upload(b"from here")
    assert upload.held
    with pytest.raises(NotAllowed, match="upload-held"):
        vn.send_files(us, upload)
    (file_id,) = us.send_files(vn, us.upload(b"from there"))
    carry(us, vn, file_id)
    assert vn.stage(file_id) is Stage.HELD
    assert vn.file(file_id).last_reason
    assert vn.blob(file_id).state is BlobState.HELD


def test_the_scanner_gets_the_whole_content_and_no_environment_of_ours(new_sqlite_database, tmp_path, monkeypatch):
    monkeypatch.setenv("LIENLAC_SECRET", "do not tell")
    seen = tmp_path / "seen"
    desks = make_desks(new_sqlite_database, tmp_path, scan=f"sh -c 'env > {seen}.env; sha256sum > {seen}'")
    data = content(3 * CHUNK)
    desks.vn.upload(data)
    assert seen.read_text().split()[0] == sha(data)
    assert "do not tell" not in seen.with_suffix(".env").read_text()


# --- people -------------------------------------------------------------------------------------------------------------


def test_another_officers_tray_is_as_absent_as_one_that_never_was(desks):
    us, vn = desks.us, desks.vn
    upload = us.upload(content(10))
    assert us.post.attachments.tray(BOSS) == []
    for act in (
        lambda: us.post.attachments.discard(BOSS, upload.upload_id),
        lambda: us.send_files(vn, upload, officer=BOSS),
        lambda: us.post.attachments.discard(DUTY, "upl-" + "z" * 26),
    ):
        with pytest.raises(NotAllowed, match="upload-unknown"):
            act()
    us.post.attachments.discard(DUTY, upload.upload_id)
    assert us.on_disk() == []


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR, Role.ANALYST, Role.PROGRAMME_MANAGER])
def test_who_may_not_contribute_puts_nothing_in(desks, role):
    with pytest.raises(NotAllowed):
        desks.us.post.attachments.begin(officer(role), "x")
    assert desks.us.on_disk() == []


def test_a_file_is_read_through_its_own_record_only(desks):
    """A child's id through another parent: nothing is there."""
    us, vn = desks.us, desks.vn
    (file_id,) = us.send_files(vn, us.upload(content(10)))
    carry(us, vn, file_id)
    other = "req-" + "b" * 26
    for record in (other, ""):
        with pytest.raises(NotAllowed, match="not-found"):
            vn.read_file(file_id, record=record)
    hidden = Thing(id=RECORD, officers=frozenset({"off-somebody"}))
    with pytest.raises(NotAllowed, match="not-found"):
        vn.post.attachments.open(DUTY, file_id, RECORD, hidden)
    with pytest.raises(NotAllowed, match="not-found"):
        vn.read_file(file_id, officer=officer(Role.ADMINISTRATOR))


def test_a_reading_that_cannot_be_written_down_does_not_happen(desks, monkeypatch):
    us, vn = desks.us, desks.vn
    (file_id,) = us.send_files(vn, us.upload(content(10)))
    carry(us, vn, file_id)

    def full(*_args, **_named):
        raise NotAllowed("storage-full", reason="no")

    monkeypatch.setattr(vn.database, "write", full)
    with pytest.raises(NotAllowed, match="storage-full"):
        vn.read_file(file_id)


def test_the_tray_and_a_message_are_bounded(desks, monkeypatch):
    us, vn = desks.us, desks.vn
    monkeypatch.setattr(limits, "UPLOADS_PER_OFFICER", 3)
    monkeypatch.setattr(limits, "ATTACHMENTS_PER_MESSAGE", 2)
    uploads = [us.upload(content(10, seed)) for seed in range(3)]
    with pytest.raises(NotAllowed, match="tray-full"):
        us.upload(content(10))
    with pytest.raises(NotAllowed, match="too-many-attachments"):
        us.send_files(vn, *uploads)
    assert len(us.send_files(vn, uploads[0], uploads[0], uploads[1])) == 2


def test_two_officers_with_the_same_file_keep_it_once_and_each_their_own(both_databases):
    desks = both_databases
    us, vn = desks.us, desks.vn
    data = content(3000)
    mine, theirs = us.upload(data), us.upload(data, officer=BOSS)
    assert mine.blob_id == theirs.blob_id
    assert len(us.on_disk()) == 1
    us.post.attachments.discard(DUTY, mine.upload_id)
    (file_id,) = us.send_files(vn, theirs, officer=BOSS)
    carry(us, vn, file_id)
    assert vn.read_file(file_id) == data


def test_names_are_made_safe_before_they_travel(desks):
    us, vn = desks.us, desks.vn
    (file_id,) = us.send_files(vn, us.upload(b"MZ\x90", "..\\..\\invoice\u202efdp.exe"))
    carry(us, vn, file_id)
    assert vn.file(file_id).name == "invoicefdp.exe"
    with vn.database.read() as connection:
        (shown,) = vn.post.attachments.about(connection, [vn.file(file_id).message_id])[vn.file(file_id).message_id]
    assert shown.warnings == ("program",)
    assert shown.kind == "application/vnd.microsoft.portable-executable"


# --- the table and the arithmetic -----------------------------------------------------------------------------------


@given(st.sampled_from(Way), st.lists(st.sampled_from(Event), max_size=30))
def test_no_walk_leaves_the_table(way, events):
    stage = journey.BEGINNING[way]
    for event in events:
        stage = follows(way, stage, event) or stage
        assert stage in TABLE[way]


@pytest.mark.parametrize("way", Way)
def test_every_stage_can_be_reached_and_left_or_ends(way):
    reached = {journey.BEGINNING[way]}
    while more := {to for stage in reached for to in TABLE[way].get(stage, {}).values()} - reached:
        reached |= more
    assert reached == set(TABLE[way])


@given(st.integers(1, 200), st.floats(0, 0.999))
def test_the_wait_grows_and_is_bounded(failures, jitter):
    wait = wait_after(failures, jitter)
    assert 0 < wait <= limits.ATTACHMENT_BACKOFF_MAX_S * 1.25
    assert wait_after(failures + 1, jitter) >= wait


@given(st.integers(1, limits.ATTACHMENT_RUN_MAX_CHUNKS), st.floats(0, 100))
def test_a_run_stays_within_its_bounds(chunks, seconds):
    assert 1 <= next_run(chunks, seconds) <= limits.ATTACHMENT_RUN_MAX_CHUNKS
