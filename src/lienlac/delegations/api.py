"""Delegations for programs: times, minutes, stages, outcomes, yearly plan, calendars; all else is as of any record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Stream

from lienlac import limits
from lienlac.delegations.pages.papers import handed
from lienlac.delegations.rules.minutes import number
from lienlac.errors import Refused
from lienlac.interface.records import delegations as shapes
from lienlac.interface.records.shared import RecordDone, RecordMarks, RecordSaid
from lienlac.people.rights import Action
from lienlac.ui.files.memory import InMemory
from lienlac.ui.guard import needs
from lienlac.ui.interface.router import OneRouter
from lienlac.ui.interface.speech import speaks
from lienlac.ui.page import Ask
from lienlac.ui.shared.api import done, marks_of, word_of
from lienlac.ui.words import N_
from lienlac.wire.bodies.delegations import OutcomeState, Paper, Proposal, Stage
from lienlac.wire.bodies.parts import Said

if TYPE_CHECKING:
    from lienlac.delegations.desk import Delegations, Read
    from lienlac.delegations.papers.desk import Shown
    from lienlac.delegations.rules.minutes import Agreement

Answer = Response[bytes]
_TAG: Final = "delegations"
_AT: Final = "/api/delegations/{record_id:str}"
_READ: Final = needs(Action.DELEGATION_READ)
_WRITE: Final = needs(Action.DELEGATION_WRITE)
_SHARE: Final = needs(Action.DELEGATION_SHARE)
_FILE: Final = needs(Action.DELEGATION_WRITE, files=True, into=InMemory(limits.DELEGATION_FILE_MAX_BYTES))
_CALENDAR: Final = "text/calendar"
_DIGEST: Final = "3f" * 32


def routes(delegations: Delegations) -> OneRouter:
    """The routes, round the desk that does the work."""
    handlers = [
        *_times(delegations),
        *_minutes(delegations),
        *_papers(delegations),
        *_steps(delegations),
        *_plans(delegations),
        *_calendars(delegations),
    ]
    return OneRouter(path="/", route_handlers=handlers)


def _times(delegations: Delegations) -> list[Any]:
    @get(
        f"{_AT}/proposals",
        opt=_READ | speaks(N_("Times and places that were proposed"), _TAG, shapes.TimeProposals),
        sync_to_thread=True,
        name="api-delegation-proposals",
    )
    def proposals(ask: Ask, record_id: FromPath[str]) -> Answer:
        """What stands, by side, and who stands by which."""
        found = delegations.proposals(ask.officer, record_id)
        return ask.json(shapes.TimeProposals(proposals=[_proposal(one) for one in found]))

    @post(
        f"{_AT}/proposals",
        opt=_WRITE
        | speaks(
            N_("Propose a time and place, or another one against it"),
            _TAG,
            RecordDone,
            takes=shapes.TimeProposing,
            examples={"a time": {"starts": "2027-03-01T09:00:00+07:00", "country": "VN", "place": "Hà Nội"}},
        ),
        sync_to_thread=True,
        name="api-delegation-propose",
    )
    def propose(ask: Ask, record_id: FromPath[str]) -> Answer:
        """In this side's own column; the other side accepts exactly that, or proposes something else."""
        given = ask.given(shapes.TimeProposing)
        word = Proposal(
            starts=given.starts,
            ends=given.ends,
            country=given.country,
            place=given.place,
            text=Said(vi=given.text.vi, en=given.text.en),
        )
        marks = marks_of(given.marks)
        outcome = delegations.propose(ask.officer, record_id, word, marks, element=given.element)
        return done(ask, delegations.shared, outcome)

    @post(
        f"{_AT}/proposals/{{element_id:str}}/answer",
        opt=_WRITE
        | speaks(
            N_("Accept or refuse a time and place"),
            _TAG,
            RecordDone,
            takes=shapes.TimeAnswer,
            examples={
                "yes": {"digest": _DIGEST, "accept": True},
                "no": {"digest": _DIGEST, "accept": False, "text": "Trùng lịch"},
            },
        ),
        sync_to_thread=True,
        name="api-delegation-answer-time",
    )
    def answer(ask: Ask, record_id: FromPath[str], element_id: FromPath[str]) -> Answer:
        """Exactly the one with this digest: where it was changed meanwhile, nothing is accepted."""
        given = ask.given(shapes.TimeAnswer)
        outcome = delegations.answer(
            ask.officer, record_id, element_id, digest=given.digest, accept=given.accept, text=given.text
        )
        return done(ask, delegations.shared, outcome)

    return [proposals, propose, answer]


