"""What people call the types of objects and the ways in which they hang together. Words only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lienlac.identifiers.contact import defang
from lienlac.intelligence.around.neighbour import Thing, type_of
from lienlac.ui.words import N_
from lienlac.vocabulary import tlp

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lienlac.intelligence.around.neighbour import Line
    from lienlac.intelligence.store.quarantine import Held
    from lienlac.interface.graph import Shape, Tone
    from lienlac.ui.words import Words

_SHORT: Final = 8
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


LOOKS: Final[dict[str, tuple[Shape, Tone]]] = {
    "identity": ("ellipse", "blue"),
    "threat-actor": ("ellipse", "blue"),
    "intrusion-set": ("ellipse", "blue"),
    "location": ("star", "blue"),
    "observed-data": ("ellipse", "plain"),
    "attack-pattern": ("hexagon", "amber"),
    "campaign": ("diamond", "amber"),
    "course-of-action": ("diamond", "green"),
    "incident": ("diamond", "red"),
    "malware": ("hexagon", "red"),
    "malware-analysis": ("rhomboid", "red"),
    "tool": ("round-rectangle", "red"),
    "vulnerability": ("star", "red"),
    "infrastructure": ("rectangle", "amber"),
    "software": ("round-rectangle", "plain"),
    "indicator": ("triangle", "red"),
    "sighting": ("star", "amber"),
    "bank-account": ("octagon", "green"),
    "payment-card": ("octagon", "green"),
    "cryptocurrency-wallet": ("octagon", "amber"),
    "financial-transaction": ("round-rectangle", "green"),
    "domain-name": ("rectangle", "blue"),
    "hostname": ("rectangle", "blue"),
    "url": ("rectangle", "blue"),
    "ipv4-addr": ("rectangle", "plain"),
    "ipv6-addr": ("rectangle", "plain"),
    "mac-addr": ("rectangle", "plain"),
    "autonomous-system": ("rectangle", "plain"),
    "network-traffic": ("rectangle", "plain"),
    "phone-number": ("pentagon", "green"),
    "messaging-account": ("pentagon", "green"),
    "user-account": ("pentagon", "green"),
    "email-addr": ("pentagon", "blue"),
    "email-message": ("pentagon", "blue"),
    "app-package": ("pentagon", "amber"),
    "report": ("rhomboid", "blue"),
    "grouping": ("rhomboid", "blue"),
    "note": ("rhomboid", "plain"),
    "opinion": ("rhomboid", "plain"),
    "language-content": ("rhomboid", "plain"),
    "file": ("round-rectangle", "amber"),
    "artifact": ("round-rectangle", "amber"),
    "directory": ("round-rectangle", "amber"),
    "process": ("round-rectangle", "amber"),
    "mutex": ("round-rectangle", "amber"),
    "windows-registry-key": ("round-rectangle", "amber"),
    "x509-certificate": ("round-rectangle", "amber"),
    "relationship": ("star", "plain"),
    "extension-definition": ("star", "plain"),
    "marking-definition": ("star", "plain"),
}
"""Outline and colour in a picture, together: what often stands side by side differs in its outline already."""
RELATIONS: Final = {
    "alias-of": N_("is an alias of"),
    "analysis-of": N_("is an analysis of"),
    "attributed-to": N_("is attributed to"),
    "authored-by": N_("was authored by"),
    "based-on": N_("is based on"),
    "beacons-to": N_("beacons to"),
    "belongs-to": N_("belongs to"),
    "characterizes": N_("characterises"),
    "communicates-with": N_("communicates with"),
    "compromises": N_("compromises"),
    "consists-of": N_("consists of"),
    "controls": N_("controls"),
    "delivers": N_("delivers"),
    "derived-from": N_("is derived from"),
    "downloads": N_("downloads"),
    "drops": N_("drops"),
    "duplicate-of": N_("is a duplicate of"),
    "dynamic-analysis-of": N_("is a dynamic analysis of"),
    "exfiltrates-to": N_("exfiltrates to"),
    "exploits": N_("exploits"),
    "has": N_("has"),
    "held-by": N_("is held by"),
    "hosts": N_("hosts"),
    "impersonates": N_("impersonates"),
    "indicates": N_("indicates"),
    "investigates": N_("investigates"),
    "located-at": N_("is located at"),
    "mitigates": N_("mitigates"),
    "originates-from": N_("originates from"),
    "owns": N_("owns"),
    "related-to": N_("is related to"),
    "remediates": N_("remediates"),
    "resolves-to": N_("resolves to"),
    "sends-to": N_("sends to"),
    "static-analysis-of": N_("is a static analysis of"),
    "targets": N_("targets"),
    "uses": N_("uses"),
    "variant-of": N_("is a variant of"),
}
"""What a relationship says, from its source to its target."""
MEMBERS: Final = {
    "belongs_to_ref": N_("belongs to"),
    "belongs_to_refs": N_("belongs to"),
    "contains_refs": N_("contains"),
    "content_ref": N_("has the content"),
    "created_by_ref": N_("was created by"),
    "dst_ref": N_("goes to"),
    "from_account_ref": N_("comes from the account"),
    "from_ref": N_("is from"),
    "holder_ref": N_("is held by"),
    "object_refs": N_("names"),
    "observed_data_refs": N_("rests on the data"),
    "operating_system_refs": N_("runs on"),
    "parent_directory_ref": N_("lies in"),
    "resolves_to_refs": N_("resolves to"),
    "sample_refs": N_("has the sample"),
    "sender_ref": N_("was sent by"),
    "sighting_of_ref": N_("is a sighting of"),
    "source_ref": N_("begins at"),
    "src_ref": N_("comes from"),
    "target_ref": N_("leads to"),
    "to_account_ref": N_("goes to the account"),
    "to_refs": N_("is to"),
    "where_sighted_refs": N_("was sighted by"),
}
"""What an object says of another that it names by this member."""


class Spoken:
    """Words for pictures and lists, in the reader's language."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def type(self, type_: str, /) -> str:
        """What a type is called."""
        return type_label(self._words, type_)

    def title(self, thing: Thing, /) -> str:
        """What stands under it: its name that nobody can click, else its type and the beginning of its id."""
        return defang(thing.name) or f"{self.type(thing.type)} {thing.id.partition('--')[2][:_SHORT]}".strip()

    def called(self, things: Mapping[str, Thing], object_id: str, /) -> str:
        """The same for an object in a list of ids, of which those that the reader may see are given."""
        return self.title(things.get(object_id) or Thing(object_id, type_of(object_id), ""))

    def held(self, held: Held, /) -> str:
        """What an object in quarantine is called, as far as its bytes can be read; nobody has checked them."""
        title = self.title(Thing(held.object_id, held.type or type_of(held.object_id), held.name))
        return title or self._words.gettext("without an id")

    def look(self, type_: str, /) -> tuple[Shape, Tone]:
        """Its outline and colour in a picture."""
        return LOOKS.get(type_, ("star", "plain"))

    def line(self, line: Line, /) -> str:
        """What a line says, read in its own direction."""
        if line.kind == "relationship":
            return self.relation(line.relation)
        said = MEMBERS.get(line.relation)
        return line.relation.replace("_", " ") if said is None else self._words.gettext(said)

    def relation(self, kind: str, /) -> str:
        """What a relationship of this kind says."""
        return self._words.gettext(RELATIONS[kind]) if kind in RELATIONS else kind.replace("_", " ")

    def note(self, thing: Thing, /) -> str:
        """Its mark, that it was revoked, that it is not here."""
        if not thing.here:
            return self._words.gettext("not here, or not for you to see")
        notes = [tlp.label(thing.tlp, self._words.language)]
        if thing.revoked:
            notes.append(self._words.gettext("Revoked"))
        return " · ".join(notes)
