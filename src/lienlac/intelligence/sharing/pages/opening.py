"""A new share: the form, what would leave under it, and the word to go."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from litestar import get, post

from lienlac import limits
from lienlac.errors import NotAllowed, Refused
from lienlac.intelligence.pages import kinds
from lienlac.intelligence.sharing.leaving import words as says
from lienlac.intelligence.sharing.pages import showing
from lienlac.people.rights import Action
from lienlac.records.forms.problems import FormRefused
from lienlac.ui.guard import needs
from lienlac.ui.page import Blank, Form
from lienlac.ui.problems import status_of
from lienlac.ui.words import N_
from lienlac.vocabulary import legal_bases, pap, purposes, tlp, typologies

if TYPE_CHECKING:
    from collections.abc import Sequence

    from litestar import Response

    from lienlac.intelligence.sharing.desk import Sharing
    from lienlac.intelligence.sharing.shown import Survey
    from lienlac.ui.page import Ask

_SHARE: Final = needs(Action.INTEL_SHARE)
_PLAIN: Final = (
    "collection", "title", "mode", "purpose", "legal_basis", "legal_basis_text", "typology", "tlp", "pap", "why",
)  # fmt: skip

_LABELS: Final = {
    "collection": N_("Collection"),
    "title": N_("Title, as the partner reads it"),
    "to": N_("Partners"),
    "mode": N_("How"),
    "types": N_("Types"),
    "ids": N_("Objects"),
    "purpose": N_("Purpose"),
    "legal_basis": N_("Legal basis"),
    "legal_basis_text": N_("Provision or document"),
    "typology": N_("Kind of crime"),
    "tlp": N_("At most marked (TLP)"),
    "pap": N_("At most marked (PAP)"),
    "let_out": N_("Let out all the same"),
    "why": N_("Why it must leave"),
}
"""What its fields are called, where several want the same."""


def make_handlers(sharing: Sharing) -> tuple[Any, ...]:
    """The form's routes: shown, looked at, sent."""

    @get("/intelligence/sharing/new", opt=_SHARE, sync_to_thread=True, include_in_schema=False, name="new-share")
    def form_page(ask: Ask) -> Response[str]:
        return _page(ask, sharing, _beginning(ask, sharing), Blank())

    @post(
        "/intelligence/sharing/new",
        opt=needs(Action.INTEL_SHARE, unfresh="looks first; the handler asks before anything is sent"),
        sync_to_thread=True,
        include_in_schema=False,
        status_code=200,
    )
    def send(ask: Ask) -> Response[str]:
        return _send(ask, sharing)

    return (form_page, send)


def _send(ask: Ask, sharing: Sharing) -> Response[str]:
    form = ask.form
    shares = form.get("act") == "share"
    try:
        wanted = sharing.read_share(_data(form, digests=form.all("digests") if shares else []))
        if not shares:
            return _page(ask, sharing, form, Blank(), surveys=sharing.preview(ask.officer, wanted))
        ask.require_fresh(Action.INTEL_SHARE)
        outcome = sharing.share(ask.officer, wanted, key=form.get("once"))
    except FormRefused as refused:
        return _page(ask, sharing, form, showing.mistakes_of(refused, ask.language), status=422)
    except (Refused, NotAllowed) as error:
        if error.code in {"not-found", "not-allowed", "step-up-required"}:
            raise
        surveys: Sequence[Survey] = ()
        if error.code in {"share-changed", "share-empty"}:
            surveys = sharing.preview(ask.officer, sharing.read_share(_data(form)))
        wrong = Blank({error.field or "": ask.sentence(error)})
        return _page(ask, sharing, form, wrong, surveys=surveys, status=status_of(error))
    if outcome.waits:
        said = ask.gettext("Nothing is sent yet: it waits for a second officer.")
        return ask.redirect(f"/approvals/{outcome.waits[0].id}", said, tone="warn")
    said = ask.gettext("It is on its way; here you see what becomes of each object.")
    return ask.redirect(f"/intelligence/sharing/{outcome.shares[0]}", said)


def _data(form: Form, digests: Sequence[str] = ()) -> dict[str, Any]:
    """The typed fields as a form."""
    data: dict[str, Any] = {name: form.get(name) for name in _PLAIN if form.get(name)}
    data["types"] = [word for word in re.split(r"[\s,;]+", form.get("types")) if word]
    data["ids"] = form.get("ids").split()
    data["to"], data["let_out"], data["digests"] = form.all("to"), form.all("let_out"), list(digests)
    data["onward"] = form.get("onward") == "yes"
    return {name: value for name, value in data.items() if value not in ("", [], None)}


def _page(
    ask: Ask, sharing: Sharing, form: Form, wrong: Blank, *, surveys: Sequence[Survey] = (), status: int = 200
) -> Response[str]:
    partners = sharing.partners()
    agreed = [one.terms.agreement for one in partners]
    language = ask.language
    return ask.page(
        "sharing/new.html",
        status=status,
        title=ask.gettext("Share with a partner"),
        partners=[(one.node_id, one.name_vi if language == "vi" else one.name_en, "") for one in partners],
        chosen=form.all("to"),
        collections=[(one.id, one.title) for one in sharing.collections(ask.officer)],
        surveys=surveys,
        typed=Blank(form.values()),
        wrong=wrong,
        labels=_LABELS,
        spoken=kinds.Spoken(ask.words),
        once=form.get("once") or ask.chance.token(16).hex(),
        modes=[(code, ask.gettext(text), ask.gettext(says.MODE_NOTES[code])) for code, text in says.MODES.items()],
        let_out=form.all("let_out"),
        let_out_choices=[(code, ask.gettext(text), "") for code, text in says.LET_OUT.items()],
        purpose_choices=_choices(ask, purposes, [one.purposes for one in agreed]),
        legal_basis_choices=_choices(ask, legal_bases, [one.legal_bases for one in agreed]),
        typology_choices=_choices(ask, typologies, [one.typologies for one in agreed]),
        tlps=[(word.code, word.label(language)) for word in tlp.all() if word.code != "red"],
        paps=[(word.code, word.label(language)) for word in pap.all()],
        **{name: value for name, value in showing.values(ask, sharing).items() if name not in _VOCABULARIES},
    )


_VOCABULARIES: Final = frozenset({"purposes", "legal_bases", "typologies"})


def _beginning(ask: Ask, sharing: Sharing) -> Form:
    partners = sharing.partners()
    chosen = ask.query.get("object", "")[: limits.LINE_MAX_CHARS]
    ids = "\n".join(sharing.named_by(ask.officer, chosen)) if chosen else ""
    fields = {"collection": ask.query.get("collection", ""), "ids": ids, "mode": "once"}
    if partners:
        agreement = partners[0].terms.agreement
        fields["purpose"] = "prevent-crime" if "prevent-crime" in agreement.purposes else ""
    return Form({name: [text] for name, text in fields.items() if text} | {"to": [one.node_id for one in partners]})


def _choices(ask: Ask, words: Any, agreed: list[Any]) -> list[tuple[str, str]]:
    """What at least one agreement names; whether it fits those that were chosen is said when it is looked at."""
    return [(code, text) for code, text in words.choices(ask.language) if any(code in one for one in agreed)]
