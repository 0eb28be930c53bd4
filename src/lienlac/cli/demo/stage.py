"""The stage of the demo: two folders, two server processes, and a hand that types commands into them.

Everything goes through the commands and the interface that anybody has; there is no back door. Whatever happens, the
processes end with the demo.
"""

from __future__ import annotations

import contextlib
import os
import queue
import secrets
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any, Final, Self

import msgspec

from lienlac.cli import console
from lienlac.cli.demo.pager import Pagers
from lienlac.cli.words import say
from lienlac.client import Client
from lienlac.errors import NotAllowed

if TYPE_CHECKING:
    from pathlib import Path

START_S = 60.0
"""How long a node may take to start on a busy machine."""
COMMAND_S = 120.0
_FREE_FROM: Final = 9_000
"""From here on free ports are looked for."""
PASSPHRASE_FILE = "passphrase"  # noqa: S105  # the file's name


@dataclass(slots=True, kw_only=True)
class Account:
    """One officer of a demo node, with the secrets that were printed once."""

    login: str
    name: str
    roles: tuple[str, ...]
    password: str = field(default="", repr=False)
    totp_secret: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    scope: str = ""


@dataclass(slots=True, kw_only=True)
class Side:
    """One demo node."""

    node_id: str
    country: str
    name_vi: str
    name_en: str
    language: str
    time_zone: str
    folder: Path
    people_port: int
    peers_port: int
    database: str = ""
    fingerprint: str = ""
    accounts: dict[str, Account] = field(default_factory=dict)
    process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        """Where its people are served."""
        return f"http://127.0.0.1:{self.people_port}"

    @property
    def papers(self) -> Path:
        """Where it puts what it carries to the other side."""
        return self.folder.parent / "papers"

    @property
    def passphrase_file(self) -> Path:
        """Beside the node's folder, so that the folder alone opens nothing."""
        return self.folder.parent / f"{self.node_id}.{PASSPHRASE_FILE}"

    def token_file(self, login: str) -> Path:
        """The officer's token as a file for commands."""
        return self.folder.parent / f"{self.node_id}.{login}.token"

    def client(self, login: str) -> Client:
        """The interface, as this officer."""
        return Client(self.url, self.accounts[login].token)


class Stage:
    """Both sides; a context manager that ends every process it began."""

    def __init__(self, sides: tuple[Side, ...]) -> None:
        self.sides = sides
        self.ended = threading.Event()
        self.pagers = Pagers()

    def __enter__(self) -> Self:
        self.pagers.start()
        for side in self.sides:
            side.papers.mkdir(parents=True, exist_ok=True, mode=0o700)
            console.write_file(
                side.passphrase_file, secrets.token_urlsafe(24).encode(), mode=console.PRIVATE, quiet=True
            )
        return self

    def __exit__(self, *_: object) -> None:
        self.pagers.stop()
        for side in self.sides:
            if side.process is not None and side.process.poll() is None:
                side.process.terminate()
        for side in self.sides:
            if side.process is None:
                continue
            try:
                side.process.wait(15)
            except subprocess.TimeoutExpired:
                side.process.kill()
                side.process.wait()

    def command(self, side: Side | None, *words: str, token: str = "") -> str:
        """Run a command of a side (None: a machine without a node); its output. Raises `NotAllowed("demo-failed")`."""
        done = self.attempt(side, *words, token=token)
        if done.returncode != 0:
            said = (done.stderr or done.stdout).strip().splitlines()
            raise NotAllowed("demo-failed", reason=f"lienlac {' '.join(words)}: {said[-1] if said else ''}")
        return done.stdout

    def attempt(self, side: Side | None, *words: str, token: str = "") -> subprocess.CompletedProcess[str]:
        """Run one command; whatever came of it."""
        if self.ended.is_set():
            raise NotAllowed("demo-failed", reason=say("stopped"))
        environment = _environment()
        if side is not None:
            environment["LIENLAC_NODE"] = str(side.folder)
            environment["LIENLAC_PASSPHRASE_FILE"] = str(side.passphrase_file)
            environment["LIENLAC_URL"] = side.url
            if token:
                environment["LIENLAC_TOKEN_FILE"] = str(side.token_file(token))
        return subprocess.run(  # noqa: S603  # our own program with words of the demo
            [sys.executable, "-m", "lienlac", "--lang", "en", *words],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=COMMAND_S,
        )

    def json(self, side: Side | None, *words: str, token: str = "") -> Any:
        """Run one command with --json; what it printed."""
        return msgspec.json.decode(self.command(side, *words, "--json", token=token))

    def serve(self, side: Side) -> None:
        """Start a side's server and wait until it answers. Raises `NotAllowed("demo-failed")`."""
        environment = _environment() | {"LIENLAC_PASSPHRASE_FILE": str(side.passphrase_file)}
        log = (side.folder.parent / f"{side.node_id}.log").open("a", encoding="utf-8")
        with log:
            side.process = subprocess.Popen(  # noqa: S603  # our own program
                [sys.executable, "-m", "lienlac", "--lang", "en", "serve", str(side.folder)],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,  # Ctrl+C reaches the demo alone, which then stops both in order
            )
        first: queue.Queue[str] = queue.Queue()
        threading.Thread(target=_read, args=(side.process.stdout, first), daemon=True).start()
        with contextlib.suppress(queue.Empty):
            if first.get(timeout=START_S):
                return
        raise NotAllowed("demo-failed", reason=f"{side.node_id}: {log.name}")


def _read(output: IO[str], first: queue.Queue[str]) -> None:
    """The first line that a server prints, or nothing when it ended; then read on, so that it never blocks."""
    first.put(output.readline())
    for _line in output:
        pass


def _environment() -> dict[str, str]:
    """Ours without what would turn a demo node into somebody's real one."""
    # many short processes: without compiled files each would take twice as long
    left_out = ("LIENLAC_", "PYTHONDONTWRITEBYTECODE")
    return {name: value for name, value in os.environ.items() if not name.startswith(left_out)}


def free_ports(first: int, count: int) -> list[int]:
    """That many ports from `first` on; one that is taken is replaced by a free one, with `first` 0 all are.

    A node listens only some seconds later. So what replaces lies below the ports that outgoing connections and whoever
    asks for any port are given, in a stretch of this process: nobody takes it meanwhile. Raises `OSError`.
    """
    own = _FREE_FROM + os.getpid() % 400 * 25
    others = iter(range(own, own + 2_000))
    with contextlib.ExitStack() as held:

        def free(port: int) -> bool:
            bound = held.enter_context(socket.socket())
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                bound.bind(("127.0.0.1", port))
            except OSError:
                return False
            return True

        found: list[int] = []
        for wanted in range(first, first + count):
            port = wanted if first and free(wanted) else next((one for one in others if free(one)), None)
            if port is None:
                msg = f"no free port from {own} on"
                raise OSError(msg)
            found.append(port)
    return found