def _minutes(delegations: Delegations) -> list[Any]:
    @get(
        f"{_AT}/minutes",
        opt=_READ | speaks(N_("The minutes side by side"), _TAG, shapes.DelegationMinutes),
        sync_to_thread=True,
        name="api-delegation-minutes",
    )
    def minutes(ask: Ask, record_id: FromPath[str]) -> Answer:
        """Every wording with its digest, what each side stands by, and the digest of the whole once it is agreed."""
        return ask.json(_told(delegations.minutes(ask.officer, record_id)))

    @post(
        f"{_AT}/minutes/agree",
        opt=_WRITE
        | speaks(
            N_("Agree to a wording of a paragraph"),
            _TAG,
            RecordDone,
            takes=shapes.ParagraphAgreeing,
            examples={"exactly this": {"element": "par-" + "a" * 26, "digest": _DIGEST}},
        ),
        sync_to_thread=True,
        name="api-delegation-agree",
    )
    def agree(ask: Ask, record_id: FromPath[str]) -> Answer:
        """Where that wording no longer stands, nothing is agreed."""
        given = ask.given(shapes.ParagraphAgreeing)
        return done(ask, delegations.shared, delegations.agree(ask.officer, record_id, given.element, given.digest))

    @post(
        f"{_AT}/minutes/sign",
        opt=_SHARE
        | speaks(
            N_("Sign the minutes for this authority"),
            _TAG,
            RecordDone,
            takes=shapes.MinutesSigning,
            examples={"signed": {"digest": _DIGEST, "signatory": "Trần Thanh Bình", "place": "Hà Nội"}},
        ),
        sync_to_thread=True,
        name="api-delegation-sign",
    )
    def sign_whole(ask: Ask, record_id: FromPath[str]) -> Answer:
        """Only what was read: the digest must be that of the minutes as they are now, every paragraph agreed."""
        given = ask.given(shapes.MinutesSigning)
        outcome = delegations.sign(
            ask.officer, record_id, given.digest, signatory=given.signatory, title=given.title, place=given.place
        )
        return done(ask, delegations.shared, outcome)

    return [minutes, agree, sign_whole]


