"""What of a collection may leave for a peer, and what is withheld, with the reason. Pure.

The rules, the first that holds counts.
1. TLP:RED is for the people it names: it never leaves with others. What lies above the ceiling of its collection shows
   nowhere, and leaves nowhere.
2. What is marked above the agreement's ceiling, TLP or PAP, does not leave.
3. What came from elsewhere leaves only where its giver allows it to be passed on (no H2, no H3), and never back to it.
4. A restricted collection gives nothing, unless the officer says so with a reason.
5. What is marked above what the officer chose for this share stays here.
6. Notes and opinions stay here, and so does whatever names a natural person, unless the officer lets it out with a
   reason. An offender is described by other objects; an identity of an individual may be a victim.
7. What names something that stays here by these rules stays with it: an id would tell that there is such a person, and
   of what. Without its ends a relation or a sighting says nothing, and stays for good; a report, a grouping, or
   anything else that names others leaves when the officer lets it out with a reason. Nobody rewrites it: its bytes
   are its author's. This goes on from one to the next: a report of a relation of a victim stays too. What stays only
   because it came from the peer hides nothing from it.

Only the collection of the share is asked for what is named: an id of which it holds nothing hides nothing here, and an
answer that depended on other collections would tell an officer what lies in those that they may not know of.
"""

from __future__ import annotations

from collections import defaultdict
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson

from lienlac.intelligence.collection import Giver
from lienlac.vocabulary import marks

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lienlac.agreements.terms import Terms
    from lienlac.intelligence.collection import Source
    from lienlac.intelligence.sharing.order import Order


class Why(StrEnum):
    """Why something does not leave."""

    RED = "red"
    SHUT = "shut"
    CEILING = "ceiling"
    PAP = "pap"
    ONWARD = "onward"
    THEIRS = "theirs"
    RESTRICTED = "restricted"
    CHOSEN = "chosen"
    NOTES = "notes"
    PERSONS = "persons"
    NAMES = "names"
    MENTIONS = "mentions"


LET_OUT: Final = (Why.NOTES, Why.PERSONS, Why.RESTRICTED, Why.MENTIONS)
"""What an officer may let out with a reason."""
ABOUT_PERSONS: Final = frozenset({Why.PERSONS, Why.MENTIONS})
"""Those of them by which the partner may learn of a person: agreements can ask for a second officer then."""
FIRM: Final = frozenset({Why.RED, Why.SHUT, Why.CEILING, Why.PAP, Why.ONWARD, Why.CHOSEN})
"""Reasons for which something that was given before is taken back."""
_ENDS: Final = {
    "relationship": ("source_ref", "target_ref"),
    "sighting": ("sighting_of_ref", "where_sighted_refs", "observed_data_refs"),
}
"""Objects that are nothing but what they join, and where they name it."""
_MARKINGS: Final = frozenset({"object_marking_refs", "granular_markings"})
_REFERS: Final = b"_ref"
"""Every member that names an object ends so, or with an s behind it."""
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
    shown: int
    ceiling: int
    pap_ceiling: int
    up_to: int
    up_to_pap: int
    restricted: bool
    let_out: frozenset[str]


class Naming(NamedTuple):
    """What an object names: all of it, and of that what it joins."""

    every: frozenset[str]
    ends: frozenset[str]


NOBODY: Final = Naming(frozenset(), frozenset())


def gate_of(terms: Terms, order: Order, *, shown: str, restricted: bool) -> Gate:
    """What an order lets through under an agreement, out of a collection that shows as much as `shown`."""
    agreed = terms.agreement
    return Gate(
        peer=order.peer,
        shown=_RANK[shown],
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
    if one.tlp > through.shown:
        return Why.SHUT
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


def naming(one: Candidate) -> Naming:
    """Every id that an object names, its author's too; markings are no objects that somebody would hide."""
    if _REFERS not in one.raw:
        return NOBODY
    value = _value(one.raw)
    every: set[str] = set()
    waiting: list[Any] = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            waiting.extend(part for part in item if isinstance(part, dict | list))
            continue
        for name, part in item.items():
            if name in _MARKINGS:
                continue
            if name.endswith(("_ref", "_refs")):
                every.update(_ids(part))
            if isinstance(part, dict | list):
                waiting.append(part)
    fields = _ENDS.get(one.type, ())
    return Naming(frozenset(every), frozenset(name for field in fields for name in _ids(value.get(field))))


def _ids(part: Any) -> list[str]:
    found = part if isinstance(part, list) else [part]
    return [name for name in found if isinstance(name, str) and "--" in name]


def spread(
    why: Mapping[str, Why | None], named: Mapping[str, Naming], *, unseen: Iterable[str], let_out: frozenset[str]
) -> dict[str, Why | None]:
    """Why each stays, given what it names: what names the hidden stays, and what names that.

    `why` are the reasons of their own, `named` what each names; nobody has looked at `unseen`, so it counts as hidden.
    """
    by: defaultdict[str, list[str]] = defaultdict(list)
    for object_id, naming_ in named.items():
        for name in naming_.every:
            by[name].append(object_id)
    found = dict(why)
    hidden = [object_id for object_id, reason in why.items() if reason not in (None, Why.THEIRS)]
    hidden += unseen
    while hidden:
        name = hidden.pop()
        for object_id in by.pop(name, ()):
            before, joins = found[object_id], name in named[object_id].ends
            if before is None and (joins or Why.MENTIONS not in let_out):
                hidden.append(object_id)
                found[object_id] = Why.NAMES if joins else Why.MENTIONS
            elif before is Why.MENTIONS and joins:
                found[object_id] = Why.NAMES
    return found


def lowered(terms: Terms, order: Order, *, shown: str) -> tuple[int, tuple[str, ...]] | None:
    """The rank of TLP, and the codes of PAP, above which nothing goes now; None where an order never let out so much.

    Marks that were raised since take their objects back by themselves: this is about ceilings, of which nobody hears.
    """
    agreed = terms.agreement
    tlp = min(_RANK[shown], _RANK[agreed.tlp_ceiling.value])
    paps = tuple(code for code, rank in _PAP_RANK.items() if rank > _PAP_RANK[agreed.pap_ceiling.value])
    return (tlp, paps) if _RANK[order.tlp] > tlp or order.pap in paps else None


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
