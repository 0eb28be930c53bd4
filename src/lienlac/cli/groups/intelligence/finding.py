"""`lienlac intel search …`: what is found, through a running node's interface."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from lienlac.cli import console
from lienlac.cli.groups.steps import client_of
from lienlac.cli.words import say


def search(
    words: str = "",
    *,
    identifier: str = "",
    type_: str = "",
    collection: str = "",
    giver: Literal["", "officer", "token", "peer", "feed", "file"] = "",
    tlp: str = "",
    typology: str = "",
    sighted: bool = False,
    state: Literal["all", "current", "revoked", "held"] = "all",
    cursor: str = "",
    rows: int = 50,
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """Objects by words, filters or one identifier."""
    from lienlac.interface.intelligence.search import IntelSearch

    asked = IntelSearch(
        words=words,
        identifier=identifier,
        type=type_,
        collection=collection,
        giver=giver,
        tlp=tlp,
        typology=typology,
        sighted=sighted,
        state=state,
        cursor=cursor,
        rows=rows,
    )
    with client_of(url, token_file) as node:
        found = node.search_intelligence(asked)
    if json:
        console.tell_json(found)
        return
    if found.held:
        lines = [(one.id, one.object_id or one.type, console.sentence_of(one.why.en, one.why.vi)) for one in found.held]
        console.table([f"column-{name}" for name in ("id", "object", "reason")], lines)
    elif found.hits:
        rows_told = [(one.object.id, one.object.name, one.object.tlp, one.source.label) for one in found.hits]
        console.table([f"column-{name}" for name in ("id", "object", "mark", "source")], rows_told)
    else:
        console.note(say("nothing-found"))
    for known in found.known:
        console.note(f"{known.shown}: {known.reason} ({known.times})")
    if found.next:
        console.note(say("goes-on", cursor=found.next))


COMMANDS: dict[str, Callable[..., int | None]] = {"search": search}
