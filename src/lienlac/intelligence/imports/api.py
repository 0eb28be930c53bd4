"""Files taken in, for programs: put one in, say what its columns hold, follow it, see what became of each object.

The same desk as the screens'. A file is the body itself, its name in Content-Disposition; it belongs to the token's
officer, and for everybody else it does not exist.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import Response, delete, get, post
from litestar.params import FromPath

from lienlac.errors import Refused
from lienlac.intelligence.collection import parse_marks
from lienlac.intelligence.imports.upload import State
from lienlac.interface.intelligence import imports as shapes
from lienlac.interface.parts import Done, Empty, Sentences
from lienlac.people.rights import Action
from lienlac.stix.foreign import tables
from lienlac.ui.guard import needs
from lienlac.ui.interface.speech import speaks
from lienlac.ui.page import Ask
from lienlac.ui.words import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lienlac.intelligence.imports.desk import Imports
    from lienlac.intelligence.imports.upload import Kept, Upload

Answer = Response[bytes]
_PATH: Final = "/api/intelligence/imports"
_ONE: Final = f"{_PATH}/{{import_id:str}}"
_TAG: Final = "intelligence"
_ADD: Final = needs(Action.INTEL_ADD)
_NOTHING: Final[dict[str, Any]] = {"nothing": {}}
_COLUMNS: Final = {"telephone numbers and a remark": {"columns": ["phone", "ignore", "note"]}}


def make_doors(imports: Imports) -> tuple[Any, ...]:
    """The doors, round the desk that does the work."""
    return (*_in(imports), *_looking(imports), *_acts(imports))


def _in(imports: Imports) -> tuple[Any, ...]:
    @post(
        _PATH,
        opt=needs(Action.INTEL_ADD, files=True, into=imports)
        | speaks(N_("Put a file into a collection"), _TAG, shapes.Import, asks=shapes.ImportQuery, carries="in"),
        sync_to_thread=True,
        request_max_body_size=None,
        name="api-import",
    )
    def import_file(ask: Ask) -> Answer:
        """The body is the file: STIX, MISP, a table, FollowTheMoney or goAML. A table waits for its columns."""
        if not ask.uploads:
            raise Refused("import-empty", field="file")
        import_id = ask.uploads[0]
        try:
            asked = ask.asked(shapes.ImportQuery)
            marks = parse_marks(
                tlp=asked.tlp,
                pap=asked.pap,
                handling=tuple(code for code in asked.handling.replace(",", " ").split() if code),
                grade_4x4=asked.grade_4x4,
                grade_6x6=asked.grade_6x6,
            )
        except Refused:
            imports.drop(ask.officer, import_id)
            raise
        upload = imports.accept(ask.officer, import_id, collection_id=asked.collection, form=asked.form, marks=marks)
        return ask.json(_view(ask, imports, upload), status=201)

    return (import_file,)


def _looking(imports: Imports) -> tuple[Any, ...]:
    @get(
        _PATH,
        opt=_ADD | speaks(N_("Files you put into collections"), _TAG, shapes.Imports),
        sync_to_thread=True,
        name="api-imports",
    )
    def list_imports(ask: Ask) -> Answer:
        """The token's officer's own files, the newest first."""
        found = [_told(one) for one in imports.uploads(ask.officer) if one.state is not State.COMING]
        return ask.json(shapes.Imports(imports=found))

    @get(
        _ONE,
        opt=_ADD | speaks(N_("How far a file has come"), _TAG, shapes.Import),
        sync_to_thread=True,
        name="api-import-one",
    )
    def show_import(ask: Ask, import_id: FromPath[str]) -> Answer:
        """Its progress; of a table that waits, the beginning and what its columns seem to hold."""
        return ask.json(_view(ask, imports, imports.upload(ask.officer, import_id)))

    @get(
        f"{_ONE}/results",
        opt=_ADD
        | speaks(N_("What became of a file's objects"), _TAG, shapes.ImportResults, asks=shapes.ImportResultQuery),
        sync_to_thread=True,
        name="api-import-results",
    )
    def import_results(ask: Ask, import_id: FromPath[str]) -> Answer:
        """Each object in its order: new, known, held and why, not readable and where."""
        asked = ask.asked(shapes.ImportResultQuery)
        found = imports.results(ask.officer, import_id, asked.state, after=asked.after, rows=asked.rows + 1)
        onward = found[asked.rows - 1].number if len(found) > asked.rows else None
        return ask.json(shapes.ImportResults(results=[_result(one) for one in found[: asked.rows]], next=onward))

    return (list_imports, show_import, import_results)


def _acts(imports: Imports) -> tuple[Any, ...]:
    @post(
        f"{_ONE}/columns",
        opt=_ADD
        | speaks(
            N_("Say what a table's columns hold"),
            _TAG,
            shapes.Import,
            takes=shapes.ImportColumns,
            examples=_COLUMNS,
        ),
        sync_to_thread=True,
        status_code=200,
        name="api-import-columns",
    )
    def import_columns(ask: Ask, import_id: FromPath[str]) -> Answer:
        """From now on the table is taken in."""
        given = ask.given(shapes.ImportColumns)
        seen = imports.preview(ask.officer, import_id)
        mapping = tables.Mapping(columns=list(given.columns), delimiter=seen.delimiter, has_header=given.header)
        return ask.json(_told(imports.confirm(ask.officer, import_id, mapping)))

    @post(
        f"{_ONE}/again",
        opt=_ADD
        | speaks(N_("Let a file that stands still go on"), _TAG, shapes.Import, takes=Empty, examples=_NOTHING),
        sync_to_thread=True,
        status_code=200,
        name="api-import-again",
    )
    def import_again(ask: Ask, import_id: FromPath[str]) -> Answer:
        """It goes on where it was."""
        ask.given(Empty)
        return ask.json(_told(imports.again(ask.officer, import_id)))

    @delete(
        _ONE,
        opt=_ADD | speaks(N_("Forget a file"), _TAG, Done),
        sync_to_thread=True,
        status_code=200,
        name="api-import-drop",
    )
    def drop_import(ask: Ask, import_id: FromPath[str]) -> Answer:
        """What it brought into the collection stays there."""
        imports.drop(ask.officer, import_id)
        return ask.json(Done())

    return (import_columns, import_again, drop_import)


def _view(ask: Ask, imports: Imports, upload: Upload) -> shapes.Import:
    """With the beginning of a table whose columns wait."""
    if upload.state is not State.MAPPING:
        return _told(upload)
    seen = imports.preview(ask.officer, upload.id)
    table = shapes.ImportTable(header=seen.header, rows=seen.rows, guess=seen.guess, choices=list(tables.choices()))
    return _told(upload, table)


def _told(upload: Upload, table: shapes.ImportTable | None = None) -> shapes.Import:
    counts = upload.counts
    return shapes.Import(
        id=upload.id,
        collection=upload.collection_id,
        name=upload.label,
        form=upload.form.value,
        state=upload.state.value,  # type: ignore[arg-type]  # one that is still coming is shown to nobody
        percent=upload.percent,
        size_bytes=upload.size_bytes,
        digest=upload.digest,
        at=upload.at,
        ended_at=upload.ended_at,
        given=counts.given,
        new=counts.new,
        same=counts.same,
        held=counts.held,
        unread=counts.unread,
        code=upload.code,
        why=_why(upload.code, upload.details),
        table=table,
    )


def _result(one: Kept) -> shapes.ImportResult:
    return shapes.ImportResult(
        number=one.number,
        object=one.object_id,
        type=one.type,
        state=one.state,  # type: ignore[arg-type]  # its four words
        held=one.held_id,
        code=one.code,
        why=_why(one.code, one.details),
    )


def _why(code: str, details: Mapping[str, Any]) -> Sentences | None:
    if not code:
        return None
    refused = Refused(code, **{name: value for name, value in details.items() if name != "field"})
    return Sentences(en=refused.sentence("en"), vi=refused.sentence("vi"))
