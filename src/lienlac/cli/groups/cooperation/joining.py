"""`lienlac case merge`, `case split`: what only cases have, through a running node's interface."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lienlac.cli import console
from lienlac.cli.groups.cooperation.records import read_form
from lienlac.cli.groups.steps import client_of
from lienlac.cli.words import say
from lienlac.interface.records.joining import CaseSplitting

if TYPE_CHECKING:
    from lienlac.interface.records.joining import CaseJoined


def merge(
    name: str,
    into: str,
    *,
    vi: str = "",
    en: str = "",
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """Let our part of a case go on in another one."""
    with client_of(url, token_file) as node:
        _tell(node.merge_case(name, into, vi=vi, en=en), json=json)


def split(name: str, file: Path, *, json: bool = False, url: str | None = None, token_file: Path | None = None) -> None:
    """A new case of some of what this side has said, from a form file."""
    splitting = read_form(file, CaseSplitting)
    with client_of(url, token_file) as node:
        _tell(node.split_case(name, splitting), json=json)


def _tell(made: CaseJoined, *, json: bool) -> None:
    if json:
        console.tell_json(made)
        return
    console.tell(f"{made.record.reference}  {made.record.id}")
    console.note(say("case-carried", count=made.carried))
    if made.waits:
        console.note(say("record-waits", count=made.waits))


COMMANDS: Final[dict[str, Callable[..., int | None]]] = {"merge": merge, "split": split}
