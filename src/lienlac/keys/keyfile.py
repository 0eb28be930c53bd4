"""The encrypted key file: all of a node's secrets under one passphrase (clause 10.5).

Argon2id (RFC 9106) makes the key, AES-256-GCM locks and binds the parameters. Written whole or not at all, readable by
its owner only. Where the passphrase comes from is the settings' business; it is never kept.
"""

from __future__ import annotations

import os
import secrets
import unicodedata
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from lienlac import limits, strictjson
from lienlac.errors import LienlacError, NotAllowed
from lienlac.keys.jose import decode64, encode64
from lienlac.keys.rest import safe
from lienlac.keys.suite import NodeKeys, SealingKeys, SigningKeys, VerifyingKeys
from lienlac.keys.tls import TlsIdentity

if TYPE_CHECKING:
    from pathlib import Path


class Cost(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What opening a key file costs, bounded: a forged file must not take the machine down."""

    memory_kib: Annotated[int, msgspec.Meta(ge=64, le=limits.KDF_MAX_KIB)] = 262_144
    iterations: Annotated[int, msgspec.Meta(ge=1, le=limits.KDF_MAX_ITERATIONS)] = 3
    lanes: Annotated[int, msgspec.Meta(ge=1, le=limits.KDF_MAX_LANES)] = 2


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The file. Everything but `sealed` is bound to it as additional data."""

    format: Literal["lienlac-keys/1"]
    kdf: Literal["argon2id"]
    cost: Cost
    salt: str
    cipher: Literal["A256GCM"]
    nonce: str
    sealed: str


class _Secrets(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is locked up; bytes are base64 here."""

    ed25519: bytes
    ml_dsa_65: bytes
    sealing: bytes
    retired_sealing: list[bytes]
    retired_signing: list[tuple[bytes, bytes]]
    tls_key: str
    tls_certificate: str
    safe: bytes = b""


def write(path: Path, keys: NodeKeys, passphrase: str, cost: Cost | None = None) -> None:
    """Put the keys into a file, replacing an older one only when the new one is safely on the disk.

    Raises `NotAllowed`: `passphrase-unusable`, `keyfile-unwritable`.
    """
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    chosen = cost or Cost()
    head = _File(
        format="lienlac-keys/1",
        kdf="argon2id",
        cost=chosen,
        salt=encode64(salt).decode(),
        cipher="A256GCM",
        nonce=encode64(nonce).decode(),
        sealed="",
    )
    locked = AESGCM(_derive(passphrase, salt, chosen)).encrypt(nonce, _pack(keys), msgspec.json.encode(head))
    document = msgspec.structs.replace(head, sealed=encode64(locked).decode())
    try:
        put(path, msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n")
    except OSError as error:
        raise NotAllowed("keyfile-unwritable", path=str(path), reason=error.strerror or str(error)) from error


def read(path: Path, passphrase: str) -> NodeKeys:
    """The keys in a file.

    Raises `NotAllowed`: `keyfile-unreadable`, `keyfile-malformed`, `keyfile-too-costly`, `passphrase-unusable`,
    `passphrase-wrong`.
    """
    try:
        with path.open("rb") as file:
            data = file.read(limits.KEYFILE_MAX_BYTES + 1)
    except OSError as error:
        raise NotAllowed("keyfile-unreadable", path=str(path), reason=error.strerror or str(error)) from error
    document, salt, nonce, locked = _parse(data, path)
    bound = msgspec.json.encode(msgspec.structs.replace(document, sealed=""))
    try:
        opened = AESGCM(_derive(passphrase, salt, document.cost)).decrypt(nonce, locked, bound)
    except InvalidTag as error:
        raise NotAllowed("passphrase-wrong", path=str(path)) from error
    try:
        return _unpack(opened)
    except (msgspec.MsgspecError, LienlacError, ValueError) as error:
        raise NotAllowed("keyfile-malformed", path=str(path)) from error


def _parse(data: bytes, path: Path) -> tuple[_File, bytes, bytes, bytes]:
    """The file's document, salt, nonce and locked bytes."""
    try:
        found = strictjson.loads(data, max_bytes=limits.KEYFILE_MAX_BYTES, max_depth=2)
        _refuse_cost(found, path)
        document = msgspec.convert(found, _File)
        salt = decode64(document.salt.encode(), "salt")
        nonce = decode64(document.nonce.encode(), "nonce")
        locked = decode64(document.sealed.encode(), "sealed")
    except NotAllowed:
        raise
    except (LienlacError, msgspec.MsgspecError) as error:
        raise NotAllowed("keyfile-malformed", path=str(path)) from error
    if len(salt) != 16 or len(nonce) != 12 or len(locked) < 16:
        raise NotAllowed("keyfile-malformed", path=str(path))
    return document, salt, nonce, locked


def _refuse_cost(found: object, path: Path) -> None:
    """Say plainly when only the cost is out of bounds: the file may be forged."""
    cost = found.get("cost") if isinstance(found, dict) else None
    if not isinstance(cost, dict):
        return
    bounds = (
        ("memory_kib", limits.KDF_MAX_KIB),
        ("iterations", limits.KDF_MAX_ITERATIONS),
        ("lanes", limits.KDF_MAX_LANES),
    )
    for name, bound in bounds:
        value = cost.get(name)
        if isinstance(value, int) and value > bound:
            raise NotAllowed("keyfile-too-costly", path=str(path), what=name, limit=bound)


def _derive(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    """The key of the file. The passphrase is taken in NFC: one Vietnamese word has two spellings in bytes."""
    secret = unicodedata.normalize("NFC", passphrase).encode("utf-8", "replace")
    if not 0 < len(secret) <= limits.PASSPHRASE_MAX_BYTES:
        raise NotAllowed("passphrase-unusable", limit_bytes=limits.PASSPHRASE_MAX_BYTES)
    try:
        maker = Argon2id(
            salt=salt, length=32, iterations=cost.iterations, lanes=cost.lanes, memory_cost=cost.memory_kib
        )
        return maker.derive(secret)
    except (ValueError, MemoryError) as error:
        raise NotAllowed("keyfile-too-costly", path="", what="memory_kib", limit=limits.KDF_MAX_KIB) from error


def _pack(keys: NodeKeys) -> bytes:
    ed25519, ml_dsa_65 = keys.signing.seeds
    body = _Secrets(
        ed25519=ed25519,
        ml_dsa_65=ml_dsa_65,
        sealing=keys.sealing.seed,
        retired_sealing=[key.seed for key in keys.retired_sealing],
        retired_signing=[(key.ed25519, key.ml_dsa_65) for key in keys.retired_signing],
        tls_key=keys.tls.key_pem,
        tls_certificate=keys.tls.certificate_pem,
        safe=keys.safe_secret,
    )
    return msgspec.json.encode(body)


def _unpack(opened: bytes) -> NodeKeys:
    body = msgspec.json.decode(opened, type=_Secrets)
    return NodeKeys(
        signing=SigningKeys(body.ed25519, body.ml_dsa_65),
        sealing=SealingKeys(body.sealing),
        tls=TlsIdentity(body.tls_key, body.tls_certificate),
        safe_secret=body.safe or safe.secret_from(body.tls_key),  # files of before the safe hold none
        retired_sealing=tuple(SealingKeys(seed) for seed in body.retired_sealing),
        retired_signing=tuple(VerifyingKeys(*pair) for pair in body.retired_signing),
    )


def put(path: Path, data: bytes) -> None:
    """Write beside, flush, rename, flush the directory: after a crash the old file or the new one stands, whole."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise
    directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
