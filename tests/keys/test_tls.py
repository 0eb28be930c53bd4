"""The outer door opens to exactly the peers on the list, at every moment (clause 11.2)."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from lienlac.errors import NotAllowed, Refused
from lienlac.keys import tls

NOW = datetime.now(UTC)
SERVER = tls.make_certificate("xa-north", NOW)
CLIENT = tls.make_certificate("xb-south", NOW)
STRANGER = tls.make_certificate("xb-south", NOW)
LISTED = (CLIENT.certificate_pem,)
HANDSHAKE_REFUSED = (ssl.SSLError, ConnectionError, asyncio.IncompleteReadError)


async def call(server: ssl.SSLContext, client: ssl.SSLContext) -> tuple[str | None, str | None, str | None]:
    """One connection over loopback; the pins each side sees of the other, and the TLS version."""
    seen: list[str | None] = []

    async def greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(tls.peer_pin(writer.get_extra_info("ssl_object")))
        writer.write(b"hello")
        await writer.drain()
        writer.close()

    listening = await asyncio.start_server(greet, "127.0.0.1", 0, ssl=server)
    async with listening:
        port = listening.sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=client)
        try:
            # in TLS 1.3 a client learns that its certificate was refused when it first reads
            assert await reader.readexactly(5) == b"hello"
            connection = writer.get_extra_info("ssl_object")
            return tls.peer_pin(connection), seen[0], connection.version()
        finally:
            writer.close()
            with suppress(ssl.SSLError, ConnectionError):
                await writer.wait_closed()


def meet(server: ssl.SSLContext, client: ssl.SSLContext) -> tuple[str | None, str | None, str | None]:
    return asyncio.run(call(server, client))


def loosened(identity: tls.TlsIdentity, trusted: Iterable[str]) -> ssl.SSLContext:
    """A client that a careless or hostile peer might use."""
    context = tls.client_context(identity, trusted)
    context.verify_mode = ssl.CERT_NONE
    return context


def test_the_right_peers_meet_over_tls_1_3() -> None:
    server = tls.server_context(SERVER, LISTED)
    client = tls.client_context(CLIENT, [SERVER.certificate_pem])
    assert meet(server, client) == (SERVER.pin, CLIENT.pin, "TLSv1.3")


@pytest.mark.parametrize("years", [-11, 1], ids=["expired", "not yet begun"])
def test_a_wrong_clock_shuts_no_door_whatever_dates_a_certificate_bears(years: int) -> None:
    server, client = (
        tls.make_certificate(name, NOW + timedelta(days=366 * years)) for name in ("xa-north", "xb-south")
    )
    pins = meet(
        tls.server_context(server, [client.certificate_pem]), tls.client_context(client, [server.certificate_pem])
    )
    assert pins == (server.pin, client.pin, "TLSv1.3")


def test_a_strange_client_is_refused_though_it_bears_the_same_name() -> None:
    with pytest.raises(HANDSHAKE_REFUSED):
        meet(tls.server_context(SERVER, LISTED), tls.client_context(STRANGER, [SERVER.certificate_pem]))


def test_a_client_without_certificate_is_refused() -> None:
    bare = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    bare.check_hostname = False
    bare.load_verify_locations(cadata=SERVER.certificate_pem)
    with pytest.raises(HANDSHAKE_REFUSED):
        meet(tls.server_context(SERVER, LISTED), bare)


def test_a_changed_server_certificate_is_refused() -> None:
    other = tls.make_certificate("xa-north", NOW)
    with pytest.raises(ssl.SSLCertVerificationError):
        meet(tls.server_context(other, LISTED), tls.client_context(CLIENT, [SERVER.certificate_pem]))


def test_tls_1_2_is_refused_by_both() -> None:
    old_client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old_client.check_hostname = False
    old_client.verify_mode = ssl.CERT_NONE
    old_client.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises(HANDSHAKE_REFUSED):
        meet(tls.server_context(SERVER, LISTED), old_client)
    old_server = tls.server_context(SERVER, LISTED)
    old_server.minimum_version = ssl.TLSVersion.TLSv1_2
    old_server.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises(HANDSHAKE_REFUSED):
        meet(old_server, tls.client_context(CLIENT, [SERVER.certificate_pem]))


def test_nobody_is_let_in_while_nobody_is_listed() -> None:
    with pytest.raises(HANDSHAKE_REFUSED):
        meet(tls.server_context(SERVER, ()), loosened(CLIENT, ()))


def test_a_server_is_trusted_by_nobody_who_lists_nobody() -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        meet(tls.server_context(SERVER, LISTED), tls.client_context(CLIENT, ()))


def test_the_list_and_the_certificate_change_while_the_door_is_open() -> None:
    door = tls.ServerTls(SERVER, ())
    client = tls.client_context(CLIENT, [SERVER.certificate_pem])
    with pytest.raises(HANDSHAKE_REFUSED):
        meet(door.context, client)
    door.reload(SERVER, LISTED)
    assert meet(door.context, client)[1] == CLIENT.pin
    renewed = tls.make_certificate("xa-north", NOW)
    door.reload(renewed, LISTED)
    with pytest.raises(ssl.SSLCertVerificationError):
        meet(door.context, client)
    assert meet(door.context, tls.client_context(CLIENT, [renewed.certificate_pem]))[0] == renewed.pin
    door.reload(renewed, [STRANGER.certificate_pem])
    with pytest.raises(HANDSHAKE_REFUSED):
        meet(door.context, tls.client_context(CLIENT, [renewed.certificate_pem]))


class Pair:
    """Two ends in memory, so that a session can be offered again."""

    def __init__(self, server: ssl.SSLContext, client: ssl.SSLContext, session: ssl.SSLSession | None = None) -> None:
        to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.server = server.wrap_bio(to_server, to_client, server_side=True)
        self.client = client.wrap_bio(to_client, to_server, session=session)
        self._turn(self.client.do_handshake, self.server.do_handshake)
        self.server.write(b"hello")
        assert self.client.read(5) == b"hello"

    @staticmethod
    def _turn(*waiting: object) -> None:
        left = list(waiting)
        for _ in range(20):
            for shake in list(left):
                try:
                    shake()  # type: ignore[operator]
                    left.remove(shake)
                except ssl.SSLWantReadError:
                    pass
            if not left:
                return
        raise AssertionError


def test_a_revoked_peer_cannot_resume() -> None:
    door = tls.ServerTls(SERVER, LISTED)
    client = loosened(CLIENT, ())
    client.options &= ~ssl.OP_NO_TICKET
    first = Pair(door.context, client)
    session = first.client.session
    assert session is None or not session.has_ticket
    door.reload(SERVER, [STRANGER.certificate_pem])
    with pytest.raises(ssl.SSLError):
        Pair(door.context, client, session)
    door.reload(SERVER, LISTED)
    again = Pair(door.context, client, session)
    assert not again.client.session_reused


def test_the_door_swaps_also_when_no_host_is_named() -> None:
    door = tls.ServerTls(STRANGER, ())
    door.reload(SERVER, LISTED)
    pair = Pair(door.context, tls.client_context(CLIENT, [SERVER.certificate_pem]))
    assert tls.peer_pin(pair.client) == SERVER.pin
    assert tls.peer_pin(pair.server) == CLIENT.pin


# --- what may stand on a card -------------------------------------------------------------------------------------


def issue(
    *, ca: bool = False, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | None = None, signer: object = None
) -> str:
    key = key or ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "xb-south")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .sign(signer or key, hashes.SHA256())  # type: ignore[arg-type]
    )
    return made.public_bytes(serialization.Encoding.PEM).decode()


def test_only_plain_certificates_that_sign_for_nobody_may_stand_on_a_card() -> None:
    assert tls.check_certificate(CLIENT.certificate_pem) == CLIENT.pin
    assert len(tls.check_certificate(issue())) == 64
    refused = [
        issue(ca=True),
        issue(key=rsa.generate_private_key(65_537, 2_048)),
        issue(key=ec.generate_private_key(ec.SECP384R1())),
        issue(signer=ec.generate_private_key(ec.SECP256R1())),
        CLIENT.certificate_pem + SERVER.certificate_pem,
        CLIENT.certificate_pem.replace("\n", "\r\n"),
        CLIENT.key_pem,
        "",
        "é",
        "x" * 10_000,
    ]
    for pem in refused:
        with pytest.raises(Refused, match="certificate-refused"):
            tls.check_certificate(pem)
        with pytest.raises(Refused, match="certificate-refused"):
            tls.server_context(SERVER, [pem])


def test_a_pin_is_of_the_key_and_not_of_the_paper() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    assert tls.check_certificate(issue(key=key)) == tls.check_certificate(issue(key=key))
    with pytest.raises(Refused, match="certificate-refused"):
        tls.pin(b"no certificate")


def test_an_unusable_identity_is_our_own_fault() -> None:
    for key, certificate in (("", SERVER.certificate_pem), (CLIENT.key_pem, SERVER.certificate_pem)):
        with pytest.raises(NotAllowed, match="key-unusable"):
            tls.client_context(tls.TlsIdentity(key, certificate), ())


def test_the_key_does_not_show() -> None:
    assert "PRIVATE" not in repr(SERVER)
