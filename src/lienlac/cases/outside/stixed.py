"""A case as a STIX 2.1 bundle, and words of a case out of one. Pure.

Out: a grouping of the case, an identity or an observable for each entity, relationships, and a report that names all of
it; each bears the strictest marks of the facts that it was made of (`marking`). In: identities, observables with one
value, and relationships between what was taken, with what they are marked with; the rest is counted and told.
Ids of objects follow from ours, so that handing a case out twice gives the same objects.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import msgspec

from lienlac import limits, strictjson
from lienlac.cases.outside.marking import Markings
from lienlac.errors import Refused
from lienlac.stix.foreign.making import same_uuid
from lienlac.stix.marks import Meaning, meaning, said_by
from lienlac.wire.bodies.cases import Entity, EntityKind, Relation
from lienlac.wire.bodies.hotline import DataIdentifier
from lienlac.wire.bodies.parts import Said

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from lienlac.records.shared.fold import Element
    from lienlac.records.shared.store.lines import Line

_VALUES: Final = {
    EntityKind.DOMAIN: ("domain-name", "domain"),
    EntityKind.EMAIL: ("email-addr", "email"),
    EntityKind.ADDRESS: ("ipv4-addr", "ip"),
}
_READ: Final = {
    "domain-name": (EntityKind.DOMAIN, "domain"),
    "email-addr": (EntityKind.EMAIL, "email"),
    "ipv4-addr": (EntityKind.ADDRESS, "ip"),
    "ipv6-addr": (EntityKind.ADDRESS, "ip"),
    "url": (EntityKind.DOMAIN, "url"),
}
_RELATIONS: Final = {
    "owns": "owns",
    "uses": "uses",
    "controls": "controls",
    "resolves-to": "resolves-to",
    "located-at": "located-at",
    "related-to": "related",
    "communicates-with": "calls",
}


def _stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03}Z"


def _id(type_: str, name: str) -> str:
    return f"{type_}--{same_uuid('case', type_, name)}"


def written(line: Line, top: Element | None, elements: Mapping[str, Sequence[Element]]) -> dict[str, Any]:
    """The bundle; grouping and report bear the strictest of all that they name."""
    at = _stamp(line.opened_at)
    names: dict[str, str] = {}
    objects: list[dict[str, Any]] = []
    markings, met = Markings(), [said.marks for said in (() if top is None else top.standing)]

    def marked(element: Element) -> dict[str, Any]:
        mine = [said.marks for said in element.standing]
        met.extend(mine)
        return markings.of(mine)

    for element in elements.get("entity", ()):
        for said in element.standing[:1]:
            made = _entity(element.id, said.says, _stamp(said.stated.at))
            names[element.id] = made["id"]
            objects.append(made | marked(element))
    for element in elements.get("relation", ()):
        for said in element.standing[:1]:
            says = said.says
            if says.source in names and says.target in names:
                joins = {"relationship_type": says.relation, "source_ref": names[says.source]}
                joins |= {"target_ref": names[says.target]} | marked(element)
                objects.append(_head("relationship", element.id, _stamp(said.stated.at)) | joins)
    refs = [one["id"] for one in objects]
    if refs:
        objects = [*_about(line, top, at, refs, markings.of(met)), *objects]
    return {"type": "bundle", "id": _id("bundle", line.id), "objects": [*markings.definitions, *objects]}


def _about(
    line: Line, top: Element | None, at: str, refs: list[str], marks: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What says that all these are one case: for those who read groupings, and for those who read reports."""
    summary = "" if top is None or not top.standing else top.standing[0].says.summary.en
    grouping = {**_head("grouping", line.id, at), "name": line.title_en, "context": "suspicious-activity"}
    report = {**_head("report", line.id, at), "name": line.title_en, "published": at, "report_types": ["threat-report"]}
    further = {"object_refs": refs, "labels": [line.reference]} | ({"description": summary} if summary else {}) | marks
    return grouping | further, report | further


def _head(type_: str, name: str, at: str) -> dict[str, Any]:
    return {"type": type_, "spec_version": "2.1", "id": _id(type_, name), "created": at, "modified": at}


def _entity(element: str, says: Entity, at: str) -> dict[str, Any]:
    wanted = _VALUES.get(says.kind)
    value = next((one.value for one in says.identifiers if wanted is not None and one.type == wanted[1]), None)
    if wanted is not None and value is not None and not (wanted[0] == "ipv4-addr" and ":" in value):
        return {"type": wanted[0], "spec_version": "2.1", "id": _id(wanted[0], element), "value": value}
    made = {
        **_head("identity", element, at),
        "name": says.name,
        "identity_class": {"person": "individual", "organisation": "organization"}.get(says.kind.value, "unspecified"),
        "labels": [says.kind.value, says.role.value],
    }
    if says.identifiers:
        made["external_references"] = [{"source_name": one.type, "external_id": one.value} for one in says.identifiers]
    if says.notes.en or says.notes.vi:
        made["description"] = says.notes.en or says.notes.vi
    return made


