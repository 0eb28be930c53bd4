"""What peers have an older version of, because the newer one stays here: kept beside what each was given.

Only that there is a newer one is kept, and since when; why it stays is judged anew whenever somebody asks. Sending or
taking back forgets it (`store.given`). Decides nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from lienlac.intelligence.sharing.store.given import HELD_THERE, Given, given_table
from lienlac.intelligence.sharing.store.shares import active
from lienlac.storage.quick import Quick

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

    from lienlac.intelligence.sharing.rules.sifting import Candidate
    from lienlac.intelligence.sharing.store.parting import Parts
    from lienlac.intelligence.sharing.store.shares import Share

_G: Final = given_table.c
_NOTE: Final = Quick(
    given_table.update().where(_G.number == sa.bindparam("of_number")).values(newer_us=sa.bindparam("new_newer"))
)
_SHOWN: Final = tuple(given_table.c[name] for name in Given._fields)
_NOTHING: Final[sa.ColumnElement[str]] = sa.literal_column("''")
_THERE: Final = (_G.newer_us > sa.literal_column("0"), (_G.state + _NOTHING).in_(sorted(HELD_THERE)))
"""The bare number lets the planner take the index of just these; plus nothing: no other one, of all that was given."""
_OF: Final = _G.share + sa.literal_column("0")


def note(connection: Connection, rows: Iterable[tuple[Candidate, Given]]) -> None:
    """Of these the peer has an older version."""
    _set(connection, [(before.number, one.added_us) for one, before in rows if before.newer_us != one.added_us])


def keep(connection: Connection, rows: Sequence[Given], parts: Parts) -> None:
    """These were looked at again."""
    note(connection, parts.outdated)
    _set(connection, [(one.number, 0) for one in over(rows, parts)])


def over(rows: Sequence[Given], parts: Parts) -> list[Given]:
    """Those of these that neither go nor stay any more: the peer has the newest of them by now, or wrote it."""
    known = {before.number for before in (*parts.back, *parts.revoked)}
    known |= {before.number for _, before in (*parts.go, *parts.outdated) if before is not None}
    return [one for one in rows if one.number not in known]


def _set(connection: Connection, values: Sequence[tuple[int, int]]) -> None:
    if values:
        _NOTE.many(connection, [{"of_number": number, "new_newer": newer_us} for number, newer_us in values])


def shares(connection: Connection) -> list[Share]:
    """Shares that are not stopped and have some."""
    return active(connection, connection.execute(sa.select(_OF).where(*_THERE).distinct()).scalars().all())


def some(connection: Connection) -> bool:
    """Whether there is any at all: asked first, because there is hardly ever one."""
    return connection.execute(sa.select(_G.number).where(*_THERE).limit(1)).first() is not None


def counts(connection: Connection, numbers: Sequence[int]) -> dict[int, tuple[int, int]]:
    """How many of these shares' objects, and when the last newer version of one was added."""
    query = sa.select(_G.share, sa.func.count(), sa.func.max(_G.newer_us)).where(_OF.in_(numbers), *_THERE)
    return {share: (count, newest) for share, count, newest in connection.execute(query.group_by(_G.share))}


def listed(connection: Connection, share: int, *, after: int = 0, rows: int) -> list[Given]:
    """Such objects of a share, in the order in which they were first given."""
    query = sa.select(*_SHOWN).where(_G.share == share, _G.number > after, *_THERE)
    return [Given(*row) for row in connection.execute(query.order_by(_G.number).limit(rows))]
