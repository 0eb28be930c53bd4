"""One right form and one right result of every kind of request, and a body of every step, for tests that take them all."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from lienlac.hotline.forms.openings import read_own
from lienlac.hotline.forms.steps import read_step
from lienlac.hotline.kinds import BY_KIND, BY_NAME, REQUEST_KINDS
from lienlac.hotline.kinds.field import Needs, RequestKind
from lienlac.hotline.kinds.steps import CONSIDERED
from lienlac.hotline.lifecycle import Step
from lienlac.hotline.request import Request
from lienlac.records.forms.reader import Reader
from lienlac.wire.bodies import hotline as bodies
from tests.hotline.scene import START, freeze_form, preserve_form

OFFICER = bodies.Officer(name="Nguyễn Thị Ánh", unit="A05")
CLOCKS = bodies.Clocks(receipt_s=300, acknowledge_s=1800, decide_s=14_400, execute_s=28_800, correct_s=432_000)
DECISION = {
    "decided_by": "court",
    "authority": "United States District Court, District of Maryland",
    "law": "18 USC 2703(d)",
    "number": "26-mj-1187",
    "scope": "Subscriber and sign-in data of the accounts named, 1 August to 23 November 2026.",
    "decided_on": "2026-11-20",
}
WHY = {
    "authority": "IC3",
    "offence": "Wire fraud, 18 USC 1343",
    "facts": "Victims were called by people who posed as police.",
    "link": "The calls came from this number.",
    "necessity": "Nothing else leads to the callers.",
}
OWN: dict[str, dict[str, Any]] = {
    "release-payment": {
        "accounts": [{"form": "vn", "bin": "970436", "number": "0071000123456"}],
        "reason": "cleared",
        "facts": "The payment was the price of a car.",
    },
    "extend": {"period_days": 60, "facts": "The request for legal assistance is being translated."},
    "disclose-subscriber": {
        **WHY,
        "categories": ["subscriber"],
        "identifiers": [{"type": "phone", "value": "+84 912 345 678"}],
        "custodian": "Viettel",
    },
    "disclose-traffic": {
        **WHY,
        "categories": ["access-logs", "traffic"],
        "identifiers": [{"type": "ip", "value": "203.0.113.7"}],
        "custodian": "VNPT",
        "covers_from": "2026-10-01T00:00:00Z",
        "covers_until": "2026-11-01T00:00:00Z",
        "not_enough": "The subscriber is a company with three hundred workers.",
    },
    "emergency-disclose": {
        "urgency": "life",
        "purpose": "protect-life",
        "categories": ["subscriber", "location"],
        "identifiers": [{"type": "phone", "value": "+84912345678"}],
        "custodian": "Viettel",
        "facts": "A young woman was lured abroad for work.",
        "danger": "She wrote an hour ago that she would be sold tonight.",
        "endangered": "One person, 22 years old",
        "necessity": "Her telephone's place says where to look.",
    },
    "take-down": {
        "purpose": "prevent-crime",
        "targets": [{"type": "url", "value": "https://goldentrade-fx.example/login"}],
        "measure": "block-access",
        "facts": "The page takes deposits that are never paid back.",
        "harm": "Forty victims since August.",
        "found": "Opened by an officer on 22 November 2026.",
    },
    "block-number": {
        "purpose": "prevent-crime",
        "numbers": [{"type": "phone", "value": "+84 24 3826 0000"}],
        "forged": False,
        "measure": "block-outgoing",
        "facts": "Callers pose as police.",
        "harm": "They make victims move money to a 'safe account'.",
        "period_days": 30,
    },
    "locate": {
        "purpose": "locate-person",
        "person": "NGUYEN VAN THANH",
        "role": "suspect",
        "born_on": "1991-04-02",
        "offence": "Wire fraud",
        "facts": "He opened the accounts that received the money.",
        "necessity": "He is to be heard before the accounts are emptied.",
    },
    "identify": {
        "purpose": "locate-person",
        "identifiers": [{"type": "telegram", "value": "@goldentrade_help"}],
        "role": "suspect",
        "offence": "Wire fraud",
        "facts": "The account answers victims' questions.",
        "necessity": "No other trace leads to the group.",
    },
    "victim-contact": {
        "purpose": "assist-victim",
        "victim": "The holder of the account in US-2026-000001",
        "facts": "Her money was found.",
        "tell": "That 31,000 USD are held and how she may claim them.",
    },
    "legal-info": {"subject": "Freezing without a court", "question": "How long may a bank hold a payment by itself?"},
    "tech-advice": {"subject": "VNeID look-alikes", "question": "How is the real application signed?"},
    "deconflict": {"purpose": "deconflict", "query": "dcq-" + "a" * 26, "count": 40},
}
"""What each kind's form states besides what all do; freeze and preserve stand in the scene."""

