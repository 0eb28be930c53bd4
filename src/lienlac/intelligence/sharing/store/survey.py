"""What exactly would leave for one peer: counted, marked, sampled, and what is withheld with the reason.

The rules are `rules.sifting`; this goes through a collection with them, page by page, in bounded memory.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec
import orjson

from lienlac import limits
from lienlac.errors import NotAllowed
from lienlac.intelligence.sharing.kinds import SHARE
from lienlac.intelligence.sharing.order import Manifest, Order
from lienlac.intelligence.sharing.rules.sifting import ABOUT_PERSONS, Why, gate_of, strictest
from lienlac.intelligence.sharing.shown import Sample, Survey
from lienlac.intelligence.sharing.store import given
from lienlac.intelligence.sharing.store.judged import judged
from lienlac.releases.release import Reason
from lienlac.stix.titles import title_of
from lienlac.wire.message import Marks, Pap, Tlp

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from lienlac.agreements.terms import Terms
    from lienlac.intelligence.collection import Collection
    from lienlac.intelligence.sharing.rules.form import Wanted
    from lienlac.intelligence.sharing.rules.sifting import Candidate

_STRICTEST = "amber+strict"


class _Found:
    """What was met on the way."""

    def __init__(self) -> None:
        self.manifest = Manifest()
        self.types: Counter[str] = Counter()
        self.withheld: Counter[str] = Counter()
        self.tlps: Counter[int] = Counter()
        self.paps: Counter[str] = Counter()
        self.sample: list[Sample] = []
        self.already = 0
        self.seen = 0

    def take(self, one: Candidate) -> None:
        self.types[one.type] += 1
        self.tlps[one.tlp] += 1
        self.paps[one.pap] += 1
        room = limits.INTEL_SHARE_SAMPLE - len(self.sample)
        if room and (self.types[one.type] == 1 or room > limits.INTEL_SHARE_SAMPLE // 2):
            self.sample.append(Sample(one.object_id, one.type, _name(one.raw)))
        self.manifest.add([(one.object_id, one.version_us, one.added_us)])


def survey(
    connection: Connection, wanted: Wanted, peer: str, collection: Collection, terms: Terms, *, restricted: bool
) -> Survey:
    """Look at everything that the form chooses. Raises `NotAllowed("share-too-large")` for a one-time share."""
    order = _order(wanted, peer, collection)
    through = gate_of(terms, order, shown=collection.ceiling, restricted=restricted)
    found, after = _Found(), -1
    while True:
        page, more = given.candidates(
            connection, collection.number, after_us=after, until_us=collection.last_us, order=order
        )
        known = given.of_peer(connection, peer, [one.object_id for one in page])
        for one, why in judged(connection, collection.number, page, through):
            before = known.get(one.object_id)
            if before is not None and before.there and before.share and before.version_us >= one.version_us:
                found.already += 1
            elif why is Why.SHUT:
                continue  # shows nowhere: not as a number either
            elif why is not None:
                found.withheld[why.value] += 1
            else:
                found.take(one)
        found.seen += len(page)
        if not more:
            break
        if found.seen >= limits.INTEL_SHARE_PREVIEW_MAX:
            if not order.standing:
                raise NotAllowed("share-too-large", limit=limits.INTEL_SHARE_PREVIEW_MAX)
            break
        after = page[-1].added_us
    return _survey(order, found, wanted, terms)


def _survey(order: Order, found: _Found, wanted: Wanted, terms: Terms) -> Survey:
    """The order with what was found; marks that the officer did not choose are those that were met."""
    tlp, pap = strictest(found.tlps, found.paps)
    count = sum(found.types.values())
    order = msgspec.structs.replace(
        order, tlp=wanted.tlp or tlp, pap=wanted.pap or pap, count=count, digest=found.manifest.digest
    )
    asked = terms.needs_second_officer(
        SHARE,
        Marks(tlp=Tlp(order.tlp), pap=Pap(order.pap)),
        order.typology,
        persons=not ABOUT_PERSONS.isdisjoint(order.let_out),
    )
    return Survey(
        order=order,
        count=count,
        types=dict(sorted(found.types.items(), key=lambda pair: (-pair[1], pair[0]))),
        withheld={why.value: found.withheld[why.value] for why in Why if found.withheld[why.value]},
        already=found.already,
        sample=found.sample,
        reasons=tuple(Reason(one) for one in asked),
    )


def _order(wanted: Wanted, peer: str, collection: Collection) -> Order:
    """Before it is known what is there: as far as the officer lets it go, or as far as anything may."""
    return Order(
        collection=collection.id,
        peer=peer,
        title=wanted.title,
        mode=wanted.mode.value,
        types=wanted.types,
        ids=wanted.ids,
        purpose=wanted.purpose,
        legal_basis=wanted.legal_basis,
        legal_basis_text=wanted.legal_basis_text,
        typology=wanted.typology,
        tlp=wanted.tlp or _STRICTEST,
        pap=wanted.pap or "red",
        handling=("h0",) if wanted.onward else ("h2",),
        let_out=wanted.let_out,
        why=wanted.why,
        until_us=collection.last_us,
    )


def _name(raw: bytes) -> str:
    return title_of(orjson.loads(raw))[:120]
