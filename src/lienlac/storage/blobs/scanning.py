"""Hands a content to the operator's own scanner, piece by piece, and believes it only when it says that all is well.

The command is run without a shell and gets the content on its standard input (`clamdscan --no-summary -`). It stands
in the node's settings, never in a message. Everything but exit code 0 counts against the content: also a scanner that
cannot be started, or takes too long. Nothing is written to the disk in the clear.
"""

from __future__ import annotations

import shlex
import subprocess
import tempfile
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from lienlac import limits

if TYPE_CHECKING:
    from collections.abc import Iterable

_ENVIRONMENT: Final = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}


def scan(command: str, pieces: Iterable[bytes]) -> str:
    """Empty when the scanner is content; otherwise what it said, on one line. Never raises for the scanner's sake."""
    try:
        words = shlex.split(command)
        with tempfile.TemporaryFile() as said:
            code = _run(words, pieces, said.fileno())
            said.seek(0)
            text = said.read(limits.LINE_MAX_CHARS * 4).decode("utf-8", "replace")
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        return f"the scanner could not be run: {type(error).__name__}"
    if code == 0:
        return ""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return f"exit code {code}: {line}"[: limits.LINE_MAX_CHARS]


def _run(words: list[str], pieces: Iterable[bytes], said: int) -> int:
    process = subprocess.Popen(  # noqa: S603  # the operator's own command, from the node's settings, without a shell
        words, stdin=subprocess.PIPE, stdout=said, stderr=subprocess.STDOUT, env=_ENVIRONMENT, close_fds=True
    )
    patience = threading.Timer(limits.ATTACHMENT_SCAN_MAX_S, process.kill)
    patience.start()
    try:
        with process:
            if process.stdin is not None:
                with suppress(BrokenPipeError):  # it has seen enough
                    for piece in pieces:
                        process.stdin.write(piece)
                with suppress(BrokenPipeError):
                    process.stdin.close()
            return process.wait()
    finally:
        patience.cancel()
        if process.poll() is None:
            process.kill()