RESULTS: dict[str, dict[str, Any]] = {
    "freeze-payment": {
        "outcome": "held",
        "held": {"amount": "812000000", "currency": "VND"},
        "held_at": START.isoformat(),
        "until": (START + timedelta(days=30)).isoformat(),
    },
    "release-payment": {
        "outcome": "released",
        "released": {"amount": "812000000", "currency": "VND"},
        "released_at": START.isoformat(),
        "holder_told": True,
    },
    "preserve-data": {
        "outcome": "preserved",
        "preserved": "Login records",
        "preserved_at": START.isoformat(),
        "until": (START + timedelta(days=90)).isoformat(),
    },
    "extend": {"outcome": "extended", "until": (START + timedelta(days=150)).isoformat()},
    "disclose-subscriber": {
        "outcome": "disclosed",
        "records": [{"about": "+84912345678", "name": "NGUYEN VAN THANH", "since": "2024"}],
        "conditions": "Not before a court.",
    },
    "disclose-traffic": {
        "outcome": "partly",
        "records": [{"at": START.isoformat(), "source": "203.0.113.7", "detail": "sign-in"}],
        "third_state": "A provider in Singapore",
    },
    "emergency-disclose": {"outcome": "disclosed", "whereabouts": "Cell 452-04-1, Moc Bai"},
    "take-down": {"outcome": "taken-down", "done": "Blocked at the resolvers", "done_at": START.isoformat()},
    "block-number": {
        "outcome": "blocked",
        "done": "Outgoing calls blocked",
        "done_at": START.isoformat(),
        "until": (START + timedelta(days=30)).isoformat(),
    },
    "locate": {"outcome": "located", "place": "Da Nang, Hai Chau", "as_of": START.isoformat()},
    "identify": {"outcome": "partly", "persons": [{"name": "TRAN THI B", "born": "1990"}]},
    "victim-contact": {"outcome": "reached", "reached_at": START.isoformat(), "consents": True},
    "legal-info": {
        "outcome": "answered",
        "answer": "Three working days.",
        "provisions": [{"law": "Law 14/2022/QH15", "article": "44"}],
    },
    "tech-advice": {"outcome": "answered", "answer": "By the certificate in the annex."},
    "deconflict": {"outcome": "hit", "contact": "Captain Minh"},
}


def form_of(kind: RequestKind | str, **changes: Any) -> dict[str, Any]:
    """A right form of a kind. What must go on from another request gets `follows` from the caller."""
    kind = BY_NAME[kind] if isinstance(kind, str) else kind
    if kind.name == "freeze-payment":
        return freeze_form(**changes)
    if kind.name == "preserve-data":
        return preserve_form(**changes)
    form: dict[str, Any] = {
        "kind": kind.name,
        "urgency": "normal",
        "purpose": "investigate",
        "legal_basis": "bilateral-arrangement",
        "legal_basis_text": "Arrangement of 11 September 2024, article 4",
        "typology": "imp-pol" if kind.name == "block-number" else "fxp-rig",
        "case_number": "IC3-2026-4417",
        **OWN[kind.name],
    }
    if kind.needs is Needs.BEFORE:
        form["authorisation"] = DECISION
    if kind.must_follow:
        del form["purpose"]
    return {**form, **changes}


LEADING = {"extend": "preserve-data", "release-payment": "freeze-payment"}
"""What a request that cannot stand alone goes on from in these tests."""
NAMES = [kind.name for kind in REQUEST_KINDS]


@functools.cache
def opening_of(name: str) -> bodies.Opening:
    """The body of a right request of a kind."""
    kind = BY_NAME[name]
    form = Reader(form_of(kind), now=START)
    values = read_own(form, kind, "imp-pol" if name == "block-number" else "fxp-rig")
    assert not form.problems, form.problems
    follows = bodies.Follows(request="req-" + "e" * 26, reference="US-2025-000009") if kind.must_follow else None
    made: Any = kind.body(
        reference="US-2026-000001",
        urgency=bodies.Urgency(form_of(kind)["urgency"]),
        clocks=CLOCKS,
        officer=OFFICER,
        follows=follows,
        **values,
    )
    assert isinstance(made, bodies.Opening)
    return made


