"""Feeds for programs: list, show, make, let begin, run now, pause, go on, end, give other credentials.

The same desk as the screens', so the same rights. A token must name `intel.share` for whatever makes a feed send.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from litestar import Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath

from lienlac.intelligence.feeds.desk import Feeds
from lienlac.intelligence.feeds.feed import Act, parse_secrets
from lienlac.intelligence.feeds.rules.typed import Typed
from lienlac.intelligence.feeds.views import line_view, shown_view
from lienlac.interface.intelligence import feeds as shapes
from lienlac.interface.parts import Empty
from lienlac.people.rights import Action
from lienlac.records.forms.problems import FormRefused
from lienlac.ui.guard import needs
from lienlac.ui.interface.router import OneRouter
from lienlac.ui.interface.speech import speaks
from lienlac.ui.page import Ask
from lienlac.ui.problems import form_refused
from lienlac.ui.words import N_

Answer = Response[bytes]
_TAG: Final = "feeds"
_BASE: Final = "/api/intelligence/feeds"
_ONE: Final = f"{_BASE}/{{feed_id:str}}"
_COLLECTION: Final = "0c0d9a6a-6f6e-4b1c-9d55-3a4f2d6f7b11"
_IN: Final[dict[str, Any]] = {
    "a TAXII collection": {
        "title": "A national CERT",
        "kind": "taxii-poll",
        "address": "https://taxii.example/taxii2/",
        "remote": "91a7b528-80eb-42ed-a74d-c6fbd5a26116",
        "collection": _COLLECTION,
        "marks": {"tlp": "green"},
        "credentials": {"how": "basic", "user": "node", "secret": "…"},
    }
}
_OUT: Final[dict[str, Any]] = {
    "OpenCTI": {
        "title": "OpenCTI of the analysts",
        "kind": "opencti-push",
        "address": "https://opencti.example",
        "remote": "5a1b8a3e-0000-4000-8000-5f0e0c5d4f6a",
        "collection": _COLLECTION,
        "ceiling": "green",
        "credentials": {"how": "bearer", "secret": "…"},
    }
}
_DIGEST: Final = {"as shown": {"digest": "0123456789abcdef" * 4}}
_RENEWED: Final[dict[str, Any]] = {"a new token": {"how": "bearer", "secret": "…"}}
_NOTHING: Final[dict[str, Any]] = {"nothing": {}}


@get(
    _BASE,
    opt=needs(Action.INTEL_READ) | speaks(N_("Feeds and how each fares"), _TAG, shapes.Feeds, asks=shapes.FeedQuery),
    sync_to_thread=True,
    name="api-feeds",
)
def list_feeds(ask: Ask, feeds: NamedDependency[Feeds]) -> Answer:
    """Feeds of collections that one may know of; first what needs a hand."""
    ended = ask.asked(shapes.FeedQuery).show == "all"
    return ask.json(shapes.Feeds(feeds=[line_view(one) for one in feeds.listed(ask.officer, ended=ended)]))


@get(
    _ONE,
    opt=needs(Action.INTEL_READ) | speaks(N_("One feed, with what it did last"), _TAG, shapes.FeedShown),
    sync_to_thread=True,
    name="api-feed",
)
def show_feed(ask: Ask, feeds: NamedDependency[Feeds], feed_id: FromPath[str]) -> Answer:
    """One feed, its last runs, and what the other side did not take."""
    return ask.json(shown_view(feeds.show(ask.officer, feed_id)))


@post(
    f"{_BASE}/inbound",
    opt=needs(Action.COLLECTION_MANAGE)
    | speaks(
        N_("Make a feed that brings something in"), _TAG, shapes.FeedShown, takes=shapes.InboundFeed, examples=_IN
    ),
    sync_to_thread=True,
    name="api-feed-in",
)
def add_inbound_feed(ask: Ask, feeds: NamedDependency[Feeds]) -> Answer:
    """It runs at once, and from then on after each pause. Only hosts that the settings name may be called."""
    given = ask.given(shapes.InboundFeed)
    return _made(ask, feeds, _typed(given, given.marks))


@post(
    f"{_BASE}/outbound",
    opt=needs(Action.INTEL_SHARE)
    | speaks(
        N_("Make a feed by which something leaves"), _TAG, shapes.FeedShown, takes=shapes.OutboundFeed, examples=_OUT
    ),
    sync_to_thread=True,
    name="api-feed-out",
)
def add_outbound_feed(ask: Ask, feeds: NamedDependency[Feeds]) -> Answer:
    """It waits until a second officer has let it begin."""
    given = ask.given(shapes.OutboundFeed)
    return _made(ask, feeds, _typed(given, shapes.FeedMarks(), ceiling=given.ceiling, others=given.others))


@post(
    f"{_ONE}/approve",
    opt=needs(Action.INTEL_SHARE)
    | speaks(
        N_("Let a feed begin, as it was shown"), _TAG, shapes.FeedShown, takes=shapes.FeedApproval, examples=_DIGEST
    ),
    sync_to_thread=True,
    name="api-feed-approve",
)
def approve_feed(ask: Ask, feeds: NamedDependency[Feeds], feed_id: FromPath[str]) -> Answer:
    """As the second officer: the one who made it cannot."""
    feeds.approve(ask.officer, feed_id, ask.given(shapes.FeedApproval).digest)
    return _again(ask, feeds, feed_id)


@post(
    f"{_ONE}/credentials",
    opt=needs(Action.COLLECTION_MANAGE)
    | speaks(
        N_("Give a feed other credentials"), _TAG, shapes.FeedShown, takes=shapes.FeedCredentials, examples=_RENEWED
    ),
    sync_to_thread=True,
    name="api-feed-credentials",
)
def renew_feed(ask: Ask, feeds: NamedDependency[Feeds], feed_id: FromPath[str]) -> Answer:
    """For the same address; nothing else of a feed can be changed."""
    given = ask.given(shapes.FeedCredentials)
    prove(ask, feeds, feed_id)
    secrets = parse_secrets(
        address="", how=given.how, user=given.user, secret=given.secret, certificate=given.certificate
    )
    feeds.renew(ask.officer, feed_id, secrets)
    return _again(ask, feeds, feed_id)


_ACTS: Final = {
    "run": N_("Let a feed run now"),
    "pause": N_("Pause a feed"),
    "go-on": N_("Let a paused or stopped feed go on"),
    "end": N_("End a feed for good"),
}


def _act_door(act: str) -> Any:
    @post(
        f"{_ONE}/{act}",
        opt=needs(Action.COLLECTION_MANAGE)
        | speaks(_ACTS[act], _TAG, shapes.FeedShown, takes=Empty, examples=_NOTHING),
        sync_to_thread=True,
        name=f"api-feed-{act}",
        operation_id=f"{act.replace('-', '_')}_feed",
    )
    def door(ask: Ask, feeds: NamedDependency[Feeds], feed_id: FromPath[str]) -> Answer:
        """The watch runs it within seconds; the answer does not wait for that."""
        ask.given(Empty)
        do(ask, feeds, feed_id, act)
        return _again(ask, feeds, feed_id)

    return door


def do(ask: Ask, feeds: Feeds, feed_id: str, act: str) -> None:
    """One of the plain acts; what makes a feed send needs a proof. Raises `NotAllowed`."""
    if act in {"run", Act.GO_ON.value}:
        prove(ask, feeds, feed_id)
    if act == "run":
        feeds.run_now(ask.officer, feed_id)
    else:
        feeds.act(ask.officer, feed_id, Act(act))


def prove(ask: Ask, feeds: Feeds, feed_id: str) -> None:
    """Whoever makes something leave has proved themselves just now. Raises `NotAllowed`."""
    if feeds.show(ask.officer, feed_id).feed.out:
        ask.require_fresh(Action.INTEL_SHARE)


def _typed(
    given: shapes.InboundFeed | shapes.OutboundFeed,
    marks: shapes.FeedMarks,
    *,
    ceiling: str = "",
    others: bool = False,
) -> Typed:
    secrets = given.credentials
    return Typed(
        title=given.title,
        kind=given.kind,
        address=given.address,
        remote=given.remote,
        how=secrets.how,
        user=secrets.user,
        secret=secrets.secret,
        certificate=secrets.certificate,
        collection_id=given.collection,
        interval_min=given.interval_min,
        ceiling=ceiling,
        others=others,
        tlp=marks.tlp,
        pap=marks.pap,
        handling=marks.handling,
        grade_4x4=marks.grade_4x4,
        grade_6x6=marks.grade_6x6,
    )


def _made(ask: Ask, feeds: Feeds, typed: Typed) -> Answer:
    return _again(ask, feeds, feeds.add(ask.officer, feeds.read(ask.officer, typed)).id)


def _again(ask: Ask, feeds: Feeds, feed_id: str) -> Answer:
    return ask.json(shown_view(feeds.show(ask.officer, feed_id)), status=201)


def routes(feeds: Feeds) -> OneRouter:
    """These doors, round the desk."""
    handlers: list[Callable[..., Any]] = [
        list_feeds, show_feed, add_inbound_feed, add_outbound_feed, approve_feed, renew_feed,
        *(_act_door(act) for act in _ACTS),
    ]  # fmt: skip
    return OneRouter(
        path="/",
        route_handlers=handlers,
        dependencies={"feeds": Provide(lambda: feeds, sync_to_thread=False)},
        exception_handlers={FormRefused: form_refused},
    )
