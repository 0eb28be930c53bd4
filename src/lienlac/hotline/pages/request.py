"""One request: where it stands, its clocks, what may be done now, what was said, and proof of each message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import get, post

from lienlac.errors import NotAllowed, Refused
from lienlac.hotline.deadlines import next_due
from lienlac.hotline.desk import RIGHT_OF
from lienlac.hotline.forms.problems import FormRefused
from lienlac.hotline.inbox.line import amount_of, title_of
from lienlac.hotline.lifecycle import Step
from lienlac.hotline.pages import names, typed
from lienlac.hotline.pages.inbox import agreement_with, contact_of, names_of_peers, said_of
from lienlac.identifiers.accounts import describe
from lienlac.identifiers.money import CURRENCIES
from lienlac.people.rights import Action
from lienlac.ui.guard import needs
from lienlac.ui.page import Blank
from lienlac.ui.problems import reason_of, status_of
from lienlac.vocabulary import handling, legal_bases, pap, purposes, refusals, tlp, typologies, urgencies
from lienlac.wire.bodies import hotline as bodies

if TYPE_CHECKING:
    from collections.abc import Callable

    from litestar import Response
    from litestar.params import FromPath

    from lienlac.hotline.desk import Hotline, Shown
    from lienlac.ui.page import Ask, Form

_READ: Final = needs(Action.REQUEST_READ)
_READ_BY_ITSELF: Final = needs(Action.REQUEST_READ, by_itself=True)
_TEXTS: Final[dict[Step, tuple[str, ...]]] = {
    Step.ACKNOWLEDGE: ("remarks", "phone"),
    Step.ASK: ("question", "phone"),
    Step.CLARIFY: ("answers", "answer", "phone"),
    Step.ACCEPT: ("extent", "remarks", "phone"),
    Step.REFUSE: ("ground", "explanation", "phone"),
    Step.RESULT: ("outcome", "bank_reference", "preserved", "provider_reference", "follow_up", "phone"),
    Step.WITHDRAW: ("reason", "phone"),
    Step.FEEDBACK: ("usefulness", "text", "phone"),
    Step.CLOSE: ("remarks", "phone"),
    Step.NOTE: ("text", "phone"),
}
"""The plain fields of each step's form."""


def make_handlers(hotline: Hotline) -> tuple[Any, ...]:
    """The routes of a request's page; one for each step, so that each declares its own right."""

    @get("/requests/{request_id:str}", opt=_READ, sync_to_thread=True, include_in_schema=False, name="request")
    def request_page(ask: Ask, request_id: FromPath[str]) -> Response[str]:
        return _page(ask, hotline, request_id)

    @get("/requests/{request_id:str}/status", opt=_READ_BY_ITSELF, sync_to_thread=True, include_in_schema=False)
    def status(ask: Ask, request_id: FromPath[str]) -> Response[str]:
        return ask.fragment("hotline/_status.html", **_values(ask, hotline, hotline.show(ask.officer, request_id)))

    @get("/requests/{request_id:str}/timeline", opt=_READ_BY_ITSELF, sync_to_thread=True, include_in_schema=False)
    def timeline(ask: Ask, request_id: FromPath[str]) -> Response[str]:
        return ask.fragment("hotline/_timeline.html", **_values(ask, hotline, hotline.show(ask.officer, request_id)))

    steps = (_step_door(hotline, step, action) for step, action in RIGHT_OF.items() if step is not Step.OPEN)
    return (request_page, status, timeline, *steps)


def _step_door(hotline: Hotline, step: Step, action: Action) -> Any:
    @post(
        f"/requests/{{request_id:str}}/{step.value}",
        opt=needs(action),
        sync_to_thread=True,
        include_in_schema=False,
        status_code=200,
    )
    def door(ask: Ask, request_id: FromPath[str]) -> Response[str]:
        return _act(ask, hotline, request_id, step)

    return door


def _act(ask: Ask, hotline: Hotline, request_id: str, step: Step) -> Response[str]:
    """Check the form; ask once more where it cannot be taken back; send."""
    if ask.form.get("sure") == "no":
        return _page(ask, hotline, request_id, step=step)
    data = _data(ask.form, step, ask.officer.time_zone)
    try:
        filled = hotline.read_step(request_id, step, data, ask.officer)
        if step.value in names.CONFIRMED and ask.form.get("sure") != "yes":
            return _confirm(ask, hotline, request_id, step, filled.make)
        hotline.act(ask.officer, request_id, step, filled, once=ask.form.get("once"))
    except FormRefused as refused:
        return _page(
            ask, hotline, request_id, step=step, wrong=typed.mistakes_of(refused.problems, ask.language), status=422
        )
    except (Refused, NotAllowed) as error:
        if error.code == "not-found":
            raise
        return _page(
            ask,
            hotline,
            request_id,
            step=step,
            wrong=Blank({"": said_of(ask, hotline, error)}),
            status=status_of(error),
        )
    return ask.redirect(f"/requests/{request_id}", ask.gettext("Sent to the other side."))


