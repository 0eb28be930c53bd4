"""What an element of a shared record names: the identifiers in its texts, in every side's words. Pure.

Codes, ids and digests of the system are no texts. Who works on a record and how they are reached is no identifier: a
subject says which fields are not read (`Shape.unread`), and what its words name besides (`Shape.spelt`).
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import msgspec

from lienlac.records.naming.walk import named_by
from lienlac.records.shared.shape import kind_of
from lienlac.wire.bodies.hotline import DataIdentifier, Officer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lienlac.identifiers.index.mention import Mention
    from lienlac.records.shared.fold import Element
    from lienlac.records.shared.shape import Shape

    Leaf = str | DataIdentifier


def named_in(element: Element, shape: Shape) -> tuple[Mention, ...]:
    """What an element names as it stands, in anybody's column; what was taken back names nothing."""
    return named_by(one for said in element.standing for one in _said(said.says, shape))


def _said(word: msgspec.Struct, shape: Shape) -> Iterator[Leaf]:
    kind = kind_of(word)
    if kind in shape.unread:
        return
    yield from shape.spelt(word)
    texts = _text_fields(type(word))
    for field in word.__struct_fields__:
        if f"{kind}.{field}" not in shape.unread:
            yield from _leaves(getattr(word, field), text=field in texts)


def _leaves(value: Any, *, text: bool) -> Iterator[Leaf]:
    if isinstance(value, DataIdentifier):
        yield value
    elif isinstance(value, str):
        if text:
            yield str(value)
    elif isinstance(value, tuple):
        for one in value:
            yield from _leaves(one, text=text)
    elif isinstance(value, msgspec.Struct) and not isinstance(value, Officer):
        texts = _text_fields(type(value))
        for field in value.__struct_fields__:
            yield from _leaves(getattr(value, field), text=field in texts)


@functools.cache
def _text_fields(struct: type[msgspec.Struct]) -> frozenset[str]:
    """Fields that hold what somebody wrote: letters of any form. What has a form of its own is a code, id or digest."""
    kind = msgspec.inspect.type_info(struct)
    return frozenset(field.name for field in kind.fields if _is_text(field.type))  # type: ignore[attr-defined]  # a struct


def _is_text(kind: Any) -> bool:
    match kind:
        case msgspec.inspect.StrType():
            return kind.pattern is None
        case msgspec.inspect.Metadata():
            return _is_text(kind.type)
        case msgspec.inspect.UnionType():
            return any(_is_text(one) for one in kind.types)
        case msgspec.inspect.VarTupleType():
            return _is_text(kind.item_type)
    return False
