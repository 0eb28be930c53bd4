"""`lienlac courier …`: the same sealed envelopes on removable media."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable
from pathlib import Path

from lienlac.cli import console
from lienlac.cli.words import say
from lienlac.errors import NotAllowed


def pack(
    peer: str, *, out: Path, json: bool = False, node: Path | None = None, passphrase_file: Path | None = None
) -> None:
    """Write what waits for a partner; the file appears whole or not at all."""
    from lienlac.people.rights import Action

    if out.exists():
        raise NotAllowed("file-exists", path=str(out))
    partial = out.with_name(f".{out.name}.partial")
    with console.opened(node, passphrase_file, Action.COURIER_PACK) as here:
        try:
            with partial.open("wb") as file, console.progress(say("packing")) as move:
                counts = here.post.courier_files.pack(
                    console.console_officer(here), peer, file, lambda done: move(done, None)
                )
                file.flush()
                os.fsync(file.fileno())
            partial.rename(out)
        except OSError as error:
            raise NotAllowed("file-unwritable", path=str(out), reason=error.strerror or "") from error
        finally:
            partial.unlink(missing_ok=True)
    if json:
        console.tell_json(dataclasses.asdict(counts))
    else:
        console.note(say("packed", envelopes=counts.envelopes, receipts=counts.receipts, path=out))


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


COMMANDS: dict[str, Callable[..., int | None]] = {"pack": pack, "unpack": unpack}
