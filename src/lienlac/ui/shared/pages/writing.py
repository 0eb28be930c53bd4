"""A word is typed: a new element, or our own column of one; whom it may go to is chosen and shown before it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import get, post

from lienlac import limits
from lienlac.errors import NotAllowed
from lienlac.records.shared.desk import Say
from lienlac.records.shared.fold import Part
from lienlac.ui.guard import needs
from lienlac.ui.page import Blank, Form
from lienlac.ui.shared.pages import frame
from lienlac.ui.shared.pages.lines import lines_of
from lienlac.ui.shared.typed import data_of, marks_of, read_word, typed_of
from lienlac.ui.words import sort_key
from lienlac.vocabulary import typologies

if TYPE_CHECKING:
    from litestar import Response
    from litestar.params import FromPath

    from lienlac.records.shared.fold import Element
    from lienlac.records.shared.reading.desk import Room
    from lienlac.ui.page import Ask
    from lienlac.ui.shared.sheet import SheetOf, Subject


def make_handlers(subject: Subject) -> tuple[Any, ...]:
    """The routes of forms."""
    writes = needs(subject.shared.shape.rights.writes)
    address = f"{subject.address}/{{record_id:str}}"

    @get(f"{address}/{{sheet_path:str}}/new", opt=writes, sync_to_thread=True, include_in_schema=False)
    def new_page(ask: Ask, record_id: FromPath[str], sheet_path: FromPath[str]) -> Response[str]:
        sheet, shown = _sheet(subject, sheet_path), subject.shared.read.room(ask.officer, record_id)
        given = {field.name: [ask.query[field.name][: limits.LINE_MAX_CHARS]] for field in sheet.fields
                 if field.kind in {"ref", "refs"} and field.name in ask.query}  # fmt: skip
        first = {name: [value] for name, value in sheet.first.items()}
        return _page(ask, subject, shown, sheet, None, Form({**_marks(shown, subject), **first, **given}))

    @post(f"{address}/{{sheet_path:str}}/new", opt=writes, sync_to_thread=True, include_in_schema=False,
          status_code=200)  # fmt: skip
    def new(ask: Ask, record_id: FromPath[str], sheet_path: FromPath[str]) -> Response[str]:
        return _write(ask, subject, record_id, _sheet(subject, sheet_path), None)

    @get(f"{address}/e/{{element_id:str}}/state", opt=writes, sync_to_thread=True, include_in_schema=False)
    def change_page(ask: Ask, record_id: FromPath[str], element_id: FromPath[str]) -> Response[str]:
        shown, sheet, element = _known(ask, subject, record_id, element_id)
        mine = element.columns.get(subject.shared.node_id)
        others = element.standing
        from_whom = mine if mine is not None and mine.says is not None else others[-1] if others else None
        typed: dict[str, list[str]] = {} if from_whom is None else typed_of(sheet, from_whom.says, ask.words.time_zone)
        if from_whom is not None:
            typed |= {"marks.tlp": [from_whom.marks.tlp.value], "marks.pap": [from_whom.marks.pap.value]}
        return _page(ask, subject, shown, sheet, element, Form(typed))

    @post(f"{address}/e/{{element_id:str}}/state", opt=writes, sync_to_thread=True, include_in_schema=False,
          status_code=200)  # fmt: skip
    def change(ask: Ask, record_id: FromPath[str], element_id: FromPath[str]) -> Response[str]:
        _shown, sheet, element = _known(ask, subject, record_id, element_id)
        return _write(ask, subject, record_id, sheet, element)

    return (new_page, new, change_page, change)


def _sheet(subject: Subject, path: str) -> SheetOf:
    found = subject.sheet(path)
    if found is None:
        raise NotAllowed("not-found")
    return found


def _known(ask: Ask, subject: Subject, record_id: str, element_id: str) -> tuple[Room, SheetOf, Element]:
    shown = subject.shared.read.room(ask.officer, record_id)
    element = subject.shared.read.some(ask.officer, shown.line.id, [element_id]).get(element_id)
    sheet = None if element is None else subject.of_kind(element.kind)
    if element is None or sheet is None:
        raise NotAllowed("not-found")
    return shown, sheet, element


def _marks(shown: Room, subject: Subject) -> dict[str, list[str]]:
    """A new word is suggested to be handled as the record itself."""
    top = None if shown.top is None else shown.top.columns.get(shown.line.host)
    del subject
    tlp, pap = ("amber", "amber") if top is None else (top.marks.tlp.value, top.marks.pap.value)
    return {"marks.tlp": [tlp], "marks.pap": [pap]}


def _write(ask: Ask, subject: Subject, record_id: str, sheet: SheetOf, element: Element | None) -> Response[str]:
    shared, form = subject.shared, ask.form
    shown = shared.read.room(ask.officer, record_id)

    def work() -> Response[str]:
        nodes = {one.node for one in shown.members}
        word = read_word(sheet, data_of(sheet, form, ask.words.time_zone), ask.now, nodes)
        say = Say(
            says=word, marks=marks_of(form), element="" if element is None else element.id,
            reason=form.get("reason")[: limits.TEXT_MAX_CHARS], audience=_audience(form, shown, shared.node_id),
        )  # fmt: skip
        if form.get("preview"):
            return _page(ask, subject, shown, sheet, element, form, reach=True)
        outcome = shared.state(ask.officer, record_id, [say])
        at = "" if sheet.kind == subject.top.kind else f"/e/{outcome.statements[0].element}"
        return frame.done(ask, subject, outcome, at, ask.gettext("Saved, and on its way to the other members."))

    def again(wrong: Blank, status: int) -> Response[str]:
        return _page(ask, subject, shown, sheet, element, form, wrong=wrong, status=status)

    return frame.attempt(ask, work, again)


def _audience(form: Form, shown: Room, own: str) -> frozenset[str] | None:
    """The members chosen; None where all are, also those who join later."""
    if form.get("audience") != "some":
        return None
    known = {one.node for one in shown.members}
    return frozenset(form.all("to")) & known - {own}


def _page(
    ask: Ask, subject: Subject, shown: Room, sheet: SheetOf, element: Element | None, form: Form, *,
    wrong: Blank | None = None, status: int = 200, reach: bool = False,
) -> Response[str]:  # fmt: skip
    shared, language = subject.shared, ask.language
    names = subject.names(language)
    options = frame.choices_of(ask, sheet)
    for field in sheet.fields:
        if field.kind in {"ref", "refs"}:
            options[field.name] = [*_elements(ask, subject, shown, field.kinds)]
        elif field.kind == "node":
            members = [one.node for one in shown.members if one.part in {Part.IN, Part.INVITED}]
            options[field.name] = [(node, names.get(node, node)) for node in members]
    others = [one.node for one in shown.members if one.node != shared.node_id and one.part is Part.IN]
    return frame.page(
        ask, subject, shown, "shared/write.html", tab=sheet.path, status=status, sheet=sheet, element=element,
        form=form, typed=Blank(form.values()), wrong=wrong or Blank(), options=options,
        others=[(node, names.get(node, node), "") for node in others],
        reach=shared.reach(ask.officer, shown.line.id, marks_of(form)) if reach or not wrong else [],
        previewed=reach,
        typology_groups=[(family, [family, *typologies.members(family.code)]) for family in typologies.families()],
    )  # fmt: skip


def _elements(ask: Ask, subject: Subject, shown: Room, kinds: tuple[str, ...]) -> list[tuple[str, str]]:
    """What a reference may name, by name; the newest where there are many."""
    found: list[tuple[str, str]] = []
    for kind in kinds:
        rows = subject.shared.read.elements(
            ask.officer, shown.line.id, kind, newest_first=True, rows=limits.PAGE_MAX_ROWS
        )
        found += lines_of(ask, subject, shown, [one for one, _at in rows]).items()
    return sorted(found, key=lambda choice: sort_key(choice[1]))
