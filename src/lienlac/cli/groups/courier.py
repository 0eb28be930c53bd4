"""`lienlac courier …`: the same sealed envelopes on removable media."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from lienlac import limits
from lienlac.cli import console
from lienlac.cli.words import say
from lienlac.errors import NotAllowed

if TYPE_CHECKING:
    from lienlac.assembly import Node
    from lienlac.exchange.transport.courier_chunks import Packing
    from lienlac.exchange.transport.courier_file import Counts

MB = 1_000_000
PART_MIN_MB, PART_MAX_MB = 1, 1_000_000


def pack(
    peer: str,
    *,
    out: Path,
    part_mb: int = limits.COURIER_PART_BYTES // MB,
    json: bool = False,
    node: Path | None = None,
    passphrase_file: Path | None = None,
) -> None:
    """Write what waits for a partner, in as many parts as it takes; each appears whole or not at all."""
    from lienlac.exchange.transport.courier_chunks import Packing
    from lienlac.people.rights import Action

    if not PART_MIN_MB <= part_mb <= PART_MAX_MB:
        raise NotAllowed("part-size", low=PART_MIN_MB, high=PART_MAX_MB)
    packing = Packing()
    parts: list[tuple[Path, Counts]] = []
    with console.opened(node, passphrase_file, Action.COURIER_PACK) as here:
        while not packing.done:
            path = out if not parts else out.with_name(f"{out.name}.{len(parts) + 1}")
            parts.append((path, _pack_part(here, peer, path, packing, part_mb * MB)))
    if json:
        first = dataclasses.asdict(parts[0][1])
        console.tell_json({**first, "parts": [str(path) for path, _ in parts]})
        return
    for path, counts in parts:
        console.note(say("packed", envelopes=counts.envelopes, receipts=counts.receipts, path=path))
        if counts.chunks:
            console.note(say("packed-chunks", chunks=counts.chunks))


def _pack_part(here: Node, peer: str, out: Path, packing: Packing, part_bytes: int) -> Counts:
    if out.exists():
        raise NotAllowed("file-exists", path=str(out))
    partial = out.with_name(f".{out.name}.partial")
    try:
        with partial.open("wb") as file, console.progress(say("packing")) as move:
            counts = here.post.courier_files.pack(
                console.console_officer(here),
                peer,
                file,
                lambda done: move(done, None),
                packing=packing,
                part_bytes=part_bytes,
            )
            file.flush()
            os.fsync(file.fileno())
        partial.rename(out)
    except OSError as error:
        raise NotAllowed("file-unwritable", path=str(out), reason=error.strerror or "") from error
    finally:
        partial.unlink(missing_ok=True)
    return counts


def unpack(file: Path, *, json: bool = False, node: Path | None = None, passphrase_file: Path | None = None) -> None:
    """Take a file in; again does no harm."""
    from lienlac.people.rights import Action

    try:
        source = file.open("rb")
    except OSError as error:
        raise NotAllowed("file-unreadable", path=str(file), reason=error.strerror or "") from error
    with (
        source,
        console.opened(node, passphrase_file, Action.COURIER_UNPACK) as here,
        console.progress(say("unpacking")) as move,
    ):
        counts = here.post.courier_files.unpack(console.console_officer(here), source, lambda done: move(done, None))
    if json:
        console.tell_json(dataclasses.asdict(counts))
    else:
        console.note(say("unpacked", **dataclasses.asdict(counts)))
        if counts.recovered:
            console.note(say("unpacked-recovered", recovered=counts.recovered))
        if counts.waiting:
            console.note(say("unpacked-waiting", waiting=counts.waiting))
        if counts.chunks or counts.passed_over:
            console.note(say("unpacked-chunks", chunks=counts.chunks, passed_over=counts.passed_over))


COMMANDS: dict[str, Callable[..., int | None]] = {"pack": pack, "unpack": unpack}
