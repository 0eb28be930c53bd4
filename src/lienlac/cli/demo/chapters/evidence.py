"""Fifty megabytes over a cut line: the line breaks in the middle, is mended, and the file goes on where it was."""

from __future__ import annotations

import hashlib
import random
from typing import TYPE_CHECKING, Final

from lienlac.cli import console
from lienlac.cli.demo.line import Line
from lienlac.cli.demo.story import duty_officer, until

if TYPE_CHECKING:
    from collections.abc import Callable

    from lienlac.cli.demo.checks import Finding
    from lienlac.cli.demo.stage import Side, Stage
    from lienlac.cli.demo.story import Played
    from lienlac.interface.files import File

MB: Final = 1_000_000
SIZE_BYTES: Final = 50 * MB
CUT_BYTES: Final = 20 * MB
NAME: Final = "demo-screen-recording.bin"


def play(stage: Stage, tell: Callable[..., None], played: Played) -> tuple[Finding, ...]:
    """Send, cut, mend, fetch; the other node is called through a line of the demo's own meanwhile."""
    vn, us = stage.sides
    path = us.papers / NAME
    console.write_file(path, _noise(), quiet=True)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    with Line(vn.peers_port) as line:
        _call_through(stage, us, vn, line.url)
        line.cut_after(CUT_BYTES)
        text = "DEMO. The victim's screen recording of the platform."
        stage.command(us, "request", "attach", played.preserve, str(path), "--text", text, token=duty_officer(us))
        tell(us, "demo-file", name=NAME, megabytes=SIZE_BYTES // MB)
        until("cut", line.is_cut.is_set)
        tell(us, "demo-cut", megabytes=CUT_BYTES // MB)
        line.mend()
        stage.command(us, "peer", "delivery", vn.node_id, "push", "--url", line.url)  # and try again at once
        until("file", lambda: _whole(vn, played.preserve))
        again = line.passed_bytes
        tell(vn, "demo-whole", name=NAME, megabytes=again // MB)
        _call_through(stage, us, vn, f"https://127.0.0.1:{vn.peers_port}")
    folder = vn.papers / "fetched"
    folder.mkdir(exist_ok=True)
    stage.command(vn, "request", "fetch", played.preserve, "--folder", str(folder), token=duty_officer(vn))
    fetched = hashlib.sha256((folder / NAME).read_bytes()).hexdigest()

    def resumed() -> tuple[bool, str]:
        stated = [one.digest for one in _files(vn, played.preserve)]
        held = stated == [digest] and fetched == digest and again < SIZE_BYTES - CUT_BYTES // 2
        return held, f"{CUT_BYTES // MB} + {again // MB} MB, {digest[:12]}…"

    return (("check-file", resumed),)


def _noise() -> bytes:
    """The same bytes in every demo, and none that could be packed smaller."""
    return random.Random(3).randbytes(SIZE_BYTES)  # noqa: S311  # no secret: only bulk


def _call_through(stage: Stage, side: Side, other: Side, url: str) -> None:
    stage.command(side, "peer", "delivery", other.node_id, "push", "--url", url)


def _whole(side: Side, request_id: str) -> bool:
    return any(one.readable for one in _files(side, request_id))


def _files(side: Side, request_id: str) -> list[File]:
    with side.client(duty_officer(side)) as node:
        return [one for one in node.files(request_id).files if one.name == NAME]
