"""Every act on an account is written down here: into the journal, and for the supervisors when it opens case content.

An administrator makes accounts, gives roles and resets secrets, and so could make themselves a duty officer under
another name. That cannot be prevented where one person administers; it cannot happen unseen either: each supervisor is
told, marks it as seen only for themselves, and can ask. `record` is the journal's way of writing, handed in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from lienlac.people.changes import store
from lienlac.people.rights import CASE_CONTENT, may

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.people.officer import Officer


class Record(Protocol):
    """The journal's way of writing one entry in the caller's transaction."""

    def __call__(
        self,
        connection: Connection,
        *,
        at: datetime,
        actor: str,
        action: str,
        thing: str,
        detail: Mapping[str, Any] | None = None,
    ) -> str:
        """Returns the entry's digest."""
        ...


def written(
    connection: Connection,
    record: Record,
    *,
    at: datetime,
    actor: str,
    action: str,
    before: Officer | None,
    after: Officer,
    **detail: object,
) -> None:
    """An act on an account happened: `before` is the officer as they were (None: new), `after` as they are now."""
    told = {**_state(after), **({"was": _state(before)} if before is not None else {}), **detail}
    record(connection, at=at, actor=actor, action=action, thing=after.id, detail=told)
    if opens_case_content(before) or opens_case_content(after):
        store.add(connection, at=at, actor=actor, action=action, subject=after.id, detail=told)


def opens_case_content(officer: Officer | None) -> bool:
    """Whether the officer's roles show what requests say."""
    return officer is not None and any(may(officer, action) for action in CASE_CONTENT)


def _state(officer: Officer) -> dict[str, Any]:
    """What of an officer decides what they see. Ids and codes only."""
    found: dict[str, Any] = {"roles": sorted(officer.roles), "units": sorted(officer.units), "active": officer.active}
    return found if officer.audits is None else {**found, "audits": sorted(officer.audits)}
