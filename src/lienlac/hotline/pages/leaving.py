"""The pages' part in how a message leaves: the officer's choice, the look before, going on from what came back.

The fields of the choice are named `release.…`; `shown` is the digest of what the page showed, so that what is sent is
what was seen: where it differs, or was never shown though it matters, the page shows it once more instead of sending.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lienlac.errors import NotAllowed, Refused
from lienlac.hotline.kinds import BY_KIND, STEP_OF
from lienlac.hotline.kinds.shared import COMMON
from lienlac.hotline.kinds.steps import fields_of
from lienlac.hotline.lifecycle import Step
from lienlac.hotline.pages import typed
from lienlac.people.rights import Action
from lienlac.ui.page import Blank, Form
from lienlac.ui.releases import names as release_names

if TYPE_CHECKING:
    from litestar import Response

    from lienlac.errors import LienlacError
    from lienlac.hotline.desk import Hotline
    from lienlac.hotline.kinds.field import RequestKind
    from lienlac.hotline.shown import Preview
    from lienlac.releases.release import Release
    from lienlac.ui.page import Ask

OWN_FIELDS: Final = frozenset({"shown", "release.let_out", "release.why", "release.ahead", "release.instead_of"})
"""Fields that the look before sending shows itself."""
SENDING: Final = frozenset({"send", "ahead"})
"""What the buttons of a new request say when it is to leave; `ahead` breaks the glass."""
SURE: Final = frozenset({"yes", "ahead"})
"""The same for a step."""
_ABOUT: Final = frozenset({"release-why", "release-field", "reason-missing"})


def data_of(form: Form) -> dict[str, Any]:
    """The typed choice as the section `release` of a form. The glass is broken by its own button alone."""
    return typed.filled(
        {
            "let_out": [path for path in form.all("release.let_out") if path],
            "why": form.get("release.why"),
            "ahead": form.get("release.ahead") if _breaks(form) else "",
            "instead_of": form.get("release.instead_of"),
        }
    )


def check_glass(ask: Ask) -> None:
    """Whoever breaks the glass says why, and proves that it is them.

    Raises `Refused("reason-missing")`, `NotAllowed("step-up-required")`.
    """
    if not _breaks(ask.form):
        return
    if not ask.form.get("release.ahead"):
        raise Refused("reason-missing", field="release.ahead")
    ask.require_fresh(Action.RELEASE_AHEAD)


def _breaks(form: Form) -> bool:
    return "ahead" in {form.get("act"), form.get("sure")}


def to_be_seen(form: Form, preview: Preview) -> bool:
    """Whether the officer has not seen what would leave now, though it is worth a look."""
    return preview.look and form.get("shown") != preview.digest


def is_about(error: LienlacError) -> bool:
    """Whether a mistake is one of the choice, and so belongs on the look."""
    return error.code in _ABOUT and str(error.field or "").startswith("release.")


def wrong_of(ask: Ask, error: LienlacError) -> Blank:
    """The mistake beside its field."""
    return Blank({str(error.field): ask.sentence(error)})


def waits(ask: Ask, release: Release) -> Response[str]:
    """Where the officer sees at once that it waits, and where."""
    said = ask.gettext("Nothing is sent yet: %(reference)s waits for a second officer.", reference=release.reference)
    return ask.redirect(f"/approvals/{release.id}", said, tone="warn")


def values(ask: Ask, preview: Preview, wrong: Blank | None) -> dict[str, Any]:
    """What `hotline/_leaving.html` shows."""
    return {
        "preview": preview,
        "release_names": release_names,
        "may_go_ahead": bool(preview.reasons) and ask.may(Action.RELEASE_AHEAD),
        "leaving_typed": Blank(ask.form.values()),
        "leaving_wrong": wrong or Blank(),
    }


def opening_typed_before(ask: Ask, hotline: Hotline, kind: RequestKind) -> Form:
    """The form of a new request as it was typed before it came back; an empty one without `release` in the address."""
    if not (release_id := ask.query.get("release", "")):
        return Form({})
    release, body = hotline.approved.typed_before(ask.officer, release_id)
    if release.kind != kind.kind:
        raise NotAllowed("not-found")
    draft = release.draft
    head = {
        "to": draft.recipient,
        "urgency": body.urgency.value,
        "purpose": draft.purpose,
        "legal_basis": draft.legal_basis,
        "legal_basis_text": draft.legal_basis_text,
        "typology": draft.typology or "",
        "phone": body.officer.phone,
        "follows": body.follows.reference if body.follows is not None else "",
        "marks.tlp": draft.marks.tlp.value,
        "marks.pap": draft.marks.pap.value,
        "marks.handling_text": draft.marks.handling_text,
    }
    own = typed.fields_from((*kind.fields, *COMMON), body, ask.officer.time_zone)
    if own.get("case_number") == [body.reference]:
        del own["case_number"]  # it stood for a number that there was not
    handling = {"marks.handling": [code.value for code in draft.marks.handling]}
    return Form({name: [text] for name, text in head.items() if text} | own | handling | _kept(release))


def step_typed_before(ask: Ask, hotline: Hotline, request_id: str) -> tuple[Step, Form] | None:
    """The same for a step on this request."""
    if not (release_id := ask.query.get("release", "")):
        return None
    release, body = hotline.approved.typed_before(ask.officer, release_id)
    step = STEP_OF[release.kind]
    if step is Step.OPEN or release.thing != request_id:
        raise NotAllowed("not-found")
    zone = ask.officer.time_zone
    kind = BY_KIND[hotline.show(ask.officer, request_id).request.kind]
    if step is Step.CORRECT:
        found = typed.fields_from((*kind.fields, *COMMON), body.opening, zone) | {"remarks": [body.remarks]}
    else:
        found = typed.fields_from(fields_of(step, kind), body.report if step is Step.RESULT else body, zone)
    return step, Form(found | {"phone": [body.officer.phone]} | _kept(release))


def _kept(release: Release) -> dict[str, list[str]]:
    """What the officer chose before, and from what they go on."""
    chosen = {"release.let_out": list(release.let_out), "release.why": [release.why] if release.why else []}
    kept = {"release.instead_of": [release.id], "attachments": list(release.draft.uploads)}
    return {name: several for name, several in (chosen | kept).items() if several}
