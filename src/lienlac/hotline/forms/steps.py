"""The forms of all steps after the opening: fields in, message body out; every mistake at once.

Pure. Fields are declared in `kinds.steps` and with each kind; whether the step may be taken now is the lifecycle's
business, not the form's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from lienlac import limits
from lienlac.hotline.forms.fields import read_fields, read_report
from lienlac.hotline.forms.leaving import read_choice
from lienlac.hotline.forms.openings import read_own
from lienlac.hotline.kinds import BODY_OF, BY_KIND, grounds_of, kind_of
from lienlac.hotline.kinds.steps import RULES, STEP_FIELDS
from lienlac.hotline.lifecycle import Step
from lienlac.records.forms.reader import Reader
from lienlac.releases.preview import CAREFUL, Choice

if TYPE_CHECKING:
    from datetime import datetime

    from lienlac.hotline.kinds.field import RequestKind
    from lienlac.wire.bodies import hotline as bodies

WITH_FILES = frozenset(
    step for step in Step if kind_of(step) in BODY_OF and "attachments" in BODY_OF[kind_of(step)].__struct_fields__
)
"""Steps that files may go along with."""
KEPT_IN_A_CORRECTION = ("reference", "urgency", "clocks", "officer", "drill", "follows")
"""What a correction cannot change: it would be another request."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A step's form found right: what the body will hold besides the officer."""

    step: Step
    values: dict[str, Any]
    phone: str
    uploads: tuple[str, ...] = ()
    leaving: Choice = CAREFUL

    def make(self, officer: bodies.Officer, present: bodies.Opening) -> msgspec.Struct:
        """The message body. `present`: what the request states now, which a correction changes."""
        values = dict(self.values)
        if self.step is Step.CORRECT:
            # Files came with the opening and stay there: each is announced by one message only.
            values["opening"] = msgspec.structs.replace(present, **values.pop("changes"), attachments=())
        return BODY_OF[kind_of(self.step)](officer=officer, **values)


def read_step(step: Step, request_kind: str, data: object, now: datetime, *, typology: str | None = None) -> Filled:
    """Read a step's form; raises `FormRefused` with every mistake. The request's kind shapes results and corrections.

    `typology`: the request's offence code, for a correction.
    """
    kind = BY_KIND[request_kind]
    form = Reader(data, now=now)
    phone = form.line("phone", required=False)
    uploads = form.strings("attachments", most=limits.ATTACHMENTS_PER_MESSAGE) if step in WITH_FILES else ()
    choice = read_choice(form)
    values = _values(step, kind, form, typology)
    form.finish()
    return Filled(step, values, phone, uploads, choice)


def _values(step: Step, kind: RequestKind, form: Reader, typology: str | None) -> dict[str, Any]:
    if step is Step.RESULT:
        return {"report": kind.report(**read_report(kind.report_fields, form))}
    values = read_fields(STEP_FIELDS[step], form)
    if step is Step.VALIDATE and values["authorisation"] is None:
        form.note("authorisation.decided_by", "authorisation-missing")
    if step is Step.CORRECT:
        values |= _correction(kind, form, typology)
    if step in (Step.RETURN, Step.REFUSE) and values["ground"] and values["ground"] not in grounds_of(kind):
        form.note("ground", "ground-unfit", ground=values["ground"])
    if step in RULES:
        RULES[step](kind, values, form.note)
    return values


def _correction(kind: RequestKind, form: Reader, typology: str | None) -> dict[str, Any]:
    """Which return it answers, and the request's own fields anew; number, urgency and clocks stay as they are."""
    answers = form.line("answers")
    section = form.section("form")
    if section is None:
        return {"answers": answers, "changes": {}}
    changes = read_own(section, kind, typology)
    section.close()
    del changes["drill"]
    if not changes["case_number"]:
        del changes["case_number"]
    return {"answers": answers, "changes": changes}
