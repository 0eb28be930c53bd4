"""One request: where it stands, its clocks, what may be done now, what was said, and proof of each message."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

from litestar import get, post

from lienlac.errors import NotAllowed, Refused
from lienlac.hotline.deadlines import next_due, validate_until
from lienlac.hotline.files.pages import on_page
from lienlac.hotline.forms.steps import WITH_FILES
from lienlac.hotline.inbox.line import amount_of, title_of
from lienlac.hotline.kinds import BY_KIND, REQUEST_KINDS, grounds_of
from lienlac.hotline.kinds.field import Needs
from lienlac.hotline.kinds.shared import COMMON
from lienlac.hotline.kinds.steps import fields_of, needs_second_officer
from lienlac.hotline.lifecycle import Step
from lienlac.hotline.pages import leaving, names, showing, typed
from lienlac.hotline.pages.access import SCREEN
from lienlac.hotline.pages.inbox import agreement_with, contact_of, names_of_peers, said_of
from lienlac.hotline.proposals.desk import RIGHT as SECOND_RIGHT
from lienlac.hotline.rules.actions import RIGHT_OF
from lienlac.hotline.rules.safeguards import is_provisional, law_hint
from lienlac.people.rights import Action
from lienlac.records.forms.problems import FormRefused
from lienlac.releases.release import Release
from lienlac.ui.files import pages as files
from lienlac.ui.guard import needs
from lienlac.ui.page import Blank, Form
from lienlac.ui.problems import reason_of, status_of
from lienlac.vocabulary import request_kinds

if TYPE_CHECKING:
    from litestar import Response
    from litestar.params import FromPath

    from lienlac.hotline.desk import Hotline
    from lienlac.hotline.forms.steps import Filled
    from lienlac.hotline.kinds.field import Field
    from lienlac.hotline.request import Request
    from lienlac.hotline.shown import Preview, Shown
    from lienlac.people.rights import Thing
    from lienlac.ui.page import Ask

_READ: Final = needs(Action.REQUEST_READ)
_READ_BY_ITSELF: Final = needs(Action.REQUEST_READ, by_itself=True)


def make_handlers(hotline: Hotline) -> tuple[Any, ...]:
    """The routes of a request's page; one for each step, so that each declares its own right."""

    @get("/requests/{request_id:str}", opt=_READ, sync_to_thread=True, include_in_schema=False, name="request")
    def request_page(ask: Ask, request_id: FromPath[str]) -> Response[str]:
        if (before := leaving.step_typed_before(ask, hotline, request_id)) is not None:
            return _page(ask, hotline, request_id, step=before[0], form=before[1])
        return _page(ask, hotline, request_id)

    @get("/requests/{request_id:str}/status", opt=_READ_BY_ITSELF, sync_to_thread=True, include_in_schema=False)
    def status(ask: Ask, request_id: FromPath[str]) -> Response[str]:
        return ask.fragment("hotline/_status.html", **_values(ask, hotline, hotline.show(ask.officer, request_id)))

    @get("/requests/{request_id:str}/timeline", opt=_READ_BY_ITSELF, sync_to_thread=True, include_in_schema=False)
    def timeline(ask: Ask, request_id: FromPath[str]) -> Response[str]:
        return ask.fragment("hotline/_timeline.html", **_values(ask, hotline, hotline.show(ask.officer, request_id)))

    @get("/requests/{request_id:str}/correct", opt=needs(RIGHT_OF[Step.CORRECT]), sync_to_thread=True,
         include_in_schema=False)  # fmt: skip
    def correct_page(ask: Ask, request_id: FromPath[str]) -> Response[str]:
        before = leaving.step_typed_before(ask, hotline, request_id)
        return _correct_page(ask, hotline, request_id, None if before is None else before[1])

    @post("/requests/{request_id:str}/refusal/confirm", opt=needs(SECOND_RIGHT), sync_to_thread=True,
          include_in_schema=False, status_code=200)  # fmt: skip
    def confirm_refusal(ask: Ask, request_id: FromPath[str]) -> Response[str]:
        return _second(ask, hotline, request_id, confirm=True)

    @post("/requests/{request_id:str}/refusal/return", opt=needs(SECOND_RIGHT), sync_to_thread=True,
          include_in_schema=False, status_code=200)  # fmt: skip
    def return_refusal(ask: Ask, request_id: FromPath[str]) -> Response[str]:
        return _second(ask, hotline, request_id, confirm=False)

    steps = (_step_door(hotline, step, action) for step, action in RIGHT_OF.items() if step is not Step.OPEN)
    return (request_page, status, timeline, correct_page, confirm_refusal, return_refusal, *steps)


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
    form = ask.form
    if form.get("act").startswith("more."):
        form = Form(typed.one_more(form, form.get("act")))
        if step is Step.CORRECT:
            return _correct_page(ask, hotline, request_id, form)
        return _page(ask, hotline, request_id, step=step, form=form)
    if form.get("sure") == "no":
        return _page(ask, hotline, request_id, step=step)
    shown = hotline.show(ask.officer, request_id)
    fields = _fields(step, shown.request)
    filled = preview = None
    try:
        filled = hotline.read_step(request_id, step, _data(form, step, fields, ask.officer.time_zone), ask.officer)
        preview = hotline.counter.preview_step(ask.officer, request_id, filled, ask.words)
        asked = step.value in names.CONFIRMED and form.get("sure") not in leaving.SURE
        if asked or leaving.to_be_seen(form, preview):
            return _confirm(ask, hotline, shown, filled, preview)
        leaving.check_glass(ask)
        done = hotline.act(ask.officer, request_id, step, filled, once=form.get("once"))
    except FormRefused as refused:
        wrong = typed.mistakes_of(refused.problems, ask.language, fields)
        return _again(ask, hotline, request_id, step, wrong, 422)
    except (Refused, NotAllowed) as error:
        if error.code in {"not-found", "step-up-required"}:
            raise
        if filled is not None and preview is not None and leaving.is_about(error):
            return _confirm(ask, hotline, shown, filled, preview, wrong=leaving.wrong_of(ask, error), status=422)
        return _again(ask, hotline, request_id, step, Blank({"": said_of(ask, hotline, error)}), status_of(error))
    if isinstance(done, Release):
        return leaving.waits(ask, done)
    if step is Step.REFUSE and needs_second_officer(filled.values["ground"]):
        return ask.redirect(f"/requests/{request_id}", ask.gettext("Proposed. A second officer must confirm it."))
    return ask.redirect(f"/requests/{request_id}", ask.gettext("Sent to the other side."))


