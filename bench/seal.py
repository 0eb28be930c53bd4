"""Sign and seal, unseal and verify, against the bare primitives in the same run; and many messages under one root.

The bare side does what no implementation can leave out, on the raw bytes: both signatures, one key encapsulation, one
AES-256-GCM over payload and signatures; and back. Everything else (JSON, base64, strict reading) is ours and counts
against us. ML-DSA signs by trial: a signature takes one to a dozen attempts, so single rounds scatter; in a round
both sides therefore sign the same payloads, and the sums over all rounds are compared as well as the best rounds.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from _claims import Claims
from lienlac.keys import batch, jwe, jws
from lienlac.keys.jose import ED25519, ML_DSA_65
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
    size = len(payloads[0]) + 64 + 3309

    def bare_out(payload: bytes) -> None:
        signing.sign(ED25519, payload)
        signing.sign(ML_DSA_65, payload)
        SUITE.encrypt(KEY, sealing.public.hpke_key, INFO)
        AESGCM(KEY).encrypt(IV, bytes(size), b"")

    def ours_out(payload: bytes) -> None:
        jwe.seal(jws.sign(payload, signing, TYP), sealing.public, TYP)

    small, large = signing.sign(ED25519, payloads[0]), signing.sign(ML_DSA_65, payloads[0])
    wrapped = SUITE.encrypt(KEY, sealing.public.hpke_key, INFO)
    sealed = AESGCM(KEY).encrypt(IV, bytes(size), b"")
    envelopes = {payload: jwe.seal(jws.sign(payload, signing, TYP), sealing.public, TYP) for payload in payloads}

    def bare_in(_payload: bytes) -> None:
        SUITE.decrypt(wrapped, sealing.hpke_key, INFO)
        AESGCM(KEY).decrypt(IV, sealed, b"")
        signing.public.check(ED25519, small, payloads[0])
        signing.public.check(ML_DSA_65, large, payloads[0])

    def ours_in(payload: bytes) -> None:
        jws.verify(jwe.unseal(envelopes[payload], sealing, TYP), signing.public, TYP)

    compare(claims, "sign and seal", bare_out, ours_out, payloads, rounds)
    compare(claims, "unseal and verify", bare_in, ours_in, payloads, rounds)
    many_under_one_root(claims, signing, sealing)
    claims.close()


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
