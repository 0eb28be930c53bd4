"""The identifiers that a message's body names: those with a type, and what its texts hold. Pure.

Who wrote it and how they are reached is no identifier.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

import msgspec

from lienlac.identifiers.index.mention import gathered, of_text, of_value
from lienlac.wire.bodies.hotline import DataIdentifier, Officer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lienlac.identifiers.index.mention import Mention


def mentions_of(body: msgspec.Struct) -> tuple[Mention, ...]:
    """What a body names."""
    return named_by(_leaves(body))


def named_by(leaves: Iterable[DataIdentifier | str]) -> tuple[Mention, ...]:
    """What these name; identifiers with a type come first, so that a bound never cuts the certain ones."""
    typed: list[Mention] = []
    texts: dict[str, None] = {}
    for one in leaves:
        if isinstance(one, DataIdentifier):
            typed += of_value(one.type, one.value, "named")
        elif one:
            texts[one] = None
    return gathered([*typed, *(found for text in texts for found in of_text(text))])


def _leaves(value: Any) -> Iterator[DataIdentifier | str]:
    if isinstance(value, Officer | Enum):
        return
    if isinstance(value, str | DataIdentifier):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _leaves(item)
    elif isinstance(value, msgspec.Struct):
        for field in value.__struct_fields__:
            yield from _leaves(getattr(value, field))
