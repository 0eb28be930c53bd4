"""The state of each road, receipts that travel later, courier files, and what is wrong with a link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from lienlac.exchange.store.tables import (
    alarm_table,
    carried_state_table,
    courier_file_table,
    owed_table,
    road_table,
    rotation_table,
)
from lienlac.storage.quick import Quick

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from lienlac.wire.message import Lane

# Asked for every page: the state of the link stands beside it.
_ROADS: Final = Quick(sa.select(road_table).where(road_table.c.peer == sa.bindparam("of_peer")))
_ALARMS: Final = Quick(
    sa.select(alarm_table).where(alarm_table.c.peer == sa.bindparam("of_peer")).order_by(alarm_table.c.at_us.desc())
)

# --- roads --------------------------------------------------------------------------------------------------------


def road(connection: Connection, peer: str, lane: Lane) -> Any | None:
    """The state of the road to a peer in one lane; None before the first attempt."""
    query = sa.select(road_table).where(road_table.c.peer == peer, road_table.c.lane == lane.value)
    return connection.execute(query).one_or_none()


def roads(connection: Connection, peer: str) -> list[Any]:
    """The state of all roads to a peer."""
    return _ROADS.rows(connection, {"of_peer": peer})


def set_road(connection: Connection, peer: str, lane: Lane, **values: Any) -> None:
    """Change columns of a road's state."""
    where = (road_table.c.peer == peer, road_table.c.lane == lane.value)
    if not connection.execute(road_table.update().where(*where).values(**values)).rowcount:
        connection.execute(
            road_table.insert().values(peer=peer, lane=lane.value, **({"failures": 0, "next_us": 0} | values))
        )


def clear_backoff(connection: Connection, peer: str) -> bool:
    """The peer was heard or a person asked: try again at once. Tells whether any road was waiting."""
    waiting = (road_table.c.peer == peer, road_table.c.next_us > 0)
    return bool(connection.execute(road_table.update().where(*waiting).values(next_us=0)).rowcount)


# --- receipts that travel later, courier files, alarms ------------------------------------------------------------


def owe_receipt(connection: Connection, peer: str, digest: str, receipt: bytes) -> None:
    """A receipt to be handed over with the next courier file or reply."""
    known = sa.select(owed_table.c.digest).where(owed_table.c.digest == digest)
    if connection.execute(known).scalar_one_or_none() is None:
        connection.execute(owed_table.insert().values(digest=digest, peer=peer, receipt=receipt))


def owed_receipts(connection: Connection, peer: str, *, rows: int) -> list[bytes]:
    """Receipts not yet known to be with the peer."""
    query = sa.select(owed_table.c.receipt).where(owed_table.c.peer == peer).order_by(owed_table.c.digest).limit(rows)
    return [bytes(row) for row in connection.execute(query).scalars()]


def mark_packed(connection: Connection, peer: str, file_id: str) -> None:
    """All receipts owed to the peer travel in this file."""
    connection.execute(owed_table.update().where(owed_table.c.peer == peer).values(packed_in=file_id))


def handed_over(connection: Connection, peer: str, file_ids: Sequence[str]) -> None:
    """The peer has unpacked these files of ours: what they held is owed no more."""
    if file_ids:
        connection.execute(owed_table.delete().where(owed_table.c.peer == peer, owed_table.c.packed_in.in_(file_ids)))


def add_courier_file(connection: Connection, file_id: str, peer: str, direction: str, at_us: int) -> bool:
    """Remember a courier file; False when it is already known."""
    known = sa.select(courier_file_table.c.file_id).where(courier_file_table.c.file_id == file_id)
    if connection.execute(known).scalar_one_or_none() is not None:
        return False
    connection.execute(courier_file_table.insert().values(file_id=file_id, peer=peer, direction=direction, at_us=at_us))
    return True


def unpacked_files(connection: Connection, peer: str, *, rows: int) -> list[str]:
    """The newest courier files of a peer that we unpacked."""
    query = (
        sa.select(courier_file_table.c.file_id)
        .where(courier_file_table.c.peer == peer, courier_file_table.c.direction == "in")
        .order_by(courier_file_table.c.at_us.desc())
        .limit(rows)
    )
    return list(connection.execute(query).scalars())


def keep_carried_state(connection: Connection, peer: str, signed: bytes) -> None:
    """The signed state in the courier file of a peer that was unpacked last."""
    table = carried_state_table
    if not connection.execute(table.update().where(table.c.peer == peer).values(signed=signed)).rowcount:
        connection.execute(table.insert().values(peer=peer, signed=signed))


def carried_state(connection: Connection, peer: str) -> bytes | None:
    """The same; None before the first file that had one."""
    query = sa.select(carried_state_table.c.signed).where(carried_state_table.c.peer == peer)
    found = connection.execute(query).scalar_one_or_none()
    return None if found is None else bytes(found)


def raise_alarm(connection: Connection, peer: str, code: str, *, at_us: int, detail: str) -> bool:
    """Something a person must know about a link; once for each code until cleared. Tells whether it is a new one."""
    fresh = not clear_alarm(connection, peer, code)
    connection.execute(alarm_table.insert().values(peer=peer, code=code, at_us=at_us, detail=detail[:2000]))
    return fresh


def clear_alarm(connection: Connection, peer: str, code: str) -> bool:
    """The cause ended, or a person has seen it. Tells whether it stood."""
    done = connection.execute(alarm_table.delete().where(alarm_table.c.peer == peer, alarm_table.c.code == code))
    return bool(done.rowcount)


def alarms(connection: Connection, peer: str) -> list[Any]:
    """Alarms of a link, newest first."""
    return _ALARMS.rows(connection, {"of_peer": peer})


# --- rotations of our keys ----------------------------------------------------------------------------------------


def add_rotation(connection: Connection, peer: str, message_id: str, signed: bytes, at_us: int) -> None:
    """Remember a rotation as it was signed by the old keys: a re-issued one would be signed by the new."""
    connection.execute(
        rotation_table.insert().values(message_id=message_id, peer=peer, signed=signed, at_us=at_us, confirmed=False)
    )


def open_rotations(connection: Connection, peer: str) -> list[bytes]:
    """Rotations that a peer has not confirmed, oldest first."""
    table = rotation_table.c
    query = sa.select(table.signed).where(table.peer == peer, sa.not_(table.confirmed)).order_by(table.at_us)
    return [bytes(row) for row in connection.execute(query).scalars()]


def all_rotations(connection: Connection, peer: str, *, rows: int) -> list[bytes]:
    """The newest rotations that a peer was told of, oldest first: for one that lost its memory of them."""
    table = rotation_table.c
    query = sa.select(table.signed).where(table.peer == peer).order_by(table.at_us.desc()).limit(rows)
    return [bytes(row) for row in connection.execute(query).scalars()][::-1]


def confirm_rotation(connection: Connection, message_id: str) -> None:
    """The peer has it."""
    connection.execute(rotation_table.update().where(rotation_table.c.message_id == message_id).values(confirmed=True))