def _papers(delegations: Delegations) -> list[Any]:
    papers = delegations.papers

    @get(
        f"{_AT}/papers",
        opt=_READ | speaks(N_("Papers with their files"), _TAG, shapes.DelegationPapers),
        sync_to_thread=True,
        name="api-delegation-papers",
    )
    def listed(ask: Ask, record_id: FromPath[str]) -> Answer:
        """As each side has them, and whether the file is here."""
        found = papers.folder(ask.officer, record_id).papers
        return ask.json(shapes.DelegationPapers(papers=[_paper(one) for one in found]))

    @post(
        f"{_AT}/papers",
        opt=_WRITE
        | speaks(
            N_("Add a paper with its file"),
            _TAG,
            RecordDone,
            takes=shapes.PaperAdding,
            examples={
                "an agenda": {
                    "word": {"is": "paper", "title_vi": "Chương trình", "title_en": "Agenda", "paper": "agenda"},
                    "marks": {"tlp": "amber", "pap": "amber"},
                }
            },
        ),
        sync_to_thread=True,
        name="api-delegation-paper-add",
    )
    def add(ask: Ask, record_id: FromPath[str]) -> Answer:
        """The file has been put in before; it travels sealed, to whoever may have the paper."""
        given = ask.given(shapes.PaperAdding)
        word = cast("Paper", word_of(delegations.shared, given.word, Paper))
        outcome = papers.add(ask.officer, record_id, word, marks_of(given.marks), upload=given.upload)
        return done(ask, delegations.shared, outcome)

    @get(
        f"{_AT}/papers/{{element_id:str}}/{{digest:str}}",
        opt=_READ | speaks(N_("The file of a paper"), _TAG, None, carries="out"),
        sync_to_thread=True,
        name="api-delegation-paper-file",
    )
    def file(
        ask: Ask,
        request: Request[Any, Any, Any],
        record_id: FromPath[str],
        element_id: FromPath[str],
        digest: FromPath[str],
    ) -> Stream:
        """By the digest that stands in the paper. Each time it is taken out is written into the journal."""
        return handed(papers, ask, record_id, element_id, digest, request.headers)

    @get(
        f"{_AT}/minutes/paper",
        opt=_READ | speaks(N_("The minutes as PDF in both languages"), _TAG, None, media="application/pdf"),
        sync_to_thread=True,
        name="api-delegation-minutes-paper",
    )
    def paper(ask: Ask, record_id: FromPath[str]) -> Answer:
        """A draft says that it is one."""
        return _kept(delegations.paper(ask.officer, record_id, ask.language), f"{record_id}.pdf", "application/pdf")

    return [listed, add, file, paper]


def _steps(delegations: Delegations) -> list[Any]:
    @post(
        f"{_AT}/stage",
        opt=_WRITE
        | speaks(
            N_("Say how far a delegation is for this side"),
            _TAG,
            RecordDone,
            takes=shapes.StageTaking,
            examples={"confirmed": {"stage": "confirmed"}},
        ),
        sync_to_thread=True,
        name="api-delegation-stage",
    )
    def stage(ask: Ask, record_id: FromPath[str]) -> Answer:
        """Only what can follow what this side said before."""
        wanted = Stage(ask.given(shapes.StageTaking).stage)
        return done(ask, delegations.shared, delegations.stage(ask.officer, record_id, wanted))

    @post(
        f"{_AT}/outcomes/{{element_id:str}}/follow",
        opt=_WRITE
        | speaks(
            N_("Say what has become of an outcome"),
            _TAG,
            RecordDone,
            takes=shapes.OutcomeFollowing,
            examples={"done": {"state": "done", "note": "Đã gửi danh sách"}},
        ),
        sync_to_thread=True,
        name="api-delegation-follow",
    )
    def follow(ask: Ask, record_id: FromPath[str], element_id: FromPath[str]) -> Answer:
        """In this side's column; what its owner says counts."""
        given = ask.given(shapes.OutcomeFollowing)
        outcome = delegations.follow_up(ask.officer, record_id, element_id, OutcomeState(given.state), given.note)
        return done(ask, delegations.shared, outcome)

    return [stage, follow]


def _plans(delegations: Delegations) -> list[Any]:
    @get(
        "/api/delegations/plan",
        opt=_READ | speaks(N_("The visits of a year"), _TAG, shapes.YearPlan, asks=shapes.PlanQuery),
        sync_to_thread=True,
        name="api-delegation-plan",
    )
    def plan(ask: Ask) -> Answer:
        """Those that the officer may know of, in their order."""
        year = ask.asked(shapes.PlanQuery).year or ask.now.year
        visits = [
            shapes.PlannedVisit(
                delegation=one.record_id,
                reference=one.reference,
                title_vi=one.title_vi,
                title_en=one.title_en,
                state=one.state,
                host=one.host,
                part=one.part,
                at=one.at,
            )
            for one in delegations.plan(ask.officer, year)
        ]
        return ask.json(shapes.YearPlan(year=year, visits=visits))

    @get(
        "/api/delegations/plan/calendar",
        opt=_READ
        | speaks(
            N_("The visits of a year as a calendar file"),
            _TAG,
            None,
            asks=shapes.PlanQuery,
            media=_CALENDAR,
        ),
        sync_to_thread=True,
        name="api-delegation-plan-calendar",
    )
    def plan_calendar(ask: Ask) -> Answer:
        """ICalendar (RFC 5545)."""
        year = ask.asked(shapes.PlanQuery).year or ask.now.year
        return _kept(delegations.year(ask.officer, year), f"lienlac-{year}.ics", _CALENDAR)

    return [plan, plan_calendar]