def _confirm(
    ask: Ask, hotline: Hotline, request_id: str, step: Step, make: Callable[[bodies.Officer], Any]
) -> Response[str]:
    shown = hotline.show(ask.officer, request_id)
    if step not in shown.steps:
        raise NotAllowed("step-not-possible", step=step.value, state=shown.request.state.value)
    body = make(bodies.Officer(name=ask.officer.name, unit=ask.officer.unit, phone=ask.form.get("phone")))
    peers = names_of_peers(ask, hotline)
    other = shown.request.executor if shown.ours else shown.request.requester
    amount, about = amount_of(title_of(shown.request.opening.body))
    return ask.page(
        "hotline/confirm.html",
        title=ask.gettext(names.STEPS[step.value]),
        amount=amount,
        about=about,
        request=shown.request,
        step=step,
        body=body,
        partner=peers.get(other, other),
        fields=[(name, value) for name in ask.form.values() for value in ask.form.all(name) if name != "sure"],
        hint=ask.gettext(names.STEP_HINTS[step.value]),
        names=names,
        describe=describe,
        refusals=refusals,
    )


def _page(
    ask: Ask,
    hotline: Hotline,
    request_id: str,
    *,
    step: Step | None = None,
    wrong: Blank | None = None,
    status: int = 200,
) -> Response[str]:
    shown = hotline.show(ask.officer, request_id)
    values = _values(ask, hotline, shown) | {
        "access": hotline.access.described(ask.officer, shown.request, shown.thing)
    }
    return ask.page(
        "hotline/request.html",
        status=status,
        title=shown.request.reference,
        opened_step=step.value if step else "",
        once=ask.chance.token(16).hex(),
        typed=Blank(ask.form.values()),
        wrong=wrong or Blank(),
        mistakes=typed.labelled(wrong or Blank(), ask.gettext),
        grounds=_grounds(ask, hotline, shown),
        currencies=[(code, code) for code in CURRENCIES],
        **values,
    )


def _values(ask: Ask, hotline: Hotline, shown: Shown) -> dict[str, Any]:
    request = shown.request
    peers = names_of_peers(ask, hotline)
    other = request.executor if shown.ours else request.requester
    own = ask.ground.config.node_name(ask.language)
    agreement = agreement_with(hotline, other)
    return {
        "request": request,
        "opening": request.opening,
        "body": request.opening.body,
        "header": request.opening.header,
        "ours": shown.ours,
        "own_id": hotline.node_id,
        "dues": shown.dues,
        "due": next_due(shown.dues),
        "steps": [step.value for step in shown.steps],
        "notices_told": shown.notices,
        "partner": peers.get(other, other),
        "contact": contact_of(agreement, other),
        "own_contact": contact_of(agreement, hotline.node_id),
        "reason_of": lambda code: reason_of(code, ask.language),
        "node_names": {**peers, hotline.node_id: own},
        "seen": ask.number("seen", default=len(request.facts), low=0, high=1_000_000),
        "names": names,
        "describe": describe,
        "refusals": refusals,
        "words_of": {
            "purposes": purposes,
            "legal_bases": legal_bases,
            "typologies": typologies,
            "urgencies": urgencies,
            "tlp": tlp,
            "pap": pap,
            "handling": handling,
        },
    }


def _grounds(ask: Ask, hotline: Hotline, shown: Shown) -> list[tuple[str, str]]:
    """The grounds for refusal that the agreement names."""
    agreement = agreement_with(hotline, shown.request.requester)
    agreed = () if agreement is None else agreement.refusal_grounds
    return [(code, text) for code, text in refusals.choices(ask.language) if code in agreed]


def _data(form: Form, step: Step, time_zone: str) -> dict[str, Any]:
    """The typed fields as a step's form of `forms.steps`."""
    data: dict[str, Any] = {name: form.get(name) for name in _TEXTS[step]}
    if step is Step.RESULT:
        data["held"] = typed.money_of(form, "held")
        for name in ("held_at", "preserved_at", "until"):
            data[name] = typed.instant_of(form, name, time_zone)
    elif step is Step.FEEDBACK:
        data["returned"] = typed.money_of(form, "returned")
    elif step is Step.REFUSE:
        data["withheld_by_law"] = typed.flag_of(form, "withheld_by_law")
    elif step is Step.CLARIFY:
        data["beneficiaries"] = typed.accounts_of(form, "beneficiaries")
    return typed.filled(data)
