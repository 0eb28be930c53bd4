"""Bodies of messages about cases: everything that can be said in one, by whichever authority (clauses 21.x)."""

from __future__ import annotations

from lienlac.wire.bodies.cases.case import (
    Case,
    Decision,
    Hypothesis,
    Participant,
    Situation,
    Standing,
    Status,
    Task,
    TaskStatus,
)
from lienlac.wire.bodies.cases.entities import (
    Attribute,
    Certainty,
    Entity,
    EntityKind,
    EntityRole,
    Event,
    Merge,
    Relation,
    Verdict,
)
from lienlac.wire.bodies.cases.evidence import Act, Custody, Evidence, EvidenceKind
from lienlac.wire.bodies.records import Facts, Invited, Link, Member, Remark

CaseWord = (
    Case
    | Participant
    | Entity
    | Relation
    | Event
    | Task
    | Hypothesis
    | Decision
    | Evidence
    | Custody
    | Merge
    | Situation
    | Member
    | Remark
    | Link
)


class CaseFacts(Facts[CaseWord], frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Facts of a case."""


class CaseInvited(Invited[CaseWord], frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An authority is asked to take part in a case."""


__all__ = [
    "Act",
    "Attribute",
    "Case",
    "CaseFacts",
    "CaseInvited",
    "CaseWord",
    "Certainty",
    "Custody",
    "Decision",
    "Entity",
    "EntityKind",
    "EntityRole",
    "Event",
    "Evidence",
    "EvidenceKind",
    "Hypothesis",
    "Link",
    "Merge",
    "Participant",
    "Relation",
    "Situation",
    "Standing",
    "Status",
    "Task",
    "TaskStatus",
    "Verdict",
]
