"""What exactly would leave, field by field, and what is withheld of it.

Pure. Message bodies say in their types whom a field is about (`msgspec.Meta(extra={"about": …})`); what is about a
victim, a minor, a witness or a third party is withheld unless an officer says otherwise. A field is withheld by
leaving it at its default; a field without a default cannot be withheld, only passages of its text can: what stands
between `[[` and `]]` is blackened before anything is signed.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec

from lienlac import limits
from lienlac.errors import NotAllowed, Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SENSITIVE: Final = frozenset({"victim", "minor", "witness", "third-party"})
"""Whom a field may be about so that it is withheld unless an officer says otherwise (safeguard P6)."""

BLACKENED: Final = "▇▇▇"
_PASSAGE: Final = re.compile(r"\[\[(?:(?!\]\]).)*\]\]", re.DOTALL)


_described: Final = functools.cache(msgspec.inspect.type_info)
"""What a body's type says of its fields: asked for every fact of an import, and always the same."""
_BY_ROLE: Final = {"victim": "victim", "missing": "victim", "witness": "witness", "minor": "minor"}
"""Whom a field is about where another field of the body says it (`extra={"about_by": "role"}`); suspects are none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What an officer says of a message that is to leave, beside the message itself.

    `let_out`: fields about people that leave all the same, and `why`; `ahead`: whose life is in danger, where it
    cannot wait for a second officer; `instead_of`: the release from which the officer went on.
    """

    let_out: tuple[str, ...] = ()
    why: str = ""
    ahead: str = ""
    instead_of: str = ""


CAREFUL: Final = Choice()
"""What holds where an officer says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Redacted:
    """A body as it leaves, with the paths that were withheld of it and those that leave by an officer's word."""

    body: Any
    withheld: tuple[str, ...]
    let_out: tuple[str, ...]

    @property
    def persons(self) -> bool:
        """Whether something about a victim, a minor, a witness or a third party leaves."""
        return bool(exposes(self.body))


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a body: its path (`victims`, `victim.minor`), its value, whom it is about, if anybody special."""

    path: str
    value: Any
    about: str = ""
    optional: bool = False

    @property
    def filled(self) -> bool:
        """Whether there is anything to be seen."""
        return self.value not in (None, "", (), False) and self.value != BLACKENED


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One field as a person reads it, in their language; `about` as in `Field`."""

    path: str
    label: str
    text: str
    about: str = ""


def fields(body: msgspec.Struct) -> tuple[Field, ...]:
    """Every field of a body in its order; parts with fields of their own are opened, lists are one field."""
    return tuple(_fields(body, "", ""))


def _fields(body: msgspec.Struct, above: str, about: str) -> Iterator[Field]:
    described = _described(type(body))
    if not isinstance(described, msgspec.inspect.StructType):
        return
    for one in described.fields:
        path, value = f"{above}{one.name}", getattr(body, one.name)
        whom = _about(one.type, body) or about
        if isinstance(value, msgspec.Struct) and not above.count("."):
            yield from _fields(value, f"{path}.", whom)
        else:
            yield Field(path=path, value=value, about=whom, optional=not one.required)


def _about(described: msgspec.inspect.Type, body: msgspec.Struct) -> str:
    """Whom a field's type says it is about."""
    if not isinstance(described, msgspec.inspect.Metadata):
        return ""
    extra = described.extra or {}
    if "about_by" in extra:
        return _BY_ROLE.get(str(getattr(body, extra["about_by"])), "")
    return str(extra.get("about", "")) or _about(described.type, body)


def withheld_at_first(body: msgspec.Struct) -> tuple[str, ...]:
    """The paths that are withheld unless an officer says otherwise."""
    return tuple(field.path for field in fields(body) if field.about in SENSITIVE and field.optional and field.filled)


def exposes(body: msgspec.Struct) -> tuple[str, ...]:
    """The sensitive paths that a body lets out as it stands."""
    return tuple(field.path for field in fields(body) if field.about in SENSITIVE and field.filled)


def redact(body: msgspec.Struct, choice: Choice) -> Redacted:
    """The body as it leaves: what is about people withheld unless the choice lets it out with a reason.

    Raises `NotAllowed("release-field")` for a path that the body does not have, `Refused("release-why")`,
    `Refused("release-unclosed")` for a passage that begins and does not end: what was meant to be black would leave.
    """
    known = {field.path for field in fields(body)}
    unknown = next((path for path in choice.let_out if path not in known), None)
    if unknown is not None:
        raise NotAllowed("release-field", field="release.let_out", path=unknown[: limits.LINE_MAX_CHARS])
    first = withheld_at_first(body)
    out = tuple(path for path in first if path in choice.let_out)
    if out and not choice.why.strip():
        raise Refused("release-why", field="release.why")
    withheld = tuple(path for path in first if path not in out)
    sent = withhold(body, withheld)
    if any("[[" in text for text in _texts(sent)):
        raise Refused("release-unclosed")
    return Redacted(body=sent, withheld=withheld, let_out=out)


def withhold(body: msgspec.Struct, paths: Iterable[str]) -> msgspec.Struct:
    """The body without these fields and with marked passages blackened.

    Raises `NotAllowed("release-field")` for a path that the body does not have or cannot do without.
    """
    known = {field.path: field for field in fields(body)}
    for path in paths:
        if path not in known or not known[path].optional:
            raise NotAllowed("release-field", path=path)
    sent: msgspec.Struct = _blackened(_without(body, frozenset(paths), ""))
    return sent


def without_passages(body: msgspec.Struct) -> msgspec.Struct:
    """The body with marked passages blackened, and everything else as it is. Raises `Refused("release-unclosed")`."""
    sent: msgspec.Struct = redact(body, Choice(let_out=withheld_at_first(body), why="stated")).body
    return sent


def blackened(body: msgspec.Struct) -> bool:
    """Whether a passage of it was blackened."""
    return any(BLACKENED in text for text in _texts(body))


def _texts(value: Any) -> Iterator[str]:
    if type(value) is str:
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from _texts(getattr(value, name))


def _without(body: msgspec.Struct, paths: frozenset[str], above: str) -> msgspec.Struct:
    described = _described(type(body))
    changes: dict[str, Any] = {}
    for one in getattr(described, "fields", ()):
        path, value = f"{above}{one.name}", getattr(body, one.name)
        if path in paths:
            factory = one.default_factory
            changes[one.name] = factory() if factory is not msgspec.NODEFAULT else one.default
        elif isinstance(value, msgspec.Struct):
            changes[one.name] = _without(value, paths, f"{path}.")
    return msgspec.structs.replace(body, **changes) if changes else body


def _blackened(value: Any) -> Any:
    """Every text in it with its marked passages blackened."""
    if type(value) is str:  # words of an enumeration are texts too, and stay what they are
        return _PASSAGE.sub(BLACKENED, value)
    if isinstance(value, tuple):
        return tuple(_blackened(item) for item in value)
    if isinstance(value, msgspec.Struct):
        changed = {name: _blackened(getattr(value, name)) for name in value.__struct_fields__}
        return msgspec.structs.replace(value, **changed)
    return value
