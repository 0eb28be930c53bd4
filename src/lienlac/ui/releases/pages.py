"""The approval queue: what waits for a second pair of eyes, exactly what would leave, and the decision about it.

Everything goes through `Releases`, which asks for the right and the table again; the screens only show and ask.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import get, post

from lienlac.agreements import store as agreements
from lienlac.errors import LienlacError, Refused
from lienlac.people import accounts
from lienlac.people.rights import Action
from lienlac.releases.release import State, Step
from lienlac.ui.guard import needs
from lienlac.ui.links.names import kind_name
from lienlac.ui.nav import Alert, NavItem, ToSome
from lienlac.ui.page import Blank
from lienlac.ui.problems import status_of
from lienlac.ui.releases import names
from lienlac.ui.words import N_
from lienlac.vocabulary import handling, pap, purposes, tlp, typologies, urgencies

if TYPE_CHECKING:
    from litestar import Response
    from litestar.params import FromPath
    from sqlalchemy import Connection

    from lienlac.people.officer import Officer
    from lienlac.releases.desk import Releases
    from lienlac.releases.release import Release
    from lienlac.ui.nav import AlertMaker
    from lienlac.ui.page import Ask
    from lienlac.ui.words import Words

_READ: Final = needs(Action.RELEASE_READ)
UNFRESH: Final = {Step.RETURN: "nothing leaves by it"}
"""Steps of a second officer for which a session is enough, and why."""
_RIGHTS: Final = {
    Step.APPROVE: Action.RELEASE_DECIDE,
    Step.RETURN: Action.RELEASE_DECIDE,
    Step.REVIEW: Action.RELEASE_DECIDE,
    Step.TAKE_BACK: Action.RELEASE_PROPOSE,
}


def make_handlers(releases: Releases) -> tuple[Any, ...]:
    """The routes, round the desk that does the work."""

    @get("/approvals", opt=_READ, sync_to_thread=True, include_in_schema=False, name="approvals")
    def queue(ask: Ask) -> Response[str]:
        with ask.database.read() as connection:
            undecided = releases.undecided(connection, ask.officer)
            back = releases.to_go_on_from(connection, ask.officer)
            decided = releases.decided(connection, ask.officer)
            people = accounts.names(connection)
        ahead = [one for one in undecided if one.state is State.SENT_AHEAD]
        return ask.page(
            "releases/list.html",
            title=ask.gettext("Approvals"),
            ahead=ahead,
            waiting=[one for one in undecided if one.state is State.WAITING],
            back=back,
            decided=decided,
            mine={one.id for one in undecided if set(releases.steps(one, ask.officer)) - {Step.TAKE_BACK}},
            people=people,
            names=names,
            kind_name=lambda kind: kind_name(kind, ask.words),
        )

    @get("/approvals/{release_id:str}", opt=_READ, sync_to_thread=True, include_in_schema=False)
    def one(ask: Ask, release_id: FromPath[str]) -> Response[str]:
        return _show(ask, releases, release_id)

    steps = (_step_door(releases, step, action) for step, action in _RIGHTS.items())
    return (queue, one, *steps)


def _step_door(releases: Releases, step: Step, action: Action) -> Any:
    @post(
        f"/approvals/{{release_id:str}}/{step.value}",
        opt=needs(action, unfresh=UNFRESH.get(step, "")),
        sync_to_thread=True,
        include_in_schema=False,
        status_code=200,
    )
    def door(ask: Ask, release_id: FromPath[str]) -> Response[str]:
        return _decide(ask, releases, release_id, step)

    return door


def _decide(ask: Ask, releases: Releases, release_id: str, step: Step) -> Response[str]:
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
    tone: Any = "warn" if step is Step.RETURN else "good"
    return ask.redirect("/approvals", ask.gettext(names.DONE[step]), tone=tone)


def _show(
    ask: Ask, releases: Releases, release_id: str, *, wrong: dict[str, str] | None = None, status: int = 200
) -> Response[str]:
    shown = releases.show(ask.officer, release_id, ask.words)
    with ask.database.read() as connection:
        people = accounts.names(connection)
        peers = agreements.peers(connection)
    release, draft = shown.release, shown.release.draft
    return ask.page(
        "releases/one.html",
        status=status,
        title=release.reference or ask.gettext("Approval"),
        shown=shown,
        release=release,
        draft=draft,
        steps={step.value for step in shown.steps},
        own=release.proposer == ask.officer.id,
        people=people,
        nodes={peer.node_id: peer.name_vi if ask.language == "vi" else peer.name_en for peer in peers},
        names=names,
        kind=kind_name(release.kind, ask.words),
        vocabulary={
            "purposes": purposes,
            "typologies": typologies,
            "urgencies": urgencies,
            "tlp": tlp,
            "pap": pap,
            "handling": handling,
        },
        typed=Blank(ask.form.values()),
        wrong=Blank(wrong or {}),
    )


def nav_items(releases: Releases) -> tuple[NavItem, ...]:
    """The queue in the navigation, with the number that waits for this officer."""
    return (
        NavItem(
            label=N_("Approvals"),
            path="/approvals",
            action=Action.RELEASE_READ,
            order=15,
            badge=releases.waiting_for,
            concerns=releases.proposers,
        ),
    )


def alerts(releases: Releases) -> tuple[AlertMaker, ...]:
    """What was sent ahead and nobody has reviewed, and what waits for this officer's approval."""

    def mine(connection: Connection, officer: Officer, step: Step) -> list[Release]:
        return [one for one in releases.undecided(connection, officer) if step in releases.steps(one, officer)]

    def ahead(connection: Connection, officer: Officer, words: Words) -> Alert | None:
        found = mine(connection, officer, Step.REVIEW)
        text = words.ngettext(
            "Sent without a second officer, to be reviewed by you:",
            "%(n)s messages were sent without a second officer, to be reviewed by you, first:",
            len(found),
        )
        return _alert(found, text)

    def waiting(connection: Connection, officer: Officer, words: Words) -> Alert | None:
        found = mine(connection, officer, Step.APPROVE)
        text = words.ngettext(
            "A message waits for your approval before it is sent:",
            "%(n)s messages wait for your approval before they are sent, first:",
            len(found),
        )
        return _alert(found, text)

    return (ToSome(ahead, releases.proposers), ToSome(waiting, releases.proposers))


def _alert(found: list[Release], text: str) -> Alert | None:
    if not found:
        return None
    first = found[0]
    return Alert(
        count=len(found),
        text=text,
        label=first.reference or first.id,
        path=f"/approvals/{first.id}",
        due_at=first.expires_at if first.state is State.WAITING else None,
        ring=" ".join(one.id for one in found),
    )
