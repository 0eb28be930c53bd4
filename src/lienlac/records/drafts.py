"""A message as it waits for a second officer, and as it leaves: the same words in two shapes.

Releases know no exchange and the exchange knows no releases; this is where they meet. Pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from lienlac.errors import NotAllowed
from lienlac.exchange.post import Outgoing
from lienlac.releases.release import Draft

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def draft_of(outgoing: Outgoing, uploads: Iterable[str] = ()) -> Draft:
    """What waits; `uploads` are where the files that its body names lie meanwhile."""
    return Draft(
        kind=outgoing.kind,
        body=msgspec.Raw(msgspec.json.encode(outgoing.body)),
        recipient=outgoing.recipient,
        purpose=outgoing.purpose,
        legal_basis=outgoing.legal_basis,
        legal_basis_text=outgoing.legal_basis_text,
        typology=outgoing.typology,
        marks=outgoing.marks,
        addressees=outgoing.addressees,
        record_id=outgoing.record_id,
        case_id=outgoing.case_id,
        uploads=tuple(dict.fromkeys(uploads)),
    )


def body_of(draft: Draft, bodies: Mapping[str, Any]) -> Any:
    """The body that waits, by the types of its slice's kinds; read and written again it is the same to the byte.

    Raises `NotAllowed("release-changed")`.
    """
    body = msgspec.json.decode(draft.body, type=bodies[draft.kind])
    if msgspec.json.encode(body) != bytes(draft.body):
        raise NotAllowed("release-changed")
    return body


def outgoing_of(draft: Draft, body: msgspec.Struct) -> Outgoing:
    """What leaves of it, with the body as it was read again."""
    return Outgoing(
        kind=draft.kind,
        body=body,
        recipient=draft.recipient,
        purpose=draft.purpose,
        legal_basis=draft.legal_basis,
        legal_basis_text=draft.legal_basis_text,
        typology=draft.typology,
        marks=draft.marks,
        addressees=draft.addressees,
        record_id=draft.record_id,
        case_id=draft.case_id,
    )
