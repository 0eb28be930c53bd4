"""The approval queue: what waits for a second pair of eyes, exactly what would leave, and the decision about it.

Everything goes through `Releases`, which asks for the right and the table again; the screens only show and ask.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import get, post

from lienlac.errors import LienlacError, NotAllowed, Refused
from lienlac.people import accounts
from lienlac.people.rights import Action
from lienlac.releases.release import Reason, State, Step
from lienlac.ui.guard import needs
from lienlac.ui.nav import NavItem
from lienlac.ui.page import Blank
from lienlac.ui.problems import status_of
from lienlac.ui.words import N_

if TYPE_CHECKING:
    from litestar import Response
    from litestar.params import FromPath

    from lienlac.releases.desk import Releases
    from lienlac.ui.nav import Tone
    from lienlac.ui.page import Ask

STATES: Final[dict[State, tuple[str, Tone]]] = {
    State.WAITING: (N_("Waiting for a second officer"), "warn"),
    State.APPROVED: (N_("Approved and sent"), "good"),
    State.RETURNED: (N_("Returned"), "bad"),
    State.TAKEN_BACK: (N_("Taken back"), "plain"),
    State.EXPIRED: (N_("Waited too long"), "bad"),
    State.SENT_AHEAD: (N_("Sent ahead, to be reviewed"), "bad"),
    State.REVIEWED: (N_("Sent ahead and reviewed"), "good"),
}
REASONS: Final = {
    Reason.KIND: N_("the agreement asks for it for this kind of message"),
    Reason.MARKS: N_("the agreement asks for it at this handling mark"),
    Reason.TYPOLOGY: N_("the agreement asks for it for this kind of crime"),
    Reason.PERSON: N_("data about a victim, a minor, a witness or a third party leaves with it"),
}
ABOUT: Final = {
    "victim": N_("about a victim"),
    "minor": N_("about a minor"),
    "witness": N_("about a witness"),
    "third-party": N_("about a third party"),
}
DONE: Final = {
    Step.APPROVE: N_("Approved. It is on its way."),
    Step.RETURN: N_("Returned to the officer who proposed it."),
    Step.TAKE_BACK: N_("Taken back. Nothing was sent."),
    Step.REVIEW: N_("Reviewed."),
}
_STEPS: Final = {step.value: step for step in DONE}


def make_handlers(releases: Releases) -> tuple[Any, ...]:
    """The routes, round the desk that does the work."""

    @get("/approvals", opt=needs(Action.RELEASE_READ), sync_to_thread=True, include_in_schema=False, name="approvals")
    def queue(ask: Ask) -> Response[str]:
        with ask.database.read() as connection:
            undecided = releases.undecided(connection, ask.officer)
            decided = releases.decided(connection, ask.officer)
            names = accounts.names(connection)
        values: dict[str, Any] = {
            "undecided": undecided,
            "decided": decided,
            "names": names,
            "states": STATES,
            "reasons": REASONS,
        }
        return ask.page("releases/list.html", title=ask.gettext("Approvals"), **values)

    @get("/approvals/{release_id:str}", opt=needs(Action.RELEASE_READ), sync_to_thread=True, include_in_schema=False)
    def one(ask: Ask, release_id: FromPath[str]) -> Response[str]:
        return _show(ask, releases, release_id)

    @post(
        "/approvals/{release_id:str}/{word:str}",
        opt=needs(Action.RELEASE_READ),
        sync_to_thread=True,
        include_in_schema=False,
    )
    def decide(ask: Ask, release_id: FromPath[str], word: FromPath[str]) -> Response[str]:
        return _decide(ask, releases, release_id, word)

    return (queue, one, decide)


def _decide(ask: Ask, releases: Releases, release_id: str, word: str) -> Response[str]:
    step = _STEPS.get(word)
    if step is None:
        raise NotAllowed("not-found")
    words = ask.form.get("words")
    try:
        if step is Step.APPROVE:
            releases.approve(ask.officer, release_id, digest=ask.form.get("digest"), words=words)
        else:
            releases.take(ask.officer, release_id, step, words)
    except LienlacError as error:
        if error.code == "not-found":
            raise
        field = "words" if isinstance(error, Refused) else ""
        return _show(ask, releases, release_id, wrong={field: ask.sentence(error)}, status=status_of(error))
    return ask.redirect("/approvals", ask.gettext(DONE[step]), tone="warn" if step is Step.RETURN else "good")


def _show(
    ask: Ask, releases: Releases, release_id: str, *, wrong: dict[str, str] | None = None, status: int = 200
) -> Response[str]:
    shown = releases.show(ask.officer, release_id, ask.language)
    with ask.database.read() as connection:
        names = accounts.names(connection)
    return ask.page(
        "releases/one.html",
        status=status,
        title=shown.release.reference or ask.gettext("Approval"),
        release=shown.release,
        draft=shown.release.draft,
        steps={step.value for step in shown.steps},
        lines=shown.lines,
        names=names,
        states=STATES,
        reasons=REASONS,
        about=ABOUT,
        typed=Blank(ask.form.values()),
        wrong=Blank(wrong or {}),
    )


def nav_items(releases: Releases) -> tuple[NavItem, ...]:
    """The queue in the navigation, with the number that waits for this officer."""
    return (
        NavItem(
            label=N_("Approvals"), path="/approvals", action=Action.RELEASE_READ, order=20, badge=releases.waiting_for
        ),
    )
