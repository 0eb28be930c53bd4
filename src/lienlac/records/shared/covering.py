"""Which marks cover which: the strictest of several, whether one lies below another. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lienlac.vocabulary import combine_handling
from lienlac.wire.message import Handling, Marks, Pap, Tlp

if TYPE_CHECKING:
    from collections.abc import Iterable

_TLP = {mark: place for place, mark in enumerate(Tlp)}
_PAP = {mark: place for place, mark in enumerate(Pap)}


def strictest(marks: Iterable[Marks]) -> Marks:
    """The marks of a message that carries facts with these marks (at least one)."""
    every = list(dict.fromkeys(marks))
    if len(every) == 1:
        return every[0]
    codes = combine_handling(one.value for mark in every for one in mark.handling)
    texts = dict.fromkeys(mark.handling_text for mark in every if mark.handling_text)
    return Marks(
        tlp=max((mark.tlp for mark in every), key=_TLP.__getitem__),
        pap=max((mark.pap for mark in every), key=_PAP.__getitem__),
        handling=tuple(Handling(code) for code in codes),
        handling_text="; ".join(texts)[:1_000],
    )


def lowered(marks: Marks, ceilings: Iterable[tuple[Tlp, Pap]]) -> Marks:
    """The marks, but none above any of the ceilings."""
    every = list(ceilings)
    tlp = min((marks.tlp, *(one for one, _ in every)), key=_TLP.__getitem__)
    pap = min((marks.pap, *(one for _, one in every)), key=_PAP.__getitem__)
    return Marks(tlp=tlp, pap=pap, handling=marks.handling, handling_text=marks.handling_text)


def covers(outer: Marks, inner: Marks) -> bool:
    """Whether a message under the outer marks may carry a fact under the inner ones."""
    codes = {*outer.handling, Handling.H0}
    return (
        _TLP[outer.tlp] >= _TLP[inner.tlp] and _PAP[outer.pap] >= _PAP[inner.pap] and codes.issuperset(inner.handling)
    )
