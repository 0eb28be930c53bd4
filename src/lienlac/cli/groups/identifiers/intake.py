"""`lienlac intel intake`: take a report in through a running node's interface.

Without a collection the report waits for its officer on the screen; with one, objects are made of the finds that hold.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from lienlac.cli import console
from lienlac.cli.groups.steps import client_of
from lienlac.cli.words import say

if TYPE_CHECKING:
    from lienlac.interface.intelligence.intake import Proposed


def intake(
    file: Path,
    *,
    collection: str = "",
    title: str = "",
    keep: str = "",
    typology: str = "",
    tlp: str = "amber",
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """Read a report in; make objects of it where a collection is named."""
    from lienlac.interface.intelligence.intake import IntakeConfirmed

    with client_of(url, token_file) as node:
        found = node.take_file_in(file)
        taken = None
        if collection:
            said = IntakeConfirmed(
                title=title or file.name,
                collection=collection,
                keep=_kept(found, keep),
                typologies=(typology,) if typology else (),
                tlp=tlp,
            )
            taken = node.confirm_report(found.id, said)
    if json:
        console.tell_json(found if taken is None else taken)
        return
    rows = [
        (one.number, one.type, console.plain(one.shown), one.sureness, "" if one.makes else "–") for one in found.finds
    ]
    console.table(("column-number", "column-kind", "column-identifier", "column-sureness", "column-state"), rows)
    if found.removed:
        what = ", ".join(f"{count} × {name}" for name, count in sorted(found.removed.items()))
        console.note(say("intake-removed", what=what))
    if taken is None:
        console.note(say("intake-waits", id=found.id))
    else:
        console.note(say("intake-taken", report=taken.report, objects=str(len(taken.objects))))


def _kept(found: Proposed, keep: str) -> tuple[int, ...]:
    if keep:
        return tuple(int(one) for one in keep.split(",") if one.strip().isdigit())
    return tuple(one.number for one in found.finds if one.sureness != "possible")


COMMANDS: dict[str, Callable[..., int | None]] = {"intake": intake}
