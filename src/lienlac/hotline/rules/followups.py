"""Going on from an earlier request: what an extension, a release, a disclosure after a preservation may name.

The same check stands at both ends: the form prevents an orphan at the sender, the arrival refuses it at the receiver.
Whoever names a request that is not theirs learns only that there is none. Pure: the earlier request is handed in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lienlac.errors import Refused
from lienlac.hotline.kinds import BY_KIND, EXTEND
from lienlac.hotline.lifecycle import Actual, Desired

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from lienlac.hotline.kinds.field import RequestKind
    from lienlac.hotline.request import Request

_STANDING: Final = frozenset({Desired.WANTED, Desired.PROVISIONAL, Desired.CLOSED})
"""What may be extended: a request that was neither withdrawn nor has lapsed; a closed one too."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier request with what later ones did to its measure."""

    request: Request
    later: tuple[Request, ...] = ()

    @property
    def until(self) -> datetime | None:
        """Until when its measure lasts, extensions counted; None where nothing lasts."""
        return lasts_until(self.request, self.later)


def lasts_until(request: Request, later: Iterable[Request]) -> datetime | None:
    """When a measure ends: as its result says, or its latest extension; None when none lasts or it was released."""
    until = held_until(request)
    if until is None:
        return None
    for one in later:
        result = one.result
        if result is None:
            continue
        kind, report = BY_KIND[one.kind], result.body.report
        if report.outcome.value in kind.ends:
            return None
        if one.kind == EXTEND and report.outcome.value in kind.holds and report.until is not None:
            until = max(until, report.until)
    return until


def held_until(request: Request) -> datetime | None:
    """Until when the request's own result says that its measure lasts, whether it is still wanted or not."""
    result = request.result
    if result is None or request.actual is not Actual.EXECUTED:
        return None
    report = result.body.report
    until: datetime | None = getattr(report, "until", None)
    return until if report.outcome.value in BY_KIND[request.kind].holds else None


def check_follow_up(
    kind: RequestKind,
    earlier: Earlier | None,
    *,
    named: bool,
    reference: str,
    sides: tuple[str, str],
    purpose: str,
    at: datetime,
) -> None:
    """Whether a request of this kind, from and to these nodes, may go on from that earlier one.

    Raises `Refused` with the field `follows`: `follow-up-missing`, `follow-up-orphan`, `follow-up-kind`,
    `follow-up-purpose`, `follow-up-nothing-held`, `follow-up-too-late`.
    """
    if not named:
        if kind.must_follow:
            raise Refused("follow-up-missing", field="follows")
        return
    if earlier is None or (earlier.request.requester, earlier.request.executor) != sides:
        raise Refused("follow-up-orphan", field="follows", reference=reference)
    before = earlier.request
    if reference not in (before.reference, before.id):
        raise Refused("follow-up-orphan", field="follows", reference=reference)
    if BY_KIND[before.kind].name not in kind.follows:
        raise Refused("follow-up-kind", field="follows", reference=reference)
    if not kind.must_follow:
        return
    if purpose and purpose != before.opening.header.purpose:
        raise Refused("follow-up-purpose", field="purpose", purpose=before.opening.header.purpose)
    extends = kind.kind == EXTEND
    if earlier.until is None or (extends and before.desired not in _STANDING):
        raise Refused("follow-up-nothing-held", field="follows", reference=reference)
    if extends and at > earlier.until:
        raise Refused("follow-up-too-late", field="follows", reference=reference)