def _again(ask: Ask, hotline: Hotline, request_id: str, step: Step, wrong: Blank, status: int) -> Response[str]:
    """The form with its mistakes."""
    if step is Step.CORRECT:
        return _correct_page(ask, hotline, request_id, ask.form, wrong, status=status)
    return _page(ask, hotline, request_id, step=step, wrong=wrong, status=status)


def _second(ask: Ask, hotline: Hotline, request_id: str, *, confirm: bool) -> Response[str]:
    """What a second officer says to a proposed refusal; or its author, who takes it back."""
    try:
        if confirm:
            hotline.second.confirm(ask.officer, request_id)
        else:
            hotline.second.drop(ask.officer, request_id, ask.form.get("refusal_reason"))
    except (Refused, NotAllowed) as error:
        if error.code == "not-found":
            raise
        field = "refusal_reason" if error.code == "reason-missing" else ""
        wrong = Blank({field: said_of(ask, hotline, error)})
        return _page(ask, hotline, request_id, wrong=wrong, status=status_of(error))
    said = ask.gettext("Sent to the other side.") if confirm else ask.gettext("Nothing is sent.")
    return ask.redirect(f"/requests/{request_id}", said)


def _confirm(
    ask: Ask,
    hotline: Hotline,
    shown: Shown,
    filled: Filled,
    preview: Preview,
    *,
    wrong: Blank | None = None,
    status: int = 200,
) -> Response[str]:
    """What leaves, field by field, and what is withheld of it, before it does."""
    step, request = filled.step, shown.request
    if step not in shown.steps:
        raise NotAllowed("step-not-possible", step=step.value, state=request.state.value)
    peers = names_of_peers(ask, hotline)
    other = request.executor if shown.ours else request.requester
    amount, about = amount_of(title_of(BY_KIND[request.kind], request.body))
    return ask.page(
        "hotline/confirm.html",
        status=status,
        **leaving.values(ask, preview, wrong),
        header=request.opening.header,
        amount=amount,
        about=about,
        title=ask.gettext(names.STEPS[step.value]),
        request=request,
        kind=BY_KIND[request.kind],
        step=step,
        body=preview.body,
        partner=peers.get(other, other),
        fields=[
            (name, value)
            for name in ask.form.values()
            for value in ask.form.all(name)
            if name != "sure" and name not in leaving.OWN_FIELDS
        ],
        hint=ask.gettext(names.STEP_HINTS[step.value]),
        to_second=step is Step.REFUSE and needs_second_officer(filled.values["ground"]),
        **showing.values(ask),
    )


