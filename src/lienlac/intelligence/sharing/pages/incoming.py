"""What a partner shared: its messages, and a word back about what it was good for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import get, post

from lienlac import limits
from lienlac.errors import NotAllowed, Refused
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

_PATH: Final = "/intelligence/sharing/from/{peer:str}/{share_id:str}"


def make_handlers(sharing: Sharing) -> tuple[Any, ...]:
    """Shown, and answered."""

    @get(_PATH, opt=needs(Action.INTEL_READ), sync_to_thread=True, include_in_schema=False, name="arrived-share")
    def inside(ask: Ask, peer: FromPath[str], share_id: FromPath[str]) -> Response[str]:
        return _page(ask, sharing, peer, share_id)

    @post(_PATH, opt=needs(Action.INTEL_ADD), sync_to_thread=True, include_in_schema=False, status_code=200)
    def sight(ask: Ask, peer: FromPath[str], share_id: FromPath[str]) -> Response[str]:
        return _sight(ask, sharing, peer, share_id)

    return (inside, sight)


def _sight(ask: Ask, sharing: Sharing, peer: str, share_id: str) -> Response[str]:
    form = ask.form
    data: dict[str, Any] = {name: form.get(name) for name in ("object", "text") if form.get(name)}
    for name in ("count", "useful"):
        text = form.get(name)
        if text:
            data[name] = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text
    try:
        outcome = sharing.sight(ask.officer, sharing.read_sighting(data), key=form.get("once"))
    except FormRefused as refused:
        return _page(ask, sharing, peer, share_id, wrong=showing.mistakes_of(refused, ask.language), status=422)
    except (Refused, NotAllowed) as error:
        if error.code == "not-allowed":
            raise
        field = "object" if error.code == "not-found" else error.field or ""
        wrong = Blank({field: ask.sentence(error)})
        return _page(ask, sharing, peer, share_id, wrong=wrong, status=status_of(error))
    if outcome.waits:
        said = ask.gettext("Nothing is sent yet: it waits for a second officer.")
        return ask.redirect(f"/approvals/{outcome.waits[0].id}", said, tone="warn")
    said = ask.gettext("The partner is being told.")
    return ask.redirect(f"/intelligence/sharing/from/{peer}/{share_id}", said)


def _page(
    ask: Ask, sharing: Sharing, peer: str, share_id: str, *, wrong: Blank | None = None, status: int = 200
) -> Response[str]:
    inside = sharing.inside(ask.officer, peer, share_id)
    return ask.page(
        "sharing/from.html",
        status=status,
        title=inside.incoming.title,
        inside=inside,
        typed=Blank({"object": ask.query.get("object", "")[: limits.LINE_MAX_CHARS], **ask.form.values()}),
        wrong=wrong or Blank(),
        once=ask.chance.token(16).hex(),
        useful_choices=[(str(mark), ask.gettext(text)) for mark, text in says.USEFUL.items()],
        **showing.values(ask, sharing),
    )
