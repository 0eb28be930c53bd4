"""Signing in through another service (OIDC): the way there, the way back, and an officer's own links.

The other service sends the browser back from another site, so the session's own cookie does not come along; what this
flow is about is in a sealed cookie of its own. Pages that send the browser on by themselves stand where a redirect
would cross sites: from a form of ours (the policy forbids it) and after the way back (the new session's cookie would be
left out of the first call).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import get, post

from lienlac import journal
from lienlac.errors import LienlacError, NotAllowed, Refused
from lienlac.people.changes import desk as changes
from lienlac.people.factors import store as once
from lienlac.people.oidc import desk
from lienlac.people.oidc import flow as flows
from lienlac.people.rights import Action
from lienlac.ui.account.sign_in import come_in, known_browser, note, show_sign_in
from lienlac.ui.guard import FLOW_COOKIE, needs, public
from lienlac.ui.page import safe_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from litestar import Response
    from litestar.params import FromPath
    from sqlalchemy import Connection

    from lienlac.people.oidc.desk import Heard
    from lienlac.people.oidc.flow import Flow
    from lienlac.people.oidc.provider import Provider
    from lienlac.ui.page import Ask

SECURITY: Final = "/account/security"
_SECURE: Final = needs(Action.ACCOUNT_SECURE)
_WHY: Final = public("this is where one signs in")


@get("/sign-in/with/{provider_id:str}", opt=_WHY, sync_to_thread=True, include_in_schema=False)
def leave(ask: Ask, provider_id: FromPath[str]) -> Response[str]:
    """To the other service, with a fresh flow in the browser's hands."""
    provider = _provider(ask, provider_id)
    onward = safe_path(ask.query.get("next", "/"))
    try:
        place = ask.ground.oidc.place(provider, ask.now)
    except LienlacError as error:
        return show_sign_in(ask, onward=onward, error=error)
    intent = flows.unseal(ask.ground.safe, ask.sent_cookies.get(FLOW_COOKIE, ""), ask.now)
    session = "" if ask.session is None else ask.session.id
    flow = flows.begin(provider, intent, onward=onward, session=session, now=ask.now, chance=ask.chance)
    _carry(ask, flow)
    return ask.leave(flows.address(provider, place.authorize, flow, _back(ask, provider)))


@get("/sign-in/with/{provider_id:str}/back", opt=_WHY, sync_to_thread=True, include_in_schema=False)
def back(ask: Ask, provider_id: FromPath[str]) -> Response[str]:
    """The other service's answer: judged, and a session of ours opened for whom it names."""
    provider = _provider(ask, provider_id)
    carried = flows.unseal(ask.ground.safe, ask.sent_cookies.get(FLOW_COOKIE, ""), ask.now)
    ask.set_cookie(FLOW_COOKIE, "", max_age=0, from_elsewhere=True)
    onward = "/" if carried is None else safe_path(carried.onward)
    try:
        heard, flow = _hear(ask, provider, carried)
    except LienlacError as error:
        return show_sign_in(ask, onward=onward, error=error)
    ask.database.write(lambda connection: _write_down(ask, connection, provider, heard))
    if heard.refusal is not None:
        return show_sign_in(ask, onward=onward, error=heard.refusal)
    if heard.opened is None:
        return _onward(ask, SECURITY, ask.gettext("The service is linked."))
    come_in(ask, heard.opened, old=flow.session)
    return _onward(ask, onward, ask.gettext("You are signed in."))


def _hear(ask: Ask, provider: Provider, carried: Flow | None) -> tuple[Heard, Flow]:
    """The numbered list of an answer; raises what the sign-in page says."""
    ground, known = ask.ground, known_browser(ask)
    place = ground.oidc.place(provider, ask.now)
    # 1 it belongs to a flow of this browser, for this service, and names its issuer
    flow = flows.check(carried, provider, ask.query, says_issuer=place.says_issuer)
    # 2 it is counted, and used once, before anything is asked of the other service
    desk.count(ask.database, provider, address=ask.address, known_browser=known, now=ask.now)
    name, until = flows.name_of(flow), flow.until
    if not ask.database.write(lambda connection: once.use_once(connection, name, until, ask.now)):
        raise Refused("oidc-flow-over")
    # 3 the service says yes, with a code
    if "error" in ask.query or not ask.query.get("code"):
        raise NotAllowed("oidc-elsewhere")
    # 4 the code is exchanged for a token, and the token holds
    text = ground.oidc.exchange(
        provider, code=ask.query["code"], verifier=flow.verifier, back=_back(ask, provider), now=ask.now
    )
    claims = ground.oidc.claims(provider, text, nonce=flow.nonce, now=ask.now)

    # 5 whom it names is somebody here
    def work(connection: Connection) -> Heard:
        found = desk.arrive(
            connection,
            provider=provider,
            flow=flow,
            claims=claims,
            client=ask.client,
            address=ask.address,
            safe=ground.safe,
            now=ask.now,
            chance=ask.chance,
        )
        desk.forget(connection, provider, address=ask.address, known_browser=known)
        return found

    return ask.database.write(work), flow


