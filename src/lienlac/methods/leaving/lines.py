"""A message about a record as lines that a second officer reads: every field that leaves, in words. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lienlac.identifiers.typed.normal import shown
from lienlac.methods.leaving.words import LABELS
from lienlac.releases.preview import Line
from lienlac.releases.wording import label_of, labels_of
from lienlac.vocabulary import identifier_types, typologies
from lienlac.wire.bodies.methods import Item, Method, Said, Shared

if TYPE_CHECKING:
    from collections.abc import Iterable

    import msgspec

    from lienlac.releases.wording import Words


def lines(body: msgspec.Struct, words: Words) -> tuple[Line, ...]:
    """Every field of a body that says something; those of the record itself stand where its name would."""
    parts: list[tuple[str, Any]] = []
    for name in body.__struct_fields__:
        value = getattr(body, name)
        if isinstance(value, Method):
            parts += [(f"{name}.{inner}", getattr(value, inner)) for inner in value.__struct_fields__]
        else:
            parts.append((name, value))
    found = ((path, _text(path.rpartition(".")[2], value, words)) for path, value in parts)
    return tuple(Line(path=path, label=label_of(path, LABELS, words), text=text) for path, text in found if text)


def labels(paths: Iterable[str], words: Words) -> tuple[str, ...]:
    """What fields are called."""
    return labels_of(paths, LABELS, words)


def is_version(body: msgspec.Struct) -> bool:
    """Whether a message shares a version; otherwise it revokes the record."""
    return isinstance(body, Shared)


def _text(name: str, value: Any, words: Words) -> str:
    if value in (None, "", ()):
        return ""
    if isinstance(value, Said | Item):
        return "\n".join(part for part in (value.vi, value.en) if part)
    if name == "officer":
        return " · ".join(part for part in (value.name, value.unit, value.phone) if part)
    if name == "typologies":
        return "\n".join(typologies.label(code, words.language) for code in value)
    if name == "identifiers":
        return "\n".join(
            f"{identifier_types.label(one.type, words.language)}: {shown(one.type, one.value)}" for one in value
        )
    if isinstance(value, tuple):
        told = (_text(name, one, words) if isinstance(one, Item) else str(one) for one in value)
        return "\n".join(f"{place}. {text}" for place, text in enumerate(told, 1))
    return str(value)
