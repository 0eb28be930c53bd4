"""The node's safe: secrets that the node must be able to read again, sealed while they rest (clause 10.6).

AES-256-GCM under a key that HKDF makes, one for each purpose, from a secret of the encrypted key file: whoever has the
database or a backup of it, but not the passphrase, has nothing. Whose secret it is is bound in, so that a sealed text
copied to another row does not open. Knows no table and no file.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from lienlac.errors import NotAllowed, Refused
from lienlac.keys.jose import decode64, encode64

SECRET_BYTES: Final = 32
_FORM: Final = "s1."
"""Stands before every sealed text; the next way of sealing gets the next number."""
_NONCE_BYTES: Final = 12
_FROM_TLS: Final = b"lienlac-safe/1 from-tls-key"


def is_sealed(text: str) -> bool:
    """Whether a stored text was sealed at all; says nothing about by whom."""
    return text.startswith(_FORM)


def secret_from(tls_key_pem: str) -> bytes:
    """The secret of a key file that is older than the safe: made from the one key that a rotation leaves in place.

    Always the same, so that no file has to be written anew before it can be used.
    """
    return HKDF(SHA256(), SECRET_BYTES, salt=None, info=_FROM_TLS).derive(tls_key_pem.encode())


class Safe:
    """Seals and opens with one node's secret. Never shows it."""

    __slots__ = ("_blinding", "_secret")

    def __init__(self, secret: bytes) -> None:
        """`secret` is 32 random bytes; raises `NotAllowed("key-unusable")` for anything shorter."""
        if len(secret) < SECRET_BYTES:
            raise NotAllowed("key-unusable")
        self._secret = secret
        self._blinding: dict[str, bytes] = {}

    def seal(self, plain: bytes, *, purpose: str, owner: str) -> str:
        """The sealed text, which only `open` with the same purpose and owner opens."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        locked = self._cipher(purpose).encrypt(nonce, plain, _bound(purpose, owner))
        return _FORM + encode64(nonce + locked).decode("ascii")

    def open(self, sealed: str, *, purpose: str, owner: str) -> bytes:
        """What was sealed; raises `NotAllowed("safe-does-not-open")` for every other key, row, purpose or damage."""
        try:
            if not is_sealed(sealed):
                raise NotAllowed("safe-does-not-open")
            data = decode64(sealed.removeprefix(_FORM).encode("ascii"), "sealed")
            nonce, locked = data[:_NONCE_BYTES], data[_NONCE_BYTES:]
            return self._cipher(purpose).decrypt(nonce, locked, _bound(purpose, owner))
        except (InvalidTag, Refused, ValueError) as error:
            raise NotAllowed("safe-does-not-open") from error

    def blind(self, plain: bytes, *, purpose: str) -> bytes:
        """Sixteen bytes that stand for a text: always the same here, and nothing to whoever lacks the secret.

        For finding again what is short enough to be guessed (an account, an identity card) without storing it.
        """
        key = self._blinding.get(purpose)
        if key is None:
            info = b"lienlac-safe/1 blind " + purpose.encode()
            key = self._blinding[purpose] = HKDF(SHA256(), 32, salt=None, info=info).derive(self._secret)
        return hashlib.blake2b(plain, key=key, digest_size=16).digest()

    def _cipher(self, purpose: str) -> AESGCM:
        info = b"lienlac-safe/1 " + purpose.encode()
        return AESGCM(HKDF(SHA256(), 32, salt=None, info=info).derive(self._secret))

    def __repr__(self) -> str:
        return "Safe(…)"


def _bound(purpose: str, owner: str) -> bytes:
    """Associated data; neither part can run over into the other."""
    return f"{len(purpose)}:{purpose}:{owner}".encode()
