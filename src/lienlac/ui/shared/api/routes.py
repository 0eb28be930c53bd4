"""The routes of shared records for programs; each subject has the same ones under its own address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from lienlac import clock
from lienlac.errors import Refused
from lienlac.interface.records import shared as shapes
from lienlac.records.forms.problems import FormRefused
from lienlac.records.shared.desk import Say
from lienlac.records.shared.private.store import Kept
from lienlac.ui.guard import needs
from lienlac.ui.interface.router import OneRouter
from lienlac.ui.interface.speech import speaks
from lienlac.ui.page import Ask
from lienlac.ui.problems import form_refused
from lienlac.ui.shared.api import examples
from lienlac.ui.shared.api.acting import cursor_of, done, marks_of, opening_given, word_of
from lienlac.ui.shared.api.view import element_view, fact_view, line_view, note_view, room_view
from lienlac.ui.words import N_
from lienlac.wire.bodies.parts import Said
from lienlac.wire.bodies.records import History

if TYPE_CHECKING:
    from lienlac.ui.shared.sheet import Subject

Answer = Response[bytes]


def _asked(text: str, tag: str, takes: Any, example: Any, *, gives: Any = shapes.RecordDone, once: bool = False) -> Any:
    """What an act takes and gives, with a right call of it."""
    return speaks(text, tag, gives, takes=takes, examples=example, once=once)


def routes(subject: Subject) -> OneRouter:
    """Everything that a program may do with this subject's records."""
    handlers = [
        *_lists(subject),
        *_one(subject),
        *_writing(subject),
        *_partaking(subject),
        *_ending(subject),
        *_notes(subject),
    ]
    for one in handlers:  # one function serves every subject: its call is named after the route
        one.operation_id = one.name.removeprefix("api-").replace("-", "_")
    return OneRouter(path="/", route_handlers=handlers, exception_handlers={FormRefused: form_refused})


def _lists(subject: Subject) -> list[Any]:
    shared, tag = subject.shared, subject.shared.shape.kinds_prefix
    reads = needs(shared.shape.rights.reads)
    root, name = f"/api/{tag}", shared.shape.name

    def listed(ask: Ask, search: shapes.RecordSearch) -> Answer:
        rows = shared.read.listed(
            ask.officer,
            states=(search.state,) if search.state else (),
            parts=(search.part,) if search.part else (),
            words=search.words,
            after=cursor_of(search.cursor),
            rows=search.rows,
        )
        following = f"{clock.to_us(rows[-1].changed_at)}.{rows[-1].id}" if len(rows) == search.rows else None
        return ask.json(shapes.RecordPage(records=[line_view(one) for one in rows], next=following))

    @get(
        root,
        opt=reads | speaks(N_("One page of records"), tag, shapes.RecordPage, asks=shapes.RecordQuery),
        sync_to_thread=True,
        name=f"api-{name}-list",
    )
    def list_records(ask: Ask) -> Answer:
        if ask.query.get("words"):
            raise Refused("search-in-address", field="words")
        return listed(ask, shapes.RecordSearch(**msgspec.structs.asdict(ask.asked(shapes.RecordQuery))))

    @post(
        f"{root}/search",
        sync_to_thread=True,
        status_code=200,
        name=f"api-{name}-search",
        opt=reads
        | speaks(
            N_("One page of records, found by words too"),
            tag,
            shapes.RecordPage,
            takes=shapes.RecordSearch,
            examples={"a word": {"words": "ngoại hối"}},
        ),
    )
    def search_records(ask: Ask) -> Answer:
        return listed(ask, ask.given(shapes.RecordSearch))

    return [list_records, search_records]