def _page(
    ask: Ask,
    hotline: Hotline,
    request_id: str,
    *,
    step: Step | None = None,
    form: Form | None = None,
    wrong: Blank | None = None,
    status: int = 200,
) -> Response[str]:
    shown = hotline.show(ask.officer, request_id)
    request = shown.request
    form = form or ask.form
    agreed = _grounds(hotline, shown)
    fields = {one.value: _narrowed(_fields(one, request), agreed) for one in shown.steps if one is not Step.CORRECT}
    every = [field for several in fields.values() for field in several]
    wrong = wrong or Blank()
    return ask.page(
        "hotline/request.html",
        status=status,
        title=request.reference,
        opened_step=step.value if step else "",
        once=ask.chance.token(16).hex(),
        access=hotline.access.described(ask.officer, shown.request, shown.thing),
        screen=SCREEN,
        typed=Blank(form.values()),
        chosen_of=form.all,
        nothing_chosen=_nothing,
        wrong=wrong,
        mistakes=typed.labelled(wrong, ask.gettext, every, names.FIELDS),
        fields_of=fields,
        rows_of={
            name: typed.rows_in(several, form if step and step.value == name else Form({}))
            for name, several in fields.items()
        },
        asked_of=_asked(request, shown),
        **_tray(ask, hotline, form.all("attachments"), shown.thing),
        own_proposal=shown.proposal is not None and shown.proposal.officer_id == ask.officer.id,
        may_confirm=ask.may(SECOND_RIGHT),
        sequels=_sequels(ask, hotline, shown),
        **showing.form_values(ask),
        **_values(ask, hotline, shown),
    )


def _values(ask: Ask, hotline: Hotline, shown: Shown) -> dict[str, Any]:
    request = shown.request
    peers = names_of_peers(ask, hotline)
    other = request.executor if shown.ours else request.requester
    own = ask.ground.config.node_name(ask.language)
    agreement = agreement_with(hotline, other)
    return {
        "request": request,
        "thing": shown.thing,
        "kind": BY_KIND[request.kind],
        "opening": request.opening,
        "body": request.body,
        "corrected": request.body is not request.opening.body,
        "header": request.opening.header,
        "ours": shown.ours,
        "own_id": hotline.node_id,
        "dues": shown.dues,
        "due": next_due(shown.dues),
        "validate_until": validate_until(request),
        "steps": [step.value for step in shown.steps],
        "notices_told": shown.notices,
        "partner": peers.get(other, other),
        "contact": contact_of(agreement, other),
        "own_contact": contact_of(agreement, hotline.node_id),
        "reason_of": lambda code: reason_of(code, ask.language),
        "node_names": {**peers, hotline.node_id: own},
        "seen": ask.number("seen", default=len(request.facts), low=0, high=1_000_000),
        "proposal": shown.proposal,
        "releases": shown.releases,
        "earlier": shown.earlier,
        "later": shown.later,
        "hint": law_hint(request.opening.header.typology),
        "files": on_page(ask, hotline, shown),
        **showing.values(ask),
    }


def _tray(ask: Ask, hotline: Hotline, chosen: list[str], thing: Thing) -> dict[str, Any]:
    """What could be sent along with a step."""
    uploads = hotline.files.tray(ask.officer, ask.may(Action.ATTACHMENT_ADD, thing))
    return {
        "may_add_files": ask.may(Action.ATTACHMENT_ADD, thing),
        "tray": [one for one in (files.shown(ask, upload) for upload in uploads) if not one["held"]],
        "files_chosen": chosen,
        "with_files": {step.value for step in WITH_FILES},
    }


