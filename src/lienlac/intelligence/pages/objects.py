"""One object as it is kept: what stands around it, its bytes, its versions and what changed in them, our marks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import orjson
from litestar import Response, get
from litestar.params import FromPath

from lienlac import clock, limits
from lienlac.errors import NotAllowed
from lienlac.identifiers.contact import defang
from lienlac.intelligence.around.neighbour import changes
from lienlac.intelligence.pages import content, kinds, names
from lienlac.intelligence.views import told
from lienlac.people.rights import Action
from lienlac.ui.guard import needs
from lienlac.ui.known import words as known_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lienlac.identifiers.index.desk import Known
    from lienlac.intelligence.around.neighbour import Around, Change
    from lienlac.intelligence.desk import Intelligence
    from lienlac.interface.intelligence import IntelVersion
    from lienlac.ui.page import Ask

_READ: Final[dict[str, Any]] = {"opt": needs(Action.INTEL_READ), "sync_to_thread": True, "include_in_schema": False}
_OBJECT: Final = "/intelligence/objects/{object_id:str}"


def make_handlers(intelligence: Intelligence) -> tuple[Any, ...]:
    """The page's routes."""

    @get(_OBJECT, **_READ, name="intel-object")
    def shown(ask: Ask, object_id: FromPath[str]) -> Response[str]:
        seen = intelligence.seen(ask.officer, object_id)
        places = {collection.id: collection for collection, _ in seen.places}
        versions = told.seen(seen).versions
        newest = next(one for one in versions if one.added_at == clock.from_us(seen.newest.added_us))
        chosen = _chosen(versions, ask) or newest
        around = _around(intelligence, ask, object_id)
        return ask.page(
            "intelligence/object.html",
            title=defang(told.name_of(chosen.raw.encode())) or seen.object_id,
            object_id=seen.object_id,
            kind=kinds.type_label(ask.words, seen.newest.type),
            versions=versions,
            chosen=chosen,
            homes=places,
            pretty=told.pretty(chosen.raw),
            said=_said(ask, chosen),
            changed=_changes(versions, chosen),
            at_of=lambda one: clock.to_us(one.added_at),
            around=around,
            spoken=kinds.Spoken(ask.words),
            rows=_known(intelligence, ask, object_id, around),
            waiting=0,
            **known_words.FOR_ROWS,
            **names.values(),
        )

    @get(f"{_OBJECT}/raw", **_READ, name="intel-object-raw")
    def raw(ask: Ask, object_id: FromPath[str]) -> Response[bytes]:
        """The very bytes of a version, as a file."""
        seen = intelligence.seen(ask.officer, object_id)
        rows = [one for _, several in seen.places for one in several]
        asked = ask.query.get("at", "")
        chosen = next((one for one in rows if str(one.added_us) == asked), None if asked else seen.newest)
        if chosen is None:
            raise NotAllowed("not-found")
        headers = {"Content-Disposition": f'attachment; filename="{seen.object_id}.json"'}
        return Response(chosen.raw, media_type="application/json", headers=headers)

    return (shown, raw)


def _said(ask: Ask, chosen: IntelVersion) -> list[content.Told]:
    """What it says in words; nothing of what is too large to be laid out."""
    if len(chosen.raw) > limits.INTEL_RAW_SHOWN_BYTES:
        return []
    return content.told(orjson.loads(chosen.raw), ask.words)


def _chosen(versions: Sequence[IntelVersion], ask: Ask) -> IntelVersion | None:
    return next((one for one in versions if str(clock.to_us(one.added_at)) == ask.query.get("at")), None)


def _changes(versions: Sequence[IntelVersion], chosen: IntelVersion) -> tuple[Change, ...] | None:
    """What is not as it was in the version before, in the same collection; None for a first one, or for large ones."""
    earlier = [one for one in versions if one.collection == chosen.collection and one.version < chosen.version]
    if not earlier or len(chosen.raw) > limits.INTEL_RAW_SHOWN_BYTES:
        return None
    before = max(earlier, key=lambda one: (one.version, one.added_at))
    if len(before.raw) > limits.INTEL_RAW_SHOWN_BYTES:
        return None
    return changes(orjson.loads(before.raw), orjson.loads(chosen.raw))


def _around(intelligence: Intelligence, ask: Ask, object_id: str) -> Around | None:
    """Neighbours; None where only older versions may be seen, around which nothing is looked for."""
    try:
        return intelligence.rounds.around(ask.officer, object_id)
    except NotAllowed:
        return None


def _known(intelligence: Intelligence, ask: Ask, object_id: str, around: Around | None) -> list[dict[str, Any]]:
    """What else names what it names, but for what stands around it anyway: a report's own accounts are no news."""
    try:
        found = intelligence.rounds.elsewhere(ask.officer, object_id)
    except NotAllowed:
        return []
    near = {thing.id for group in around.groups for thing in group.things} if around is not None else set()
    return [
        {
            "known": one,
            "type": known_words.type_label(ask, one.about.type),
            "reason": known_words.reason(ask, one),
        }
        for one in (_apart(one, near) for one in found)
        if one.times
    ]


def _apart(known: Known, near: set[str]) -> Known:
    """The same without these objects."""
    seen = tuple(one for one in known.seen if one.kind != "intel" or one.id.partition("/")[2] not in near)
    return replace(known, seen=seen, times=known.times - (len(known.seen) - len(seen)))
