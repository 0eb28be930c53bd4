"""`lienlac demo`: sets the stage, plays, checks, and leaves both nodes running or ends them."""

from __future__ import annotations

import shutil
import signal
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from rich.text import Text

from lienlac.cli import console
from lienlac.cli.demo.chapters import CHAPTERS
from lienlac.cli.demo.chapters.intelligence import endpoint
from lienlac.cli.demo.checks import Check, check_all
from lienlac.cli.demo.databases import databases
from lienlac.cli.demo.setting import Setting
from lienlac.cli.demo.stage import Side, Stage, free_ports
from lienlac.cli.demo.story import Story
from lienlac.cli.words import language, say

if TYPE_CHECKING:
    from types import FrameType

    from lienlac.cli.demo.story import Played

CHECK_FAILED = 5
"""Exit code; the same as `app.Exit.CHECK_FAILED`."""
COLOURS = {"vn-demo": "yellow", "us-demo": "cyan"}


class _Teller:
    """Prints what happens, with the time since the beginning and the side."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self._out = console.out()

    def __call__(self, side: Side, sentence: str, **places: object) -> None:
        line = Text(f"{time.monotonic() - self._begun:6.1f} s  ", style="dim")
        line.append(f"{side.node_id}  ", style=f"bold {COLOURS[side.node_id]}")
        line.append(console.plain(say(sentence, **places)))
        self._out.print(line, soft_wrap=True)


def play(*, once: bool, json_file: Path | None, folder: Path | None, port_base: int, database: str) -> int:
    """The whole demo; returns the exit code. Raises `NotAllowed("demo-failed" | "file-exists" | …)`."""
    signal.signal(signal.SIGTERM, _interrupt)
    home = folder.resolve() if folder is not None else Path(tempfile.mkdtemp(prefix="lienlac-demo-"))
    keep = folder is not None
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        with databases(database) as urls, Stage(_sides(home, port_base, urls)) as stage:
            console.tell(say("demo-begins", folder=home), style="bold")
            held = _perform(stage, json_file)
            if once:
                return 0 if held else CHECK_FAILED
            _show_accounts(stage)
            _wait()
            return 0 if held else CHECK_FAILED
    except BaseException:
        _show_logs(home)
        raise
    finally:
        if not keep:
            shutil.rmtree(home, ignore_errors=True)


def _perform(stage: Stage, json_file: Path | None) -> bool:
    """Setting, story, checks, and the file for other tools."""
    teller = _Teller()
    Setting(stage, teller).build()
    played = Story(stage, teller).play()
    further = [finding for chapter in CHAPTERS for finding in chapter(stage, teller, played)]
    checks = check_all(stage, played, further)
    console.tell()
    for check in checks:
        mark = "✓" if check.held else "✗"
        detail = f"  ({check.detail})" if check.detail else ""
        console.tell(f"  {mark} {say(check.name)}{detail}", style="green" if check.held else "red")
    held = all(check.held for check in checks)
    console.tell(say("demo-held" if held else "demo-not-held", ms=played.receipt_ms), style="bold")
    if json_file is not None:
        _write_json(json_file, stage, played, checks)
    return held


def _sides(home: Path, port_base: int, urls: tuple[str, str]) -> tuple[Side, Side]:
    ports = free_ports(port_base, 4)
    vn = Side(
        node_id="vn-demo",
        country="VN",
        name_vi="Nút trình diễn Việt Nam",
        name_en="Viet Nam demo node",
        language="vi",
        time_zone="Asia/Ho_Chi_Minh",
        folder=home / "vn-demo",
        people_port=ports[0],
        peers_port=ports[1],
        database=urls[0],
    )
    us = Side(
        node_id="us-demo",
        country="US",
        name_vi="Nút trình diễn Hoa Kỳ",
        name_en="United States demo node",
        language="en",
        time_zone="America/New_York",
        folder=home / "us-demo",
        people_port=ports[2],
        peers_port=ports[3],
        database=urls[1],
    )
    return vn, us


def _show_accounts(stage: Stage) -> None:
    """Where to look, and with what: printed once and kept nowhere but in the JSON file, if one was asked for."""
    console.tell()
    console.tell(say("demo-look"), style="bold")
    for side in stage.sides:
        console.tell()
        console.tell(f"{side.name_vi if language() == 'vi' else side.name_en}: {side.url}", style="bold")
        rows = [
            (account.login, account.name, ", ".join(account.roles), account.password, account.totp_secret)
            for account in side.accounts.values()
        ]
        console.table(("column-login", "column-name", "column-roles", "column-password", "column-code"), rows)
    console.tell(say("demo-stop"))


def _wait() -> None:
    """Until Ctrl+C."""
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        console.note(say("stopped"))


def _write_json(path: Path, stage: Stage, played: Played, checks: list[Check]) -> None:
    """Everything an outside tool needs to connect; for the eyes of the caller alone."""
    document: dict[str, Any] = {
        "format": "lienlac-demo/1",
        "nodes": [_node(side) for side in stage.sides],
        "requests": [
            {"id": played.freeze, "reference": played.reference, "kind": "freeze-payment", "digest": played.digest},
            {"id": played.preserve, "kind": "preserve-data"},
        ],
        "receipt_ms": played.receipt_ms,
        "taxii": endpoint(stage),
        "checks": [{"name": check.name, "held": check.held, "detail": check.detail} for check in checks],
    }
    path.unlink(missing_ok=True)  # a demo's own file of an earlier run
    console.write_file(path, msgspec.json.format(msgspec.json.encode(document), indent=2), mode=console.PRIVATE)


def _node(side: Side) -> dict[str, Any]:
    return {
        "node_id": side.node_id,
        "name_vi": side.name_vi,
        "name_en": side.name_en,
        "country": side.country,
        "url": side.url,
        "api": f"{side.url}/api",
        "openapi": f"{side.url}/api/openapi.json",
        "peers_url": f"https://127.0.0.1:{side.peers_port}",
        "folder": str(side.folder),
        "passphrase_file": str(side.passphrase_file),
        "fingerprint": side.fingerprint,
        "accounts": [
            {
                "login": account.login,
                "name": account.name,
                "role": account.roles[-1],
                "roles": list(account.roles),
                "password": account.password,
                "totp_secret": account.totp_secret,
            }
            for account in side.accounts.values()
        ],
        "tokens": {account.login: account.token for account in side.accounts.values() if account.token},
    }


def _show_logs(home: Path) -> None:
    """The servers' last words, when something failed."""
    for log in sorted(home.glob("*.log")):
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:]
        for line in lines:
            console.note(f"{log.stem}: {line}")


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    """A service manager's stop is a person's Ctrl+C: everything is put away in order."""
    raise KeyboardInterrupt
