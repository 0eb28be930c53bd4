"""A message as it waits for a second officer, and as it leaves: the same words in two shapes.

Releases know no exchange and the exchange knows no releases; this is where they meet. Pure: decides nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from lienlac.exchange.post import Outgoing
from lienlac.releases.release import Draft

if TYPE_CHECKING:
    from collections.abc import Iterable


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
