"""What a script may rely on: each kind of failure has its own code, one sentence, and never a trace."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from lienlac.cli import app
from lienlac.cli.groups import keys
from tests.cli.conftest import Command, Folder, Served


@pytest.mark.parametrize(
    "words",
    [
        ("nonsense",),
        ("peer", "nonsense"),
        ("init",),
        ("peer", "accept"),
        ("peer", "list", "more"),
        ("peer", "list", "--nonsense"),
        ("agreement", "sign", "us-two", "one"),
        ("request", "list", "--direction", "sideways"),
        ("serve", "x", "--behind-proxy", "--behind-proxy=maybe"),
    ],
)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_2_a_wrong_command_line(lienlac: Command, words: tuple[str, ...], language: str) -> None:
    said = lienlac(*words, ok=2, language=language)
    assert said.out == ""
    assert "--help" in said.err
    assert "Traceback" not in said.err
    assert ("Xem:" in said.err) == (language == "vi")


def test_a_file_argument_is_never_expanded_from_another_file(lienlac: Command, tmp_path: Path) -> None:
    (tmp_path / "words").write_text("list")
    assert "@words" in lienlac("peer", "@words", ok=2).err


@pytest.mark.parametrize("language", ["vi", "en"])
def test_3_no_node_was_named(lienlac: Command, language: str) -> None:
    said = lienlac("peer", "list", ok=3, language=language)
    assert "LIENLAC_NODE" in said.err
    assert "(node-missing)" in said.err


def test_3_the_folder_holds_no_node(lienlac: Command, tmp_path: Path) -> None:
    assert "settings-missing" in lienlac("user", "list", "--node", str(tmp_path), ok=3).err


def test_3_the_passphrase_is_wrong(folder: Folder, lienlac: Command, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("another one")
    said = lienlac("user", "list", "--node", str(folder.path), "--passphrase-file", str(wrong), ok=3)
    assert "passphrase-wrong" in said.err
    assert "another one" not in said.err


def test_3_nobody_is_there_to_type_the_passphrase(folder: Folder, lienlac: Command) -> None:
    assert "passphrase-missing" in lienlac("user", "list", "--node", str(folder.path), ok=3).err


def test_3_a_node_is_never_made_twice_in_one_folder(folder: Folder, lienlac: Command) -> None:
    before = {path.name: path.read_bytes() for path in folder.path.iterdir() if path.suffix in {".json", ".toml"}}
    said = lienlac(
        "init", str(folder.path), "--id", "vn-one", "--name-vi", "x", "--name-en", "x",
        "--passphrase-file", str(folder.passphrase), ok=3,
    )  # fmt: skip
    assert "settings-exist" in said.err
    assert before == {path.name: path.read_bytes() for path in folder.path.iterdir() if path.name in before}


def test_3_a_passphrase_that_a_person_made_up_is_not_called_random(lienlac: Command, tmp_path: Path) -> None:
    weak = tmp_path / "weak"
    weak.write_text("correct horse battery")
    said = lienlac(
        "init", str(tmp_path / "n"), "--id", "vn-one", "--name-vi", "x", "--name-en", "x", "--random-passphrase",
        "--passphrase-file", str(weak), ok=3,
    )  # fmt: skip
    assert "passphrase-not-random" in said.err
    assert not (tmp_path / "n").exists()


def test_1_a_node_id_that_no_partner_would_take(lienlac: Command, tmp_path: Path) -> None:
    (tmp_path / "p").write_text("a passphrase")
    said = lienlac(
        "init", str(tmp_path / "n"), "--id", "Việt Nam", "--name-vi", "x", "--name-en", "x",
        "--passphrase-file", str(tmp_path / "p"), ok=1,
    )  # fmt: skip
    assert "node-id-malformed" in said.err
    assert not (tmp_path / "n").exists()


def test_3_a_partner_that_is_not_there(folder: Folder) -> None:
    assert "peer-unknown" in folder("peer", "show", "us-two", ok=3).err


def test_3_nothing_is_overwritten(folder: Folder, tmp_path: Path) -> None:
    out = tmp_path / "invitation.json"
    out.write_text("precious")
    assert "file-exists" in folder("peer", "invite", "--out", str(out), ok=3).err
    assert out.read_text() == "precious"


def test_1_a_paper_that_is_none(folder: Folder, tmp_path: Path) -> None:
    paper = tmp_path / "paper.json"
    paper.write_text('{"a": 1}')
    said = folder("peer", "accept", str(paper), "--fingerprint", folder.fingerprint, ok=1)
    assert "paper-malformed" in said.err


def test_a_paper_cannot_paint_on_the_terminal(folder: Folder, tmp_path: Path) -> None:
    paper = tmp_path / "paper.json"
    paper.write_text('{"\\u001b[31mred\\u001b]0;title\\u0007": 1}')
    said = folder("peer", "accept", str(paper), "--fingerprint", folder.fingerprint, ok=1)
    assert "\x1b" not in said.err
    assert "\x07" not in said.err


def test_4_no_node_answers(lienlac: Command, tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("lienlac_" + "A" * 43)
    said = lienlac("request", "list", "--url", "http://127.0.0.1:9", "--token-file", str(token), ok=4)
    assert "node-unreachable" in said.err


def test_5_a_proof_that_does_not_hold(lienlac: Command, tmp_path: Path) -> None:
    forged = tmp_path / "forged.lienlac-proof"
    forged.write_text('{"format": "lienlac-proof", "version": 1}')
    assert lienlac("log", "check", str(forged), ok=5).err
    assert lienlac("log", "check", str(forged), "--json", ok=5).json["holds"] is False


def test_6_what_nobody_foresaw_leaves_one_sentence_and_a_file(
    lienlac: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*, json: bool = False, node: Path | None = None) -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(app.GROUPS["keys"], "show", broken)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    said = lienlac("keys", "show", ok=6)
    assert "ZeroDivisionError" in said.err
    assert "Traceback" not in said.err
    (trace,) = tmp_path.glob("lienlac-*.trace")
    assert "Traceback" in trace.read_text()
    assert keys.show is not broken


def test_130_a_person_stops_it(lienlac: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*, json: bool = False, node: Path | None = None) -> None:
        raise KeyboardInterrupt

    monkeypatch.setitem(app.GROUPS["keys"], "show", stopped)
    assert lienlac("keys", "show", ok=130).err == "Stopped.\n"


def test_3_a_node_is_served_once(served: Served, lienlac: Command) -> None:
    words = ("serve", str(served.folder), "--passphrase-file", str(served.passphrase_file))
    assert "node-running" in lienlac(*words, ok=3).err


def test_3_keys_are_not_replaced_under_a_running_server(served: Served, lienlac: Command) -> None:
    place = ("--node", str(served.folder), "--passphrase-file", str(served.passphrase_file))
    assert "node-running" in lienlac("keys", "rotate", *place, ok=3).err


def test_every_code_of_the_help_is_one_of_ours(lienlac: Command) -> None:
    said = lienlac("--help").out
    for code in app.Exit:
        if code is not app.Exit.INTERRUPTED:
            assert f"{int(code)} " in said


def test_secrets_are_shown_once_and_work(folder: Folder) -> None:
    made = json.loads(
        folder("user", "add", "an", "--name", "An", "--unit", "Node vn-one", "--role", "duty-officer", "--json").out
    )
    again = json.loads(folder("user", "reset", "an", "--json").out)
    assert again["password"] != made["password"]
    assert again["totp_secret"] != made["totp_secret"]
    listed = folder("user", "list").out
    assert "an" in listed
    for secret in (made["password"], again["password"], again["totp_secret"]):
        assert secret not in listed


def test_a_token_goes_into_a_file_for_its_owner_alone(folder: Folder, tmp_path: Path) -> None:
    folder("user", "add", "an", "--name", "An", "--unit", "Node vn-one", "--role", "duty-officer")
    out = tmp_path / "token"
    said = folder("user", "token", "an", "--label", "bot", "--out", str(out))
    assert out.stat().st_mode & 0o777 == 0o600
    assert out.read_text().startswith("lienlac_")
    assert out.read_text().strip() not in said.out + said.err


@pytest.mark.parametrize("roles", [("auditor", "duty-officer"), ("king",)])
def test_1_roles_that_cannot_be(folder: Folder, roles: tuple[str, ...]) -> None:
    words = [word for role in roles for word in ("--role", role)]
    folder("user", "add", "an", "--name", "An", "--unit", "Node vn-one", *words, ok=1)


def test_makers_of_folders_agree(new_folder: Callable[..., Folder]) -> None:
    assert new_folder("vn-two").fingerprint != new_folder("vn-three").fingerprint
