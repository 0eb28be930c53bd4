"""One share: what became of each object; stop, go on, take back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from litestar import get, post

from lienlac import limits
from lienlac.errors import NotAllowed, Refused
from lienlac.intelligence.pages import kinds
from lienlac.intelligence.sharing.leaving import words as says
from lienlac.intelligence.sharing.pages import showing
from lienlac.people.rights import Action
from lienlac.records.forms.problems import FormRefused
from lienlac.ui.guard import needs
from lienlac.ui.page import Blank
from lienlac.ui.problems import status_of

if TYPE_CHECKING:
    from litestar import Response
    from litestar.params import FromPath

    from lienlac.intelligence.sharing.desk import Sharing
    from lienlac.ui.page import Ask

_READ: Final = needs(Action.INTEL_READ)
_SHARE: Final = needs(Action.INTEL_SHARE)


def make_handlers(sharing: Sharing) -> tuple[Any, ...]:
    """The routes of a share's page and its acts."""

    @get("/intelligence/sharing/{share_id:str}", opt=_READ, sync_to_thread=True, include_in_schema=False, name="share")
    def share_page(ask: Ask, share_id: FromPath[str]) -> Response[str]:
        return _page(ask, sharing, share_id)

    @post(
        "/intelligence/sharing/{share_id:str}/stop",
        opt=needs(Action.INTEL_SHARE, unfresh="ends what leaves"),
        sync_to_thread=True,
        include_in_schema=False,
        status_code=200,
    )
    def stop(ask: Ask, share_id: FromPath[str]) -> Response[str]:
        sharing.stop(ask.officer, share_id)
        return ask.redirect(f"/intelligence/sharing/{share_id}", ask.gettext("Stopped: nothing more is sent."))

    @post(
        "/intelligence/sharing/{share_id:str}/resume",
        opt=_SHARE,
        sync_to_thread=True,
        include_in_schema=False,
        status_code=200,
    )
    def resume(ask: Ask, share_id: FromPath[str]) -> Response[str]:
        sharing.resume(ask.officer, share_id)
        return ask.redirect(f"/intelligence/sharing/{share_id}", ask.gettext("It goes on from where it stopped."))

    @post(
        "/intelligence/sharing/{share_id:str}/recall",
        opt=needs(Action.INTEL_SHARE, unfresh="takes back: it must not wait"),
        sync_to_thread=True,
        include_in_schema=False,
        status_code=200,
    )
    def recall(ask: Ask, share_id: FromPath[str]) -> Response[str]:
        return _recall(ask, sharing, share_id)

    return (share_page, stop, resume, recall)


def _recall(ask: Ask, sharing: Sharing, share_id: str) -> Response[str]:
    form = ask.form
    what = form.get("what")
    data: dict[str, Any] = {"act": form.get("act") or "delete", "reason": form.get("reason")}
    data |= {what: True} if what in ("everything", "above") else {"ids": form.all("ids")}
    try:
        taken = sharing.recall(ask.officer, share_id, sharing.read_recall(data))
    except FormRefused as refused:
        return _page(ask, sharing, share_id, wrong=showing.mistakes_of(refused, ask.language), status=422)
    except (Refused, NotAllowed) as error:
        if error.code in {"not-found", "not-allowed"}:
            raise
        wrong = Blank({error.field or "": ask.sentence(error)})
        return _page(ask, sharing, share_id, wrong=wrong, status=status_of(error))
    if taken.waits is not None:
        waits = ask.gettext("Nothing is recalled yet: it waits for a second officer.")
        return ask.redirect(f"/approvals/{taken.waits.id}", waits, tone="warn")
    said = ask.words.ngettext("%(n)s object is being recalled.", "%(n)s objects are being recalled.", taken.objects)
    return ask.redirect(f"/intelligence/sharing/{share_id}", said)


def _page(ask: Ask, sharing: Sharing, share_id: str, *, wrong: Blank | None = None, status: int = 200) -> Response[str]:
    state = ask.query.get("state", "")
    state = state if state in says.STATES else ""
    after = ask.number("after", default=0, low=0, high=2**53)
    rows = limits.PAGE_DEFAULT_ROWS
    whole = sharing.whole(ask.officer, share_id, state=state, after=after, rows=rows + 1)
    shown, more = whole.objects[:rows], whole.objects[rows:]
    named = {*(one.object_id for one in shown), *(one.object_id for one in whole.sightings)}
    for old in whole.outdated:
        named |= {old.given.object_id, *(one.object_id for one in old.names)}
    here = f"/intelligence/sharing/{share_id}?state={state}"
    return ask.page(
        "sharing/share.html",
        status=status,
        title=whole.standing.share.order.title,
        whole=replace(whole, objects=shown),
        state=state,
        newer=here if after else "",
        older=f"{here}&after={shown[-1].number}" if more else "",
        typed=Blank(ask.form.values()),
        wrong=wrong or Blank(),
        ticked=frozenset(ask.form.all("ids")),
        acts=[(code, ask.gettext(text), "") for code, text in says.ACTS.items()],
        things=sharing.things(ask.officer, named),
        spoken=kinds.Spoken(ask.words),
        **showing.values(ask, sharing),
    )
