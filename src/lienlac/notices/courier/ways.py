"""The ways out of one node, made from its settings; and what the settings let officers enter as addresses."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from lienlac.errors import NotAllowed
from lienlac.notices.channels import ChannelKind
from lienlac.notices.courier.gateway import AppriseWay
from lienlac.notices.courier.smtp import MailServer, MailWay, Security
from lienlac.notices.courier.webhook import WebhookWay
from lienlac.notices.wording import House
from lienlac.outside import guard
from lienlac.settings import mail_password

if TYPE_CHECKING:
    from lienlac.notices.courier.carried import Way
    from lienlac.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """Origins in our own network for webhooks, services for Apprise."""

    inside: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()


def allowed(settings: Settings) -> Allowed:
    """What officers may enter. Raises `NotAllowed("settings-invalid")`."""
    return Allowed(inside=guard.origins(settings.webhook_hosts), services=frozenset(settings.apprise_services.split()))


def make(settings: Settings) -> dict[ChannelKind, Way]:
    """The ways. Raises `NotAllowed("mail-password-file" | "notice-ca-file")`."""
    house = House(
        node_id=settings.node_id,
        name_vi=settings.name_vi,
        name_en=settings.name_en,
        url=settings.url_for_people.rstrip("/"),
    )
    trust, may = _trust(settings), allowed(settings)
    server = None
    if settings.smtp_host:
        server = MailServer(
            host=settings.smtp_host,
            port=settings.smtp_port,
            security=cast("Security", settings.smtp_security),  # held by the settings' own rules
            sender=settings.smtp_sender,
            user=settings.smtp_user,
            password=mail_password(settings),
            trust=trust,
        )
    return {
        ChannelKind.EMAIL: MailWay(server, house),
        ChannelKind.WEBHOOK: WebhookWay(house, trust, may.inside),
        ChannelKind.APPRISE: AppriseWay(house, may.services),
    }


def _trust(settings: Settings) -> ssl.SSLContext:
    """The machine's certificates and those of the setting; an error names the file."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if settings.notice_ca_file:
        try:
            context.load_verify_locations(cafile=settings.notice_ca_file)
        except OSError as error:  # ssl.SSLError is one
            raise NotAllowed("notice-ca-file", path=settings.notice_ca_file) from error
    return context
