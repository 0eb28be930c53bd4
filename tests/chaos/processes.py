"""Two real nodes as processes: made, paired, agreed and staffed by the same commands that a person would type.

Every act is a `lienlac …` process of its own; nothing reaches into a node by another way.
"""

from __future__ import annotations

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
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from lienlac.cli.words import language
from lienlac.errors import NotAllowed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

COMMAND_S = 180
"""Longest time that one command of the demo may take."""
START_S = 180
SETTLE_S = 240
"""Longest wait for a node to start, and for something to arrive at the other side."""
LOOK_S = 0.1

PEOPLE: dict[str, list[dict[str, str]]] = {
    "vn": [
        {"login": "tuyet", "name": "Nguyễn Thị Ánh Tuyết", "unit": "Trực ban 24/7", "role": "duty-officer"},
        {"login": "minh", "name": "Trần Văn Minh", "unit": "Lãnh đạo phê duyệt", "role": "supervisor"},
        {"login": "hong", "name": "Đặng Thị Hồng", "unit": "Kiểm tra, giám sát", "role": "auditor"},
    ],
    "us": [
        {"login": "reyes", "name": "Alex Reyes", "unit": "Cyber duty desk", "role": "duty-officer"},
        {"login": "carter", "name": "Jordan Carter", "unit": "Duty supervisor", "role": "supervisor"},
        {"login": "lee", "name": "Morgan Lee", "unit": "Audit", "role": "auditor"},
    ],
}
SIDES: dict[str, dict[str, str]] = {
    "vn": {
        "id": "vn-demo",
        "name_vi": "Nút trình diễn Việt Nam",
        "name_en": "Viet Nam demo node",
        "language": "vi",
        "zone": "Asia/Ho_Chi_Minh",
    },
    "us": {
        "id": "us-demo",
        "name_vi": "Nút trình diễn Hoa Kỳ",
        "name_en": "US demo node",
        "language": "en",
        "zone": "America/New_York",
    },
}


@dataclass(slots=True)
class DemoNode:
    """One node: its folder, its addresses, the secrets of its people (to be shown once), and its server."""

    side: str
    folder: Path
    people_port: int
    peers_port: int
    fingerprint: str = ""
    accounts: list[dict[str, Any]] = field(default_factory=list)
    tokens: dict[str, str] = field(default_factory=dict)
    server: subprocess.Popen[str] | None = None

    @property
    def node_id(self) -> str:
        """The node's id on the wire."""
        return SIDES[self.side]["id"]

    @property
    def name(self) -> str:
        """The node's name in the language of this demo."""
        return SIDES[self.side]["name_vi" if language() == "vi" else "name_en"]

    @property
    def url(self) -> str:
        """Where officers and programs go."""
        return f"http://127.0.0.1:{self.people_port}"

    @property
    def peers_url(self) -> str:
        """Where the other node goes."""
        return f"https://127.0.0.1:{self.peers_port}"

    @property
    def passphrase_file(self) -> Path:
        """The passphrase of a demo node lies beside it; a real one's does not."""
        return self.folder.with_suffix(".passphrase")

    def command(self, *words: str, ok: tuple[int, ...] = (0,)) -> str:
        """Run one `lienlac` command on this node; returns what it printed. Raises `NotAllowed("demo-failed")`."""
        environment = os.environ | {
            "LIENLAC_NODE": str(self.folder),
            "LIENLAC_PASSPHRASE_FILE": str(self.passphrase_file),
            "LIENLAC_LANG": language(),
        }
        done = subprocess.run(  # our own program with words of our own
            [sys.executable, "-m", "lienlac", *words],
            env=environment,
            capture_output=True,
            text=True,
            timeout=COMMAND_S,
            check=False,
        )
        if done.returncode not in ok:
            shown = " ".join(["lienlac", *words[:2]])
            raise NotAllowed("demo-failed", reason=f"{shown}: {done.stderr.strip()[-500:]}")
        return done.stdout

    def data(self, *words: str, ok: tuple[int, ...] = (0,)) -> Any:
        """Run a command with --json and read its answer."""
        return json.loads(self.command(*words, "--json", ok=ok))

    def make(self, *more: str) -> None:
        """The folder, the keys, the first administrator."""
        self.passphrase_file.touch(mode=0o600)
        self.passphrase_file.write_text(secrets.token_urlsafe(24) + "\n", encoding="utf-8")
        side = SIDES[self.side]
        made = self.data(
            "init", str(self.folder), "--id", self.node_id, "--name-vi", side["name_vi"], "--name-en", side["name_en"],
            "--language", side["language"], "--time-zone", side["zone"], "--drill",
            "--people-port", str(self.people_port), "--peers-port", str(self.peers_port), *more,
        )  # fmt: skip
        self.fingerprint = made["fingerprint"]
        self.accounts.append({**made["administrator"], "role": "administrator"})

    def staff(self) -> None:
        """Officers with their secrets, and a token for the duty officer's programs."""
        for person in PEOPLE[self.side]:
            made = self.data(
                "user", "add", person["login"], "--name", person["name"], "--unit", person["unit"],
                "--role", person["role"], "--language", SIDES[self.side]["language"],
            )  # fmt: skip
            self.accounts.append({**made, "role": person["role"]})
        duty = PEOPLE[self.side][0]["login"]
        made = self.data("user", "token", duty, "--label", "demo", "--scope", "write", "--days", "2")
        self.tokens[duty] = made["secret"]

    @property
    def token(self) -> str:
        """The duty officer's token."""
        return self.tokens[PEOPLE[self.side][0]["login"]]

    def start(self) -> None:
        """Start the server and wait until it says that it serves."""
        self._let_go()
        log = (self.folder / "serve.log").open("a", encoding="utf-8")
        self.server = subprocess.Popen(  # our own program
            [
                sys.executable,
                "-m",
                "lienlac",
                "serve",
                str(self.folder),
                "--passphrase-file",
                str(self.passphrase_file),
            ],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
        )
        log.close()
        said = threading.Event()
        server = self.server

        def listen() -> None:
            if server.stdout is not None and server.stdout.readline():
                said.set()

        threading.Thread(target=listen, daemon=True).start()
        wait_for(lambda: said.is_set() or server.poll() is not None, START_S, f"{self.node_id} does not start")
        if not said.is_set():
            tail = (self.folder / "serve.log").read_text(encoding="utf-8")[-500:]
            raise NotAllowed("demo-failed", reason=f"{self.node_id}: {tail}")

    def stop(self) -> None:
        """Ask the server to stop, and see that it does."""
        if self.server is not None and self.server.poll() is None:
            self.server.send_signal(signal.SIGTERM)
            try:
                self.server.wait(30)
            except subprocess.TimeoutExpired:
                self.server.kill()
                self.server.wait()
        self._let_go()

    def _let_go(self) -> None:
        """Close what is left of the server before."""
        if self.server is not None and self.server.stdout is not None:
            self.server.stdout.close()


