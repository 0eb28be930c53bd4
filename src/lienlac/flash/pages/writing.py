"""A new warning on one screen, both languages side by side; and one that takes another's place, in the same form."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from litestar import get, post

from lienlac import limits
from lienlac.errors import NotAllowed, Refused
from lienlac.flash.leaving import words as names
from lienlac.flash.pages import showing
from lienlac.flash.pages.warning import gone
from lienlac.identifiers.typed.lines import Lines
from lienlac.people.rights import Action
from lienlac.records.forms.gathered import Gathered
from lienlac.records.forms.problems import FormRefused
from lienlac.ui.guard import needs
from lienlac.ui.page import Blank, Form
from lienlac.ui.problems import status_of
from lienlac.ui.words import N_
from lienlac.vocabulary import identifier_types, legal_bases, pap, purposes, tlp, typologies
from lienlac.wire.bodies.flash import Severity

if TYPE_CHECKING:
    from litestar import Response
    from litestar.params import FromPath

    from lienlac.flash.desk import Warnings
    from lienlac.flash.forms.reading import Written
    from lienlac.flash.shown import Partner
    from lienlac.ui.page import Ask
    from lienlac.wire.bodies.flash import Warned
    from lienlac.wire.message import Header
    from lienlac.wire.message import Marks as WireMarks

_SEND: Final = needs(Action.FLASH_SEND)
_HOURS: Final = (6, 24, 72, 168, 720)
_PLAIN: Final = (
    "title_vi", "title_en", "severity", "typology", "purpose", "legal_basis", "legal_basis_text", "phone",
    "valid_hours",
)  # fmt: skip

_LABELS: Final = {
    **names.LABELS,
    "typology": N_("Kind of crime"),
    "valid_hours": N_("In force for"),
    "identifiers": N_("Identifiers"),
    "phone": N_("Phone of this duty desk"),
    "purpose": N_("Purpose"),
    "legal_basis": N_("Legal basis"),
    "legal_basis_text": N_("Provision or document"),
    "reason": N_("Why it is said anew"),
}
"""What its fields are called, where several want the same."""


def make_handlers(warnings: Warnings) -> tuple[Any, ...]:
    """The routes of a warning that is being written."""

    @get("/warnings/new", opt=_SEND, sync_to_thread=True, include_in_schema=False, name="new-warning")
    def form_page(ask: Ask) -> Response[str]:
        return _page(ask, warnings, Form({}), Blank())

    @post("/warnings/new", opt=_SEND, sync_to_thread=True, include_in_schema=False, status_code=200)
    def send(ask: Ask) -> Response[str]:
        return _send(ask, warnings, "")

    @get("/warnings/{warning_id:str}/supersede", opt=_SEND, sync_to_thread=True, include_in_schema=False)
    def anew_page(ask: Ask, warning_id: FromPath[str]) -> Response[str]:
        return _page(ask, warnings, Form({}), Blank(), instead=warning_id)

    @post(
        "/warnings/{warning_id:str}/supersede",
        opt=_SEND,
        sync_to_thread=True,
        include_in_schema=False,
        status_code=200,
    )
    def send_anew(ask: Ask, warning_id: FromPath[str]) -> Response[str]:
        return _send(ask, warnings, warning_id)

    return (form_page, send, anew_page, send_anew)


def _send(ask: Ask, warnings: Warnings, instead: str) -> Response[str]:
    form = ask.form
    try:
        if form.get("release.ahead"):
            ask.require_fresh(Action.RELEASE_AHEAD)
        written = _read(ask, warnings, instead)
        if instead:
            outcome = warnings.supersede(ask.officer, instead, written, once=form.get("once"))
        else:
            outcome = warnings.warn(ask.officer, written, once=form.get("once"))
    except FormRefused as refused:
        wrong = showing.mistakes_of(refused, ask.language)
        return _page(ask, warnings, form, wrong, instead=instead, status=422)
    except (Refused, NotAllowed) as error:  # a link suspended meanwhile, say: what was typed stays
        if error.code in {"not-found", "not-allowed", "step-up-required"}:
            raise
        wrong = Blank({error.field or "": ask.sentence(error)})
        return _page(ask, warnings, form, wrong, instead=instead, status=status_of(error))
    said = ask.gettext("The warning %(reference)s was sent.", reference=outcome.reference)
    return gone(ask, outcome, f"/warnings/{instead or outcome.reference}", said)


def _read(ask: Ask, warnings: Warnings, instead: str) -> Written:
    """The form, with what is wrong in lines of identifiers and what is unknown there. Raises every mistake."""
    form, lines, found = ask.form, showing.lines_of(ask.form), Gathered()
    data = _data(ask, lines)

    def read() -> Written:
        if instead:
            return warnings.read_supersede(ask.officer, instead, data | {"reason": form.get("reason")})
        return warnings.read_warning(data | showing.filled({"to": form.all("to")}))

    written = found.hear(read, None)
    if showing.unsaid(form, lines):
        found.note(Refused("flash-identifiers-unknown", field="identifiers", count=len(lines.unknown())))
    for doubt in lines.refused:
        if doubt.refusal is not None:
            doubt.refusal.field = "identifiers"  # its rule knows another
            found.note(doubt.refusal)
    return found.right(written)


def _data(ask: Ask, lines: Lines) -> dict[str, Any]:
    """The typed fields as a form."""
    form = ask.form
    data: dict[str, Any] = {name: form.get(name) for name in _PLAIN}
    hours = form.get("valid_hours")
    data["valid_hours"] = int(hours) if hours.isascii() and hours.isdigit() and len(hours) < 6 else hours
    data["text"], data["to_do"] = showing.both(form, "text"), showing.both(form, "to_do")
    data["identifiers"] = [{"type": code, "value": value} for code, value in lines.items]
    data["marks"] = showing.filled({"tlp": form.get("marks.tlp"), "pap": form.get("marks.pap")})
    data["lives_in_danger"] = form.get("lives_in_danger") == "yes"
    data["drill"] = form.get("drill") == "yes"
    data["release"] = showing.leave_of(ask)
    return showing.filled(data)


def _page(
    ask: Ask, warnings: Warnings, form: Form, wrong: Blank, *, instead: str = "", status: int = 200
) -> Response[str]:
    partners = warnings.partners()
    shown = warnings.show(ask.officer, instead) if instead else None
    if not form.values():
        form = _beginning(ask, warnings, partners, instead)
    agreed = [one.terms.agreement for one in partners]
    language = ask.language
    return ask.page(
        "flash/new.html",
        status=status,
        title=ask.gettext("Say the warning anew") if instead else ask.gettext("New flash warning"),
        shown=shown,
        partners=[(one.node_id, one.name_vi if language == "vi" else one.name_en, "") for one in partners],
        chosen=form.all("to") or [one.node_id for one in partners],
        once=ask.chance.token(16).hex(),
        typed=Blank(form.values()),
        wrong=wrong,
        labels=_LABELS,
        languages=("vi", "en") if language == "vi" else ("en", "vi"),
        severity_choices=[
            (
                one.value,
                ask.gettext(names.SEVERITIES[one.value]),
                ask.gettext(names.SEVERITY_NOTES[one.value]),
            )
            for one in Severity
        ],
        lines=showing.lines_of(form) if status != 200 else Lines(),
        stands=form.get("stand") == "yes" and not showing.unsaid(form, showing.lines_of(form)),
        hour_choices=_hours(ask, form.get("valid_hours")),
        typology_choices=_choices(ask, typologies, [one.typologies for one in agreed]),
        purpose_choices=_choices(ask, purposes, [one.purposes for one in agreed]),
        legal_basis_choices=_choices(ask, legal_bases, [one.legal_bases for one in agreed]),
        type_names=", ".join(f"{code} ({label})" for code, label in identifier_types.choices(language)),
        tlps=[(word.code, f"{word.label(language)}: {word.note(language)}") for word in tlp.all()],
        paps=[(word.code, f"{word.label(language)}: {word.note(language)}") for word in pap.all()],
        may_go_ahead=ask.may(Action.RELEASE_AHEAD),
        **showing.values(),
    )


def _hours(ask: Ask, typed: str) -> list[tuple[str, str]]:
    """How long it holds; also what was typed elsewhere."""
    known = {*_HOURS, int(typed)} if typed.isascii() and typed.isdigit() and len(typed) < 6 else set(_HOURS)
    return [(str(hours), ask.words.duration(timedelta(hours=hours))) for hours in sorted(known)]


def _beginning(ask: Ask, warnings: Warnings, partners: list[Partner], instead: str) -> Form:
    """What a fresh form already says: nothing much, what is superseded, or what came back from a second officer."""
    release_id = ask.query.get("release", "")
    if release_id:
        release, body = warnings.typed_before(ask.officer, release_id)
        if instead and release.thing != instead:
            raise NotAllowed("not-found")
        draft = release.draft
        head = {
            "purpose": draft.purpose, "legal_basis": draft.legal_basis, "legal_basis_text": draft.legal_basis_text,
            "typology": draft.typology or "", "release.instead_of": release.id,
            "reason": getattr(body, "reason", ""),
        }  # fmt: skip
        return _form({**head, **_said(ask, body), **_marks(draft.marks)}, to=[draft.recipient])
    if instead:
        flash = warnings.show(ask.officer, instead).first.flash
        header: Header = flash.present.fact.header
        head = {
            "purpose": header.purpose, "legal_basis": header.legal_basis, "legal_basis_text": header.legal_basis_text,
            "typology": header.typology or "",
        }  # fmt: skip
        return _form({**head, **_said(ask, flash.body), **_marks(header.marks)})
    if not partners:
        return Form({})
    agreement = partners[0].terms.agreement
    basis = "contact-network-24-7" if "contact-network-24-7" in agreement.legal_bases else ""
    quoted = (
        f"{legal_bases.label(basis, ask.language)}: {agreement.agreement_id}, v{agreement.version}" if basis else ""
    )
    start = {
        "severity": Severity.SERIOUS.value,
        "purpose": "prevent-crime" if "prevent-crime" in agreement.purposes else "",
        "legal_basis": basis,
        "legal_basis_text": quoted,
        "valid_hours": str(limits.FLASH_VALID_DEFAULT_H),
        "marks.tlp": "amber",
        "marks.pap": "amber",
    }
    return _form(start)


def _form(fields: dict[str, str], *, to: list[str] | None = None) -> Form:
    named = {name: [text] for name, text in fields.items() if text}
    return Form({**named, "to": to} if to else named)


def _said(ask: Ask, body: Warned) -> dict[str, str]:
    """A warning as it was said, as typed fields."""
    left = max(1, -int(-(body.valid_until - ask.now).total_seconds() // 3600))
    return {
        "title_vi": body.title_vi,
        "title_en": body.title_en,
        "text.vi": body.text.vi,
        "text.en": body.text.en,
        "to_do.vi": body.to_do.vi,
        "to_do.en": body.to_do.en,
        "severity": body.severity.value,
        "lives_in_danger": "yes" if body.lives_in_danger else "",
        "drill": "yes" if body.drill else "",
        "valid_hours": str(min(left, limits.FLASH_VALID_MAX_DAYS * 24)),
        "identifiers": showing.identifiers_text(body.identifiers),
        "phone": body.officer.phone,
    }


def _marks(marks: WireMarks) -> dict[str, str]:
    return {"marks.tlp": marks.tlp.value, "marks.pap": marks.pap.value}


def _choices(ask: Ask, words: Any, agreed: list[Any]) -> list[tuple[str, str]]:
    """What at least one agreement names; whether it fits those that were chosen is said when it is sent."""
    return [(code, text) for code, text in words.choices(ask.language) if any(code in one for one in agreed)]
