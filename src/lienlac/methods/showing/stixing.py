"""Kinds of crime and records of methods as STIX 2.1: attack patterns, courses of action, and what joins them.

Pure: the same record gives the same objects, ids included, on whichever node it is made, so that two nodes that export
it do not make two. Names of techniques lead to MITRE F3 and ATT&CK; hints about law stay at home.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

from lienlac.stix.marks import definition

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from lienlac.methods.method import Method, Version
    from lienlac.vocabulary import Typologies, Typology

_NAMESPACE: Final = bytes.fromhex("6f9f4e0e5b0e5c9a9a552f6b3f1f7a10")
"""Under which our ids are made; never changes."""
_CHAIN: Final = "lienlac"
_F3: Final = "https://github.com/center-for-threat-informed-defense/fight-fraud-framework"


def vocabulary_bundle(words: Typologies) -> dict[str, Any]:
    """Every kind of crime as an attack pattern."""
    at = f"{words.version}T00:00:00.000Z"
    objects = [_typology(word, at) for word in words]
    return _bundle(objects, f"typologies-{words.version}")


def method_bundle(method: Method, words: Typologies) -> dict[str, Any]:
    """A record: who wrote it, its attack pattern, its counter-measures, the kinds of crime that it belongs to."""
    version = method.present
    mark = definition(version.marks.tlp.value)
    author = _author(method.origin, method.versions[0].at)
    pattern = _pattern(method, version, words) | {"created_by_ref": author["id"], "object_marking_refs": [mark["id"]]}
    objects = [author, mark, pattern]
    common = {
        "created": pattern["created"],
        "modified": pattern["modified"],
        "created_by_ref": author["id"],
        "object_marking_refs": [mark["id"]],
    } | ({"revoked": True} if method.revoked else {})
    for place, item in enumerate(version.body.counter_measures):
        action = {
            **_head("course-of-action", f"{method.id}/{place}"),
            **common,
            "name": (item.en or item.vi)[:120],
            "description": _said(item.vi, item.en),
        }
        joined = _joined("mitigates", action["id"], pattern["id"])
        objects += [action, {**joined, **common}]
    at = f"{words.version}T00:00:00.000Z"
    for code in version.body.typologies:
        if code in words:
            kind = _typology(words.get(code), at)
            joined = _joined("related-to", pattern["id"], kind["id"])
            objects += [kind, {**joined, **common}]
    return _bundle(objects, f"{method.id}-{version.number}")


def _bundle(objects: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return {"type": "bundle", "id": f"bundle--{_uuid5(name)}", "objects": objects}


def _head(kind: str, name: str) -> dict[str, Any]:
    return {"type": kind, "spec_version": "2.1", "id": f"{kind}--{_uuid5(f'{kind}/{name}')}"}


def _typology(word: Typology, at: str) -> dict[str, Any]:
    return {
        **_head("attack-pattern", f"typology/{word.code}"),
        "created": at,
        "modified": at,
        "name": word.en,
        "aliases": [word.vi],
        "description": _said(word.note_vi, word.note_en),
        "external_references": [
            {"source_name": "lienlac-typology", "external_id": word.shown_code},
            *_techniques(word.f3),
        ],
    }


def _pattern(method: Method, version: Version, words: Typologies) -> dict[str, Any]:
    body = version.body
    techniques = dict.fromkeys(one for code in body.typologies if code in words for one in words.get(code).f3)
    described = [_said(body.summary.vi, body.summary.en)]
    for name in ("steps", "scripts", "red_flags"):
        told = [f"{place}. {_said(item.vi, item.en)}" for place, item in enumerate(getattr(body, name), 1)]
        described += [f"{name.replace('_', ' ').capitalize()}:\n" + "\n".join(told)] if told else []
    made = {
        **_head("attack-pattern", method.id),
        "created": _instant(method.versions[0].at),
        "modified": _instant(max(version.at, method.revoked_at or version.at)),
        "name": body.title_en,
        "aliases": [body.title_vi],
        "description": "\n\n".join(described),
        "kill_chain_phases": [{"kill_chain_name": _CHAIN, "phase_name": code} for code in body.typologies],
        "external_references": [
            {"source_name": "lienlac-method", "external_id": method.id, "description": f"version {version.number}"},
            *({"source_name": "lienlac-typology", "external_id": code.upper()} for code in body.typologies),
            *_techniques(techniques),
            *({"source_name": "source", "description": source} for source in body.sources),
        ],
    }
    return made | ({"revoked": True} if method.revoked else {})


def _author(node_id: str, at: datetime) -> dict[str, Any]:
    stated = _instant(at)
    head = _head("identity", f"{node_id}/{stated}")
    return {**head, "created": stated, "modified": stated, "name": node_id, "identity_class": "organization"}


def _joined(kind: str, source: str, target: str) -> dict[str, Any]:
    head = _head("relationship", f"{source}/{kind}/{target}")
    return {**head, "relationship_type": kind, "source_ref": source, "target_ref": target}


def _techniques(ids: Iterable[str]) -> list[dict[str, str]]:
    found = []
    for one in ids:
        if one.startswith("T"):
            address = f"https://attack.mitre.org/techniques/{one.replace('.', '/')}/"
            found.append({"source_name": "mitre-attack", "external_id": one, "url": address})
        else:
            found.append({"source_name": "mitre-f3", "external_id": one, "url": _F3})
    return found


def _uuid5(name: str) -> str:
    """A UUID of version 5: made of the name alone."""
    made = bytearray(hashlib.sha1(_NAMESPACE + name.encode(), usedforsecurity=False).digest()[:16])
    made[6], made[8] = made[6] & 0x0F | 0x50, made[8] & 0x3F | 0x80
    text = made.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _said(vi: str, en: str) -> str:
    return " / ".join(part for part in (en, vi) if part)


def _instant(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