def make_nodes(folder: Path, port_base: int) -> tuple[DemoNode, DemoNode]:
    """The two nodes, not yet made; ports that are taken are replaced."""
    ports = free_ports(port_base, 4)
    return (
        DemoNode("vn", folder / "vn-demo", ports[0], ports[1]),
        DemoNode("us", folder / "us-demo", ports[2], ports[3]),
    )


def pair(inviter: DemoNode, other: DemoNode, folder: Path) -> None:
    """The ceremony: a paper there, the fingerprint by voice, a paper back, the other fingerprint by voice."""
    invitation, acceptance = folder / "invitation.json", folder / "acceptance.json"
    inviter.command("peer", "invite", "--out", str(invitation))
    other.command("peer", "accept", str(invitation), "--fingerprint", inviter.fingerprint, "--out", str(acceptance))
    inviter.command("peer", "accept", str(acceptance), "--fingerprint", other.fingerprint)


def agree(proposer: DemoNode, other: DemoNode, folder: Path) -> None:
    """Draft, fill in the contact points, propose, countersign; returns once it is in force on both sides."""
    draft = folder / "agreement.json"
    proposer.command("agreement", "template", other.node_id, "--out", str(draft))
    document = json.loads(draft.read_text(encoding="utf-8"))
    for party in document["parties"]:
        side = "vn" if party["node_id"].startswith("vn") else "us"
        officer = PEOPLE[side][1]["name"]
        phone = "+84 24 5550 0100" if side == "vn" else "+1 202 555 0100"
        party["contact"] = {
            "desk": PEOPLE[side][0]["unit"],
            "phone": phone,
            "email": f"duty@{side}.example",
            "named_officer": officer,
        }
    draft.write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")
    proposer.command("agreement", "propose", str(draft))
    wait_for(lambda: bool(other.data("agreement", "list")), SETTLE_S, "the proposed agreement did not arrive")
    other.command("agreement", "sign", proposer.node_id, str(document["version"]))
    wait_for(
        lambda: all(item["in_force_at"] for item in proposer.data("agreement", "list")),
        SETTLE_S,
        "the countersignature did not arrive",
    )


def wait_for(true: Callable[[], bool], longest_s: float, otherwise: str) -> None:
    """Look until it is true; raises `NotAllowed("demo-failed")` after that many seconds."""
    end = time.monotonic() + longest_s
    while not true():
        if time.monotonic() > end:
            raise NotAllowed("demo-failed", reason=otherwise)
        time.sleep(LOOK_S)


def free_ports(first: int, count: int) -> list[int]:
    """That many ports of loopback that nobody holds, from `first` upwards."""
    found: list[int] = []
    for port in range(first, min(first + 1000, 65_536)):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        found.append(port)
        if len(found) == count:
            return found
    raise NotAllowed("demo-failed", reason=f"no free ports above {first}")


ARRANGEMENT = {
    "legal_basis": "bilateral-arrangement",
    "legal_basis_text": "Arrangement between the two authorities on cooperation against online crime, article 4",
    "typology": "fxp-rig",
}


def freeze_form(now: datetime) -> dict[str, Any]:
    """What the US duty officer fills in; the transfer was made some hours ago."""
    return {
        "kind": "freeze-payment",
        "to": "vn-demo",
        "urgency": "hot",
        "purpose": "stop-funds",
        **ARRANGEMENT,
        "beneficiaries": [
            {"form": "vn", "bin": "970436", "number": "0071000918273", "holder_name": "NGUYEN VAN THANH"}
        ],
        "victims": [{"form": "us", "aba": "021000021", "number": "483920017"}],
        "amount": {"amount": "48250.00", "currency": "USD"},
        "transferred_at": (now - timedelta(hours=9)).isoformat(timespec="seconds"),
        "payment_reference": "FT26326-48250",
        "recall": "sent",
        "facts": "The victim met a person online who introduced a trading platform called GoldenTrade FX. After two "
        "small withdrawals were paid out, the victim sent the amount above to the platform's account in Viet Nam. "
        "The platform then asked for a fee before any further withdrawal and stopped answering.",
        "victim": {"identified": True},
        "phone": "+1 202 555 0143",
    }
