"""One feed: how it stands, what it did, what the other side did not take; and the acts on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import get, post

from lienlac.errors import NotAllowed, Refused
from lienlac.intelligence.feeds.api import do, prove
from lienlac.intelligence.feeds.feed import Act, parse_secrets
from lienlac.intelligence.feeds.pages import names
from lienlac.people import accounts
from lienlac.people.rights import Action
from lienlac.ui.guard import needs
from lienlac.ui.page import Blank
from lienlac.ui.problems import status_of
from lienlac.vocabulary import handling, pap, tlp

if TYPE_CHECKING:
    from litestar import Response
    from litestar.params import FromPath

    from lienlac.intelligence.feeds.desk import Feeds
    from lienlac.ui.page import Ask

_ONE: Final = "/intelligence/feeds/{feed_id:str}"


def make_handlers(feeds: Feeds) -> tuple[Any, ...]:
    """The routes of one feed."""

    @get(_ONE, opt=needs(Action.INTEL_READ), sync_to_thread=True, include_in_schema=False, name="feed")
    def show(ask: Ask, feed_id: FromPath[str]) -> Response[str]:
        return _page(ask, feeds, feed_id)

    @post(
        f"{_ONE}/approve",
        opt=needs(Action.INTEL_SHARE),
        sync_to_thread=True,
        include_in_schema=False,
        status_code=200,
    )
    def approve(ask: Ask, feed_id: FromPath[str]) -> Response[str]:
        try:
            feeds.approve(ask.officer, feed_id, ask.form.get("digest"))
        except (Refused, NotAllowed) as error:
            return _wrong(ask, feeds, feed_id, error)
        return _done(ask, feed_id, "approve")

    @post(
        f"{_ONE}/credentials",
        opt=needs(Action.COLLECTION_MANAGE),
        sync_to_thread=True,
        include_in_schema=False,
        status_code=200,
    )
    def credentials(ask: Ask, feed_id: FromPath[str]) -> Response[str]:
        prove(ask, feeds, feed_id)
        form = ask.form
        try:
            secrets = parse_secrets(
                address="",
                how=form.get("how"),
                user=form.get("user"),
                secret=form.raw("secret"),
                certificate=form.raw("certificate"),
            )
            feeds.renew(ask.officer, feed_id, secrets)
        except (Refused, NotAllowed) as error:
            return _wrong(ask, feeds, feed_id, error)
        return _done(ask, feed_id, "credentials")

    acts = (_act_door(feeds, act) for act in ("run", Act.PAUSE.value, Act.GO_ON.value, Act.END.value))
    return (show, approve, credentials, *acts)


def _act_door(feeds: Feeds, act: str) -> Any:
    @post(
        f"{_ONE}/{act}",
        opt=needs(Action.COLLECTION_MANAGE),
        sync_to_thread=True,
        include_in_schema=False,
        status_code=200,
    )
    def door(ask: Ask, feed_id: FromPath[str]) -> Response[str]:
        try:
            do(ask, feeds, feed_id, act)
        except (Refused, NotAllowed) as error:
            return _wrong(ask, feeds, feed_id, error)
        return _done(ask, feed_id, act)

    return door


def _done(ask: Ask, feed_id: str, act: str) -> Response[str]:
    return ask.redirect(f"/intelligence/feeds/{feed_id}", ask.gettext(names.DONE[act]))


def _wrong(ask: Ask, feeds: Feeds, feed_id: str, error: Refused | NotAllowed) -> Response[str]:
    """Said on the page of the feed; what is hidden, and what needs a proof, goes on to whoever asks for that."""
    if error.code in {"not-found", "not-allowed", "step-up-required"}:
        raise error
    return _page(ask, feeds, feed_id, names.mistakes(error, ask.language), status=status_of(error))


def _page(ask: Ask, feeds: Feeds, feed_id: str, wrong: Blank | None = None, *, status: int = 200) -> Response[str]:
    shown = feeds.show(ask.officer, feed_id)
    with ask.database.read() as connection:
        people = accounts.names(connection)
    feed = shown.feed
    return ask.page(
        "feeds/one.html",
        status=status,
        title=feed.title,
        shown=shown,
        feed=feed,
        acts={act.value for act in shown.acts},
        may_renew=bool(shown.acts) and feed.live and feed.state.value != "waiting",
        people=people,
        names=names,
        wrong=wrong or Blank(),
        labels=names.LABELS,
        typed=Blank(how=ask.form.get("how") or feed.how.value, user=ask.form.get("user")),
        type_again=bool(ask.form.raw("secret") or ask.form.raw("certificate")),
        how_choices=[(code, ask.gettext(text)) for code, text in names.HOWS.items()],
        tlp=tlp,
        pap=pap,
        handling=handling,
    )
