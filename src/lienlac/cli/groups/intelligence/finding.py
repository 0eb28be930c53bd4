"""`lienlac intel search …`: what is found, through a running node's interface."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from lienlac.cli import console
from lienlac.cli.groups.steps import client_of
from lienlac.cli.words import say
from lienlac.errors import NotAllowed

if TYPE_CHECKING:
    from lienlac.interface.intelligence.search import IntelFound, IntelSearch, SavedSearches


def search(
    words: str = "",
    *,
    identifier: str = "",
    type_: str = "",
    collection: str = "",
    giver: Literal["", "officer", "token", "peer", "feed", "file"] = "",
    tlp: str = "",
    typology: str = "",
    within_days: int = 0,
    sighted: bool = False,
    state: Literal["all", "current", "revoked", "held"] = "all",
    saved: str = "",
    cursor: str = "",
    rows: int = 50,
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """Objects by words, filters or one identifier, or as a saved search says."""
    from lienlac.interface.intelligence.search import IntelSearch

    if saved:
        with client_of(url, token_file) as node:
            _tell(node.search_intelligence(_as_saved(node.saved_searches(), saved, cursor, rows)), json=json)
        return
    asked = IntelSearch(
        words=words,
        identifier=identifier,
        type=type_,
        collection=collection,
        giver=giver,
        tlp=tlp,
        typology=typology,
        within_days=within_days,
        sighted=sighted,
        state=state,
        cursor=cursor,
        rows=rows,
    )
    with client_of(url, token_file) as node:
        _tell(node.search_intelligence(asked), json=json)


def _as_saved(kept: SavedSearches, named: str, cursor: str, rows: int) -> IntelSearch:
    """What a saved search asks, named by its id or its name. Raises `NotAllowed("not-found")`."""
    import msgspec

    from lienlac.interface.intelligence.search import IntelSearch

    for one in kept.searches:
        if named in (one.id, one.name):
            return IntelSearch(**msgspec.structs.asdict(one.choice), cursor=cursor, rows=rows)
    raise NotAllowed("not-found")


def _tell(found: IntelFound, *, json: bool) -> None:
    if json:
        console.tell_json(found)
        return
    if found.held:
        lines = [
            (one.id, one.name or one.object_id or one.type, console.sentence_of(one.why.en, one.why.vi))
            for one in found.held
        ]
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


def searches(*, json: bool = False, url: str | None = None, token_file: Path | None = None) -> None:
    """Searches that one keeps."""
    import msgspec

    with client_of(url, token_file) as node:
        kept = node.saved_searches()
    if json:
        console.tell_json(kept)
        return
    if not kept.searches:
        console.note(say("no-searches"))
        return
    lines = [(one.id, one.name, msgspec.json.encode(one.choice).decode()) for one in kept.searches]
    console.table([f"column-{name}" for name in ("id", "title", "looked-for")], lines)


def search_keep(
    name: str,
    words: str = "",
    *,
    type_: str = "",
    collection: str = "",
    giver: Literal["", "officer", "token", "peer", "feed", "file"] = "",
    tlp: str = "",
    typology: str = "",
    within_days: int = 0,
    sighted: bool = False,
    state: Literal["all", "current", "revoked", "held"] = "all",
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """Keep a search under a name."""
    from lienlac.interface.intelligence.search import SaveSearch, SearchChoice

    choice = SearchChoice(
        words=words, type=type_, collection=collection, giver=giver, tlp=tlp, typology=typology,
        within_days=within_days, sighted=sighted, state=state,
    )  # fmt: skip
    with client_of(url, token_file) as node:
        kept = node.keep_search(SaveSearch(name=name, choice=choice))
    console.tell(say("search-kept", name=name, id=kept.id))


def search_forget(filter_id: str, *, url: str | None = None, token_file: Path | None = None) -> None:
    """Forget one."""
    with client_of(url, token_file) as node:
        node.forget_search(filter_id)
    console.tell(say("search-forgotten", id=filter_id))


def show(object_id: str, *, json: bool = False, url: str | None = None, token_file: Path | None = None) -> None:
    """One object with its versions, or its newest bytes."""
    with client_of(url, token_file) as node:
        found = node.object(object_id)
    if json:
        console.tell_json(found)
        return
    for one in found.versions:
        console.note(f"{console.when(one.version)}  TLP:{one.tlp.upper()}  {one.source.label}")
    newest = max(found.versions, key=lambda one: (one.version, one.added_at))
    console.stream_file(console.STANDARD, iter([newest.raw.encode(), b"\n"]))


def neighbours(object_id: str, *, json: bool = False, url: str | None = None, token_file: Path | None = None) -> None:
    """What stands around an object."""
    with client_of(url, token_file) as node:
        around = node.neighbours(object_id)
    if json:
        console.tell_json(around)
        return
    if not around.links:
        console.note(say("no-neighbours"))
        return
    rows = [
        (f"{_ARROWS[link.direction]} {link.relation}", one.id, one.name) for link in around.links for one in link.things
    ]
    console.table([f"column-{name}" for name in ("relation", "id", "object")], rows)
    for link in around.links:
        if link.more:
            console.note(say("more-neighbours", relation=link.relation, shown=len(link.things)))


def path(
    object_id: str, other_id: str, *, json: bool = False, url: str | None = None, token_file: Path | None = None
) -> None:
    """The shortest way between two."""
    with client_of(url, token_file) as node:
        way = node.path_between(object_id, other_id)
    if json:
        console.tell_json(way)
        return
    if not way.steps:
        console.note(say("no-path"))
        return
    rows = [(f"{_ARROWS[step.direction]} {step.relation}", step.thing.id, step.thing.name) for step in way.steps]
    console.table([f"column-{name}" for name in ("relation", "id", "object")], rows)


_ARROWS = {"out": "→", "in": "←"}
COMMANDS: dict[str, Callable[..., int | None]] = {
    "search": search,
    "searches": searches,
    "search-keep": search_keep,
    "search-forget": search_forget,
    "show": show,
    "neighbours": neighbours,
    "path": path,
}
