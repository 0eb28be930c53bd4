"""Makes the JOSE vectors: one file for each way in which signed or sealed bytes can be right or wrong.

`python tests/protocol/make_vectors.py` writes them anew into `vectors/`. ML-DSA signs with fresh randomness and seals
are fresh by nature, so the bytes differ each time; what each vector must lead to does not (`test_vectors.py` holds
both the committed files and freshly made ones to it). The keys are made from plain words and protect nothing.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
import zlib
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "vectors"
MESSAGE = "lienlac-message"
RECEIPT = "lienlac-receipt"
NODES = ("north", "north-former", "south")
_WARNING = "Test only. These keys are made from published words and must never protect anything."


def seed(node: str, what: str) -> bytes:
    """A test key's seed, from words anybody can read."""
    return hashlib.sha256(f"lienlac test key, not secret: {node} {what}".encode()).digest()


def key_files() -> dict[str, dict[str, str]]:
    """The test keys, as they stand in `vectors/keys`."""
    names = ("ed25519", "ml-dsa-65", "sealing")
    return {
        node: {"warning": _WARNING, "node": node} | {f"{name}-seed": seed(node, name).hex() for name in names}
        for node in NODES
    }


def load_keys(node: str) -> Any:
    """Signing and sealing keys of one test node, from its file."""
    from lienlac.keys.suite import SealingKeys, SigningKeys

    text = json.loads((FOLDER / "keys" / f"{node}.json").read_text(encoding="utf-8"))
    signing = SigningKeys(bytes.fromhex(text["ed25519-seed"]), bytes.fromhex(text["ml-dsa-65-seed"]))
    return signing, SealingKeys(bytes.fromhex(text["sealing-seed"]))


def b64(data: bytes) -> str:
    """Unpadded base64url by the standard library, on purpose not by the code under test."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def unb64(text: str) -> bytes:
    """The bytes of unpadded base64url."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def payload(number: int = 1) -> bytes:
    """A small payload; JOSE does not care what it says."""
    return json.dumps({"id": f"msg-{number}", "text": "Đề nghị tạm dừng giao dịch"}, ensure_ascii=False).encode()


def compact(value: Any) -> str:
    """JSON without spaces."""
    return json.dumps(value, separators=(",", ":"))


class Making:
    """What the vectors are cut from: good signed and sealed bytes of the test nodes."""

    def __init__(self) -> None:
        from lienlac.keys import batch, jwe, jws

        self.signing, self.sealing = load_keys("north")
        self.former, _ = load_keys("north-former")
        self.other_signing, self.other_sealing = load_keys("south")
        self.good = jws.sign(payload(), self.signing, MESSAGE)
        self.second = jws.sign(payload(2), self.signing, MESSAGE)
        self.by_former = jws.sign(payload(), self.former, MESSAGE)
        self.by_other = jws.sign(payload(), self.other_signing, MESSAGE)
        self.receipt = jws.sign(payload(), self.signing, RECEIPT)
        self.batched = batch.sign_many([payload(number) for number in range(1, 6)], self.signing, MESSAGE)
        self.alone = batch.sign_many([payload()], self.signing, MESSAGE)[0]
        self.sealed = jwe.seal(self.good, self.sealing.public, MESSAGE).decode()
        self.sealed_to_other = jwe.seal(self.good, self.other_sealing.public, MESSAGE).decode()

    def parts(self, signed: bytes | None = None) -> Any:
        """A signed message as JSON, to be damaged."""
        return json.loads(signed or self.good)

    def resigned(self, change: dict[str, Any], *, only: str | None = None) -> str:
        """The good message with other protected headers, truly signed by the right keys."""
        document = self.parts()
        for item in document["signatures"]:
            header = json.loads(unb64(item["protected"]))
            alg = header["alg"]
            if only in (None, alg):
                header.update(change)
                item["protected"] = b64(compact(header).encode())
                signed = f"{item['protected']}.{document['payload']}".encode()
                item["signature"] = b64(self.signing.sign(alg, signed))
        return compact(document)


def build() -> list[dict[str, Any]]:
    """Every vector. `expects` is the code of the refusal, or null where the payload must come out."""
    making = Making()
    makers = (_good, _bad_signatures, _bad_headers, _bad_shapes, _bad_batches, _sealed)
    return [made for maker in makers for made in maker(making)]


