"""Advice, and the link to deconfliction: what the law says, how something works, "do you know this?" (clause 12.1)."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec

from lienlac import limits
from lienlac.wire.bodies.hotline.opening import Opening
from lienlac.wire.message import Id, Line, OptionalLine, OptionalText, Text


class LegalInfo(Opening, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="legal-info"):
    """What the other side's law says: provisions, competent authority, what a formal request must hold."""

    subject: Line
    question: Text
    facts: OptionalText = ""


class AdviceOutcome(StrEnum):
    """Whether there is an answer."""

    ANSWERED = "answered"
    PARTLY = "partly"
    REFERRED = "referred"


class Provision(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One provision of a law, as it may be quoted."""

    law: Line
    article: Line
    says: OptionalLine = ""


class LegalInfoResult(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="legal-info"):
    """What the law says as far as the desk knows: information, never a ruling."""

    outcome: AdviceOutcome
    answer: OptionalText = ""
    provisions: Annotated[tuple[Provision, ...], msgspec.Meta(max_length=limits.HOTLINE_RECORDS_MAX)] = ()
    competent: OptionalLine = ""
    follow_up: OptionalText = ""


class TechAdvice(Opening, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="tech-advice"):
    """How something works or can be secured: a service, a device, a method of offenders."""

    subject: Line
    question: Text
    tried: OptionalText = ""
    facts: OptionalText = ""


class TechAdviceResult(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="tech-advice"):
    """The advice, and whom to ask further."""

    outcome: AdviceOutcome
    answer: OptionalText = ""
    contact: OptionalLine = ""
    follow_up: OptionalText = ""


class Deconflict(Opening, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="deconflict"):
    """Asks the other desk to attend to a deconfliction query, named by its id.

    The query itself travels by its own protocol and shows neither side the other's list: no identifier stands here.
    """

    query: Id
    count: Annotated[int, msgspec.Meta(ge=1, le=limits.HOTLINE_QUERY_MAX_IDENTIFIERS)]
    remarks: OptionalText = ""


class MatchOutcome(StrEnum):
    """What the query gave."""

    HIT = "hit"
    NO_HIT = "no-hit"
    NOT_RUN = "not-run"


class DeconflictResult(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="deconflict"):
    """Hit or no hit, and whom to talk to after a hit; never what was matched."""

    outcome: MatchOutcome
    contact: OptionalLine = ""
    follow_up: OptionalText = ""
