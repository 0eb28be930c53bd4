"""The keys of a node: signing (Ed25519 and ML-DSA-65, always both), sealing (X-Wing), TLS, and the retired ones.

Responsible for making, naming, and holding keys, and for their JWK form (clauses 3.1, 3.3 and 10.4). A `kid` names a
pair by a hash of both public halves, so nobody can pair one half with another. Knows no file and no message.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey, MLDSA65PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey, MLKEM768X25519PublicKey

from lienlac import limits
from lienlac.errors import NotAllowed, Refused
from lienlac.ids import SystemChance
from lienlac.keys import tls
from lienlac.keys.jose import ED25519, ML_DSA_65, decode64, encode64, text_of
from lienlac.keys.rest.safe import SECRET_BYTES, Safe

if TYPE_CHECKING:
    from datetime import datetime

    from lienlac.ids import Chance

SEALING_ALG = "HPKE-9-KE"
_ML_KEM_PUBLIC_BYTES = 1_184
_PAIR_LABEL = b"lienlac-signing-pair/1\x00"


class VerifyingKeys:
    """The public halves of a signing pair. Equal and hashable by their bytes; `kid` is 43 characters."""

    __slots__ = ("_ed25519", "_ml_dsa", "ed25519", "kid", "ml_dsa_65")

    def __init__(self, ed25519: bytes, ml_dsa_65: bytes) -> None:
        """From raw public keys of 32 and 1,952 bytes; raises `Refused("key-malformed")`."""
        try:
            self._ed25519 = Ed25519PublicKey.from_public_bytes(ed25519)
            self._ml_dsa = MLDSA65PublicKey.from_public_bytes(ml_dsa_65)
        except ValueError as error:
            raise Refused("key-malformed") from error
        self.ed25519 = ed25519
        self.ml_dsa_65 = ml_dsa_65
        self.kid = encode64(hashlib.sha256(_PAIR_LABEL + ed25519 + ml_dsa_65).digest()).decode("ascii")

    def check(self, alg: str, signature: bytes, data: bytes) -> None:
        """One signature of the two; the caller owes the other. Raises `Refused("signature-invalid")`."""
        try:
            if alg == ED25519:
                self._ed25519.verify(signature, data)
            elif alg == ML_DSA_65:
                self._ml_dsa.verify(signature, data)
            else:
                raise Refused("algorithm-unknown", alg=alg)
        except (InvalidSignature, ValueError) as error:
            raise Refused("signature-invalid", alg=alg) from error

    def to_jwks(self) -> list[dict[str, str]]:
        """Two JWKs: OKP (RFC 8037) and AKP (RFC 9964); both bear the pair's kid."""
        return [
            {"kty": "OKP", "crv": "Ed25519", "alg": ED25519, "kid": self.kid, "x": encode64(self.ed25519).decode()},
            {"kty": "AKP", "alg": ML_DSA_65, "kid": self.kid, "pub": encode64(self.ml_dsa_65).decode()},
        ]

    @classmethod
    def from_jwks(cls, jwks: list[dict[str, str]]) -> VerifyingKeys:
        """The pair that `to_jwks` wrote, exactly; raises `Refused("key-malformed")`."""
        try:
            made = cls(decode64(text_of(jwks[0]["x"], "x"), "x"), decode64(text_of(jwks[1]["pub"], "pub"), "pub"))
            exact = made.to_jwks() == jwks
        except (LookupError, TypeError, Refused) as error:
            raise Refused("key-malformed") from error
        if not exact:
            raise Refused("key-malformed")
        return made

    def __eq__(self, other: object) -> bool:
        return isinstance(other, VerifyingKeys) and self.ed25519 == other.ed25519 and self.ml_dsa_65 == other.ml_dsa_65

    def __hash__(self) -> int:
        return hash(self.kid)

    def __repr__(self) -> str:
        return f"VerifyingKeys({self.kid})"


class SigningKeys:
    """A signing pair. The private form is two seeds of 32 bytes; it never shows in a repr."""

    __slots__ = ("_ed25519", "_ml_dsa", "public")

    def __init__(self, ed25519_seed: bytes, ml_dsa_65_seed: bytes) -> None:
        """From two seeds; raises `NotAllowed("key-unusable")`."""
        try:
            self._ed25519 = Ed25519PrivateKey.from_private_bytes(ed25519_seed)
            self._ml_dsa = MLDSA65PrivateKey.from_seed_bytes(ml_dsa_65_seed)
        except ValueError as error:
            raise NotAllowed("key-unusable") from error
        self.public = VerifyingKeys(
            self._ed25519.public_key().public_bytes_raw(), self._ml_dsa.public_key().public_bytes_raw()
        )

    @classmethod
    def generate(cls, chance: Chance | None = None) -> SigningKeys:
        """A fresh pair; `chance` is replaced in simulations only."""
        source = chance or SystemChance()
        return cls(source.token(32), source.token(32))

    @property
    def kid(self) -> str:
        """The pair's name."""
        return self.public.kid

    @property
    def seeds(self) -> tuple[bytes, bytes]:
        """The two secret seeds, for the key file alone."""
        return self._ed25519.private_bytes_raw(), self._ml_dsa.private_bytes_raw()

    def sign(self, alg: str, data: bytes) -> bytes:
        """One of the two signatures over these bytes; `jws`, `batch` and `note` always make both."""
        return self._ed25519.sign(data) if alg == ED25519 else self._ml_dsa.sign(data)

    def __repr__(self) -> str:
        return f"SigningKeys({self.kid})"


