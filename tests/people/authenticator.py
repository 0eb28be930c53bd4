"""A passkey in software, written from the WebAuthn standard and not with the library that judges it.

It does as it is told, so that attacks can be played with it: without the person verified, for another domain, with a
counter that goes back, with a challenge from elsewhere.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def raw(encoded: str) -> bytes:
    return base64.urlsafe_b64decode(encoded + "===")


@dataclass
class Authenticator:
    """One device that holds one passkey."""

    origin: str
    domain: str
    count: int = 1
    flags: int = PRESENT | VERIFIED
    user: bytes = b""
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def create(self, options: str, **other: Any) -> str:
        """What `navigator.credentials.create` gives for these options."""
        asked = json.loads(options)
        assert asked["authenticatorSelection"]["userVerification"] == "required"
        assert asked["authenticatorSelection"]["residentKey"] == "required"
        self.user = raw(asked["user"]["id"])
        client = self._client("webauthn.create", other.get("challenge", asked["challenge"]))
        numbers = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        held = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + cbor2.dumps(cose)
        made = {"fmt": "none", "attStmt": {}, "authData": self._data(self.flags | ATTESTED) + held}
        return self._answer({"clientDataJSON": text(client), "attestationObject": text(cbor2.dumps(made))})

    def get(self, options: str, **other: Any) -> str:
        """What `navigator.credentials.get` gives; the counter moves on."""
        asked = json.loads(options)
        assert asked["userVerification"] == "required"
        client = self._client("webauthn.get", other.get("challenge", asked["challenge"]))
        self.count += other.get("step", 1)
        data = self._data(self.flags)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        user = other.get("user", self.user)
        return self._answer(
            {
                "clientDataJSON": text(client),
                "authenticatorData": text(data),
                "signature": text(other.get("signature", signature)),
                "userHandle": text(user),
            }
        )

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.domain.encode()).digest() + bytes([flags]) + max(self.count, 0).to_bytes(4, "big")

    def _answer(self, response: dict[str, str]) -> str:
        name = text(self.credential_id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})
