"""What cases ask of intelligence: one object as the officer may see it, with what it names. The assembly hands it over.

Knows nothing of cases. An object that a partner gave goes to nobody but this partner; one whose handling codes want its
originator asked stays here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lienlac.identifiers.contact import defang
from lienlac.intelligence.collection import Giver
from lienlac.intelligence.indexing.reader import Item
from lienlac.intelligence.views import told
from lienlac.people import rights
from lienlac.people.rights import Action
from lienlac.records.onward import Onward
from lienlac.records.shared.fold import derived
from lienlac.stix.strict import value_of
from lienlac.wire.message import Handling, Marks, Pap, Tlp

if TYPE_CHECKING:
    from lienlac.intelligence.collection import Source
    from lienlac.intelligence.desk import Intelligence
    from lienlac.intelligence.store.objects import Stored
    from lienlac.people.officer import Officer

_ASK_FIRST: Final = frozenset({"h2", "h3"})


class ForCases:
    """The objects of one node, as cases need them."""

    def __init__(self, intelligence: Intelligence) -> None:
        self._intelligence = intelligence

    def onward(self, officer: Officer, name: str) -> Onward:
        """An object by its id. Raises `NotAllowed("not-found")`."""
        rights.require(officer, Action.INTEL_READ)
        seen = self._intelligence.seen(officer, name)
        newest = seen.newest
        place = next(one for one, _ in seen.places if one.number == newest.collection)
        said = told.name_of(newest.raw) or seen.object_id
        label = defang(said)[:200]
        return Onward(
            kind="intel",
            id=seen.object_id,
            target=target_of(seen.object_id),
            access=place.id,
            reference=label,
            path=f"/intelligence/objects/{seen.object_id}",
            title_vi=label,
            title_en=label,
            marks=Marks(
                tlp=Tlp(told.tlp(newest.tlp)),
                pap=Pap(newest.pap),
                handling=tuple(Handling(code) for code in newest.handling.split()) or (Handling.H0,),
            ),
            only=_only(newest, seen.sources[newest.source]),
            mentions=self._intelligence.naming.look(Item(newest, value_of(bytes(newest.raw)))) or (),
        )


def target_of(object_id: str) -> str:
    """The id by which records name an object of intelligence, computed alike on every node that holds it."""
    return derived("stx", "stix", object_id)


def _only(one: Stored, source: Source) -> frozenset[str] | None:
    if source.giver is Giver.PEER:
        return frozenset({source.ref.partition(" ")[0]})
    return frozenset() if source.giver is Giver.FEED and _ASK_FIRST & set(one.handling.split()) else None
