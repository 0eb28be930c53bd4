"""What cases declare of themselves to shared records, and their message kinds (clauses 21.x). Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lienlac.cases.case import check, look
from lienlac.people.rights import Action
from lienlac.records.shared.shape import Rights, Shape
from lienlac.wire.bodies.cases import CaseFacts, CaseInvited, CaseWord, Event, Evidence
from lienlac.wire.bodies.hotline import DataIdentifier

if TYPE_CHECKING:
    from collections.abc import Iterator


def spelt(word: Any) -> Iterator[str | DataIdentifier]:
    """What a word of a case names that stands in no text as such (for the index of identifiers)."""
    if isinstance(word, Evidence) and word.digest is not None:
        yield DataIdentifier(type="file-hash", value=word.digest)
    elif isinstance(word, Event):
        for one in word.attributes:
            yield f"{one.name}: {one.value}"  # what a number means is said by the name of its column


SHAPE: Final = Shape(
    name="case",
    kinds_prefix="cases",
    mark="cas-",
    letter="C",
    words=CaseWord,
    facts=CaseFacts,
    invited=CaseInvited,
    top="case",
    prefixes={
        "case": "top",
        "participant": "par",
        "entity": "ent",
        "relation": "rel",
        "event": "evt",
        "task": "tsk",
        "hypothesis": "hyp",
        "decision": "dec",
        "evidence": "evd",
        "custody": "cst",
        "merge": "mrg",
        "situation": "sit",
        "member": "mem",
        "remark": "rmk",
        "link": "lnk",
    },
    rights=Rights(
        reads=Action.CASE_READ,
        opens=Action.CASE_OPEN,
        writes=Action.CASE_WRITE,
        shares=Action.CASE_SHARE,
        restricts=Action.CASE_RESTRICT,
    ),
    addressees=("investigator",),
    unread=frozenset(
        {
            "event.attributes",
            "participant",
            "case.lead_name",
            "case.lead_unit",
            "case.lead_phone",
            "task.assignee",
            "decision.decided_by",
            "evidence.acquired_by",
            "custody.by",
            "custody.unit",
        }
    ),
    apart=frozenset({"entity"}),
    spelt=spelt,
    look=look,
    check=check,
)
CASE_KINDS: Final = SHAPE.kinds
