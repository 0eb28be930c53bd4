"""What is added to a word before it is stated, and what a custody entry says. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from lienlac.wire.bodies.cases import Act, Case, Custody, Event, Evidence, Status
from lienlac.wire.bodies.parts import Said

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    from lienlac.people.officer import Officer

_KEPT: Final[dict[type, tuple[str, ...]]] = {
    Evidence: ("exhibit", "digest", "size_bytes", "file_name", "media_type"),
    Event: ("attributes",),
    Case: ("merged_into",),
}
"""What no form shows: a changed word has it from the version before, unless it says another."""
NOTHING: Final = Said()
ASKED_AGAIN: Final = Said(
    vi="Tệp tại nút này không nguyên vẹn; đã yêu cầu nút lập vật chứng gửi lại.",
    en="The file on this node is not whole; its author was asked to send it again.",
)
"""Why an exhibit comes once more; it travels in both languages."""
NEVER_CAME: Final = Said(
    vi="Tệp chưa về đủ tại nút này; đã yêu cầu nút lập vật chứng gửi lại.",
    en="The file did not come whole to this node; its author was asked to send it again.",
)
"""The same for one of which nothing whole was ever here."""


def carried_over(says: Any, before: Any) -> Any:
    """A word with what its form does not show."""
    names = _KEPT.get(type(says), ())
    if before is None or type(before) is not type(says):
        return says
    if isinstance(says, Case) and says.status is not Status.CLOSED:
        return says  # it goes on here again
    empty = [name for name in names if not getattr(says, name)]
    return msgspec.structs.replace(says, **{name: getattr(before, name) for name in empty}) if empty else says


def exhibit_number(country: str, number: int) -> str:
    """The number of an exhibit."""
    return f"{country.upper()}-{number:04}"


def entry(
    evidence: str,
    act: Act,
    at: datetime,
    officer: Officer | None,
    *,
    digest: str | None = None,
    to: str | None = None,
    text: Said = NOTHING,
    place: str = "",
) -> Custody:
    """What somebody, or the node itself, did with an exhibit."""
    by, unit = ("Lienlac", "Lienlac") if officer is None else (officer.name, officer.unit)
    return Custody(evidence=evidence, act=act, at=at, by=by, unit=unit, digest=digest, to=to, text=text, place=place)
