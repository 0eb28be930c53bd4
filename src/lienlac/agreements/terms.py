"""What an agreement allows: pure questions to a document that both nodes signed (clauses 9.3 to 9.5).

Knows nothing of how the document came to be in force, and nothing of any slice beyond the prefix of a kind's name.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from lienlac import limits, strictjson
from lienlac.errors import Refused
from lienlac.wire.bodies.agreement import Agreement, KindTerms
from lienlac.wire.message import Pap, Tlp, check_instants

if TYPE_CHECKING:
    from lienlac.wire.message import Header, Marks

_TLP_ORDER = list(Tlp)
_PAP_ORDER = list(Pap)


class Terms:
    """An agreement in force, asked in the words of the exchange and the slices."""

    def __init__(self, agreement: Agreement) -> None:
        self.agreement = agreement
        self._kinds: dict[str, KindTerms] = {terms.kind: terms for terms in agreement.kinds}
        self._slices = {kind.split(".", 1)[0] for kind in self._kinds}

    def clock(self, kind: str, step: str, urgency: str) -> timedelta | None:
        """Time allowed for `step` of a request of `kind`; the line for its urgency wins over the general one."""
        terms = self._kinds.get(kind)
        if terms is None:
            return None
        lines = {line.urgency: line.seconds for line in terms.clocks if line.step == step}
        seconds = lines.get(urgency, lines.get(None))
        return None if seconds is None else timedelta(seconds=seconds)

    @property
    def no_receipt_warning(self) -> timedelta:
        """How long a sender waits for a receipt before its own desk is warned."""
        return timedelta(seconds=self.agreement.no_receipt_warning_s)

    def offers(self, kind: str) -> bool:
        """Whether requests of this kind may be opened."""
        return kind in self._kinds

    def check(self, header: Header, *, opening: bool) -> None:
        """Raise `Refused` unless the agreement covers what the header says of the message (clause 9.4).

        `opening` messages must name a kind, a purpose and a typology on the list; a follow-up needs only its
        slice to be covered, so that a request once open can always be finished.
        """
        if opening and header.kind not in self._kinds:
            raise Refused("agreement-kind", kind=header.kind)
        if not opening and header.kind.split(".", 1)[0] not in self._slices:
            raise Refused("agreement-kind", kind=header.kind)
        if header.purpose not in self.agreement.purposes:
            raise Refused("agreement-purpose", purpose=header.purpose)
        if header.legal_basis not in self.agreement.legal_bases:
            raise Refused("agreement-legal-basis", legal_basis=header.legal_basis)
        if header.typology is not None and header.typology not in self.agreement.typologies:
            raise Refused("agreement-typology", typology=header.typology)
        self.check_marks(header.marks)

    def needs_second_officer(
        self,
        kind: str,
        marks: Marks,
        typology: str | None,
        *,
        answers: str = "",
        content: bool = True,
        persons: bool = False,
        files: bool = False,
    ) -> tuple[str, ...]:
        """Why a message must wait for a second officer (clause 9.7): the lines of the rule that hold; empty if none.

        `answers` is the opening that a result answers; `content`: it says something of the case, so that marks and
        offence count. `persons`: it lets out a field about a victim, a minor, a witness or a third party.
        """
        rule = self.agreement.second_officer
        high = rule.tlp_from is not None and _TLP_ORDER.index(marks.tlp) >= _TLP_ORDER.index(rule.tlp_from)
        asked = {
            "kind": kind in rule.kinds or answers in rule.answers,
            "marks": high and content,
            "typology": typology is not None and typology in rule.typologies and content,
            "person": persons and rule.persons,
            "files": files and rule.files,
        }
        return tuple(reason for reason, holds in asked.items() if holds)

    def check_marks(self, marks: Marks) -> None:
        """Raise `Refused("agreement-marks")` when a mark lies above the link's ceiling."""
        if _TLP_ORDER.index(marks.tlp) > _TLP_ORDER.index(self.agreement.tlp_ceiling):
            raise Refused("agreement-marks", mark=f"TLP:{marks.tlp.value}", ceiling=self.agreement.tlp_ceiling.value)
        if _PAP_ORDER.index(marks.pap) > _PAP_ORDER.index(self.agreement.pap_ceiling):
            raise Refused("agreement-marks", mark=f"PAP:{marks.pap.value}", ceiling=self.agreement.pap_ceiling.value)


def decode_agreement(document: bytes) -> Agreement:
    """The typed agreement of exact document bytes.

    Strict JSON first: a document with a key twice would say one thing here and another to whoever else reads what both
    sides signed. Raises `Refused("agreement-malformed")`.
    """
    try:
        strictjson.check(document, max_bytes=limits.MESSAGE_MAX_BYTES)
        agreement = msgspec.json.decode(document, type=Agreement)
        check_instants(agreement)
    except (msgspec.MsgspecError, RecursionError, UnicodeError, Refused) as error:
        raise Refused("agreement-malformed", reason=str(error)) from error
    return agreement
