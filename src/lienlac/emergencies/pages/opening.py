"""A new channel on a page, also raised from a request: one form, made to be filled in at three in the morning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import get, post

from lienlac.emergencies.pages import names, showing
from lienlac.emergencies.rules.eyes import may_hold
from lienlac.errors import NotAllowed, Refused
from lienlac.people.rights import Action
from lienlac.records.forms.problems import FormRefused
from lienlac.releases.release import Release
from lienlac.ui.guard import needs
from lienlac.ui.page import Blank, Form
from lienlac.ui.problems import status_of
from lienlac.vocabulary import legal_bases, purposes, typologies
from lienlac.wire.bodies.emergencies import Severity

if TYPE_CHECKING:
    from litestar import Response

    from lienlac.emergencies.desk import Emergencies
    from lienlac.emergencies.shown import Matter, Origin, Partner
    from lienlac.ui.page import Ask
    from lienlac.wire.bodies.agreement import Agreement

_OPEN: Final = needs(Action.EMERGENCY_OPEN)
_PLAIN: Final = (
    "to", "title_vi", "title_en", "severity", "typology", "purpose", "legal_basis", "legal_basis_text", "phone",
    "raised_from", "next_update",
)  # fmt: skip


def make_handlers(emergencies: Emergencies) -> tuple[Any, ...]:
    """The routes of a new channel."""

    @get("/emergencies/new", opt=_OPEN, sync_to_thread=True, include_in_schema=False, name="new-emergency")
    def form_page(ask: Ask) -> Response[str]:
        return _page(ask, emergencies, Form({}), Blank())

    @post("/emergencies/new", opt=_OPEN, sync_to_thread=True, include_in_schema=False, status_code=200)
    def send(ask: Ask) -> Response[str]:
        return _send(ask, emergencies)

    return (form_page, send)


def _send(ask: Ask, emergencies: Emergencies) -> Response[str]:
    form = ask.form
    try:
        opening = emergencies.read_opening(_data(ask))
        made = emergencies.open(ask.officer, opening, once=form.get("once"), of_case=form.get("of_case"))
    except FormRefused as refused:
        return _page(ask, emergencies, form, showing.mistakes_of(refused, ask.language), status=422)
    except (Refused, NotAllowed) as error:  # a link suspended meanwhile, say: what was typed stays
        return _page(ask, emergencies, form, Blank({error.field or "": ask.sentence(error)}), status=status_of(error))
    said = ask.gettext("The channel %(reference)s is open: the other desk is being told.", reference=made.reference)
    if isinstance(made, Release):
        return showing.gone(ask, made, "", said)
    if form.get("of_case") and emergencies.cases is not None:
        origin = emergencies.origin(ask.officer, form.get("of_case"))
        return ask.redirect(emergencies.cases.into(made.id), said, query={"case": origin.case_id})
    return ask.redirect(f"/emergencies/{made.id}", said)


def _data(ask: Ask) -> dict[str, Any]:
    """The typed fields as a form. Raises `Refused("time-malformed")`."""
    form = ask.form
    data: dict[str, Any] = {name: form.get(name) for name in _PLAIN}
    data["situation"], data["asked"] = showing.both(form, "situation"), showing.both(form, "asked")
    data["countries"] = showing.lines_of(form.get("countries"))
    data["organisations"] = showing.lines_of(form.get("organisations"))
    data["marks"] = showing.marks_of(form)
    data["lives_in_danger"] = form.get("lives_in_danger") == "yes"
    data["drill"] = form.get("drill") == "yes"
    data["release"] = showing.leave_of(ask)
    if form.get("began_at"):
        try:
            data["began_at"] = showing.instant_of(form.get("began_at"), ask.officer.time_zone, ask.now)
        except Refused as error:
            raise Refused(error.code, field="began_at") from error
    return showing.filled(data)


def _page(ask: Ask, emergencies: Emergencies, form: Form, wrong: Blank, *, status: int = 200) -> Response[str]:
    partners = emergencies.partners()
    if partners and not form.values() and (came_back := _came_back(ask, emergencies)):
        form = Form(came_back)
    named = form.get("raised_from") or ask.query.get("request", "")
    matter = emergencies.matter(ask.officer, named) if named else None
    of_case = form.get("of_case") or ask.query.get("case", "")
    origin = emergencies.origin(ask.officer, of_case) if of_case else None
    if partners and not form.values():
        form = Form(_beginning(ask, partners, matter, origin))
    chosen = next((one for one in partners if one.node_id == form.get("to")), partners[0] if partners else None)
    agreement = None if chosen is None else chosen.terms.agreement
    language = ask.language
    return ask.page(
        "emergencies/new.html",
        status=status,
        title=ask.gettext("New emergency"),
        partners=[(one.node_id, one.name_vi if language == "vi" else one.name_en) for one in partners],
        matter=matter,
        origin=origin,
        once=ask.chance.token(16).hex(),
        typed=Blank(form.values()),
        wrong=wrong,
        severity_choices=[
            (one.value, ask.gettext(names.SEVERITIES[one.value]), ask.gettext(names.SEVERITY_NOTES[one.value]))
            for one in Severity
        ],
        typology_choices=_choices(ask, typologies, agreement and agreement.typologies),
        purpose_choices=_choices(ask, purposes, agreement and agreement.purposes),
        legal_basis_choices=_choices(ask, legal_bases, agreement and agreement.legal_bases),
        update_choices=showing.update_choices(ask, None),
        may_wait=(may_wait := any(may_hold(one.terms) for one in partners)),
        ask_ahead=ask.may(Action.RELEASE_AHEAD) and may_wait,
        **showing.marks_choices(ask),
        **showing.values(),
    )


def _came_back(ask: Ask, emergencies: Emergencies) -> dict[str, list[str]]:
    """What was typed before, where the query names a release that did not leave."""
    if not ask.query.get("release"):
        return {}
    release, body = emergencies.typed_before(ask.officer, ask.query["release"])
    draft, fields = release.draft, showing.typed_of(ask, body)
    for name in ("lives_in_danger", "drill"):
        fields[name] = fields[name] if fields[name] == "yes" else ""
    fields |= {
        "to": draft.recipient, "purpose": draft.purpose, "legal_basis": draft.legal_basis,
        "legal_basis_text": draft.legal_basis_text, "typology": draft.typology or "",
        "marks.tlp": draft.marks.tlp.value, "marks.pap": draft.marks.pap.value, "release.instead_of": release.id,
        "raised_from": "" if body.raised_from is None else body.raised_from.request,
        "of_case": emergencies.counter.case_before(ask.officer, release),
    }  # fmt: skip
    return {name: [text] for name, text in fields.items() if text}


def _beginning(ask: Ask, partners: list[Partner], matter: Matter | None, origin: Origin | None) -> dict[str, list[str]]:
    """What a fresh form already says."""
    near = [one.node_id for one in partners if origin is not None and one.node_id in origin.peers]
    to = (*near, partners[0].node_id)[0] if matter is None else matter.peer
    agreement = next((one for one in partners if one.node_id == to), partners[0]).terms.agreement
    basis = "contact-network-24-7" if "contact-network-24-7" in agreement.legal_bases else ""
    found = {
        "to": to,
        "severity": Severity.CRITICAL.value,
        "purpose": "prevent-crime" if "prevent-crime" in agreement.purposes else "",
        "legal_basis": basis,
        "legal_basis_text": _quoted(ask, basis, agreement) if basis else "",
        "next_update": "30",
        "marks.tlp": "amber",
        "marks.pap": "amber",
    }
    if matter is not None:
        found |= {"raised_from": matter.reference, "typology": matter.typology, "drill": "yes" if matter.drill else ""}
    if origin is not None:
        found |= {"typology": origin.typology, "drill": "yes" if origin.drill else ""}
        found |= {"title_vi": origin.title_vi, "title_en": origin.title_en}
        found |= {"purpose": origin.purpose} if origin.purpose in agreement.purposes else {}
    return {name: [text] for name, text in found.items() if text}


def _quoted(ask: Ask, basis: str, agreement: Agreement) -> str:
    """The basis as it may be quoted: its name, and the agreement between the two nodes."""
    return f"{legal_bases.label(basis, ask.language)}: {agreement.agreement_id}, v{agreement.version}"


def _choices(ask: Ask, words: Any, agreed: Any) -> list[tuple[str, str]]:
    return [(code, text) for code, text in words.choices(ask.language) if code in (agreed or ())]
