"""Cases for programs: files of exhibits, timelines and cases of other programs; all else is as of any shared record.

Whatever reads a file of evidence is a POST: it leaves an entry of the chain of custody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Stream

from lienlac import clock
from lienlac.cases.pages.exhibits import Opened
from lienlac.cases.pages.export import handed_out
from lienlac.errors import Refused
from lienlac.interface.parts import Empty
from lienlac.interface.records import cases as shapes
from lienlac.interface.records.shared import RecordDone
from lienlac.people.rights import Action
from lienlac.ui.files.serving import download, offset_of
from lienlac.ui.guard import needs
from lienlac.ui.interface.router import OneRouter
from lienlac.ui.interface.speech import speaks
from lienlac.ui.page import Ask
from lienlac.ui.problems import reason_of
from lienlac.ui.shared.api.acting import done, marks_of, word_of
from lienlac.ui.words import N_
from lienlac.wire.bodies.cases import Act, Evidence
from lienlac.wire.bodies.parts import Said

if TYPE_CHECKING:
    from lienlac.cases.desk import Cases
    from lienlac.cases.papers.desk import CasePapers
    from lienlac.cases.timeline.desk import Look

Answer = Response[bytes]
_TAG: Final = "cases"
_AT: Final = "/api/cases/{record_id:str}"
_READ, _WRITE = needs(Action.CASE_READ), needs(Action.CASE_WRITE)
_UPLOAD: Final = "upl-aaaaaaaaaaaaaaaaaaaaaaaaaa"
_EXHIBIT: Final = {
    "a disk": {
        "word": {
            "is": "evidence",
            "title": "Ổ cứng máy chủ",
            "kind": "image",
            "acquired_at": "2026-11-26T02:30:00Z",
            "acquired_by": "Đại uý Nguyễn Thị Lan",
            "place": "Hà Nội",
            "tool": "FTK Imager 4.7",
            "legal_basis": "BLTTHS Điều 107",
        },
        "upload": _UPLOAD,
    }
}
_CUSTODY: Final = {"a copy": {"act": "copied", "text": {"vi": "Sao cho giám định"}, "place": "Viện Khoa học hình sự"}}
_LOOK: Final = {"all of it": {"upload": _UPLOAD}}
_TAKE: Final = {"behind row 100,000": {"upload": _UPLOAD, "after": 100_000}}
_CASE: Final = {"a bundle": {"upload": _UPLOAD, "form": "stix"}}


def routes(cases: Cases, papers: CasePapers) -> OneRouter:
    """The routes, round the desks that do the work."""
    handlers = [
        *_exhibits(cases),
        *_custody(cases),
        *_again(cases),
        *_timelines(cases),
        *_others(cases),
        *_out(cases, papers),
    ]
    return OneRouter(path="/", route_handlers=handlers)


def _exhibits(cases: Cases) -> list[Any]:
    @get(
        f"{_AT}/exhibits",
        opt=_READ | speaks(N_("Files of exhibits of a case"), _TAG, shapes.Exhibits),
        sync_to_thread=True,
        name="api-case-exhibits",
    )
    def list_exhibits(ask: Ask, record_id: FromPath[str]) -> Answer:
        return ask.json(shapes.Exhibits(files=_files(ask, cases, record_id)))

    @post(
        f"{_AT}/exhibits",
        opt=_WRITE
        | speaks(
            N_("Take an exhibit in, with a file of the tray"),
            _TAG,
            RecordDone,
            takes=shapes.ExhibitTaking,
            examples=_EXHIBIT,
        ),
        sync_to_thread=True,
        name="api-case-exhibit-take",
    )
    def take_exhibit(ask: Ask, record_id: FromPath[str]) -> Answer:
        """The next number of this side is given out; that it was acquired is the first entry of its custody."""
        given = ask.given(shapes.ExhibitTaking)
        word = word_of(cases.shared, {"is": "evidence", **given.word})
        if not isinstance(word, Evidence):
            raise Refused("choice-unknown", field="word")
        made = cases.exhibits.add(ask.officer, record_id, word, marks_of(given.marks), upload=given.upload)
        return done(ask, cases.shared, made)

    return [list_exhibits, take_exhibit]


def _files(ask: Ask, cases: Cases, record_id: str) -> list[shapes.Exhibit]:
    known = {one.id: one for one in cases.entities.every(ask.officer, record_id, "evidence") if one.standing}
    made = []
    files = cases.exhibits.files(ask.officer, record_id, list(known))
    coming = cases.exhibits.coming(ask.officer, record_id, files.values())
    for element, file in files.items():
        said = known[element].standing[0]
        made.append(
            shapes.Exhibit(
                element=element,
                exhibit=said.says.exhibit,
                author=said.author,
                title=said.says.title,
                name=file.name,
                digest=file.digest,
                size_bytes=file.size_bytes,
                media_type=file.media_type,
                here=file.blob_id is not None,
                stage=coming[element].stage.value if element in coming else None,  # type: ignore[arg-type]  # of what comes in
                checked_at=None if file.checked_us is None else clock.from_us(file.checked_us),
                whole=None if file.whole is None else bool(file.whole),
            )
        )
    return sorted(made, key=lambda one: one.exhibit)


def _custody(cases: Cases) -> list[Any]:
    at = f"{_AT}/exhibits/{{element_id:str}}"

    @post(
        f"{at}/file",
        opt=_WRITE | speaks(N_("One exhibit's file"), _TAG, None, takes=Empty, carries="out", examples={"nothing": {}}),
        sync_to_thread=True,
        status_code=200,
        name="api-case-exhibit-file",
    )
    def fetch_exhibit(
        ask: Ask, request: Request[Any, Any, Any], record_id: FromPath[str], element_id: FromPath[str]
    ) -> Stream:
        """Every call is an entry of the chain of custody, on both nodes, also one that goes on after a cut."""
        ask.given(Empty)
        file, reader = cases.exhibits.open(ask.officer, record_id, element_id)
        of_this = request.headers.get("if-range") in {None, f'"{file.digest}"'}
        offset = offset_of(request.headers.get("range"), file.size_bytes) if of_this else 0
        return download(Opened(reader), file.name, file.digest, file.size_bytes, offset)

    @post(
        f"{at}/check",
        opt=_WRITE
        | speaks(
            N_("Read one exhibit's file again and compare"),
            _TAG,
            shapes.ExhibitChecked,
            takes=Empty,
            examples={"nothing": {}},
        ),
        sync_to_thread=True,
        name="api-case-exhibit-check",
    )
    def check_exhibit(ask: Ask, record_id: FromPath[str], element_id: FromPath[str]) -> Answer:
        ask.given(Empty)
        whole = cases.exhibits.check(ask.officer, record_id, element_id)
        return ask.json(shapes.ExhibitChecked(whole=whole), status=201)

    @post(
        f"{at}/custody",
        opt=_WRITE
        | speaks(
            N_("Write down what was done with an exhibit outside the node"),
            _TAG,
            RecordDone,
            takes=shapes.CustodyWriting,
            examples=_CUSTODY,
        ),
        sync_to_thread=True,
        name="api-case-exhibit-custody",
    )
    def write_custody(ask: Ask, record_id: FromPath[str], element_id: FromPath[str]) -> Answer:
        given = ask.given(shapes.CustodyWriting)
        text = Said(vi=given.text.vi, en=given.text.en)
        made = cases.exhibits.write_down(
            ask.officer, record_id, element_id, Act(given.act), text=text, place=given.place, to=given.to or None
        )
        return done(ask, cases.shared, made)

    return [fetch_exhibit, check_exhibit, write_custody]


def _again(cases: Cases) -> list[Any]:
    @post(
        f"{_AT}/exhibits/{{element_id:str}}/again",
        opt=_WRITE
        | speaks(
            N_("Ask the author again for an exhibit's file that is damaged here or did not come whole"),
            _TAG,
            RecordDone,
            takes=Empty,
            examples={"nothing": {}},
        ),
        sync_to_thread=True,
        name="api-case-exhibit-again",
    )
    def fetch_again(ask: Ask, record_id: FromPath[str], element_id: FromPath[str]) -> Answer:
        """Not one that is on its way. Both chains of custody say that it was asked for, and when it comes."""
        ask.given(Empty)
        return done(ask, cases.shared, cases.exhibits.fetch_again(ask.officer, record_id, element_id))

    return [fetch_again]


def _timelines(cases: Cases) -> list[Any]:
    @post(
        f"{_AT}/timeline/look",
        opt=_WRITE
        | speaks(
            N_("Look a timeline file through; nothing is kept"),
            _TAG,
            shapes.TimelineLook,
            takes=shapes.TimelineLooking,
            examples=_LOOK,
        ),
        sync_to_thread=True,
        status_code=200,
        name="api-case-timeline-look",
    )
    def look_at_timeline(ask: Ask, record_id: FromPath[str]) -> Answer:
        given = ask.given(shapes.TimelineLooking)
        cases.shared.read.room(ask.officer, record_id)
        pieces = cases.exhibits.pieces_of(ask.officer, given.upload)
        return ask.json(_look(ask, cases.timelines.look(pieces, since=given.since, until=given.until)))

    @post(
        f"{_AT}/timeline",
        opt=_WRITE
        | speaks(
            N_("Take a timeline file in, or its next part"),
            _TAG,
            shapes.TimelineTaken,
            takes=shapes.TimelineTaking,
            examples=_TAKE,
        ),
        sync_to_thread=True,
        name="api-case-timeline-take",
    )
    def take_timeline(ask: Ask, record_id: FromPath[str]) -> Answer:
        """At most 100,000 rows; what is there already is not taken twice, so a cut call is simply made again."""
        given = ask.given(shapes.TimelineTaking)
        pieces = cases.exhibits.pieces_of(ask.officer, given.upload)
        taken = cases.timelines.take(
            ask.officer,
            record_id,
            pieces,
            marks_of(given.marks),
            since=given.since,
            until=given.until,
            after=given.after,
        )
        told = shapes.TimelineTaken(
            look=_look(ask, taken.look), new=taken.new, through=taken.through, row=taken.row, following=taken.following
        )
        return ask.json(told, status=201)

    return [look_at_timeline, take_timeline]


def _look(ask: Ask, look: Look) -> shapes.TimelineLook:
    problems = [
        shapes.TimelineProblem(row=one.row, code=one.code, reason=reason_of(one.code, ask.language), detail=one.detail)
        for one in look.problems
    ]
    return shapes.TimelineLook(
        rows=look.rows,
        good=look.good,
        outside=look.outside,
        bad=look.bad,
        problems=problems,
        digest=look.digest,
        first=look.first,
        last=look.last,
        acts=look.acts,
    )


def _others(cases: Cases) -> list[Any]:
    @post(
        f"{_AT}/take",
        opt=_WRITE
        | speaks(
            N_("Take a case of another program into one of ours"),
            _TAG,
            shapes.CaseTaken,
            takes=shapes.CaseTaking,
            examples=_CASE,
        ),
        sync_to_thread=True,
        name="api-case-take",
    )
    def take_case(ask: Ask, record_id: FromPath[str]) -> Answer:
        """The same file taken in twice is there once."""
        given = ask.given(shapes.CaseTaking)
        pieces = cases.exhibits.pieces_of(ask.officer, given.upload)
        new, left = cases.imports.take(ask.officer, record_id, given.form, pieces(), marks_of(given.marks))
        return ask.json(shapes.CaseTaken(new=new, left=dict(left)), status=201)

    return [take_case]


def _out(cases: Cases, papers: CasePapers) -> list[Any]:
    @get(
        f"{_AT}/export/{{export_form:str}}",
        opt=_READ | speaks(N_("A case in the form of another program"), _TAG, None, media="application/json"),
        sync_to_thread=True,
        name="api-case-export",
    )
    def export_case(ask: Ask, record_id: FromPath[str], export_form: FromPath[str]) -> Stream:
        """`timeline.csv`, `timeline.jsonl`, `graph.graphml`, `case.jsonld` (CASE/UCO), `case.stix.json`."""
        return handed_out(cases, ask, record_id, export_form)

    @get(
        f"{_AT}/situation",
        opt=_READ | speaks(N_("The situation report of a case, as PDF"), _TAG, None, media="application/pdf"),
        sync_to_thread=True,
        name="api-case-situation",
    )
    def print_situation(ask: Ask, record_id: FromPath[str]) -> Response[bytes]:
        """In both languages at once."""
        name, content = papers.situation(ask.officer, record_id, ask.language)
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return Response(content, media_type="application/pdf", headers=headers)

    return [export_case, print_situation]