@post("/sign-in/invited", opt=_WHY, sync_to_thread=True, include_in_schema=False)
def invited(ask: Ask) -> Response[str]:
    """An invitation was typed: it goes along to the service that was chosen."""
    provider = _provider(ask, ask.form.get("provider"))
    try:
        code = desk.invitation_of(ask.form.raw("invitation"))
    except LienlacError as error:
        return show_sign_in(ask, onward="/", error=error)
    _carry(ask, flows.intent(provider, "invited", now=ask.now, invitation=code))
    return _onward(ask, f"/sign-in/with/{provider.id}", ask.gettext("Sign in at the other service."))


# --- an officer's own links ---------------------------------------------------------------------------------------


@post("/account/links/with/{provider_id:str}", opt=_SECURE, sync_to_thread=True, include_in_schema=False)
def link(ask: Ask, provider_id: FromPath[str]) -> Response[str]:
    """The officer wants to sign in through this service from now on."""
    provider = _provider(ask, provider_id)
    if ask.session is None:
        raise NotAllowed("sign-in-required")
    _carry(ask, flows.intent(provider, "link", now=ask.now, session=ask.session.id, onward=SECURITY))
    return _onward(ask, f"/sign-in/with/{provider.id}", ask.gettext("Sign in at the other service."))


@post("/account/links/{link_id:str}/remove", opt=_SECURE, sync_to_thread=True, include_in_schema=False)
def unlink(ask: Ask, link_id: FromPath[str]) -> Response[str]:
    """Not through this service any more."""

    def work(connection: Connection) -> None:
        desk.remove_link(connection, ask.officer, link_id)
        note(ask, connection, "account.unlink", ask.officer.id, link=link_id)

    ask.database.write(work)
    return ask.redirect(SECURITY, ask.gettext("The link is removed."))


# --- what they share ----------------------------------------------------------------------------------------------


def _provider(ask: Ask, provider_id: str) -> Provider:
    found = ask.ground.providers.get(provider_id)
    if found is None:
        raise NotAllowed("not-found")
    return found


def _back(ask: Ask, provider: Provider) -> str:
    """The one redirect address of a service, from the settings and never from the call."""
    return f"{ask.ground.config.base_url.rstrip('/')}/sign-in/with/{provider.id}/back"


def _carry(ask: Ask, flow: Flow) -> None:
    ask.set_cookie(FLOW_COOKIE, flows.seal(ask.ground.safe, flow), from_elsewhere=True)


def _onward(ask: Ask, target: str, said: str) -> Response[str]:
    return ask.page(
        "account/onward.html", title=ask.gettext("One moment"), said=said, target=target, button=ask.gettext("Go on")
    )


def _write_down(ask: Ask, connection: Connection, provider: Provider, heard: Heard) -> None:
    officer, at = heard.officer, ask.now
    if heard.changed:
        action = "user.create" if heard.before is None else "user.change"
        actor = f"oidc:{provider.id}"
        changes.written(
            connection, journal.record, at=at, actor=actor, action=action, before=heard.before, after=officer
        )
        ask.database.after_commit(connection, lambda: ask.hub.renew(officer.id))
    if heard.linked:
        journal.record(
            connection,
            at=at,
            actor=officer.id,
            action="account.link",
            thing=officer.id,
            detail={"link": heard.linked, "provider": provider.id},
        )


HANDLERS: Final[tuple[Callable[..., Any], ...]] = (leave, back, invited, link, unlink)
