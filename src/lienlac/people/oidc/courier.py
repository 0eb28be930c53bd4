"""Calls to another sign-in service: what it says of itself, its keys, and a code for a token.

Only https, only to the issuer's own host and those that the settings name; no redirect is followed, no proxy or other
variable of the environment has a say, answers are bounded in size and time, and few calls run at once, so that a slow
service holds up nobody who signs in another way. What a service says of itself is kept for an hour.
"""

from __future__ import annotations

import base64
import ssl
import threading
import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import httpx2

from lienlac import limits, strictjson
from lienlac.errors import LienlacError, NotAllowed
from lienlac.people.oidc import token

if TYPE_CHECKING:
    from datetime import datetime

    from lienlac.people.oidc.provider import Provider

_KEPT: Final = timedelta(minutes=limits.OIDC_KEPT_MIN)
_AGAIN: Final = timedelta(minutes=limits.OIDC_KEYS_AGAIN_MIN)
_WELL_KNOWN: Final = "/.well-known/openid-configuration"


@dataclass(frozen=True, slots=True)
class Place:
    """What a service says of itself, checked."""

    authorize: str
    exchange: str
    keys: str
    says_issuer: bool
    basic: bool


@dataclass(slots=True)
class _Kept:
    place: Place | None = None
    place_at: datetime | None = None
    keys: list[dict[str, Any]] = field(default_factory=list)
    keys_at: datetime | None = None


class Courier:
    """One node's calls to all its services. Thread-safe."""

    def __init__(self) -> None:
        self._calls = threading.BoundedSemaphore(limits.OIDC_CALLS_AT_ONCE)
        self._lock = threading.Lock()
        self._kept: dict[str, _Kept] = {}

    def place(self, provider: Provider, now: datetime) -> Place:
        """Where to send browsers and codes; raises `NotAllowed("oidc-unreachable")`."""
        kept = self._of(provider)
        if kept.place is not None and kept.place_at is not None and timedelta(0) <= now - kept.place_at < _KEPT:
            return kept.place
        found = self._get(provider, provider.issuer.rstrip("/") + _WELL_KNOWN)
        names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        if found.get("issuer") != provider.issuer or not all(provider.allows(found.get(name)) for name in names):
            raise NotAllowed("oidc-unreachable", reason="discovery")
        ways = found.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        kept.place = Place(
            authorize=found["authorization_endpoint"],
            exchange=found["token_endpoint"],
            keys=found["jwks_uri"],
            says_issuer=found.get("authorization_response_iss_parameter_supported") is True,
            basic=isinstance(ways, list) and "client_secret_basic" in ways,
        )
        kept.place_at = now
        return kept.place

    def exchange(self, provider: Provider, *, code: str, verifier: str, back: str, now: datetime) -> str:
        """The ID token for a code; raises `NotAllowed("oidc-unreachable")`."""
        place = self.place(provider, now)
        form = {"grant_type": "authorization_code", "code": code, "code_verifier": verifier, "redirect_uri": back}
        headers = {"Accept": "application/json"}
        if provider.client_secret and place.basic:
            pair = f"{quote(provider.client_id, safe='')}:{quote(provider.client_secret, safe='')}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            form["client_id"] = provider.client_id
            if provider.client_secret:
                form["client_secret"] = provider.client_secret
        found = self._call(provider, "POST", place.exchange, data=form, headers=headers)
        text = found.get("id_token")
        if not isinstance(text, str):
            raise NotAllowed("oidc-unreachable", reason="id_token")
        return text

    def claims(self, provider: Provider, text: str, *, nonce: str, now: datetime) -> dict[str, Any]:
        """The claims of a token that holds under the service's keys; raises `Refused("oidc-refused")`.

        A key that is not known yet is asked for once, and not again for some minutes.
        """
        kept, wanted = self._of(provider), token.key_id(text)
        old = kept.keys_at is None or not timedelta(0) <= now - kept.keys_at < _KEPT
        unknown = wanted is not None and all(key.get("kid") != wanted for key in kept.keys)
        if old or (unknown and kept.keys_at is not None and now - kept.keys_at >= _AGAIN):
            self._fetch_keys(provider, kept, now)
        return token.verified(text, provider=provider, keys=kept.keys, nonce=nonce, now=now)

    def _fetch_keys(self, provider: Provider, kept: _Kept, now: datetime) -> None:
        found = self._get(provider, self.place(provider, now).keys).get("keys")
        if not isinstance(found, list) or len(found) > limits.OIDC_KEYS_MAX:
            raise NotAllowed("oidc-unreachable", reason="keys")
        kept.keys, kept.keys_at = [key for key in found if isinstance(key, dict)], now

    def _of(self, provider: Provider) -> _Kept:
        with self._lock:
            return self._kept.setdefault(provider.id, _Kept())

    def _get(self, provider: Provider, url: str) -> dict[str, Any]:
        return self._call(provider, "GET", url, headers={"Accept": "application/json"})

    def _call(self, provider: Provider, method: str, url: str, **sent: Any) -> dict[str, Any]:
        """One call with every bound; anything but a JSON object with status 200 is no answer."""
        if not provider.allows(url):
            raise NotAllowed("oidc-unreachable", reason="address")
        if not self._calls.acquire(timeout=limits.OIDC_CALL_S):
            raise NotAllowed("sign-in-busy")
        try:
            trust = ssl.create_default_context(cafile=provider.ca_file or None)
            with (
                httpx2.Client(
                    verify=trust, trust_env=False, follow_redirects=False, timeout=limits.OIDC_CALL_S
                ) as client,
                client.stream(method, url, **sent) as answer,
            ):
                if answer.status_code != 200:
                    raise NotAllowed("oidc-unreachable", reason=f"status {answer.status_code}")
                found = strictjson.loads(_bounded(answer), max_bytes=limits.OIDC_ANSWER_MAX_BYTES)
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            raise NotAllowed("oidc-unreachable", reason=type(error).__name__) from error
        except LienlacError as error:
            raise (
                error if error.code == "oidc-unreachable" else NotAllowed("oidc-unreachable", reason="answer")
            ) from error
        finally:
            self._calls.release()
        if not isinstance(found, dict):
            raise NotAllowed("oidc-unreachable", reason="answer")
        return found


def _bounded(answer: httpx2.Response) -> bytes:
    data, until = b"", time.monotonic() + limits.OIDC_CALL_S
    for piece in answer.iter_bytes():
        data += piece
        if len(data) > limits.OIDC_ANSWER_MAX_BYTES or time.monotonic() > until:
            raise NotAllowed("oidc-unreachable", reason="size or time")
    return data