# --- in -----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What another system's case becomes: words by the other's id, in order; what was left, counted by its type.

    `borne`: TLP and PAP that a word was marked with there, by the same ids; empty where it was not.
    """

    words: tuple[tuple[str, Any], ...]
    left: Mapping[str, int]
    borne: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def read(data: bytes, new_id: Callable[[str], str]) -> Taken:
    """A STIX bundle as words; `new_id` gives the element of a foreign id. Raises `Refused("case-bundle")`."""
    bundle = parsed(data)
    objects = bundle.get("objects") if isinstance(bundle, dict) and bundle.get("type") == "bundle" else None
    if not isinstance(objects, list):
        raise Refused("case-bundle")
    words: dict[str, Any] = {}
    left: dict[str, int] = {}
    relations = []
    known = meanings(objects)
    for one in objects:
        name, type_ = (one.get("id"), one.get("type")) if isinstance(one, dict) else (None, None)
        type_ = type_[:60] if isinstance(type_, str) else "?"
        made = _word(one, type_) if isinstance(name, str) and name not in words else None
        if made is not None and isinstance(name, str):
            words[name] = made
        elif type_ == "relationship" and isinstance(name, str):
            relations.append((name, one))
        elif not (isinstance(name, str) and name in known):
            count(left, type_)
    for name, one in relations:
        linked = _link(one, words, new_id) if name not in words else None
        if linked is None:
            count(left, "relationship")
        else:
            words[name] = linked
    refs: dict[str, list[str]] = {}
    for one in objects:
        if isinstance(one, dict) and isinstance(one.get("id"), str) and one["id"] in words:
            refs.setdefault(one["id"], []).extend(_marked(one))
    borne = {name: said_by(every, known) for name, every in refs.items()}
    return Taken(words=tuple(words.items()), left=left, borne=borne)


def meanings(objects: Iterable[Any]) -> dict[str, Meaning]:
    """What the marking definitions of a bundle say of TLP and PAP, by their ids."""
    found = {
        one["id"]: meaning(one)
        for one in objects
        if isinstance(one, dict) and one.get("type") == "marking-definition" and isinstance(one.get("id"), str)
    }
    return {name: said for name, said in found.items() if said.tlp or said.pap}


def _marked(one: Mapping[str, Any]) -> list[str]:
    """The marking definitions that an object or a part of it bears; a part's mark is the whole's."""
    whole, parts = one.get("object_marking_refs"), one.get("granular_markings")
    refs = list(whole) if isinstance(whole, list) else []
    refs += [part.get("marking_ref") for part in parts if isinstance(part, dict)] if isinstance(parts, list) else []
    return [ref for ref in refs if isinstance(ref, str)]


def parsed(data: bytes) -> Any:
    """One meaning or none. Raises `Refused("case-bundle" | "case-bundle-size")`."""
    if len(data) > limits.CASE_BUNDLE_MAX_BYTES:
        raise Refused("case-bundle-size", limit_bytes=limits.CASE_BUNDLE_MAX_BYTES)
    try:
        return strictjson.loads(data, max_bytes=limits.CASE_BUNDLE_MAX_BYTES)
    except Refused as error:
        raise Refused("case-bundle") from error


def count(left: dict[str, int], kind: str) -> None:
    """One more of a kind was left; of many kinds the last are counted together."""
    name = kind if kind in left or len(left) < limits.CASE_BUNDLE_KINDS_TOLD else "…"
    left[name] = left.get(name, 0) + 1


def _word(one: Mapping[str, Any], type_: str) -> Entity | None:
    try:
        if type_ == "identity":
            kind = EntityKind.PERSON if one.get("identity_class") == "individual" else EntityKind.ORGANISATION
            notes = one.get("description", "")
            return _checked(Entity(kind=kind, name=_line(one["name"]), notes=Said(en=notes)))
        if type_ in _READ:
            kind, code = _READ[type_]
            value = _line(one["value"])
            return _checked(Entity(kind=kind, name=value, identifiers=(DataIdentifier(type=code, value=value),)))
    except (KeyError, TypeError, msgspec.ValidationError):
        return None
    return None


def _line(value: Any) -> str:
    """A text in which something stands. Raises `TypeError`."""
    if not isinstance(value, str) or not value.strip():
        raise TypeError
    return value.strip()


def _checked(word: Entity) -> Entity:
    """As if it had come over the wire: every bound is held."""
    return msgspec.convert(msgspec.to_builtins(word), Entity)


def _link(one: Mapping[str, Any], words: Mapping[str, Any], new_id: Callable[[str], str]) -> Relation | None:
    source, target = str(one.get("source_ref")), str(one.get("target_ref"))
    ends = (words.get(source), words.get(target))
    if source == target or not all(isinstance(end, Entity) for end in ends):
        return None
    return Relation(
        source=new_id(source),
        target=new_id(target),
        relation=_RELATIONS.get(str(one.get("relationship_type")), "related"),
    )
