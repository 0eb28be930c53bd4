"""The log: every tampering with the database shows, and so does every tampering with a proof file (clauses 8.x)."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lienlac import journal
from lienlac.errors import NotAllowed, Refused
from lienlac.exchange import store
from lienlac.exchange.log import checking
from lienlac.exchange.log.proving import decode_places, encode_places
from lienlac.exchange.log.verifying import verify_log
from lienlac.exchange.store.tables import message_table
from lienlac.keys import note
from lienlac.people.officer import Role
from lienlac.storage import heads, ledger
from lienlac.storage.database import Database
from lienlac.wire import checkpoint
from lienlac.wire.leaves import Leaf, leaf_data
from lienlac.wire.message import Lane, digest_of
from tests.exchange.scene import DUTY, End, Link, agree, officer, pair, settle_all
from tests.world.fakes import START, HandClock


def talk(us: End, vn: End) -> list[str]:
    digests = us.send(vn, "one", "two", "three")
    vn.send(us, "four", lane=Lane.URGENT)
    settle_all(us, vn)
    return digests


def change(end: End, *statements: Any) -> None:
    """What somebody with the database's password may do."""

    def work(connection: Any) -> None:
        for statement in statements:
            connection.execute(statement)

    end.database.write(work)


def faults(end: End) -> list[str]:
    report = verify_log(end.office)
    assert report.sound == (not report.faults)
    return report.faults


def test_an_untouched_log_is_sound(both: tuple[End, End]) -> None:
    us, vn = both
    talk(us, vn)
    stages: list[str] = []
    report = verify_log(vn.office, lambda stage, _done, _total: stages.append(stage))
    assert report.sound
    assert (report.messages, report.receipts) == (6, 6)  # with the agreement's two
    assert report.peer_heads[us.node_id] > 0
    assert {"leaves", "contents"} <= set(stages)
    assert report.size == vn.read(ledger.size)


def test_a_changed_byte_of_a_message_shows(both: tuple[End, End]) -> None:
    us, vn = both
    (digest, *_) = talk(us, vn)
    signed = vn.stored(digest).signed
    changed = signed[:50] + bytes([signed[50] ^ 1]) + signed[51:]
    change(vn, message_table.update().where(message_table.c.digest == digest).values(signed=changed))
    assert any(digest in fault for fault in faults(vn))


def test_a_changed_receipt_shows(link: Link) -> None:
    digest, other, *_ = talk(link.us, link.vn)
    swapped = link.us.stored(other).receipt
    change(link.us, message_table.update().where(message_table.c.digest == digest).values(receipt=swapped))
    assert any(digest in fault for fault in faults(link.us))


def test_a_removed_receipt_shows(link: Link) -> None:
    (digest, *_) = talk(link.us, link.vn)
    change(link.us, message_table.update().where(message_table.c.digest == digest).values(receipt=None))
    assert faults(link.us)


def test_a_deleted_message_shows(both: tuple[End, End]) -> None:
    us, vn = both
    (digest, *_) = talk(us, vn)
    change(vn, message_table.delete().where(message_table.c.digest == digest))
    assert any("message_received" in fault for fault in faults(vn))


def test_an_added_message_shows(link: Link) -> None:
    (digest, *_) = talk(link.us, link.vn)
    row = link.vn.read(
        lambda connection: dict(
            connection.execute(sa.select(message_table).where(message_table.c.digest == digest)).one()._mapping
        )
    )
    row |= {"digest": "a" * 64, "sequence": 99, "message_id": "msg-" + "a" * 26}
    change(link.vn, message_table.insert().values(**row))
    assert any("a" * 64 in fault for fault in faults(link.vn))


def test_a_message_exchanged_with_its_name_shows(link: Link) -> None:
    """Bytes and digest replaced together: then there is no leaf for it, and a leaf without a row."""
    (digest, *_) = talk(link.us, link.vn)
    forged = b'{"payload":"e30","signatures":[]}'
    values = {"signed": forged, "digest": digest_of(forged)}
    change(link.vn, message_table.update().where(message_table.c.digest == digest).values(**values))
    assert len(faults(link.vn)) >= 1


def test_a_changed_journal_entry_shows(both: tuple[End, End]) -> None:
    us, vn = both
    talk(us, vn)
    table = journal.journal_entry
    number = vn.read(journal.latest)[-1].number
    entry = vn.read(
        lambda connection: connection.execute(sa.select(table.c.entry).where(table.c.number == number)).scalar_one()
    )
    changed = bytes(entry).replace(b'"actor":"', b'"actor":"x')
    assert changed != entry
    change(vn, table.update().where(table.c.number == number).values(entry=changed))
    assert any(fault.startswith("journal:") for fault in faults(vn))


