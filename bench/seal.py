"""Sign and seal, unseal and verify, against the bare primitives in the same run; and many messages under one root.

The bare side makes the same calls of the same primitives on the same bytes: both signatures over what JWS signs, one
key encapsulation, one AES-256-GCM over what JWE encrypts; and back. Everything else (JSON, base64, strict reading) is
ours and counts against us. Processor time is counted, so that waiting for a busy core is not. ML-DSA signs by trial,
one to a dozen attempts a signature, so single rounds scatter: the sums over all rounds are what is compared.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from _claims import Claims
from lienlac.keys import batch, jwe, jws
from lienlac.keys.jose import ED25519, ML_DSA_65, encode64, signature_header
from lienlac.keys.suite import SealingKeys, SigningKeys

if TYPE_CHECKING:
    from collections.abc import Callable

TYP = "lienlac-message"
SUITE = Suite(KEM.MLKEM768_X25519, KDF.SHAKE256, AEAD.AES_256_GCM)
IV, KEY, INFO = b"n" * 12, b"k" * 32, b"bench"


def main() -> None:
    claims = Claims(__doc__)
    rounds, times = (20, 20) if claims.quick else (60, 50)
    signing, sealing = SigningKeys.generate(), SealingKeys.generate()
    payloads = [b"%06d" % i + b"x" * 1018 for i in range(times)]
    signed = {payload: jws.sign(payload, signing, TYP) for payload in payloads}
    envelopes = {payload: jwe.seal(one, sealing.public, TYP) for payload, one in signed.items()}
    inputs = {payload: signing_input(payload, signing.kid) for payload in payloads}
    outer = {payload: envelope.partition(b".")[0] for payload, envelope in envelopes.items()}

    def bare_out(payload: bytes) -> None:
        signing.sign(ED25519, inputs[payload])
        signing.sign(ML_DSA_65, inputs[payload])
        SUITE.encrypt(KEY, sealing.public.hpke_key, INFO)
        AESGCM(KEY).encrypt(IV, signed[payload], outer[payload])

    def ours_out(payload: bytes) -> None:
        jwe.seal(jws.sign(payload, signing, TYP), sealing.public, TYP)

    small = {payload: signing.sign(ED25519, made) for payload, made in inputs.items()}
    large = {payload: signing.sign(ML_DSA_65, made) for payload, made in inputs.items()}
    wrapped = {payload: SUITE.encrypt(KEY, sealing.public.hpke_key, INFO) for payload in payloads}
    sealed = {payload: AESGCM(KEY).encrypt(IV, one, outer[payload]) for payload, one in signed.items()}

    def bare_in(payload: bytes) -> None:
        SUITE.decrypt(wrapped[payload], sealing.hpke_key, INFO)
        AESGCM(KEY).decrypt(IV, sealed[payload], outer[payload])
        signing.public.check(ED25519, small[payload], inputs[payload])
        signing.public.check(ML_DSA_65, large[payload], inputs[payload])

    def ours_in(payload: bytes) -> None:
        jws.verify(jwe.unseal(envelopes[payload], sealing, TYP), signing.public, TYP)

    compare(claims, "sign and seal", bare_out, ours_out, payloads, rounds)
    compare(claims, "unseal and verify", bare_in, ours_in, payloads, rounds)
    many_under_one_root(claims, signing, sealing)
    claims.close()


def signing_input(payload: bytes, kid: str) -> bytes:
    """What a JWS signature is made over."""
    return signature_header(ML_DSA_65, kid, TYP) + b"." + encode64(payload)


def compare(
    claims: Claims,
    name: str,
    bare: Callable[[bytes], None],
    ours: Callable[[bytes], None],
    payloads: list[bytes],
    rounds: int,
) -> None:
    """Turn about, payload by payload, so that a disturbance of a millisecond or more meets both sides alike."""
    best, total = [float("inf")] * 2, [0.0, 0.0]
    for _ in range(rounds):
        spent = [0.0, 0.0]
        for payload in payloads:
            for side, work in enumerate((bare, ours)):
                started = time.thread_time()
                work(payload)
                spent[side] += time.thread_time() - started
        for side in (0, 1):
            best[side] = min(best[side], spent[side] / len(payloads))
            total[side] += spent[side]
    claims.say(f"{name}: bare primitives", 1 / best[0], "/s", "best round")
    claims.say(f"{name}: ours", 1 / best[1], "/s", "best round")
    claims.say(f"{name}: ratio of the best rounds", best[0] / best[1], "")
    claims.at_least(f"{name}: ratio over all {rounds} rounds", total[0] / total[1], "", 0.90)


def many_under_one_root(claims: Claims, signing: SigningKeys, sealing: SealingKeys) -> None:
    """Batches of 64, as a busy sender makes them; and what the receiver needs for the same."""
    payloads = [b"%06d" % i + b"x" * 1018 for i in range(64)]
    signed = batch.sign_many(payloads, signing, TYP)
    envelopes = [jwe.seal(one, sealing.public, TYP) for one in signed]

    def sign() -> None:
        batch.sign_many(payloads, signing, TYP)

    def sign_and_seal() -> None:
        for one in batch.sign_many(payloads, signing, TYP):
            jwe.seal(one, sealing.public, TYP)

    def unseal_and_verify() -> None:
        jws._check_root.cache_clear()  # noqa: SLF001  # a root seen before would make it look too good
        for envelope in envelopes:
            jws.verify(jwe.unseal(envelope, sealing, TYP), signing.public, TYP)

    spent = dict.fromkeys((sign, sign_and_seal, unseal_and_verify), float("inf"))
    for _ in range(10 if claims.quick else 60):
        for work in spent:
            started = time.thread_time()
            work()
            spent[work] = min(spent[work], (time.thread_time() - started) / 64)
    claims.at_least("64 under one root: signed", 1 / spent[sign], "/s a core", 3_000)
    claims.at_least("64 under one root: signed and sealed", 1 / spent[sign_and_seal], "/s a core", 3_000)
    claims.say("64 under one root: unsealed and verified", 1 / spent[unseal_and_verify], "/s a core")


if __name__ == "__main__":
    main()
