"""How an officer signs in, looked after by themselves: passkeys, authenticator app, recovery codes.

Every change asks for a fresh proof, goes into the journal and signs the officer's other browsers out. New secrets are
shown once. The page walks through it: what is set up, what is missing, and why it matters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import get, post
from markupsafe import Markup

from lienlac.errors import LienlacError, NotAllowed
from lienlac.people import totp
from lienlac.people.factors import desk
from lienlac.people.oidc import store as links
from lienlac.people.rights import Action
from lienlac.ui.account.proving import options, page_of, party_of
from lienlac.ui.account.sign_in import note
from lienlac.ui.guard import needs
from lienlac.ui.page import Blank
from lienlac.ui.problems import status_of
from lienlac.ui.words import N_

if TYPE_CHECKING:
    from collections.abc import Callable

    from litestar import Response
    from litestar.params import FromPath
    from sqlalchemy import Connection

    from lienlac.people.sessions import Present
    from lienlac.ui.page import Ask

HOME: Final = "/account/security"
WARNINGS: Final = {
    "recovery-used": N_("A code from your recovery sheet was used to sign in."),
    "passkey-copied": N_("Somebody tried to sign in with what may be a copy of one of your passkeys. It was refused."),
}
_OWN: Final = needs(Action.ACCOUNT_OWN)
_SECURE: Final = needs(Action.ACCOUNT_SECURE)
_ONCE_PROVED: Final = needs(Action.ACCOUNT_SECURE, fresh=True)
_NEW_APP: Final = "totp-new"


@get("/account/security", opt=_OWN, sync_to_thread=True, include_in_schema=False, name="security")
def security(ask: Ask) -> Response[str]:
    """What this officer has, and what is missing."""
    with ask.database.read() as connection:
        mine = desk.own(connection, ask.officer)
        elsewhere = links.links_of(connection, ask.officer.id)
    providers = ask.ground.providers.values()
    return ask.page(
        "account/security.html",
        title=ask.gettext("Ways of signing in"),
        mine=mine,
        warning=WARNINGS.get(ask.officer.warning, ""),
        links=elsewhere,
        providers=[(one.id, one.name(ask.language)) for one in providers],
        services={one.issuer: one.name(ask.language) for one in providers},
        passkeys_work=party_of(ask.ground.config) is not None,
    )


@post("/account/warning/seen", opt=_OWN, sync_to_thread=True, include_in_schema=False)
def warning_seen(ask: Ask) -> Response[str]:
    """It was the officer themselves, or they have acted on it."""

    def work(connection: Connection) -> None:
        desk.acknowledge(connection, ask.officer)
        note(ask, connection, "account.warning-seen", ask.officer.id, warning=ask.officer.warning)

    ask.database.write(work)
    return ask.redirect(HOME)


# --- passkeys -----------------------------------------------------------------------------------------------------


@get("/account/passkeys/new", opt=_ONCE_PROVED, sync_to_thread=True, include_in_schema=False)
def new_passkey(ask: Ask) -> Response[str]:
    """The form that asks the browser for a new one."""
    return _passkey_form(ask)


@post("/account/passkeys", opt=_SECURE, sync_to_thread=True, include_in_schema=False)
def add_passkey(ask: Ask) -> Response[str]:
    """Believe the browser's answer and keep the passkey."""
    page = page_of(ask)
    if page is None:
        raise NotAllowed("passkey-nowhere")
    try:
        made = desk.add_passkey(
            ask.database,
            _session(ask),
            ask.form.raw("passkey"),
            name=ask.form.get("name"),
            page=page,
            now=ask.now,
            chance=ask.chance,
        )
    except LienlacError as error:
        return _passkey_form(ask, error=error)
    ask.database.write(lambda connection: note(ask, connection, "account.passkey-add", made.id))
    return ask.redirect(HOME, ask.gettext("The passkey is ready. Other browsers were signed out."))


@get("/account/passkeys/{passkey_id:str}/remove", opt=_OWN, sync_to_thread=True, include_in_schema=False)
def remove_passkey_page(ask: Ask, passkey_id: FromPath[str]) -> Response[str]:
    """Ask once more."""
    with ask.database.read() as connection:
        mine = desk.own(connection, ask.officer)
    found = next((one for one in mine.passkeys if one.id == passkey_id), None)
    if found is None:
        raise NotAllowed("not-found")
    return ask.page(
        "confirm.html",
        title=ask.gettext("Remove the passkey"),
        question=ask.gettext("Remove the passkey “%(name)s”?", name=found.name),
        consequence=ask.gettext(
            "It opens this account no more, and other browsers are signed out. Remove it from the device, too."
        ),
        button=ask.gettext("Remove the passkey"),
        action=f"/account/passkeys/{found.id}/remove",
        back=HOME,
    )


@post("/account/passkeys/{passkey_id:str}/remove", opt=_SECURE, sync_to_thread=True, include_in_schema=False)
def remove_passkey(ask: Ask, passkey_id: FromPath[str]) -> Response[str]:
    """Take it away, unless it is the last factor."""

    def work(connection: Connection) -> None:
        desk.remove_passkey(connection, _session(ask), passkey_id)
        note(ask, connection, "account.passkey-remove", passkey_id)

    ask.database.write(work)
    return ask.redirect(HOME, ask.gettext("The passkey is removed. Other browsers were signed out."))


