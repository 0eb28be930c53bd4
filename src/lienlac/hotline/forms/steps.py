"""The forms of all steps after the opening: fields in, message body out; every mistake at once.

Pure. Whether the step may be taken now is the lifecycle's business, not the form's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from lienlac.hotline.forms.reader import Reader
from lienlac.hotline.forms.values import read_accounts, read_money
from lienlac.hotline.kinds import BODY_OF, FREEZE_PAYMENT, kind_of
from lienlac.hotline.lifecycle import Step
from lienlac.ids import ID_PATTERN
from lienlac.vocabulary import refusals
from lienlac.wire.bodies import hotline as bodies

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from enum import StrEnum

    import msgspec

_ID: Final = re.compile(ID_PATTERN)


@dataclass(frozen=True, slots=True)
class Filled:
    """A step's form found right: what the body will hold besides the officer."""

    body_type: type[msgspec.Struct]
    values: dict[str, Any]
    phone: str

    def make(self, officer: bodies.Officer) -> msgspec.Struct:
        """The message body."""
        return self.body_type(officer=officer, **self.values)


def read_step(step: Step, request_kind: str, data: object, now: datetime) -> Filled:
    """Read a step's form; raises `FormRefused` with every mistake. `request_kind` shapes the report of a result."""
    form = Reader(data, now=now)
    phone = form.line("phone", required=False)
    values = {"report": _report(form, request_kind)} if step is Step.RESULT else _READERS[step](form)
    form.finish()
    return Filled(BODY_OF[kind_of(step)], values, phone)


def _acknowledge(form: Reader) -> dict[str, Any]:
    return {"remarks": form.text("remarks", required=False)}


def _ask(form: Reader) -> dict[str, Any]:
    return {"question": form.text("question")}


def _clarify(form: Reader) -> dict[str, Any]:
    answers = form.line("answers")
    if answers and not _ID.match(answers):
        form.note("answers", "question-unknown")
    return {
        "answers": answers,
        "answer": form.text("answer"),
        "beneficiaries": read_accounts(form, "beneficiaries"),
    }


def _accept(form: Reader) -> dict[str, Any]:
    extent = bodies.Extent(form.choice("extent", _values(bodies.Extent), default="fully"))
    return {"extent": extent, "remarks": form.text("remarks", required=extent is bodies.Extent.PARTLY)}


def _refuse(form: Reader) -> dict[str, Any]:
    ground = form.choice("ground", refusals.codes())
    withheld = form.flag("withheld_by_law", default=False)
    return {
        "ground": ground,
        "withheld_by_law": withheld,
        "explanation": form.text("explanation", required=not withheld),
    }


def _withdraw(form: Reader) -> dict[str, Any]:
    return {"reason": form.text("reason")}


def _feedback(form: Reader) -> dict[str, Any]:
    usefulness = form.choice("usefulness", _values(bodies.Usefulness), default="useful")
    return {
        "usefulness": bodies.Usefulness(usefulness),
        "text": form.text("text", required=False),
        "returned": read_money(form, "returned", required=False),
    }


def _close(form: Reader) -> dict[str, Any]:
    return {"remarks": form.text("remarks", required=False)}


def _note(form: Reader) -> dict[str, Any]:
    return {"text": form.text("text")}


_READERS: Final[dict[Step, Callable[[Reader], dict[str, Any]]]] = {
    Step.ACKNOWLEDGE: _acknowledge,
    Step.ASK: _ask,
    Step.CLARIFY: _clarify,
    Step.ACCEPT: _accept,
    Step.REFUSE: _refuse,
    Step.WITHDRAW: _withdraw,
    Step.FEEDBACK: _feedback,
    Step.CLOSE: _close,
    Step.NOTE: _note,
}


def _report(form: Reader, request_kind: str) -> bodies.FreezeResult | bodies.PreserveResult:
    return _freeze_report(form) if request_kind == FREEZE_PAYMENT else _preserve_report(form)


def _freeze_report(form: Reader) -> bodies.FreezeResult:
    outcome = bodies.FreezeOutcome(form.choice("outcome", _values(bodies.FreezeOutcome), default="not-held"))
    holds = outcome in {bodies.FreezeOutcome.HELD, bodies.FreezeOutcome.PARTLY}
    if form.raw("outcome") is None:
        form.note("outcome", "field-missing")
    else:
        _nothing_beside(form, holds=holds, names=("held", "until"))
    return bodies.FreezeResult(
        outcome=outcome,
        held=read_money(form, "held", required=holds),
        held_at=form.instant("held_at", required=holds, past=True),
        until=form.instant("until", required=holds, future=True),
        bank_reference=form.line("bank_reference", required=False),
        follow_up=form.text("follow_up", required=False),
    )


def _preserve_report(form: Reader) -> bodies.PreserveResult:
    outcome = bodies.PreserveOutcome(form.choice("outcome", _values(bodies.PreserveOutcome), default="not-preserved"))
    keeps = outcome in {bodies.PreserveOutcome.PRESERVED, bodies.PreserveOutcome.PARTLY}
    if form.raw("outcome") is None:
        form.note("outcome", "field-missing")
    else:
        _nothing_beside(form, holds=keeps, names=("preserved", "until"))
    return bodies.PreserveResult(
        outcome=outcome,
        preserved=form.text("preserved", required=keeps),
        preserved_at=form.instant("preserved_at", required=keeps, past=True),
        until=form.instant("until", required=keeps, future=True),
        provider_reference=form.line("provider_reference", required=False),
        follow_up=form.text("follow_up", required=False),
    )


def _nothing_beside(form: Reader, *, holds: bool, names: tuple[str, ...]) -> None:
    """An answer that nothing is held names no sum and no end: the other side would not know which half to believe."""
    for name in names:
        if not holds and form.raw(name) is not None:
            form.note(name, "result-contradicts")


def _values(words: type[StrEnum]) -> list[str]:
    return [word.value for word in words]
