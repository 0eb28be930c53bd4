"""How a message may leave where the agreement asks for a second officer: what a form says of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lienlac.records.forms.reader import Reader

if TYPE_CHECKING:
    from lienlac.records.forms.reader import Reader as Form


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """`ahead` says whose life cannot wait for a second officer.

    `instead_of`: the release from which the officer went on.
    """

    ahead: str = ""
    instead_of: str = ""


AT_ONCE: Final = Leave()
"""Nothing was said: it leaves, or waits where the agreement asks for that."""


def read_leave(form: Form, *, danger: bool, otherwise: str) -> Leave:
    """The section `release` of a form.

    The glass is broken only where lives are in danger: what can wait waits for the second officer, and `otherwise` is
    the code that says so.
    """
    inner = form.section("release", required=False) or Reader({}, now=form.now)
    found = Leave(ahead=inner.text("ahead", required=False), instead_of=inner.line("instead_of", required=False))
    inner.close()
    if found.ahead and not danger:
        inner.note("ahead", otherwise)
    return found
