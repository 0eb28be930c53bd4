"""Long runs of letters and digits: wallets of Bitcoin, EVM chains and TRON, transactions, hashes of files.

Every address with a check is checked (base58check, BIP-173, BIP-350, EIP-55); what has none is at most likely.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final

from lienlac.identifiers.finding import labels
from lienlac.identifiers.finding.found import Find, Sureness

if TYPE_CHECKING:
    from collections.abc import Iterator

_RUN: Final = re.compile(r"[0-9A-Za-z](?<!\w.)[0-9A-Za-z]{24,129}+(?!\w)")
_BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_PLACE_58: Final = {letter: place for place, letter in enumerate(_BASE58)}
_BECH32: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_BECH32_CONST: Final = {0: 1}
_BECH32M: Final = 0x2BC830A3
_GENERATOR: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_HEX: Final = re.compile(r"[0-9a-fA-F]+")
_HASH_LENGTHS: Final = frozenset({32, 40, 64, 128})


def scan(text: str) -> Iterator[Find]:
    """Every wallet, transaction and hash."""
    for run in _RUN.finditer(text):
        found = _classified(text, run[0], run.start())
        if found is not None:
            yield found


def _classified(text: str, run: str, start: int) -> Find | None:
    if run[:2] in {"0x", "0X"}:
        return _evm(run, start)
    if len(run) in _HASH_LENGTHS and _HEX.fullmatch(run):
        return _hash(text, run, start)
    if run[0] == "T" and len(run) == 34 and base58check(run, versions=(0x41,)):
        return _find("tron", run, run, start, Sureness.SURE, "check-digit")
    if run[0] in "13" and len(run) <= 35 and base58check(run, versions=(0x00, 0x05)):
        return _find("btc", run, run, start, Sureness.SURE, "check-digit")
    if run[:3].lower() == "bc1" and segwit(run):
        return _find("btc", run, run.lower(), start, Sureness.SURE, "check-digit")
    return None


def _evm(run: str, start: int) -> Find | None:
    digits = run[2:]
    if not _HEX.fullmatch(digits):
        return None
    if len(digits) == 64:
        return _find("crypto-tx", run, f"0x{digits.lower()}", start, Sureness.SURE, "form")
    if len(digits) != 40:
        return None
    checked = checksummed(digits)
    if digits == checked:
        return _find("eth", run, f"0x{checked}", start, Sureness.SURE, "check-digit", key=f"0x{digits.lower()}")
    if digits in {digits.lower(), digits.upper()}:
        return _find("eth", run, f"0x{checked}", start, Sureness.LIKELY, "form", key=f"0x{digits.lower()}")
    # A mistyped or altered address is told, not silently matched.
    return _find("eth", run, run, start, Sureness.POSSIBLE, "check-digit-wrong", key="", notes=("check-digit-wrong",))


def _hash(text: str, run: str, start: int) -> Find | None:
    digits = run.lower()
    near = labels.near(text, start, start + len(run))
    if len(set(digits)) < 6 or (digits.isdigit() and "hash" not in near):  # a rule of zeros, a long number: no hash
        return None
    if len(run) == 64 and "tx" in near:
        return _find("crypto-tx", run, digits, start, Sureness.LIKELY, "label")
    sure = Sureness.SURE if "hash" in near else Sureness.LIKELY
    return _find("file-hash", run, digits, start, sure, "label" if "hash" in near else "form")


def _find(
    type_: str,
    raw: str,
    value: str,
    start: int,
    sureness: Sureness,
    why: str,
    *,
    key: str | None = None,
    notes: tuple[str, ...] = (),
) -> Find:
    return Find(
        type=type_,
        start=start,
        end=start + len(raw),
        raw=raw,
        value=value,
        key=value if key is None else key,
        shown=value,
        sureness=sureness,
        why=why,
        notes=notes,
    )


def base58check(text: str, *, versions: tuple[int, ...]) -> bool:
    """Whether a text is base58 of a version byte, twenty bytes and their right check."""
    number = 0
    for letter in text:
        place = _PLACE_58.get(letter)
        if place is None:
            return False
        number = number * 58 + place
    if number >> 200:
        return False
    data = number.to_bytes(25, "big")
    zeros = len(data) - len(data.lstrip(b"\0"))
    if len(text) - len(text.lstrip("1")) != zeros:
        return False
    check = hashlib.sha256(hashlib.sha256(data[:21]).digest()).digest()[:4]
    return data[0] in versions and data[21:] == check


def segwit(text: str) -> bool:
    """Whether a text is a Bitcoin address of BIP-173 (version 0) or BIP-350 (version 1 and above, taproot)."""
    if text not in {text.lower(), text.upper()} or not 14 <= len(text) <= 90:
        return False
    data = [_BECH32.find(letter) for letter in text.lower()[3:]]
    if -1 in data or len(data) < 8:
        return False
    version, program = data[0], data[1:-6]
    check = _polymod([3, 3, 0, 2, 3, *data])  # "bc", its high and its low bits
    size = len(program) * 5 // 8
    padding = (len(program) * 5) % 8
    right = _BECH32_CONST.get(version, _BECH32M)
    filler = program[-1] & ((1 << padding) - 1) if program and padding < 5 else 1
    lengths = {20, 32} if version == 0 else {32} if version == 1 else set(range(2, 41))
    return version <= 16 and check == right and size in lengths and filler == 0


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for place, generator in enumerate(_GENERATOR):
            check ^= generator if (top >> place) & 1 else 0
    return check


def checksummed(digits: str) -> str:
    """Forty hex digits in the mixed case of EIP-55."""
    # The library is loaded by the first address that needs it, not by the node's start.
    from Crypto.Hash import keccak

    lower = digits.lower()
    shadow = keccak.new(digest_bits=256, data=lower.encode("ascii")).hexdigest()
    return "".join(
        letter.upper() if int(mark, 16) >= 8 else letter for letter, mark in zip(lower, shadow, strict=False)
    )
