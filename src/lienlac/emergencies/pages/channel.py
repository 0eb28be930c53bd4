"""A channel's page: where it stands, who is on, the clocks, a fast box to write in, the timeline, requests, the record.

Pieces that change by themselves (`now`, `timeline`) are fetched anew when the channel moves; what is being typed stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from litestar import Response, get, post

from lienlac import limits
from lienlac.emergencies.deadlines import next_due
from lienlac.emergencies.kinds import OPEN, STEP_OF
from lienlac.emergencies.lifecycle import Side, Step
from lienlac.emergencies.pages import names, showing
from lienlac.emergencies.views import timeline
from lienlac.emergencies.views.record import record_of
from lienlac.errors import NotAllowed, Refused
from lienlac.people.rights import Action
from lienlac.records.forms.problems import FormRefused
from lienlac.releases.release import Release
from lienlac.ui.guard import needs
from lienlac.ui.links.names import kind_name
from lienlac.ui.page import Blank
from lienlac.ui.problems import reason_of, status_of
from lienlac.vocabulary import request_kinds, tlp
from lienlac.wire.bodies.emergencies import Severity, Source

if TYPE_CHECKING:
    from litestar.params import FromPath

    from lienlac.emergencies.desk import Emergencies
    from lienlac.emergencies.emergency import Emergency
    from lienlac.emergencies.shown import Shown
    from lienlac.ui.page import Ask

_READ: Final = needs(Action.EMERGENCY_READ)
_READ_BY_ITSELF: Final = needs(Action.EMERGENCY_READ, by_itself=True)
_WRITE: Final = needs(Action.EMERGENCY_WRITE)
WRITTEN: Final = (
    Step.ANSWER, Step.ENTRY, Step.REPORT, Step.PRESENCE, Step.HAND_OVER, Step.HOLD, Step.STAND_DOWN, Step.RESUME,
)  # fmt: skip
"""Steps with a form on the channel's own page; retracting has one beside its entry."""
_NOT_ALONE: Final = frozenset({"hotline.extend", "hotline.release-payment"})
"""Requests that only go on from another one, so they are not opened from here."""
_FIRST: Final = (
    "hotline.emergency-disclose", "hotline.preserve-data", "hotline.freeze-payment", "hotline.take-down",
    "hotline.block-number",
)  # fmt: skip
"""Requests that an emergency asks for most, offered first."""


def make_handlers(emergencies: Emergencies) -> tuple[Any, ...]:
    """The routes of a channel's page; one for each step."""

    @get("/emergencies/{emergency_id:str}", opt=_READ, sync_to_thread=True, include_in_schema=False, name="emergency")
    def channel_page(ask: Ask, emergency_id: FromPath[str]) -> Response[str]:
        return page(ask, emergencies, emergency_id)

    @get("/emergencies/{emergency_id:str}/now", opt=_READ_BY_ITSELF, sync_to_thread=True, include_in_schema=False)
    def now(ask: Ask, emergency_id: FromPath[str]) -> Response[str]:
        shown = emergencies.show(ask.officer, emergency_id)
        return ask.fragment("emergencies/_now.html", **values_of(ask, emergencies, shown))

    @get("/emergencies/{emergency_id:str}/timeline", opt=_READ_BY_ITSELF, sync_to_thread=True, include_in_schema=False)
    def lines(ask: Ask, emergency_id: FromPath[str]) -> Response[str]:
        shown = emergencies.show(ask.officer, emergency_id)
        return ask.fragment("emergencies/_timeline.html", **values_of(ask, emergencies, shown))

    @get("/emergencies/{emergency_id:str}/record", opt=_READ, sync_to_thread=True, include_in_schema=False)
    def record(ask: Ask, emergency_id: FromPath[str]) -> Response[bytes]:
        return record_file(ask, emergencies, emergency_id)

    return (channel_page, now, lines, record, *(_door(emergencies, step) for step in WRITTEN))


def _door(emergencies: Emergencies, step: Step) -> Any:
    @post(
        f"/emergencies/{{emergency_id:str}}/{step.value}",
        opt=_WRITE,
        sync_to_thread=True,
        include_in_schema=False,
        status_code=200,
    )
    def door(ask: Ask, emergency_id: FromPath[str]) -> Response[str]:
        return _act(ask, emergencies, emergency_id, step)

    return door


