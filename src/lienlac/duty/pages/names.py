"""Duty's words: every code that a page shows, in plain words, and how it looks."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Final

from lienlac.duty.alarms.alarm import Cause, Phase, Place
from lienlac.duty.handover.note import Stage
from lienlac.errors import Refused, catalogue
from lienlac.notices.channels import ChannelKind
from lienlac.notices.store import queue
from lienlac.people.rights import Action
from lienlac.ui.words import N_, zone

if TYPE_CHECKING:
    from lienlac.errors import Language

TABS: Final = (
    (N_("Roster"), "/duty", Action.ROSTER_READ),
    (N_("Alarms"), "/duty/alarms", Action.ALARM_READ),
    (N_("Hand-over"), "/duty/handovers", Action.HANDOVER_READ),
    (N_("Drills"), "/duty/drills", Action.DRILL_READ),
    (N_("My contact methods"), "/duty/contacts", Action.ACCOUNT_OWN),
    (N_("Channels"), "/duty/channels", Action.CHANNEL_READ),
)
LINES: Final = {1: N_("First on call"), 2: N_("Second on call"), 3: N_("Third on call")}
DAYS: Final = (
    N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"),
)  # fmt: skip
CAUSES: Final = {
    Cause.NEW: N_("New, not answered"),
    Cause.DUE: N_("Time runs out"),
    Cause.OVERDUE: N_("Overdue"),
    Cause.NO_RECEIPT: N_("No receipt"),
    Cause.HOLD_ENDS: N_("A hold ends"),
}
CAUSE_TONES: Final = {
    Cause.NEW: "info", Cause.DUE: "warn", Cause.OVERDUE: "bad", Cause.NO_RECEIPT: "bad", Cause.HOLD_ENDS: "warn",
}  # fmt: skip
CLOCKS: Final = {
    "receipt": N_("receipt"),
    "acknowledge": N_("acknowledgement"),
    "decide": N_("decision"),
    "execute": N_("execution"),
    "correct": N_("correction"),
    "validate": N_("validation"),
    "hold": N_("end of the hold"),
    "update": N_("our next report"),
    "their-update": N_("their next report"),
}
PHASES: Final = {Phase.OPEN: N_("nobody has it"), Phase.TAKEN: N_("taken"), Phase.ENDED: N_("over")}
PHASE_TONES: Final = {Phase.OPEN: "bad", Phase.TAKEN: "good", Phase.ENDED: ""}
PLACES: Final = {
    Place.HOLDER: N_("took it before"),
    Place.ON_CALL: N_("on call"),
    Place.SUPERVISOR: N_("supervisor, because nobody is on call"),
    Place.NAMED: N_("named in the agreement"),
}
NOTICES: Final = {
    queue.WAITING: N_("being sent"),
    queue.SENT: N_("sent"),
    queue.EXPIRED: N_("given up"),
    queue.WITHDRAWN: N_("no longer needed"),
    queue.NOBODY: N_("could not be reached"),
}
NOTICE_TONES: Final = {queue.SENT: "good", queue.EXPIRED: "bad", queue.NOBODY: "bad"}
KINDS: Final = {
    ChannelKind.EMAIL: N_("E-mail"),
    ChannelKind.WEBHOOK: N_("Webhook"),
    ChannelKind.APPRISE: N_("Apprise"),
}
STAGES: Final = {Stage.WRITTEN: N_("waits"), Stage.READ: N_("read"), Stage.ACCEPTED: N_("accepted")}
STAGE_TONES: Final = {Stage.WRITTEN: "warn", Stage.READ: "info", Stage.ACCEPTED: "good"}
URGENCY_TONES: Final = {"life": "bad", "hot": "bad", "urgent": "warn", "normal": ""}

_WHEN: Final = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})[ ,]+([0-9]{1,2})\s?[:hHgG.]\s?([0-9]{2})")


def reason(code: str, language: Language) -> str:
    """What a failure's code means."""
    entry = catalogue().get(code)
    return code if entry is None else entry[language]


def instant(text: str, time_zone: str, field: str) -> datetime:
    """A time as people type it, day first, in a zone; also as machines write it. Raises `Refused("time-malformed")`."""
    found = _WHEN.fullmatch(text.strip())
    try:
        if found is not None:
            day, month, year, hour, minute = (int(part) for part in found.groups())
            return datetime(year, month, day, hour, minute, tzinfo=zone(time_zone))
        at = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise Refused("time-malformed", field=field) from error
    return at if at.tzinfo is not None else at.replace(tzinfo=zone(time_zone))
