"""The identifiers that a channel names: of its texts, in either language. An exercise names nobody.

Pure. Entries that were taken back are left out: they no longer hold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from lienlac import clock
from lienlac.emergencies.lifecycle import Step
from lienlac.identifiers.index.mention import Naming, gathered, of_text
from lienlac.wire.bodies.emergencies import Said

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lienlac.emergencies.emergency import Emergency
    from lienlac.identifiers.index.mention import Mention


def naming(emergency: Emergency, *, restricted: bool) -> Naming:
    """The channel as a thing that names identifiers."""
    return Naming(
        kind="emergency",
        id=emergency.id,
        label=emergency.reference,
        at_us=clock.to_us(emergency.opening.received_at or emergency.opening.header.sent_at),
        restricted=restricted,
    )


def mentions(emergency: Emergency) -> tuple[Mention, ...]:
    """What it names."""
    if emergency.body.drill:
        return ()
    facts = sorted(emergency.facts.values(), key=lambda fact: fact.header.sent_at)
    gone = {fact.body.entry for fact in facts if fact.step is Step.RETRACT}
    gone |= {fact.body.corrects for fact in facts if fact.step is Step.ENTRY and fact.body.corrects}
    return gathered(one for fact in facts if fact.id not in gone for text in _texts(fact.body) for one in of_text(text))


def _texts(body: Any) -> Iterator[str]:
    """Texts of a message: what officers are called and where they can be reached is none."""
    if not isinstance(body, msgspec.Struct):
        return
    for name in body.__struct_fields__:
        value = getattr(body, name)
        if isinstance(value, Said):
            yield from filter(None, (value.vi, value.en))
        elif isinstance(value, str) and value and name in {"text", "source_text", "remarks", "title_vi", "title_en"}:
            yield value
