"""Who takes part: members and what has reached them; invite, answer, leave, remove, let a later member have more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import get, post

from lienlac.errors import Refused
from lienlac.records.shared.fold import Part
from lienlac.ui.guard import needs
from lienlac.ui.page import Blank
from lienlac.ui.shared.pages import frame
from lienlac.ui.shared.typed import instant_of
from lienlac.wire.bodies.parts import Said
from lienlac.wire.bodies.records import History

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from litestar import Response
    from litestar.params import FromPath

    from lienlac.ui.page import Ask
    from lienlac.ui.shared.sheet import Subject


def make_handlers(subject: Subject) -> tuple[Any, ...]:
    """The page, and a route for each act."""
    rights = subject.shared.shape.rights
    address = f"{subject.address}/{{record_id:str}}"

    @get(f"{address}/members", opt=needs(rights.reads), sync_to_thread=True, include_in_schema=False)
    def members(ask: Ask, record_id: FromPath[str]) -> Response[str]:
        return _page(ask, subject, record_id, Blank(), 200)

    doors = [_door(subject, address, name, act) for name, act in _ACTS.items()]
    return (members, *doors)


def _door(subject: Subject, address: str, name: str, act: Callable[[Ask, Subject, str], Response[str]]) -> Any:
    @post(f"{address}/members/{name}", opt=needs(subject.shared.shape.rights.shares), sync_to_thread=True,
          include_in_schema=False, status_code=200)  # fmt: skip
    def door(ask: Ask, record_id: FromPath[str]) -> Response[str]:
        return frame.attempt(
            ask,
            lambda: act(ask, subject, record_id),
            lambda wrong, status: _page(ask, subject, record_id, wrong, status),
        )

    return door


def _invite(ask: Ask, subject: Subject, record_id: str) -> Response[str]:
    form = ask.form
    history, since = _history(ask)
    outcome = subject.shared.part.invite(
        ask.officer, record_id, form.get("node"), summary=Said(vi=form.get("summary.vi"), en=form.get("summary.en")),
        history=history, since=since, text=form.get("text"),
    )  # fmt: skip
    return frame.done(ask, subject, outcome, "/members", ask.gettext("The invitation is on its way."))


def _history(ask: Ask) -> tuple[History, datetime | None]:
    """Which earlier facts: all, none, or since an instant. Raises `Refused` at the field."""
    try:
        history = History(ask.form.get("history") or "all")
    except ValueError as error:
        raise Refused("choice-unknown", field="history") from error
    if history is not History.SINCE:
        return history, None
    from lienlac.records.forms.reader import Reader

    reader = Reader({"since": instant_of(ask.form.get("since"), ask.words.time_zone)}, now=ask.now)
    since = reader.instant("since", past=True)
    reader.finish()
    return history, since


def _answer(ask: Ask, subject: Subject, record_id: str) -> Response[str]:
    accept = ask.form.get("answer") == "accept"
    outcome = subject.shared.part.answer(ask.officer, record_id, accept=accept, text=ask.form.get("text"))
    said = ask.gettext("You take part now. What the others let you have is on its way.")
    return frame.done(ask, subject, outcome, "", said if accept else ask.gettext("The invitation was declined."))


def _leave(ask: Ask, subject: Subject, record_id: str) -> Response[str]:
    outcome = subject.shared.part.leave(ask.officer, record_id, ask.form.get("text"))
    return frame.done(ask, subject, outcome, "/members", ask.gettext("This authority no longer takes part."))


def _remove(ask: Ask, subject: Subject, record_id: str) -> Response[str]:
    outcome = subject.shared.part.remove(ask.officer, record_id, ask.form.get("node"), ask.form.get("text"))
    return frame.done(ask, subject, outcome, "/members", ask.gettext("It takes part no longer, and is told so."))


def _give(ask: Ask, subject: Subject, record_id: str) -> Response[str]:
    history, since = _history(ask)
    many = subject.shared.part.give_history(ask.officer, record_id, ask.form.get("node"), history, since)
    said = ask.gettext("%(many)s of our earlier entries are on their way.", many=ask.words.number(many))
    return ask.redirect(f"{subject.address}/{record_id}/members", said)


_ACTS = {"invite": _invite, "answer": _answer, "leave": _leave, "remove": _remove, "give": _give}


def _page(ask: Ask, subject: Subject, record_id: str, wrong: Blank, status: int) -> Response[str]:
    shared = subject.shared
    shown = shared.read.room(ask.officer, record_id)
    taking_part = {one.node for one in shown.members if one.part in {Part.IN, Part.INVITED}}
    partners = shared.partners(ask.language)
    return frame.page(
        ask, subject, shown, "shared/members.html", tab="members", status=status, wrong=wrong,
        live="" if wrong else f"{subject.address}/{shown.line.id}/members",
        typed=Blank(ask.form.values()), hosting=shown.line.host == shared.node_id,
        partners=[(node, name) for node, name in partners if node not in taking_part],
    )  # fmt: skip
