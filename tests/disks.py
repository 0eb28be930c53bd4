"""A real little disk that a test can fill, empty and make read-only; needs root, and says so where it is not."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import RawIOBase
from pathlib import Path

import pytest


@contextmanager
def small_disk(directory: Path, megabytes: int) -> Iterator[Callable[[str], None]]:
    """A disk of that size at that directory; gives a function that mounts it anew with other options."""
    if os.geteuid() != 0:
        pytest.skip("mounting a small disk needs root")
    directory.mkdir(exist_ok=True)
    options = f"size={megabytes}m,mode=777"
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(directory)], check=False, capture_output=True
    )
    if made.returncode != 0:
        pytest.skip(f"mounting is not possible here: {made.stderr.decode().strip()}")

    def again(options: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{options}", str(directory)], check=True)

    try:
        yield again
    finally:
        subprocess.run(["umount", "--lazy", str(directory)], check=True)


@contextmanager
def filled(directory: Path) -> Iterator[None]:
    """Nothing more fits on the disk at that directory, until this ends."""
    ballast = directory / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            _write_until_full(file, size)
    try:
        yield
    finally:
        ballast.unlink()


def _write_until_full(file: RawIOBase, size: int) -> None:
    while True:
        try:
            file.write(b"\0" * size)
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            return
