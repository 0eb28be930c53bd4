"""What people call the types of objects and the ways in which they hang together. Words only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lienlac.ui.words import N_

if TYPE_CHECKING:
    from lienlac.ui.words import Words

TYPES: Final = {
    "app-package": N_("App package"),
    "artifact": N_("Artifact"),
    "attack-pattern": N_("Attack pattern"),
    "autonomous-system": N_("Autonomous system"),
    "bank-account": N_("Bank account"),
    "campaign": N_("Campaign"),
    "course-of-action": N_("Counter-measure"),
    "cryptocurrency-wallet": N_("Cryptocurrency wallet"),
    "directory": N_("Directory"),
    "domain-name": N_("Domain name"),
    "email-addr": N_("E-mail address"),
    "email-message": N_("E-mail message"),
    "extension-definition": N_("Extension definition"),
    "file": N_("File"),
    "financial-transaction": N_("Financial transaction"),
    "grouping": N_("Grouping"),
    "hostname": N_("Host name"),
    "identity": N_("Identity"),
    "incident": N_("Incident"),
    "indicator": N_("Indicator"),
    "infrastructure": N_("Infrastructure"),
    "intrusion-set": N_("Intrusion set"),
    "ipv4-addr": N_("IPv4 address"),
    "ipv6-addr": N_("IPv6 address"),
    "language-content": N_("Translation"),
    "location": N_("Location"),
    "mac-addr": N_("MAC address"),
    "malware": N_("Malware"),
    "malware-analysis": N_("Malware analysis"),
    "marking-definition": N_("Marking definition"),
    "messaging-account": N_("Messaging account"),
    "mutex": N_("Mutex"),
    "network-traffic": N_("Network traffic"),
    "note": N_("Analyst's note"),
    "observed-data": N_("Observed data"),
    "opinion": N_("Opinion"),
    "payment-card": N_("Payment card"),
    "phone-number": N_("Phone number"),
    "process": N_("Process"),
    "relationship": N_("Relationship"),
    "report": N_("Threat report"),
    "sighting": N_("Sighting"),
    "software": N_("Software"),
    "threat-actor": N_("Threat actor"),
    "tool": N_("Tool"),
    "url": N_("Web address"),
    "user-account": N_("User account"),
    "vulnerability": N_("Vulnerability"),
    "windows-registry-key": N_("Windows registry key"),
    "x509-certificate": N_("X.509 certificate"),
}


def type_label(words: Words, type_: str) -> str:
    """A type in the reader's language; one that nobody has named shows itself."""
    return words.gettext(TYPES[type_]) if type_ in TYPES else type_


def choices(words: Words) -> list[tuple[str, str]]:
    """Every type that has a name, by that name."""
    return sorted(((code, words.gettext(text)) for code, text in TYPES.items()), key=lambda pair: pair[1].casefold())
