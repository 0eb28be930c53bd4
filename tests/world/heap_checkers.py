"""What must hold of shared records in the simulated world, checked from outside.

Who took part is folded here anew from what lies in the nodes' files, by a few lines that share nothing with the
program's. `Ledger` is the world's own memory: what was stated, by whom, for whom, and who saw whom taking part when.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from lienlac.keys import jws
from lienlac.records.shared.fold import fold
from lienlac.wire.message import Tlp, decode
from tests.records.stones import SHAPE, StoneFacts
from tests.world.checkers import check

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lienlac.records.shared.fold import Statement
    from tests.records.heaps import HeapNode

_TLP = list(Tlp)
_reader = SHAPE.decoder()
DUE, HELD, SENT, TAKEN, REFUSED, KEPT_BACK = range(6)
Pair = tuple[str, str, str]
"""Record, the one who sees, the one who is seen."""


@dataclass
class Stated:
    """A fact as it was stated, and at which step of the world."""

    one: Statement
    record: str
    step: int
    uncertain: bool = False


@dataclass
class Ledger:
    """The world's own memory. `ceilings` and `guarded` are by pair of nodes."""

    ceilings: dict[frozenset[str], Tlp]
    guarded: set[frozenset[str]]
    step: int = 0
    facts: dict[str, Stated] = field(default_factory=dict)
    approved: set[tuple[str, str]] = field(default_factory=set)
    """Facts that a second officer let go to a member."""
    messages: set[str] = field(default_factory=set)
    sent: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    """Elements of which anything went from one to the other."""
    sees: dict[Pair, bool] = field(default_factory=dict)
    since: dict[Pair, int] = field(default_factory=dict)
    """Since when one has seen the other taking part without a break."""

    def state(self, record: str, statements: Iterable[Statement]) -> None:
        for one in statements:
            self.facts.setdefault(one.id, Stated(one, record, self.step))


# --- reading ------------------------------------------------------------------------------------------------------
def columns(node: HeapNode) -> dict[tuple[str, str, str], tuple[int, str, dict[str, Any]]]:
    """By record, element and author: the highest version and what it says, from the file."""
    found: dict[tuple[str, str, str], tuple[int, str, dict[str, Any]]] = {}
    for record, element, author, version, fact, stated in node.sim.eye.see(
        "SELECT record_id, element, author, version, id, stated FROM shared_fact"
    ):
        at = (record, element, author)
        if at not in found or found[at][:2] < (version, fact):
            found[at] = (version, fact, json.loads(stated))
    return found


def hosts(node: HeapNode) -> dict[str, str]:
    return dict(node.sim.eye.see("SELECT id, host FROM shared_record"))


def taking_part(node: HeapNode) -> dict[tuple[str, str], bool]:
    """By record and node: whether this node sees it taking part."""
    said: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}
    for (record, element, author), (_version, _id, stated) in columns(node).items():
        if element.startswith("mem-"):
            said.setdefault((record, stated["says"]["node"]), {})[author] = stated["says"]
    found = {}
    for record, host in hosts(node).items():
        if not host:
            continue
        found[record, host] = said.get((record, host), {}).get(host, {}).get("stands") != "left"
        for other in {who for at, who in said if at == record} - {host}:
            theirs = said[record, other].get(other)
            asked = said[record, other].get(host)
            if asked is None or asked["stands"] in {"removed", "gone"}:
                found[record, other] = False
            elif theirs is not None and theirs["invitation"] >= asked["invitation"]:
                found[record, other] = theirs["stands"] == "accepted"
            else:
                found[record, other] = asked["stands"] == "joined"
    return found


# --- at every moment ----------------------------------------------------------------------------------------------
@dataclass
class Watched:
    """A node, and up to where its file was read."""

    node: HeapNode
    version: tuple[int, int] = (0, 0)
    looked: int = 0
    read: int = 0

    def news(self) -> bool:
        """Whether anything was committed since the last look; from the beginning after a restart."""
        eye = self.node.sim.eye
        ((number,),) = eye.see("PRAGMA data_version")
        if self.version[0] != id(eye):
            self.looked = self.read = 0
        before, self.version = self.version, (id(eye), number)
        return before != self.version


