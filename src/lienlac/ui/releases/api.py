"""The approval queue for programs: list, show, approve, return, take back, review (docs/reference/approvals-api.md).

The same desk as the screens', so the same rights and the same table. Whoever approves sends the digest of what they
were shown; nothing else about the message can be said here, so that nothing of it can be changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from lienlac import limits, strictjson
from lienlac.errors import Refused
from lienlac.people import accounts
from lienlac.people.rights import Action
from lienlac.releases.release import Step
from lienlac.ui.guard import needs
from lienlac.ui.page import Ask
from lienlac.ui.releases.view import release_view, whole_view

if TYPE_CHECKING:
    from lienlac.releases.desk import Releases

Answer = Response[bytes]
Body = TypeVar("Body")
Text = Annotated[str, msgspec.Meta(max_length=limits.TEXT_MAX_CHARS)]


class Approval(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a second officer says yes to: the digest of exactly what was shown."""

    digest: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
    words: Text = ""


class Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Why it is returned, or what a review found."""

    words: Text = ""


def make_doors(releases: Releases) -> tuple[Any, ...]:
    """The doors, round the desk that does the work."""

    @get("/api/approvals", opt=needs(Action.RELEASE_READ), sync_to_thread=True, name="api-approvals")
    def list_approvals(ask: Ask) -> Answer:
        """What waits for a decision or a review (`undecided`), what came back to oneself, and what was decided last."""
        with ask.database.read() as connection:
            names = accounts.names(connection)
            found = {
                "undecided": releases.undecided(connection, ask.officer),
                "returned": releases.to_go_on_from(connection, ask.officer),
                "decided": releases.decided(connection, ask.officer),
            }
        return ask.json(
            {
                group: [release_view(one, releases.steps(one, ask.officer), names) for one in several]
                for group, several in found.items()
            }
        )

    @get("/api/approvals/{release_id:str}", opt=needs(Action.RELEASE_READ), sync_to_thread=True, name="api-approval")
    def show_approval(ask: Ask, release_id: FromPath[str]) -> Answer:
        """One, with exactly what would leave and the digest to approve it by."""
        return _shown(ask, releases, release_id)

    # A fresh second factor belongs before this act, as on the page (ui/releases/pages.py): tokens cannot bring one, so
    # a node that asks for it must refuse programs here.
    @post(
        "/api/approvals/{release_id:str}/approve",
        opt=needs(Action.RELEASE_DECIDE),
        sync_to_thread=True,
        name="api-approve",
    )
    def approve(ask: Ask, release_id: FromPath[str]) -> Answer:
        """Let it leave, as the one whose digest is named; it is sent in the same moment."""
        given = _body(ask, Approval)
        releases.approve(ask.officer, release_id, digest=given.digest, words=given.words)
        return _shown(ask, releases, release_id, status=201)

    doors = (_step_door(releases, step, action) for step, action in _STEPS.items())
    return (list_approvals, show_approval, approve, *doors)


_STEPS = {
    Step.RETURN: Action.RELEASE_DECIDE,
    Step.REVIEW: Action.RELEASE_DECIDE,
    Step.TAKE_BACK: Action.RELEASE_PROPOSE,
}


def _step_door(releases: Releases, step: Step, action: Action) -> Any:
    @post(
        f"/api/approvals/{{release_id:str}}/{step.value}",
        opt=needs(action),
        sync_to_thread=True,
        name=f"api-approval-{step.value}",
        operation_id=f"{step.value}Approval",
    )
    def door(ask: Ask, release_id: FromPath[str]) -> Answer:
        """Return it with a reason, take one's own back, or review what was sent ahead."""
        releases.take(ask.officer, release_id, step, _body(ask, Said).words)
        return _shown(ask, releases, release_id, status=201)

    return door


def _shown(ask: Ask, releases: Releases, release_id: str, *, status: int = 200) -> Answer:
    shown = releases.show(ask.officer, release_id, ask.words)
    with ask.database.read() as connection:
        names = accounts.names(connection)
    return ask.json(whole_view(shown, names), status=status)


def _body(ask: Ask, shape: type[Body]) -> Body:
    try:
        return msgspec.convert(strictjson.loads(ask.body or b"{}", max_bytes=limits.FORM_MAX_BYTES), shape)
    except msgspec.ValidationError as error:
        raise Refused("request-malformed", reason=str(error)[: limits.LINE_MAX_CHARS]) from error
