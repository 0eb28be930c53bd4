"""The nouns and rules of a case: what all sides make of it, what may be said in it, what a list shows of it. Pure.

What may be said is checked alike before a word leaves and when one arrives, so it asks nothing but the word and the
element that it belongs to, and gives the same answer whichever version of a column came first: no other element can be
missing where a partner sees less than its author, and a late fact is never refused for being late. What depends on
order or on other elements is held at home, before a word leaves (`desk.Cases`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from lienlac import limits
from lienlac.cases.lifecycle import State, joint
from lienlac.errors import Refused
from lienlac.records.shared.shape import Glance
from lienlac.wire.bodies.cases import (
    Case,
    Custody,
    Decision,
    Entity,
    Event,
    Evidence,
    Hypothesis,
    Merge,
    Participant,
    Relation,
    Situation,
    Status,
    Task,
)
from lienlac.wire.bodies.emergencies import Severity
from lienlac.wire.bodies.records import Link, Member, Remark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from lienlac.records.shared.fold import Element
    from lienlac.records.shared.shape import Saying
    from lienlac.wire.bodies.parts import Said

GRAVEST: Final = {severity: place for place, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """A case as all who take part make it. By node, `updates`: when it reports next; `goes_on`: in which case."""

    state: State
    severity: Severity | None
    statuses: Mapping[str, Status]
    updates: Mapping[str, datetime]
    goes_on: Mapping[str, str]

    @property
    def hot(self) -> bool:
        """Whether one answer is needed now."""
        return self.severity is not None and self.state not in {State.CLOSED, State.CLOSING}


def whole(top: Element | None, members: Iterable[str]) -> Whole:
    """The case, of the columns of those who take part. Whoever has said nothing yet works on it."""
    said: dict[str, Case | None] = {node: None if top is None else top.by(node) for node in members}
    statuses = {node: Status.WORKING if one is None else one.status for node, one in said.items()}
    standing = {node: one for node, one in said.items() if one is not None and one.status is not Status.CLOSED}
    hot = [one.hot for one in standing.values() if one.hot is not None]
    severity = min(hot, key=GRAVEST.__getitem__) if hot else None
    return Whole(
        state=joint(statuses.values() or [Status.WORKING], hot=severity is not None),
        severity=severity,
        statuses=statuses,
        goes_on={
            node: one.merged_into for node, one in said.items() if one is not None and one.merged_into is not None
        },
        updates={node: one.next_update for node, one in standing.items() if one.next_update is not None},
    )


# --- what a list shows --------------------------------------------------------------------------------------------
def look(element: Element) -> Glance:
    """An element in a list, of whatever kind; the newest word counts where several authors said something."""
    standing = element.standing
    if not standing:
        last = element.newest.stated.reason
        return Glance(line=last)
    says = standing[-1].says
    return _LOOKS[type(says)](element, says)


def either(text: Said) -> str:
    """A text in whichever language it has."""
    return text.vi or text.en


def _case(element: Element, says: Case) -> Glance:
    authors = [one.author for one in element.standing]
    return Glance(line=says.title_vi, state=whole(element, authors).state.value, words=says.title_en)


def _participant(_element: Element, says: Participant) -> Glance:
    state = "on-now" if says.on_now else "off"
    return Glance(line=f"{says.name}, {says.unit}", state=state, at=says.until, words=says.role)


def _entity(element: Element, says: Entity) -> Glance:
    every = [one.says for one in element.standing]
    words = [value for one in every for value in (one.name, *one.aliases, *(each.value for each in one.identifiers))]
    notes = f"{says.notes.vi} {says.notes.en}"
    return Glance(line=says.name, state=says.kind.value, at=says.first_seen, words=f"{' '.join(words)} {notes}")


def _relation(_element: Element, says: Relation) -> Glance:
    return Glance(line=says.relation, state=says.relation, at=says.since, words=f"{says.text.vi} {says.text.en}")


def _event(_element: Element, says: Event) -> Glance:
    beside = " ".join(one.value for one in says.attributes[:10])
    words = f"{says.text.en} {says.source} {says.described} {beside}"
    return Glance(line=either(says.text), state=says.certainty.value, at=says.at, words=words)


def owners_word(element: Element) -> Task:
    """A task as its owner says it stands, or as it was asked for while the owner has said nothing."""
    asked: Task = element.standing[0].says
    own: Task | None = element.by(asked.owner)
    return asked if own is None else own


def _task(element: Element, _says: Task) -> Glance:
    asked: Task = element.standing[0].says
    own = owners_word(element)
    words = f"{asked.text.en} {own.assignee} {own.result.vi} {own.result.en}"
    return Glance(line=either(asked.text), state=own.status.value, at=asked.due or own.due, words=words)


def _hypothesis(_element: Element, says: Hypothesis) -> Glance:
    words = f"{says.text.en} {either(says.speaks_for)} {either(says.speaks_against)}"
    return Glance(line=either(says.text), state=says.standing.value, words=words)


def _decision(_element: Element, says: Decision) -> Glance:
    return Glance(line=either(says.text), at=says.at, words=f"{says.text.en} {says.decided_by} {either(says.reason)}")


def _evidence(_element: Element, says: Evidence) -> Glance:
    words = f"{says.file_name or ''} {says.digest or ''} {says.source_digest} {says.acquired_by} {says.taken_from}"
    return Glance(line=f"{says.exhibit} {says.title}", state=says.kind.value, at=says.acquired_at, words=words)


def _custody(_element: Element, says: Custody) -> Glance:
    return Glance(line=f"{says.act.value} {says.by}", state=says.act.value, at=says.at, words=says.evidence)


def _merge(_element: Element, says: Merge) -> Glance:
    return Glance(line="; ".join(says.reasons), state=says.verdict.value, words=f"{says.first} {says.second}")


def _situation(_element: Element, says: Situation) -> Glance:
    return Glance(line=either(says.known), at=says.at, words=says.known.en)


def _member(_element: Element, says: Member) -> Glance:
    return Glance(line=says.node, state=says.stands.value)


def _remark(_element: Element, says: Remark) -> Glance:
    return Glance(line=either(says.text), words=says.text.en)


def _link(_element: Element, says: Link) -> Glance:
    return Glance(line=says.label or says.target, state=says.relation, words=says.target)


_LOOKS: Final[dict[type, Callable[[Element, Any], Glance]]] = {
    Case: _case,
    Participant: _participant,
    Entity: _entity,
    Relation: _relation,
    Event: _event,
    Task: _task,
    Hypothesis: _hypothesis,
    Decision: _decision,
    Evidence: _evidence,
    Custody: _custody,
    Merge: _merge,
    Situation: _situation,
    Member: _member,
    Remark: _remark,
    Link: _link,
}


# --- what may be said ---------------------------------------------------------------------------------------------
def check(saying: Saying) -> None:
    """Raise `Refused` for a word that may not be said, whoever says it."""
    found = _CHECKS.get(type(saying.says))
    if found is not None:
        found(saying, saying.says)


def _require_text(text: Said, field: str) -> None:
    if not (text.vi.strip() or text.en.strip()):
        raise Refused("case-text-missing", field=f"{field}.vi")


def _require_kind(name: str, prefix: str, field: str) -> None:
    if not name.startswith(f"{prefix}-"):
        raise Refused("case-reference", field=field)


def _before(saying: Saying) -> Any:
    return None if saying.element is None else saying.element.by(saying.author)


def _check_case(saying: Saying, says: Case) -> None:
    if says.merged_into is not None and says.status is not Status.CLOSED:
        raise Refused("case-merged-open", field="merged_into")
    if says.merged_into is not None:
        _require_kind(says.merged_into, "cas", "merged_into")
    if says.status is Status.CLOSED:
        _require_text(says.closing, "closing")
    if says.next_update is not None:
        if says.hot is None:
            raise Refused("case-not-hot", field="next_update")
        if says.next_update > saying.now + timedelta(days=limits.CASE_UPDATE_MAX_DAYS):
            raise Refused("case-update-far", field="next_update", limit_days=limits.CASE_UPDATE_MAX_DAYS)


def _check_task(saying: Saying, says: Task) -> None:
    _require_text(says.text, "text")
    for other in says.after:
        _require_kind(other, "tsk", "after")
        if saying.element is not None and other == saying.element.id:
            raise Refused("case-task-cycle", field="after")


def _check_relation(_saying: Saying, says: Relation) -> None:
    _require_kind(says.source, "ent", "source")
    _require_kind(says.target, "ent", "target")
    if says.since is not None and says.until is not None and says.until < says.since:
        raise Refused("case-period", field="until")


def _check_entity(_saying: Saying, says: Entity) -> None:
    if says.first_seen is not None and says.last_seen is not None and says.last_seen < says.first_seen:
        raise Refused("case-period", field="last_seen")


def _check_event(_saying: Saying, says: Event) -> None:
    _require_text(says.text, "text")
    if says.until is not None and says.until < says.at:
        raise Refused("case-period", field="until")


def _check_hypothesis(_saying: Saying, says: Hypothesis) -> None:
    _require_text(says.text, "text")


def _check_decision(_saying: Saying, says: Decision) -> None:
    _require_text(says.text, "text")


def _check_evidence(saying: Saying, says: Evidence) -> None:
    if not says.exhibit.startswith(f"{saying.author[:2].upper()}-"):
        raise Refused("case-exhibit", field="exhibit")
    if (says.digest is None) != (says.file_name is None):
        raise Refused("case-evidence-file", field="digest")
    before: Evidence | None = _before(saying)
    if before is not None and (before.exhibit, before.digest) != (says.exhibit, says.digest):
        raise Refused("case-evidence-changed", field="digest")


def _check_custody(saying: Saying, says: Custody) -> None:
    _require_kind(says.evidence, "evd", "evidence")
    before: Custody | None = _before(saying)
    if before is not None and before != says:
        raise Refused("case-custody-changed")


def _check_merge(_saying: Saying, says: Merge) -> None:
    _require_kind(says.first, "ent", "first")
    _require_kind(says.second, "ent", "second")
    if says.first == says.second:
        raise Refused("case-reference", field="second")


def _check_situation(_saying: Saying, says: Situation) -> None:
    _require_text(says.known, "known")


def _check_remark(_saying: Saying, says: Remark) -> None:
    _require_text(says.text, "text")


_CHECKS: Final[dict[type, Callable[[Saying, Any], None]]] = {
    Case: _check_case,
    Entity: _check_entity,
    Relation: _check_relation,
    Event: _check_event,
    Task: _check_task,
    Hypothesis: _check_hypothesis,
    Decision: _check_decision,
    Evidence: _check_evidence,
    Custody: _check_custody,
    Merge: _check_merge,
    Situation: _check_situation,
    Remark: _check_remark,
}
