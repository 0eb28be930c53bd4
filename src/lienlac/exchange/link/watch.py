"""How a link is doing now, in one value that a screen can say in plain words.

Reads the tables, decides nothing, changes nothing: last sent, last acknowledged, backlog, last error, who closed what.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from string import Formatter
from typing import TYPE_CHECKING, Any

from lienlac import clock
from lienlac.agreements import store as agreements
from lienlac.errors import Refused, catalogue
from lienlac.exchange import store

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.errors import Language
    from lienlac.people.rights import Scope


class LinkState(StrEnum):
    """The one word for a link, worst first."""

    SUSPENDED_BY_US = "suspended-by-us"
    SUSPENDED_BY_THEM = "suspended-by-them"
    NEEDS_A_PERSON = "needs-a-person"
    NO_AGREEMENT = "no-agreement"
    FAILING = "failing"
    WAITING = "waiting"
    QUIET = "quiet"
    WORKING = "working"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkStatus:
    """A peer and the state of its link. Instants are None for "never"."""

    peer: agreements.Peer
    state: LinkState
    backlog: int
    oldest_waiting: datetime | None
    last_sent: datetime | None
    last_acknowledged: datetime | None
    last_heard: datetime | None
    last_error: str | None
    last_reason: str | None
    last_error_at: datetime | None
    next_attempt: datetime | None
    failures: int
    version_in_force: int | None
    version_to_sign: int | None
    suspensions: tuple[agreements.Suspension, ...]
    dead_letters: tuple[Any, ...]
    alarms: tuple[Any, ...]


def link_status(connection: Connection, peer: agreements.Peer, scope: Scope | None) -> LinkStatus:
    """Everything a person wants to know about one link; letters as far as their scope goes, all of them for None."""
    roads = store.roads(connection, peer.node_id)
    failing = [road for road in roads if road.failures]
    worst = max(failing, key=lambda road: road.last_error_us or 0, default=None)
    closed = tuple(agreements.suspensions(connection, peer.node_id))
    in_force = agreements.newest_in_force(connection, peer.node_id) or None
    to_sign = next(iter(agreements.open_proposals(connection, peer.node_id, peer.node_id)), None)
    letters = tuple(store.dead_letters(connection, peer.node_id, scope=scope))
    backlog, oldest = store.waiting_for(connection, peer.node_id)
    acknowledged = _latest(road.last_acknowledged_us for road in roads)
    status = LinkStatus(
        peer=peer,
        state=LinkState.WORKING,
        backlog=backlog,
        oldest_waiting=None if oldest is None else clock.from_us(oldest),
        last_sent=_latest(road.last_sent_us for road in roads),
        last_acknowledged=acknowledged,
        last_heard=_latest([*(road.last_heard_us for road in roads), store.last_arrival_us(connection, peer.node_id)]),
        last_error=None if worst is None else worst.last_code,
        last_reason=None if worst is None else worst.last_reason,
        last_error_at=None if worst is None or worst.last_error_us is None else clock.from_us(worst.last_error_us),
        next_attempt=None if worst is None else clock.from_us(worst.next_us),
        failures=max((road.failures for road in failing), default=0),
        version_in_force=in_force,
        version_to_sign=to_sign,
        suspensions=closed,
        dead_letters=letters,
        alarms=tuple(store.alarms(connection, peer.node_id)),
    )
    return _with_state(status)


def undecided(connection: Connection, peer_id: str, scope: Scope) -> int:
    """How much of a link waits for a person: letters, as far as their scope goes, and an agreement to be signed."""
    letters = store.dead_letters(connection, peer_id, scope=scope)
    return len(letters) + bool(agreements.open_proposals(connection, peer_id, peer_id))


def error_sentence(status: LinkStatus, language: Language) -> str:
    """Why the link fails, in a reader's language where the catalogue can say it; empty when it does not fail."""
    if status.last_error is None:
        return ""
    entry = catalogue().get(status.last_error)
    name = status.peer.name_vi if language == "vi" else status.peer.name_en
    said = Refused(status.last_error, peer=name, reason=status.last_reason or "").sentence(language)
    return (status.last_reason or said) if entry is None or _asks_for_more(entry[language]) else said


def _asks_for_more(sentence: str) -> bool:
    return bool({name for _, name, _, _ in Formatter().parse(sentence) if name} - {"peer", "reason"})


def _with_state(status: LinkStatus) -> LinkStatus:
    return replace(status, state=_state(status))


def _state(status: LinkStatus) -> LinkState:
    whole = [one for one in status.suspensions if one.scope == agreements.EVERY_KIND]
    if any(one.by_us for one in whole):
        return LinkState.SUSPENDED_BY_US
    if whole or status.last_error == "suspended":
        return LinkState.SUSPENDED_BY_THEM
    if status.dead_letters:
        return LinkState.NEEDS_A_PERSON
    if status.failures:
        return LinkState.FAILING
    if status.version_in_force is None:
        return LinkState.NO_AGREEMENT
    if status.backlog:
        return LinkState.WAITING
    return LinkState.WORKING if status.last_heard is not None else LinkState.QUIET


def _latest(values: Any) -> datetime | None:
    known = [value for value in values if value]
    return clock.from_us(max(known)) if known else None
