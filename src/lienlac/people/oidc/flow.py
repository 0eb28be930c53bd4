"""One sign-in through another service, from the button to the answer: what the browser carries, sealed, meanwhile.

Pure; chance and time come in. State, nonce and code verifier are made for this one flow and this one service. The
browser carries them in a cookie that only this node can read; so strangers who press the button leave nothing behind.
Against a mix-up of services three things must fit: the cookie names the service, each service has a redirect address of
its own, and the `iss` parameter (RFC 9207), where there is one or the service says that there is, names the issuer.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import urlencode

import msgspec

from lienlac import limits
from lienlac.errors import NotAllowed, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lienlac.ids import Chance
    from lienlac.keys.rest.safe import Safe
    from lienlac.people.oidc.provider import Provider

_SEALED: Final = "oidc-flow"
_LASTS: Final = timedelta(minutes=limits.OIDC_FLOW_MIN)


class Flow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the browser carries. `purpose` "link" and "invited" say whose account the identity is to belong to."""

    provider: str
    until: datetime
    purpose: Literal["sign-in", "link", "invited"] = "sign-in"
    onward: str = "/"
    session: str = ""
    invitation: str = ""
    state: str = ""
    nonce: str = ""
    verifier: str = ""


def begin(provider: Provider, intent: Flow | None, *, onward: str, session: str, now: datetime, chance: Chance) -> Flow:
    """A fresh flow; an intent that was sealed before for the same service goes on in it."""
    kept = intent if intent is not None and intent.provider == provider.id and not intent.state else None
    return Flow(
        provider=provider.id,
        until=now + _LASTS,
        purpose="sign-in" if kept is None else kept.purpose,
        invitation="" if kept is None else kept.invitation,
        onward=onward if kept is None else kept.onward,
        session=kept.session if kept is not None and kept.session else session,
        state=_random(chance),
        nonce=_random(chance),
        verifier=_random(chance),
    )


def intent(provider: Provider, purpose: Literal["link", "invited"], *, now: datetime, **more: Any) -> Flow:
    """What somebody wants at a service, before the browser is sent there."""
    return Flow(provider=provider.id, until=now + _LASTS, purpose=purpose, **more)


def address(provider: Provider, authorize: str, flow: Flow, back: str) -> str:
    """Where the browser is sent: code flow, PKCE with S256."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(flow.verifier.encode()).digest()).decode().rstrip("=")
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": back,
        "scope": provider.scopes,
        "state": flow.state,
        "nonce": flow.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    return f"{authorize}{'&' if '?' in authorize else '?'}{urlencode(asked)}"


def seal(safe: Safe, flow: Flow) -> str:
    """For the cookie."""
    return safe.seal(msgspec.json.encode(flow), purpose=_SEALED, owner="browser")


def unseal(safe: Safe, text: str, now: datetime) -> Flow | None:
    """From the cookie; None for what is not ours, or over."""
    try:
        flow = msgspec.json.decode(safe.open(text[:4_000], purpose=_SEALED, owner="browser"), type=Flow)
    except (NotAllowed, Refused, msgspec.MsgspecError):
        return None
    return flow if now < flow.until <= now + _LASTS else None


def check(flow: Flow | None, provider: Provider, answer: Mapping[str, str], *, says_issuer: bool) -> Flow:
    """The flow that this answer belongs to; raises `Refused("oidc-flow-over" | "oidc-mixed-up")`."""
    if flow is None or not flow.state or flow.provider != provider.id:
        raise Refused("oidc-flow-over")
    if not hmac.compare_digest(answer.get("state", "").encode(), flow.state.encode()):
        raise Refused("oidc-flow-over")
    said = answer.get("iss")
    if (said is None and says_issuer) or (said is not None and said != provider.issuer):
        raise Refused("oidc-mixed-up")
    return flow


def name_of(flow: Flow) -> str:
    """What is remembered of a used one."""
    return hashlib.sha256(f"oidc:{flow.state}".encode()).hexdigest()


def _random(chance: Chance) -> str:
    return base64.urlsafe_b64encode(chance.token(32)).decode().rstrip("=")
