"""A release as programs see it: the same in every answer that holds one.

Pure. The body that was typed (`whole`) stands in no answer: what is withheld is not handed out by another door.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lienlac.releases.desk import Shown
    from lienlac.releases.release import Release, Step


def release_view(release: Release, steps: Iterable[Step], names: Mapping[str, str]) -> dict[str, Any]:
    """One line of a list, or the head of one release. `names` are those of officers, by id."""
    return {
        "id": release.id,
        "state": release.state.value,
        "kind": release.kind,
        "record": release.thing,
        "reference": release.reference,
        "urgency": release.urgency,
        "drill": release.drill,
        "proposer": {"id": release.proposer, "name": names.get(release.proposer, "")},
        "reasons": [reason.value for reason in release.reasons],
        "approvers": sorted(release.approvers),
        "withheld": list(release.withheld),
        "let_out": list(release.let_out),
        "why": release.why,
        "digest": release.digest,
        "created_at": release.created_at,
        "expires_at": release.expires_at,
        "decided_by": None
        if release.decided_by is None
        else {"id": release.decided_by, "name": names.get(release.decided_by, "")},
        "decided_at": release.decided_at,
        "words": release.words,
        "replaced_by": release.replaced_by,
        "steps": [step.value for step in steps],
    }


def whole_view(shown: Shown, names: Mapping[str, str]) -> dict[str, Any]:
    """One release with exactly what would leave, as data and in the officer's words."""
    draft = shown.release.draft
    message = {
        "kind": draft.kind,
        "recipient": draft.recipient,
        "addressees": list(draft.addressees),
        "purpose": draft.purpose,
        "legal_basis": draft.legal_basis,
        "legal_basis_text": draft.legal_basis_text,
        "typology": draft.typology,
        "marks": draft.marks,
        "case_id": draft.case_id,
        "body": without_keys(msgspec.json.decode(draft.body)),
    }
    lines = [{"path": one.path, "label": one.label, "text": one.text, "about": one.about} for one in shown.lines]
    return {**release_view(shown.release, shown.steps, names), "message": message, "lines": lines}


def without_keys(value: Any) -> Any:
    """A body as plain values in which no file's sealed key is left."""
    if isinstance(value, dict):
        return {name: without_keys(inner) for name, inner in value.items() if not (name == "key" and "digest" in value)}
    if isinstance(value, list):
        return [without_keys(inner) for inner in value]
    return value
