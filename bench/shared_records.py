"""A case of 100,000 facts on two nodes: entering it, a new fact there, catching up, a thousand cases beside it.

Both nodes are whole, each with its own database on the disk (synchronous=FULL), in this one process; what travels goes
through the courier's own code, by hand instead of a socket. Processor time of each side is counted apart, so that
waiting for a busy core is not; each real node has a core of its own.
"""

from __future__ import annotations

import tempfile
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from _claims import Claims, median
from _pair import US, VN, pair
from lienlac.exchange.transport.courier import answer_delivery
from lienlac.people.officer import Officer, Role
from lienlac.records.shared.desk import Opening, Say
from lienlac.wire.bodies.cases import Case, Entity, EntityKind, Event, Relation
from lienlac.wire.bodies.hotline import DataIdentifier
from lienlac.wire.bodies.parts import Said
from lienlac.wire.message import Lane, Marks, Pap, Tlp
from sharing import open_node

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lienlac.assembly import Node

BOSS = Officer(id="bench", login="bench", name="Bench", unit="Bench", roles=frozenset({Role.SUPERVISOR}))
AMBER = Marks(tlp=Tlp.AMBER, pap=Pap.AMBER)
START = datetime(2026, 10, 1, tzinfo=UTC)
AT_ONCE = 500
"""What an import states in one act."""


def main() -> None:
    claims = Claims(__doc__)
    facts, beside = (10_000, 100) if claims.quick else (100_000, 1_000)
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        author, away = (open_node(node_id, Path(name)) for node_id in (VN, US))
        pair(author.post, away.post, kinds=("cases.invite",))
        small = shared_case(author, away)
        state(author, small, words(100))
        carry(author, away)
        first_room = best(lambda: room(author, small))

        case = shared_case(author, away)
        began = time.process_time()
        state(author, case, words(facts))
        claims.say(f"{facts:,} facts stated in acts of {AT_ONCE}", facts / (time.process_time() - began), "facts/s")
        catching_up(claims, author, away, facts)
        naming(claims, author, case, facts)
        entering(claims, author, away, case)
        one_more(claims, author, away, case)

        for _ in range(beside):
            author.cases.shared.open(BOSS, opening())
        claims.at_most(
            f"a small case's room beside {beside:,} others and {facts:,} facts, against alone",
            best(lambda: room(author, small)) / first_room, "times", 1.5,
        )  # fmt: skip
        idle = best(author.cases.shared.watch)
        claims.at_most("looking whether anything of all of them is due", idle * 1000, "ms", 5)
        author.close()
        away.close()
    claims.close()


def catching_up(claims: Claims, author: Node, away: Node, facts: int) -> None:
    """The partner was away while everything was stated; now it is there."""
    used = carry(author, away)
    claims.at_least("catch-up, sender", facts / used.out, "facts/s", 5_000)
    claims.at_least("catch-up, receiver", facts / used.taken, "facts/s", 5_000)
    claims.say("  messages", used.messages, "")
    claims.say("  bytes on the line for each fact", used.bytes / facts, "bytes")
    claims.at_most("  longest piece of either side", used.longest * 1000, "ms", 500)


def naming(claims: Claims, author: Node, case: str, facts: int) -> None:
    """What was stated is read into the index of identifiers afterwards; then the case is hidden from all but one."""
    began = time.process_time()
    author.named.catch_up()
    claims.at_least("facts read into the index of identifiers", facts / (time.process_time() - began), "facts/s", 3_000)
    began = time.process_time()
    author.database.write(lambda connection: author.index.hide(connection, case, restricted=True))
    claims.at_most("  what the case names is hidden", (time.process_time() - began) * 1000, "ms", 1_000)
    author.database.write(lambda connection: author.index.hide(connection, case, restricted=False))


def entering(claims: Claims, author: Node, away: Node, case: str) -> None:
    """What an officer waits for: the room, a page of entities, a search in them, the newest history."""
    read = author.cases.shared.read
    claims.at_most("the room opens", best(lambda: room(author, case)) * 1000, "ms", 300)
    claims.at_most("the room opens at the partner's", best(lambda: room(away, case)) * 1000, "ms", 300)
    looks: dict[str, Callable[[], Any]] = {
        "a page of entities": lambda: read.elements(BOSS, case, "entity"),
        "entities found by a word": lambda: read.elements(BOSS, case, "entity", words="nguyen 77"),
        "the newest events": lambda: read.elements(BOSS, case, "event", newest_first=True),
        "the newest history": lambda: read.history(BOSS, case),
        "the list of cases": lambda: read.listed(BOSS),
    }
    for name, look in looks.items():
        claims.say(f"  {name}", best(look) * 1000, "ms")


