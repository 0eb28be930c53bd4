"""Commands fed with what nobody meant to feed them: one sentence and the right exit code, never a trace."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from lienlac import installation, settings
from lienlac.cli import console
from lienlac.errors import NotAllowed
from tests.cli.conftest import Command, Folder

TOKEN = "lienlac_" + "A" * 43


@pytest.fixture
def token(tmp_path: Path) -> Path:
    file = tmp_path / "token"
    file.write_text(TOKEN)
    return file


@pytest.mark.parametrize(
    "text", ["", "lienlac_đ", "lienlac_" + "A" * 42, TOKEN + "\nX-Evil: 1", TOKEN + "\x00", "Bearer " + TOKEN, "\xff"]
)
def test_3_what_is_no_token_is_never_sent(lienlac: Command, tmp_path: Path, text: str) -> None:
    file = tmp_path / "token"
    file.write_text(text)
    said = lienlac("request", "list", "--url", "http://127.0.0.1:9", "--token-file", str(file), ok=3)
    assert "(token-invalid)" in said.err
    if text:
        assert text not in said.err


@pytest.mark.parametrize(
    "url",
    [
        "http://[", "http://127.0.0.1:x", "http://127.0.0.1:99999", "https://", "ftp://127.0.0.1", "127.0.0.1:9",
        "http://localhost.evil.example", "http://127.0.0.1@evil.example", "http://10.0.0.1", "http://[::ffff:7f00:1]",
        "javascript:alert(1)", "http://127.0.0.1 :9",
    ],
)  # fmt: skip
def test_3_an_address_that_is_none_or_not_safe(lienlac: Command, token: Path, url: str) -> None:
    said = lienlac("request", "list", "--url", url, "--token-file", str(token), ok=3)
    assert "(url-not-safe)" in said.err


@pytest.mark.parametrize("words", [("-",), ("--file", "-"), ("--file=-",)])
def test_a_form_may_come_from_standard_input(
    lienlac: Command, token: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    """The help says so; a lone hyphen was taken for an unknown option."""

    def fed(text: bytes) -> str:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
        place = ("--url", "http://127.0.0.1:9", "--token-file", str(token))
        return lienlac("request", "open", *words, *place, ok=None).err

    assert "(malformed)" in fed(b"{")
    assert "(node-unreachable)" in fed(b"{}")
    assert "(too-large)" in fed(b'"' + b"a" * 3_000_000)


def test_a_hyphen_where_none_belongs_is_shown_as_it_was_typed(lienlac: Command) -> None:
    said = lienlac("peer", "list", "-", ok=2)
    assert "\x00" not in said.err
    assert "-" in said.err


def test_standard_output_takes_what_a_file_would(folder: Folder) -> None:
    assert folder("peer", "invite", "--out", "-").out.startswith("{")


@pytest.mark.parametrize("ask", ["passphrase", "answer"])
def test_3_a_person_who_ends_the_input_instead_of_answering(monkeypatch: pytest.MonkeyPatch, ask: str) -> None:
    def ended(*_: object) -> str:
        raise EOFError

    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", ended)
    monkeypatch.setattr("builtins.input", ended)
    with pytest.raises(NotAllowed, match=f"{ask}-missing"):
        console.ask_passphrase(None) if ask == "passphrase" else console.ask("?")


def test_3_a_full_disk_leaves_no_half_of_a_file(
    folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full(io.BytesIO):
        def write(self, _data: object) -> int:
            raise OSError(28, "No space left on device")

    out = tmp_path / "head"
    monkeypatch.setattr("os.fdopen", lambda *_: Full())
    said = folder("log", "head", "--out", str(out), ok=3)
    assert "(file-unwritable)" in said.err
    assert not out.exists()


def test_3_output_that_goes_nowhere(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(io.StringIO):
        def write(self, _text: str) -> int:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(sys, "stdout", Full())
    assert "(file-unwritable)" in folder("user", "list", "--json", ok=3).err


@pytest.mark.parametrize(
    ("name", "left", "code"),
    [
        ("card.json", None, "file-unreadable"),
        ("web-secret", None, "file-unreadable"),
        ("web-secret", b"", "file-damaged"),
        ("web-secret", b"x" * 31, "file-damaged"),
        ("keys.json", None, "keyfile-unreadable"),
        ("keys.json", b"", "keyfile-malformed"),
    ],
)
def test_3_a_file_of_the_node_that_is_gone_or_cut(folder: Folder, name: str, left: bytes | None, code: str) -> None:
    """An empty secret would be worst: anybody could sign form tokens with it, and nothing would look wrong."""
    file = folder.path / name
    file.unlink() if left is None else file.write_bytes(left)
    if name == "web-secret":
        with pytest.raises(NotAllowed, match=code):
            installation.web_secret(settings.load(folder.path))
    else:
        assert f"({code})" in folder("user", "list", ok=3).err


def test_3_a_token_for_nobody_and_for_too_long(folder: Folder) -> None:
    assert "(not-found)" in folder("user", "token", "nobody", "--label", "x", ok=3).err
    assert "(token-days)" in folder("user", "token", "admin", "--label", "x", "--days", "4000", ok=1).err
