"""Feeds random bytes to everything that reads bytes from outside: the only exception allowed is `Refused`.

    ./dev run pip install atheris
    ./dev run python fuzz/fuzz_parsers.py [name …] [-- libFuzzer options]

Without names all parsers are fuzzed in turn, chosen by the first byte of each input. Without atheris a short run over
pseudo-random bytes is made instead, so that this file is exercised by the tests as well.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from lienlac import limits, strictjson
from lienlac.agreements import pairing, terms
from lienlac.errors import Refused
from lienlac.exchange.log import checking
from lienlac.identifiers import accounts, banks, contact, guess, vietqr
from lienlac.keys import card, fingerprint, jwe, jws, note
from lienlac.keys.suite import SealingKeys, SigningKeys
from lienlac.stix.checking import check as check_stix
from lienlac.stix.foreign import ftm, goaml, misp, misp_feed, tables
from lienlac.stix.reading import objects_of
from lienlac.stix.streaming import objects_in
from lienlac.wire import checkpoint, frame, message, proof, receipt, recovery

if TYPE_CHECKING:
    from collections.abc import Callable

_SEALING = SealingKeys.generate()
_VERIFYING = SigningKeys.generate().public


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _courier_file(data: bytes) -> None:
    head, *lines = data.split(b"\n")
    frame.decode_head(head, frame.CourierHead)
    for line in lines:
        frame.decode_item(line)


def _stix_table(data: bytes) -> None:
    seen = tables.preview(_text(data))
    mapping = tables.Mapping(columns=["domain", "account-number", "bank", "name"], delimiter=seen.delimiter)
    for _ in tables.objects(_text(data).splitlines(keepends=True), mapping, at_us=0):
        pass


PARSERS: dict[str, Callable[[bytes], object]] = {
    "stix-parcel": lambda data: objects_of(data, max_bytes=limits.MESSAGE_MAX_BYTES),
    "stix-stream": lambda data: list(objects_in([data[:7], data[7:]])),
    "stix-object": check_stix,
    "misp-file": misp.events_in,
    "misp-manifest": misp_feed.entries,
    "stix-table": _stix_table,
    "ftm": lambda data: ftm.objects_of(ftm.entities(data.splitlines()), at_us=0),
    "goaml": lambda data: goaml.objects_of(data, goaml.proposed(), at_us=0),
    "strictjson": lambda data: strictjson.loads(data, max_bytes=limits.MESSAGE_MAX_BYTES),
    "jws": jws.peek_kid,
    "jwe": lambda data: jwe.unseal(data, _SEALING, "lienlac-message"),
    "card": card.parse_card,
    "note": lambda data: note.verify_note(_text(data), _VERIFYING),
    "fingerprint": lambda data: fingerprint.parse(_text(data)),
    "message": message.decode,
    "receipt": receipt.decode_receipt,
    "reply": receipt.decode_reply,
    "state": recovery.decode_state,
    "record": recovery.decode_page,
    "delivery": frame.decode_delivery,
    "courier-file": _courier_file,
    "checkpoint": lambda data: checkpoint.decode(_text(data)),
    "proof-form": proof.decode,
    "proof": checking.check,
    "paper": pairing.decode_paper,
    "agreement": terms.decode_agreement,
    "vietqr": lambda data: vietqr.parse(_text(data)),
    "iban": lambda data: accounts.check_iban(_text(data)),
    "aba": lambda data: accounts.check_aba(_text(data)),
    "bic": lambda data: banks.check_bic(_text(data)),
    "phone": lambda data: contact.parse_phone(_text(data)),
    "email": lambda data: contact.parse_email(_text(data)),
    "url": lambda data: contact.parse_url(_text(data)),
    "guess": lambda data: guess(_text(data)),
}


def try_one(name: str, data: bytes) -> None:
    """One input to one parser; anything but `Refused` is a defect and flies."""
    try:
        PARSERS[name](data)
    except Refused:
        return


def try_any(names: list[str], data: bytes) -> None:
    """The first byte chooses the parser."""
    if data:
        try_one(names[data[0] % len(names)], data[1:])


def without_atheris(names: list[str], rounds: int, seed: int) -> None:
    """A short run: random bytes, and pieces that look like the real thing."""
    chance = random.Random(seed)
    pieces = [b'{"', b'":', b'{"payload":"', b'","signatures":[', b"}", b"]", b"1e999", b"\\ud800", b"e ", b".", b"\n"]
    pieces += [b'{"format":"lienlac-courier/1"', b"lienlac/vn-c02/1\n", b"000201010212", b"\xff", b"-", b"A" * 44]
    pieces += [
        b'{"objects":[',
        b'{"type":"file","id":"file--',
        b'"extensions":',
        b"<report>",
        b"<account>",
        b"<!DOCTYPE",
        b"]]>",
    ]
    for _ in range(rounds):
        data = b"".join(chance.choice(pieces) if chance.random() < 0.7 else chance.randbytes(4) for _ in range(8))
        for name in names:
            try_one(name, data)


def main() -> int:
    """Fuzz until something breaks, or make the short run."""
    names = [argument for argument in sys.argv[1:] if argument in PARSERS] or list(PARSERS)
    try:
        import atheris
    except ImportError:
        without_atheris(names, rounds=2_000, seed=1)
        print(f"atheris is not installed: a short run over {len(names)} parsers found nothing")
        return 0
    options = [argument for argument in sys.argv if argument not in PARSERS and argument != "--"]
    atheris.instrument_all()
    atheris.Setup(options, lambda data: try_any(names, data))
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