def test_a_journal_column_that_tells_another_story_than_its_entry_shows(link: Link) -> None:
    """Pages read the columns; what was logged are the entry's bytes."""
    talk(link.us, link.vn)
    table = journal.journal_entry
    number = link.vn.read(journal.latest)[-1].number
    change(link.vn, table.update().where(table.c.number == number).values(actor="off-somebody-else"))
    assert faults(link.vn)


def test_a_message_column_that_tells_another_story_than_its_bytes_shows(link: Link) -> None:
    (digest, *_) = talk(link.us, link.vn)
    for values in ({"kind": "test.shout"}, {"verdict": "refused"}, {"receipt_at_us": 1}, {"record_id": "req-x"}):
        before = link.vn.read(
            lambda connection: (
                connection.execute(sa.select(message_table).where(message_table.c.digest == digest)).one()._mapping
            )
        )
        change(link.vn, message_table.update().where(message_table.c.digest == digest).values(**values))
        assert faults(link.vn), values
        undo = {name: before[name] for name in values}
        change(link.vn, message_table.update().where(message_table.c.digest == digest).values(**undo))
    assert faults(link.vn) == []


def test_a_deleted_journal_entry_shows(link: Link) -> None:
    talk(link.us, link.vn)
    table = journal.journal_entry
    number = link.vn.read(journal.latest)[0].number
    change(link.vn, table.delete().where(table.c.number == number))
    assert any("journal_entry" in fault for fault in faults(link.vn))


def test_a_changed_leaf_shows(both: tuple[End, End]) -> None:
    us, vn = both
    talk(us, vn)
    data = vn.read(ledger.leaf, 2).data
    changed = data[:1] + bytes(32)
    change(vn, ledger.leaves.update().where(ledger.leaves.c.leaf_data == data).values(leaf_data=changed))
    assert any("leaf" in fault for fault in faults(vn))


def test_a_message_changed_together_with_its_leaf_shows_by_the_head(link: Link) -> None:
    """The whole story rewritten, except for what was signed and given away."""
    (digest, *_) = talk(link.us, link.vn)
    forged = b'{"payload":"e30","signatures":[]}'
    name = digest_of(forged)
    change(
        link.vn,
        message_table.update().where(message_table.c.digest == digest).values(signed=forged, digest=name),
        ledger.leaves.update()
        .where(ledger.leaves.c.leaf_data == leaf_data(Leaf.MESSAGE_RECEIVED, digest))
        .values(leaf_data=leaf_data(Leaf.MESSAGE_RECEIVED, name), ref=f"received:{name}"),
    )
    assert any("leaf" in fault or "root" in fault for fault in faults(link.vn))


def test_a_fork_of_the_peer_s_log_is_reported(link: Link) -> None:
    talk(link.us, link.vn)
    latest = link.us.read(heads.latest, link.vn.node_id)
    other = heads.WitnessedHead(
        name=latest.name, epoch=latest.epoch, size=latest.size, root=bytes(32), note=b"x", seen_at_us=1
    )
    link.us.database.write(lambda connection: heads.record(connection, other))
    assert any(link.vn.node_id in fault for fault in faults(link.us))


# --- proofs ---------------------------------------------------------------------------------------------------------


def proof_of(link: Link, digest: str) -> bytes:
    theirs = decode_places(encode_places(link.vn.post.prover.places(digest, asker=link.us.node_id)))
    return link.us.post.prover.prove(DUTY, digest, theirs)


def test_a_proof_holds_without_node_or_database(link: Link) -> None:
    (digest, *_) = talk(link.us, link.vn)
    proved = checking.check(proof_of(link, digest))
    assert proved.digest == digest
    assert json.loads(proved.body) == {"text": "one"}
    assert [(word.node, word.what) for word in proved.logs] == [
        (link.us.node_id, "message-sent"),
        (link.us.node_id, "receipt-received"),
        (link.vn.node_id, "message-received"),
        (link.vn.node_id, "receipt-issued"),
    ]
    assert proved.fingerprints == {
        link.us.node_id: [link.us.office.fingerprint],
        link.vn.node_id: [link.vn.office.fingerprint],
    }
    assert proved.receipts[0].received_at == link.clock.now()


def test_the_receiver_proves_the_same_message(link: Link) -> None:
    (digest, *_) = talk(link.us, link.vn)
    proved = checking.check(link.vn.post.prover.prove(DUTY, digest))
    assert (proved.digest, len(proved.receipts)) == (digest, 1)


def test_a_message_can_be_proved_by_its_id(link: Link) -> None:
    (digest, *_) = talk(link.us, link.vn)
    stored = link.us.stored(digest)
    assert checking.check(link.us.post.prover.prove(DUTY, stored.message_id)).digest == digest


def test_a_proof_from_before_a_rotation_still_holds(link: Link) -> None:
    us, vn = link.us, link.vn
    (digest, *_) = talk(us, vn)
    us.rotate()
    vn.rotate()
    settle_all(us, vn)
    for end in (us, vn):
        assert checking.check(end.post.prover.prove(DUTY, digest)).digest == digest


