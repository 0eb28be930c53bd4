"""What a thing says to whoever goes on from it: a case that is opened from a request, or one that it is added to. Pure.

Every subject gives its own things in this shape, and only to an officer who may see them; whoever takes them knows no
subject. What was said under an agreement takes its bounds along: marks, purpose, who else may know.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from lienlac.errors import NotAllowed
from lienlac.vocabulary import marks as vocabulary
from lienlac.wire.message import Handling, Marks, Pap, Tlp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lienlac.identifiers.index.mention import Mention
    from lienlac.people.officer import Officer
    from lienlac.people.rights import Thing


@dataclass(frozen=True, slots=True, kw_only=True)
class Onward:
    """A thing from which something goes on.

    `target` is the id by which other nodes can know it too, `access` the id whose need-to-know holds for it, `path` its
    page. `uses`: the purposes for which it may be used; None is any. `only`: nodes that may get what it says; None is
    any. `mentions`: what it names.
    """

    kind: str
    id: str
    target: str
    access: str
    reference: str
    path: str
    title_vi: str
    title_en: str
    marks: Marks
    purpose: str = ""
    legal_basis: str = ""
    legal_basis_text: str = ""
    typology: str = ""
    drill: bool = False
    uses: frozenset[str] | None = None
    only: frozenset[str] | None = None
    mentions: tuple[Mention, ...] = ()


class Gives(Protocol):
    """A subject from whose things something can go on."""

    def onward(self, officer: Officer, name: str, /) -> Onward:
        """A thing that the officer may see. Raises `NotAllowed("not-found")`."""
        ...


def require_hidden_as_well(hidden: Thing, into: Thing, field: str) -> None:
    """What is hidden from somebody goes into nothing that this somebody may read.

    Raises `NotAllowed("case-bridge-restricted")`.
    """
    readers = into.units | into.officers
    if hidden.restricted and not (into.restricted and readers <= (hidden.units | hidden.officers)):
        raise NotAllowed("case-bridge-restricted", field=field)


def together(several: Sequence[Marks]) -> Marks:
    """Marks that hold when several meet: of each scheme the strictest, of handling codes all."""
    codes = [code.value for marks in several for code in marks.handling]
    return Marks(
        tlp=Tlp(vocabulary.tlp.strictest(marks.tlp.value for marks in several)),
        pap=Pap(vocabulary.pap.strictest(marks.pap.value for marks in several)),
        handling=tuple(Handling(code) for code in vocabulary.combine_handling(codes)),
        handling_text="; ".join(dict.fromkeys(marks.handling_text for marks in several if marks.handling_text)),
    )
