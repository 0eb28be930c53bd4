"""Commands run in this process, on real node folders; one served node where the interface is needed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest

from lienlac.cli.app import run
from lienlac.cli.demo.stage import free_ports
from tests.architecture.house import PROJECT

PASSPHRASE = "vJ0q8mZr2LwXy5TnA7cKd4HsFbE1GuPi"


@dataclass(frozen=True)
class Said:
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.out)


Command = Callable[..., Said]


@pytest.fixture(autouse=True)
def nobodys_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Tests never meet the node, the language or the folder of whoever runs them."""
    for name in [name for name in os.environ if name.startswith("LIENLAC_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def lienlac(capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs a command line, in English unless it says otherwise."""

    def command(*words: str, ok: int | None = 0, language: str = "en") -> Said:
        capsys.readouterr()
        code = run(["--lang", language, *words], {})
        said = Said(code, *capsys.readouterr())
        assert ok is None or said.code == ok, said.out + said.err
        return said

    return command


class Folder:
    """A node's folder, and commands that act on it: a copy of one that `lienlac init` made once for each id."""

    def __init__(self, lienlac: Command, home: Path, made: Made) -> None:
        self.node_id, self._lienlac = made.path.name, lienlac
        self.path, self.home = home / self.node_id, home
        self.passphrase = home / f"{self.node_id}.passphrase"
        self.passphrase.write_text(PASSPHRASE)
        shutil.copytree(made.path, self.path)
        self.made, self.fingerprint = made.said, made.said["fingerprint"]

    def __call__(self, *words: str, ok: int | None = 0, language: str = "en") -> Said:
        place = ("--node", str(self.path), "--passphrase-file", str(self.passphrase))
        return self._lienlac(*words, *place, ok=ok, language=language)


@dataclass(frozen=True)
class Made:
    """A folder as `lienlac init` left it, and what it said. Nothing acts on it: tests have copies."""

    path: Path
    said: Any


@pytest.fixture(scope="session")
def made_folders() -> dict[tuple[str, ...], Made]:
    """Made so far in this session, by all that was asked for; making one hashes a password and writes every table."""
    return {}


@pytest.fixture
def new_folder(
    lienlac: Command,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    made_folders: dict[tuple[str, ...], Made],
) -> Callable[..., Folder]:
    """Makes a node's folder, with these words for `lienlac init` besides the usual ones."""

    def new(node_id: str, **more: str) -> Folder:
        words = tuple(word for name, value in more.items() for word in (f"--{name.replace('_', '-')}", value))
        if (node_id, *words) not in made_folders:
            home = tmp_path_factory.mktemp("made")
            (home / "passphrase").write_text(PASSPHRASE)
            said = lienlac(
                "init", str(home / node_id), "--id", node_id, "--name-vi", f"Nút {node_id}", "--name-en", f"Node {node_id}",
                "--passphrase-file", str(home / "passphrase"), "--random-passphrase", "--json", *words,
            )  # fmt: skip
            made_folders[(node_id, *words)] = Made(home / node_id, said.json)
        return Folder(lienlac, tmp_path, made_folders[(node_id, *words)])

    return new


@pytest.fixture
def folder(new_folder: Callable[..., Folder]) -> Folder:
    return new_folder("vn-one")


@dataclass(frozen=True)
class Served:
    """A running node and an officer's token."""

    url: str
    token_file: Path
    folder: Path
    passphrase_file: Path
    process: subprocess.Popen[str]
    peers_port: int
    log: Path


def _process(*words: str) -> str:
    command = [sys.executable, "-m", "lienlac", "--lang", "en", *words]
    return subprocess.run(command, env=_environment(), capture_output=True, text=True, check=True).stdout


def _environment() -> dict[str, str]:
    mine = {name: value for name, value in os.environ.items() if not name.startswith("LIENLAC_")}
    return {**mine, "PYTHONPATH": str(PROJECT / "src")}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One node served for all tests of a file."""
    home = tmp_path_factory.mktemp("served")
    passphrase, folder, token = home / "passphrase", home / "node", home / "token"
    passphrase.write_text(PASSPHRASE)
    people, peers = free_ports(0, 2)
    _process(
        "init", str(folder), "--id", "vn-served", "--name-vi", "Nút", "--name-en", "Node", "--random-passphrase",
        "--passphrase-file", str(passphrase), "--people-port", str(people), "--peers-port", str(peers),
    )  # fmt: skip
    place = ("--node", str(folder), "--passphrase-file", str(passphrase))
    made = msgspec.json.decode(
        _process("user", "add", "an", "--name", "An", "--unit", "Node", "--role", "duty-officer",
                 "--token", "write", "--json", *place)
    )  # fmt: skip
    token.write_text(made["token"])
    log = home / "log"
    command = [sys.executable, "-m", "lienlac", "--lang", "en", "serve", str(folder)]
    with log.open("w") as said:
        process = subprocess.Popen(
            [*command, "--passphrase-file", str(passphrase)],
            env=_environment(), stdout=subprocess.PIPE, stderr=said, text=True,
        )  # fmt: skip
    try:
        assert process.stdout is not None
        assert process.stdout.readline(), log.read_text()
        yield Served(f"http://127.0.0.1:{people}", token, folder, passphrase, process, peers, log)
    finally:
        process.terminate()
        process.communicate(timeout=30)
    assert process.returncode == 0