def _one(subject: Subject) -> list[Any]:
    shared, tag = subject.shared, subject.shared.shape.kinds_prefix
    reads = needs(shared.shape.rights.reads)
    root, name = f"/api/{tag}", shared.shape.name

    @get(
        f"{root}/{{record_id:str}}",
        opt=reads | speaks(N_("A record on entering"), tag, shapes.RecordRoom),
        sync_to_thread=True,
        name=f"api-{name}-record",
    )
    def record(ask: Ask, record_id: FromPath[str]) -> Answer:
        return ask.json(room_view(shared.shape, shared.read.room(ask.officer, record_id)))

    @get(
        f"{root}/{{record_id:str}}/elements",
        sync_to_thread=True,
        name=f"api-{name}-elements",
        opt=reads | speaks(N_("Elements of one kind"), tag, shapes.RecordElements, asks=shapes.ElementQuery),
    )
    def elements(ask: Ask, record_id: FromPath[str]) -> Answer:
        asked = ask.asked(shapes.ElementQuery)
        found = shared.read.elements(
            ask.officer,
            record_id,
            asked.kind,
            states=(asked.state,) if asked.state else (),
            gone=asked.gone == "yes",
            after=cursor_of(asked.cursor),
            rows=asked.rows,
        )
        following = f"{clock.to_us(found[-1][1])}.{found[-1][0].id}" if len(found) == asked.rows else None
        views = [element_view(shared.shape, one) for one, _at in found]
        return ask.json(shapes.RecordElements(elements=views, next=following))

    @get(
        f"{root}/{{record_id:str}}/elements/{{element_id:str}}",
        sync_to_thread=True,
        name=f"api-{name}-element",
        opt=reads | speaks(N_("One element with everything that was said of it"), tag, shapes.RecordElementTold),
    )
    def element(ask: Ask, record_id: FromPath[str], element_id: FromPath[str]) -> Answer:
        told = shared.read.told(ask.officer, record_id, element_id)
        versions = [fact_view(one, told.ways.get(one.position)) for one in told.versions]
        return ask.json(shapes.RecordElementTold(element=element_view(shared.shape, told.element), versions=versions))

    @get(
        f"{root}/{{record_id:str}}/history",
        sync_to_thread=True,
        name=f"api-{name}-history",
        opt=reads | speaks(N_("What came into a record"), tag, shapes.RecordHistory, asks=shapes.HistoryQuery),
    )
    def history(ask: Ask, record_id: FromPath[str]) -> Answer:
        asked = ask.asked(shapes.HistoryQuery)
        found = shared.read.history(
            ask.officer, record_id, after=asked.after, before=asked.before or None, rows=asked.rows
        )
        before = found[-1].position if len(found) == asked.rows else None
        return ask.json(shapes.RecordHistory(facts=[fact_view(one) for one in found], before=before))

    return [record, elements, element, history]


def _writing(subject: Subject) -> list[Any]:
    shared, tag = subject.shared, subject.shared.shape.kinds_prefix
    rights, name = shared.shape.rights, subject.shared.shape.name
    root = f"/api/{tag}"

    @post(
        root,
        sync_to_thread=True,
        name=f"api-{name}-open",
        opt=needs(rights.opens)
        | _asked(N_("Open a record"), tag, shapes.RecordOpening, examples.opening(subject), once=True),
    )
    def open_record(ask: Ask) -> Answer:
        opening = opening_given(shared, ask.given(shapes.RecordOpening), subject.top.word)
        return done(ask, shared, shared.open(ask.officer, opening, once=ask.once))

    @post(
        f"{root}/{{record_id:str}}/state",
        sync_to_thread=True,
        name=f"api-{name}-state",
        opt=needs(rights.writes)
        | _asked(N_("State words in our own column"), tag, shapes.RecordStating, examples.STATE),
    )
    def state(ask: Ask, record_id: FromPath[str]) -> Answer:
        given = ask.given(shapes.RecordStating)
        says = [
            Say(
                says=word_of(shared, one.word),
                marks=marks_of(one.marks),
                element=one.element,
                reason=one.reason,
                audience=None if one.audience is None else frozenset(one.audience),
            )
            for one in given.says
        ]
        return done(ask, shared, shared.state(ask.officer, record_id, says))

    @post(
        f"{root}/{{record_id:str}}/elements/{{element_id:str}}/retract",
        sync_to_thread=True,
        name=f"api-{name}-retract",
        opt=needs(rights.writes)
        | _asked(N_("Take back what we said of an element"), tag, shapes.RecordReason, examples.REASON),
    )
    def retract(ask: Ask, record_id: FromPath[str], element_id: FromPath[str]) -> Answer:
        reason = ask.given(shapes.RecordReason).reason
        return done(ask, shared, shared.retract(ask.officer, record_id, element_id, reason))

    return [open_record, state, retract]


