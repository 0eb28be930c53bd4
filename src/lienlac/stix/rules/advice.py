"""What the standard advises against and does not forbid: warnings that keep nobody's object out.

A warning is a code, a place and a value; its sentences in both languages stand in `data/remarks.toml`.
"""

from __future__ import annotations

import functools
import re
import tomllib
from importlib import resources
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from lienlac.stix import schemas
from lienlac.stix.faults import shown

if TYPE_CHECKING:
    from lienlac.errors import Language

_OPEN: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "grouping": (("context", "grouping-context-ov"),),
    "identity": (("identity_class", "identity-class-ov"), ("sectors", "industry-sector-ov")),
    "indicator": (("indicator_types", "indicator-type-ov"), ("pattern_type", "pattern-type-ov")),
    "infrastructure": (("infrastructure_types", "infrastructure-type-ov"),),
    "intrusion-set": (
        ("resource_level", "attack-resource-level-ov"),
        ("primary_motivation", "attack-motivation-ov"),
        ("secondary_motivations", "attack-motivation-ov"),
    ),
    "location": (("region", "region-ov"),),
    "malware": (
        ("malware_types", "malware-type-ov"),
        ("implementation_languages", "implementation-language-ov"),
        ("capabilities", "malware-capabilities-ov"),
        ("architecture_execution_envs", "processor-architecture-ov"),
    ),
    "malware-analysis": (("result", "malware-av-result-ov"),),
    "report": (("report_types", "report-type-ov"),),
    "threat-actor": (
        ("threat_actor_types", "threat-actor-type-ov"),
        ("roles", "threat-actor-role-ov"),
        ("sophistication", "threat-actor-sophistication-ov"),
        ("resource_level", "attack-resource-level-ov"),
        ("primary_motivation", "attack-motivation-ov"),
        ("secondary_motivations", "attack-motivation-ov"),
        ("personal_motivations", "attack-motivation-ov"),
    ),
    "tool": (("tool_types", "tool-type-ov"),),
    "user-account": (("account_type", "account-type-ov"),),
}
"""Members whose words come from an open vocabulary, and which."""
_KILL_CHAINS: Final = frozenset({"attack-pattern", "indicator", "infrastructure", "malware", "tool"})
_LOWER: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_REF: Final = re.compile(schemas.ID_PATTERN)
_HASHES: Final = frozenset({"MD5", "SHA-1", "SHA-256", "SHA-512", "SHA3-256", "SHA3-512", "SSDEEP", "TLSH"})
_COMMON: Final = frozenset({"derived-from", "duplicate-of", "related-to"})
_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
_HASHED: Final = frozenset({"hashes", "file_header_hashes"})


class Remark(NamedTuple):
    """One warning."""

    code: str
    where: str
    found: str

    def sentence(self, language: Language) -> str:
        """The warning as people read it."""
        return _sentences()[self.code][language].format(where=self.where, found=self.found)


