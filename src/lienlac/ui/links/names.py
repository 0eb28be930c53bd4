"""What people read for the codes of a link: states, ways of delivery, alarms, kinds of messages. Words only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lienlac.exchange.link.watch import LinkState
from lienlac.exchange.names import Alarm
from lienlac.ui.words import N_
from lienlac.vocabulary import request_kinds

if TYPE_CHECKING:
    from lienlac.ui.nav import Tone
    from lienlac.ui.words import Words

STATES: Final[dict[LinkState, tuple[str, Tone]]] = {
    LinkState.SUSPENDED_BY_US: (N_("Suspended by our side"), "warn"),
    LinkState.SUSPENDED_BY_THEM: (N_("Suspended by the other side"), "warn"),
    LinkState.NEEDS_A_PERSON: (N_("A message needs your decision"), "bad"),
    LinkState.NO_AGREEMENT: (N_("No agreement in force yet"), "warn"),
    LinkState.FAILING: (N_("Messages do not get through, trying again"), "bad"),
    LinkState.WAITING: (N_("Sending"), "plain"),
    LinkState.QUIET: (N_("Ready, nothing exchanged yet"), "plain"),
    LinkState.WORKING: (N_("Working"), "good"),
}
"""Each state in plain words, and how it looks."""

DELIVERIES: Final = {
    "push": N_("we call them"),
    "pull": N_("they fetch from us"),
    "courier": N_("courier files on removable media"),
}
ALARMS: Final[dict[Alarm, str]] = {
    Alarm.SEQUENCE_CONFLICT: N_("The partner sent two different messages for one place. It may have been restored."),
    Alarm.CHAIN_BROKEN: N_("A message does not continue the chain of those before it."),
    Alarm.RECEIPT_MISMATCH: N_("A receipt did not fit the message that it names."),
    Alarm.RECEIPTS_DIFFER: N_(
        "The partner signed receipts for two different messages in one place."
        " Keep both as evidence, call its liaison officer."
    ),
    Alarm.KEY_RETIRED: N_(
        "A receipt came under keys that the partner had already replaced. Ask whether they were stolen."
    ),
    Alarm.LOG_FORKED: N_("The partner showed two different states of its log. Call its liaison officer."),
    Alarm.LOG_OF_ANOTHER: N_("A receipt stated the head of somebody else's log."),
    Alarm.CONTROL_REFUSED: N_("The partner refused an agreement or a change of keys. Call its liaison officer."),
    Alarm.PEER_RECOVERED: N_("The partner was restored from an older backup and has recovered."),
    Alarm.RECOVERING: N_(
        "This node was restored from an older backup. What was lost is being fetched from this partner."
    ),
    Alarm.RECOVERED: N_("This node was restored from an older backup and has recovered from this partner."),
    Alarm.RECORD_MISSING: N_("The partner says that it holds messages of ours, and does not show them."),
    Alarm.REPLAY_REFUSED: N_(
        "A recovered message is in the record, but the program could not use it. Read it in the log."
    ),
    Alarm.CLOCKS_DIFFER: N_(
        "The clocks of the two nodes differ: one of them is wrong. Dates and deadlines cannot be relied on"
        " until it is set right."
    ),
}
"""What each alarm means for a person."""

ERRORS: Final = {
    "peer-unreachable": N_("The partner's node does not answer."),
    "peer-answered": N_("The partner's node gave an answer that was not expected."),
    "certificate-refused": N_("The partner's certificate is not the one that was agreed."),
}
"""Failures of a link whose own sentences need details that only the administrator wants."""

KINDS: Final = {
    "hotline.acknowledge": N_("Acknowledgement"),
    "hotline.ask": N_("Question for clarification"),
    "hotline.clarify": N_("Answer to a question"),
    "hotline.accept": N_("Acceptance"),
    "hotline.return": N_("Return for correction"),
    "hotline.correct": N_("Correction of a request"),
    "hotline.refuse": N_("Refusal"),
    "hotline.result": N_("Result"),
    "hotline.validate": N_("Decision behind a request"),
    "hotline.lapse": N_("Lapse of a request"),
    "hotline.withdraw": N_("Withdrawal of a request"),
    "hotline.feedback": N_("Feedback"),
    "hotline.close": N_("Closing of a request"),
    "hotline.note": N_("Correspondence"),
    "duty.on-call": N_("Who answers now"),
    "hotline.ask-use": N_("Question about another use"),
    "hotline.answer-use": N_("Answer about another use"),
    "agreement.propose": N_("Proposal of an agreement"),
    "agreement.sign": N_("Signature under an agreement"),
    "agreement.suspend": N_("Suspension"),
    "agreement.resume": N_("End of a suspension"),
    "attachment.complete": N_("Confirmation that a file arrived whole"),
    "attachment.failed": N_("Notice that a file did not arrive whole"),
    "attachment.wanted": N_("File asked for again"),
    "emergencies.open": N_("Emergency channel"),
    "emergencies.answer": N_("Answer to an emergency"),
    "emergencies.entry": N_("Entry in an emergency channel"),
    "emergencies.retract": N_("Retraction of an entry"),
    "emergencies.report": N_("Situation report"),
    "emergencies.presence": N_("Presence in an emergency channel"),
    "emergencies.hand-over": N_("Hand-over in an emergency channel"),
    "emergencies.hold": N_("Hold of an emergency"),
    "emergencies.stand-down": N_("Stand-down of an emergency"),
    "emergencies.resume": N_("Resumption of an emergency"),
    "flash.warn": N_("Flash warning"),
    "cases.invite": N_("Invitation to a case"),
    "cases.state": N_("Entries in a case"),
    "cases.catch-up": N_("Entries in a case, many at once"),
    "programmes.invite": N_("Invitation to a joint programme"),
    "programmes.state": N_("Entries in a joint programme"),
    "programmes.catch-up": N_("Entries in a joint programme, many at once"),
    "delegations.invite": N_("Invitation to a delegation"),
    "delegations.state": N_("Entries in a delegation"),
    "delegations.catch-up": N_("Entries in a delegation, many at once"),
    "lessons.invite": N_("Invitation to a lesson"),
    "lessons.state": N_("Entries in a lesson"),
    "lessons.catch-up": N_("Entries in a lesson, many at once"),
    "methods.share": N_("Record of a method"),
    "methods.revoke": N_("Revocation of a record of a method"),
    "flash.supersede": N_("Flash warning that takes another's place"),
    "flash.withdraw": N_("Withdrawal of a flash warning"),
    "flash.acknowledge": N_("Acknowledgement of a flash warning"),
    "flash.feedback": N_("Feedback on a flash warning"),
    "intelligence.share": N_("Sharing of intelligence"),
    "intelligence.taken": N_("What became of shared objects"),
    "intelligence.recall": N_("Recall of shared objects"),
    "intelligence.recalled": N_("What became of a recall"),
    "intelligence.sighted": N_("Word about a shared object"),
    "node.rotate-keys": N_("Replacement of keys"),
    "node.recovered": N_("Notice of a restored node"),
    "node.void-urgent": N_("Notice of a message given up"),
    "node.void-normal": N_("Notice of a message given up"),
    "node.void-bulk": N_("Notice of a message given up"),
}
"""Every kind of message but the openings of requests, whose names are shared words."""


def kind_name(code: str, words: Words) -> str:
    """A kind of message in the reader's language; a newer one of a partner shows its code."""
    if code in request_kinds:
        return request_kinds.label(code, words.language)
    return words.gettext(KINDS.get(code, code))


STEPS: Final = {
    "receipt": N_("receipt"),
    "acknowledge": N_("acknowledgement"),
    "decide": N_("decision"),
    "execute": N_("execution"),
    "correct": N_("correction"),
    "validate": N_("validation"),
}
"""The steps whose time an agreement bounds, in their order."""
