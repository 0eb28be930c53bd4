"""A case as CASE/UCO JSON-LD: the investigation, entities and relations, evidence and what was done. Pure.

Classes, properties and their shapes are those of CASE 1.4 and UCO 1.4 (`case_validate` reads the result without a
word). Ids are ours with the UUID behind them that the ontology asks for; what it has no word for stands as an
annotation or a tag. What two authorities say of the same thing: the first stands as the thing, the others beside it as
annotations. What leads to something that whoever hands the case out may not see is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from lienlac.cases.case import owners_word
from lienlac.stix.foreign.making import same_uuid

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from lienlac.records.shared.fold import Element, Statement
    from lienlac.records.shared.store.lines import Line
    from lienlac.wire.bodies.cases import Entity

CONTEXT: Final = {
    "kb": "urn:lienlac:",
    "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    "uco-core": "https://ontology.unifiedcyberontology.org/uco/core/",
    "uco-action": "https://ontology.unifiedcyberontology.org/uco/action/",
    "uco-identity": "https://ontology.unifiedcyberontology.org/uco/identity/",
    "uco-location": "https://ontology.unifiedcyberontology.org/uco/location/",
    "uco-observable": "https://ontology.unifiedcyberontology.org/uco/observable/",
    "uco-types": "https://ontology.unifiedcyberontology.org/uco/types/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_CLASSES: Final = {
    "person": "uco-identity:Person",
    "organisation": "uco-identity:Organization",
    "account": "uco-observable:Account",
    "wallet": "uco-observable:Account",
    "phone": "uco-observable:MobileAccount",
    "email": "uco-observable:EmailAddress",
    "profile": "uco-observable:DigitalAccount",
    "domain": "uco-observable:DomainName",
    "address": "uco-observable:IPv4Address",
    "device": "uco-observable:Device",
    "app": "uco-observable:Application",
    "file": "uco-observable:File",
    "place": "uco-location:Location",
}
_PLAIN: Final = "uco-core:UcoObject"
_FACETS: Final = {
    "account": ("AccountFacet", "accountIdentifier"),
    "wallet": ("AccountFacet", "accountIdentifier"),
    "phone": ("MobileAccountFacet", "MSISDN"),
    "email": ("EmailAddressFacet", "addressValue"),
    "profile": ("DigitalAccountFacet", "accountLogin"),
    "domain": ("DomainNameFacet", "value"),
    "address": ("IPv4AddressFacet", "addressValue"),
    "app": ("ApplicationFacet", "applicationIdentifier"),
}
"""Of kinds that are one thing with one value: where the value stands."""


def written(line: Line, top: Element | None, elements: Mapping[str, Sequence[Element]]) -> dict[str, Any]:
    """The whole graph."""
    known = _known(elements)
    case = _id(line.id)
    graph: list[dict[str, Any]] = []
    for makes, kind in (
        (_entity, "entity"),
        (_relation, "relation"),
        (_event, "event"),
        (_evidence, "evidence"),
        (_custody, "custody"),
        (_task, "task"),
        (_note, "hypothesis"),
        (_note, "decision"),
    ):
        for element in elements.get(kind, ()):
            if element.id in known:
                graph += makes(element, element.standing[0], case, known)
                graph += [_beside(element, said) for said in element.standing[1:]]
    summary = [] if top is None else [text for one in top.standing[:1] for text in _both(one.says.summary)]
    investigation = {
        "@id": case,
        "@type": "case-investigation:Investigation",
        "uco-core:name": line.title_en,
        "uco-core:description": [line.title_vi, line.title_en, *summary],
        "uco-core:tag": [line.reference],
        "uco-core:objectCreatedTime": _at(line.opened_at),
        "uco-core:createdBy": {"@id": _id(f"node-{line.host}")},
        "uco-core:object": [{"@id": one["@id"]} for one in graph],
    }
    host = {"@id": _id(f"node-{line.host}"), "@type": "uco-identity:Organization", "uco-core:name": line.host}
    return {"@context": CONTEXT, "@graph": [host, investigation, *graph]}


def _known(elements: Mapping[str, Sequence[Element]]) -> set[str]:
    """What is handed out: all that stands and leads to nothing that is not there."""
    known = {one.id for of_kind in elements.values() for one in of_kind if one.standing}
    leads = {"relation": ("source", "target"), "custody": ("evidence",)}
    for kind, ends in leads.items():
        for one in elements.get(kind, ()):
            if one.standing and not {getattr(one.standing[0].says, end) for end in ends} <= known:
                known.discard(one.id)
    return known


def _id(name: str) -> str:
    return f"kb:{name}-{same_uuid('case-uco', name)}"


def _refs(names: Iterable[str], known: set[str]) -> list[dict[str, str]]:
    return [{"@id": _id(one)} for one in names if one in known]


def _at(at: datetime) -> dict[str, str]:
    return {"@type": "xsd:dateTime", "@value": at.isoformat()}


def _both(text: Any) -> list[str]:
    """In both languages; the ontology takes texts without saying in which language they are."""
    return [said for said in (text.vi, text.en) if said]


def _head(element: Element, said: Statement, type_: str, *tags: str) -> dict[str, Any]:
    """What everything has: its id, its class, how it may be handled, who says it."""
    marks = said.marks
    handled = (f"tlp:{marks.tlp.value}", f"pap:{marks.pap.value}", *(code.value for code in marks.handling))
    return {"@id": _id(element.id), "@type": type_, "uco-core:tag": [*tags, f"said by {said.author}", *handled]}


def _beside(element: Element, said: Statement) -> dict[str, Any]:
    """What another authority says of the same thing, whole, as it was said."""
    return _head(element, said, "uco-core:Annotation", element.kind) | {
        "@id": _id(f"{element.id}-{said.author}"),
        "uco-core:statement": msgspec.json.encode(said.says).decode(),
        "uco-core:object": [{"@id": _id(element.id)}],
    }


def _entity(element: Element, said: Statement, _case: str, _known: set[str]) -> Iterator[dict[str, Any]]:
    says = said.says
    value = says.identifiers[0].value if says.identifiers else says.name
    made = _head(element, said, _class(says, value), says.kind.value, says.role.value)
    made["uco-core:name"] = says.name
    told = [*_both(says.notes), *(f"also: {one}" for one in says.aliases)]
    told += [f"country: {says.country}"] if says.country else []
    told += [f"first seen: {says.first_seen.isoformat()}"] if says.first_seen else []
    told += [f"last seen: {says.last_seen.isoformat()}"] if says.last_seen else []
    made |= {"uco-core:description": told} if told else {}
    if says.kind.value in _FACETS:
        facet, where = _FACETS[says.kind.value]
        facet = facet.replace("IPv4", "IPv6") if ":" in value else facet
        made["uco-core:hasFacet"] = [
            {
                "@id": _id(f"{element.id}-facet"),
                "@type": f"uco-observable:{facet}",
                f"uco-observable:{where}": value,
            }
        ]
    if says.identifiers:
        made["uco-core:externalReference"] = [
            {
                "@id": _id(f"{element.id}-ref-{number}"),
                "@type": "uco-core:ExternalReference",
                "uco-core:definingContext": one.type,
                "uco-core:externalIdentifier": one.value,
            }
            for number, one in enumerate(says.identifiers)
        ]
    yield made


def _class(says: Entity, value: str) -> str:
    if says.kind.value == "address" and ":" in value:
        return "uco-observable:IPv6Address"
    return _CLASSES.get(says.kind.value, _PLAIN)


def _relation(element: Element, said: Statement, _case: str, _known: set[str]) -> Iterator[dict[str, Any]]:
    says = said.says
    made = _head(element, said, "uco-core:Relationship", says.certainty.value) | {
        "uco-core:source": {"@id": _id(says.source)},
        "uco-core:target": {"@id": _id(says.target)},
        "uco-core:kindOfRelationship": says.relation,
        "uco-core:isDirectional": {"@type": "xsd:boolean", "@value": True},
    }
    made |= {"uco-core:description": _both(says.text)} if _both(says.text) else {}
    made |= {"uco-core:startTime": _at(says.since)} if says.since else {}
    made |= {"uco-core:endTime": _at(says.until)} if says.until else {}
    yield made


def _event(element: Element, said: Statement, _case: str, known: set[str]) -> Iterator[dict[str, Any]]:
    says = said.says
    made = _head(element, said, "uco-core:Event", says.certainty.value) | {
        "uco-core:startTime": _at(says.at),
        "uco-core:description": _both(says.text),
    }
    made |= {"uco-core:endTime": _at(says.until)} if says.until else {}
    made |= {"uco-core:eventType": says.described} if says.described else {}
    made |= {"uco-core:eventContext": _refs(says.refs, known)} if _refs(says.refs, known) else {}
    beside = [("source", says.source), ("zone", says.zone), ("written", says.written)]
    beside += [(one.name, one.value) for one in says.attributes]
    entries = [
        {
            "@id": _id(f"{element.id}-entry-{number}"),
            "@type": "uco-types:DictionaryEntry",
            "uco-types:key": name,
            "uco-types:value": value,
        }
        for number, (name, value) in enumerate(dict(one for one in reversed(beside) if one[1]).items())
    ]
    if entries:
        dictionary = {"@id": _id(f"{element.id}-attributes"), "@type": "uco-types:Dictionary"}
        made["uco-core:eventAttribute"] = dictionary | {"uco-types:entry": entries}
    yield made


def _evidence(element: Element, said: Statement, _case: str, known: set[str]) -> Iterator[dict[str, Any]]:
    says, me = said.says, _id(element.id)
    made = _head(element, said, "uco-observable:ObservableObject", says.kind.value)
    made["uco-core:name"] = f"{says.exhibit} {says.title}"
    facets = list(_facets(element.id, says))
    made |= {"uco-core:hasFacet": facets} if facets else {}
    yield made
    yield {
        "@id": _id(f"{element.id}-provenance"),
        "@type": "case-investigation:ProvenanceRecord",
        "case-investigation:exhibitNumber": says.exhibit,
        "uco-core:object": [{"@id": me}],
    }
    told = (says.acquired_by, says.place, says.tool, says.legal_basis, says.taken_from, says.source_digest)
    action = {
        "@id": _id(f"{element.id}-acquired"),
        "@type": "case-investigation:InvestigativeAction",
        "uco-core:name": "acquired",
        "uco-core:description": ["; ".join(one for one in told if one), *_both(says.method)],
        "uco-action:startTime": _at(says.acquired_at),
        "uco-action:result": [{"@id": me}, {"@id": _id(f"{element.id}-provenance")}],
    }
    yield action | ({"uco-action:object": _refs(says.about, known)} if _refs(says.about, known) else {})


def _facets(element: str, says: Any) -> Iterator[dict[str, Any]]:
    if says.file_name:
        yield {
            "@id": _id(f"{element}-file"),
            "@type": "uco-observable:FileFacet",
            "uco-observable:fileName": says.file_name,
            "uco-observable:sizeInBytes": {"@type": "xsd:integer", "@value": str(says.size_bytes)},
        }
    if says.digest:
        digest = {
            "@id": _id(f"{element}-hash"),
            "@type": "uco-types:Hash",
            "uco-types:hashMethod": "SHA256",
            "uco-types:hashValue": {"@type": "xsd:hexBinary", "@value": says.digest.upper()},
        }
        content = {
            "@id": _id(f"{element}-content"),
            "@type": "uco-observable:ContentDataFacet",
            "uco-observable:hash": [digest],
        }
        yield content | ({"uco-observable:mimeType": says.media_type} if says.media_type else {})


def _custody(element: Element, said: Statement, _case: str, _known: set[str]) -> Iterator[dict[str, Any]]:
    says = said.says
    told = ", ".join(one for one in (says.by, says.unit, says.place, says.to or "", says.digest or "") if one)
    yield _head(element, said, "case-investigation:InvestigativeAction") | {
        "uco-core:name": says.act.value,
        "uco-core:description": [told, *_both(says.text)],
        "uco-action:startTime": _at(says.at),
        "uco-action:object": [{"@id": _id(says.evidence)}],
    }


def _task(element: Element, said: Statement, case: str, known: set[str]) -> Iterator[dict[str, Any]]:
    says, own = said.says, owners_word(element)
    made = _annotation(element, said, says.about, case, known, "task", own.status.value, f"owner {says.owner}")
    due = says.due or own.due
    made["uco-core:statement"] += [f"due: {due.isoformat()}"] if due else []
    made["uco-core:statement"] += _both(own.result)
    yield made


def _note(element: Element, said: Statement, case: str, known: set[str]) -> Iterator[dict[str, Any]]:
    says = said.says
    made = _annotation(element, said, says.about, case, known, element.kind)
    if element.kind == "decision":
        made["uco-core:statement"] += [f"{says.at.isoformat()}, {says.decided_by}", *_both(says.reason)]
    else:
        made["uco-core:tag"].append(says.standing.value)
        made["uco-core:statement"] += [f"for: {text}" for text in _both(says.speaks_for)]
        made["uco-core:statement"] += [f"against: {text}" for text in _both(says.speaks_against)]
    yield made


def _annotation(
    element: Element, said: Statement, about: Iterable[str], case: str, known: set[str], *tags: str
) -> dict[str, Any]:
    return _head(element, said, "uco-core:Annotation", *tags) | {
        "uco-core:statement": _both(said.says.text),
        "uco-core:object": _refs(about, known) or [{"@id": case}],
    }
