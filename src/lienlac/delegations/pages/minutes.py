"""The minutes side by side with who agrees to what; times and places answered; stages; the order of protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import Response, get, post

from lienlac.delegations.rules.minutes import number
from lienlac.delegations.rules.protocol import by_side
from lienlac.delegations.showing import naming
from lienlac.errors import NotAllowed, Refused
from lienlac.people.rights import Action
from lienlac.ui.guard import needs
from lienlac.ui.page import Blank
from lienlac.ui.problems import status_of
from lienlac.ui.shared.pages import frame
from lienlac.wire.bodies.delegations import OutcomeState, Stage

if TYPE_CHECKING:
    from litestar.params import FromPath

    from lienlac.delegations.desk import Delegations
    from lienlac.records.shared.reading.desk import Room
    from lienlac.ui.page import Ask
    from lienlac.ui.shared.sheet import Subject

_READ: Final = needs(Action.DELEGATION_READ)
_WRITE: Final = needs(Action.DELEGATION_WRITE)
_SHARE: Final = needs(Action.DELEGATION_SHARE)


def open_paragraphs(room: Room) -> int:
    """How many paragraphs those who have spoken do not agree on."""
    return room.counts.get(("paragraph", "open"), 0)


def make_handlers(delegations: Delegations, subject: Subject) -> tuple[Any, ...]:
    """The routes of minutes, their paper, times and places, stages, outcomes, order."""
    at = f"{subject.address}/{{record_id:str}}"

    @get(f"{at}/minutes", opt=_READ, sync_to_thread=True, include_in_schema=False, name="delegation-minutes")
    def page(ask: Ask, record_id: FromPath[str]) -> Response[str]:
        return _page(ask, delegations, subject, record_id)

    @get(f"{at}/minutes/paper", opt=_READ, sync_to_thread=True, include_in_schema=False)
    def paper(ask: Ask, record_id: FromPath[str]) -> Response[bytes]:
        made = delegations.paper(ask.officer, record_id, ask.language)
        return file(made, f"{record_id}.pdf", "application/pdf")

    @post(f"{at}/minutes/agree", opt=_WRITE, sync_to_thread=True, include_in_schema=False, status_code=200)
    def agree(ask: Ask, record_id: FromPath[str]) -> Response[str]:
        element, digest = ask.form.get("element"), ask.form.get("digest")
        return frame.attempt(
            ask,
            lambda: frame.done(
                ask, subject, delegations.agree(ask.officer, record_id, element, digest), "/minutes",
                ask.gettext("This side agrees to that wording."),
            ),
            lambda wrong, status: _page(ask, delegations, subject, record_id, wrong=wrong, status=status),
        )  # fmt: skip

    @post(f"{at}/minutes/sign", opt=_SHARE, sync_to_thread=True, include_in_schema=False, status_code=200)
    def sign(ask: Ask, record_id: FromPath[str]) -> Response[str]:
        form = ask.form
        return frame.attempt(
            ask,
            lambda: frame.done(
                ask, subject,
                delegations.sign(
                    ask.officer, record_id, form.get("digest"), signatory=form.get("signatory"),
                    title=form.get("title"), place=form.get("place"),
                ),
                "/minutes", ask.gettext("Signed for this side."),
            ),
            lambda wrong, status: _page(ask, delegations, subject, record_id, wrong=wrong, status=status),
        )  # fmt: skip

    @get(f"{at}/order", opt=_READ, sync_to_thread=True, include_in_schema=False)
    def order(ask: Ask, record_id: FromPath[str]) -> Response[str]:
        room = subject.shared.read.room(ask.officer, record_id)
        sides = by_side(delegations.protocol(ask.officer, record_id))
        return frame.page(
            ask, subject, room, "delegations/order.html", tab="order", sides=sides, roles=naming.ROLES,
            live=f"{subject.address}/{room.line.id}/order",
        )  # fmt: skip

    return (page, paper, agree, sign, order, *_steps(delegations, subject))


def _steps(delegations: Delegations, subject: Subject) -> tuple[Any, ...]:
    at = f"{subject.address}/{{record_id:str}}"

    @post(f"{at}/answer-time", opt=_WRITE, sync_to_thread=True, include_in_schema=False, status_code=200)
    def answer(ask: Ask, record_id: FromPath[str]) -> Response[str]:
        form, accept = ask.form, ask.form.get("answer") == "accept"
        return _back(
            ask, subject, record_id,
            lambda: frame.done(
                ask, subject,
                delegations.answer(
                    ask.officer, record_id, form.get("element"), digest=form.get("digest"), accept=accept,
                    text=form.get("text"),
                ),
                "", ask.gettext("Accepted.") if accept else ask.gettext("Refused, with the reason."),
            ),
        )  # fmt: skip

    @post(f"{at}/stage", opt=_WRITE, sync_to_thread=True, include_in_schema=False, status_code=200)
    def stage(ask: Ask, record_id: FromPath[str]) -> Response[str]:
        wanted = next((one for one in Stage if one.value == ask.form.get("stage")), None)
        if wanted is None:
            raise Refused("choice-unknown", field="stage")
        return _back(
            ask, subject, record_id,
            lambda: frame.done(
                ask, subject, delegations.stage(ask.officer, record_id, wanted), "", ask.gettext("Written down.")
            ),
        )  # fmt: skip

    @post(f"{at}/follow", opt=_WRITE, sync_to_thread=True, include_in_schema=False, status_code=200)
    def follow(ask: Ask, record_id: FromPath[str]) -> Response[str]:
        wanted = next((one for one in OutcomeState if one.value == ask.form.get("state")), None)
        if wanted is None:
            raise Refused("choice-unknown", field="state")
        element = ask.form.get("element")
        return _back(
            ask, subject, record_id,
            lambda: frame.done(
                ask, subject, delegations.follow_up(ask.officer, record_id, element, wanted), "",
                ask.gettext("Written down."),
            ),
        )  # fmt: skip

    return (answer, stage, follow)


def _back(ask: Ask, subject: Subject, record_id: str, work: Any) -> Response[str]:
    """Do it; what is wrong is said on the record's page."""
    try:
        made: Response[str] = work()
    except (Refused, NotAllowed) as error:
        if status_of(error) in {401, 403, 404}:
            raise
        return ask.redirect(f"{subject.address}/{record_id}", ask.sentence(error), tone="bad")
    return made


def _page(
    ask: Ask, delegations: Delegations, subject: Subject, record_id: str, *, wrong: Blank | None = None,
    status: int = 200,
) -> Response[str]:  # fmt: skip
    read = delegations.minutes(ask.officer, record_id)
    return frame.page(
        ask, subject, read.room, "delegations/minutes.html", tab="minutes", status=status,
        live=f"{subject.address}/{read.room.line.id}/minutes", whole=read.whole, sides=sorted(read.sides),
        numbers={one.element.id: number(one) for one in read.whole.paragraphs}, wrong=wrong or Blank(),
        typed=Blank(ask.form.values()),
    )  # fmt: skip


def file(data: bytes, name: str, media_type: str) -> Response[bytes]:
    """Something to be kept, under its name."""
    return Response(data, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})
