"""A stage for notices: real mail and web servers on loopback, a hand-turned clock, accounts with channels."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import ssl
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from lienlac import ids
from lienlac.keys.rest.safe import Safe
from lienlac.notices.channels import Address, Channel, ChannelKind
from lienlac.notices.courier import rounds, smtp, webhook
from lienlac.notices.courier.rounds import Rounds
from lienlac.notices.notice import About, Notice
from lienlac.notices.signature import new_secret
from lienlac.notices.store import channels as rows
from lienlac.notices.store import queue
from lienlac.notices.wording import House
from lienlac.outside import courier
from lienlac.people import accounts
from lienlac.people.officer import Officer, Role
from lienlac.people.passwords import Hasher
from lienlac.storage.database import Database
from tests.people.offices import office
from tests.world.fakes import HandClock, SeededChance

HOUSE = House(node_id="vn-a05", name_vi="Cục A05", name_en="A05", url="https://node.example")
SAFE = Safe(b"k" * 32)
SENDER = "node@a05.example"
CHEAP = Hasher(memory_kib=64, rounds=1)


def notice(owner: str, number: int = 1, **more: Any) -> Notice:
    values: dict[str, Any] = {
        "id": f"ntc-{number:026d}".replace("0", "a").replace("1", "b"),
        "owner": owner,
        "about": About.REQUEST_DUE,
        "urgency": "hot",
        "path": "/requests/req-aaaaaaaaaaaaaaaaaaaaaaaaaa",
        "kind": "hotline.freeze-payment",
        "reference": "US-2026-000017",
        "percent": 50,
        "thing": "alm-aaaaaaaaaaaaaaaaaaaaaaaaaa",
    }
    return Notice(**{**values, **more})


# --- certificates -------------------------------------------------------------------------------------------------


@cache
def certificate(name: str = "localhost") -> tuple[str, str]:
    """A certificate for a name and 127.0.0.1, and its key, both PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    names = [x509.DNSName(name), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return made.public_bytes(serialization.Encoding.PEM).decode(), secret.decode()


def serving_tls(folder: Path, name: str = "localhost") -> ssl.SSLContext:
    pem, key = certificate(name)
    file = folder / f"{name}.pem"
    file.write_text(pem + key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def trusting(name: str = "localhost") -> ssl.SSLContext:
    return ssl.create_default_context(cadata=certificate(name)[0])


# --- a mail server ------------------------------------------------------------------------------------------------


@dataclass
class Mailbox:
    """Takes mail as a second implementation of SMTP sees it."""

    answer: str = "250 taken"
    refuse_recipient: str = ""
    taken: list[Any] = field(default_factory=list)
    signed_in: list[tuple[bytes, bytes]] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    port: int = 0

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.refuse_recipient:
            return self.refuse_recipient
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.encrypted.append(server.transport.get_extra_info("sslcontext") is not None)
        if self.answer.startswith("250"):
            self.taken.append(envelope)
        return self.answer

    def check(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        self.signed_in.append((data.login, data.password))
        return AuthResult(success=data.password == b"right horse", handled=False)

    @contextlib.asynccontextmanager
    async def serving(
        self, *, starttls: ssl.SSLContext | None = None, tls: ssl.SSLContext | None = None, sign_in: bool = False
    ) -> AsyncIterator[Mailbox]:
        loop = asyncio.get_running_loop()

        def protocol() -> SMTP:
            return SMTP(
                self, hostname="mail.test", tls_context=starttls, loop=loop, authenticator=self.check,
                auth_required=sign_in, auth_require_tls=starttls is not None,
            )  # fmt: skip

        server = await loop.create_server(protocol, "127.0.0.1", 0, ssl=tls)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            await server.wait_closed()


# --- a web server -------------------------------------------------------------------------------------------------


@dataclass
class Got:
    """One call that a web server heard."""

    line: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Web:
    """Hears webhooks. `answer` is the whole response; None says nothing until the caller gives up."""

    answer: bytes | None = b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"
    drip: bool = False
    heard: list[Got] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            given = {line.partition(": ")[0].lower(): line.partition(": ")[2] for line in head[1:] if line}
            body = await reader.readexactly(int(given.get("content-length", "0")))
            self.heard.append(Got(head[0], given, body))
            if self.answer is None:
                await reader.read()  # until the caller hangs up
            elif self.drip:
                writer.write(self.answer[:12])
                await writer.drain()
                await reader.read()
            else:
                writer.write(self.answer)
                await writer.drain()
        writer.close()

    @contextlib.asynccontextmanager
    async def serving(self, tls: ssl.SSLContext | None = None) -> AsyncIterator[Web]:
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0, ssl=tls)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            await server.wait_closed()


# --- a node's notices ---------------------------------------------------------------------------------------------


@dataclass
class Desk:
    """One node's notices: a database, officers with channels, and workers."""

    database: Database
    clock: HandClock = field(default_factory=HandClock)
    chance: SeededChance = field(default_factory=lambda: SeededChance("desk"))
    ways: dict[ChannelKind, Any] = field(default_factory=dict)
    people: dict[str, Officer] = field(default_factory=dict)

    def officer(self, login: str, language: Any = "en", **more: Any) -> Officer:
        made = self.database.write(
            lambda connection: accounts.create(
                connection, login=login, name=f"Officer {login}", unit=office(connection, "A05"), roles=(Role.DUTY_OFFICER,),
                secrets=accounts.make_secrets(self.chance, CHEAP), safe=SAFE,
                now=self.clock.now(), chance=self.chance, language=language, **more,
            )
        )  # fmt: skip
        self.people[login] = made.officer
        return made.officer

    def channel(self, owner: str, kind: ChannelKind, to: str, *, verified: bool = True, place: int = 0) -> Channel:
        channel_id = ids.new_id("chn", self.chance)
        secret = new_secret(self.chance.token(24)) if kind is ChannelKind.WEBHOOK else ""
        made = Channel(
            id=channel_id, owner=owner, kind=kind, shown=to[:20], place=place,
            verified_at=self.clock.now() if verified else None,
            sealed=rounds.seal(Address(to=to, secret=secret), SAFE, channel_id),
        )  # fmt: skip
        self.database.write(lambda connection: rows.add(connection, made, self.clock.now()))
        return made

    def queue(self, one: Notice, **more: Any) -> None:
        self.database.write(lambda connection: queue.put(connection, one, at=self.clock.now(), **more))

    def rounds(self, seed: str = "worker") -> Rounds:
        return Rounds(
            database=self.database, clock=self.clock, chance=SeededChance(seed), safe=SAFE, ways=self.ways,
            language="en",
        )  # fmt: skip

    def deliver(self, worker: Rounds | None = None) -> int:
        return asyncio.run((worker or self.rounds()).deliver_due(self.clock.now()))

    def outcome(self, one: Notice) -> Any:
        with self.database.read() as connection:
            return queue.outcomes(connection, [one.id])[one.id]

    def tries(self, one: Notice) -> list[Any]:
        with self.database.read() as connection:
            return queue.tries(connection, [one.id])

    def reload(self, channel: Channel) -> Channel:
        with self.database.read() as connection:
            found = rows.get(connection, channel.id)
        assert found is not None
        return found


def mail_way(port: int, security: Any = "none", **more: Any) -> smtp.MailWay:
    server = smtp.MailServer(host="127.0.0.1", port=port, security=security, sender=SENDER, **more)
    return smtp.MailWay(server, HOUSE)


def web_way(
    trust: ssl.SSLContext | None = None, inside: frozenset[str] = frozenset(), resolve: Any = courier.resolve
) -> webhook.WebhookWay:
    return webhook.WebhookWay(HOUSE, trust or trusting(), inside, resolve)


def resolving(*answers: list[str]) -> tuple[Callable[..., Any], list[str]]:
    """A name service that gives these answers one after the other, and the names it was asked for."""
    asked: list[str] = []

    async def resolve(host: str, _port: int) -> list[str]:
        asked.append(host)
        return answers[min(len(asked), len(answers)) - 1]

    return resolve, asked