def vector(name: str, defect: str, expects: str | None, data: str | bytes, **more: Any) -> dict[str, Any]:
    """One vector; input that is no UTF-8 is given in base64."""
    made = {"name": name, "defect": defect, "expects": expects, "operation": "verify", "node": "north", "typ": MESSAGE}
    raw = data if isinstance(data, bytes) else data.encode()
    try:
        return made | {"input": raw.decode("utf-8")} | more
    except UnicodeDecodeError:
        return made | {"input_base64": base64.b64encode(raw).decode()} | more


def _good(making: Making) -> list[dict[str, Any]]:
    proof = {"payload_base64": base64.b64encode(payload()).decode()}
    third = {"payload_base64": base64.b64encode(payload(3)).decode()}
    turned = making.parts()
    turned["signatures"].reverse()
    return [
        vector("good-message", "none", None, making.good, **proof),
        vector("good-signatures-reordered", "none: any order is good", None, compact(turned), **proof),
        vector("good-spaces", "none: JSON may be indented", None, json.dumps(making.parts(), indent=1), **proof),
        vector("good-batched", "none", None, making.batched[2], **third),
        vector("good-batched-alone", "none: a batch of one", None, making.alone, **proof),
    ]


def _bad_signatures(making: Making) -> list[dict[str, Any]]:
    ed_only, ml_only, swapped, mixed, extra, twice, changed, half = (making.parts() for _ in range(8))
    ed_only["signatures"].pop()
    ml_only["signatures"].pop(0)
    first, second = swapped["signatures"]
    first["signature"], second["signature"] = second["signature"], first["signature"]
    mixed["signatures"] = making.parts(making.second)["signatures"]
    extra["signatures"].append(making.parts(making.by_other)["signatures"][0])
    twice["signatures"][1] = twice["signatures"][0]
    changed["payload"] = b64(payload().replace(b"msg-1", b"msg-9"))
    signed = f"{half['signatures'][0]['protected']}.{half['payload']}".encode()
    half["signatures"][0]["signature"] = b64(making.other_signing.sign("Ed25519", signed))
    return [
        vector("bad-signature-missing-mldsa", "only Ed25519", "signature-missing", compact(ed_only)),
        vector("bad-signature-missing-ed25519", "only ML-DSA-65", "signature-missing", compact(ml_only)),
        vector("bad-signature-missing-both", "none", "signature-missing", compact(ed_only | {"signatures": []})),
        vector("bad-ed25519-twice", "Ed25519 twice, no ML-DSA-65", "signature-missing", compact(twice)),
        vector("bad-signatures-swapped", "values under each other's header", "signature-invalid", compact(swapped)),
        vector("bad-signature-of-other-message", "of another message", "signature-invalid", compact(mixed)),
        vector("bad-payload-changed", "one digit of the payload", "signature-invalid", compact(changed)),
        vector("bad-ed25519-by-another", "one half by a stranger's key", "signature-invalid", compact(half)),
        vector("bad-extra-signature", "a third signature", "signature-extra", compact(extra)),
        vector("bad-stale-key", "by the keys before a rotation", "key-unknown", making.by_former),
        vector("bad-key-of-another", "by another node's keys", "key-unknown", making.by_other),
        vector("bad-type-of-receipt", "a receipt shown as a message", "type-wrong", making.receipt),
    ]


