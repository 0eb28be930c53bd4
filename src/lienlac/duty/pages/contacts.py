"""How one is reached: channels with their test, telephone, quiet hours. One's own; an administrator's: anybody's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import get, post

from lienlac.duty.contacts import quiet
from lienlac.duty.pages import names
from lienlac.errors import LienlacError, Refused
from lienlac.notices.channels import ChannelKind
from lienlac.notices.courier.gateway import installed
from lienlac.people.rights import Action
from lienlac.ui.guard import needs
from lienlac.ui.page import Blank
from lienlac.ui.problems import status_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from litestar import Response
    from litestar.params import FromPath

    from lienlac.duty.contacts.desk import Made
    from lienlac.duty.desk import Duty
    from lienlac.ui.page import Ask

_OWN: Final = needs(Action.ACCOUNT_OWN)


def make_handlers(duty: Duty) -> tuple[Any, ...]:
    """The routes; the desk asks for each act whether the channel is the officer's own."""
    desk = duty.contacts

    @get("/duty/contacts", opt=_OWN, sync_to_thread=True, include_in_schema=False, name="contacts")
    def own(ask: Ask) -> Response[str]:
        return _page(ask, duty, ask.officer.id)

    @get("/duty/contacts/{whose:str}", opt=_OWN, sync_to_thread=True, include_in_schema=False)
    def others(ask: Ask, whose: FromPath[str]) -> Response[str]:
        return _page(ask, duty, whose)

    @post("/duty/contacts/{whose:str}/person", opt=_OWN, sync_to_thread=True, include_in_schema=False)
    def person(ask: Ask, whose: FromPath[str]) -> Response[str]:
        def work() -> str:
            hours = quiet.read(ask.form.get("quiet_from"), ask.form.get("quiet_until"))
            desk.set_person(ask.officer, whose, phone=ask.form.get("phone"), quiet=hours)
            return ask.gettext("Saved.")

        return _act(ask, duty, whose, work)

    @post("/duty/contacts/{whose:str}/add", opt=_OWN, sync_to_thread=True, include_in_schema=False)
    def add(ask: Ask, whose: FromPath[str]) -> Response[str]:
        try:
            made = desk.add(ask.officer, whose, _kind(ask.form.get("kind")), ask.form.raw("address"))
        except LienlacError as error:
            return _mistaken(ask, duty, whose, error)
        if made.secret:
            return _page(ask, duty, whose, made=made)
        return ask.redirect(_path(ask, whose), ask.gettext("Added. A test is on its way: type its number here."))

    @post("/duty/channels/{channel_id:str}/test", opt=_OWN, sync_to_thread=True, include_in_schema=False)
    def test(ask: Ask, channel_id: FromPath[str]) -> Response[str]:
        def work() -> str:
            desk.test(ask.officer, channel_id)
            return ask.gettext("A test is on its way: type its number here.")

        return _act(ask, duty, ask.form.get("whose"), work)

    @post("/duty/channels/{channel_id:str}/verify", opt=_OWN, sync_to_thread=True, include_in_schema=False)
    def verify(ask: Ask, channel_id: FromPath[str]) -> Response[str]:
        def work() -> str:
            desk.verify(ask.officer, channel_id, ask.form.get("digits"))
            return ask.gettext("The channel is checked: alarms reach you through it from now on.")

        return _act(ask, duty, ask.form.get("whose"), work)

    @post("/duty/channels/{channel_id:str}/up", opt=_OWN, sync_to_thread=True, include_in_schema=False)
    def earlier(ask: Ask, channel_id: FromPath[str]) -> Response[str]:
        desk.order(ask.officer, channel_id, up=True)
        return ask.redirect(_path(ask, ask.form.get("whose")))

    @post("/duty/channels/{channel_id:str}/drop", opt=_OWN, sync_to_thread=True, include_in_schema=False)
    def drop(ask: Ask, channel_id: FromPath[str]) -> Response[str]:
        desk.drop(ask.officer, channel_id)
        return ask.redirect(_path(ask, ask.form.get("whose")), ask.gettext("The channel is taken out."))

    return (own, others, person, add, test, verify, earlier, drop)


def _act(ask: Ask, duty: Duty, whose: str, work: Callable[[], str]) -> Response[str]:
    try:
        said = work()
    except LienlacError as error:
        return _mistaken(ask, duty, whose, error)
    return ask.redirect(_path(ask, whose), said)


def _mistaken(ask: Ask, duty: Duty, whose: str, error: LienlacError) -> Response[str]:
    if error.code == "not-found":
        raise error
    wrong = Blank({error.field or "": ask.sentence(error)})
    return _page(ask, duty, whose or ask.officer.id, wrong=wrong, status=status_of(error))


def _page(
    ask: Ask, duty: Duty, whose: str, *, made: Made | None = None, wrong: Blank | None = None, status: int = 200
) -> Response[str]:
    found = duty.contacts.show(ask.officer, whose)
    own = whose == ask.officer.id
    typed = ask.form.values() if wrong else {}
    typed.pop("address", None)  # an address may hold a secret: it is not shown again
    return ask.page(
        "duty/contacts.html",
        status=status,
        title=ask.gettext("My contact methods") if own else found.officer.name,
        tabs=names.TABS,
        names=names,
        found=found,
        own=own,
        made=made,
        kinds=[
            (kind.value, ask.gettext(names.KINDS[kind]))
            for kind in ChannelKind
            if kind is not ChannelKind.APPRISE or (installed() and duty.contacts.allowed.services)
        ],
        hours=None if found.quiet is None else (quiet.written(found.quiet.begins), quiet.written(found.quiet.ends)),
        typed=Blank(typed),
        wrong=wrong or Blank(),
    )


def _kind(text: str) -> ChannelKind:
    try:
        return ChannelKind(text)
    except ValueError as error:
        raise Refused("choice-unknown", field="kind") from error


def _path(ask: Ask, whose: str) -> str:
    return "/duty/contacts" if whose in {"", ask.officer.id} else f"/duty/contacts/{whose}"
