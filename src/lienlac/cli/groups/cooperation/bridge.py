"""`lienlac case look-from`, `begin-from`, `add-from`: from another thing into a case, through a node's interface."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lienlac.cli import console
from lienlac.cli.groups.cooperation.records import read_form
from lienlac.cli.groups.steps import client_of
from lienlac.cli.words import say
from lienlac.interface.records.bridge import CaseAdding, CaseBeginning

if TYPE_CHECKING:
    from lienlac.interface.records.bridge import CaseGoesOn


def look_from(
    kind: str, thing: str, *, json: bool = False, url: str | None = None, token_file: Path | None = None
) -> None:
    """What of a thing would go into a case."""
    with client_of(url, token_file) as node:
        offer = node.look_for_case(kind, thing)
    if json:
        console.tell_json(offer)
        return
    console.tell(f"{console.plain(offer.reference)}  TLP:{offer.tlp.upper()} PAP:{offer.pap.upper()}")
    rows = [
        (one.key, one.kind, console.plain(one.name), one.identifier, "x" if one.preset else "")
        for one in offer.entities
    ]
    console.table(("column-key", "column-kind", "column-name", "column-identifier", "column-preset"), rows)
    for one in offer.cases:
        console.note(say("case-names-it", reference=one.reference))
    console.tell(f"seen: {offer.seen}")


def begin_from(
    kind: str, thing: str, file: Path, *, json: bool = False, url: str | None = None, token_file: Path | None = None
) -> None:
    """A new case that goes on from a thing, from a form file."""
    beginning = read_form(file, CaseBeginning)
    with client_of(url, token_file) as node:
        _tell(node.begin_case(kind, thing, beginning), json=json)


def add_from(
    kind: str, thing: str, file: Path, *, json: bool = False, url: str | None = None, token_file: Path | None = None
) -> None:
    """Add a thing to a case, from a form file."""
    adding = read_form(file, CaseAdding)
    with client_of(url, token_file) as node:
        _tell(node.add_to_case(kind, thing, adding), json=json)


def _tell(made: CaseGoesOn, *, json: bool) -> None:
    if json:
        console.tell_json(made)
        return
    console.tell(f"{made.record.reference}  {made.record.id}")
    console.note(say("case-goes-on", stated=made.stated, stood=made.stood))
    if made.waits:
        console.note(say("record-waits", count=made.waits))


COMMANDS: Final[dict[str, Callable[..., int | None]]] = {
    "look-from": look_from,
    "begin-from": begin_from,
    "add-from": add_from,
}
