"""Two nodes without a network: paired, agreed and proved by files alone, every step a command."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from lienlac.vocabulary import request_kinds
from tests.cli.conftest import Command, Folder


@pytest.fixture
def pair(new_folder: Callable[..., Folder], tmp_path: Path) -> tuple[Folder, Folder]:
    """Paired by papers; what they have for each other goes by courier files."""
    vn, us = new_folder("vn-one"), new_folder("us-two")
    invitation, acceptance = str(tmp_path / "invitation.json"), str(tmp_path / "acceptance.json")
    vn("peer", "invite", "--out", invitation)
    us("peer", "accept", invitation, "--fingerprint", vn.fingerprint, "--delivery", "courier", "--out", acceptance)
    vn("peer", "accept", acceptance, "--fingerprint", us.fingerprint, "--delivery", "courier")
    return vn, us


def carry(sender: Folder, receiver: Folder, name: str) -> dict[str, int]:
    file = sender.home / f"{name}.lienlac"
    sender("courier", "pack", receiver.node_id, "--out", str(file))
    counts: dict[str, int] = receiver("courier", "unpack", str(file), "--json").json
    return counts


def agree(vn: Folder, us: Folder) -> None:
    draft = vn.home / "agreement.json"
    vn("agreement", "template", us.node_id, "--out", str(draft))
    assert "agreement-unfinished" in vn("agreement", "propose", str(draft), ok=3).err
    document = json.loads(draft.read_text())
    for party in document["parties"]:
        party["contact"] = {"desk": "Desk", "phone": "1", "email": "a@b.example", "named_officer": "N"}
    draft.write_text(json.dumps(document))
    vn("agreement", "propose", str(draft))
    carry(vn, us, "proposal")
    us("agreement", "sign", vn.node_id, "1")
    carry(us, vn, "signature")


def test_an_agreement_by_papers(pair: tuple[Folder, Folder]) -> None:
    vn, us = pair
    agree(vn, us)
    for side, other in (pair, pair[::-1]):
        (version,) = side("agreement", "list", "--json").json
        assert version["version"] == 1
        assert version["in_force_at"]
        shown = side("agreement", "show", other.node_id).json
        assert {kind["kind"] for kind in shown["kinds"]} == {
            *request_kinds.codes(),
            "cases.invite",
            "delegations.invite",
            "duty.on-call",
            "emergencies.open",
            "flash.warn",
            "intelligence.share",
            "lessons.invite",
            "methods.share",
            "programmes.invite",
        }
        assert shown["no_receipt_warning_s"] > 0
    assert "agreement-not-to-sign" in vn("agreement", "sign", us.node_id, "7", ok=3).err


def test_a_fingerprint_that_differs_pairs_nobody(new_folder: Callable[..., Folder], tmp_path: Path) -> None:
    vn, us = new_folder("vn-one"), new_folder("us-two")
    paper = str(tmp_path / "invitation.json")
    vn("peer", "invite", "--out", paper)
    said = us("peer", "accept", paper, "--fingerprint", us.fingerprint, ok=3)
    assert "fingerprint-differs" in said.err
    assert vn.fingerprint not in said.err
    assert us("peer", "list", "--json").json == []
    assert "answer-missing" in us("peer", "accept", paper, ok=3).err


def test_a_courier_file_may_be_lost_repeated_or_meant_for_another(pair: tuple[Folder, Folder]) -> None:
    vn, us = pair
    agree(vn, us)
    us("peer", "suspend", vn.node_id, "--kind", "hotline.freeze-payment", "--reason", "drill")
    us("courier", "pack", vn.node_id, "--out", str(us.home / "lost.lienlac"))
    again = us.home / "again.lienlac"
    us("courier", "pack", vn.node_id, "--out", str(again))
    assert vn("courier", "unpack", str(again), "--json").json["accepted"] >= 1
    vn("courier", "unpack", str(again), "--json")
    assert vn("log", "verify", "--json").json["sound"]
    assert "not-for-us" in us("courier", "unpack", str(again), ok=1).err
    assert "file-exists" in us("courier", "pack", vn.node_id, "--out", str(again), ok=3).err
    (closed,) = vn("peer", "show", us.node_id, "--json").json["suspensions"]
    assert (closed["scope"], closed["by_us"]) == ("hotline.freeze-payment", False)
    us("peer", "resume", vn.node_id, "--kind", "hotline.freeze-payment", "--reason", "drill over")
    assert "not-suspended" in us("peer", "resume", vn.node_id, "--reason", "x", ok=3).err


def test_a_message_is_proved_anywhere(pair: tuple[Folder, Folder], lienlac: Command, tmp_path: Path) -> None:
    vn, us = pair
    agree(vn, us)
    carry(vn, us, "receipts")
    head = us("log", "verify", "--json").json
    assert head["sound"]
    assert head["witnessed"]["vn-one"] > 0
    assert "lienlac/us-two/1" in us("log", "head").out
    digest = _digest_of_signature(us)
    proof = tmp_path / "signature.lienlac-proof"
    us("log", "prove", digest, "--out", str(proof))
    proved = lienlac("log", "check", str(proof), "--fingerprint", us.fingerprint, "--json").json
    assert (proved["holds"], proved["digest"]) == (True, digest)
    assert [receipt["verdict"] for receipt in proved["receipts"]] == ["accepted"]
    assert "The proof holds" in lienlac("log", "check", str(proof)).out
    assert "Tệp bằng chứng hợp lệ" in lienlac("log", "check", str(proof), language="vi").out
    stranger = "12345 " * 8
    assert "fingerprint-not-in-proof" in lienlac("log", "check", str(proof), "--fingerprint", stranger, ok=5).err
    bent = tmp_path / "bent.lienlac-proof"
    bent.write_bytes(proof.read_bytes().replace(digest.encode(), digest[::-1].encode()))
    lienlac("log", "check", str(bent), ok=5)
    assert "message-unknown" in us("log", "prove", "0" * 64, "--out", str(tmp_path / "none"), ok=3).err


def _digest_of_signature(folder: Folder) -> str:
    """The name of the countersignature's message, from the database as it stands."""
    import sqlalchemy as sa

    with sa.create_engine(f"sqlite:///{folder.path / 'lienlac.sqlite'}").connect() as connection:
        query = "SELECT digest FROM exchange_message WHERE kind = 'agreement.sign'"
        return str(connection.exec_driver_sql(query).scalar_one())


