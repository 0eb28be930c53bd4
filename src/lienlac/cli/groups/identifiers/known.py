"""`lienlac identifier …`: look one up through a running node's interface; make the index anew at the console."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lienlac.cli import console
from lienlac.cli.groups.steps import client_of
from lienlac.cli.words import say


def look_up(
    text: str,
    *,
    type: str = "",  # noqa: A002  # it is the option --type
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,  # it is the option --type
) -> None:
    """Where the identifiers of a text, or one value of a type, are named."""
    with client_of(url, token_file) as node:
        found = node.known(text, type)
    if json:
        console.tell_json(found)
        return
    rows = [
        (one.type, console.plain(one.shown), one.times, ", ".join(console.plain(seen.label) for seen in one.seen))
        for one in found.known
    ]
    console.table(("column-kind", "column-identifier", "column-times", "column-named-in"), rows)
    if found.behind:
        console.note(say("index-behind", count=str(found.behind)))


def rebuild(*, json: bool = False, node: Path | None = None, passphrase_file: Path | None = None) -> None:
    """Make the index of identifiers anew from what is stored; the node may go on working meanwhile."""
    from lienlac import journal
    from lienlac.people.rights import Action

    with console.opened(node, passphrase_file, Action.COLLECTION_MANAGE) as here:
        things = here.index.rebuild(here.database, (*here.naming.values(), here.intelligence.naming), (here.named,))
        here.database.write(
            lambda connection: journal.record(
                connection,
                at=here.clock.now(),
                actor="console",
                action="identifier.index-made-anew",
                thing=here.settings.node_id,
                detail={"things": things},
            )
        )
    if json:
        console.tell_json({"things": things})
    else:
        console.note(say("index-made-anew", things=str(things)))


COMMANDS: dict[str, Callable[..., int | None]] = {"look-up": look_up, "rebuild": rebuild}
