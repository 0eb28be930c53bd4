"""What a parcel of STIX holds: the exact bytes of each object, found without reading what is in them.

Responsible for TAXII envelopes, bundles (with or without members that no standard knows) and single objects; the frame
around the objects is read as strictly as anything from outside, so that nothing in it can be read in two ways. What is
inside an object is `checking`'s business: a bad object spoils itself, not its neighbours.
"""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec

from lienlac import limits, strictjson
from lienlac.errors import Refused

_BETWEEN: Final = re.compile(rb"[ \t\r\n]*+,[ \t\r\n]*+")
_SPACE: Final = b" \t\r\n"
_BUNDLE: Final = frozenset({"type", "id", "objects"})
_ENVELOPE: Final = frozenset({"more", "next", "objects"})


class Parcel(msgspec.Struct, frozen=True, kw_only=True):
    """What came at once. `kind` is `envelope`, `bundle` or `object`; `extra` names the frame's unknown members."""

    objects: list[bytes]
    kind: str
    id: str = ""
    more: bool = False
    next: str = ""
    extra: tuple[str, ...] = ()


class _Outer(msgspec.Struct):
    type: Any = ""
    objects: list[msgspec.Raw] | msgspec.UnsetType = msgspec.UNSET


_HALVES: Final = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL
)
"""Every escape of a text; those of half a character alone have a group."""

_decode = msgspec.json.Decoder(_Outer).decode


def objects_of(data: bytes, *, max_bytes: int) -> Parcel:
    """The objects of an envelope, a bundle or a single object, each byte for byte as it stood.

    Raises `Refused` (`too-large`, `too-deep`, `malformed`, `duplicate-key`, `stix-crowded`, `stix-not-parcel`), and
    never anything else. An object's own faults are found by `checking.check`.
    """
    if len(data) > max_bytes:
        raise Refused("too-large", size_bytes=len(data), limit_bytes=max_bytes)
    _check_crowd(data)
    try:
        outer = _decode(data)
    except msgspec.ValidationError as error:
        return _single(data, error)
    except RecursionError as error:
        raise Refused("too-deep", limit=limits.STIX_MAX_DEPTH) from error
    except ValueError as error:  # DecodeError and UnicodeDecodeError are ValueErrors
        return _with_halves(data, error, max_bytes)
    if not isinstance(outer.type, str) or outer.type not in {"", "bundle"}:
        return _one(data)
    found = [] if outer.objects is msgspec.UNSET else outer.objects
    if len(found) > limits.STIX_PARCEL_MAX_OBJECTS:
        raise Refused("stix-crowded", limit=limits.STIX_PARCEL_MAX_OBJECTS)
    raws = [bytes(raw) for raw in found]
    frame = _frame(data, raws, max_bytes)
    if outer.type == "" and "objects" not in frame and frame.keys() - _ENVELOPE:
        return _one(data)
    return _parcel(frame, raws)


def _with_halves(data: bytes, error: ValueError, max_bytes: int) -> Parcel:
    """Half a character (a lone surrogate) spoils the object in which it stands, and none beside it.

    Objects are cut in a copy of the same length that has a whole character in its place. Their bytes are the true ones.
    """
    whole = _HALVES.sub(lambda found: rb"\ufffd" if found[1] else found[0], data)
    if whole == data:
        raise Refused("malformed", reason=str(error)[:200]) from error
    parcel = objects_of(whole, max_bytes=max_bytes)
    if parcel.kind == "object":
        return _one(data)
    raws: list[bytes] = []
    at = whole.find(parcel.objects[0]) if parcel.objects else 0
    for number, raw in enumerate(parcel.objects):
        between = _BETWEEN.match(whole, at) if number else None
        at = between.end() if between else at
        raws.append(data[at : at + len(raw)])
        at += len(raw)
    return _parcel(_frame(data, raws, max_bytes), raws)


def _one(data: bytes) -> Parcel:
    return Parcel(objects=[data.strip(_SPACE)], kind="object")


def _parcel(frame: dict[str, Any], raws: list[bytes]) -> Parcel:
    """The frame's own members, as far as they are what they should be."""
    bundle = frame.get("type") == "bundle"
    name, after = frame.get("id"), frame.get("next")
    if bundle and not isinstance(name, str | None):
        raise Refused("stix-not-parcel")
    return Parcel(
        objects=raws,
        kind="bundle" if bundle else "envelope",
        id=name[: limits.LINE_MAX_CHARS] if isinstance(name, str) else "",
        more=frame.get("more") is True,
        next=after if isinstance(after, str) and len(after) <= limits.URL_MAX_CHARS else "",
        extra=tuple(sorted(frame.keys() - (_BUNDLE if bundle else _ENVELOPE)))[: limits.LIST_MAX_ITEMS],
    )


def _single(data: bytes, error: msgspec.ValidationError) -> Parcel:
    """What is no envelope: an object whose own `objects` are a dictionary (observed data of old), or nothing."""
    if data.lstrip(_SPACE)[:1] != b"{":
        raise Refused("stix-not-parcel") from error
    try:
        kind = msgspec.json.decode(data, type=_Typed).type
    except (ValueError, RecursionError) as reason:
        raise Refused("stix-not-parcel") from reason
    if kind in {"", "bundle"}:
        raise Refused("stix-not-parcel") from error
    return _one(data)


class _Typed(msgspec.Struct):
    type: str = ""


def _frame(data: bytes, raws: list[bytes], max_bytes: int) -> dict[str, Any]:
    """Everything around the objects, strictly read, with one 0 where they stood.

    The objects are looked for where they must stand, one after the other in one list. Where that fails (the same bytes
    also stand earlier, or a name stands twice), the whole is read slowly, which is always right.
    """
    at = start = data.find(raws[0]) if raws else 0
    for number, raw in enumerate(raws):
        between = _BETWEEN.match(data, at) if number else None
        at = between.end() if between else at
        if not data.startswith(raw, at):
            return _whole(data, max_bytes)
        at += len(raw)
    frame = strictjson.loads(
        data[:start] + b"0" + data[at:] if raws else data, max_bytes=max_bytes, max_depth=limits.STIX_MAX_DEPTH
    )
    if raws and (not isinstance(frame, dict) or frame.get("objects") != [0]):
        return _whole(data, max_bytes)
    return frame if isinstance(frame, dict) else {}


def _whole(data: bytes, max_bytes: int) -> dict[str, Any]:
    frame = strictjson.loads(data, max_bytes=max_bytes, max_depth=limits.STIX_MAX_DEPTH)
    if not isinstance(frame, dict):
        raise Refused("stix-not-parcel")
    return frame


def _check_crowd(data: bytes) -> None:
    """A list of a million nothings takes far more memory than it has bytes; real objects hold few commas."""
    if len(data) > limits.STIX_CROWD_FROM_BYTES and data.count(b",") * limits.STIX_CROWD_BYTES_EACH > len(data):
        raise Refused("stix-crowded", limit=limits.STIX_PARCEL_MAX_OBJECTS)
