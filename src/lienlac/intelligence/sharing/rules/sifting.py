"""What of a collection may leave for a peer, and what is withheld, with the reason. Pure.

The rules, the first that holds counts.
1. TLP:RED is for the people it names: it never leaves with others.
2. What is marked above the agreement's ceiling, TLP or PAP, does not leave.
3. What came from elsewhere leaves only where its giver allows it to be passed on (no H2, no H3), and never back to it.
4. A restricted collection gives nothing, unless the officer says so with a reason.
5. What is marked above what the officer chose for this share stays here.
6. Notes and opinions stay here, and so does whatever names a natural person, unless the officer lets it out with a
   reason. An offender is described by other objects; an identity of an individual may be a victim.
7. A relation or a sighting that names something which stays here by these rules stays with it: its id would tell that
   there is such a person, and of what. What stays only because it came from the peer hides nothing from it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson

from lienlac.intelligence.collection import Giver
from lienlac.vocabulary import marks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lienlac.agreements.terms import Terms
    from lienlac.intelligence.collection import Source
    from lienlac.intelligence.sharing.order import Order


class Why(StrEnum):
    """Why something does not leave."""

    RED = "red"
    CEILING = "ceiling"
    PAP = "pap"
    ONWARD = "onward"
    THEIRS = "theirs"
    RESTRICTED = "restricted"
    CHOSEN = "chosen"
    NOTES = "notes"
    PERSONS = "persons"
    NAMES = "names"


LET_OUT: Final = (Why.NOTES, Why.PERSONS, Why.RESTRICTED)
"""What an officer may let out with a reason."""
FIRM: Final = frozenset({Why.RED, Why.CEILING, Why.PAP, Why.ONWARD, Why.CHOSEN})
"""Reasons for which something that was given before is taken back."""
_ENDS: Final = {
    "relationship": ("source_ref", "target_ref"),
    "sighting": ("sighting_of_ref", "where_sighted_refs", "observed_data_refs"),
}
"""Objects that are nothing but what they join, and where they name it."""
_NOTES: Final = frozenset({"note", "opinion"})
_PERSONAL: Final = frozenset({"individual"})
_ROLES: Final = frozenset({"victim", "witness", "minor", "third-party"})
_PERSON_WORDS: Final = (b"person-id", b"national-id", b"passport")
_RANK: Final = {word.code: word.rank for word in marks.tlp}
_PAP_RANK: Final = {word.code: word.rank for word in marks.pap}
_RED: Final = _RANK["red"]


class Candidate(NamedTuple):
    """A version that may leave, with what stands beside it."""

    added_us: int
    object_id: str
    type: str
    version_us: int
    revoked: bool
    tlp: int
    pap: str
    handling: str
    grade_4x4: str
    grade_6x6: str
    source: int
    raw: bytes

    @property
    def group(self) -> tuple[int, str, str, str, str]:
        """What must be alike for objects to travel in one message: marks and gradings stand in its head."""
        return (self.tlp, self.pap, self.handling, self.grade_4x4, self.grade_6x6)


class Gate(NamedTuple):
    """What this share, with this peer, lets through: ranks of marks, the officer's word."""

    peer: str
    ceiling: int
    pap_ceiling: int
    up_to: int
    up_to_pap: int
    restricted: bool
    let_out: frozenset[str]


def gate_of(terms: Terms, order: Order, *, restricted: bool) -> Gate:
    """What an order lets through under an agreement."""
    agreed = terms.agreement
    return Gate(
        peer=order.peer,
        ceiling=_RANK[agreed.tlp_ceiling.value],
        pap_ceiling=_PAP_RANK[agreed.pap_ceiling.value],
        up_to=_RANK[order.tlp],
        up_to_pap=_PAP_RANK[order.pap],
        restricted=restricted,
        let_out=frozenset(order.let_out),
    )


def withheld(one: Candidate, through: Gate, sources: Mapping[int, Source]) -> Why | None:  # a list of rules
    """Why it does not leave; None when it may."""
    if one.tlp >= _RED:
        return Why.RED
    if one.tlp > through.ceiling:
        return Why.CEILING
    if _PAP_RANK[one.pap] > through.pap_ceiling:
        return Why.PAP
    source = sources[one.source]
    if source.giver in (Giver.PEER, Giver.FEED):
        if source.ref.partition(" ")[0] == through.peer:
            return Why.THEIRS
        if "h2" in one.handling or "h3" in one.handling:
            return Why.ONWARD
    if through.restricted and Why.RESTRICTED not in through.let_out:
        return Why.RESTRICTED
    if one.tlp > through.up_to or _PAP_RANK[one.pap] > through.up_to_pap:
        return Why.CHOSEN
    if one.type in _NOTES:
        return None if Why.NOTES in through.let_out else Why.NOTES
    if Why.PERSONS not in through.let_out and personal(one):
        return Why.PERSONS
    return None


def ends(one: Candidate) -> frozenset[str]:
    """Whatever a relation or a sighting joins; nothing for other objects."""
    fields = _ENDS.get(one.type)
    if fields is None:
        return frozenset()
    value = _value(one.raw)
    found = [value.get(field) for field in fields]
    lists = [each if isinstance(each, list) else [each] for each in found]
    return frozenset(name for each in lists for name in each if isinstance(name, str))


def joined(one: Candidate, why: Why | None, hidden: frozenset[str]) -> Why | None:
    """Why it does not leave, given what it joins; `hidden` is what stays here for a reason of its own."""
    return why or (Why.NAMES if hidden and not hidden.isdisjoint(ends(one)) else None)


def personal(one: Candidate) -> bool:
    """Whether it names a natural person: an individual's identity, or one in the part of a victim or a witness."""
    if one.type == "identity":
        value = _value(one.raw)
        roles = value.get("roles")
        named = {role.lower() for role in roles if isinstance(role, str)} if isinstance(roles, list) else set()
        return value.get("identity_class") in _PERSONAL or bool(named & _ROLES)
    if one.type.startswith(("x-", "lienlac-")) or b"extension-definition--" in one.raw:
        return any(word in one.raw for word in _PERSON_WORDS)
    return False


def strictest(found: Mapping[int, int], paps: Mapping[str, int]) -> tuple[str, str]:
    """The strictest marks among what may leave, by how often each was met."""
    codes = {rank: code for code, rank in _RANK.items()}
    tlp = codes[max(found)] if found else "clear"
    return tlp, (marks.pap.strictest(paps) if paps else "clear")


def _value(raw: bytes) -> dict[str, Any]:
    value = orjson.loads(raw)
    return value if isinstance(value, dict) else {}
