"""Notices by e-mail, over TLS from the start or after STARTTLS; in the clear only where the settings say so.

STARTTLS is demanded, never tried: a server that does not offer it gets nothing. The password is in memory only, and no
answer of the server is kept or logged.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from typing import TYPE_CHECKING, Literal

import aiosmtplib

from lienlac import limits
from lienlac.errors import Refused
from lienlac.notices import wording
from lienlac.notices.channels import read_email
from lienlac.notices.courier.carried import NotDeliveredError

if TYPE_CHECKING:
    import ssl

    from lienlac.notices.courier.carried import Parcel
    from lienlac.notices.wording import House

Security = Literal["starttls", "tls", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where e-mail goes out. `trust` holds the certificates believed; it is used unless security is "none"."""

    host: str
    port: int
    security: Security
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    trust: ssl.SSLContext | None = None


class MailWay:
    """E-mail through one server; without a server every notice fails visibly."""

    def __init__(self, server: MailServer | None, house: House) -> None:
        self._server = server
        self._house = house

    async def carry(self, parcel: Parcel) -> None:
        """Hand the message to our mail server."""
        server = self._server
        if server is None:
            raise NotDeliveredError("mail-not-set-up", final=True)
        try:
            to = read_email(parcel.address.to)
        except Refused as error:
            raise NotDeliveredError(error.code, final=True) from None
        message = compose(parcel, self._house, server.sender)
        client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            timeout=limits.NOTICE_SEND_S,
            use_tls=server.security == "tls",
            start_tls=False,  # below, where its failure can be told from others
            tls_context=server.trust if server.security != "none" else None,
        )
        try:
            await client.connect()
            if server.security == "starttls":
                await _encrypt(client)
            if server.user:
                await client.login(server.user, server.password)
            await client.send_message(message, sender=server.sender, recipients=[to])
        except aiosmtplib.SMTPException as error:
            raise _failure(error) from None  # the server's words may hold what must not be kept
        except OSError:  # a certificate that is not believed is one
            raise NotDeliveredError("notice-unreachable") from None
        finally:
            client.close()


def compose(parcel: Parcel, house: House, sender: str) -> EmailMessage:
    """The message. Every header is made of patterned or flattened parts; the library refuses line breaks besides."""
    message = EmailMessage(policy=SMTP)
    message["From"] = formataddr((house.name(parcel.language), sender))
    message["To"] = parcel.address.to
    message["Subject"] = wording.subject(parcel.notice, parcel.language)
    message["Date"] = format_datetime(parcel.now)
    message["Message-ID"] = f"<{parcel.notice.id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    if parcel.notice.loud:
        message["Importance"] = "high"
    message.set_content(wording.text(parcel.notice, house, parcel.language), cte="quoted-printable")
    return message


async def _encrypt(client: aiosmtplib.SMTP) -> None:
    """STARTTLS or nothing: who takes the offer out on its way gets neither password nor notice."""
    await client.ehlo()
    if not client.supports_extension("starttls"):
        raise NotDeliveredError("mail-not-safe")
    await client.starttls()


def _failure(error: aiosmtplib.SMTPException) -> NotDeliveredError:
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return NotDeliveredError("mail-sign-in")
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        codes = [one.code for one in error.recipients]
        return NotDeliveredError("mail-recipient", final=bool(codes) and min(codes) >= 500)
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return NotDeliveredError("mail-refused", final=error.code >= 500)
    if isinstance(error, aiosmtplib.SMTPTimeoutError):
        return NotDeliveredError("notice-timeout")
    return NotDeliveredError("notice-unreachable")