def _bad_headers(making: Making) -> list[dict[str, Any]]:
    none = making.parts()
    none["signatures"][1] = {"protected": b64(compact({"alg": "none"}).encode()), "signature": ""}
    unprotected = making.parts()
    unprotected["signatures"][0]["header"] = {"kid": making.other_signing.kid}
    doubled = making.parts()
    text = f'{{"alg":"Ed25519","alg":"ML-DSA-65","kid":"{making.signing.kid}","typ":"{MESSAGE}"}}'
    doubled["signatures"][0]["protected"] = b64(text.encode())
    kid_less = making.parts()
    kid_less["signatures"][0]["protected"] = b64(compact({"alg": "Ed25519", "typ": MESSAGE}).encode())
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": b64(making.other_signing.public.ed25519)}
    two = making.resigned({"kid": making.other_signing.kid}, only="ML-DSA-65")
    crit, unencoded = {"crit": ["exp"], "exp": 1}, {"crit": ["b64"], "b64": False}
    none_text = compact(none | {"signatures": [none["signatures"][0], none["signatures"][1]]})
    full_none = making.resigned({"alg": "none"}, only="ML-DSA-65")
    return [
        vector("bad-alg-none", "alg none for the second", "algorithm-unknown", full_none),
        vector("bad-alg-none-bare", "alg none, nothing else", "malformed", none_text),
        vector("bad-alg-downgrade", "ES256", "algorithm-unknown", making.resigned({"alg": "ES256"}, only="Ed25519")),
        vector("bad-alg-hmac", "HS256", "algorithm-unknown", making.resigned({"alg": "HS256"}, only="Ed25519")),
        vector("bad-alg-old-name", "EdDSA", "algorithm-unknown", making.resigned({"alg": "EdDSA"}, only="Ed25519")),
        vector("bad-crit-unknown", "crit", "header-unknown", making.resigned(crit)),
        vector("bad-payload-unencoded", "b64 false (RFC 7797)", "header-unknown", making.resigned(unencoded)),
        vector("bad-key-inside", "the key brought along", "header-unknown", making.resigned({"jwk": jwk})),
        vector(
            "bad-key-address", "an address for the key", "header-unknown", making.resigned({"jku": "https://x.example"})
        ),
        vector("bad-unprotected-header", "an unsigned header", "header-unknown", compact(unprotected)),
        vector("bad-headers-differ", "two kids", "malformed", two),
        vector("bad-kid-missing", "no kid", "malformed", compact(kid_less)),
        vector("bad-kid-number", "a number as kid", "malformed", making.resigned({"kid": 7})),
        vector("bad-duplicate-header", "alg twice in one header", "duplicate-key", compact(doubled)),
    ]


def _bad_shapes(making: Making) -> list[dict[str, Any]]:
    good = making.good.decode()
    first = making.parts()["signatures"][0]
    flat = {"payload": making.parts()["payload"], **first}
    padded, stray, other_alphabet = (making.parts() for _ in range(3))
    padded["payload"] += "=" * (-len(padded["payload"]) % 4) or "===="
    stray["signatures"][0]["signature"] = first["signature"][:-1] + chr(ord(first["signature"][-1]) + 1)
    other_alphabet["payload"] = "+/" + other_alphabet["payload"][2:]
    deep = '{"payload":' + "[" * 40 + "]" * 40 + ',"signatures":[]}'
    return [
        vector("bad-truncated", "the last 200 bytes are missing", "malformed", good[:-200]),
        vector("bad-empty", "nothing", "malformed", ""),
        vector("bad-trailing-data", "a second value behind", "malformed", good + good),
        vector("bad-duplicate-keys", "payload twice", "duplicate-key", '{"payload":"e30",' + good[1:]),
        vector("bad-duplicate-keys-escaped", "one in escapes", "duplicate-key", '{"p\\u0061yload":"e30",' + good[1:]),
        vector("bad-deep-nesting", "forty lists in each other", "too-deep", deep),
        vector("bad-byte-order-mark", "a byte order mark before it", "malformed", "\ufeff" + good),
        vector("bad-not-utf8", "bytes that are no UTF-8", "malformed", b'{"payload":"\xff",' + making.good[1:]),
        vector("bad-half-character", "a lone surrogate", "malformed", '{"x":"\\ud800",' + good[1:]),
        vector("bad-not-a-number", "NaN", "malformed", '{"x":NaN,' + good[1:]),
        vector("bad-member-unknown", "a member more", "malformed", '{"x":1,' + good[1:]),
        vector("bad-flattened", "flattened JSON, one signature", "malformed", compact(flat)),
        vector(
            "bad-compact", "compact form", "malformed", f"{first['protected']}.{flat['payload']}.{first['signature']}"
        ),
        vector("bad-base64-padded", "padding", "malformed", compact(padded)),
        vector("bad-base64-stray-bits", "a second spelling of one signature", "malformed", compact(stray)),
        vector("bad-base64-alphabet", "+ and /", "malformed", compact(other_alphabet)),
    ]


