"""Intelligence for programs: collections, who may know of them, parcels, objects, quarantine.

The same desk as the screens' and TAXII's, so the same rights. Objects come and go as text, byte for byte.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from litestar import Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath

from lienlac.errors import Refused
from lienlac.intelligence.collection import Draft, Giver, Marks, Source, parse_draft, parse_marks
from lienlac.intelligence.desk import Intelligence
from lienlac.intelligence.marking.rules import lowers
from lienlac.intelligence.views import told
from lienlac.interface import intelligence as shapes
from lienlac.interface.parts import Done, Empty
from lienlac.interface.requests import Named
from lienlac.people.officer import parse_line
from lienlac.people.rights import Action
from lienlac.records.access.desk import Act
from lienlac.ui.guard import needs
from lienlac.ui.interface.router import OneRouter
from lienlac.ui.interface.speech import speaks
from lienlac.ui.page import Ask
from lienlac.ui.words import N_

Answer = Response[bytes]
_TAG: Final = "intelligence"
_FORM: Final = {"for feeds": {"title": "Forex scams", "ceiling": "amber", "writable": True}}
_OBJECT: Final = (
    '{"type":"domain-name","spec_version":"2.1","id":"domain-name--3c10e93f-798e-5a26-a0c1-08156efab7f5",'
    '"value":"hoa-sen-invest.example"}'
)
_PARCEL: Final = {
    "one object": {"objects": [_OBJECT]},
    "from a file": {
        "objects": [_OBJECT],
        "file": {"name": "bundle.json", "digest": "a" * 64},
        "marks": {"tlp": "green"},
    },
}
_MARKS: Final[dict[str, Any]] = {
    "stricter": {"before": {"tlp": "green"}, "marks": {"tlp": "amber", "pap": "green", "grade_4x4": "B2"}}
}
_NOTHING: Final[dict[str, Any]] = {"nothing": {}}
_NAMED: Final = {"a unit": {"units": ["uni-" + "a" * 26], "reason": "A source is named."}}
_BASE: Final = "/api/intelligence"
_COLLECTION: Final = f"{_BASE}/collections/{{collection_id:str}}"
_HELD: Final = f"{_BASE}/quarantine/{{held_id:str}}"
ACCESS: Final = {
    Act.RESTRICT: N_("Let only some know of a collection"),
    Act.ALLOW: N_("Let more know of a restricted collection"),
    Act.TAKE_BACK: N_("Take access to a collection back"),
    Act.LIFT: N_("Open a collection to everybody again"),
}


@get(
    f"{_BASE}/collections",
    opt=needs(Action.INTEL_READ)
    | speaks(N_("Collections of intelligence"), _TAG, shapes.Collections, asks=shapes.CollectionQuery),
    sync_to_thread=True,
    name="api-collections",
)
def list_collections(ask: Ask, intelligence: NamedDependency[Intelligence]) -> Answer:
    """Collections that the officer may know of."""
    closed = ask.asked(shapes.CollectionQuery).closed == "yes"
    found = intelligence.collections(ask.officer, closed=closed)
    return ask.json(shapes.Collections(collections=[told.collection(one, _base(ask)) for one in found]))


@post(
    f"{_BASE}/collections",
    opt=needs(Action.COLLECTION_MANAGE)
    | speaks(N_("Make a collection"), _TAG, shapes.Collection, takes=shapes.CollectionForm, examples=_FORM),
    sync_to_thread=True,
    name="api-collection-create",
)
def create_collection(ask: Ask, intelligence: NamedDependency[Intelligence]) -> Answer:
    """A new collection."""
    made = intelligence.create(ask.officer, _draft(ask))
    return ask.json(told.collection(made, _base(ask)), status=201)


@get(
    _COLLECTION,
    opt=needs(Action.INTEL_READ) | speaks(N_("One collection"), _TAG, shapes.Collection),
    sync_to_thread=True,
    name="api-collection",
)
def show_collection(ask: Ask, intelligence: NamedDependency[Intelligence], collection_id: FromPath[str]) -> Answer:
    """One collection by its id."""
    found, _ = intelligence.collection(ask.officer, collection_id)
    return ask.json(told.collection(found, _base(ask)))


@post(
    f"{_COLLECTION}/describe",
    opt=needs(Action.COLLECTION_MANAGE)
    | speaks(N_("Describe a collection anew"), _TAG, shapes.Collection, takes=shapes.CollectionForm, examples=_FORM),
    sync_to_thread=True,
    status_code=200,
    name="api-collection-describe",
)
def describe_collection(ask: Ask, intelligence: NamedDependency[Intelligence], collection_id: FromPath[str]) -> Answer:
    """Its title, description, ceiling and doors; what is left out is as for a new one."""
    return ask.json(told.collection(intelligence.describe(ask.officer, collection_id, _draft(ask)), _base(ask)))


@post(
    f"{_COLLECTION}/close",
    opt=needs(Action.COLLECTION_MANAGE)
    | speaks(N_("Close a collection"), _TAG, shapes.Collection, takes=Empty, examples=_NOTHING),
    sync_to_thread=True,
    status_code=200,
    name="api-collection-close",
)
def close_collection(ask: Ask, intelligence: NamedDependency[Intelligence], collection_id: FromPath[str]) -> Answer:
    """From now on it takes and gives nothing."""
    ask.given(Empty)
    return ask.json(told.collection(intelligence.close(ask.officer, collection_id), _base(ask)))


@get(
    f"{_COLLECTION}/access",
    opt=needs(Action.INTEL_READ) | speaks(N_("Who may know of a collection"), _TAG, shapes.CollectionAccess),
    sync_to_thread=True,
    name="api-collection-access",
)
def who_sees_collection(ask: Ask, intelligence: NamedDependency[Intelligence], collection_id: FromPath[str]) -> Answer:
    """Who may know of it."""
    found = intelligence.access.who_sees(ask.officer, collection_id)
    return ask.json(
        shapes.CollectionAccess(
            collection=found.id,
            restricted=found.restricted,
            units=[unit.id for unit in found.units],
            officers=[officer.id for officer in found.officers],
            may_change=found.may_change,
        )
    )


@get(
    f"{_COLLECTION}/objects",
    opt=needs(Action.INTEL_READ)
    | speaks(N_("One page of a collection's objects"), _TAG, shapes.IntelPage, asks=shapes.IntelQuery),
    sync_to_thread=True,
    name="api-collection-objects",
)
def list_objects(ask: Ask, intelligence: NamedDependency[Intelligence], collection_id: FromPath[str]) -> Answer:
    """The objects added last, newest first."""
    asked = ask.asked(shapes.IntelQuery)
    rows = intelligence.newest(
        ask.officer, collection_id, before_us=_number(asked.cursor), type_=asked.type, rows=asked.rows + 1
    )
    onward = str(rows[asked.rows - 1].added_us) if len(rows) > asked.rows else None
    return ask.json(shapes.IntelPage(objects=[told.line(row) for row in rows[: asked.rows]], next=onward))


@post(
    f"{_COLLECTION}/objects",
    opt=needs(Action.INTEL_ADD)
    | speaks(N_("Take objects into a collection"), _TAG, shapes.IntelTaken, takes=shapes.IntelParcel, examples=_PARCEL),
    sync_to_thread=True,
    status_code=200,
    name="api-collection-add",
)
def add_objects(ask: Ask, intelligence: NamedDependency[Intelligence], collection_id: FromPath[str]) -> Answer:
    """Objects as text; each is checked for itself, and one that is wrong is held with the reason."""
    parcel = ask.given(shapes.IntelParcel)
    marks = parse_marks(
        tlp=parcel.marks.tlp,
        pap=parcel.marks.pap,
        handling=parcel.marks.handling,
        grade_4x4=parcel.marks.grade_4x4,
        grade_6x6=parcel.marks.grade_6x6,
    )
    if parcel.file is None:
        source = Source(giver=Giver.OFFICER, ref=ask.officer.id, label=ask.officer.name, marks=marks)
    else:
        name = parse_line(parcel.file.name, "file.name")
        source = Source(giver=Giver.FILE, ref=parcel.file.digest, label=name, marks=marks)
    raws = [*(text.encode("utf-8", "surrogatepass") for text in parcel.objects), *parcel.octets]
    outcome = intelligence.bring(ask.officer, collection_id, raws, source=source)
    return ask.json(told.taken(outcome))


@get(
    f"{_BASE}/objects/{{object_id:str}}",
    opt=needs(Action.INTEL_READ) | speaks(N_("One object with its versions"), _TAG, shapes.IntelObject),
    sync_to_thread=True,
    name="api-intel-object",
)
def show_object(ask: Ask, intelligence: NamedDependency[Intelligence], object_id: FromPath[str]) -> Answer:
    """One object wherever the officer may see it: versions, bytes, marks, where from."""
    return ask.json(told.seen(intelligence.seen(ask.officer, object_id)))


@get(
    f"{_COLLECTION}/objects/{{object_id:str}}/marks",
    opt=needs(Action.INTEL_ADD) | speaks(N_("The marks beside an object"), _TAG, shapes.MarksTold),
    sync_to_thread=True,
    name="api-object-marks",
)
def show_marks(
    ask: Ask, intelligence: NamedDependency[Intelligence], collection_id: FromPath[str], object_id: FromPath[str]
) -> Answer:
    """What stands beside its newest version, and the least that can."""
    return ask.json(told.marked(intelligence.marking.show(ask.officer, collection_id, object_id)))


@post(
    f"{_COLLECTION}/objects/{{object_id:str}}/marks",
    opt=needs(Action.INTEL_ADD)
    | speaks(N_("Set the marks beside an object"), _TAG, shapes.MarksTold, takes=shapes.MarksForm, examples=_MARKS),
    sync_to_thread=True,
    status_code=200,
    name="api-object-marks-set",
)
def set_marks(
    ask: Ask, intelligence: NamedDependency[Intelligence], collection_id: FromPath[str], object_id: FromPath[str]
) -> Answer:
    """Stricter at once; less strict with the right to release, a reason, and a token that names `intel.share`."""
    given = ask.given(shapes.MarksForm)
    seen = intelligence.marking.show(ask.officer, collection_id, object_id)
    before, chosen = _marks(given.before), _marks(given.marks)
    less = lowers(seen.present, chosen)
    if less:
        ask.require(Action.INTEL_SHARE)
        ask.require_fresh(Action.INTEL_SHARE)
    done = intelligence.marking.set(
        ask.officer, collection_id, object_id, before=before, chosen=chosen, reason=given.reason, lowering=less
    )
    return ask.json(told.marked(done))


def _marks(given: shapes.IntelMarks) -> Marks:
    return parse_marks(
        tlp=given.tlp, pap=given.pap, handling=given.handling, grade_4x4=given.grade_4x4, grade_6x6=given.grade_6x6
    )


@get(
    f"{_BASE}/quarantine",
    opt=needs(Action.INTEL_READ)
    | speaks(N_("One page of the quarantine"), _TAG, shapes.HeldPage, asks=shapes.HeldQuery),
    sync_to_thread=True,
    name="api-quarantine",
)
def list_quarantine(ask: Ask, intelligence: NamedDependency[Intelligence]) -> Answer:
    """What is held, with the reasons."""
    asked = ask.asked(shapes.HeldQuery)
    rows = intelligence.quarantine.listed(
        ask.officer,
        collection_id=asked.collection,
        state=asked.state,
        before=_number(asked.cursor),
        rows=asked.rows + 1,
    )
    onward = str(rows[asked.rows - 1][0].number) if len(rows) > asked.rows else None
    return ask.json(
        shapes.HeldPage(held=[told.held(one, collection) for one, collection in rows[: asked.rows]], next=onward)
    )


@get(
    _HELD,
    opt=needs(Action.INTEL_READ) | speaks(N_("One object in quarantine"), _TAG, shapes.HeldObject),
    sync_to_thread=True,
    name="api-quarantine-one",
)
def show_held(ask: Ask, intelligence: NamedDependency[Intelligence], held_id: FromPath[str]) -> Answer:
    """One of them with its bytes."""
    found = intelligence.quarantine.show(ask.officer, held_id)
    return ask.json(
        shapes.HeldObject(
            held=told.held(found.held, found.collection),
            source=told.source(found.source),
            raw=found.raw,
            rival=found.rival,
        )
    )


@post(
    f"{_HELD}/check",
    opt=needs(Action.INTEL_ADD)
    | speaks(N_("Check an object in quarantine again"), _TAG, shapes.IntelResult, takes=Empty, examples=_NOTHING),
    sync_to_thread=True,
    status_code=200,
    name="api-quarantine-check",
)
def check_held(ask: Ask, intelligence: NamedDependency[Intelligence], held_id: FromPath[str]) -> Answer:
    """By the rules as they are now: it may pass, or stay with another reason."""
    ask.given(Empty)
    return ask.json(told.result(intelligence.quarantine.check_again(ask.officer, held_id)))


@post(
    f"{_HELD}/dismiss",
    opt=needs(Action.INTEL_DELETE)
    | speaks(N_("Dismiss an object in quarantine"), _TAG, Done, takes=Empty, examples=_NOTHING),
    sync_to_thread=True,
    status_code=200,
    name="api-quarantine-dismiss",
)
def dismiss_held(ask: Ask, intelligence: NamedDependency[Intelligence], held_id: FromPath[str]) -> Answer:
    """It will not be used; it stays for the record."""
    ask.given(Empty)
    intelligence.quarantine.dismiss(ask.officer, held_id)
    return ask.json(Done())


def _access_door(act: Act) -> Any:
    @post(
        f"{_COLLECTION}/{act.value}",
        opt=needs(Action.COLLECTION_MANAGE)
        | speaks(ACCESS[act], _TAG, shapes.CollectionAccess, takes=Named, examples=_NAMED),
        sync_to_thread=True,
        status_code=200,
        name=f"api-collection-{act.value}",
        operation_id=f"{act.value.replace('-', '_')}_collection",
    )
    def door(ask: Ask, intelligence: NamedDependency[Intelligence], collection_id: FromPath[str]) -> Answer:
        body = ask.given(Named)
        thing = intelligence.access.change(
            ask.officer, collection_id, act, units=body.units, officers=body.officers, reason=body.reason
        )
        return ask.json(
            shapes.CollectionAccess(
                collection=thing.id,
                restricted=thing.restricted,
                units=sorted(thing.units),
                officers=sorted(thing.officers),
                may_change=True,
            )
        )

    return door


def routes(intelligence: Intelligence) -> Router:
    """Everything above, for one node."""
    return OneRouter(
        path="/",
        route_handlers=[
            list_collections,
            create_collection,
            show_collection,
            describe_collection,
            close_collection,
            who_sees_collection,
            *(_access_door(act) for act in ACCESS),
            list_objects,
            add_objects,
            show_object,
            show_marks,
            set_marks,
            list_quarantine,
            show_held,
            check_held,
            dismiss_held,
        ],
        dependencies={"intelligence": Provide(_always(intelligence), sync_to_thread=False)},
    )


def _always(intelligence: Intelligence) -> Callable[[], Intelligence]:
    def give() -> Intelligence:
        return intelligence

    return give


def _draft(ask: Ask) -> Draft:
    form = ask.given(shapes.CollectionForm)
    return parse_draft(
        title=form.title,
        description_vi=form.description_vi,
        description_en=form.description_en,
        ceiling=form.ceiling,
        readable=form.readable,
        writable=form.writable,
    )


def _base(ask: Ask) -> str:
    return ask.ground.config.base_url


def _number(cursor: str) -> int | None:
    if not cursor:
        return None
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 18):
        raise Refused("cursor-invalid", field="cursor")
    return int(cursor)