class SealingPublicKey:
    """To whom one seals: an X-Wing public key of 1,216 bytes; `kid` is its JWK thumbprint (RFC 7638)."""

    __slots__ = ("hpke_key", "kid", "raw")

    def __init__(self, raw: bytes) -> None:
        """From the serialised key; raises `Refused("key-malformed")`."""
        try:
            self.hpke_key = MLKEM768X25519PublicKey(
                MLKEM768PublicKey.from_public_bytes(raw[:_ML_KEM_PUBLIC_BYTES]),
                X25519PublicKey.from_public_bytes(raw[_ML_KEM_PUBLIC_BYTES:]),
            )
        except ValueError as error:
            raise Refused("key-malformed") from error
        self.raw = raw
        members = f'{{"alg":"{SEALING_ALG}","kty":"AKP","pub":"{encode64(raw).decode()}"}}'
        self.kid = encode64(hashlib.sha256(members.encode()).digest()).decode("ascii")

    def to_jwk(self) -> dict[str, str]:
        """The AKP JWK of draft-ietf-jose-hpke-pq-pqt."""
        return {"kty": "AKP", "alg": SEALING_ALG, "kid": self.kid, "pub": encode64(self.raw).decode()}

    @classmethod
    def from_jwk(cls, jwk: dict[str, str]) -> SealingPublicKey:
        """The key that `to_jwk` wrote, exactly; raises `Refused("key-malformed")`."""
        try:
            made = cls(decode64(text_of(jwk["pub"], "pub"), "pub"))
        except (LookupError, TypeError, Refused) as error:
            raise Refused("key-malformed") from error
        if made.to_jwk() != jwk:
            raise Refused("key-malformed")
        return made

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SealingPublicKey) and self.raw == other.raw

    def __hash__(self) -> int:
        return hash(self.raw)

    def __repr__(self) -> str:
        return f"SealingPublicKey({self.kid})"


class SealingKeys:
    """An X-Wing key pair; its private form is one seed of 32 bytes, expanded as the X-Wing draft says."""

    __slots__ = ("hpke_key", "public", "seed")

    def __init__(self, seed: bytes) -> None:
        """From the seed; raises `NotAllowed("key-unusable")`."""
        if len(seed) != 32:
            raise NotAllowed("key-unusable")
        expanded = hashlib.shake_256(seed).digest(96)
        ml_kem = MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
        x25519 = X25519PrivateKey.from_private_bytes(expanded[64:])
        self.seed = seed
        self.hpke_key = MLKEM768X25519PrivateKey(ml_kem, x25519)
        self.public = SealingPublicKey(ml_kem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw())

    @classmethod
    def generate(cls, chance: Chance | None = None) -> SealingKeys:
        """A fresh key; `chance` is replaced in simulations only."""
        return cls((chance or SystemChance()).token(32))

    @property
    def kid(self) -> str:
        """The key's name."""
        return self.public.kid

    def __repr__(self) -> str:
        return f"SealingKeys({self.kid})"


@dataclass(frozen=True)
class NodeKeys:
    """All keys of a node.

    Retired sealing keys still open what was sealed before a rotation; of retired signing keys only the public halves
    are kept, to check our own old signatures. `safe_secret` seals what the node keeps for itself; it outlives
    rotations, and no peer ever hears of it.
    """

    signing: SigningKeys
    sealing: SealingKeys
    tls: tls.TlsIdentity
    safe_secret: bytes = field(repr=False)
    retired_sealing: tuple[SealingKeys, ...] = ()
    retired_signing: tuple[VerifyingKeys, ...] = ()

    @classmethod
    def generate(cls, node_id: str, now: datetime) -> NodeKeys:
        """Fresh keys; `node_id` and `now` enter the TLS certificate only."""
        certificate = tls.make_certificate(node_id, now)
        return cls(SigningKeys.generate(), SealingKeys.generate(), certificate, SystemChance().token(SECRET_BYTES))

    def rotated(self) -> NodeKeys:
        """New signing and sealing keys; the present ones join the retired (the oldest beyond the bound are forgotten).

        The TLS identity stays: peers let us in by its pin, and could not hear of a new one through a door that is
        closed to it. It protects the road alone; authority comes from the signatures.
        """
        fresh = NodeKeys(SigningKeys.generate(), SealingKeys.generate(), self.tls, self.safe_secret)
        return replace(
            fresh,
            retired_sealing=(self.sealing, *self.retired_sealing)[: limits.KEYS_RETIRED_MAX],
            retired_signing=(self.signing.public, *self.retired_signing)[: limits.KEYS_RETIRED_MAX],
        )

    @cached_property
    def safe(self) -> Safe:
        """What seals secrets at rest."""
        return Safe(self.safe_secret)

    @cached_property
    def _by_kid(self) -> dict[str, Any]:
        sealing: dict[str, Any] = {key.kid: key for key in (self.sealing, *self.retired_sealing)}
        return sealing | {key.kid: key for key in (self.signing.public, *self.retired_signing)}

    def knows(self, kid: str) -> bool:
        """Whether this is a present or former signing key of ours."""
        return isinstance(self._by_kid.get(kid), VerifyingKeys)

    def verifying(self, kid: str) -> VerifyingKeys:
        """Our own present or former verifying keys; raises `Refused("key-unknown")`."""
        found = self._by_kid.get(kid)
        if not isinstance(found, VerifyingKeys):
            raise Refused("key-unknown", kid=kid[: limits.LINE_MAX_CHARS])
        return found

    def opening(self, kid: str) -> SealingKeys:
        """Our own present or former sealing key; raises `Refused("sealed-to-another")`."""
        found = self._by_kid.get(kid)
        if not isinstance(found, SealingKeys):
            raise Refused("sealed-to-another", kid=kid[: limits.LINE_MAX_CHARS])
        return found