@functools.cache
def _sentences() -> dict[str, dict[str, str]]:
    text = resources.files("lienlac.stix").joinpath("data", "remarks.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@functools.cache
def _relationships() -> dict[str, dict[str, frozenset[str]]]:
    """Source type, relationship type, target types, as the standard suggests them."""
    text = resources.files("lienlac.stix").joinpath("data", "relationships.toml").read_text(encoding="utf-8")
    return {
        source: {name: frozenset(targets.split()) for name, targets in listed.items()}
        for source, listed in tomllib.loads(text).items()
    }


def of(value: dict[str, Any], kind: str, refs: tuple[str, ...]) -> list[Remark]:
    """Everything that is worth a word about a known type."""
    remarks: list[Remark] = []
    for name, listed in _OPEN.get(kind, ()):
        if name in value:
            _words(remarks, value[name], name, schemas.vocabulary(kind, listed))
    remarks += [Remark("reference-form", "", shown(ref)) for ref in refs if _REF.match(ref) is None]
    if kind in _KILL_CHAINS and "kill_chain_phases" in value:
        _phases(remarks, value["kill_chain_phases"])
    if kind == "relationship":
        _relationship(remarks, value)
    elif schemas.types().get(kind) == "observables":
        _observable(remarks, value, kind)
    elif kind == "extension-definition" and "description" not in value:
        remarks.append(Remark("description-missing", "description", ""))
    _sources(remarks, value.get("external_references"))
    return remarks


def _sources(remarks: list[Remark], references: Any) -> None:
    """Addresses of sources. On a type that has none the member is somebody's own, and may be anything."""
    for number, reference in enumerate(references if isinstance(references, list) else ()):
        url = reference.get("url") if isinstance(reference, dict) else None
        if isinstance(url, str) and _URL.fullmatch(url) is None:
            remarks.append(Remark("url-form", f"external_references[{number}].url", shown(url)))


def _words(remarks: list[Remark], said: Any, where: str, words: frozenset[str]) -> None:
    listed = said if isinstance(said, list) else (said,)
    remarks += [Remark("word-unknown", where, shown(word)) for word in listed if words and word not in words]


def _phases(remarks: list[Remark], phases: list[dict[str, Any]]) -> None:
    remarks += [
        Remark("phase-form", f"kill_chain_phases[{number}].{name}", shown(phase[name]))
        for number, phase in enumerate(phases)
        for name in ("kill_chain_name", "phase_name")
        if _LOWER.fullmatch(phase[name]) is None
    ]


def _relationship(remarks: list[Remark], value: dict[str, Any]) -> None:
    name = value["relationship_type"]
    source, target = (value[end].partition("--")[0] for end in ("source_ref", "target_ref"))
    table, known = _relationships(), schemas.types()
    if name in _COMMON or source not in known or target not in known:
        return
    if target not in table.get(source, {}).get(name, ()):
        remarks.append(Remark("relationship-unusual", "relationship_type", f"{source} {shown(name)} {target}"))


def _observable(remarks: list[Remark], value: dict[str, Any], kind: str) -> None:
    if "hashes" in value:
        _hashes(remarks, value["hashes"], "hashes")
    if kind == "network-traffic":
        if ("src_port" in value) != ("dst_port" in value):
            remarks.append(Remark("one-port", "src_port" if "src_port" in value else "dst_port", ""))
        odd = [protocol for protocol in value["protocols"] if _LOWER.fullmatch(protocol) is None]
        remarks += [Remark("protocol-form", "protocols", shown(protocol)) for protocol in odd]
    for name, extension in value.get("extensions", {}).items():
        known = schemas.extension_members(kind).get(name)
        where = f"extensions.{name}"[:120]
        if known is None:
            if not name.startswith("extension-definition--"):
                remarks.append(Remark("extension-unknown", where, ""))
            continue
        foreign = sorted(extension.keys() - known)
        remarks += [Remark("unknown-member", f"{where}.{shown(member)}", "") for member in foreign]
        if name == "windows-pebinary-ext":
            _words(remarks, extension["pe_type"], f"{where}.pe_type", frozenset({"exe", "dll", "sys"}))
        _hashes_below(remarks, extension, where)


def _hashes_below(remarks: list[Remark], extension: dict[str, Any], where: str) -> None:
    """Hash names in the few places where extensions hold some."""
    for name, part in extension.items():
        if name in _HASHED and isinstance(part, dict):
            _hashes(remarks, part, f"{where}.{name}")
        for item in part if isinstance(part, list) else (part,):
            if isinstance(item, dict) and isinstance(item.get("hashes"), dict):
                _hashes(remarks, item["hashes"], f"{where}.{name}.hashes")


def _hashes(remarks: list[Remark], hashes: Any, where: str) -> None:
    if not isinstance(hashes, dict):
        return  # on a type that has no hashes the member is somebody's own, and may be anything
    remarks += [Remark("hash-unknown", where, shown(name)) for name in hashes if name not in _HASHES]
