"""One warning: both languages side by side, what to look for, who has read it, and what was said before.

What stands (`now`) is fetched anew when the warning moves; what is being typed stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import get, post

from lienlac.errors import NotAllowed, Refused
from lienlac.flash.leaving import words as names
from lienlac.flash.leaving.desk import RIGHT_OF
from lienlac.flash.lifecycle import Step
from lienlac.flash.pages import showing
from lienlac.people.rights import Action
from lienlac.records.forms.problems import FormRefused
from lienlac.ui.guard import needs
from lienlac.ui.page import Blank
from lienlac.ui.problems import reason_of, status_of
from lienlac.wire.bodies.flash import Useful

if TYPE_CHECKING:
    from litestar import Response
    from litestar.params import FromPath

    from lienlac.flash.desk import Warnings
    from lienlac.flash.shown import Outcome
    from lienlac.ui.page import Ask

_READ: Final = needs(Action.FLASH_READ)
_STEPS: Final = (Step.ACKNOWLEDGE, Step.WITHDRAW, Step.FEEDBACK)
_FIELDS: Final = {Step.ACKNOWLEDGE: "remarks", Step.WITHDRAW: "reason", Step.FEEDBACK: "text"}


def make_handlers(warnings: Warnings) -> tuple[Any, ...]:
    """The routes of a warning's page; one for each step."""

    @get("/warnings/{warning_id:str}", opt=_READ, sync_to_thread=True, include_in_schema=False, name="warning")
    def warning_page(ask: Ask, warning_id: FromPath[str]) -> Response[str]:
        return page(ask, warnings, warning_id)

    return (warning_page, *(_door(warnings, step) for step in _STEPS))


def _door(warnings: Warnings, step: Step) -> Any:
    @post(
        f"/warnings/{{warning_id:str}}/{step.value}",
        opt=needs(RIGHT_OF[step]),
        sync_to_thread=True,
        include_in_schema=False,
        status_code=200,
    )
    def door(ask: Ask, warning_id: FromPath[str]) -> Response[str]:
        return _act(ask, warnings, warning_id, step)

    return door


def _act(ask: Ask, warnings: Warnings, warning_id: str, step: Step) -> Response[str]:
    form = ask.form
    data: dict[str, Any] = {_FIELDS[step]: form.get("words"), "phone": form.get("phone")}
    if step is Step.FEEDBACK:
        data["useful"] = form.get("useful")
    try:
        filled = warnings.read_step(ask.officer, warning_id, step, showing.filled(data))
        outcome = warnings.act(ask.officer, warning_id, filled, once=form.get("once"))
    except FormRefused as refused:
        wrong = showing.mistakes_of(refused, ask.language)
        return page(ask, warnings, warning_id, step=step, wrong=wrong, status=422)
    except (Refused, NotAllowed) as error:
        if error.code in {"not-found", "not-allowed"}:
            raise
        wrong = Blank({error.field or "": ask.sentence(error)})
        return page(ask, warnings, warning_id, step=step, wrong=wrong, status=status_of(error))
    return gone(ask, outcome, f"/warnings/{warning_id}", ask.gettext("Sent to the other side."))


def gone(ask: Ask, outcome: Outcome, path: str, said: str) -> Response[str]:
    """After it left; or where it waits for a second officer."""
    if outcome.waits and not outcome.sent:
        waits = ask.gettext(
            "Nothing is sent yet: %(reference)s waits for a second officer.", reference=outcome.reference
        )
        single = len(outcome.waits) == 1
        return ask.redirect(f"/approvals/{outcome.waits[0].id}" if single else "/approvals", waits, tone="warn")
    if outcome.waits:
        partly = ask.gettext(
            "%(reference)s was sent to some partners; for others it waits for a second officer.",
            reference=outcome.reference,
        )
        return ask.redirect(path, partly, tone="warn")
    return ask.redirect(path, said)


def page(
    ask: Ask,
    warnings: Warnings,
    warning_id: str,
    *,
    step: Step | None = None,
    wrong: Blank | None = None,
    status: int = 200,
) -> Response[str]:
    """The whole page; `step` is the one whose form was not right."""
    shown = warnings.show(ask.officer, warning_id)
    flash, body = shown.first.flash, shown.first.flash.body
    title = body.title_vi if ask.language == "vi" else body.title_en
    peers = warnings.peer_names(ask.language)
    author = flash.author
    return ask.page(
        "flash/warning.html",
        status=status,
        title=f"{ask.gettext('Drill')} · {title}" if body.drill else title,
        shown=shown,
        one=shown.first,
        flash=flash,
        body=body,
        header=flash.present.fact.header,
        state=flash.state(ask.now),
        steps=[one.value for one in shown.steps],
        older=list(reversed(flash.versions[:-1])),
        author_name=ask.ground.config.node_name(ask.language) if shown.ours else peers.get(author, author),
        peer_names=peers,
        opened_step="" if step is None else step.value,
        typed=Blank(ask.form.values() if step else {}),
        wrong=wrong or Blank(),
        once=ask.chance.token(12).hex(),
        useful_choices=[(one.value, ask.gettext(names.USEFUL[one.value]), "") for one in Useful],
        reason_of=lambda code: reason_of(code, ask.language),
        languages=("vi", "en") if ask.language == "vi" else ("en", "vi"),
        **showing.values(),
    )
