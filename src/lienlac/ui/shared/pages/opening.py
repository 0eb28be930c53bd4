"""A new record: what it is, on what basis it is shared, how it must be handled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import get, post

from lienlac.errors import Refused
from lienlac.records.shared.desk import Opening
from lienlac.ui.guard import needs
from lienlac.ui.page import Blank, Form
from lienlac.ui.shared.pages.frame import attempt, choices_of
from lienlac.ui.shared.pages.frame import words as frame_words
from lienlac.ui.shared.typed import data_of, marks_of, read_word
from lienlac.vocabulary import legal_bases, purposes, typologies

if TYPE_CHECKING:
    from litestar import Response

    from lienlac.ui.page import Ask
    from lienlac.ui.shared.sheet import Subject


def make_handlers(subject: Subject) -> tuple[Any, ...]:
    """The routes of a new record."""
    opens = needs(subject.shared.shape.rights.opens)
    address = f"{subject.address}/new"

    @get(address, opt=opens, sync_to_thread=True, include_in_schema=False, name=f"{subject.name}-new")
    def form_page(ask: Ask) -> Response[str]:
        first = {name: [value] for name, value in subject.top.first.items()}
        return _page(ask, subject, Form({"marks.tlp": ["amber"], "marks.pap": ["amber"], **first}), Blank(), 200)

    @post(address, opt=opens, sync_to_thread=True, include_in_schema=False, status_code=200)
    def send(ask: Ask) -> Response[str]:
        return attempt(
            ask, lambda: _open(ask, subject), lambda wrong, status: _page(ask, subject, ask.form, wrong, status)
        )

    return (form_page, send)


def _open(ask: Ask, subject: Subject) -> Response[str]:
    form = ask.form
    top = read_word(subject.top, data_of(subject.top, form, ask.words.time_zone), ask.now)
    outcome = subject.shared.open(ask.officer, opening_of(form.get, top, marks_of(form)), once=form.get("once"))
    said = ask.gettext("%(reference)s is open here. Invite partners to share it.", reference=outcome.line.reference)
    return ask.redirect(f"{subject.address}/{outcome.line.id}", said)


def opening_of(get_field: Any, top: Any, marks: Any) -> Opening:
    """An opening of typed fields. Raises `Refused` at the field."""
    basis, purpose = get_field("legal_basis"), get_field("purpose")
    if purpose not in purposes:
        raise Refused("choice-unknown", field="purpose")
    if basis not in legal_bases:
        raise Refused("choice-unknown", field="legal_basis")
    untitled = next((name for name in ("title_vi", "title_en") if not getattr(top, name).strip()), None)
    if untitled:
        raise Refused("field-missing", field=untitled)
    text = get_field("legal_basis_text").strip()
    if legal_bases.get(basis).needs_text and not text:
        raise Refused("field-missing", field="legal_basis_text")
    typology = get_field("typology") or next(iter(getattr(top, "typologies", ())), "")
    if typology and typology not in typologies:
        raise Refused("choice-unknown", field="typology")
    return Opening(
        top=top, marks=marks, purpose=purpose, legal_basis=basis, legal_basis_text=text, typology=typology or None,
        drill=bool(get_field("drill")),
    )  # fmt: skip


def _page(ask: Ask, subject: Subject, form: Form, wrong: Blank, status: int) -> Response[str]:
    language = ask.language
    return ask.page(
        "shared/new.html",
        status=status,
        title=ask.gettext(subject.new),
        subject=subject,
        sheet=subject.top,
        form=form,
        typed=Blank(form.values()),
        wrong=wrong,
        options=choices_of(ask, subject.top),
        typology_groups=[(family, [family, *typologies.members(family.code)]) for family in typologies.families()],
        purposes=purposes.choices(language),
        bases=legal_bases.choices(language),
        **frame_words(ask, subject),
    )
