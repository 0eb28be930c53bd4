"""What a record of a method names, for the index of identifiers. Pure.

Only the version that holds counts, and what was revoked names nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lienlac import clock
from lienlac.identifiers.index.mention import Naming
from lienlac.records.naming.walk import mentions_of

if TYPE_CHECKING:
    from lienlac.identifiers.index.mention import Mention
    from lienlac.methods.method import Method

_LABEL_CHARS = 120


def named(method: Method, *, restricted: bool) -> tuple[Naming, tuple[Mention, ...]]:
    """The record as a thing that names identifiers, and which."""
    naming = Naming(
        kind="method",
        id=method.id,
        label=f"{method.body.title_vi} · {method.body.title_en}"[:_LABEL_CHARS],
        at_us=clock.to_us(method.present.at),
        restricted=restricted,
    )
    return naming, () if method.revoked else mentions_of(method.body)
