"""What was done to accounts that see requests: each supervisor is told, and marks it as seen for themselves alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import get, post

from lienlac.people import accounts
from lienlac.people.changes import store as told
from lienlac.people.officer import Role
from lienlac.people.rights import Action, scope_of
from lienlac.people.units import store as unit_store
from lienlac.ui.account.pages import ROLE_NAMES
from lienlac.ui.guard import needs
from lienlac.ui.words import N_

if TYPE_CHECKING:
    from litestar import Response

    from lienlac.ui.page import Ask

ACTS: Final = {
    "user.create": N_("Account made"),
    "user.change": N_("Account changed"),
    "user.reset": N_("Account got new secrets"),
    "user.token": N_("Access token made at the console"),
    "user.link": N_("Identity at another service linked"),
    "user.unlink": N_("Identity at another service taken away"),
    "user.invite": N_("Invitation to link an identity made"),
    "user.sessions-end": N_("Browsers signed out"),
    "user.close": N_("Account closed"),
    "user.open": N_("Account opened again"),
}


@get("/users/changes", opt=needs(Action.USER_READ), sync_to_thread=True, include_in_schema=False, name="changes")
def changes(ask: Ask) -> Response[str]:
    """The newest first; a confined auditor is shown what concerns the officers that they may know of."""
    before = ask.number("before", default=0, low=0, high=2**31)
    with ask.database.read() as connection:
        found = told.latest(connection, before=before or None)
        seen_until = told.seen_until(connection, ask.officer.id)
        people = {officer.id: officer for officer, _ in accounts.seen_by(connection, ask.officer)}
        names = {unit.id: unit.name(ask.language) for unit in unit_store.units(connection)}
    shown = found if scope_of(ask.officer).within is None else [one for one in found if one.subject in people]
    return ask.page(
        "users/changes.html",
        title=ask.gettext("Changes to accounts"),
        changes=[(change, _lines(ask, change, names)) for change in shown],
        seen_until=seen_until,
        newest=found[0].number if found and not before else 0,
        people={officer_id: officer.name for officer_id, officer in people.items()}
        | {"console": ask.gettext("the node's console")},
        acts=ACTS,
        older=f"/users/changes?before={found[-1].number}" if len(found) == told.PAGE else "",
        newer="/users/changes" if before else "",
    )


@post("/users/changes/seen", opt=needs(Action.USER_WATCH), sync_to_thread=True, include_in_schema=False)
def seen(ask: Ask) -> Response[str]:
    """This supervisor has looked, up to the newest change that their page showed; the others have not."""
    text = ask.form.get("number")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0
    ask.database.write(lambda connection: told.see(connection, ask.officer.id, number))
    return ask.redirect("/users/changes", ask.gettext("Marked as seen. Other supervisors still see it as new."))


def _lines(ask: Ask, change: told.Change, names: dict[str, str]) -> list[tuple[str, str, str]]:
    """What of the account is different: label, before, after. Everything of a new one."""
    now, was = change.detail, change.detail.get("was")
    lines = []
    for field, label in (("roles", N_("Role")), ("units", N_("Unit")), ("audits", N_("Reads what concerns"))):
        after = _said(ask, field, now, names)
        before = "" if was is None else _said(ask, field, was, names)
        if after != before:
            lines.append((label, before, after))
    return lines


def _said(ask: Ask, field: str, state: dict[str, Any], names: dict[str, str]) -> str:
    if field == "audits":
        if Role.AUDITOR not in state["roles"]:
            return ""
        named = state.get("audits")
        return ask.gettext("the whole node") if named is None else ", ".join(names.get(unit, unit) for unit in named)
    if field == "roles":
        return ", ".join(ask.gettext(ROLE_NAMES[role]) for role in Role if role in state["roles"])
    return ", ".join(sorted(names.get(unit, unit) for unit in state[field]))


HANDLERS: Final[tuple[Any, ...]] = (changes, seen)
