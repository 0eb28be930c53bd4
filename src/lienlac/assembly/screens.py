"""How a node's screens are run, from its settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lienlac.installation import web_secret
from lienlac.ui.app import UiConfig

if TYPE_CHECKING:
    from lienlac.settings import Settings


def settings_of(settings: Settings, *, tls: bool) -> UiConfig:
    """How this node's screens are run."""
    return UiConfig(
        node_name_vi=settings.name_vi,
        node_name_en=settings.name_en,
        secret=web_secret(settings),
        https=settings.secure_cookies or tls,
        base_url=settings.url_for_people,
        certificates_url=settings.url_for_certificates,
        default_language="en" if settings.language == "en" else "vi",
        default_time_zone=settings.time_zone,
        drill=settings.drill,
        passkey_domain=settings.passkey_domain,
    )
