"""Sealed bytes: compact JWE to one recipient, `alg` HPKE-9-KE, `enc` A256GCM (clause 3.4).

HPKE with MLKEM768-X25519 (X-Wing), SHAKE256 and AES-256-GCM encrypts a fresh content key, as
draft-ietf-jose-hpke-encrypt-20 (section 6) and draft-ietf-jose-hpke-pq-pqt say. A seal hides; it does not say who
sealed: authority comes from the signatures inside. Knows nothing of what is sealed.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from lienlac import limits
from lienlac.errors import Refused
from lienlac.keys.batch import check_typ
from lienlac.keys.jose import Spelling, check_parameters, decode64, encode64, read_header
from lienlac.keys.suite import SEALING_ALG, NodeKeys

if TYPE_CHECKING:
    from lienlac.keys.suite import SealingKeys, SealingPublicKey

ENC = "A256GCM"
_SUITE = Suite(KEM.MLKEM768_X25519, KDF.SHAKE256, AEAD.AES_256_GCM)
_ENCAPSULATED_BYTES = KEM.MLKEM768_X25519.enc_length()
_WRAPPED_BYTES = 32 + 16
_IV_BYTES = 12
_TAG_BYTES = 16
_INFO = b"JOSE-HPKE rcpt\xff" + ENC.encode("ascii") + b"\xff"
"""Recipient_structure with no extra info."""
_PARAMETERS = frozenset({"alg", "enc", "kid", "ek"})
_TYPED_PARAMETERS = _PARAMETERS | {"typ"}
_USUAL = Spelling(f'{{"alg":"{SEALING_ALG}","enc":"{ENC}","kid":"?","typ":"?","ek":"?"}}'.encode("ascii"))


def seal(plaintext: bytes, recipient: SealingPublicKey, typ: str) -> bytes:
    """The plaintext sealed to one key, as compact JWE; `typ` says what is inside and is bound to it."""
    check_typ(typ)
    content_key = secrets.token_bytes(32)
    wrapped = _SUITE.encrypt(content_key, recipient.hpke_key, _INFO)
    encapsulated = encode64(wrapped[:_ENCAPSULATED_BYTES]).decode("ascii")
    header = f'{{"alg":"{SEALING_ALG}","enc":"{ENC}","kid":"{recipient.kid}","typ":"{typ}","ek":"{encapsulated}"}}'
    protected = encode64(header.encode("ascii"))
    iv = secrets.token_bytes(_IV_BYTES)
    sealed = AESGCM(content_key).encrypt(iv, plaintext, protected)
    parts = (
        protected,
        encode64(wrapped[_ENCAPSULATED_BYTES:]),
        encode64(iv),
        encode64(sealed[:-_TAG_BYTES]),
        encode64(sealed[-_TAG_BYTES:]),
    )
    return b".".join(parts)


def unseal(
    jwe: bytes, keys: NodeKeys | SealingKeys, typ: str | None, *, max_bytes: int = limits.SEALED_MAX_BYTES
) -> bytes:
    """What was sealed to us. `typ` None takes only a JWE that names no type.

    Raises `Refused`: `too-large`, `malformed`, `duplicate-key`, `header-unknown`, `algorithm-unknown`, `type-wrong`,
    `sealed-to-another`, `seal-broken`.
    """
    if len(jwe) > max_bytes:
        raise Refused("too-large", size_bytes=len(jwe), limit_bytes=max_bytes)
    parts = jwe.split(b".", 5)
    if len(parts) != 5:
        raise Refused("malformed", reason="not a compact JWE")
    protected, wrapped_text, iv_text, ciphertext_text, tag_text = parts
    header = _read_header(protected)
    # the algorithm is named first, so that a newer peer hears that and not "malformed"
    if header.get("alg") != SEALING_ALG or header.get("enc") != ENC:
        raise Refused("algorithm-unknown", alg=f"{header.get('alg')}/{header.get('enc')}"[: limits.LINE_MAX_CHARS])
    check_parameters(header, _TYPED_PARAMETERS if "typ" in header else _PARAMETERS)
    if header.get("typ") != typ:
        raise Refused("type-wrong", expected=typ, found=header.get("typ", "")[: limits.LINE_MAX_CHARS])
    encapsulated = decode64(header["ek"].encode("utf-8"), "ek")
    wrapped = decode64(wrapped_text, "encrypted_key")
    iv = decode64(iv_text, "iv")
    tag = decode64(tag_text, "tag")
    ciphertext = decode64(ciphertext_text, "ciphertext")
    lengths = (len(encapsulated), len(wrapped), len(iv), len(tag))
    if lengths != (_ENCAPSULATED_BYTES, _WRAPPED_BYTES, _IV_BYTES, _TAG_BYTES):
        raise Refused("malformed", reason="a part has the wrong length")
    key = _key_for(keys, header["kid"])
    try:
        content_key = _SUITE.decrypt(encapsulated + wrapped, key.hpke_key, _INFO)
        return AESGCM(content_key).decrypt(iv, ciphertext + tag, protected)
    except (InvalidTag, ValueError) as error:
        raise Refused("seal-broken") from error


def _read_header(protected: bytes) -> dict[str, Any]:
    """The protected header. What is spelt as `seal` spells it is cut, not parsed; the caller checks its texts."""
    if len(protected) <= limits.JOSE_HEADER_MAX_CHARS:
        texts = _USUAL.texts(decode64(protected, "protected"))
        if texts is not None:
            kid, typ, ek = (text.decode("ascii") for text in texts)
            return {"alg": SEALING_ALG, "enc": ENC, "kid": kid, "typ": typ, "ek": ek}
    return read_header(protected)


def _key_for(keys: NodeKeys | SealingKeys, kid: str) -> SealingKeys:
    if isinstance(keys, NodeKeys):
        return keys.opening(kid)
    if keys.kid != kid:
        raise Refused("sealed-to-another", kid=kid[: limits.LINE_MAX_CHARS])
    return keys
