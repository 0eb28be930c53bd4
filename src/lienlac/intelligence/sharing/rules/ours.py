"""Whether an object that a peer sends claims to be ours. Pure.

Every peer's objects stand in a collection of their own, so nothing of ours can be overwritten. But whoever reads must
not be told, under an id that we gave out or in the name of this node, something that this node never said. Only what
left this node is compared: an answer that depended on anything else here would tell a peer what we know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lienlac.intelligence.rules.sorting import Checked, Failed, same_content

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Here(NamedTuple):
    """A version of an object that this node gave to somebody, as it stands here."""

    version_us: int
    raw: bytes


def judged(
    given: Sequence[Checked | Failed], here: Mapping[str, Sequence[Here]], *, own_identity: str
) -> tuple[list[Checked | Failed], frozenset[int]]:
    """The same objects, those that contradict ours turned into failures; and the places of those that echo ours."""
    out: list[Checked | Failed] = []
    echoes: set[int] = set()
    for place, one in enumerate(given):
        if isinstance(one, Failed):
            out.append(one)
            continue
        versions = here.get(one.stix.id)
        if versions and any(_same(known, one) for known in versions):
            echoes.add(place)
            out.append(one)
        elif versions is not None or own_identity in (one.stix.id, one.stix.created_by):
            out.append(Failed(one.stix.raw, "intel-ours", {}, one.stix.id, one.stix.type))
        else:
            out.append(one)
    return out, frozenset(echoes)


def _same(known: Here, one: Checked) -> bool:
    return (one.stix.version_us is None or known.version_us == one.stix.version_us) and same_content(
        known.raw, one.stix.raw
    )