def record_file(ask: Ask, emergencies: Emergencies, name: str) -> Response[bytes]:
    """The whole channel as a file that outlives it; who took it out is journalled."""
    shown = emergencies.export(ask.officer, name)
    body = msgspec.json.format(msgspec.json.encode(record_of(shown.emergency, shown.linked)), indent=2)
    headers = {
        "Content-Disposition": f'attachment; filename="{shown.emergency.reference}.json"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return Response(body, media_type="application/json", headers=headers)


def _act(ask: Ask, emergencies: Emergencies, emergency_id: str, step: Step) -> Response[str]:
    form = ask.form
    try:
        filled = emergencies.read_step(ask.officer, emergency_id, step, _data(ask, step))
        made = emergencies.act(ask.officer, emergency_id, step, filled, once=form.get("once"))
    except FormRefused as refused:
        wrong = showing.mistakes_of(refused, ask.language)
        return page(ask, emergencies, emergency_id, step=step, wrong=wrong, status=422)
    except (Refused, NotAllowed) as error:
        if error.code in {"not-found", "not-allowed"}:
            raise
        wrong = Blank({error.field or "": ask.sentence(error)})
        return page(ask, emergencies, emergency_id, step=step, wrong=wrong, status=status_of(error))
    if step is Step.ENTRY and not isinstance(made, Release):
        return ask.redirect(f"/emergencies/{emergency_id}", query={"wrote": "1"})
    return showing.gone(ask, made, f"/emergencies/{emergency_id}", ask.gettext("Sent to the other side."))


def _data(ask: Ask, step: Step) -> dict[str, Any]:
    """The typed fields as a step's form. Raises `Refused("time-malformed")`."""
    form = ask.form
    data: dict[str, Any] = {"phone": form.get("phone"), "next_update": form.get("next_update")}
    leave = {"release": showing.leave_of(ask)}
    if step is Step.ANSWER:
        data["remarks"] = form.get("remarks")
    elif step is Step.ENTRY:
        data |= entry_data(ask)
    elif step is Step.REPORT:
        data |= {"summary": showing.both(form, "summary"), "severity": form.get("severity")}
        if form.get("lives_in_danger"):
            data["lives_in_danger"] = form.get("lives_in_danger") == "yes"
    elif step is Step.PRESENCE:
        data = {"here": form.get("here") == "yes"}
    elif step is Step.HAND_OVER:
        data = {"to": form.get("to"), "text": form.get("text")}
    else:
        data["text"] = form.get("text")
    return showing.filled(data | leave)


def entry_data(ask: Ask) -> dict[str, Any]:
    """An entry as it was typed; the box has one field in the reader's language and one for the other."""
    form = ask.form
    data: dict[str, Any] = {
        "text": showing.both(form, "text"),
        "source": form.get("source"),
        "source_text": form.get("source_text"),
        "corrects": form.get("corrects"),
        "marks": showing.marks_of(form),
    }
    if form.get("at"):
        try:
            data["at"] = showing.instant_of(form.get("at"), ask.officer.time_zone, ask.now)
        except Refused as error:
            raise Refused(error.code, field="at") from error
    return data


def page(
    ask: Ask,
    emergencies: Emergencies,
    emergency_id: str,
    *,
    step: Step | None = None,
    wrong: Blank | None = None,
    status: int = 200,
) -> Response[str]:
    """The whole page; `step` is the one whose form was not right, or whose message came back from a second officer."""
    shown = emergencies.show(ask.officer, emergency_id)
    emergency = shown.emergency
    typed = Blank(ask.form.values() if step else {})
    if step is None and ask.query.get("release"):
        step, typed = came_back(ask, emergencies, emergency.id)
    promised = timeline.promise(emergency, shown.side)
    colleagues = emergencies.colleagues(ask.officer) if Step.HAND_OVER in shown.steps else []
    return ask.page(
        "emergencies/channel.html",
        status=status,
        title=_title(ask, emergency),
        opened_step=step.value if step else "",
        once=ask.chance.token(12).hex(),
        typed=typed,
        wrong=wrong or Blank(),
        nothing=Blank(),
        wrote=ask.query.get("wrote") == "1",
        update_choices=showing.update_choices(ask, None if promised is None else promised.at),
        update_beginning=_update_again(ask, shown),
        sources=[(one.value, ask.gettext(names.SOURCES[one.value])) for one in Source],
        severity_choices=[(one.value, ask.gettext(names.SEVERITIES[one.value])) for one in Severity],
        colleagues=[(one.login, f"{one.name} · {one.unit}") for one in colleagues],
        offered=_offered(ask, emergencies, emergency),
        access=emergencies.access.who_sees(ask.officer, emergency.id),
        screen=names.SCREEN,
        **showing.marks_choices(ask),
        **values_of(ask, emergencies, shown),
    )


def came_back(ask: Ask, emergencies: Emergencies, emergency_id: str) -> tuple[Step, Blank]:
    """The step that the query names by its release, and what was typed. Raises `NotAllowed("not-found")`."""
    release, body = emergencies.typed_before(ask.officer, ask.query.get("release", ""))
    if release.thing != emergency_id:
        raise NotAllowed("not-found")
    fields = showing.typed_of(ask, body)
    marks = {"marks.tlp": release.draft.marks.tlp.value}
    return STEP_OF[release.kind], Blank({**fields, **marks, "release.instead_of": release.id})


def values_of(ask: Ask, emergencies: Emergencies, shown: Shown) -> dict[str, Any]:
    """What every piece of the page needs."""
    emergency = shown.emergency
    peers = emergencies.peer_names(ask.language)
    own = ask.ground.config.node_name(ask.language)
    other = emergency.other(emergencies.node_id)
    every = timeline.items(emergency)
    whole = ask.query.get("all") == "1"
    items = every if whole else every[: limits.EMERGENCY_TIMELINE_ROWS]
    theirs = Side.ANSWERER if shown.side is Side.OPENER else Side.OPENER
    return {
        "emergency": emergency,
        "body": emergency.body,
        "header": emergency.opening.header,
        "own_id": emergencies.node_id,
        "peer": other,
        "ours": shown.side is Side.OPENER,
        "sides": [_side(emergency, shown, shown.side, own), _side(emergency, shown, theirs, peers.get(other, other))],
        "steps": [one.value for one in shown.steps],
        "own_seat": shown.own_seat,
        "handed": shown.handed,
        "waiting": shown.waiting,
        "kind_name": lambda kind: kind_name(kind, ask.words),
        "ask_ahead": shown.may_wait and ask.may(Action.RELEASE_AHEAD) and timeline.lives_in_danger(emergency),
        "due": next_due(shown.dues),
        "dues": shown.dues,
        "severity": timeline.severity(emergency).value,
        "danger": timeline.lives_in_danger(emergency),
        "items": items,
        "bears": tlp.strictest(fact.header.marks.tlp.value for fact in emergency.facts.values()),
        "whole": whole,
        "earlier": len(every) - len(items),
        "correctable": {
            fact.id for fact in emergency.facts.values() if timeline.own_entry(emergency, emergencies.node_id, fact.id)
        },
        "linked": shown.linked,
        "node_names": {**peers, emergencies.node_id: own},
        "reason_of": lambda code: reason_of(code, ask.language),
        "summary_text": timeline.summary_text,
        **showing.values(),
    }


def _side(emergency: Emergency, shown: Shown, side: Side, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "ours": side is shown.side,
        "column": emergency.columns[side].value,
        "seats": timeline.seats(emergency, side),
        "handings": timeline.handings(emergency, side),
        "promise": timeline.promise(emergency, side) if emergency.live else None,
        "view": timeline.view(emergency, side),
    }


def _title(ask: Ask, emergency: Emergency) -> str:
    return emergency.body.title_vi if ask.language == "vi" else emergency.body.title_en


def _update_again(ask: Ask, shown: Shown) -> str:
    """What the box suggests: once more than half of our promise has gone by, the same length again."""
    promised = timeline.promise(shown.emergency, shown.side)
    if promised is None:
        return ""
    began = promised.fact.known_at
    length = promised.at - began
    if ask.now < began + length / 2:
        return ""
    minutes = max(1, round(length.total_seconds() / 60))
    return str(min(names.MINUTES, key=lambda one: abs(one - minutes)))


def _offered(ask: Ask, emergencies: Emergencies, emergency: Emergency) -> dict[str, Any]:
    """Requests that can be opened from here, with what their form begins with."""
    other = emergency.other(emergencies.node_id)
    partner = next((one for one in emergencies.partners() if one.node_id == other), None)
    if partner is None or not ask.may(Action.REQUEST_OPEN) or not emergency.live:
        return {}
    agreed = {terms.kind for terms in partner.terms.agreement.kinds} - _NOT_ALONE - {OPEN}
    kinds = [code for code in (*_FIRST, *request_kinds.codes()) if code in agreed]
    header, body = emergency.opening.header, emergency.body
    situation = body.situation.vi if ask.language == "vi" else body.situation.en
    fields = {
        "case_id": emergency.id,
        "to": other,
        "urgency": timeline.urgency(emergency),
        "typology": header.typology or "",
        "legal_basis": header.legal_basis,
        "legal_basis_text": header.legal_basis_text,
        "marks.tlp": header.marks.tlp.value,
        "marks.pap": header.marks.pap.value,
        "facts": f"{emergency.reference}: {situation or body.situation.en or body.situation.vi}",
        "drill": "yes" if body.drill else "",
    }
    return {
        "fields": [(name, text) for name, text in fields.items() if text],
        "kinds": [
            (code.removeprefix("hotline."), request_kinds.label(code, ask.language)) for code in dict.fromkeys(kinds)
        ],
    }