def _calendars(delegations: Delegations) -> list[Any]:
    @get(
        f"{_AT}/calendar",
        opt=_READ | speaks(N_("A visit and its programme as a calendar file"), _TAG, None, media=_CALENDAR),
        sync_to_thread=True,
        name="api-delegation-calendar",
    )
    def calendar(ask: Ask, record_id: FromPath[str]) -> Answer:
        """ICalendar (RFC 5545), under ids that are the same on every node."""
        return _kept(delegations.calendar(ask.officer, record_id), f"{record_id}.ics", _CALENDAR)

    @post(
        f"{_AT}/calendar",
        opt=_FILE | speaks(N_("Read an invitation's calendar file in"), _TAG, RecordDone, carries="in"),
        sync_to_thread=True,
        request_max_body_size=None,
        name="api-delegation-calendar-in",
    )
    def calendar_in(ask: Ask, record_id: FromPath[str]) -> Answer:
        """Each event becomes a proposal of this side, handled as amber. The body is the file."""
        if not ask.uploads:
            raise Refused("field-missing", field="file")
        zone, marks = ask.words.time_zone, marks_of(RecordMarks())
        outcome = delegations.take_file(ask.officer, record_id, ask.uploads[0].data, marks, zone=zone)
        return done(ask, delegations.shared, outcome)

    return [calendar, calendar_in]


# --- what is told ---------------------------------------------------------------------------------------------------
def _kept(data: bytes, name: str, media_type: str) -> Answer:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(data, media_type=media_type, headers=headers)


def _paper(one: Shown) -> shapes.DelegationPaper:
    says, marks = one.statement.says, one.statement.marks
    return shapes.DelegationPaper(
        element=one.element,
        author=one.statement.author,
        title_vi=says.title_vi,
        title_en=says.title_en,
        paper=says.paper.value,
        tlp=marks.tlp.value,
        pap=marks.pap.value,
        digest=one.digest,
        name=one.name,
        media_type=one.media_type,
        size_bytes=one.size_bytes,
        here=one.blob_id is not None,
    )


def _said(text: Said) -> RecordSaid:
    return RecordSaid(vi=text.vi, en=text.en)


def _proposal(one: Agreement) -> shapes.TimeProposal:
    return shapes.TimeProposal(
        element=one.element.id,
        agreed=None if one.agreed is None else one.agreed.digest,
        wordings=[
            shapes.TimeWording(
                author=author,
                digest=wording.digest,
                starts=wording.says.starts,
                ends=wording.says.ends,
                country=wording.says.country,
                place=wording.says.place,
                text=_said(wording.says.text),
            )
            for author, wording in one.wordings.items()
        ],
        positions=dict(one.positions),
    )


def _told(read: Read) -> shapes.DelegationMinutes:
    whole = read.whole
    return shapes.DelegationMinutes(
        paragraphs=[
            shapes.MinutesParagraph(
                element=one.element.id,
                number=number(one),
                agreed=None if one.agreed is None else one.agreed.digest,
                wordings=[
                    shapes.MinutesWording(
                        author=author,
                        digest=wording.digest,
                        text=_said(wording.says.text),
                        remarks=wording.says.remarks,
                    )
                    for author, wording in one.wordings.items()
                ],
                positions=dict(one.positions),
            )
            for one in whole.paragraphs
        ],
        open=whole.open,
        digest=whole.digest,
        signed=[
            shapes.MinutesSigned(node=node, signatory=one.signatory, title=one.title, place=one.place)
            for node, one in whole.signed.items()
        ],
        complete=whole.complete,
    )