def safety(watched: list[Watched], ledger: Ledger) -> None:
    """Nothing went to, and nothing is held by, who may not see it."""
    for one in watched:
        node = one.node
        if not one.news():
            continue
        before = {at: sees for at, sees in ledger.sees.items() if at[1] == node.id}
        now = {(record, node.id, other): sees for (record, other), sees in taking_part(node).items()}
        for at in {*before, *now}:
            if now.get(at) and not before.get(at):
                ledger.since[at] = ledger.step
            ledger.sees[at] = now.get(at, False)
        what_went(one, ledger, before)
        what_is_held(one, ledger)


def what_went(watched: Watched, ledger: Ledger, before: dict[Pair, bool]) -> None:
    """Every message that this node signed since the last look."""
    node = watched.node
    rows = node.sim.eye.see(
        "SELECT message_id, peer, record_id, signed FROM exchange_message"
        " WHERE direction != 'in' AND kind IN (?, ?) AND rowid > ? ORDER BY rowid",
        SHAPE.state, SHAPE.catch_up, watched.looked,
    )  # fmt: skip
    ((watched.looked,),) = node.sim.eye.see("SELECT coalesce(max(rowid), 0) FROM exchange_message")
    for message, peer, record, signed in rows:
        if message in ledger.messages:
            continue
        ledger.messages.add(message)
        facts = msgspec.json.decode(decode(jws.payload_unverified(bytes(signed))).body, type=StoneFacts).facts
        at = (record, node.id, peer)
        for one in facts:
            where = f"step {ledger.step}: {node.id} sent {peer} {one.id} of {one.element}"
            stated = ledger.facts.get(one.id)
            if not one.element.startswith("mem-"):
                check(before.get(at, False) or ledger.sees.get(at, False), f"{where}, which takes no part")
            may_hold(ledger, node.id, peer, one, where)
            pair = frozenset({node.id, peer})
            if stated is not None and getattr(one.says, "witness", "") and pair in ledger.guarded:
                check((one.id, peer) in ledger.approved, f"{where} past the second officer")
            gone = ledger.sent.setdefault((node.id, peer), set())
            check(one.says is not None or one.element in gone, f"{where}: taken back what never went")
            gone.add(one.element)


def may_hold(ledger: Ledger, author: str, holder: str, one: Any, where: str) -> None:
    stated = ledger.facts.get(one.id)
    if stated is not None:
        check(stated.one.author == author, f"{where}, which is {stated.one.author}'s")
        check(msgspec.json.encode(stated.one.stated) == msgspec.json.encode(one), f"{where}, with other words")
        for_whom = [stated.one.audience]
    else:
        # the node itself stated it: that somebody joined, or once more what an officer had stated before a restore
        same = [before.one for before in ledger.facts.values() if before.one.element == one.element]
        for_whom = [before.audience for before in same if before.author == author and before.says == one.says]
        check(bool(for_whom) or one.element.startswith("mem-"), f"{where}, which nobody stated")
    check(not for_whom or any(one is None or holder in one for one in for_whom), f"{where}, for {for_whom}")
    ceiling = ledger.ceilings[frozenset({author, holder})]
    check(_TLP.index(one.marks.tlp) <= _TLP.index(ceiling), f"{where}, marked {one.marks.tlp}")


def what_is_held(watched: Watched, ledger: Ledger) -> None:
    node = watched.node
    for author, stated in node.sim.eye.see(
        "SELECT author, stated FROM shared_fact WHERE author != ? AND position > ?", node.id, watched.read
    ):
        one = _reader.decode(stated)
        may_hold(ledger, author, node.id, one, f"step {ledger.step}: {node.id} holds {one.id} of {author}")
    ((watched.read,),) = node.sim.eye.see("SELECT coalesce(max(position), 0) FROM shared_fact")


# --- once everything is healed ------------------------------------------------------------------------------------
def settled(nodes: list[HeapNode], ledger: Ledger) -> None:
    """Nothing waits, both sides know the same of who holds what, and whatever came first, the fold is the same."""
    for node in nodes:
        nothing_waits(node)
        folds(node)
    for author in nodes:
        for holder in nodes:
            if author is not holder:
                same_facts(author, holder)
                same_parts(author, holder)
    nothing_missing(nodes, ledger)


