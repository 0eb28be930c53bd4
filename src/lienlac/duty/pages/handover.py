"""Hand-over notes: writing one with what is open listed by itself, reading, accepting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import get, post

from lienlac import clock
from lienlac.duty.pages import names
from lienlac.errors import LienlacError
from lienlac.notices.channels import ChannelKind
from lienlac.people import accounts
from lienlac.people.rights import Action, may
from lienlac.ui.guard import needs
from lienlac.ui.page import Blank
from lienlac.ui.problems import status_of
from lienlac.ui.words import sort_key
from lienlac.vocabulary import urgencies

if TYPE_CHECKING:
    from litestar import Response
    from litestar.params import FromPath

    from lienlac.duty.desk import Duty
    from lienlac.duty.handover.note import Item
    from lienlac.ui.page import Ask

_READ: Final = needs(Action.HANDOVER_READ)
_WRITE: Final = needs(Action.HANDOVER_WRITE)


def make_handlers(duty: Duty) -> tuple[Any, ...]:
    """The routes of hand-over notes."""
    desk = duty.handover

    @get("/duty/handovers", opt=_READ, sync_to_thread=True, include_in_schema=False, name="handovers")
    def listed(ask: Ask) -> Response[str]:
        notes = desk.listed(ask.officer)
        return ask.page(
            "duty/handovers.html", title=ask.gettext("Hand-over"), tabs=names.TABS, names=names, notes=notes,
            people=_people(ask),
        )  # fmt: skip

    @get("/duty/handovers/new", opt=_WRITE, sync_to_thread=True, include_in_schema=False)
    def new(ask: Ask) -> Response[str]:
        return _form(ask, duty)

    @post("/duty/handovers", opt=_WRITE, sync_to_thread=True, include_in_schema=False)
    def write(ask: Ask) -> Response[str]:
        try:
            note = desk.write(ask.officer, ask.form.get("text"), to=ask.form.get("to") or None)
        except LienlacError as error:
            return _form(ask, duty, wrong=Blank({error.field or "": ask.sentence(error)}), status=status_of(error))
        return ask.redirect(f"/duty/handovers/{note.id}", ask.gettext("Handed over. The next officer accepts it."))

    @get("/duty/handovers/{note_id:str}", opt=_READ, sync_to_thread=True, include_in_schema=False)
    def show(ask: Ask, note_id: FromPath[str]) -> Response[str]:
        note = desk.show(ask.officer, note_id)
        return ask.page(
            "duty/handover.html",
            title=ask.gettext("Hand-over"),
            tabs=names.TABS,
            names=names,
            note=note,
            people=_people(ask),
            items=[_shown(item) for item in note.items],
            urgencies=urgencies,
            waits=note.waits_for(ask.officer.id) and ask.may(Action.HANDOVER_WRITE),
        )

    @post("/duty/handovers/{note_id:str}/accept", opt=_WRITE, sync_to_thread=True, include_in_schema=False)
    def accept(ask: Ask, note_id: FromPath[str]) -> Response[str]:
        desk.accept(ask.officer, note_id, ask.form.get("remarks"))
        return ask.redirect(f"/duty/handovers/{note_id}", ask.gettext("Accepted. The shift is yours."))

    return (listed, new, write, show, accept)


def _form(ask: Ask, duty: Duty, *, wrong: Blank | None = None, status: int = 200) -> Response[str]:
    items, left_out = duty.handover.draft(ask.officer)
    with ask.database.read() as connection:
        able = [one for one, _ in accounts.every(connection) if may(one, Action.HANDOVER_WRITE)]
    others = sorted((one for one in able if one.id != ask.officer.id), key=lambda one: sort_key(one.name))
    return ask.page(
        "duty/handover_new.html",
        status=status,
        title=ask.gettext("Hand over"),
        tabs=names.TABS,
        names=names,
        items=[_shown(item) for item in items],
        left_out=left_out,
        urgencies=urgencies,
        others=[(one.login, f"{one.name} · {one.unit}") for one in others],
        typed=Blank(ask.form.values()),
        wrong=wrong or Blank(),
    )


def _shown(item: Item) -> dict[str, Any]:
    """An item with its instant, and a channel's kind as its own word."""
    return {
        "item": item,
        "due_at": None if item.due_us is None else clock.from_us(item.due_us),
        "channel": ChannelKind(item.kind) if item.what == "channel" else None,
    }


def _people(ask: Ask) -> dict[str, str]:
    with ask.database.read() as connection:
        return accounts.names(connection)
