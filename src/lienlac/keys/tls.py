"""The outer door: self-signed certificates, pins, and TLS 1.3 contexts that trust exactly the peers (clause 11.2).

No certificate authority is asked: a peer's certificate stands on its node card, and only cards that two officers
compared are trusted. Tickets are off, so that a peer who was put out cannot come back with an old session. The door
keeps strangers out; authority comes from the signatures behind it, and the pin is asked again on every request.
"""

from __future__ import annotations

import hashlib
import secrets
import ssl
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from lienlac import limits
from lienlac.errors import NotAllowed, Refused

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

_CERTIFICATE_DAYS = 3_650
_BACKDATED_DAYS = 1
"""A peer's clock may be behind ours."""
_SECP256R1 = "secp256r1"
_DATES_IGNORED = ssl.VerifyFlags(0x20_0000)
"""OpenSSL's X509_V_FLAG_NO_CHECK_TIME: trust ends by a new card, not by a date, so a link must not fall because a
clock is wrong; the pin decides."""


@dataclass(frozen=True)
class TlsIdentity:
    """A TLS private key (PKCS #8 PEM) and its self-signed certificate (PEM)."""

    key_pem: str
    certificate_pem: str

    @cached_property
    def pin(self) -> str:
        """The certificate's pin."""
        return pin(ssl.PEM_cert_to_DER_cert(self.certificate_pem))

    def __repr__(self) -> str:
        return f"TlsIdentity({self.pin})"


def make_certificate(node_id: str, now: datetime) -> TlsIdentity:
    """A fresh P-256 key and its certificate, good for ten years: trust ends by a new card, not by a date."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, node_id)])
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    purposes = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=_BACKDATED_DAYS))
        .not_valid_after(now + timedelta(days=_CERTIFICATE_DAYS))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(node_id)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    key_pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return TlsIdentity(key_pem.decode("ascii"), certificate.public_bytes(serialization.Encoding.PEM).decode("ascii"))


def pin(der: bytes) -> str:
    """SHA-256 (hex) of the certificate's public key (SPKI); raises `Refused("certificate-refused")`."""
    return _pin(der)


@lru_cache(maxsize=limits.PEERS_MAX * limits.CARD_MAX_CERTIFICATES)
def _pin(der: bytes) -> str:
    try:
        key = x509.load_der_x509_certificate(der).public_key()
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Refused("certificate-refused", reason="not a certificate") from error
    spki = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(spki).hexdigest()


def check_certificate(pem: str) -> str:
    """The pin of a certificate that may stand on a node card.

    One certificate in its plain PEM form, signed by itself, with a P-256 or Ed25519 key, and no authority over
    others: a trusted certificate must never make a second one trusted. Raises `Refused("certificate-refused")`.
    """
    if len(pem) > limits.CERTIFICATE_MAX_BYTES or not pem.isascii():
        raise Refused("certificate-refused", reason="too large")
    try:
        certificate = x509.load_pem_x509_certificate(pem.encode("ascii"))
        if certificate.public_bytes(serialization.Encoding.PEM).decode("ascii") != pem:
            raise Refused("certificate-refused", reason="not plain PEM")
        key = certificate.public_key()
        p256 = isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name == _SECP256R1
        if not p256 and not isinstance(key, ed25519.Ed25519PublicKey):
            raise Refused("certificate-refused", reason="the key is neither P-256 nor Ed25519")
        certificate.verify_directly_issued_by(certificate)
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    except InvalidSignature as error:
        raise Refused("certificate-refused", reason="not signed by itself") from error
    except (ValueError, TypeError, UnsupportedAlgorithm, x509.ExtensionNotFound, x509.DuplicateExtension) as error:
        raise Refused("certificate-refused", reason="not understood") from error
    if constraints.ca:
        raise Refused("certificate-refused", reason="it may sign other certificates")
    return pin(certificate.public_bytes(serialization.Encoding.DER))


def server_context(identity: TlsIdentity, peer_certificates: Iterable[str]) -> ssl.SSLContext:
    """A context for the peers' listener: TLS 1.3 only, a client certificate demanded, these peers trusted (PEM)."""
    context = _context(ssl.PROTOCOL_TLS_SERVER, identity, peer_certificates)
    context.num_tickets = 0
    return context


def client_context(identity: TlsIdentity, peer_certificates: Iterable[str]) -> ssl.SSLContext:
    """A context for calls to one peer: its certificates (PEM) and no other; host names mean nothing here."""
    return _context(ssl.PROTOCOL_TLS_CLIENT, identity, peer_certificates)


def peer_pin(connection: ssl.SSLObject | ssl.SSLSocket) -> str | None:
    """The pin of the certificate at the other end, None when it showed none."""
    der = connection.getpeercert(binary_form=True)
    return pin(der) if der else None


class ServerTls:
    """The listener's TLS, changed while it runs.

    Give `context` to the server once; `reload` acts on every connection that begins afterwards. A connection that
    stands is judged by its pin on every request.
    """

    def __init__(self, identity: TlsIdentity, peer_certificates: Iterable[str]) -> None:
        self._present = server_context(identity, peer_certificates)
        self.context = server_context(identity, ())
        # called in every handshake, also when the caller names no host
        self.context.sni_callback = self._swap

    def reload(self, identity: TlsIdentity, peer_certificates: Iterable[str]) -> None:
        """From now on this identity is shown and exactly these peers are trusted."""
        self._present = server_context(identity, peer_certificates)

    def _swap(self, connection: ssl.SSLObject, _name: str | None, _context: ssl.SSLContext) -> None:
        connection.context = self._present


def _context(protocol: int, identity: TlsIdentity, peer_certificates: Iterable[str]) -> ssl.SSLContext:
    context = ssl.SSLContext(protocol)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.options |= ssl.OP_NO_TICKET | ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
    context.check_hostname = False
    context.verify_mode = ssl.CERT_REQUIRED
    context.verify_flags |= _DATES_IGNORED
    load_identity(context, identity)
    for certificate in peer_certificates:
        check_certificate(certificate)
        context.load_verify_locations(cadata=certificate)
    return context


def load_identity(context: ssl.SSLContext, identity: TlsIdentity) -> None:
    """Show this certificate when asked for one. Raises `NotAllowed("key-unusable")`.

    `ssl` reads keys from files only: the key is on the disk for a moment, under a password nobody knows.
    """
    password = secrets.token_hex(32)
    try:
        key = serialization.load_pem_private_key(identity.key_pem.encode("ascii"), password=None)
        locked = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(password.encode("ascii")),
        )
        with tempfile.TemporaryDirectory(prefix="lienlac-") as directory:
            file = Path(directory, "identity.pem")
            file.write_bytes(locked + identity.certificate_pem.encode("ascii"))
            context.load_cert_chain(file, password=password)
    except (ValueError, OSError) as error:  # ssl.SSLError is an OSError
        raise NotAllowed("key-unusable") from error