def _bad_batches(making: Making) -> list[dict[str, Any]]:
    path, index, size, longer, shorter, stripped, beyond = (making.parts(making.batched[2]) for _ in range(7))
    path["batch"]["path"][0] = b64(bytes(32))
    index["batch"]["index"] = 3
    size["batch"]["size"] = 6
    longer["batch"]["path"].append(b64(bytes(32)))
    shorter["batch"]["path"].pop()
    del stripped["batch"]
    beyond["batch"]["index"] = 5
    wide = making.parts(making.alone)
    wide["batch"] = {"index": 2**40, "size": 2**40 + 1, "path": []}
    truth = making.parts(making.batched[2])
    truth["batch"]["index"] = True
    borrowed = making.parts(making.batched[2])
    borrowed["payload"] = b64(payload(7))
    wrapped = making.parts() | {"batch": {"index": 0, "size": 1, "path": []}}
    root = hashlib.sha256(b"\x00" + payload()).hexdigest()
    statement = f"lienlac-batch/1\n{MESSAGE}\n1\n{root}\n".encode()
    as_message = {"payload": b64(statement), "signatures": making.parts(making.alone)["signatures"]}
    return [
        vector("bad-batch-path", "one hash of the path", "signature-invalid", compact(path)),
        vector("bad-batch-index", "another's place", "signature-invalid", compact(index)),
        vector("bad-batch-size", "another size of the same shape", "signature-invalid", compact(size)),
        vector("bad-batch-payload", "a payload that is not in the tree", "signature-invalid", compact(borrowed)),
        vector("bad-batch-path-longer", "a hash too many", "batch-path-invalid", compact(longer)),
        vector("bad-batch-path-shorter", "a hash too few", "batch-path-invalid", compact(shorter)),
        vector("bad-batch-index-beyond", "behind the end", "batch-path-invalid", compact(beyond)),
        vector("bad-batch-absurd-size", "a tree of 2^40", "batch-path-invalid", compact(wide)),
        vector("bad-batch-index-true", "true as index", "malformed", compact(truth)),
        vector("bad-batch-stripped", "the place left out", "type-wrong", compact(stripped)),
        vector("bad-message-as-batch", "a place added", "type-wrong", compact(wrapped)),
        vector("bad-batch-root-as-message", "the root statement itself", "type-wrong", compact(as_message)),
    ]


def _sealed(making: Making) -> list[dict[str, Any]]:
    parts = making.sealed.split(".")

    def header(change: dict[str, Any]) -> str:
        return ".".join([b64(compact(json.loads(unb64(parts[0])) | change).encode()), *parts[1:]])

    def flipped(place: int) -> str:
        raw = bytearray(unb64(parts[place]))
        raw[0] ^= 1
        return ".".join([*parts[:place], b64(bytes(raw)), *parts[place + 1 :]])

    def sealed(name: str, defect: str, expects: str | None, data: str, **more: Any) -> dict[str, Any]:
        return vector(name, defect, expects, data) | {"operation": "unseal"} | more

    good = {"payload_base64": base64.b64encode(making.good).decode()}
    to_us = b64(compact(json.loads(unb64(making.sealed_to_other.split(".")[0])) | {"kid": making.sealing.kid}).encode())
    relabelled = ".".join([to_us, *making.sealed_to_other.split(".")[1:]])
    short_ek = {"ek": b64(bytes(32))}
    return [
        sealed("good-sealed", "none", None, making.sealed, **good),
        sealed("bad-wrong-recipient", "sealed to another", "sealed-to-another", making.sealed_to_other),
        sealed("bad-wrong-recipient-relabelled", "and our name put on it", "seal-broken", relabelled),
        sealed("bad-seal-wrapped-key", "one bit", "seal-broken", flipped(1)),
        sealed("bad-seal-iv", "one bit", "seal-broken", flipped(2)),
        sealed("bad-seal-ciphertext", "one bit", "seal-broken", flipped(3)),
        sealed("bad-seal-tag", "one bit", "seal-broken", flipped(4)),
        sealed(
            "bad-seal-type-relabelled",
            "typ changed after sealing",
            "seal-broken",
            header({"typ": RECEIPT}),
            typ=RECEIPT,
        ),
        sealed("bad-seal-type", "a message where a receipt belongs", "type-wrong", making.sealed, typ=RECEIPT),
        sealed("bad-seal-alg-dir", "alg dir", "algorithm-unknown", header({"alg": "dir"})),
        sealed("bad-seal-alg-downgrade", "no ML-KEM", "algorithm-unknown", header({"alg": "HPKE-3-KE"})),
        sealed("bad-seal-enc-downgrade", "A128CBC-HS256", "algorithm-unknown", header({"enc": "A128CBC-HS256"})),
        sealed("bad-seal-zip", "compressed", "header-unknown", header({"zip": "DEF"})),
        sealed("bad-seal-psk", "a pre-shared key", "header-unknown", header({"psk_id": "eA"})),
        sealed("bad-seal-crit", "crit", "header-unknown", header({"crit": ["x"]})),
        sealed("bad-seal-key-short", "an encapsulated key of 32 bytes", "malformed", header(short_ek)),
        sealed("bad-seal-truncated", "four parts", "malformed", making.sealed.rpartition(".")[0]),
        sealed("bad-seal-six-parts", "six parts", "malformed", making.sealed + ".AA"),
        sealed("bad-seal-json", "not sealed at all", "malformed", making.good.decode()),
    ]


