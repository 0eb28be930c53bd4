"""Certificates of programs: what one says, whether it may be bound, and TLS that lets exactly those in that are bound.

No authority is asked: an officer binds one certificate to one of their tokens by its fingerprint, so who issued it says
nothing. TLS keeps strangers and ended certificates out; the fingerprint is asked again on every request.
"""

from __future__ import annotations

import hashlib
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from lienlac import limits
from lienlac.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

_RSA_MIN_BITS: Final = 2_048
_CURVES: Final = frozenset({"secp256r1", "secp384r1", "secp521r1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientCertificate:
    """One certificate that may be bound. `fingerprint` is the SHA-256 of all of it, in hexadecimal."""

    fingerprint: str
    der: bytes
    subject: str
    begins: datetime
    ends: datetime


def fingerprint(der: bytes) -> str:
    """The SHA-256 of a certificate, as openssl and browsers show it, without colons."""
    return hashlib.sha256(der).hexdigest()


def read(pem: str, now: datetime) -> ClientCertificate:
    """The one certificate in this text.

    Raises `Refused("client-certificate")` for what is none or too weak, and for one that may sign others: whoever
    holds its key could make more. `Refused("client-certificate-dates")` for one that is not valid now.
    """
    if len(pem) > limits.CLIENT_CERTIFICATE_MAX_CHARS or not pem.isascii():
        raise _refused("it is too large, or no PEM")
    if "PRIVATE KEY" in pem:
        raise _refused("it holds a private key: that one stays with the program")
    try:
        found = x509.load_pem_x509_certificates(pem.encode("ascii"))
        certificate = found[0]
        key = certificate.public_key()
        subject = certificate.subject.rfc4514_string()
        authority = _is_authority(certificate)
        der = certificate.public_bytes(serialization.Encoding.DER)
    except (ValueError, TypeError, UnsupportedAlgorithm, x509.DuplicateExtension) as error:
        raise _refused("it is not understood") from error
    if len(found) != 1:
        raise _refused("there are several: give the program's own alone")
    strong = (
        (isinstance(key, rsa.RSAPublicKey) and key.key_size >= _RSA_MIN_BITS)
        or (isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in _CURVES)
        or isinstance(key, ed25519.Ed25519PublicKey)
    )
    if not strong:
        raise _refused("its key is too weak, or of a kind that is not taken")
    if authority:
        raise _refused("it may sign other certificates")
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if not begins <= now < ends:
        raise Refused("client-certificate-dates", field="certificate", begins=f"{begins:%F}", ends=f"{ends:%F}")
    return ClientCertificate(
        fingerprint=fingerprint(der),
        der=der,
        subject="".join(letter for letter in subject if letter.isprintable())[: limits.LINE_MAX_CHARS],
        begins=begins,
        ends=ends,
    )


def _is_authority(certificate: x509.Certificate) -> bool:
    """Whether something that it signs could be believed; the oldest form may sign whatever it likes."""
    if certificate.version is not x509.Version.v3:
        return True
    for kind, signs in ((x509.BasicConstraints, "ca"), (x509.KeyUsage, "key_cert_sign")):
        try:
            if getattr(certificate.extensions.get_extension_for_class(kind).value, signs):
                return True
        except x509.ExtensionNotFound:
            continue
    return False


def _refused(reason: str) -> Refused:
    return Refused("client-certificate", field="certificate", reason=reason)


class ClientTls:
    """The TLS of the door for certificates, changed while it runs.

    Give `context` to the server once. Who shows no certificate passes, and is told by the application what is asked
    for; who shows one that is not bound, or no longer valid, is refused in the handshake.
    """

    def __init__(self, make: Callable[[], ssl.SSLContext], certificates: Iterable[bytes]) -> None:
        """`make` gives the server's own certificate and key, as they are on the disk at that moment."""
        self._make = make
        self._present = self._trusting(certificates)
        self.context = self._trusting(())
        self.context.sni_callback = self._swap

    def reload(self, certificates: Iterable[bytes]) -> None:
        """From now on exactly these are let in."""
        self._present = self._trusting(certificates)

    def _trusting(self, certificates: Iterable[bytes]) -> ssl.SSLContext:
        context = self._make()
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.options |= ssl.OP_NO_TICKET | ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
        context.num_tickets = 0  # no session outlives the certificate that began it
        context.verify_mode = ssl.CERT_OPTIONAL
        context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
        if bound := b"".join(certificates):
            context.load_verify_locations(cadata=bound)
        return context

    def _swap(self, connection: ssl.SSLObject, _name: str | None, _context: ssl.SSLContext) -> None:
        connection.context = self._present


def shown(connection: ssl.SSLObject | None) -> str:
    """The fingerprint of the certificate at the other end; "" when it showed none."""
    der = None if connection is None else connection.getpeercert(binary_form=True)
    return fingerprint(der) if der else ""
