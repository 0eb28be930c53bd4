"""Certificates as others make them, and the door at which they are shown, served over real TLS."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import socket
import ssl
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import httpx2
import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from lienlac.assembly import doors
from lienlac.cli.serving.certified import CertificateTrust, CertifiedProtocol, only_below
from lienlac.cli.serving.server import Doors
from lienlac.intelligence.taxii import DISCOVERY
from tests.intelligence.served import TAXII

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.security.house import House

BEGINS: Final = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
ENDS: Final = dt.datetime(2040, 1, 1, tzinfo=dt.UTC)


class Made:
    """A certificate and its key."""

    def __init__(
        self,
        name: str = "siem.example",
        *,
        by: Made | None = None,
        key: Any = None,
        begins: dt.datetime = BEGINS,
        ends: dt.datetime = ENDS,
        extensions: tuple[tuple[x509.ExtensionType, bool], ...] = ((x509.BasicConstraints(False, None), True),),
    ) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1()) if key is None else key
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        builder = x509.CertificateBuilder().subject_name(self.name).issuer_name(by.name if by else self.name)
        builder = builder.public_key(self.key.public_key()).serial_number(x509.random_serial_number())
        builder = builder.not_valid_before(begins).not_valid_after(ends)
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical)
        self.certificate = builder.sign(by.key if by else self.key, hashes.SHA256())
        self.pem = self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    @property
    def key_pem(self) -> str:
        return self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()

    def files(self, folder: Path) -> tuple[Path, Path]:
        """Certificate and key on the disk."""
        name = format(self.certificate.serial_number, "x")
        (folder / f"{name}.pem").write_text(self.pem)
        (folder / f"{name}.key").write_text(self.key_pem)
        return folder / f"{name}.pem", folder / f"{name}.key"


def rsa_key(bits: int) -> Any:
    return rsa.generate_private_key(65_537, bits)


class CertifiedDoor:
    """The door of a node of `house`; `door.trust.look()` acts on what was bound since."""

    def __init__(self, house: House, folder: Path) -> None:
        self.house, self.folder = house, folder
        self.server = Made(
            "taxii.example", extensions=((x509.SubjectAlternativeName([x509.DNSName("localhost")]), False),)
        )
        certificate, key = self.server.files(folder)
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self._socket.listen(64)  # who calls before the server has started waits
        self.port = self._socket.getsockname()[1]
        self.url = f"https://localhost:{self.port}"
        settings = dataclasses.replace(house.node.settings, certificates_port=self.port, certificates_url=self.url)
        node = dataclasses.replace(house.node, settings=settings)
        self.trust = CertificateTrust(node, Doors(certificate=certificate, key=key).shown)
        config = uvicorn.Config(
            only_below(doors.people_app(node), DISCOVERY),
            http=CertifiedProtocol,
            proxy_headers=False,
            log_config=None,
            timeout_graceful_shutdown=1,
            ws="none",
            lifespan="off",
            ssl_context_factory=lambda _config, _default: self.trust.tls.context,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)
        self._socket.close()

    def context(self, made: Made | None, *, chain: Made | None = None) -> ssl.SSLContext:
        """How a program calls, with this certificate or none."""
        context = ssl.create_default_context(cadata=self.server.pem)
        context.verify_flags &= ~ssl.VerifyFlags.VERIFY_X509_STRICT
        if made is not None:
            certificate, key = made.files(self.folder)
            if chain is not None:
                certificate.write_text(made.pem + chain.pem)
            context.load_cert_chain(certificate, key)
        return context

    @contextlib.contextmanager
    def caller(self, made: Made | None = None, *, chain: Made | None = None) -> Iterator[httpx2.Client]:
        """A program that shows this certificate."""
        context = self.context(made, chain=chain)
        with httpx2.Client(
            base_url=self.url, verify=context, trust_env=False, headers={"Accept": TAXII}, timeout=20
        ) as client:
            yield client
