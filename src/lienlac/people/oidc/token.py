"""An ID token: whether it is to be believed. Pure, around PyJWT; keys, what was asked and the time go in.

Verified, in this order: size and shape; the algorithm, from our own list of asymmetric ones (so neither "none" nor a
public key taken for a shared secret); the key, by its id; the signature; issuer, exactly; audience, and the authorised
party where there is one or there are several; expiry and age, with a bounded skew; the nonce of this very sign-in; the
subject. The caller still owes: that the answer came to the page that asked (state, issuer parameter), and who the
subject is here.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Any, Final

import jwt

from lienlac import limits
from lienlac.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from lienlac.people.oidc.provider import Provider

ALGORITHMS: Final = ("RS256", "PS256", "ES256", "RS384", "RS512", "PS384", "PS512", "ES384", "EdDSA")
_NEEDED: Final = ("iss", "sub", "aud", "exp", "iat", "nonce")


def key_id(text: str) -> str | None:
    """Which key a token says that it was signed with; raises `Refused("oidc-refused")`."""
    return _header(text).get("kid")


def verified(
    text: str, *, provider: Provider, keys: Sequence[Mapping[str, Any]], nonce: str, now: datetime
) -> dict[str, Any]:
    """The claims of a token that holds; raises `Refused("oidc-refused")`."""
    header = _header(text)
    if header.get("alg") not in ALGORITHMS or "crit" in header:
        raise Refused("oidc-refused", reason="alg")
    try:
        claims: dict[str, Any] = jwt.decode(
            text,
            _key(keys, header),
            algorithms=list(ALGORITHMS),
            options={
                "require": list(_NEEDED),
                # judged below, by the time that was handed in
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
                "verify_aud": False,
                "verify_iss": False,
            },
        )
    except (jwt.PyJWTError, ValueError, TypeError, KeyError) as error:
        raise Refused("oidc-refused", reason=type(error).__name__) from error
    wrong = next((name for name, right in _rules(claims, provider, nonce, now) if not right), None)
    if wrong is not None:
        raise Refused("oidc-refused", reason=wrong)
    return claims


def _rules(claims: Mapping[str, Any], provider: Provider, nonce: str, now: datetime) -> list[tuple[str, bool]]:
    audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    party, second = claims.get("azp"), now.timestamp()
    expires, issued, begins = claims["exp"], claims["iat"], claims.get("nbf", 0)
    timed = all(isinstance(one, int | float) and not isinstance(one, bool) for one in (expires, issued, begins))
    skew, subject = limits.OIDC_SKEW_S, claims["sub"]
    return [
        ("iss", claims["iss"] == provider.issuer),
        ("aud", provider.client_id in audience),
        ("azp", party == provider.client_id if party is not None or len(audience) > 1 else True),
        ("times", timed),
        ("exp", timed and second < expires + skew),
        ("iat", timed and issued - skew <= second <= issued + limits.OIDC_AGE_S + skew),
        ("nbf", timed and begins - skew <= second),
        ("nonce", isinstance(claims["nonce"], str) and hmac.compare_digest(claims["nonce"].encode(), nonce.encode())),
        (
            "sub",
            isinstance(subject, str) and 0 < len(subject) <= limits.OIDC_SUBJECT_MAX_CHARS and subject.isprintable(),
        ),
    ]


def _header(text: str) -> dict[str, Any]:
    if len(text) > limits.OIDC_ANSWER_MAX_BYTES:
        raise Refused("oidc-refused", reason="size")
    try:
        return jwt.get_unverified_header(text)
    except (jwt.PyJWTError, ValueError) as error:
        raise Refused("oidc-refused", reason="header") from error


def _key(keys: Sequence[Mapping[str, Any]], header: Mapping[str, Any]) -> Any:
    """The one key that the header names; without a name the only one there is. A shared secret is no key."""
    fit = [
        key
        for key in keys
        if key.get("kty") in {"RSA", "EC", "OKP"}
        and key.get("use", "sig") == "sig"
        and key.get("alg", header["alg"]) == header["alg"]
        and (header.get("kid") is None or key.get("kid") == header["kid"])
    ]
    if len(fit) != 1:
        raise Refused("oidc-refused", reason="key")
    return jwt.PyJWK(dict(fit[0]), algorithm=header["alg"])
