"""`lienlac intel share …` and its like: sharing with partners, through a running node's interface."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from lienlac.cli import console
from lienlac.cli.groups.steps import client_of
from lienlac.cli.words import say


def share(
    file: Path,
    *,
    preview: bool = False,
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """Share what a form file says."""
    form: Any = console.read_json(file)
    with client_of(url, token_file) as node:
        surveys = node.preview_share(form)
        made = None if preview else node.begin_share({**form, "digests": [one.digest for one in surveys.previews]})
    if json:
        console.tell_json(surveys if made is None else made)
        return
    for one in surveys.previews:
        withheld = ", ".join(f"{why}: {count}" for why, count in one.withheld.items()) or "–"
        console.tell(say("share-preview", peer=one.peer, count=one.count, tlp=one.tlp, withheld=withheld))
    if made is None:
        return
    for share_id in made.shares:
        console.tell(say("share-began", share=share_id))
    for wait in made.waits:
        console.tell(say("share-waits", release=wait.id))


def shares(*, json: bool = False, url: str | None = None, token_file: Path | None = None) -> None:
    """Shares with partners."""
    with client_of(url, token_file) as node:
        found = node.shares()
    if json:
        console.tell_json(found)
        return
    if not found.shares:
        console.note(say("no-shares"))
        return
    table = [
        (
            one.id, one.peer, one.mode, one.state, ", ".join(one.types), str(one.objects), str(one.unconfirmed),
            str(one.above), one.title,
        )
        for one in found.shares
    ]  # fmt: skip
    names = ("column-id", "column-node", "column-mode", "column-state", "column-types", "column-objects")
    console.table((*names, "column-unconfirmed", "column-above", "column-title"), table)
    for one in found.shares:
        if one.outdated:
            console.note(say("share-has-outdated", share=one.id, count=one.outdated))


def share_show(
    share_id: str,
    *,
    state: str = "",
    rows: int = 50,
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """One share and what became of its objects."""
    with client_of(url, token_file) as node:
        found = node.share(share_id, state=state or None, rows=rows)
    if json:
        console.tell_json(found)
        return
    table = [(one.state, one.id, one.code, one.reason) for one in found.objects]
    console.table(("column-state", "column-id", "column-code", "column-reason"), table)
    for old in found.outdated:
        names = ", ".join(f"{name.id} ({name.why})" for name in old.names)
        console.note(say("share-outdated", object=old.id, why=old.why or "–", names=names or "–"))


def share_stop(share_id: str, *, url: str | None = None, token_file: Path | None = None) -> None:
    """Nothing more is sent."""
    with client_of(url, token_file) as node:
        node.stop_share(share_id)
    console.tell(say("share-stopped", share=share_id))


def share_resume(share_id: str, *, url: str | None = None, token_file: Path | None = None) -> None:
    """It goes on."""
    with client_of(url, token_file) as node:
        node.resume_share(share_id)
    console.tell(say("share-resumed", share=share_id))


def share_recall(
    share_id: str,
    *,
    reason: str,
    object_: list[str] | None = None,
    above: bool = False,
    everything: bool = False,
    act: Literal["delete", "set-aside"] = "delete",
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """Take objects back: these, those above a ceiling that was lowered since, or all."""
    form = {"ids": object_ or [], "above": above, "everything": everything, "act": act, "reason": reason}
    with client_of(url, token_file) as node:
        done = node.recall_shared(share_id, form)
    for wait in done.waits:
        console.tell(say("share-waits", release=wait.id))
    if not done.waits:
        console.tell(say("share-recalled", count=done.objects))


def arrived(*, json: bool = False, url: str | None = None, token_file: Path | None = None) -> None:
    """What partners shared with us."""
    with client_of(url, token_file) as node:
        found = node.arrived_shares()
    if json:
        console.tell_json(found)
        return
    if not found.arrived:
        console.note(say("no-arrived-shares"))
        return
    table = [
        (one.peer, one.share, str(one.objects), str(one.new), str(one.held), str(one.waiting), one.title)
        for one in found.arrived
    ]
    names = ("column-node", "column-id", "column-objects", "column-taken", "column-held", "column-waiting")
    console.table((*names, "column-title"), table)


def sight(
    object_id: str,
    *,
    count: int = 0,
    useful: int = 0,
    text: str = "",
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """Tell the partner what an object was good for."""
    with client_of(url, token_file) as node:
        node.say_sighting({"object": object_id, "count": count, "useful": useful, "text": text})
    console.tell(say("sighting-said", object=object_id))


COMMANDS: dict[str, Callable[..., int | None]] = {
    "share": share,
    "shares": shares,
    "share-show": share_show,
    "share-stop": share_stop,
    "share-resume": share_resume,
    "share-recall": share_recall,
    "arrived": arrived,
    "sight": sight,
}
