"""What a record must hold beyond its type: the same checks when it is written and when it arrives. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from lienlac.errors import Refused
from lienlac.releases.release import Reason

if TYPE_CHECKING:
    from lienlac.wire.bodies.agreement import Agreement
    from lienlac.wire.bodies.methods import Method
    from lienlac.wire.message import Marks


class Terms(Protocol):
    """What is asked of an agreement."""

    @property
    def agreement(self) -> Agreement:
        """The document itself."""
        ...

    def offers(self, kind: str) -> bool:
        """Whether it names this kind."""
        ...

    def needs_second_officer(
        self, kind: str, marks: Marks, typology: str | None, *, answers: str = "", content: bool = True,
        persons: bool = False, files: bool = False,
    ) -> tuple[str, ...]:  # fmt: skip
        """Why a message must wait for a second officer; empty where it need not."""
        ...


def reasons(terms: Terms, kind: str, marks: Marks, typologies: tuple[str, ...]) -> tuple[Reason, ...]:
    """Why it must wait for a second officer: a clause about any of its kinds of crime holds."""
    found: dict[str, None] = {}
    for typology in typologies:
        found |= dict.fromkeys(terms.needs_second_officer(kind, marks, typology))
    return tuple(Reason(word) for word in found)


def check_method(body: Method) -> None:
    """Raise `Refused("method-text-missing")`: an item without words, or a record without steps."""
    for name in ("steps", "scripts", "red_flags", "counter_measures"):
        for item in getattr(body, name):
            if not item.vi.strip() and not item.en.strip():
                raise Refused("method-text-missing", field=name)
    if not body.steps:
        raise Refused("method-text-missing", field="steps")
    if not body.summary.vi.strip() and not body.summary.en.strip():
        raise Refused("method-text-missing", field="summary")
