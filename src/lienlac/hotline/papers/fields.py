"""A message as the conventions' forms have it, for the package: each field by our name, by UN article, by ETSI element.

The names are exactly those of the kinds' declarations. Values are those that were signed, unshortened and not made
harmless for screens; sealed keys of files are left out, as everywhere. Pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from lienlac.exchange.log.code import code_of
from lienlac.hotline.files.showing import without_keys
from lienlac.hotline.kinds import BY_KIND
from lienlac.hotline.kinds.field import Shape
from lienlac.hotline.kinds.shared import COMMON, HEADER
from lienlac.hotline.kinds.steps import STEP_FIELDS
from lienlac.hotline.lifecycle import Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lienlac.documents.document import Both
    from lienlac.exchange.log.evidence import Evidence
    from lienlac.hotline.kinds.field import Field
    from lienlac.hotline.papers.values import Says
    from lienlac.hotline.request import Fact, Request

FORMAT = "lienlac-assistance"


def message_form(
    request: Request, fact: Fact, evidence: Evidence | None, parties: Mapping[str, Both], says: Says
) -> dict[str, Any]:
    """One message: who, when, its proof, and its fields under all their names."""
    header = fact.header
    fields = [*_of_header(request, fact), *_of_body(request, fact, says)]
    return {
        "format": f"{FORMAT}-message",
        "version": 1,
        "reference": request.reference,
        "request_id": request.id,
        "step": fact.step.value,
        "message_id": fact.id,
        "digest": fact.digest,
        "verification_code": code_of(fact.digest),
        "kind": header.kind,
        "sender": _party(header.sender, parties),
        "recipient": _party(header.recipient, parties),
        "lane": header.lane.value,
        "sequence": header.sequence,
        "previous": header.previous,
        "sent_at": header.sent_at,
        "received_at": fact.received_at,
        "standing": fact.standing.name.lower().replace("_", "-"),
        "code": fact.code,
        "signed_with": None if evidence is None else evidence.key,
        "receipt": _receipt(evidence),
        "officer": without_keys(msgspec.to_builtins(getattr(fact.body, "officer", None))),
        "fields": fields,
        "etsi_ts_103_120": _by_name(fields),
    }


def request_form(request: Request, parties: Mapping[str, Both]) -> dict[str, Any]:
    """The request in one sheet: parties, states under ETSI's names, and its messages by number."""
    return {
        "format": f"{FORMAT}-request",
        "version": 1,
        "reference": request.reference,
        "request_id": request.id,
        "kind": request.kind,
        "drill": request.opening.body.drill,
        "requester": _party(request.requester, parties),
        "executor": _party(request.executor, parties),
        "state": request.state.value,
        "etsi_ts_103_120": {
            "Reference": request.reference,
            "Priority": request.opening.body.urgency.value,
            "DesiredStatus": request.desired.value,
            "Status": request.actual.value,
        },
        "messages": [
            {
                "number": number,
                "step": fact.step.value,
                "sender": fact.header.sender,
                "sent_at": fact.header.sent_at,
                "received_at": fact.received_at,
                "digest": fact.digest,
                "verification_code": code_of(fact.digest),
            }
            for number, fact in enumerate(request.timeline, start=1)
        ],
    }


def files_of(request: Request) -> list[dict[str, Any]]:
    """Every file that belongs to a message, with its digest; the bytes travel by themselves."""
    return [
        {
            "message_id": fact.id,
            "sender": fact.header.sender,
            "file_id": one.id,
            "name": one.name,
            "media_type": one.media_type,
            "size_bytes": one.size_bytes,
            "sha256": one.digest,
        }
        for fact in request.timeline
        for one in getattr(fact.body, "attachments", ())
    ]


def _party(node_id: str, parties: Mapping[str, Both]) -> dict[str, str]:
    return {"node": node_id, "name_vi": parties[node_id].vi, "name_en": parties[node_id].en}


def _receipt(evidence: Evidence | None) -> dict[str, Any] | None:
    if evidence is None or evidence.receipt is None:
        return None
    receipt = evidence.receipt
    return {
        "verdict": receipt.verdict.value,
        "code": receipt.code,
        "received_at": receipt.received_at,
        "digest": evidence.receipt_digest,
        "signed_with": evidence.receipt_key,
        "checkpoint": receipt.checkpoint,
    }


def _of_header(request: Request, fact: Fact) -> Iterator[dict[str, Any]]:
    """What stands in the header or in the columns."""
    header = fact.header
    values: dict[str, Any] = {
        "reference": request.reference,
        "urgency": request.opening.body.urgency.value,
        "purpose": header.purpose,
        "legal_basis": header.legal_basis,
        "legal_basis_text": header.legal_basis_text,
        "typology": header.typology,
        "marks": msgspec.to_builtins(header.marks),
    }
    for name, value in values.items():
        un, etsi = HEADER[name]
        yield {"name": name, "un": un, "etsi": etsi, "value": value}


def _of_body(request: Request, fact: Fact, says: Says) -> Iterator[dict[str, Any]]:
    kind, body = BY_KIND[request.kind], fact.body
    match fact.step:
        case Step.OPEN:
            yield from _fields((*kind.fields, *COMMON), body, says)
        case Step.CORRECT:
            yield from _fields((*kind.fields, *COMMON), body.opening, says)
        case Step.RESULT:
            yield from _fields(kind.report_fields, body.report, says)
        case Step.LAPSE:
            yield {"name": "validate_until", "un": "", "etsi": "", "value": body.validate_until}
        case _:
            yield from _fields(STEP_FIELDS[fact.step], body, says)


def _fields(fields: Iterable[Field], body: Any, says: Says, above: str = "") -> Iterator[dict[str, Any]]:
    for field in fields:
        value = getattr(body, field.name)
        if value in (None, "", ()):
            continue
        label = says.both(field.label)
        name = f"{above}{field.name}"
        yield {
            "name": name,
            "un": field.un,
            "etsi": field.etsi,
            "label_vi": label.vi,
            "label_en": label.en,
            "value": without_keys(msgspec.to_builtins(value)),
        }
        if field.shape is Shape.PART:
            yield from _fields(field.inside, value, says, f"{name}.")


def _by_name(fields: Iterable[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """The values under ETSI's names; several fields may share one."""
    found: dict[str, list[Any]] = {}
    for field in fields:
        if field["etsi"] and field["value"] not in (None, "", []):
            found.setdefault(field["etsi"], []).append(field["value"])
    return found