def test_a_log_that_was_touched_is_told(pair: tuple[Folder, Folder]) -> None:
    import sqlalchemy as sa

    vn, us = pair
    agree(vn, us)
    engine = sa.create_engine(f"sqlite:///{vn.path / 'lienlac.sqlite'}")
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE journal_entry SET entry = ? WHERE number = 1", (b"{}",))
    engine.dispose()
    said = vn("log", "verify", ok=5)
    assert "does NOT hold" in said.err
    assert vn("log", "verify", "--json", ok=5).json["faults"]


def shown(lienlac: Command, side: Folder) -> str:
    """The fingerprint as the folder's card has it."""
    return str(lienlac("keys", "show", "--node", str(side.path), "--json").json["fingerprint"])


def test_a_certificate_is_replaced_and_taken_by_invitation_and_voice(
    pair: tuple[Folder, Folder], lienlac: Command
) -> None:
    vn, us = pair
    agree(vn, us)
    replaced = vn("keys", "certificate", "--json").json
    assert replaced["partners"] == 1
    assert replaced["fingerprint"] != vn.fingerprint
    assert shown(lienlac, vn) == replaced["fingerprint"]
    invitation = vn.home / "again.json"
    vn("peer", "invite", "--out", str(invitation))
    assert "fingerprint-differs" in us("peer", "accept", str(invitation), "--fingerprint", vn.fingerprint, ok=3).err
    us("peer", "accept", str(invitation), "--fingerprint", replaced["fingerprint"], "--out", str(vn.home / "answer"))
    (seen,) = us("peer", "list", "--json").json
    assert seen["fingerprint"] == replaced["fingerprint"]
    us("peer", "suspend", vn.node_id, "--reason", "drill")
    carry(us, vn, "suspension")
    for side in pair:
        assert side("log", "verify", "--json").json["sound"]


def test_a_card_from_another_backup_than_the_keys_is_made_anew(pair: tuple[Folder, Folder], lienlac: Command) -> None:
    vn, _us = pair
    card = vn.path / "card.json"
    kept = card.read_text()
    replaced = vn("keys", "certificate", "--json").json
    card.write_text(kept)
    assert shown(lienlac, vn) == vn.fingerprint
    invitation = vn.home / "again.json"
    vn("peer", "invite", "--out", str(invitation))
    assert shown(lienlac, vn) == replaced["fingerprint"]


def test_keys_are_replaced_and_the_partner_follows(pair: tuple[Folder, Folder]) -> None:
    vn, us = pair
    agree(vn, us)
    rotated = vn("keys", "rotate", "--json").json
    assert rotated["told"] == 1
    carry(vn, us, "rotation")
    (seen,) = us("peer", "list", "--json").json
    assert seen["fingerprint"] != vn.fingerprint
    us("peer", "suspend", vn.node_id, "--reason", "drill")
    carry(us, vn, "suspension")
    (link,) = vn("peer", "list", "--json").json
    assert link["state"] == "suspended-by-them"
    for side in pair:
        assert side("log", "verify", "--json").json["sound"]