def _correct_page(
    ask: Ask,
    hotline: Hotline,
    request_id: str,
    form: Form | None = None,
    wrong: Blank | None = None,
    *,
    status: int = 200,
) -> Response[str]:
    """The request's own form, filled with what it states now."""
    shown = hotline.show(ask.officer, request_id)
    request = shown.request
    turn = request.awaited_correction
    if turn is None or Step.CORRECT not in shown.steps:
        raise NotAllowed("step-not-possible", step=Step.CORRECT.value, state=request.state.value)
    kind = BY_KIND[request.kind]
    fields = (*kind.fields, *COMMON)
    if form is None:
        form = Form(typed.fields_from(fields, request.body, ask.officer.time_zone))
    wrong = wrong or Blank()
    return ask.page(
        "hotline/correct.html",
        status=status,
        title=ask.gettext(names.STEPS[Step.CORRECT.value]),
        request=request,
        once=ask.chance.token(16).hex(),
        kind=kind,
        turn=turn,
        typed=Blank(form.values()),
        chosen_of=form.all,
        wrong=wrong,
        mistakes=typed.labelled(wrong, ask.gettext, fields, names.FIELDS),
        rows=typed.rows_in(kind.fields, form),
        common={field.name: field for field in COMMON},
        decision_first=kind.needs is Needs.BEFORE,
        **_tray(ask, hotline, form.all("attachments"), shown.thing),
        may_authorise=not is_provisional(request.opening.body),
        **showing.form_values(ask),
        **showing.values(ask),
    )


def _nothing(_name: str) -> list[str]:
    return []


def _fields(step: Step, request: Request) -> tuple[Field, ...]:
    kind = BY_KIND[request.kind]
    return (*kind.fields, *COMMON) if step is Step.CORRECT else fields_of(step, kind)


def _grounds(hotline: Hotline, shown: Shown) -> frozenset[str]:
    """The grounds that the agreement names and that fit the kind."""
    agreement = agreement_with(hotline, shown.request.requester)
    agreed = () if agreement is None else agreement.refusal_grounds
    return frozenset(agreed) & frozenset(grounds_of(BY_KIND[shown.request.kind]))


def _narrowed(fields: tuple[Field, ...], agreed: frozenset[str]) -> tuple[Field, ...]:
    """Grounds that may not be chosen here are not offered."""
    return tuple(
        dataclasses.replace(field, codes=tuple(code for code in field.codes if code in agreed))
        if field.name == "ground"
        else field
        for field in fields
    )


def _asked(request: Request, shown: Shown) -> dict[str, list[tuple[str, str]]]:
    """What a step answers, where something is open: ids and texts."""
    side = request.side_of(request.requester if shown.ours else request.executor)
    found = {
        Step.CLARIFY.value: [(one.asked.id, one.asked.body.question) for one in request.open_questions],
        Step.ANSWER_USE.value: [(one.asked.id, one.asked.body.text) for one in request.open_uses(side)],
    }
    return {step: asked for step, asked in found.items() if asked}


def _sequels(ask: Ask, hotline: Hotline, shown: Shown) -> list[tuple[str, str]]:
    """The kinds that may go on from a request of ours now: name and label."""
    if not shown.ours or not ask.may(Action.REQUEST_OPEN):
        return []
    earlier = hotline.earlier(ask.officer, shown.request.id)
    if earlier is None:
        return []
    name = BY_KIND[shown.request.kind].name
    return [
        (kind.name, request_kinds.label(kind.kind, ask.language))
        for kind in REQUEST_KINDS
        if name in kind.follows and (not kind.must_follow or earlier.until is not None)
    ]


def _data(form: Form, step: Step, fields: tuple[Field, ...], time_zone: str) -> dict[str, Any]:
    """The typed fields as a step's form of `forms.steps`."""
    data: dict[str, Any] = {"phone": form.get("phone")}
    own = typed.data_of(fields, form, time_zone)
    if step is Step.CORRECT:
        data |= {"answers": form.get("answers"), "remarks": form.get("remarks"), "form": own}
    else:
        data |= own
    data["release"] = leaving.data_of(form)
    if step in WITH_FILES:
        data["attachments"] = [upload for upload in form.all("attachments") if upload]
    return typed.filled(data)
