"""Who an identity at another service is here: by a link that was prepared, by invitation, or by provision where set.

Never by an e-mail address or a name: those are somebody else's to give. Roles that the service decides about are set
anew at each sign-in, in the transaction that opens the session; whoever is left without a role, or would hold two that
cannot be joined, does not come in, and the roles that were taken stay taken. The journal is the caller's (`Heard`).
"""

from __future__ import annotations

import dataclasses
import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from lienlac import ids, limits
from lienlac.errors import LienlacError, NotAllowed, Refused
from lienlac.people import accounts, sessions, store
from lienlac.people.accounts import Secrets
from lienlac.people.attempts import desk as attempts
from lienlac.people.factors import desk as factors
from lienlac.people.factors import recovery
from lienlac.people.factors.letters import draw
from lienlac.people.officer import parse_line, parse_roles
from lienlac.people.oidc import store as links
from lienlac.people.oidc.provider import login_of, subject_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.ids import Chance
    from lienlac.keys.rest.safe import Safe
    from lienlac.people.officer import Officer
    from lienlac.people.oidc.flow import Flow
    from lienlac.people.oidc.provider import Provider
    from lienlac.people.oidc.store import Link
    from lienlac.people.sessions import Opened
    from lienlac.storage.database import Database

_INVITATION: Final = timedelta(hours=limits.OIDC_INVITATION_H)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What came of an answer: a session or a refusal, and what the caller writes down of the account.

    `before` is the officer as they were (None: new), when anything about them changed.
    """

    officer: Officer
    opened: Opened | None = None
    refusal: LienlacError | None = None
    before: Officer | None = None
    changed: bool = False
    linked: str = ""


def arrive(
    connection: Connection,
    *,
    provider: Provider,
    flow: Flow,
    claims: Mapping[str, Any],
    client: str,
    address: str,
    safe: Safe,
    now: datetime,
    chance: Chance,
) -> Heard:
    """Believed claims arrive: find or link the account, set its roles, open a session.

    Raises `NotAllowed("oidc-unknown" | "oidc-linked" | "oidc-invitation" | "sign-in-required")`.
    """
    subject = subject_in(claims["sub"])
    linked, made = "", False
    found = links.link(connection, provider.issuer, subject)
    if flow.purpose != "sign-in":
        officer = _whose(connection, flow, now)
        found = add_link(connection, officer, issuer=provider.issuer, subject=subject, now=now, chance=chance)
        linked = found.id
        if flow.purpose == "link":  # the officer is signed in already; roles are looked at when they come in this way
            return Heard(officer=officer, linked=linked)
    elif found is not None:
        officer = accounts.get(connection, found.account_id)
    else:
        officer = _provide(connection, provider, subject, claims, safe=safe, now=now, chance=chance)
        found = add_link(connection, officer, issuer=provider.issuer, subject=subject, now=now, chance=chance)
        linked, made = found.id, True
    if not officer.active:
        raise NotAllowed("oidc-unknown")
    before, officer, refusal = officer, *_with_roles(connection, provider, officer, claims)
    changed = made or before.roles != officer.roles
    told: dict[str, Any] = {
        "officer": officer,
        "before": None if made else before,
        "changed": changed,
        "linked": linked,
    }
    if refusal is not None:
        return Heard(refusal=refusal, **told)
    links.use_link(connection, found.id, now)
    store.mark_signed_in(connection, officer.id, now)
    mine = factors.own(connection, officer)
    opened = sessions.start(
        connection,
        officer,
        client=client,
        address=address,
        way="oidc",
        proof="" if mine.second_factors else "first",
        now=now,
        chance=chance,
    )
    return Heard(opened=opened, **told)


def _whose(connection: Connection, flow: Flow, now: datetime) -> Officer:
    """Whose account the identity is to belong to."""
    if flow.purpose == "link":
        officer = sessions.holder(connection, flow.session, now)
        if officer is None:
            raise NotAllowed("sign-in-required")
        return officer
    account_id = links.take_invitation(connection, flow.invitation, now)
    officer = None if account_id is None else store.officer_by_id(connection, account_id)
    if officer is None:
        raise NotAllowed("oidc-invitation")
    return officer


def _provide(
    connection: Connection,
    provider: Provider,
    subject: str,
    claims: Mapping[str, Any],
    *,
    safe: Safe,
    now: datetime,
    chance: Chance,
) -> Officer:
    """A new account for somebody whom the service gives a role, where the settings say so."""
    granted = provider.granted(claims)
    if not provider.provision or not granted:
        raise NotAllowed("oidc-unknown")
    login = login_of(provider, subject)
    try:
        name = parse_line(str(claims.get("name", "")), "name")
    except Refused:
        name = login
    made = accounts.create(
        connection,
        login=login,
        name=name,
        unit=provider.unit,
        roles=parse_roles(granted),
        secrets=Secrets(),
        safe=safe,
        now=now,
        chance=chance,
    )
    return made.officer


def _with_roles(
    connection: Connection, provider: Provider, officer: Officer, claims: Mapping[str, Any]
) -> tuple[Officer, LienlacError | None]:
    """The officer with the roles that they have from now on, and why they do not come in, if so."""
    wanted = provider.roles_after(officer.roles, claims)
    refusal: LienlacError | None = None
    try:
        parse_roles(wanted)
    except Refused as error:
        refusal = NotAllowed("oidc-no-role") if error.code == "roles-missing" else error
        wanted = officer.roles & wanted  # what is taken stays taken; what cannot be joined is not given
    if wanted == officer.roles:
        return officer, refusal
    changed = dataclasses.replace(officer, roles=wanted)
    accounts.change(connection, changed)
    return changed, refusal


def add_link(
    connection: Connection, officer: Officer, *, issuer: str, subject: str, now: datetime, chance: Chance
) -> Link:
    """An identity elsewhere for this officer; raises `NotAllowed("oidc-linked" | "too-many-links")`."""
    found = links.link(connection, issuer, subject)
    if found is not None:
        if found.account_id != officer.id:
            raise NotAllowed("oidc-linked")
        return found
    if len(links.links_of(connection, officer.id)) >= limits.OIDC_LINKS_PER_OFFICER:
        raise NotAllowed("too-many-links", limit=limits.OIDC_LINKS_PER_OFFICER)
    made = links.Link(
        id=ids.new_id("lnk", chance),
        account_id=officer.id,
        issuer=issuer,
        subject=subject_in(subject),
        created_at=now,
        used_at=None,
    )
    links.insert_link(connection, made)
    return made


def remove_link(connection: Connection, officer: Officer, link_id: str) -> None:
    """Take an identity away; sessions that were opened with it end. Raises `NotAllowed("not-found")`."""
    if not links.delete_link(connection, officer.id, link_id):
        raise NotAllowed("not-found")
    store.delete_sessions(connection, account_id=officer.id, way="oidc")


def invite(connection: Connection, officer: Officer, *, now: datetime, chance: Chance) -> str:
    """A code with which this officer links an identity elsewhere at their first sign-in; shown once."""
    code = draw(chance, recovery.GROUPS, recovery.GROUP_LETTERS)
    links.invite(connection, officer.id, invitation_of(code), now + _INVITATION)
    return code


def invitation_of(typed: str) -> str:
    """What is kept of an invitation's code; raises `Refused("oidc-invitation-malformed")`."""
    code = recovery.normal(typed)
    if code is None:
        raise Refused("oidc-invitation-malformed", field="invitation")
    return hashlib.sha256(f"oidc-invitation:{code}".encode()).hexdigest()


def count(database: Database, provider: Provider, *, address: str, known_browser: str, now: datetime) -> None:
    """Count an answer before it is judged; raises `NotAllowed("too-many-attempts")`."""
    whose = f"{provider.id}:{address}"
    database.write(lambda connection: attempts.count(connection, whose, "oidc", now, known_browser))


def forget(connection: Connection, provider: Provider, *, address: str, known_browser: str) -> None:
    """It was right after all."""
    attempts.forget(connection, f"{provider.id}:{address}", ("oidc",), known_browser)