def nothing_waits(node: HeapNode) -> None:
    inside = dict(node.sim.eye.see("SELECT id, part FROM shared_record"))
    for record, peer, way, many, code in node.sim.eye.see(
        "SELECT record_id, peer, way, count(*), max(code) FROM shared_way WHERE way IN (0, 2) GROUP BY 1, 2, 3"
    ):
        waits = way == DUE and inside[record] != "in"
        check(waits, f"{node.id}: {many} facts of {record} to {peer} stand at {way} ({code})")


def folds(node: HeapNode) -> None:
    with node.sim.database.read() as connection:
        for record in hosts(node):
            every = list(node.heaps.keeper.facts.walk(connection, record))
            once = fold(every)
            random.Random(record).shuffle(every)
            check(fold(every + every[:5]) == once, f"{node.id}: the fold of {record} depends on the order")
            stored = node.heaps.keeper.facts.known_elements(connection, record, list(once))
            check(stored == once, f"{node.id}: what is stored of {record} is not the fold of its facts")


def held(node: HeapNode, author: str) -> dict[str, bytes]:
    return dict(node.sim.eye.see("SELECT id, stated FROM shared_fact WHERE author = ?", author))


def same_facts(author: HeapNode, holder: HeapNode) -> None:
    """The facts of one that the other holds are those that the one believes taken, and say the same."""
    taken = dict(
        author.sim.eye.see(
            "SELECT f.id, f.stated FROM shared_fact f JOIN shared_way w ON w.position = f.position"
            " WHERE f.author = ? AND w.peer = ? AND w.way = 3",
            author.id, holder.id,
        )
    )  # fmt: skip
    theirs = held(holder, author.id)
    where = f"{author.id} -> {holder.id}"
    check(theirs == taken, f"{where}: only one side has {sorted(set(taken) ^ set(theirs)) or 'other words'}")


def same_parts(a: HeapNode, b: HeapNode) -> None:
    """Of one that takes part, by the host's word and its own, both see the same."""
    ours, theirs = taking_part(a), taking_part(b)
    for record, host in hosts(a).items():
        if host == a.id and ours[record, host] and (record, b.id) in theirs:
            mine = ours.get((record, b.id), False)
            check(mine == theirs[record, b.id], f"{record}: the host sees {b.id} taking part {mine}, it itself not so")


def nothing_missing(nodes: list[HeapNode], ledger: Ledger) -> None:
    """Who takes part without a break since a fact was stated, and may have it, has it."""
    for author in nodes:
        for holder in nodes:
            if author is holder:
                continue
            theirs = held(holder, author.id)
            had: dict[str, int] = {}
            for said in map(json.loads, theirs.values()):
                had[said["element"]] = min(said["version"], had.get(said["element"], said["version"]))
            kept = {
                fact
                for (fact,) in author.sim.eye.see(
                    "SELECT f.id FROM shared_fact f JOIN shared_way w ON w.position = f.position"
                    " WHERE w.peer = ? AND w.way IN (1, 4, 5)", holder.id,
                )
            }  # fmt: skip
            pair = frozenset({author.id, holder.id})
            back_again = {
                element
                for (element,) in author.sim.eye.see(
                    "SELECT element FROM shared_fact WHERE author = ? AND newest = 1 AND takes_back = 1", author.id
                )
            }
            for stated in ledger.facts.values():
                one, at = stated.one, (stated.record, author.id, holder.id)
                back = (stated.record, holder.id, author.id)
                if one.author != author.id or stated.uncertain or one.id in kept:
                    continue
                if (
                    one.element in back_again
                    if one.says is not None
                    else had.get(one.element, one.version) >= one.version
                ):
                    continue
                both = ledger.sees.get(at) and ledger.sees.get(back) and ledger.since.get(at, 10**9) < stated.step
                mine = ledger.sees.get((stated.record, author.id, author.id))
                fits = _TLP.index(one.marks.tlp) <= _TLP.index(ledger.ceilings[pair])
                fits = fits and (one.audience is None or holder.id in one.audience)
                guarded = pair in ledger.guarded and getattr(one.says, "witness", "")
                if both and mine and fits and not guarded:
                    check(one.id in theirs, f"{holder.id} lacks {one.id} of {author.id}, stated at {stated.step}")
