"""Whether a message of a channel must wait for a second officer (clause 16.12). Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lienlac.emergencies.kinds import kind_of
from lienlac.emergencies.lifecycle import Step
from lienlac.releases.release import Reason

if TYPE_CHECKING:
    from lienlac.emergencies.rules.clocks import Terms
    from lienlac.wire.message import Marks

_CONTENT: Final = frozenset({Step.OPEN, Step.ENTRY, Step.REPORT})
"""Steps that say something of the case, so that its marks and its offence count."""


def reasons(terms: Terms, step: Step, marks: Marks, typology: str | None) -> tuple[Reason, ...]:
    """The lines of the agreement's rule that hold of it; empty where it leaves at once."""
    found = terms.needs_second_officer(kind_of(step), marks, typology, content=step in _CONTENT)
    return tuple(Reason(word) for word in found)


def may_hold(terms: Terms) -> bool:
    """Whether the rule can hold of anything that is said in a channel: forms ask then what cannot wait."""
    rule = terms.agreement.second_officer
    named = any(kind.startswith("emergencies.") for kind in rule.kinds)
    return named or rule.tlp_from is not None or bool(rule.typologies)
