"""`lienlac intel take-in`, `columns`, `imports`: files of any form into collections, through a node's interface.

What the browser takes in, programs take in here: a table waits until somebody has said what its columns hold.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from lienlac.cli import console
from lienlac.cli.groups.steps import client_of
from lienlac.cli.words import say

if TYPE_CHECKING:
    from lienlac.interface.intelligence.imports import Import

_WRONG = ("held", "unread")


def take_in(
    file: Path,
    *,
    collection: str,
    form: Literal["", "stix", "misp", "table", "ftm", "goaml"] = "",
    columns: str = "",
    no_header: bool = False,
    tlp: str = "",
    pap: str = "clear",
    handling: str = "",
    grade_4x4: str = "",
    grade_6x6: str = "",
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """Put a file into a collection."""
    with client_of(url, token_file) as node:
        with console.progress(say("importing")) as move:
            told = node.take_in(
                file, collection=collection, form=form, tlp=tlp, pap=pap, handling=handling, grade_4x4=grade_4x4,
                grade_6x6=grade_6x6, progress=move,
            )  # fmt: skip
        if columns and told.state == "mapping":
            told = node.import_columns(told.id, _columns(columns), header=not no_header)
    _tell(told, json=json)


def columns(
    name: str,
    columns: str,
    *,
    no_header: bool = False,
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """Say what the columns of a table hold; it is taken in from now on."""
    with client_of(url, token_file) as node:
        told = node.import_columns(name, _columns(columns), header=not no_header)
    _tell(told, json=json)


def imports(
    name: str = "",
    *,
    again: bool = False,
    drop: bool = False,
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """The files that you put in; one of them with what was held or could not be read."""
    with client_of(url, token_file) as node:
        if not name:
            found = node.imports()
            if json:
                console.tell_json(found)
            else:
                names = ("id", "title", "kind", "state", "objects", "held")
                rows = [(one.id, one.name, one.form, one.state, one.given, one.held) for one in found.imports]
                console.table([f"column-{one}" for one in names], rows)
            return
        if drop:
            node.drop_import(name)
            console.tell(say("import-dropped", id=name))
            return
        told = node.import_again(name) if again else node.import_of(name)
        wrong = [one for state in _WRONG for one in node.import_results(name, state=state).results]
    _tell(told, json=json)
    if not json:
        for one in wrong:
            why = console.sentence_of(one.why.en, one.why.vi) if one.why is not None else ""
            console.tell(console.plain(f"{one.number}. {one.object or one.type}: {why}"))


def _columns(text: str) -> list[str]:
    return [word.strip() for word in text.split(",")]


def _tell(told: Import, *, json: bool) -> None:
    if json:
        console.tell_json(told)
        return
    console.tell(
        say(
            "import-stands", id=told.id, state=told.state, percent=told.percent, new=told.new, same=told.same,
            held=told.held, unread=told.unread,
        )
    )  # fmt: skip
    if told.why is not None:
        console.note(console.sentence_of(told.why.en, told.why.vi))
    if told.table is not None:
        rows = [(str(place), console.plain(header), guess) for place, (header, guess) in
                enumerate(zip(told.table.header, told.table.guess, strict=True), 1)]  # fmt: skip
        console.table(("column-number", "column-title", "column-kind"), rows)
        console.note(say("import-columns", id=told.id, columns=",".join(told.table.guess)))
        console.note(say("import-choices", choices=", ".join(told.table.choices)))


COMMANDS: dict[str, Callable[..., int | None]] = {"take-in": take_in, "columns": columns, "imports": imports}
