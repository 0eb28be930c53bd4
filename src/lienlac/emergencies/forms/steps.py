"""The forms of everything that is said in a channel once it is open. Pure.

`read_step` gives a `Filled`: the body without its author, whom the desk adds, and for entries their own marks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec

from lienlac.emergencies.forms.openings import read_marks
from lienlac.emergencies.forms.reader import Reader, digest_of_form
from lienlac.emergencies.lifecycle import Step
from lienlac.emergencies.rules.checks import check_body
from lienlac.errors import Refused
from lienlac.ids import ID_PATTERN
from lienlac.records.forms.leave import AT_ONCE, Leave, read_leave
from lienlac.wire.bodies import emergencies as bodies
from lienlac.wire.bodies.hotline import Officer

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from lienlac.wire.bodies.agreement import Agreement
    from lienlac.wire.message import Marks

_ID: Final = re.compile(ID_PATTERN)
_NOBODY: Final = Officer(name="-", unit="-")
_NO_SEAT: Final = "sea-" + "a" * 26


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A step's form found right. `to` is a colleague's login; `leave`: what cannot wait; `said` the form's digest."""

    step: Step
    body: Any
    phone: str = ""
    marks: Marks | None = None
    to: str = ""
    leave: Leave = AT_ONCE
    said: str = ""

    def make(self, officer: Officer, **more: Any) -> msgspec.Struct:
        """The message body, with its author."""
        found: msgspec.Struct = msgspec.structs.replace(self.body, officer=officer, **more)
        return found


def read_step(
    step: Step,
    data: object,
    now: datetime,
    *,
    agreement: Agreement | None = None,
    marks: Marks | None = None,
    danger: bool = False,
) -> Filled:
    """Read a step's form; `marks` are the channel's, `danger`: it says that lives are. Raises `FormRefused`."""
    form = Reader(data, now=now)
    body = _READ[step](form)
    own = read_marks(form, agreement, marks) if step is Step.ENTRY else None
    phone = form.line("phone", required=False)
    to = form.line("to") if step is Step.HAND_OVER else ""
    danger = danger or getattr(body, "lives_in_danger", None) is True
    leave = read_leave(form, danger=danger, otherwise="emergency-ahead-danger")
    try:
        check_body(step, body, now)
    except Refused as refusal:
        if all(problem.field != refusal.field for problem in form.problems):
            form.refuse(refusal.field or "", refusal)
    form.finish()
    return Filled(step=step, body=body, phone=phone, marks=own, to=to, leave=leave, said=digest_of_form(data))


def _answer(form: Reader) -> msgspec.Struct:
    remarks = form.text("remarks", required=False)
    return bodies.Answered(officer=_NOBODY, seat=_NO_SEAT, remarks=remarks, next_update=form.next_update())


def _entry(form: Reader) -> msgspec.Struct:
    return bodies.Entered(
        officer=_NOBODY,
        at=form.instant("at", required=False) or form.now,
        source=form.member("source", bodies.Source, default=bodies.Source.OWN),
        text=form.said("text") or bodies.Said(vi="-"),
        source_text=form.line("source_text", required=False),
        corrects=_id(form, "corrects", required=False),
        next_update=form.next_update(),
    )


def _retract(form: Reader) -> msgspec.Struct:
    entry = _id(form, "entry") or _NO_SEAT
    return bodies.Retracted(officer=_NOBODY, entry=entry, reason=form.text("reason") or "-")


def _report(form: Reader) -> msgspec.Struct:
    severity = form.choice("severity", [one.value for one in bodies.Severity], default="")
    danger = form.raw("lives_in_danger")
    return bodies.Reported(
        officer=_NOBODY,
        summary=form.said("summary", required=False),
        severity=bodies.Severity(severity) if severity else None,
        lives_in_danger=None if danger is None else form.flag("lives_in_danger", default=False),
        next_update=form.next_update(),
    )


def _presence(form: Reader) -> msgspec.Struct:
    return bodies.Present(officer=_NOBODY, seat=_NO_SEAT, here=form.flag("here", default=False))


def _hand_over(form: Reader) -> msgspec.Struct:
    text = form.text("text", required=False)
    return bodies.HandedOver(officer=_NOBODY, seat=_NO_SEAT, to=_NOBODY, to_seat=_NO_SEAT, text=text)


def _stand(form: Reader) -> msgspec.Struct:
    return bodies.Stood(officer=_NOBODY, text=form.text("text") or "-", next_update=form.next_update())


_READ: Final[dict[Step, Callable[[Reader], msgspec.Struct]]] = {
    Step.ANSWER: _answer,
    Step.ENTRY: _entry,
    Step.RETRACT: _retract,
    Step.REPORT: _report,
    Step.PRESENCE: _presence,
    Step.HAND_OVER: _hand_over,
    Step.HOLD: _stand,
    Step.STAND_DOWN: _stand,
    Step.RESUME: _stand,
}


def _id(form: Reader, name: str, *, required: bool = True) -> str | None:
    text = form.line(name, required=required)
    if text and _ID.fullmatch(text) is None:
        form.refuse(name, Refused("id-invalid"))
        return None
    return text or None
