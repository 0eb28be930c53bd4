"""Whether a STIX object may be kept: its schema, then the rules that schemas cannot say.

`check` is a list read from top to bottom; it gives a `Stix` or raises `Refused` with one reason in plain words. What
the standard only advises against comes back as warnings. Deterministic ids of observables are not enforced: producers
differ in how they write JSON, and a wrong id harms nobody. Knows nothing of other objects: whether a reference leads
anywhere, and what was stored before, is not asked here.
"""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec

from lienlac import limits
from lienlac.errors import Refused
from lienlac.stix import extension, faults, schemas, strict
from lienlac.stix.rules import advice, markings, names, patterns, references, times
from lienlac.stix.rules.advice import Remark

_ID: Final = re.compile(schemas.ID_PATTERN)
_TYPE: Final = re.compile(r"[a-z][a-z0-9-]{2,249}")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,7}")
_EMAIL: Final = re.compile(r"[^@\s<>]+@[^@\s<>]+")
_RESERVED: Final = frozenset({"action", "bundle"})
_CUSTOM_TIMES: Final = frozenset({"created", "modified"})
_VERSIONED: Final = frozenset({"created", "modified"})
_MILLISECONDS: Final = len("2026-11-25T08:00:00.000Z")
_NO_UUID: Final = "00000000-0000-4000-8000-000000000000"


class Stix(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One object that was checked. `raw` is what came, byte for byte; `value` is what it says.

    `version_us` is `modified`, else `created`, else None (observables have no versions). `refs` are the ids that the
    object names except markings; `marking_refs` are its object markings and its granular ones together.
    """

    id: str
    type: str
    spec_version: str
    version_us: int | None
    created_us: int | None
    revoked: bool
    created_by: str | None
    marking_refs: tuple[str, ...]
    refs: tuple[str, ...]
    name: str
    raw: bytes
    value: dict[str, Any]
    warnings: tuple[Remark, ...] = ()


def check(raw: bytes) -> Stix:
    """The object in these bytes. Raises `Refused`, and never anything else, for any bytes."""
    value = strict.value_of(raw)
    kind = _kind(value)
    known = kind in schemas.types()
    _check_schema(value, kind, known=known)
    _check_id(value, kind)
    read = times.check(value, times.NAMES if known else _CUSTOM_TIMES)
    if "granular_markings" in value or kind == "marking-definition":
        markings.check(value)
    remarks = [Remark(*said) for said in names.check(value, kind, known=known)]
    special = _SPECIAL.get(kind)
    if special is not None:
        special(value, remarks)
    refs = references.collect(value)
    if known:
        remarks += advice.of(value, kind, refs)
    if read:
        _versions(value, read, remarks)
    if "lang" in value:
        _check_language(value["lang"], "lang")
    name = value.get("name")
    return Stix(
        id=value["id"],
        type=kind,
        spec_version=value.get("spec_version") or ("2.0" if "created" in read else "2.1"),
        version_us=read.get("modified", read.get("created")),
        created_us=read.get("created"),
        revoked=value.get("revoked") is True,
        created_by=value.get("created_by_ref"),
        marking_refs=_marking_refs(value),
        refs=refs,
        name=name if isinstance(name, str) else "",
        raw=raw,
        value=value,
        warnings=tuple(remarks[: limits.STIX_WARNINGS_MAX]),
    )


def _kind(value: dict[str, Any]) -> str:
    """The type, which decides everything else."""
    kind = value.get("type")
    if kind is None:
        raise Refused("stix-missing", field="type", where="object", name="type")
    if not isinstance(kind, str) or _TYPE.fullmatch(kind) is None:
        raise Refused("stix-type-name", field="type", found=faults.shown(kind))
    if kind in _RESERVED:
        raise Refused("stix-reserved", field="type", name=kind)
    return kind


def _check_schema(value: dict[str, Any], kind: str, *, known: bool) -> None:
    """The type's own schema; a type of somebody else's has the core of what it looks like."""
    if known:
        validator = schemas.validator(kind)
    else:
        validator = schemas.validator(schemas.CORE if _VERSIONED & value.keys() else schemas.OBSERVABLE)
    if not validator.is_valid(value):
        raise faults.refusal(validator, value)
    if not known and "extensions" in value:
        extension.check(value)


def _check_id(value: dict[str, Any], kind: str) -> None:
    """An id is strict where a reference is not: it names its own object."""
    own = value["id"]
    if _ID.fullmatch(own) is None:
        raise Refused("stix-id", field="id", found=faults.shown(own))
    if own[: len(kind) + 2] != f"{kind}--":
        raise Refused("stix-id-type", field="id", found=faults.shown(own), type=kind)


def _versions(value: dict[str, Any], read: dict[str, int], remarks: list[Remark]) -> None:
    """What is missing where the standard asks for it, and harms nobody."""
    coarse = [name for name in ("created", "modified") if name in read and len(value[name]) < _MILLISECONDS]
    remarks += [Remark("no-milliseconds", name, value[name]) for name in coarse]
    if "created" in read and "spec_version" not in value:
        remarks.append(Remark("no-spec-version", "spec_version", ""))


def _check_language(said: object, where: str) -> None:
    if not isinstance(said, str) or _LANGUAGE.fullmatch(said) is None:
        raise Refused("stix-language", field=where, found=faults.shown(said))


def _marking_refs(value: dict[str, Any]) -> tuple[str, ...]:
    marked = value.get("object_marking_refs", ())
    granular = value.get("granular_markings")
    if granular:
        marked = dict.fromkeys([*marked, *(part["marking_ref"] for part in granular if "marking_ref" in part)])
    return tuple(marked)


def _indicator(value: dict[str, Any], remarks: list[Remark]) -> None:
    if not patterns.check(value):
        remarks.append(Remark("pattern-unread", "pattern", ""))


def _email(value: dict[str, Any], _remarks: list[Remark]) -> None:
    if _EMAIL.fullmatch(value["value"]) is None:
        raise Refused("stix-form", field="value", where="value", found=faults.shown(value["value"]))


def _character_set(value: dict[str, Any], _remarks: list[Remark]) -> None:
    for name in ("path_enc", "name_enc"):
        if name in value and value[name].lower() not in schemas.character_sets():
            raise Refused("stix-form", field=name, where=name, found=faults.shown(value[name]))


def _language_content(value: dict[str, Any], _remarks: list[Remark]) -> None:
    for language, texts in value["contents"].items():
        _check_language(language, "contents")
        if not isinstance(texts, dict):
            raise Refused("stix-shape", field="contents", where="contents", expected="object")


def _observed_data(value: dict[str, Any], _remarks: list[Remark]) -> None:
    """The old form holds observables that have no ids of their own; each is looked at like any other."""
    for key, item in value.get("objects", {}).items():
        where = f"objects.{faults.shown(key)}"
        if not isinstance(item, dict):
            raise Refused("stix-shape", field=where, where=where, expected="object")
        kind = _kind(item)
        known = schemas.types().get(kind) == "observables"
        whole = {"id": f"{kind}--{_NO_UUID}", **item}
        validator = schemas.validator(kind if known else schemas.OBSERVABLE)
        if not validator.is_valid(whole):
            raise faults.refusal(validator, whole, where)
        times.check(item, times.NAMES if known else _CUSTOM_TIMES)


_SPECIAL: Final = {
    "indicator": _indicator,
    "email-addr": _email,
    "file": _character_set,
    "directory": _character_set,
    "language-content": _language_content,
    "observed-data": _observed_data,
}
"""Rules of single types."""
