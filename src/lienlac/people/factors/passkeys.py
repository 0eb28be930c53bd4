"""Passkeys (WebAuthn): what the browser is asked, and whether its answer is to be believed.

Pure, around py_webauthn. Asked for: a credential that the authenticator finds by itself, and a person who was verified
there (finger, face, PIN), every time; so a passkey is two factors at once. No attestation: any maker's key will do.
What is verified of an answer, in this order: its shape and size; challenge, origin and RP id; presence and verification
of the person; the signature. The caller still owes: that the challenge is ours, of this purpose, in time and used once;
whose passkey it is; and the counter (`copied`).

The library takes longer to load than the rest of a command, and few commands meet a passkey: it is loaded when one is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lienlac import limits, strictjson
from lienlac.errors import LienlacError, Refused

if TYPE_CHECKING:
    from collections.abc import Iterable

    from webauthn.helpers.cose import COSEAlgorithmIdentifier
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    from lienlac.people.factors.store import Passkey
    from lienlac.people.officer import Officer


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """This node as browsers know it: the domain that passkeys belong to, the one origin that may use them, its name."""

    domain: str
    origin: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a browser sent, read but not believed. `user` is whom the authenticator says that it is about."""

    credential_id: str
    challenge: bytes
    user: str
    raw: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """A credential that was verified at registration."""

    credential_id: str
    public_key: bytes
    sign_count: int
    synced: bool


def to_register(party: Party, officer: Officer, known: Iterable[Passkey], challenge: bytes) -> str:
    """Options for `navigator.credentials.create`, as JSON. Known passkeys are not made a second time."""
    import webauthn
    from webauthn.helpers import options_to_json
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    return options_to_json(
        webauthn.generate_registration_options(
            rp_id=party.domain,
            rp_name=party.name,
            user_id=officer.id.encode(),
            user_name=officer.login,
            user_display_name=officer.name,
            challenge=challenge,
            timeout=limits.CHALLENGE_MIN * 60_000,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
            ),
            exclude_credentials=_descriptors(known),
            supported_pub_key_algs=_algorithms(),
        )
    )


def to_prove(party: Party, known: Iterable[Passkey], challenge: bytes) -> str:
    """Options for `navigator.credentials.get`, as JSON; without known passkeys the authenticator finds its own."""
    import webauthn
    from webauthn.helpers import options_to_json
    from webauthn.helpers.structs import UserVerificationRequirement

    return options_to_json(
        webauthn.generate_authentication_options(
            rp_id=party.domain,
            challenge=challenge,
            timeout=limits.CHALLENGE_MIN * 60_000,
            allow_credentials=_descriptors(known),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
    )


def read(text: str) -> Answer:
    """The shape of an answer; raises `Refused("passkey-malformed")`."""
    from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

    try:
        raw = _object(_parse(text.encode("utf-8", "replace")))
        response = _object(raw["response"])
        client = _object(_parse(base64url_to_bytes(_text(response["clientDataJSON"]))))
        handle = response.get("userHandle")
        return Answer(
            credential_id=bytes_to_base64url(base64url_to_bytes(_text(raw["id"]))),
            challenge=base64url_to_bytes(_text(client["challenge"])),
            user="" if handle is None else base64url_to_bytes(_text(handle)).decode("utf-8", "replace"),
            raw=raw,
        )
    except (LienlacError, KeyError, TypeError, ValueError) as error:
        raise Refused("passkey-malformed") from error


def registered(party: Party, answer: Answer) -> NewKey:
    """A new credential; raises `Refused("passkey-refused")`."""
    import webauthn
    from webauthn.helpers import bytes_to_base64url
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        found = webauthn.verify_registration_response(
            credential=answer.raw,
            expected_challenge=answer.challenge,
            expected_rp_id=party.domain,
            expected_origin=party.origin,
            require_user_verification=True,
            supported_pub_key_algs=_algorithms(),
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise Refused("passkey-refused") from error
    return NewKey(
        credential_id=bytes_to_base64url(found.credential_id),
        public_key=found.credential_public_key,
        sign_count=found.sign_count,
        synced=found.credential_backed_up,
    )


def proved(party: Party, answer: Answer, passkey: Passkey) -> int:
    """The authenticator's counter after a right signature; raises `Refused("passkey-refused")`."""
    import webauthn
    from webauthn.helpers.exceptions import WebAuthnException

    if answer.credential_id != passkey.credential_id or (answer.user and answer.user != passkey.account_id):
        raise Refused("passkey-refused")
    try:
        found = webauthn.verify_authentication_response(
            credential=answer.raw,
            expected_challenge=answer.challenge,
            expected_rp_id=party.domain,
            expected_origin=party.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=0,  # judged by `copied`: a copy is told apart from a wrong signature
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise Refused("passkey-refused") from error
    return found.new_sign_count


def copied(passkey: Passkey, sign_count: int) -> bool:
    """Whether the counter went back or stood still: somebody else holds a copy of this passkey. Many never count."""
    return bool(passkey.sign_count or sign_count) and sign_count <= passkey.sign_count


def _algorithms() -> list[COSEAlgorithmIdentifier]:
    from webauthn.helpers.cose import COSEAlgorithmIdentifier as Algorithm

    return [Algorithm.EDDSA, Algorithm.ECDSA_SHA_256, Algorithm.RSASSA_PKCS1_v1_5_SHA_256]


def _descriptors(known: Iterable[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    from webauthn.helpers import base64url_to_bytes
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(one.credential_id)) for one in known]


def _parse(data: bytes) -> object:
    return strictjson.loads(data, max_bytes=limits.PASSKEY_MAX_BYTES)


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Refused("passkey-malformed")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise Refused("passkey-malformed")
    return value
