"""Sharing for programs: what would leave, share, stop, resume, recall; what came in; what was seen.

The same desk as the screens', so the same rights. Every mistake of a form comes back at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath

from lienlac.errors import Refused
from lienlac.intelligence.sharing.desk import Sharing
from lienlac.intelligence.sharing.shown import Outcome
from lienlac.intelligence.sharing.view import (
    arrived_view,
    object_view,
    outdated_view,
    preview_view,
    share_view,
    sighting_view,
)
from lienlac.interface.approvals import ApprovalLine
from lienlac.interface.intelligence import sharing as shapes
from lienlac.interface.parts import Done, Empty
from lienlac.people import accounts
from lienlac.people.rights import Action
from lienlac.records.forms.problems import FormRefused
from lienlac.releases.release import Release
from lienlac.ui.guard import needs
from lienlac.ui.interface.router import OneRouter
from lienlac.ui.interface.speech import speaks
from lienlac.ui.page import Ask
from lienlac.ui.problems import form_refused
from lienlac.ui.releases.view import release_view
from lienlac.ui.words import N_

Answer = Response[bytes]
_TAG: Final = "sharing"
_SHARE: Final = {
    "a campaign, once": {
        "collection": "3f0b4c9e-9c40-4a6f-8f5e-2d1f6f0c9a11",
        "title": "Fake forex platform GoldenTrade FX",
        "purpose": "prevent-crime",
        "legal_basis": "contact-network-24-7",
        "tlp": "amber",
    }
}
_RECALL: Final = {
    "everything": {"everything": True, "reason": "The source has withdrawn it."},
    "above a ceiling": {"above": True, "reason": "The collection now holds up to TLP:GREEN."},
}
_SIGHTING: Final = {
    "of great use": {
        "object": "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
        "count": 3,
        "useful": 4,
        "text": "Three wallets were frozen.",
    }
}


@post(
    "/api/intelligence/shares/preview",
    opt=needs(Action.INTEL_SHARE, unfresh="only looks")
    | speaks(
        N_("What exactly would leave for each partner"),
        _TAG,
        shapes.SharePreviews,
        takes=shapes.ShareForm,
        examples=_SHARE,
    ),
    sync_to_thread=True,
    status_code=200,
    name="api-share-preview",
)
def preview_share(ask: Ask, sharing: NamedDependency[Sharing]) -> Answer:
    """Counts, marks, what is withheld and why, a sample."""
    surveys = sharing.preview(ask.officer, sharing.read_share(ask.said()))
    return ask.json(shapes.SharePreviews(previews=[preview_view(one) for one in surveys]))


@post(
    "/api/intelligence/shares",
    opt=needs(Action.INTEL_SHARE)
    | speaks(
        N_("Share a collection or a selection with partners"),
        _TAG,
        shapes.ShareMade,
        takes=shapes.ShareForm,
        once=True,
        waits=shapes.ShareMade,
        examples=_SHARE,
    ),
    sync_to_thread=True,
    name="api-share",
)
def begin_share(ask: Ask, sharing: NamedDependency[Sharing]) -> Answer:
    """Each agreement says whether a second officer must look first."""
    return _made(ask, sharing, sharing.share(ask.officer, sharing.read_share(ask.said()), key=ask.once))


@get(
    "/api/intelligence/shares",
    opt=needs(Action.INTEL_READ) | speaks(N_("Shares with partners"), _TAG, shapes.ShareLines),
    sync_to_thread=True,
    name="api-shares",
)
def list_shares(ask: Ask, sharing: NamedDependency[Sharing]) -> Answer:
    """Of collections that the officer may know of."""
    return ask.json(shapes.ShareLines(shares=[share_view(one) for one in sharing.shares(ask.officer)]))


@get(
    "/api/intelligence/shares/{share_id:str}",
    opt=needs(Action.INTEL_READ)
    | speaks(N_("One share with a page of its objects"), _TAG, shapes.ShareWhole, asks=shapes.SharedQuery),
    sync_to_thread=True,
    name="api-share-one",
)
def show_share(ask: Ask, sharing: NamedDependency[Sharing], share_id: FromPath[str]) -> Answer:
    """What became of each object there."""
    asked = ask.asked(shapes.SharedQuery)
    after = _number(asked.cursor)
    whole = sharing.whole(ask.officer, share_id, state=asked.state, after=after, rows=asked.rows + 1)
    shown, more = whole.objects[: asked.rows], whole.objects[asked.rows :]
    return ask.json(
        shapes.ShareWhole(
            share=share_view(whole.standing),
            objects=[object_view(one) for one in shown],
            outdated=[outdated_view(one) for one in whole.outdated],
            next=str(shown[-1].number) if more else None,
        )
    )


@post(
    "/api/intelligence/shares/{share_id:str}/stop",
    opt=needs(Action.INTEL_SHARE, unfresh="ends what leaves")
    | speaks(
        N_("Stop a share; what was sent stays, and is still recalled"),
        _TAG,
        Done,
        takes=Empty,
        examples={"as it is": {}},
    ),
    sync_to_thread=True,
    status_code=200,
    name="api-share-stop",
)
def stop_share(ask: Ask, sharing: NamedDependency[Sharing], share_id: FromPath[str]) -> Answer:
    """Nothing more is sent under it."""
    ask.given(Empty)
    sharing.stop(ask.officer, share_id)
    return ask.json(Done())


@post(
    "/api/intelligence/shares/{share_id:str}/resume",
    opt=needs(Action.INTEL_SHARE)
    | speaks(N_("Go on with a share from where it stopped"), _TAG, Done, takes=Empty, examples={"as it is": {}}),
    sync_to_thread=True,
    status_code=200,
    name="api-share-resume",
)
def resume_share(ask: Ask, sharing: NamedDependency[Sharing], share_id: FromPath[str]) -> Answer:
    """What the partner had not taken is sent again."""
    ask.given(Empty)
    sharing.resume(ask.officer, share_id)
    return ask.json(Done())


@post(
    "/api/intelligence/shares/{share_id:str}/recall",
    opt=needs(Action.INTEL_SHARE, unfresh="takes back: it must not wait")
    | speaks(
        N_("Take back objects of a share"),
        _TAG,
        shapes.Recalling,
        takes=shapes.RecallForm,
        waits=shapes.Recalling,
        examples=_RECALL,
    ),
    sync_to_thread=True,
    status_code=200,
    name="api-share-recall",
)
def recall_share(ask: Ask, sharing: NamedDependency[Sharing], share_id: FromPath[str]) -> Answer:
    """The partner confirms each. 202 where the agreement asks for a second officer about recalls."""
    taken = sharing.recall(ask.officer, share_id, sharing.read_recall(ask.said()))
    waits = _waits(ask, sharing, [] if taken.waits is None else [taken.waits])
    return ask.json(shapes.Recalling(objects=taken.objects, waits=waits), status=202 if waits else 200)


@get(
    "/api/intelligence/arrived",
    opt=needs(Action.INTEL_READ) | speaks(N_("What partners shared with us"), _TAG, shapes.ArrivedLines),
    sync_to_thread=True,
    name="api-arrived-shares",
)
def list_arrived(ask: Ask, sharing: NamedDependency[Sharing]) -> Answer:
    """Into collections that the officer may know of."""
    return ask.json(shapes.ArrivedLines(arrived=[arrived_view(one) for one in sharing.incoming(ask.officer)]))


@get(
    "/api/intelligence/sightings",
    opt=needs(Action.INTEL_READ)
    | speaks(N_("What both sides said of shared objects"), _TAG, shapes.SightingLines, asks=shapes.SightingQuery),
    sync_to_thread=True,
    name="api-sightings",
)
def list_sightings(ask: Ask, sharing: NamedDependency[Sharing]) -> Answer:
    """How often they were seen, and of what use they were."""
    asked = ask.asked(shapes.SightingQuery)
    found = sharing.sightings(ask.officer, object_id=asked.object)
    return ask.json(shapes.SightingLines(sightings=[sighting_view(one) for one in found]))


@post(
    "/api/intelligence/sightings",
    opt=needs(Action.INTEL_ADD)
    | speaks(
        N_("Tell the partner who shared an object that it was seen, or of use"),
        _TAG,
        shapes.ShareMade,
        takes=shapes.SightingForm,
        once=True,
        waits=shapes.ShareMade,
        examples=_SIGHTING,
    ),
    sync_to_thread=True,
    name="api-sighting",
)
def say_sighting(ask: Ask, sharing: NamedDependency[Sharing]) -> Answer:
    """It goes to every partner who shared that object with us."""
    return _made(ask, sharing, sharing.sight(ask.officer, sharing.read_sighting(ask.said()), key=ask.once))


def routes(sharing: Sharing) -> OneRouter:
    """Everything above, for one node's sharing."""
    return OneRouter(
        path="/",
        route_handlers=[
            preview_share,
            begin_share,
            list_shares,
            show_share,
            stop_share,
            resume_share,
            recall_share,
            list_arrived,
            list_sightings,
            say_sighting,
        ],
        dependencies={"sharing": Provide(_always(sharing), sync_to_thread=False)},
        exception_handlers={FormRefused: form_refused},
    )


def _always(sharing: Sharing) -> Callable[[], Sharing]:
    def give() -> Sharing:
        return sharing

    return give


def _made(ask: Ask, sharing: Sharing, outcome: Outcome) -> Answer:
    """What began, and what waits; 202 where nothing left yet."""
    waits = _waits(ask, sharing, outcome.waits)
    told = shapes.ShareMade(shares=list(outcome.shares), waits=waits)
    return ask.json(told, status=202 if waits and not outcome.shares else 201)


def _waits(ask: Ask, sharing: Sharing, found: Sequence[Release]) -> list[ApprovalLine]:
    with ask.database.read() as connection:
        names = accounts.names(connection)
    releases = sharing.leaving.releases
    lines = (release_view(one, releases.steps(one, ask.officer), names) for one in found)
    return [msgspec.convert(line, ApprovalLine) for line in lines]


def _number(text: str) -> int:
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) < 18):
        raise Refused("cursor-invalid", field="cursor")
    return int(text)
