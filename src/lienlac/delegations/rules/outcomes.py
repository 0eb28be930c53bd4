"""Outcomes as commitments: whose they are, what has become of them, which are due. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from lienlac.delegations.rules.lifecycle import ENDED
from lienlac.wire.bodies.delegations import Outcome, OutcomeState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lienlac.records.shared.fold import Element


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """One outcome. `state`: the owner's own word, `open` where the owner has said nothing; `said`: each side's word.

    `differs`: sides do not say the same of what was promised, by whom or until when.
    """

    element: Element
    text: Outcome
    state: OutcomeState
    said: Mapping[str, Outcome]
    differs: bool

    @property
    def due(self) -> date | None:
        """Until when."""
        return date.fromisoformat(self.text.due) if self.text.due else None

    def overdue(self, today: date) -> bool:
        """Whether it should have been done before today."""
        return self.state not in ENDED and self.due is not None and self.due < today


def commitment(element: Element) -> Commitment | None:
    """What holds of an outcome: its owner's column, and until the owner speaks, whoever wrote it down first."""
    said = {one.author: one.says for one in element.standing if isinstance(one.says, Outcome)}
    if not said:
        return None
    first = next(iter(said.values()))
    own = said.get(first.owner)
    text = own if own is not None and own.owner == first.owner else first
    promised = {(one.text, one.owner, one.due) for one in said.values()}
    state = own.state if own is not None else OutcomeState.OPEN
    return Commitment(element=element, text=text, state=state, said=said, differs=len(promised) > 1)
