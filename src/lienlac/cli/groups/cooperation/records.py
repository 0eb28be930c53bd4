"""`lienlac case …`, `programme …`, `delegation …`, `lesson …`: shared records, through a running node's interface.

One set of commands for every subject; what only one subject has stands in a file of its own beside this one.
"""

from __future__ import annotations

from pathlib import Path  # the command line reads the annotations
from typing import TYPE_CHECKING, Literal, TypeVar

import msgspec

from lienlac.cli import console
from lienlac.cli.groups.steps import client_of
from lienlac.cli.words import say
from lienlac.errors import Refused
from lienlac.interface.records.shared import RecordInviting, RecordOpening, RecordSaid, RecordSaying, RecordSearch

if TYPE_CHECKING:
    from collections.abc import Callable

    from lienlac.client.cooperation.records import Subject
    from lienlac.interface.records.shared import RecordDone, RecordElement, RecordFact

T = TypeVar("T")


def commands(subject: Subject) -> dict[str, Callable[..., int | None]]:
    """All of them for one subject."""
    return {**_lists(subject), **_one(subject), **_writing(subject), **_partaking(subject)}


def _lists(subject: Subject) -> dict[str, Callable[..., int | None]]:
    def list_(
        *,
        words: str = "",
        state: str = "",
        rows: int = 50,
        json: bool = False,
        url: str | None = None,
        token_file: Path | None = None,
    ) -> None:
        """One page of records."""
        with client_of(url, token_file) as node:
            page = node.search_records(subject, RecordSearch(words=words, state=state, rows=rows))
        if json:
            console.tell_json(page)
        elif not page.records:
            console.note(say("no-records"))
        else:
            table = [
                (one.reference, one.host, one.part, one.state, console.when(one.changed_at), one.title_en)
                for one in page.records
            ]
            columns = (
                "column-reference", "column-node", "column-part", "column-state", "column-changed", "column-title",
            )  # fmt: skip
            console.table(columns, table)

    return {"list": list_}


def _one(subject: Subject) -> dict[str, Callable[..., int | None]]:
    def show(
        name: str,
        element: str | None = None,
        *,
        kind: str = "",
        json: bool = False,
        url: str | None = None,
        token_file: Path | None = None,
    ) -> None:
        """A record, its elements of one kind, or one element."""
        with client_of(url, token_file) as node:
            if element is not None:
                told = node.record_element(subject, name, element)
                _tell_json(told) if json else _tell_facts(told.versions)
                return
            if kind:
                found = node.record_elements(subject, name, kind)
                _tell_json(found) if json else _tell_elements(found.elements)
                return
            room = node.record(subject, name)
        if json:
            console.tell_json(room)
            return
        console.tell(f"{room.record.reference}  {room.record.title_vi} / {room.record.title_en}")
        for one in room.members:
            console.tell(f"{one.node}: {one.part}" + (f" ({one.text})" if one.text else ""))
        for one_kind, many in sorted(room.counts.items()):
            console.tell(f"{one_kind}: {many}")

    def history(
        name: str,
        *,
        after: int = 0,
        rows: int = 50,
        json: bool = False,
        url: str | None = None,
        token_file: Path | None = None,
    ) -> None:
        """What came into a record, the newest first."""
        with client_of(url, token_file) as node:
            found = node.record_history(subject, name, after=after, rows=rows)
        _tell_json(found) if json else _tell_facts(found.facts)

    return {"show": show, "history": history}


def _writing(subject: Subject) -> dict[str, Callable[..., int | None]]:
    def open_(file: Path, *, json: bool = False, url: str | None = None, token_file: Path | None = None) -> None:
        """A new record from a form file."""
        opening = read_form(file, RecordOpening)
        with client_of(url, token_file) as node:
            tell_done(node.open_record(subject, opening), json=json)

    def state(
        name: str, file: Path, *, json: bool = False, url: str | None = None, token_file: Path | None = None
    ) -> None:
        """State words from a file: one form, or a list of them."""
        data = console.read_json(file)
        says = [_converted(one, RecordSaying) for one in (data if isinstance(data, list) else [data])]
        with client_of(url, token_file) as node:
            tell_done(node.state_in_record(subject, name, *says), json=json)

    def retract(
        name: str,
        element: str,
        *,
        reason: str,
        json: bool = False,
        url: str | None = None,
        token_file: Path | None = None,
    ) -> None:
        """Take back what was said of an element."""
        with client_of(url, token_file) as node:
            tell_done(node.retract_in_record(subject, name, element, reason), json=json)

    return {"open": open_, "state": state, "retract": retract}


def _partaking(subject: Subject) -> dict[str, Callable[..., int | None]]:
    def invite(
        name: str,
        node: str,
        *,
        text_vi: str = "",
        text_en: str = "",
        history: Literal["all", "none"] = "all",
        json: bool = False,
        url: str | None = None,
        token_file: Path | None = None,
    ) -> None:
        """Ask a partner to take part."""
        inviting = RecordInviting(node=node, summary=RecordSaid(vi=text_vi, en=text_en), history=history)
        with client_of(url, token_file) as here:
            tell_done(here.invite_to_record(subject, name, inviting), json=json)

    def answer(
        name: str,
        reply: Literal["accept", "decline"],
        *,
        text: str = "",
        json: bool = False,
        url: str | None = None,
        token_file: Path | None = None,
    ) -> None:
        """Answer an invitation."""
        with client_of(url, token_file) as node:
            tell_done(node.answer_invitation(subject, name, accept=reply == "accept", text=text), json=json)

    def leave(
        name: str, *, reason: str, json: bool = False, url: str | None = None, token_file: Path | None = None
    ) -> None:
        """Take part no longer."""
        with client_of(url, token_file) as node:
            tell_done(node.leave_record(subject, name, reason), json=json)

    return {"invite": invite, "answer": answer, "leave": leave}


def read_form(file: Path, wanted: type[T]) -> T:
    """A form out of a JSON file. Raises `Refused("word-invalid")`."""
    return _converted(console.read_json(file), wanted)


def _converted(data: object, wanted: type[T]) -> T:
    """Raises `Refused("word-invalid")` with the place of the mistake."""
    try:
        return msgspec.convert(data, wanted)
    except msgspec.ValidationError as error:
        raise Refused("word-invalid", reason=str(error)) from error


def _tell_json(found: object) -> None:
    console.tell_json(found)


def tell_done(done: RecordDone, *, json: bool) -> None:
    """What was stated, and how much of it waits for a second officer."""
    if json:
        console.tell_json(done)
        return
    console.tell(done.record.reference)
    for one in done.facts:
        console.tell(f"{one.kind}  {one.element}")
    if done.waits:
        console.note(say("record-waits", count=len(done.waits)))


def _tell_elements(elements: list[RecordElement]) -> None:
    if not elements:
        console.note(say("no-records"))
        return
    table = [(one.id, one.state, ", ".join(fact.author for fact in one.columns), one.line) for one in elements]
    console.table(("column-element", "column-state", "column-node", "column-title"), table)


def _tell_facts(facts: list[RecordFact]) -> None:
    if not facts:
        console.note(say("no-records"))
        return
    table = [
        (console.when(one.known_at), one.author, one.officer, one.kind, one.element, "–" if one.word is None else "+")
        for one in facts
    ]
    columns = ("column-changed", "column-node", "column-officer", "column-kind", "column-element", "column-said")
    console.table(columns, table)
