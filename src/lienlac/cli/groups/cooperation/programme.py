"""`lienlac programme …`: joint programmes from the command line, through a running node's interface."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lienlac.cli import console
from lienlac.cli.groups.steps import client_of
from lienlac.cli.words import say

if TYPE_CHECKING:
    from lienlac.interface.records.shared import RecordDone


_SHARES: Final = (("decided", "requests"), ("refused", "decided"), ("held", "freezes"))
"""Counts and what each is a part of."""


def signatures(record_id: str, *, url: str | None = None, token_file: Path | None = None) -> None:
    """Who has signed a programme, and the digest of what is signed, as JSON."""
    with client_of(url, token_file) as node:
        console.tell_json(node.programme_signatures(record_id))


def sign(record_id: str, substance: str, *, url: str | None = None, token_file: Path | None = None) -> None:
    """Sign exactly what was read."""
    with client_of(url, token_file) as node:
        _tell(node.sign_programme(record_id, substance))


def figures(
    record_id: str,
    *,
    member: str = "",
    quarter: str = "",
    quarters: int = 1,
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """Figures of some quarters, with what they are made of."""
    with client_of(url, token_file) as node:
        found = node.programme_figures(record_id, member=member, quarter=quarter, quarters=quarters)
    if json:
        console.tell_json(found)
        return
    rows = []
    for name, one in zip(found.quarters, found.figures, strict=True):
        for way in one["directions"]:
            head = (name, f"{way['requester']} > {way['executor']}")
            rows.append((*head, "requests", str(way["requests"]), ""))
            rows += [(*head, part, str(way[part]), str(way[whole])) for part, whole in _SHARES]
            rows += [
                (*head, times["measure"], f"p50 {times['p50_s']} s, p90 {times['p90_s']} s", str(times["count"]))
                for times in way["times"]
                if not times["kind"]
            ]
    console.table(("column-quarter", "column-direction", "column-figure", "column-value", "column-of"), rows)
    if not found.current:
        console.note(say("figures-not-current"))


def report(
    record_id: str, quarter: str, *, member: str = "", url: str | None = None, token_file: Path | None = None
) -> None:
    """A quarter's report: what each side has stated, what this node computes, where they differ, as JSON."""
    with client_of(url, token_file) as node:
        console.tell_json(node.programme_report(record_id, quarter, member=member))


def state_report(
    record_id: str,
    quarter: str,
    *,
    member: str = "",
    vi: str = "",
    en: str = "",
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """State the figures that the node computes."""
    with client_of(url, token_file) as node:
        _tell(node.state_report(record_id, quarter, member=member, vi=vi, en=en))


def countersign(
    record_id: str,
    quarter: str,
    digest: str,
    *,
    member: str = "",
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """Countersign the other side's report, exactly as it was read."""
    with client_of(url, token_file) as node:
        _tell(node.countersign_report(record_id, quarter, digest, member=member))


def _tell(done: RecordDone) -> None:
    console.tell_json(done)
    if done.waits:
        console.note(say("programme-waits"))


COMMANDS: dict[str, Callable[..., int | None]] = {
    "signatures": signatures,
    "sign": sign,
    "figures": figures,
    "report": report,
    "state-report": state_report,
    "countersign": countersign,
}
"""The group's commands by name."""
