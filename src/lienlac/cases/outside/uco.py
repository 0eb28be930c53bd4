"""A case as CASE/UCO JSON-LD: the investigation, entities and relations, evidence and what was done. Pure.

Names of classes and properties are those of UCO 1.4 and CASE 1.4. Ids are ours, in a namespace of the node that wrote
the element; what an ontology has no word for stands as an annotation, so that nothing is lost and nothing is invented.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from lienlac.records.shared.fold import Element, Statement
    from lienlac.records.shared.store.lines import Line

CONTEXT: Final = {
    "kb": "urn:lienlac:",
    "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    "uco-core": "https://ontology.unifiedcyberontology.org/uco/core/",
    "uco-action": "https://ontology.unifiedcyberontology.org/uco/action/",
    "uco-identity": "https://ontology.unifiedcyberontology.org/uco/identity/",
    "uco-observable": "https://ontology.unifiedcyberontology.org/uco/observable/",
    "uco-types": "https://ontology.unifiedcyberontology.org/uco/types/",
    "uco-vocabulary": "https://ontology.unifiedcyberontology.org/uco/vocabulary/",
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
}
_PLAIN: Final = "uco-core:UcoObject"


def written(line: Line, top: Element | None, elements: Mapping[str, Sequence[Element]]) -> dict[str, Any]:
    """The whole graph."""
    del top
    graph: list[dict[str, Any]] = []
    for makes, kind in (
        (_entity, "entity"),
        (_relation, "relation"),
        (_event, "event"),
        (_evidence, "evidence"),
        (_custody, "custody"),
    ):
        for element in elements.get(kind, ()):
            graph += [one for said in element.standing[:1] for one in makes(element, said)]
    for kind in ("hypothesis", "decision", "task"):
        for element in elements.get(kind, ()):
            graph += [_note(element, said, kind) for said in element.standing[:1]]
    investigation = {
        "@id": f"kb:{line.id}",
        "@type": "case-investigation:Investigation",
        "uco-core:name": line.title_en,
        "uco-core:description": [_told(line.title_vi, "vi"), _told(line.title_en, "en")],
        "uco-core:createdBy": {"@id": f"kb:node-{line.host}"},
        "uco-core:object": [{"@id": one["@id"]} for one in graph],
    }
    host = {"@id": f"kb:node-{line.host}", "@type": "uco-identity:Organization", "uco-core:name": line.host}
    return {"@context": CONTEXT, "@graph": [host, investigation, *graph]}


def _id(element: str) -> str:
    return f"kb:{element}"


def _at(at: datetime) -> dict[str, str]:
    return {"@type": "xsd:dateTime", "@value": at.isoformat()}


def _told(text: str, language: str) -> dict[str, str]:
    return {"@language": language, "@value": text}


def _both(text: Any) -> list[dict[str, str]]:
    return [_told(said, code) for code, said in (("vi", text.vi), ("en", text.en)) if said]


def _entity(element: Element, said: Statement) -> list[dict[str, Any]]:
    says = said.says
    made: dict[str, Any] = {
        "@id": _id(element.id),
        "@type": _CLASSES.get(says.kind.value, _PLAIN),
        "uco-core:name": says.name,
        "uco-core:tag": [says.kind.value, says.role.value],
    }
    if _both(says.notes):
        made["uco-core:description"] = _both(says.notes)
    if says.identifiers:
        made["uco-core:externalReference"] = [
            {
                "@id": f"{_id(element.id)}-ref-{number}",
                "@type": "uco-core:ExternalReference",
                "uco-core:definingContext": one.type,
                "uco-core:externalIdentifier": one.value,
            }
            for number, one in enumerate(says.identifiers)
        ]
    return [made]


def _relation(element: Element, said: Statement) -> list[dict[str, Any]]:
    says = said.says
    made: dict[str, Any] = {
        "@id": _id(element.id),
        "@type": "uco-core:Relationship",
        "uco-core:source": {"@id": _id(says.source)},
        "uco-core:target": {"@id": _id(says.target)},
        "uco-core:kindOfRelationship": says.relation,
        "uco-core:isDirectional": {"@type": "xsd:boolean", "@value": True},
    }
    made |= {"uco-core:startTime": _at(says.since)} if says.since else {}
    made |= {"uco-core:endTime": _at(says.until)} if says.until else {}
    return [made]


def _event(element: Element, said: Statement) -> list[dict[str, Any]]:
    says = said.says
    made: dict[str, Any] = {
        "@id": _id(element.id),
        "@type": "uco-core:Event",
        "uco-core:startTime": _at(says.at),
        "uco-core:description": _both(says.text),
        "uco-core:tag": [says.certainty.value],
    }
    made |= {"uco-core:endTime": _at(says.until)} if says.until else {}
    return [made]


def _evidence(element: Element, said: Statement) -> list[dict[str, Any]]:
    says, me = said.says, _id(element.id)
    made: dict[str, Any] = {
        "@id": me,
        "@type": "uco-observable:ObservableObject",
        "uco-core:name": f"{says.exhibit} {says.title}",
        "uco-core:tag": [says.kind.value],
    }
    facets: list[dict[str, Any]] = []
    if says.file_name:
        facets.append(
            {
                "@id": f"{me}-file",
                "@type": "uco-observable:FileFacet",
                "uco-observable:fileName": says.file_name,
                "uco-observable:sizeInBytes": {"@type": "xsd:integer", "@value": str(says.size_bytes)},
            }
        )
    if says.digest:
        digest = {
            "@id": f"{me}-hash",
            "@type": "uco-types:Hash",
            "uco-types:hashMethod": {"@type": "uco-vocabulary:HashNameVocab", "@value": "SHA256"},
            "uco-types:hashValue": {"@type": "xsd:hexBinary", "@value": says.digest.upper()},
        }
        facets.append(
            {"@id": f"{me}-content", "@type": "uco-observable:ContentDataFacet", "uco-observable:hash": [digest]}
        )
    if facets:
        made["uco-core:hasFacet"] = facets
    provenance = {
        "@id": f"{me}-provenance",
        "@type": "case-investigation:ProvenanceRecord",
        "case-investigation:exhibitNumber": says.exhibit,
        "uco-core:object": [{"@id": me}],
    }
    action = {
        "@id": f"{me}-acquired",
        "@type": "case-investigation:InvestigativeAction",
        "uco-core:name": "acquired",
        "uco-core:description": [f"{says.acquired_by}; {says.place}; {says.tool}; {says.legal_basis}"],
        "uco-action:startTime": _at(says.acquired_at),
        "uco-action:result": [{"@id": me}, {"@id": f"{me}-provenance"}],
    }
    return [made, provenance, action]


def _custody(element: Element, said: Statement) -> list[dict[str, Any]]:
    says = said.says
    return [
        {
            "@id": _id(element.id),
            "@type": "case-investigation:InvestigativeAction",
            "uco-core:name": says.act.value,
            "uco-core:description": [", ".join(one for one in (says.by, says.unit, says.to or "") if one)],
            "uco-action:startTime": _at(says.at),
            "uco-action:object": [{"@id": _id(says.evidence)}],
        }
    ]


def _note(element: Element, said: Statement, kind: str) -> dict[str, Any]:
    says = said.says
    about = [{"@id": _id(one)} for one in says.about]
    return {
        "@id": _id(element.id),
        "@type": "uco-core:Annotation",
        "uco-core:tag": [kind],
        "uco-core:statement": [one["@value"] for one in _both(says.text)],
        "uco-core:object": about or [{"@id": _id(element.id)}],
    }