def _partaking(subject: Subject) -> list[Any]:
    shared, tag = subject.shared, subject.shared.shape.kinds_prefix
    shares, name = needs(shared.shape.rights.shares), subject.shared.shape.name
    at = f"/api/{tag}/{{record_id:str}}"

    @post(
        f"{at}/invite",
        sync_to_thread=True,
        name=f"api-{name}-invite",
        opt=shares | _asked(N_("Ask a partner to take part"), tag, shapes.RecordInviting, examples.INVITE),
    )
    def invite(ask: Ask, record_id: FromPath[str]) -> Answer:
        given = ask.given(shapes.RecordInviting)
        outcome = shared.part.invite(
            ask.officer,
            record_id,
            given.node,
            summary=Said(vi=given.summary.vi, en=given.summary.en),
            history=History(given.history),
            since=given.since,
        )
        return done(ask, shared, outcome)

    @post(
        f"{at}/answer",
        sync_to_thread=True,
        name=f"api-{name}-answer",
        opt=shares | _asked(N_("Answer an invitation"), tag, shapes.RecordAnswering, examples.ANSWER),
    )
    def answer(ask: Ask, record_id: FromPath[str]) -> Answer:
        given = ask.given(shapes.RecordAnswering)
        return done(ask, shared, shared.part.answer(ask.officer, record_id, accept=given.accept, text=given.text))

    return [invite, answer]


def _ending(subject: Subject) -> list[Any]:
    shared, tag = subject.shared, subject.shared.shape.kinds_prefix
    shares, name = needs(shared.shape.rights.shares), subject.shared.shape.name
    at = f"/api/{tag}/{{record_id:str}}"

    @post(
        f"{at}/leave",
        sync_to_thread=True,
        name=f"api-{name}-leave",
        opt=shares | _asked(N_("Take part no longer"), tag, shapes.RecordReason, examples.REASON),
    )
    def leave(ask: Ask, record_id: FromPath[str]) -> Answer:
        return done(ask, shared, shared.part.leave(ask.officer, record_id, ask.given(shapes.RecordReason).reason))

    @post(
        f"{at}/remove",
        sync_to_thread=True,
        name=f"api-{name}-remove",
        opt=shares | _asked(N_("End somebody's part"), tag, shapes.RecordNode, examples.REMOVE),
    )
    def remove(ask: Ask, record_id: FromPath[str]) -> Answer:
        given = ask.given(shapes.RecordNode)
        return done(ask, shared, shared.part.remove(ask.officer, record_id, given.node, given.reason))

    @post(
        f"{at}/give",
        sync_to_thread=True,
        name=f"api-{name}-give",
        opt=shares
        | _asked(
            N_("Let a member have our earlier entries too"),
            tag,
            shapes.RecordGiving,
            examples.GIVE,
            gives=shapes.RecordRoom,
        ),
    )
    def give(ask: Ask, record_id: FromPath[str]) -> Answer:
        given = ask.given(shapes.RecordGiving)
        if given.history == "since" and given.since is None:
            raise Refused("field-missing", field="since")
        shared.part.give_history(ask.officer, record_id, given.node, History(given.history), given.since)
        return ask.json(room_view(shared.shape, shared.read.room(ask.officer, record_id)), status=201)

    return [leave, remove, give]


def _notes(subject: Subject) -> list[Any]:
    shared, tag = subject.shared, subject.shared.shape.kinds_prefix
    rights, name = shared.shape.rights, subject.shared.shape.name
    at = f"/api/{tag}/{{record_id:str}}/notes"

    @get(
        at,
        opt=needs(rights.reads) | speaks(N_("Our side's notes; they never leave"), tag, shapes.RecordNotes),
        sync_to_thread=True,
        name=f"api-{name}-notes",
    )
    def notes(ask: Ask, record_id: FromPath[str]) -> Answer:
        names = shared.private.names()
        found = shared.private.listed(ask.officer, record_id)
        return ask.json(shapes.RecordNotes(notes=[note_view(one, names) for one in found]))

    @post(
        at,
        sync_to_thread=True,
        name=f"api-{name}-note",
        opt=needs(rights.writes)
        | _asked(N_("Keep a note for our side"), tag, shapes.RecordNoting, examples.NOTE, gives=shapes.RecordNote),
    )
    def note(ask: Ask, record_id: FromPath[str]) -> Answer:
        given = ask.given(shapes.RecordNoting)
        made = shared.private.keep(
            ask.officer, record_id, given.text, kind=Kept(given.kind), element=given.element, due_at=given.due_at
        )
        return ask.json(note_view(made, {ask.officer.id: ask.officer.name}), status=201)

    return [notes, note]
