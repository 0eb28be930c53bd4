"""Two real nodes as processes: made, paired, agreed and staffed by the same commands that a person would type.

Every act is a `lienlac …` command or a call of the interface that anybody has; nothing reaches into a node by another
way. Servers are always processes of their own, and so are commands, but for those that only prepare the pair or look at
it when all is well. What must hold afterwards is asked in `checks`.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from lienlac.cli.app import run
from lienlac.client import Client
from lienlac.errors import LienlacError
from tests.architecture.house import PROJECT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PATIENCE_S = 240.0
"""Longest wait for anything at all; nothing that holds takes a tenth of it."""
LOOK_S = 0.2
SIDES = {
    "vn": ("vn-live", "Nút Việt Nam", "Viet Nam node", "vi", "Asia/Ho_Chi_Minh", "tuyet", "Nguyễn Thị Ánh Tuyết"),
    "us": ("us-live", "Nút Hoa Kỳ", "US node", "en", "America/New_York", "reyes", "Alex Reyes"),
}
CONTACTS = {"vn": "+84 24 5550 0100", "us": "+1 202 555 0100"}


@dataclass(frozen=True, slots=True)
class Said:
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(slots=True)
class LiveNode:
    """One node: its folder, its addresses, its duty officer, and its server while it runs.

    `home` holds the passphrase and what the server says; `folder`, in it or on a disk of its own, is the node's.
    `before` are words before every command (fewer capabilities, say), `program` is what Python runs.
    """

    side: str
    home: Path
    ports: tuple[int, int]
    folder: Path
    database: str = ""
    before: tuple[str, ...] = ()
    program: tuple[str, ...] = ("-m", "lienlac")
    account: dict[str, str] = field(default_factory=dict)
    fingerprint: str = ""
    process: subprocess.Popen[str] | None = None

    @property
    def node_id(self) -> str:
        return SIDES[self.side][0]

    @property
    def partner(self) -> str:
        """The other node's id."""
        return next(side[0] for name, side in SIDES.items() if name != self.side)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.ports[0]}"

    @property
    def passphrase_file(self) -> Path:
        return self.home / f"{self.node_id}.passphrase"

    @property
    def clock_error(self) -> Path:
        """By how many seconds this node's clock is wrong, where `program` looks at it."""
        return self.home / f"{self.node_id}.clock"

    def wrong_by(self, error_s: int) -> None:
        """From now on this node's clock is wrong by so much; whoever looks meanwhile sees the old error or the new."""
        fresh = self.clock_error.with_suffix(".new")
        fresh.write_text(str(error_s))
        fresh.replace(self.clock_error)

    @property
    def log(self) -> Path:
        """What the server says, all its lives together."""
        return self.home / f"{self.node_id}.log"

    # --- commands -------------------------------------------------------------------------------------------------

    def attempt(self, *words: str) -> Said:
        """Run one command on this node; whatever came of it."""
        done = subprocess.run(
            [*self.before, sys.executable, *self.program, "--lang", "en", *words],
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        return Said(done.returncode, done.stdout, done.stderr)

    def command(self, *words: str) -> str:
        """Run one command that has to work; what it printed."""
        said = self.attempt(*words)
        assert said.code == 0, f"lienlac {' '.join(words)}: {said}"
        return said.out

    def data(self, *words: str) -> Any:
        """Run a command with --json that has to work; its answer."""
        return json.loads(self.command(*words, "--json"))

    def here(self, *words: str) -> str:
        """The same command run in this process: for what only prepares or looks, where starting one proves nothing."""
        place = () if words[0] == "init" else ("--node", str(self.folder))
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run(["--lang", "en", *words, *place, "--passphrase-file", str(self.passphrase_file)], {})
        assert code == 0, f"lienlac {' '.join(words)}: {code} {out.getvalue()} {err.getvalue()}"
        return out.getvalue()

    def data_here(self, *words: str) -> Any:
        """The answer of such a command."""
        return json.loads(self.here(*words, "--json"))

    def link(self) -> Any:
        """The link with the one partner, as `lienlac peer list` says it to programs."""
        return self.data_here("peer", "list")[0]

    def make(self) -> None:
        """The folder, the keys, the duty officer with a token."""
        node_id, name_vi, name_en, language, zone, login, name = SIDES[self.side]
        self.passphrase_file.write_text(secrets.token_urlsafe(24), encoding="utf-8")
        made = self.data_here(
            "init", str(self.folder), "--id", node_id, "--name-vi", name_vi, "--name-en", name_en,
            "--language", language, "--time-zone", zone, "--random-passphrase", "--database", self.database,
            "--people-port", str(self.ports[0]), "--peers-port", str(self.ports[1]),
        )  # fmt: skip
        self.fingerprint = made["fingerprint"]
        self.account = self.data_here(
            "user", "add", login, "--name", name, "--unit", name_en, "--token", "write",
            "--role", "duty-officer", "--role", "supervisor",
        )  # fmt: skip

    def _environment(self) -> dict[str, str]:
        # many short processes: without compiled files each would take twice as long
        left_out = ("LIENLAC_", "PYTHONDONTWRITEBYTECODE")
        mine = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
        return {
            **mine,
            "PYTHONPATH": f"{PROJECT / 'src'}{os.pathsep}{PROJECT}",
            "LIENLAC_NODE": str(self.folder),
            "LIENLAC_PASSPHRASE_FILE": str(self.passphrase_file),
            "LIENLAC_TEST_CLOCK_ERROR": str(self.clock_error),
        }

    # --- the server -----------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start the server and wait until it says that it serves."""
        assert self.process is None
        with self.log.open("a", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                [*self.before, sys.executable, *self.program, "serve", str(self.folder)],
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
            )
        assert self.process.stdout is not None
        said = self.process.stdout.readline()
        assert said, f"{self.node_id} does not start: {self.tail()}"

    def kill(self) -> None:
        """SIGKILL, as the power or the kernel would end it."""
        assert self.process is not None
        self.process.kill()
        self._gone()

    def stop(self) -> None:
        """Ask the server to stop, and see that it does, in order."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        finally:
            self._gone()
        assert code == 0, f"{self.node_id} stopped with {code}: {self.tail()}"

    def _gone(self) -> None:
        assert self.process is not None
        assert self.process.stdout is not None
        self.process.wait()
        self.process.stdout.close()
        self.process = None

    def tail(self) -> str:
        """The end of what the server said."""
        return self.log.read_text(encoding="utf-8")[-2000:]

    # --- an officer at work ---------------------------------------------------------------------------------------

    def client(self) -> Client:
        """The interface for programs, as the duty officer."""
        return Client(self.url, self.account["token"])


@dataclass(slots=True)
class LivePair:
    """Two nodes that have signed an agreement."""

    vn: LiveNode
    us: LiveNode

    def __iter__(self) -> Iterator[LiveNode]:
        return iter((self.vn, self.us))

    @classmethod
    def plan(cls, home: Path, **databases: str) -> Self:
        """Both nodes, not yet made."""
        ports = free_ports(4)
        return cls(
            LiveNode("vn", home, (ports[0], ports[1]), home / "vn", databases.get("vn", "")),
            LiveNode("us", home, (ports[2], ports[3]), home / "us", databases.get("us", "")),
        )

    def make(self) -> None:
        """Make, pair, start, agree: the road of docs/tutorials, by the same commands."""
        for node in self:
            node.make()
        self._pair()
        for node in self:
            node.start()
        self._agree()

    def stop(self) -> None:
        """Stop both, also when one of them does not want to."""
        with contextlib.ExitStack() as stack:
            for node in self:
                stack.callback(node.stop)

    def _pair(self) -> None:
        """A paper there, the fingerprint by voice, a paper back, the other fingerprint by voice."""
        vn, us = self.vn, self.us
        invitation, acceptance = (str(vn.home / f"{name}.json") for name in ("invitation", "acceptance"))
        us.here("peer", "invite", "--out", invitation)
        vn.here("peer", "accept", invitation, "--fingerprint", us.fingerprint, "--out", acceptance)
        us.here("peer", "accept", acceptance, "--fingerprint", vn.fingerprint)

    def _agree(self) -> None:
        """Draft, fill in the contact points, propose, countersign; returns once it is in force on both sides."""
        vn, us = self.vn, self.us
        draft = us.home / "agreement.json"
        us.here("agreement", "template", vn.node_id, "--out", str(draft))
        document = json.loads(draft.read_text(encoding="utf-8"))
        for party in document["parties"]:
            side = party["node_id"][:2]
            party["contact"] = {
                "desk": "24/7",
                "phone": CONTACTS[side],
                "email": f"duty@{side}.example",
                "named_officer": SIDES[side][6],
            }
        draft.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
        us.here("agreement", "propose", str(draft))
        wait_for(lambda: bool(vn.data_here("agreement", "list")), "the proposed agreement did not arrive")
        vn.here("agreement", "sign", us.node_id, str(document["version"]))
        wait_for(
            lambda: all(item["in_force_at"] for item in us.data_here("agreement", "list")),
            "the countersignature did not arrive",
        )


# --- officers at work ---------------------------------------------------------------------------------------------


def refusal(act: Callable[[], Any]) -> LienlacError:
    """What an officer's program hears; fails when it hears nothing."""
    try:
        done = act()
    except LienlacError as error:
        return error
    raise AssertionError(f"was not refused: {done}")


def freeze_form(reference: str, now: datetime | None = None) -> dict[str, Any]:
    """What a duty officer fills in; the transfer was made some hours ago."""
    transferred = (now or datetime.now(UTC)) - timedelta(hours=9)
    return {
        "kind": "freeze-payment",
        "to": SIDES["vn"][0],
        "urgency": "hot",
        "purpose": "stop-funds",
        "legal_basis": "bilateral-arrangement",
        "legal_basis_text": "Arrangement between the two authorities, article 4",
        "typology": "fxp-rig",
        "beneficiaries": [
            {"form": "vn", "bin": "970436", "number": "0071000918273", "holder_name": "NGUYEN VAN THANH"}
        ],
        "victims": [{"form": "us", "aba": "021000021", "number": "483920017"}],
        "amount": {"amount": "48250.00", "currency": "USD"},
        "transferred_at": transferred.isoformat(timespec="seconds"),
        "payment_reference": reference,
        "recall": "sent",
        "facts": "The victim met a person online who introduced a trading platform called GoldenTrade FX. The platform "
        "asked for a fee before any withdrawal and stopped answering.",
        "victim": {"identified": True},
        "phone": CONTACTS["us"],
    }


# --- shared -------------------------------------------------------------------------------------------------------


def wait_for(true: Callable[[], bool], otherwise: str, *, look_s: float = LOOK_S) -> None:
    """Look until it is true."""
    end = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < end, otherwise
        threading.Event().wait(look_s)


def free_ports(count: int) -> list[int]:
    """That many ports of loopback that nobody holds, below those that outgoing connections are given.

    A node that is killed must find its port again; each process of a test run looks in a stretch of its own.
    """
    first = 20_000 + (os.getpid() % 400) * 25
    found: list[int] = []
    for port in range(first, first + 2_000):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        found.append(port)
        if len(found) == count:
            return found
    raise OSError(f"no free ports above {first}")
