"""Screens of files taken in: put one in, say what its columns hold, follow it, see what became of each object."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from litestar import get, post
from litestar.params import FromPath

from lienlac import clock, limits
from lienlac.errors import LienlacError, NotAllowed, Refused
from lienlac.intelligence.collection import parse_marks
from lienlac.intelligence.imports.pages import words
from lienlac.intelligence.imports.upload import State
from lienlac.intelligence.pages import kinds
from lienlac.people.rights import Action
from lienlac.stix.foreign import tables
from lienlac.stix.titles import title_of
from lienlac.ui.guard import needs
from lienlac.ui.nav import Heading, NavItem
from lienlac.ui.page import Blank
from lienlac.ui.problems import status_of
from lienlac.ui.words import N_
from lienlac.vocabulary import handling, pap, tlp

if TYPE_CHECKING:
    from collections.abc import Mapping

    from litestar import Response

    from lienlac.intelligence.imports.desk import Imports
    from lienlac.intelligence.imports.upload import Upload
    from lienlac.ui.page import Ask, Form

_PATH: Final = "/intelligence/imports"
_ONE: Final = f"{_PATH}/{{import_id:str}}"
_ADD: Final[dict[str, Any]] = {"opt": needs(Action.INTEL_ADD), "sync_to_thread": True, "include_in_schema": False}
NAV: Final = (
    NavItem(
        label=N_("Files taken in"),
        path=_PATH,
        action=Action.INTEL_ADD,
        heading=Heading.INTELLIGENCE,
        within="/intelligence",
        order=44,
    ),
)


def make_handlers(imports: Imports) -> tuple[Any, ...]:
    """The routes, round the desk that does the work."""
    files = {**_ADD, "opt": needs(Action.INTEL_ADD, files=True, into=imports)}

    @get(_PATH, **_ADD, name="imports")
    def listed(ask: Ask) -> Response[str]:
        return _start(ask, imports, Blank())

    @post(_PATH, **files, status_code=200, request_max_body_size=None)
    def put_in(ask: Ask) -> Response[str]:
        try:
            upload = _taken(ask, imports)
        except LienlacError as error:
            return _start(ask, imports, Blank({error.field or "file": ask.sentence(error)}), status=status_of(error))
        return ask.redirect(f"{_PATH}/{upload.id}")

    @get(_ONE, **_ADD, name="import")
    def shown(ask: Ask, import_id: FromPath[str]) -> Response[str]:
        upload = imports.upload(ask.officer, import_id)
        if upload.state is State.MAPPING:
            return _columns(ask, imports, upload)
        return _progress(ask, imports, upload)

    @post(f"{_ONE}/preview", **_ADD, status_code=200)
    def preview(ask: Ask, import_id: FromPath[str]) -> Response[str]:
        return _columns(ask, imports, imports.upload(ask.officer, import_id), sample=True)

    @post(f"{_ONE}/confirm", **_ADD, status_code=200)
    def confirm(ask: Ask, import_id: FromPath[str]) -> Response[str]:
        upload = imports.upload(ask.officer, import_id)
        try:
            imports.confirm(ask.officer, import_id, _mapping(ask, imports, upload))
        except Refused as error:
            return _columns(ask, imports, upload, wrong=error)
        return ask.redirect(f"{_PATH}/{import_id}")

    return (listed, put_in, shown, preview, confirm, *_acts(imports))


def _acts(imports: Imports) -> tuple[Any, ...]:
    @post(f"{_ONE}/again", **_ADD, status_code=200)
    def again(ask: Ask, import_id: FromPath[str]) -> Response[str]:
        imports.again(ask.officer, import_id)
        return ask.redirect(f"{_PATH}/{import_id}", ask.gettext("It goes on where it was."))

    @post(f"{_ONE}/drop", **_ADD, status_code=200)
    def drop(ask: Ask, import_id: FromPath[str]) -> Response[str]:
        imports.drop(ask.officer, import_id)
        return ask.redirect(
            _PATH, ask.gettext("The file is forgotten. What it brought into the collection stays there.")
        )

    return (again, drop)


def _taken(ask: Ask, imports: Imports) -> Upload:
    """The file that came in with the form. Raises `Refused`, `NotAllowed`."""
    if not ask.uploads:
        raise Refused("import-empty", field="file")
    import_id = ask.uploads[0]
    form = ask.form
    try:
        marks = parse_marks(
            tlp=form.get("tlp"),
            pap=form.get("pap") or "clear",
            handling=form.all("handling"),
            grade_4x4=form.get("grade_4x4").upper(),
            grade_6x6=form.get("grade_6x6").upper(),
        )
    except Refused:
        imports.drop(ask.officer, import_id)
        raise
    collection = form.get("collection_id")
    return imports.accept(ask.officer, import_id, collection_id=collection, form=form.get("form"), marks=marks)


def _start(ask: Ask, imports: Imports, wrong: Blank, *, status: int = 200) -> Response[str]:
    language = ask.language
    places = imports.collections(ask.officer)
    return ask.page(
        "imports/list.html",
        status=status,
        title=ask.gettext("Files taken in"),
        uploads=imports.uploads(ask.officer),
        titles={one.id: one.title for one in places},
        collections=[(one.id, one.title) for one in places],
        typed=Blank({"pap": "clear", "collection_id": ask.query.get("collection", ""), **ask.form.values()}),
        chosen_handling=ask.form.all("handling"),
        wrong=wrong,
        form_choices=[
            ("", ask.gettext("tell by the file")),
            *((code, ask.gettext(say)) for code, say in words.FORMS.items()),
        ],
        tlps=tlp.choices(language),
        paps=pap.choices(language),
        handlings=[(code, text, "") for code, text in handling.choices(language) if code != "h0"],
        largest=limits.IMPORT_MAX_BYTES,
        kept_days=limits.IMPORT_KEPT_DAYS,
        names=words,
    )


def _progress(ask: Ask, imports: Imports, upload: Upload) -> Response[str]:
    state = ask.query.get("show", "")
    state = state if state in words.RESULTS else ""
    after = ask.number("after", default=0, low=0, high=10**9)
    rows = limits.PAGE_DEFAULT_ROWS
    found = imports.results(ask.officer, upload.id, state, after=after, rows=rows + 1)
    here = f"{_PATH}/{upload.id}"
    return ask.page(
        "imports/one.html",
        title=upload.label or ask.gettext(words.FORMS[upload.form.value]),
        upload=upload,
        collection=next((one for one in imports.collections(ask.officer) if one.id == upload.collection_id), None),
        before=imports.before(upload) if upload.state is not State.DONE else None,
        results=found[:rows],
        things=imports.things(ask.officer, {one.object_id for one in found[:rows] if one.object_id}),
        held=imports.held(ask.officer, {one.held_id for one in found[:rows] if one.held_id}),
        spoken=kinds.Spoken(ask.words),
        show=state,
        older=f"{here}?show={state}&after={found[rows - 1].number}" if len(found) > rows else "",
        newest=f"{here}?show={state}" if after else "",
        reason=_reason(ask, upload.code, upload.details) if upload.code else "",
        why=lambda one: _reason(ask, one.code, one.details) if one.code else "",
        kept=limits.IMPORT_RESULTS_KEPT,
        names=words,
    )


def _reason(ask: Ask, code: str, details: Mapping[str, Any]) -> str:
    return ask.sentence(NotAllowed(code, **{name: value for name, value in details.items() if name != "field"}))


def _columns(
    ask: Ask, imports: Imports, upload: Upload, *, wrong: Refused | None = None, sample: bool = False
) -> Response[str]:
    """The table's beginning with what each column holds; `sample`: with what that makes of it."""
    seen = imports.preview(ask.officer, upload.id)
    mapping = _mapping_of(ask.form, seen)
    made: list[tables.Row] = []
    if sample:
        try:
            lines = [_line(row, seen.delimiter) for row in [seen.header, *seen.rows]]
            at_us = clock.to_us(upload.at)
            made = list(islice(tables.objects(lines, mapping, at_us=at_us), limits.TABLE_PREVIEW_ROWS))
        except Refused as error:
            wrong = error
    return ask.page(
        "imports/columns.html",
        status=200 if wrong is None else status_of(wrong),
        title=ask.gettext("What the columns hold"),
        upload=upload,
        seen=seen,
        mapping=mapping,
        choices=words.columns(ask.words),
        before=imports.before(upload),
        wrong=Blank({} if wrong is None else {"columns": ask.sentence(wrong)}),
        made=[_made(row, ask) for row in made],
        sampled=sample,
        names=words,
    )


def _made(row: tables.Row, ask: Ask) -> dict[str, Any]:
    """What became of one row of the sample."""
    return {
        "number": row.number,
        "objects": [f"{kinds.type_label(ask.words, one['type'])}: {title_of(one) or one['id']}" for one in row.objects],
        "problems": [(words.column(kind, ask.words), ask.sentence(error)) for kind, error in row.problems],
    }


def _mapping(ask: Ask, imports: Imports, upload: Upload) -> tables.Mapping:
    return _mapping_of(ask.form, imports.preview(ask.officer, upload.id))


def _mapping_of(form: Form, seen: tables.Preview) -> tables.Mapping:
    """What the form says of the columns; before anything was said, the guess."""
    if "column-0" not in form:
        return tables.Mapping(columns=seen.guess, delimiter=seen.delimiter)
    columns = [form.get(f"column-{place}") or tables.IGNORE for place in range(len(seen.guess))]
    return tables.Mapping(columns=columns, delimiter=seen.delimiter, has_header=form.get("first_row") != "data")


def _line(cells: list[str], delimiter: str) -> str:
    """A row of the preview as text again."""
    quoted = (f'"{quoting}"' for quoting in (cell.replace('"', '""') for cell in cells))
    return delimiter.join(quoted) + "\n"
