"""One entry of ours: correct it, or retract it with a reason. Its words stay to be seen either way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import get, post

from lienlac.emergencies.lifecycle import Step
from lienlac.emergencies.pages import names, showing
from lienlac.emergencies.pages.channel import came_back, entry_data, values_of
from lienlac.emergencies.views import timeline
from lienlac.errors import NotAllowed, Refused
from lienlac.people.rights import Action
from lienlac.records.forms.problems import FormRefused
from lienlac.ui.guard import needs
from lienlac.ui.page import Blank
from lienlac.ui.problems import status_of
from lienlac.wire.bodies.emergencies import Source

if TYPE_CHECKING:
    from litestar import Response
    from litestar.params import FromPath

    from lienlac.emergencies.desk import Emergencies
    from lienlac.ui.page import Ask

_WRITE: Final = needs(Action.EMERGENCY_WRITE)


def make_handlers(emergencies: Emergencies) -> tuple[Any, ...]:
    """The routes of one entry."""

    @get("/emergencies/{emergency_id:str}/entries/{entry_id:str}", opt=_WRITE, sync_to_thread=True,
         include_in_schema=False)  # fmt: skip
    def entry_page(ask: Ask, emergency_id: FromPath[str], entry_id: FromPath[str]) -> Response[str]:
        return _page(ask, emergencies, emergency_id, entry_id)

    @post("/emergencies/{emergency_id:str}/entries/{entry_id:str}/correct", opt=_WRITE, sync_to_thread=True,
          include_in_schema=False, status_code=200)  # fmt: skip
    def correct(ask: Ask, emergency_id: FromPath[str], entry_id: FromPath[str]) -> Response[str]:
        return _act(ask, emergencies, emergency_id, entry_id, Step.ENTRY)

    @post("/emergencies/{emergency_id:str}/entries/{entry_id:str}/retract", opt=_WRITE, sync_to_thread=True,
          include_in_schema=False, status_code=200)  # fmt: skip
    def retract(ask: Ask, emergency_id: FromPath[str], entry_id: FromPath[str]) -> Response[str]:
        return _act(ask, emergencies, emergency_id, entry_id, Step.RETRACT)

    return (entry_page, correct, retract)


def _act(ask: Ask, emergencies: Emergencies, emergency_id: str, entry_id: str, step: Step) -> Response[str]:
    try:
        data: dict[str, Any] = {"entry": entry_id, "reason": ask.form.get("reason")}
        if step is Step.ENTRY:
            data = {**entry_data(ask), "corrects": entry_id}
        data["release"] = showing.leave_of(ask)
        filled = emergencies.read_step(ask.officer, emergency_id, step, showing.filled(data))
        made = emergencies.act(ask.officer, emergency_id, step, filled, once=ask.form.get("once"))
    except FormRefused as refused:
        wrong = showing.mistakes_of(refused, ask.language)
        return _page(ask, emergencies, emergency_id, entry_id, step=step, wrong=wrong, status=422)
    except (Refused, NotAllowed) as error:
        if error.code in {"not-found", "not-allowed"}:
            raise
        wrong = Blank({error.field or "": ask.sentence(error)})
        return _page(ask, emergencies, emergency_id, entry_id, step=step, wrong=wrong, status=status_of(error))
    return showing.gone(ask, made, f"/emergencies/{emergency_id}", ask.gettext("Sent to the other side."))


def _page(
    ask: Ask,
    emergencies: Emergencies,
    emergency_id: str,
    entry_id: str,
    *,
    step: Step | None = None,
    wrong: Blank | None = None,
    status: int = 200,
) -> Response[str]:
    shown = emergencies.show(ask.officer, emergency_id)
    item = next((one for one in timeline.items(shown.emergency) if one.fact.id == entry_id), None)
    if item is None or not timeline.own_entry(shown.emergency, emergencies.node_id, entry_id):
        raise NotAllowed("not-found")
    present = item.present
    typed = Blank(
        {
            "text.vi": present.body.text.vi,
            "text.en": present.body.text.en,
            "at": ask.words.clock_text(present.body.at),
            "source": present.body.source.value,
            "source_text": present.body.source_text,
            "marks.tlp": present.header.marks.tlp.value,
        }
    )
    if step is None and ask.query.get("release"):
        step, before = came_back(ask, emergencies, shown.emergency.id)
        typed |= before
    elif step is not None:
        typed |= ask.form.values()
    return ask.page(
        "emergencies/entry.html",
        status=status,
        title=ask.gettext("Correct or retract"),
        item=item,
        step=step.value if step else "",
        once=ask.chance.token(12).hex(),
        typed=typed,
        wrong=wrong or Blank(),
        nothing=Blank(),
        sources=[(one.value, ask.gettext(names.SOURCES[one.value])) for one in Source],
        **showing.marks_choices(ask),
        **values_of(ask, emergencies, shown),
    )
