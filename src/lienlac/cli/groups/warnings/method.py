"""`lienlac method …`: records of how offenders work, through a running node's interface."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from lienlac.cli import console
from lienlac.cli.groups.steps import client_of
from lienlac.cli.words import say


def list_(
    *,
    whose: Literal["all", "ours", "theirs"] = "all",
    typology: str = "",
    words: str = "",
    rows: int = 50,
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """One page of records."""
    with client_of(url, token_file) as node:
        page = node.methods(whose=whose, typology=typology, words=words, rows=rows)
    if json:
        console.tell_json(page)
    elif not page.methods:
        console.note(say("no-methods"))
    else:
        table = [
            (one.id, one.origin, str(one.version), ", ".join(one.typologies), console.plain(one.title_en))
            for one in page.methods
        ]
        console.table(("column-id", "column-node", "column-version", "column-kind", "column-title"), table)


def show(name: str, *, json: bool = False, url: str | None = None, token_file: Path | None = None) -> None:
    """One record: its steps, red flags and what can be done."""
    with client_of(url, token_file) as node:
        found = node.method(name)
    if json:
        console.tell_json(found)
        return
    body: dict[str, Any] = found.versions[0].method
    console.tell(console.plain(f"{body['title_vi']} / {body['title_en']}"))
    for part in ("steps", "scripts", "red_flags", "counter_measures"):
        for place, item in enumerate(body.get(part, ()), 1):
            said = console.sentence_of(item.get("en", ""), item.get("vi", ""))
            console.tell(console.plain(f"{place}. {said or item.get('vi') or item.get('en')}"))
    for one in body.get("identifiers", ()):
        console.tell(console.plain(f"{one['type']}: {one['value']}"))


def add(file: Path, *, json: bool = False, url: str | None = None, token_file: Path | None = None) -> None:
    """Write a record down from a form file."""
    form = console.read_json(file)
    with client_of(url, token_file) as node:
        made = node.write_method(form)
    if json:
        console.tell_json(made)
    else:
        console.tell(say("method-written", id=made.id))


def export(
    name: str,
    *,
    out: Path = console.STANDARD,
    collection: str = "",
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """As STIX objects: into a file, or into a collection of intelligence."""
    import msgspec

    with client_of(url, token_file) as node:
        if not collection:
            console.stream_file(out, iter([msgspec.json.encode(node.method_stix(name)), b"\n"]))
            return
        done = node.method_into(name, collection)
    if json:
        console.tell_json(done)
    else:
        console.tell(say("imported", new=done.new, same=done.same, held=done.held))


def leaflet(name: str, *, out: Path = console.STANDARD, url: str | None = None, token_file: Path | None = None) -> None:
    """The leaflet for victims, as PDF."""
    with client_of(url, token_file) as node:
        pdf = node.method_leaflet(name)
    console.stream_file(out, iter([pdf]))


COMMANDS: dict[str, Callable[..., int | None]] = {
    "list": list_,
    "show": show,
    "add": add,
    "export": export,
    "leaflet": leaflet,
}
