"""What a route of the interface for programs takes and gives: declared with the route, read by the description.

A route under `/api/` without it is not described, and a test fails. Types come from `lienlac.interface`; where a body
is a form that the slice declares otherwise, a `Schema` stands for it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

KEY = "speech"
"""Under which name a route's `opt` holds it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """A body described by JSON Schema: its name, and what it refers to besides, by name."""

    name: str
    schema: Mapping[str, Any]
    others: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


Body = type[msgspec.Struct] | Schema


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """One route. `says` is a msgid; `asks` are its query's fields; `once`: it knows a repeated call by its key.

    `carries`: a file's bytes instead of JSON, in the call or in the answer; `media` is the answer's type. `examples`
    are bodies of calls by name. `waits` is what it gives with status 202 where nothing is done yet.
    """

    says: str
    tag: str
    gives: Body | None
    takes: Body | None = None
    asks: type[msgspec.Struct] | None = None
    once: bool = False
    waits: Body | None = None
    carries: Literal["", "in", "out"] = ""
    media: str = "application/json"
    examples: Mapping[str, Any] = field(default_factory=dict)


def speaks(says: str, tag: str, gives: Body | None, **more: Any) -> dict[str, Any]:
    """For a route's `opt`, beside what it needs, joined with `|`: the msgid, the tag, what it gives, and the rest."""
    return {KEY: Speech(says=says, tag=tag, gives=gives, **more)}