# --- authenticator app --------------------------------------------------------------------------------------------


@get("/account/app", opt=_ONCE_PROVED, sync_to_thread=True, include_in_schema=False)
def new_app(ask: Ask) -> Response[str]:
    """A fresh secret to scan; nothing is changed until the app has shown a right code."""
    return _app_form(ask, totp.new_secret(ask.chance))


@post("/account/app", opt=_SECURE, sync_to_thread=True, include_in_schema=False)
def set_app(ask: Ask) -> Response[str]:
    """The app shows a right code: from now on it is this one."""
    secret = ask.ground.safe.open(ask.form.raw("sealed"), purpose=_NEW_APP, owner=_session(ask).id).decode()

    def work(connection: Connection) -> None:
        desk.set_app(
            connection, _session(ask), secret=secret, code=ask.form.raw("code"), safe=ask.ground.safe, now=ask.now
        )
        note(ask, connection, "account.app-set", ask.officer.id)

    try:
        ask.database.write(work)
    except LienlacError as error:
        return _app_form(ask, secret, error=error)
    return ask.redirect(HOME, ask.gettext("The authenticator app is set up. Other browsers were signed out."))


@get("/account/app/remove", opt=_OWN, sync_to_thread=True, include_in_schema=False)
def remove_app_page(ask: Ask) -> Response[str]:
    """Ask once more."""
    return ask.page(
        "confirm.html",
        title=ask.gettext("Remove the authenticator app"),
        question=ask.gettext("Sign in by passkey only?"),
        consequence=ask.gettext(
            "Codes from the app open this account no more, and a password alone never does. Other browsers are signed "
            "out."
        ),
        button=ask.gettext("Remove the authenticator app"),
        action="/account/app/remove",
        back=HOME,
    )


@post("/account/app/remove", opt=_SECURE, sync_to_thread=True, include_in_schema=False)
def remove_app(ask: Ask) -> Response[str]:
    """Take it away, unless it is the last factor."""

    def work(connection: Connection) -> None:
        desk.remove_app(connection, _session(ask))
        note(ask, connection, "account.app-remove", ask.officer.id)

    ask.database.write(work)
    return ask.redirect(HOME, ask.gettext("The authenticator app is removed. Other browsers were signed out."))


# --- recovery codes -----------------------------------------------------------------------------------------------


@get("/account/recovery/new", opt=_OWN, sync_to_thread=True, include_in_schema=False)
def new_codes_page(ask: Ask) -> Response[str]:
    """Ask once more: the old sheet is worth nothing afterwards."""
    return ask.page(
        "confirm.html",
        title=ask.gettext("Make recovery codes"),
        question=ask.gettext("Make a new sheet of recovery codes?"),
        consequence=ask.gettext(
            "They are shown once, to be printed and locked away. Codes of an earlier sheet stop working, and other "
            "browsers are signed out."
        ),
        button=ask.gettext("Make recovery codes"),
        danger=False,
        action="/account/recovery/new",
        back=HOME,
    )


@post("/account/recovery/new", opt=_SECURE, sync_to_thread=True, include_in_schema=False)
def new_codes(ask: Ask) -> Response[str]:
    """A new sheet, on this answer only."""

    def work(connection: Connection) -> list[str]:
        made = desk.new_codes(connection, _session(ask), now=ask.now, chance=ask.chance)
        note(ask, connection, "account.recovery-made", ask.officer.id, codes=len(made))
        return made

    return ask.page("account/recovery.html", title=ask.gettext("Recovery codes"), codes=ask.database.write(work))


# --- what they share ----------------------------------------------------------------------------------------------


def _session(ask: Ask) -> Present:
    if ask.session is None:
        raise NotAllowed("sign-in-required")
    return ask.session


def _passkey_form(ask: Ask, *, error: LienlacError | None = None) -> Response[str]:
    if party_of(ask.ground.config) is None:
        raise NotAllowed("passkey-nowhere")
    with ask.database.read() as connection:
        mine = desk.own(connection, ask.officer)
    return ask.page(
        "account/passkey.html",
        status=200 if error is None else status_of(error),
        title=ask.gettext("Add a passkey"),
        options=options(ask, "register", mine.passkeys),
        name=ask.form.get("name"),
        wrong=Blank({} if error is None else {error.field or "": ask.sentence(error)}),
    )


def _app_form(ask: Ask, secret: str, *, error: LienlacError | None = None) -> Response[str]:
    uri = totp.provisioning_uri(secret, ask.officer.login, ask.ground.config.node_name(ask.language))
    return ask.page(
        "account/app.html",
        status=200 if error is None else status_of(error),
        title=ask.gettext("Set up the authenticator app"),
        qr=Markup(totp.qr_svg(uri)),  # noqa: S704  # drawn by us from our own uri
        secret=secret,
        sealed=ask.ground.safe.seal(secret.encode(), purpose=_NEW_APP, owner=_session(ask).id),
        wrong=Blank({} if error is None else {error.field or "": ask.sentence(error)}),
    )


HANDLERS: Final[tuple[Callable[..., Any], ...]] = (
    security,
    warning_seen,
    new_passkey,
    add_passkey,
    remove_passkey_page,
    remove_passkey,
    new_app,
    set_app,
    remove_app_page,
    remove_app,
    new_codes_page,
    new_codes,
)
