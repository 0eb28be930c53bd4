"""Sharing as programs see it: rows become the shapes of the interface. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lienlac import clock
from lienlac.interface.intelligence import sharing as shapes

if TYPE_CHECKING:
    from lienlac.intelligence.sharing.shown import Outdated, Standing, Survey
    from lienlac.intelligence.sharing.store.arrived import Incoming, Sighting
    from lienlac.intelligence.sharing.store.given import Given


def preview_view(one: Survey) -> shapes.SharePreview:
    """What would leave for one partner."""
    return shapes.SharePreview(
        peer=one.order.peer,
        count=one.count,
        types=dict(one.types),
        tlp=one.order.tlp,
        pap=one.order.pap,
        withheld=dict(one.withheld),
        already=one.already,
        sample=[shapes.SampleObject(id=each.object_id, type=each.type, name=each.name) for each in one.sample],
        digest=one.order.digest,
        reasons=[each.value for each in one.reasons],
    )


def share_view(one: Standing) -> shapes.ShareLine:
    """One share with its numbers."""
    share, order = one.share, one.share.order
    return shapes.ShareLine(
        id=share.id,
        peer=share.peer,
        collection=order.collection,
        title=order.title,
        mode=order.mode,
        state=share.state,
        whole=share.whole,
        problem=share.problem,
        tlp=order.tlp,
        pap=order.pap,
        purpose=order.purpose,
        legal_basis=order.legal_basis,
        typology=order.typology,
        messages=share.batch,
        objects=share.done,
        counts=dict(one.counts),
        types=list(order.types),
        above=one.above,
        outdated=one.outdated,
        unconfirmed=one.unconfirmed,
        unconfirmed_since=one.since,
        created_at=share.created_at,
        by=share.by,
    )


def object_view(one: Given) -> shapes.SharedObject:
    """One object of a share."""
    return shapes.SharedObject(
        id=one.object_id, type=one.type, state=one.state, code=one.code, reason=one.text, at=clock.from_us(one.at_us)
    )


def outdated_view(one: Outdated) -> shapes.OutdatedObject:
    """One object of which the partner has an older version."""
    return shapes.OutdatedObject(
        id=one.given.object_id,
        type=one.given.type,
        since=one.since,
        why="" if one.why is None else one.why.value,
        names=[shapes.NamedObject(id=each.object_id, type=each.type, why=each.why.value) for each in one.names],
    )


def arrived_view(one: Incoming) -> shapes.ArrivedLine:
    """A partner's share."""
    return shapes.ArrivedLine(
        peer=one.peer,
        share=one.share_id,
        title=one.title,
        mode=one.mode,
        messages=one.messages,
        objects=one.objects,
        waiting=one.waiting,
        new=one.new,
        same=one.same,
        held=one.held,
        refused=one.refused,
        first_at=one.first_at,
        last_at=one.last_at,
    )


def sighting_view(one: Sighting) -> shapes.SightingLine:
    """What was said of an object."""
    return shapes.SightingLine(
        peer=one.peer,
        direction=one.direction,
        object=one.object_id,
        count=one.count,
        first=one.first_at,
        last=one.last_at,
        useful=one.useful,
        text=one.text,
        who=one.who,
        state=one.state,
        at=one.at,
    )