@functools.cache
def report_of(name: str) -> object:
    """The report of a right result on a request of a kind."""
    return read_step(Step.RESULT, BY_NAME[name].kind, RESULTS[name], START).values["report"]


OPENING = opening_of("freeze-payment")


def body_of(step: Step, answers: str, name: str = "freeze-payment") -> object:
    """A right body of each step on a request of a kind."""
    if step is Step.OPEN:
        return opening_of(name)
    authorisation = bodies.Authorisation(
        decided_by=bodies.DecidedBy.COURT, authority="Court", law="18 USC 981", scope="All", decided_on="2026-11-20"
    )
    bodies_of: dict[Step, Callable[[], object]] = {
        Step.ACKNOWLEDGE: lambda: bodies.Acknowledged(officer=OFFICER),
        Step.ASK: lambda: bodies.Asked(officer=OFFICER, question="Which?"),
        Step.CLARIFY: lambda: bodies.Clarified(officer=OFFICER, answers=answers, answer="This."),
        Step.ACCEPT: lambda: bodies.Accepted(officer=OFFICER, extent=bodies.Extent.FULLY),
        Step.RETURN: lambda: bodies.Returned(officer=OFFICER, ground="incomplete", explanation="Which branch?"),
        Step.CORRECT: lambda: bodies.Corrected(officer=OFFICER, answers=answers, opening=opening_of(name)),
        Step.REFUSE: lambda: bodies.Declined(officer=OFFICER, ground="data-not-held"),
        Step.RESULT: lambda: bodies.Result(officer=OFFICER, report=report_of(name)),
        Step.VALIDATE: lambda: bodies.Validated(officer=OFFICER, authorisation=authorisation),
        Step.LAPSE: lambda: bodies.Lapsed(validate_until=START + timedelta(days=2)),
        Step.WITHDRAW: lambda: bodies.Withdrawn(officer=OFFICER, reason="Paid back."),
        Step.FEEDBACK: lambda: bodies.Feedback(officer=OFFICER, usefulness=bodies.Usefulness.USEFUL),
        Step.CLOSE: lambda: bodies.Closed(officer=OFFICER),
        Step.NOTE: lambda: bodies.Note(officer=OFFICER, text="Hello."),
        Step.ASK_USE: lambda: bodies.UseAsked(officer=OFFICER, purpose="prosecute", text="For the trial."),
        Step.ANSWER_USE: lambda: bodies.UseAnswered(officer=OFFICER, answers=answers, granted=True),
    }
    return bodies_of[step]()


_HEAD = {"kind", "urgency", "purpose", "legal_basis", "legal_basis_text", "typology", "marks", "phone", "to"}


def own_form(name: str) -> dict[str, Any]:
    """The part of a right form that a correction states anew."""
    return {field: value for field, value in form_of(name).items() if field not in _HEAD}


def step_form(step: Step, request: Request, node_id: str) -> dict[str, Any]:
    """A right form of each step on a request that awaits it of this node."""
    name = BY_KIND[request.kind].name
    questions = request.open_questions
    uses = request.open_uses(request.side_of(node_id))
    forms: dict[Step, dict[str, Any]] = {
        Step.ASK: {"question": "Which branch?"},
        Step.CLARIFY: {"answers": questions[0].asked.id if questions else "", "answer": "Ba Dinh."},
        Step.ACCEPT: {"considered": list(CONSIDERED)},
        Step.RETURN: {"ground": "incomplete", "explanation": "Which branch?"},
        Step.REFUSE: {"ground": "barred-by-domestic-law", "explanation": "Article 12.", "considered": list(CONSIDERED)},
        Step.RESULT: RESULTS[name],
        Step.VALIDATE: {"authorisation": DECISION},
        Step.WITHDRAW: {"reason": "Paid back."},
        Step.NOTE: {"text": "Hello."},
        Step.ASK_USE: {"purpose": "prosecute", "text": "For the trial."},
        Step.ANSWER_USE: {"answers": uses[0].asked.id if uses else "", "granted": True},
    }
    if step is Step.CORRECT and request.awaited_correction is not None:
        return {"answers": request.awaited_correction.asked.id, "form": own_form(name)}
    return forms.get(step, {})
