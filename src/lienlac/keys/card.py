"""The node card: who a node is and all its public keys, signed by the keys it names (clause 10.1).

Responsible for writing and reading cards. A card proves only that whoever made it holds its signing keys; that it is
the right authority's card is proven by two officers who compare its fingerprint.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 — read by msgspec at run time
from functools import cached_property
from typing import Annotated, Literal
from urllib.parse import urlsplit

import msgspec

from lienlac import limits, strictjson
from lienlac.errors import Refused
from lienlac.keys import jws, tls
from lienlac.keys.fingerprint import fingerprint
from lienlac.keys.suite import NodeKeys, SealingPublicKey, VerifyingKeys

CARD_TYP = "lienlac-card"

_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=limits.LINE_MAX_CHARS)]
_NodeId = Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2}(-[a-z0-9]{1,16}){1,3}\Z", max_length=40)]
_Country = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}\Z")]
_Url = Annotated[
    str, msgspec.Meta(pattern=r"^(https://[A-Za-z0-9.\-\[\]:]{1,255}(/[A-Za-z0-9._~\-/]*)?)?\Z", max_length=300)
]


def is_address(url: str) -> bool:
    """Whether a node can be called at this address: https, a host, a port that exists, and perhaps a path."""
    try:
        msgspec.convert(url, _Url)
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0
    except (msgspec.ValidationError, ValueError):
        return False


class _Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The signed payload."""

    format: Literal["lienlac-card/1"] = "lienlac-card/1"
    node_id: _NodeId
    name_vi: _Name
    name_en: _Name
    country: _Country
    url: _Url
    signing: Annotated[list[dict[str, str]], msgspec.Meta(min_length=2, max_length=2)]
    sealing: dict[str, str]
    tls_certificates: Annotated[list[str], msgspec.Meta(min_length=1, max_length=limits.CARD_MAX_CERTIFICATES)]
    created_at: Annotated[datetime, msgspec.Meta(tz=True)]


@dataclass(frozen=True)
class NodeCard:
    """A node as its card says. `url` is empty where the node can only call out or is not on a network at all.

    `tls_certificates` are PEM texts. Country is ISO 3166 alpha-2.
    """

    node_id: str
    name_vi: str
    name_en: str
    country: str
    url: str
    signing: VerifyingKeys
    sealing: SealingPublicKey
    tls_certificates: tuple[str, ...]
    created_at: datetime

    @cached_property
    def tls_pins(self) -> tuple[str, ...]:
        """SHA-256 (hex) of the public key of each TLS certificate."""
        return tuple(tls.check_certificate(certificate) for certificate in self.tls_certificates)

    @cached_property
    def fingerprint(self) -> str:
        """Eight groups of five digits over every key on the card."""
        return fingerprint(self.signing, self.sealing, self.tls_pins)


def make_card(
    keys: NodeKeys, *, node_id: str, name_vi: str, name_en: str, country: str, url: str, created_at: datetime
) -> bytes:
    """A node's own card as signed bytes (JWS); what it says is checked as a peer will check it.

    Raises `Refused("card-malformed")` for values that no peer would take.
    """
    body = _Body(
        node_id=node_id,
        name_vi=name_vi,
        name_en=name_en,
        country=country,
        url=url,
        signing=keys.signing.public.to_jwks(),
        sealing=keys.sealing.public.to_jwk(),
        tls_certificates=[keys.tls.certificate_pem],
        created_at=created_at,
    )
    card = jws.sign(msgspec.json.encode(body), keys.signing, CARD_TYP)
    parse_card(card)
    return card


def parse_card(card: bytes) -> NodeCard:
    """A card whose signatures hold under the keys inside it; nothing more is proven.

    Raises `Refused`: those of `jws.verify`, `card-malformed`, `key-malformed`, `certificate-refused`.
    """
    if len(card) > limits.CARD_MAX_BYTES:
        raise Refused("too-large", size_bytes=len(card), limit_bytes=limits.CARD_MAX_BYTES)
    payload = jws.payload_unverified(card)
    strictjson.check(payload, max_bytes=limits.CARD_MAX_BYTES)
    try:
        body = msgspec.json.decode(payload, type=_Body)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        raise Refused("card-malformed", reason=str(error)[: limits.LINE_MAX_CHARS]) from error
    if body.url and not is_address(body.url):
        raise Refused("card-malformed", reason="url")
    signing = VerifyingKeys.from_jwks(body.signing)
    jws.verify(card, signing, CARD_TYP, allow_batch=False)
    made = NodeCard(
        node_id=body.node_id,
        name_vi=body.name_vi,
        name_en=body.name_en,
        country=body.country,
        url=body.url,
        signing=signing,
        sealing=SealingPublicKey.from_jwk(body.sealing),
        tls_certificates=tuple(body.tls_certificates),
        created_at=body.created_at,
    )
    _ = made.tls_pins  # certificates are checked here and not at first use
    return made