def one_more(claims: Claims, author: Node, away: Node, case: str) -> None:
    """From the officer's act to the other side's record, both nodes' work one after the other."""
    spent = []
    for number in range(20):
        began = time.process_time()
        state(author, case, iter([event(10_000_000 + number)]))
        carry(author, away)
        spent.append(time.process_time() - began)
    claims.at_most("a new fact stands in the other node's record", median(spent) * 1000, "ms", 500)


class Used:
    """Processor seconds of each side, the longest piece, messages and bytes."""

    out = taken = longest = 0.0
    messages = bytes = 0


def carry(sender: Node, receiver: Node) -> Used:
    """Everything that is due, until nothing is; each side's work counted with its own."""
    used = Used()
    moved = True
    while moved:
        moved = timed(used, "out", sender.cases.shared.watch)
        for lane in Lane:
            moved = _lane(used, sender, receiver, lane) or moved
        moved = timed(used, "taken", receiver.cases.shared.watch) or moved
        for lane in Lane:
            moved = _lane(Used(), receiver, sender, lane) or moved
    return used


def _lane(used: Used, sender: Node, receiver: Node, lane: Lane) -> bool:
    here, there = sender.post, receiver.post
    moved = False
    while True:
        parcel = timed(used, "out", partial(here.courier.parcel, there.office.node_id, lane))
        if parcel is None:
            return moved
        moved = True
        used.messages += len(parcel.waiting)
        used.bytes += len(parcel.body)
        arrive = partial(answer_delivery, there.office, there.arrivals, parcel.body, here.office.node_id)
        _, sealed = timed(used, "taken", arrive)
        timed(used, "out", partial(here.courier.delivered, parcel, sealed))


def timed(used: Used, side: str, work: Callable[[], Any]) -> Any:
    began = time.process_time()
    made = work()
    took = time.process_time() - began
    setattr(used, side, getattr(used, side) + took)
    used.longest = max(used.longest, took)
    return made


def best(work: Callable[[], Any]) -> float:
    """Processor seconds of the best of some calls."""
    spent = []
    for _ in range(12):
        began = time.process_time()
        work()
        spent.append(time.process_time() - began)
    return min(spent)


def room(node: Node, case: str) -> Any:
    return node.cases.shared.read.room(BOSS, case)


# --- what is stated -----------------------------------------------------------------------------------------------
def opening() -> Opening:
    return Opening(
        top=Case(title_vi="Sàn giả", title_en="Fake platform"), marks=AMBER, purpose="fight", legal_basis="law"
    )


def shared_case(author: Node, away: Node) -> str:
    case = author.cases.shared.open(BOSS, opening()).line.id
    author.cases.shared.part.invite(BOSS, case, US, summary=Said(vi="Mời", en="Come"))
    carry(author, away)
    away.cases.shared.part.answer(BOSS, case, accept=True)
    carry(away, author)
    carry(author, away)
    return case


def state(node: Node, case: str, says: Iterator[Say]) -> None:
    """In acts as an import makes them."""
    some: list[Say] = []
    for one in says:
        some.append(one)
        if len(some) == AT_ONCE:
            node.cases.shared.state(BOSS, case, some)
            some = []
    if some:
        node.cases.shared.state(BOSS, case, some)


def words(count: int) -> Iterator[Say]:
    """One in ten an entity, four in ten relations between these, the rest events."""
    entities: list[str] = []
    for number in range(count):
        if number % 10 == 0:
            element = f"ent-{_letters(number)}"
            entities.append(element)
            yield entity(number, element)
        elif number % 10 < 5:
            source, target = entities[-1], entities[(number * 7) % len(entities)]
            yield Say(says=Relation(source=source, target=target, relation="pays"), marks=AMBER)
        else:
            yield event(number)


def entity(number: int, element: str) -> Say:
    phone = DataIdentifier(type="phone", value=f"+849{number:08}")
    says = Entity(kind=EntityKind.PERSON, name=f"Nguyễn Văn {number}", identifiers=(phone,), country="VN")
    return Say(says=says, marks=AMBER, element=element)


def event(number: int) -> Say:
    text = Said(vi=f"Chuyển tiền lần {number}", en=f"Transfer {number}")
    return Say(says=Event(at=START + timedelta(seconds=number % 1_000_000), text=text, source="log"), marks=AMBER)


def _letters(number: int) -> str:
    """An id of its own: 26 letters."""
    letters = ""
    for _ in range(26):
        number, place = divmod(number, 26)
        letters += "abcdefghijklmnopqrstuvwxyz"[place]
    return letters


if __name__ == "__main__":
    main()
