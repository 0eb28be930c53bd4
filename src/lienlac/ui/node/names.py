"""What people read for each setting, in groups, and which settings are told only as set or not set. Words only."""

from __future__ import annotations

from typing import Final

from lienlac.ui.words import N_

GROUPS: Final[tuple[tuple[str, tuple[tuple[str, str], ...]], ...]] = (
    (
        N_("This node"),
        (
            ("node_id", N_("Node id")),
            ("name_vi", N_("Name in Vietnamese")),
            ("name_en", N_("Name in English")),
            ("country", N_("Country")),
            ("language", N_("Language of what the node says by itself")),
            ("time_zone", N_("Time zone of the same")),
            ("drill", N_("Everything here is a drill")),
        ),
    ),
    (
        N_("Where it runs"),
        (
            ("folder", N_("Folder")),
            ("database_url", N_("Database")),
            ("people_url", N_("Address for officers")),
            ("people_host", N_("Served to officers on")),
            ("people_port", N_("Port for officers")),
            ("certificates_url", N_("Address for programs with certificates")),
            ("certificates_host", N_("Served to programs with certificates on")),
            ("certificates_port", N_("Port for programs with certificates")),
            ("peers_url", N_("Address for partners")),
            ("peers_host", N_("Served to partners on")),
            ("peers_port", N_("Port for partners")),
            ("secure_cookies", N_("Cookies over HTTPS only")),
            ("passkey_domain", N_("Domain that passkeys belong to")),
            ("oidc_file", N_("File of outside sign-in services")),
        ),
    ),
    (
        N_("Notices"),
        (
            ("smtp_host", N_("Mail server")),
            ("smtp_port", N_("Its port")),
            ("smtp_security", N_("How the line to it is sealed")),
            ("smtp_user", N_("Signs in there as")),
            ("smtp_password_file", N_("File with the password")),
            ("smtp_sender", N_("Notices come from")),
            ("notice_ca_file", N_("Certificates of our own network")),
            ("webhook_hosts", N_("Hosts that webhooks may call")),
            ("apprise_services", N_("Apprise services that officers may use")),
        ),
    ),
    (
        N_("Feeds"),
        (
            ("feed_hosts", N_("Hosts that feeds may call")),
            ("feed_ca_file", N_("Certificates that feeds believe besides")),
        ),
    ),
    (
        N_("Files"),
        (
            ("attachments_folder", N_("Folder of attached files")),
            ("attachments_gb", N_("All files together, GB")),
            ("attachments_per_peer_gb", N_("Files from one partner, GB")),
            ("attachments_free_gb", N_("Stays free on the disk, GB")),
            ("scan_command", N_("Program that looks into files")),
        ),
    ),
)
"""Every setting once; a test holds that none is missing."""

HIDDEN: Final = frozenset({"smtp_password_file", "scan_command", "notice_ca_file", "feed_ca_file", "oidc_file"})
"""Told only as set or not set: what they hold helps nobody but an intruder."""