def packs() -> list[dict[str, Any]]:
    """Packs of objects (clauses 18.3, 18.4); made by the standard library, on purpose not by the code under test."""
    objects = [json.dumps({"type": "domain-name", "value": f"x{number}.example"}).encode() for number in range(3)]
    data = b"".join(len(one).to_bytes(4, "big") + one for one in objects)
    good, digest = zlib.compress(data, 1), hashlib.sha256(data).hexdigest()
    bomb = zlib.compress(bytes(4_000_000), 9)
    empty = b"\0\0\0\0"

    def made(name: str, defect: str, expects: str | None, pack: bytes, **said: Any) -> dict[str, Any]:
        states = {"count": 3, "size_bytes": len(data), "digest": digest} | said
        head = {"name": name, "defect": defect, "expects": expects, "operation": "open"}
        return head | states | {"input_base64": base64.b64encode(pack).decode()}

    whole = {"objects_base64": [base64.b64encode(one).decode() for one in objects]}
    none = {"count": 1, "size_bytes": 4, "digest": hashlib.sha256(empty).hexdigest()}
    return [
        made("good-pack", "none", None, good) | whole,
        made("good-pack-stored", "none: not compressed", None, zlib.compress(data, 0)) | whole,
        made("bad-pack-bomb", "opens to four million bytes", "pack-size", bomb),
        made("bad-pack-bomb-stated", "and says so", "pack-size", bomb, size_bytes=4_000_000),
        made("bad-pack-longer", "opens to more than stated", "pack-size", good, size_bytes=len(data) - 1),
        made("bad-pack-shorter", "opens to less than stated", "pack-broken", good, size_bytes=len(data) + 1),
        made("bad-pack-truncated", "its end cut off", "pack-broken", good[:-3]),
        made("bad-pack-trailing", "something behind its end", "pack-broken", good + b"x"),
        made("bad-pack-not-zlib", "not compressed at all", "pack-broken", data),
        made("bad-pack-digest", "another digest", "pack-digest", good, digest="0" * 64),
        made("bad-pack-count-more", "states one more", "pack-count", good, count=4),
        made("bad-pack-count-fewer", "states one fewer", "pack-count", good, count=2),
        made("bad-pack-empty-object", "an object of no bytes", "pack-count", zlib.compress(empty), **none),
    ]


def main() -> None:
    """Write keys and vectors."""
    (FOLDER / "keys").mkdir(parents=True, exist_ok=True)
    for node, content in key_files().items():
        write(FOLDER / "keys" / f"{node}.json", content)
    for made in (*build(), *packs()):
        write(FOLDER / f"{made['name']}.json", made)


def write(path: Path, content: Any) -> None:
    """One readable JSON file."""
    path.write_text(json.dumps(content, indent=2, ensure_ascii=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2] / "src"))
    main()
