"""Opens one file in the opening process and takes what it says; ends the process when it takes too long.

Everything is bounded: the file, the process's memory, its processor time and its life, what it may answer, and how many
such processes there are at a time.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final

from lienlac import limits
from lienlac.errors import NotAllowed, Refused
from lienlac.intelligence.intake.opening.kinds import kind_of

_log = logging.getLogger("lienlac.intelligence.intake")
_BOUNDS: Final = json.dumps(
    {
        "chars": limits.INTAKE_TEXT_MAX_CHARS,
        "pages": limits.INTAKE_PAGES_MAX,
        "parts": limits.INTAKE_PARTS_MAX,
        "sheets": limits.INTAKE_SHEETS_MAX,
        "rows": limits.INTAKE_ROWS_MAX,
        "columns": limits.INTAKE_COLUMNS_MAX,
        "entries": limits.INTAKE_PARTS_MAX,
        "unpacked": limits.INTAKE_UNPACKED_MAX_BYTES,
        "pixels": limits.INTAKE_PIXELS_MAX,
        "codes": limits.INTAKE_CODES_MAX,
    }
)
_GRID_BOUNDS: Final = json.dumps(
    {
        "chars": limits.IMPORT_GRID_MAX_CHARS,
        "rows": limits.INTAKE_ROWS_MAX,
        "columns": limits.TABLE_COLUMNS_MAX,
        "entries": limits.INTAKE_PARTS_MAX,
        "unpacked": limits.INTAKE_UNPACKED_MAX_BYTES,
    }
)
_turns = threading.BoundedSemaphore(limits.INTAKE_AT_ONCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What a file says. `notes` are codes of what was left: cut, pages-without-text, attachments-left, no-code."""

    kind: str
    text: str
    notes: tuple[str, ...]


def opened(data: bytes, name: str = "") -> Opened:
    """The texts of a file.

    Raises `Refused`: `intake-file-too-large`, `intake-file-empty`, `intake-file-unknown`, `intake-file-broken`,
    `intake-file-encrypted`, `intake-file-too-much`; `NotAllowed("intake-busy")`.
    """
    if len(data) > limits.INTAKE_FILE_MAX_BYTES:
        raise Refused("intake-file-too-large", field="file", limit_bytes=limits.INTAKE_FILE_MAX_BYTES)
    kind = kind_of(data, name)
    answer = _in_turn(kind, data, _BOUNDS)
    texts = answer.get("texts")
    if not isinstance(texts, list):
        _log.info("a file of kind %s could not be read: %s", kind, str(answer.get("broken", "it ended"))[:100])
        raise Refused("intake-file-broken", field="file")
    return Opened(kind=kind, text="\n\n".join(map(str, texts)), notes=tuple(map(str, answer.get("notes", ()))))


def grid_of(data: bytes) -> str:
    """A spreadsheet's first sheet as comma-separated text, "" when it is empty. Raises as `opened`."""
    answer = _in_turn("grid", data, _GRID_BOUNDS)
    texts = answer.get("texts")
    if not isinstance(texts, list):
        _log.info("a spreadsheet could not be read: %s", str(answer.get("broken", "it ended"))[:100])
        raise Refused("intake-file-broken", field="file")
    if "cut" in answer.get("notes", ()):
        raise Refused("intake-file-too-much", field="file")
    return "".join(map(str, texts))


def _in_turn(kind: str, data: bytes, bounds: str) -> dict[str, Any]:
    """What the opening process answers, once it is this file's turn. Raises `NotAllowed`, `Refused`."""
    if not _turns.acquire(timeout=limits.INTAKE_WAIT_MAX_S):
        raise NotAllowed("intake-busy")
    try:
        answer = _asked(kind, data, bounds)
    finally:
        _turns.release()
    if "refused" in answer:
        code = "intake-file-encrypted" if answer["refused"] == "encrypted" else "intake-file-too-much"
        raise Refused(code, field="file")
    return answer


def _asked(kind: str, data: bytes, bounds: str) -> dict[str, Any]:
    """What the process answers; {} when it ended without an answer."""
    program = str(resources.files("lienlac.intelligence.intake.opening").joinpath("worker.py"))
    with tempfile.TemporaryDirectory(prefix="lienlac-intake-") as empty:
        process = subprocess.Popen(  # noqa: S603  # our own file, by the interpreter that runs us
            [
                sys.executable,
                "-I",  # neither the caller's folder nor its environment decides what is imported
                program,
                kind,
                str(limits.INTAKE_MEMORY_MAX_BYTES),
                str(limits.INTAKE_CPU_MAX_S),
                bounds,
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=empty,
            env={},
        )
        watch = threading.Timer(limits.INTAKE_LIFE_MAX_S, process.kill)
        watch.daemon = True
        watch.start()
        try:
            return _said(process, data)
        finally:
            watch.cancel()
            process.kill()
            process.wait()
            _shut(process)


def _said(process: subprocess.Popen[bytes], data: bytes) -> dict[str, Any]:
    asked, told = process.stdin, process.stdout
    if asked is None or told is None:
        return {}
    try:
        asked.write(data)
        asked.close()
        answer = told.read(limits.INTAKE_ANSWER_MAX_BYTES)
        found = json.loads(answer)
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _shut(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is None:
            continue
        try:
            pipe.close()
        except BrokenPipeError:
            _log.debug("the opening process ended before it had read everything")
