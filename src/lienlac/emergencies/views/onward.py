"""A channel as a thing from which a case goes on. Pure.

Once the other side has said something in it, that goes to nobody else, and serves no other purpose.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lienlac.emergencies.naming import walk
from lienlac.records.onward import Onward, together

if TYPE_CHECKING:
    from lienlac.emergencies.emergency import Emergency


def onward(emergency: Emergency, node_id: str) -> Onward:
    """It, with the bounds that it takes along."""
    header, body = emergency.opening.header, emergency.body
    theirs = any(fact.header.sender != node_id for fact in emergency.facts.values())
    return Onward(
        kind="emergency",
        id=emergency.id,
        target=emergency.id,
        access=emergency.id,
        reference=emergency.reference,
        path=f"/emergencies/{emergency.id}",
        title_vi=body.title_vi or body.title_en,
        title_en=body.title_en or body.title_vi,
        marks=together([fact.header.marks for fact in emergency.facts.values()]),
        purpose=header.purpose,
        legal_basis=header.legal_basis,
        legal_basis_text=header.legal_basis_text,
        typology=header.typology or "",
        drill=body.drill,
        uses=frozenset({header.purpose}) if theirs else None,
        only=frozenset({emergency.other(node_id)}) if theirs else None,
        mentions=walk.mentions(emergency),
    )