def test_an_unreceipted_message_proves_only_that_it_was_sent(link: Link) -> None:
    (digest,) = link.us.send(link.vn, "not delivered")
    proved = checking.check(link.us.post.prover.prove(DUTY, digest))
    assert proved.receipts == []
    assert [word.what for word in proved.logs] == ["message-sent"]


def test_rights_to_prove(link: Link) -> None:
    (digest, *_) = talk(link.us, link.vn)
    link.us.post.prover.prove(officer(Role.AUDITOR), digest)
    with pytest.raises(NotAllowed):
        link.us.post.prover.prove(officer(Role.ADMINISTRATOR), digest)
    with pytest.raises(NotAllowed, match="message-unknown"):
        link.us.post.prover.prove(DUTY, "0" * 64)


def test_a_third_node_learns_no_place(link: Link, third: End) -> None:
    (digest, *_) = talk(link.us, link.vn)
    with pytest.raises(NotAllowed, match="message-unknown"):
        link.vn.post.prover.places(digest, asker=third.node_id)


def test_a_head_is_a_signed_note(link: Link) -> None:
    talk(link.us, link.vn)
    head = link.us.post.prover.signed_head().decode()
    text = note.verify_note(head, link.us.office.keys.signing.public, f"lienlac/{link.us.node_id}/1")
    assert checkpoint.decode(text).size == link.us.read(ledger.size)
    with pytest.raises(Refused):
        note.verify_note(head, link.vn.office.keys.signing.public, f"lienlac/{link.us.node_id}/1")


@pytest.fixture(scope="module")
def a_proof(agreed_files: Any, tmp_path_factory: pytest.TempPathFactory, sqlite_files: Any) -> bytes:
    """One proof file with both logs' word, made once."""
    folder, clock = tmp_path_factory.mktemp("proof"), HandClock(START)
    databases = [Database.open(sqlite_files.new_url(folder), synchronous="off") for _ in range(2)]
    us, vn = (End(name, database, clock) for name, database in zip(("us-ic3", "vn-a05"), databases, strict=True))
    agree(us, vn, pair(us, vn))
    (digest, *_) = talk(us, vn)
    proof = proof_of(Link(folder, clock, us, vn), digest)
    for database in databases:
        database.close()
    return proof


def meaning(data: bytes) -> Any:
    """What a proof says, without the order in which it says it."""
    proved = checking.check(data)
    logs = sorted((word.node, word.epoch, word.what, word.index, word.size) for word in proved.logs)
    return proved.digest, proved.header, proved.body, proved.receipts, logs, proved.fingerprints


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_flipped_byte_of_a_proof_is_refused_or_changes_nothing(a_proof: bytes, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(a_proof) - 1))
    flip = data.draw(st.integers(1, 255))
    changed = a_proof[:place] + bytes([a_proof[place] ^ flip]) + a_proof[place + 1 :]
    try:
        seen = meaning(changed)
    except Refused:
        return
    assert seen == meaning(a_proof)


def test_any_cut_of_a_proof_is_refused(a_proof: bytes) -> None:
    for place in range(0, len(a_proof) - 2, max(1, len(a_proof) // 60)):
        with pytest.raises(Refused):
            checking.check(a_proof[:place])


@pytest.mark.parametrize(
    ("name", "code"),
    [("cards", "key-unknown"), ("note", None), ("path", "proof-invalid"), ("index", None), ("digest", "proof-invalid")],
)
def test_a_proof_put_together_wrongly_is_refused(a_proof: bytes, name: str, code: str | None) -> None:
    document = json.loads(a_proof)
    first, third = document["logs"][0], document["logs"][2]
    if name == "cards":
        document["cards"] = document["cards"][1:]
    elif name == "index":
        first["index"] += 1
    elif name == "path":
        first["path"][0] = "0" * 64
    elif name == "digest":
        first["digest"] = "0" * 64
    else:
        first["note"] = third["note"]
    with pytest.raises(Refused) as error:
        checking.check(json.dumps(document).encode())
    assert code is None or error.value.code == code


def test_a_receipt_of_another_message_in_a_proof_is_refused(link: Link) -> None:
    digest, other, *_ = talk(link.us, link.vn)
    document = json.loads(proof_of(link, digest))
    document["receipts"] = json.loads(proof_of(link, other))["receipts"]
    with pytest.raises(Refused, match="receipt-mismatch"):
        checking.check(json.dumps(document).encode())


def test_a_message_row_may_be_void_and_the_log_sound(link: Link) -> None:
    (digest,) = link.us.send(link.vn, "given up")
    link.us.database.write(
        lambda connection: link.us.post.departures.void(connection, link.us.stored(digest), "no use")
    )
    assert link.us.stored(digest).direction == "void"
    assert faults(link.us) == []
    assert link.us.read(store.by_place, link.vn.node_id, "out", Lane.NORMAL, 1).kind == "node.void-normal"
