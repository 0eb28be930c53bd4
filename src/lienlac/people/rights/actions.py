"""Everything an officer can do, and what kind of power each is. Only tables; who may is `people.rights`. Pure."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Right(StrEnum):
    """What kind of power an action is. Rights are separate: none of them includes another."""

    OWN = "own"
    READ = "read"
    CONTRIBUTE = "contribute"
    RELEASE = "release"
    DELETE = "delete"
    ADMINISTER = "administer"


class Action(StrEnum):
    """Everything an officer can do. A new screen or command declares one of these or adds one here."""

    ACCOUNT_OWN = "account.own"
    ACCOUNT_SECURE = "account.secure"
    REQUEST_READ = "request.read"
    REQUEST_OPEN = "request.open"
    REQUEST_ANSWER = "request.answer"
    REQUEST_WRITE = "request.write"
    REQUEST_WITHDRAW = "request.withdraw"
    REQUEST_RESTRICT = "request.restrict"
    EMERGENCY_READ = "emergency.read"
    EMERGENCY_OPEN = "emergency.open"
    EMERGENCY_WRITE = "emergency.write"
    EMERGENCY_RESTRICT = "emergency.restrict"
    INTEL_READ = "intel.read"
    INTEL_ADD = "intel.add"
    INTEL_SHARE = "intel.share"
    INTEL_DELETE = "intel.delete"
    COLLECTION_MANAGE = "collection.manage"
    METHOD_READ = "method.read"
    METHOD_WRITE = "method.write"
    METHOD_SHARE = "method.share"
    CASE_READ = "case.read"
    CASE_OPEN = "case.open"
    CASE_WRITE = "case.write"
    CASE_SHARE = "case.share"
    CASE_RESTRICT = "case.restrict"
    PROGRAMME_READ = "programme.read"
    PROGRAMME_OPEN = "programme.open"
    PROGRAMME_WRITE = "programme.write"
    PROGRAMME_SHARE = "programme.share"
    PROGRAMME_RESTRICT = "programme.restrict"
    DELEGATION_READ = "delegation.read"
    DELEGATION_OPEN = "delegation.open"
    DELEGATION_WRITE = "delegation.write"
    DELEGATION_SHARE = "delegation.share"
    DELEGATION_RESTRICT = "delegation.restrict"
    LESSON_READ = "lesson.read"
    LESSON_OPEN = "lesson.open"
    LESSON_WRITE = "lesson.write"
    LESSON_SHARE = "lesson.share"
    LESSON_RESTRICT = "lesson.restrict"
    FLASH_READ = "flash.read"
    FLASH_SEND = "flash.send"
    FLASH_ACKNOWLEDGE = "flash.acknowledge"
    ATTACHMENT_READ = "attachment.read"
    ATTACHMENT_ADD = "attachment.add"
    ATTACHMENT_RELEASE = "attachment.release"
    RELEASE_READ = "release.read"
    RELEASE_PROPOSE = "release.propose"
    RELEASE_AHEAD = "release.ahead"
    RELEASE_DECIDE = "release.decide"
    DOCUMENT_PRINT = "document.print"
    DOCUMENT_EXPORT = "document.export"
    PEER_READ = "peer.read"
    PEER_MANAGE = "peer.manage"
    AGREEMENT_READ = "agreement.read"
    AGREEMENT_PROPOSE = "agreement.propose"
    AGREEMENT_SIGN = "agreement.sign"
    LOG_READ = "log.read"
    LOG_PROVE = "log.prove"
    LETTER_READ = "letter.read"
    LETTER_RETRY = "letter.retry"
    LETTER_GIVE_UP = "letter.give-up"
    COURIER_PACK = "courier.pack"
    COURIER_UNPACK = "courier.unpack"
    USER_READ = "user.read"
    USER_MANAGE = "user.manage"
    USER_WATCH = "user.watch"
    ROSTER_READ = "roster.read"
    ROSTER_MANAGE = "roster.manage"
    ALARM_READ = "alarm.read"
    ALARM_TAKE = "alarm.take"
    HANDOVER_READ = "handover.read"
    HANDOVER_WRITE = "handover.write"
    CHANNEL_READ = "channel.read"
    DRILL_READ = "drill.read"
    DRILL_MANAGE = "drill.manage"
    SETTINGS_READ = "settings.read"


RIGHTS: Final = {
    Action.ACCOUNT_OWN: Right.OWN,
    Action.ACCOUNT_SECURE: Right.OWN,
    Action.REQUEST_READ: Right.READ,
    Action.REQUEST_OPEN: Right.CONTRIBUTE,
    Action.REQUEST_ANSWER: Right.CONTRIBUTE,
    Action.REQUEST_WRITE: Right.CONTRIBUTE,
    Action.REQUEST_WITHDRAW: Right.DELETE,
    Action.REQUEST_RESTRICT: Right.ADMINISTER,
    Action.EMERGENCY_READ: Right.READ,
    Action.EMERGENCY_OPEN: Right.CONTRIBUTE,
    Action.EMERGENCY_WRITE: Right.CONTRIBUTE,
    Action.EMERGENCY_RESTRICT: Right.ADMINISTER,
    Action.INTEL_READ: Right.READ,
    Action.INTEL_ADD: Right.CONTRIBUTE,
    Action.INTEL_SHARE: Right.RELEASE,
    Action.INTEL_DELETE: Right.DELETE,
    Action.COLLECTION_MANAGE: Right.ADMINISTER,
    Action.METHOD_READ: Right.READ,
    Action.METHOD_WRITE: Right.CONTRIBUTE,
    Action.METHOD_SHARE: Right.RELEASE,
    Action.CASE_READ: Right.READ,
    Action.CASE_OPEN: Right.CONTRIBUTE,
    Action.CASE_WRITE: Right.CONTRIBUTE,
    Action.CASE_SHARE: Right.RELEASE,
    Action.CASE_RESTRICT: Right.ADMINISTER,
    Action.PROGRAMME_READ: Right.READ,
    Action.PROGRAMME_OPEN: Right.CONTRIBUTE,
    Action.PROGRAMME_WRITE: Right.CONTRIBUTE,
    Action.PROGRAMME_SHARE: Right.RELEASE,
    Action.PROGRAMME_RESTRICT: Right.ADMINISTER,
    Action.DELEGATION_READ: Right.READ,
    Action.DELEGATION_OPEN: Right.CONTRIBUTE,
    Action.DELEGATION_WRITE: Right.CONTRIBUTE,
    Action.DELEGATION_SHARE: Right.RELEASE,
    Action.DELEGATION_RESTRICT: Right.ADMINISTER,
    Action.LESSON_READ: Right.READ,
    Action.LESSON_OPEN: Right.CONTRIBUTE,
    Action.LESSON_WRITE: Right.CONTRIBUTE,
    Action.LESSON_SHARE: Right.RELEASE,
    Action.LESSON_RESTRICT: Right.ADMINISTER,
    Action.FLASH_READ: Right.READ,
    Action.FLASH_SEND: Right.RELEASE,
    Action.FLASH_ACKNOWLEDGE: Right.CONTRIBUTE,
    Action.ATTACHMENT_READ: Right.READ,
    Action.ATTACHMENT_ADD: Right.CONTRIBUTE,
    Action.ATTACHMENT_RELEASE: Right.RELEASE,
    Action.RELEASE_READ: Right.READ,
    Action.RELEASE_PROPOSE: Right.CONTRIBUTE,
    Action.RELEASE_AHEAD: Right.RELEASE,
    Action.RELEASE_DECIDE: Right.RELEASE,
    Action.DOCUMENT_PRINT: Right.READ,
    Action.DOCUMENT_EXPORT: Right.RELEASE,
    Action.PEER_READ: Right.READ,
    Action.PEER_MANAGE: Right.ADMINISTER,
    Action.AGREEMENT_READ: Right.READ,
    Action.AGREEMENT_PROPOSE: Right.RELEASE,
    Action.AGREEMENT_SIGN: Right.RELEASE,
    Action.LOG_READ: Right.READ,
    Action.LOG_PROVE: Right.READ,
    Action.LETTER_READ: Right.READ,
    Action.LETTER_RETRY: Right.RELEASE,
    Action.LETTER_GIVE_UP: Right.DELETE,
    Action.COURIER_PACK: Right.RELEASE,
    Action.COURIER_UNPACK: Right.CONTRIBUTE,
    Action.USER_READ: Right.READ,
    Action.USER_MANAGE: Right.ADMINISTER,
    Action.USER_WATCH: Right.ADMINISTER,
    Action.ROSTER_READ: Right.READ,
    Action.ROSTER_MANAGE: Right.ADMINISTER,
    Action.ALARM_READ: Right.READ,
    Action.ALARM_TAKE: Right.CONTRIBUTE,
    Action.HANDOVER_READ: Right.READ,
    Action.HANDOVER_WRITE: Right.CONTRIBUTE,
    Action.CHANNEL_READ: Right.READ,
    Action.DRILL_READ: Right.READ,
    Action.DRILL_MANAGE: Right.ADMINISTER,
    Action.SETTINGS_READ: Right.READ,
}
"""Each action belongs to one right."""

READING: Final = frozenset(action for action, right in RIGHTS.items() if right is Right.READ)
"""Actions that change nothing: all that a token of scope "read" and an auditor may do."""

SIGHT: Final = {
    Action.ACCOUNT_OWN: Action.ACCOUNT_OWN,
    Action.ACCOUNT_SECURE: Action.ACCOUNT_OWN,
    Action.REQUEST_READ: Action.REQUEST_READ,
    Action.REQUEST_OPEN: Action.REQUEST_READ,
    Action.REQUEST_ANSWER: Action.REQUEST_READ,
    Action.REQUEST_WRITE: Action.REQUEST_READ,
    Action.REQUEST_WITHDRAW: Action.REQUEST_READ,
    Action.REQUEST_RESTRICT: Action.REQUEST_READ,
    Action.EMERGENCY_READ: Action.EMERGENCY_READ,
    Action.EMERGENCY_OPEN: Action.EMERGENCY_READ,
    Action.EMERGENCY_WRITE: Action.EMERGENCY_READ,
    Action.EMERGENCY_RESTRICT: Action.EMERGENCY_READ,
    Action.INTEL_READ: Action.INTEL_READ,
    Action.INTEL_ADD: Action.INTEL_READ,
    Action.INTEL_SHARE: Action.INTEL_READ,
    Action.INTEL_DELETE: Action.INTEL_READ,
    Action.COLLECTION_MANAGE: Action.INTEL_READ,
    Action.METHOD_READ: Action.METHOD_READ,
    Action.METHOD_WRITE: Action.METHOD_READ,
    Action.METHOD_SHARE: Action.METHOD_READ,
    Action.CASE_READ: Action.CASE_READ,
    Action.CASE_OPEN: Action.CASE_READ,
    Action.CASE_WRITE: Action.CASE_READ,
    Action.CASE_SHARE: Action.CASE_READ,
    Action.CASE_RESTRICT: Action.CASE_READ,
    Action.PROGRAMME_READ: Action.PROGRAMME_READ,
    Action.PROGRAMME_OPEN: Action.PROGRAMME_READ,
    Action.PROGRAMME_WRITE: Action.PROGRAMME_READ,
    Action.PROGRAMME_SHARE: Action.PROGRAMME_READ,
    Action.PROGRAMME_RESTRICT: Action.PROGRAMME_READ,
    Action.DELEGATION_READ: Action.DELEGATION_READ,
    Action.DELEGATION_OPEN: Action.DELEGATION_READ,
    Action.DELEGATION_WRITE: Action.DELEGATION_READ,
    Action.DELEGATION_SHARE: Action.DELEGATION_READ,
    Action.DELEGATION_RESTRICT: Action.DELEGATION_READ,
    Action.LESSON_READ: Action.LESSON_READ,
    Action.LESSON_OPEN: Action.LESSON_READ,
    Action.LESSON_WRITE: Action.LESSON_READ,
    Action.LESSON_SHARE: Action.LESSON_READ,
    Action.LESSON_RESTRICT: Action.LESSON_READ,
    Action.FLASH_READ: Action.FLASH_READ,
    Action.FLASH_SEND: Action.FLASH_READ,
    Action.FLASH_ACKNOWLEDGE: Action.FLASH_READ,
    Action.ATTACHMENT_READ: Action.REQUEST_READ,
    Action.ATTACHMENT_ADD: Action.REQUEST_READ,
    Action.ATTACHMENT_RELEASE: Action.REQUEST_READ,
    Action.RELEASE_READ: Action.RELEASE_READ,
    Action.RELEASE_PROPOSE: Action.RELEASE_READ,
    Action.RELEASE_AHEAD: Action.RELEASE_READ,
    Action.RELEASE_DECIDE: Action.RELEASE_READ,
    Action.DOCUMENT_PRINT: Action.REQUEST_READ,
    Action.DOCUMENT_EXPORT: Action.REQUEST_READ,
    Action.PEER_READ: Action.PEER_READ,
    Action.PEER_MANAGE: Action.PEER_READ,
    Action.AGREEMENT_READ: Action.AGREEMENT_READ,
    Action.AGREEMENT_PROPOSE: Action.AGREEMENT_READ,
    Action.AGREEMENT_SIGN: Action.AGREEMENT_READ,
    Action.LOG_READ: Action.LOG_READ,
    Action.LOG_PROVE: Action.LOG_READ,
    Action.LETTER_READ: Action.LETTER_READ,
    Action.LETTER_RETRY: Action.LETTER_READ,
    Action.LETTER_GIVE_UP: Action.LETTER_READ,
    Action.COURIER_PACK: Action.PEER_READ,
    Action.COURIER_UNPACK: Action.PEER_READ,
    Action.USER_READ: Action.USER_READ,
    Action.USER_MANAGE: Action.USER_READ,
    Action.USER_WATCH: Action.USER_READ,
    Action.ROSTER_READ: Action.ROSTER_READ,
    Action.ROSTER_MANAGE: Action.ROSTER_READ,
    Action.ALARM_READ: Action.ALARM_READ,
    Action.ALARM_TAKE: Action.ALARM_READ,
    Action.HANDOVER_READ: Action.HANDOVER_READ,
    Action.HANDOVER_WRITE: Action.HANDOVER_READ,
    Action.CHANNEL_READ: Action.CHANNEL_READ,
    Action.DRILL_READ: Action.DRILL_READ,
    Action.DRILL_MANAGE: Action.DRILL_READ,
    Action.SETTINGS_READ: Action.SETTINGS_READ,
}
"""For each action the one that lets an officer know that such a thing exists at all."""
