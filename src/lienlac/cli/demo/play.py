"""`lienlac demo`: makes two nodes, plays the story, checks everything, and leaves both running until Ctrl-C.

With --once it stops both nodes and succeeds only if every check held. Processes are ended whatever happens.
"""

from __future__ import annotations

import os
import signal
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lienlac.cli import console
from lienlac.cli.demo.nodes import DemoNode, agree, make_nodes, pair
from lienlac.cli.demo.story import Told, play_story
from lienlac.cli.words import say
from lienlac.errors import NotAllowed

if TYPE_CHECKING:
    from types import FrameType

CHECK_FAILED = 5
"""Exit code; the same as `app.Exit.CHECK_FAILED`."""


def play(*, once: bool, json_file: Path | None, folder: Path | None, port_base: int) -> int:
    """The whole demo; returns the exit code. Raises `NotAllowed("demo-failed")` when it cannot go on."""
    signal.signal(signal.SIGTERM, _stop)
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return _play(folder.resolve(), once=once, json_file=json_file, port_base=port_base)
    with tempfile.TemporaryDirectory(prefix="lienlac-demo-") as temporary:
        return _play(Path(temporary), once=once, json_file=json_file, port_base=port_base)


def _play(folder: Path, *, once: bool, json_file: Path | None, port_base: int) -> int:
    started = time.monotonic()

    def tell(text: str) -> None:
        console.tell(f"{time.monotonic() - started:6.1f} s  {text}")

    vn, us = make_nodes(folder, port_base)
    if vn.folder.exists() or us.folder.exists():
        raise NotAllowed("settings-exist", path=str(folder))
    told = Told(tell)
    try:
        _prepare(vn, us, folder, tell)
        if json_file is not None:
            _write(json_file, vn, us)
        play_story(vn, us, folder, told)
        failed = _say_checks(told)
        if once or failed:
            return CHECK_FAILED if failed else 0
        _say_where(vn, us)
        with suppress(KeyboardInterrupt):
            while all(node.server is not None and node.server.poll() is None for node in (vn, us)):
                time.sleep(1)
        return 0
    finally:
        for node in (vn, us):
            node.stop()


def _prepare(vn: DemoNode, us: DemoNode, folder: Path, tell: Any) -> None:
    with ThreadPoolExecutor(2) as both:
        list(both.map(DemoNode.make, (vn, us)))
        for node in (vn, us):
            tell(say("demo-made", side=node.name, fingerprint=node.fingerprint))
        pair(us, vn, folder)
        tell(say("demo-paired"))
        list(both.map(DemoNode.staff, (vn, us)))
        list(both.map(DemoNode.start, (vn, us)))
    tell(say("demo-staffed"))
    agree(us, vn, folder)
    tell(say("demo-agreed"))


def _say_checks(told: Told) -> bool:
    console.tell()
    for name in told.held:
        console.tell(f"  ✓ {name}", style="green")
    for name in told.failed:
        console.complain(f"  ✗ {name}")
    return bool(told.failed)


def _say_where(vn: DemoNode, us: DemoNode) -> None:
    console.tell()
    console.tell(say("demo-running"))
    for node in (vn, us):
        console.tell(f"\n{node.name}: {node.url}", style="bold")
        for account in node.accounts:
            console.tell(
                say("demo-account", login=account["login"], role=account["role"], password=account["password"],
                    code=account["totp_secret"])
            )  # fmt: skip
    console.tell()
    console.tell(say("demo-stop"))


def _write(path: Path, vn: DemoNode, us: DemoNode) -> None:
    """Addresses and secrets for other tools, for nobody else to read."""
    import msgspec

    nodes = [
        {
            "node_id": node.node_id,
            "url": node.url,
            "api": f"{node.url}/api",
            "openapi": f"{node.url}/api/openapi.json",
            "peers_url": node.peers_url,
            "folder": str(node.folder),
            "fingerprint": node.fingerprint,
            "accounts": node.accounts,
            "tokens": node.tokens,
        }
        for node in (vn, us)
    ]
    data = msgspec.json.format(msgspec.json.encode({"demo": True, "nodes": nodes}), indent=2) + b"\n"
    with suppress(FileNotFoundError):
        path.unlink()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
