"""References of an object: which ids it names, and whether a reference may point where it points.

Ids inside an old-style observed data object (`"0"`, `"1"`) are its own; they are no references to others.
Knows nothing of whether the object that is meant exists anywhere.
"""

from __future__ import annotations

from typing import Any, Final

from lienlac import limits
from lienlac.errors import Refused
from lienlac.stix.faults import shown

_ALLOWED: Final[dict[tuple[str, str], frozenset[str]]] = {
    (kind, name): frozenset(targets.split())
    for kind, name, targets in (
        ("directory", "contains_refs", "file directory"),
        ("domain-name", "resolves_to_refs", "ipv4-addr ipv6-addr domain-name"),
        ("email-addr", "belongs_to_ref", "user-account"),
        ("email-message", "from_ref", "email-addr"),
        ("email-message", "sender_ref", "email-addr"),
        ("email-message", "to_refs", "email-addr"),
        ("email-message", "cc_refs", "email-addr"),
        ("email-message", "bcc_refs", "email-addr"),
        ("email-message", "raw_email_ref", "artifact"),
        ("email-message", "body_raw_ref", "artifact file"),
        ("file", "parent_directory_ref", "directory"),
        ("file", "content_ref", "artifact"),
        ("ipv4-addr", "resolves_to_refs", "mac-addr"),
        ("ipv4-addr", "belongs_to_refs", "autonomous-system"),
        ("ipv6-addr", "resolves_to_refs", "mac-addr"),
        ("ipv6-addr", "belongs_to_refs", "autonomous-system"),
        ("network-traffic", "src_ref", "ipv4-addr ipv6-addr mac-addr domain-name"),
        ("network-traffic", "dst_ref", "ipv4-addr ipv6-addr mac-addr domain-name"),
        ("network-traffic", "src_payload_ref", "artifact"),
        ("network-traffic", "dst_payload_ref", "artifact"),
        ("network-traffic", "message_body_data_ref", "artifact"),
        ("network-traffic", "encapsulates_refs", "network-traffic"),
        ("network-traffic", "encapsulated_by_ref", "network-traffic"),
        ("process", "opened_connection_refs", "network-traffic"),
        ("process", "creator_user_ref", "user-account"),
        ("process", "image_ref", "file"),
        ("process", "parent_ref", "process"),
        ("process", "child_refs", "process"),
        ("process", "service_dll_refs", "file"),
        ("windows-registry-key", "creator_user_ref", "user-account"),
        ("malware", "sample_refs", "file artifact"),
        ("malware", "operating_system_refs", "software"),
        ("malware-analysis", "sample_ref", "file artifact network-traffic"),
        ("malware-analysis", "host_vm_ref", "software"),
        ("malware-analysis", "operating_system_ref", "software"),
        ("malware-analysis", "installed_software_refs", "software"),
        ("sighting", "observed_data_refs", "observed-data"),
        ("sighting", "where_sighted_refs", "identity location"),
    )
}
"""Types that a reference of an object may name, where the standard limits them."""
_MARKINGS: Final = frozenset({"object_marking_refs", "marking_ref"})
_NEVER_BELOW: Final = frozenset({"external_references", "kill_chain_phases", "hashes", "granular_markings"})
"""Members without references in them, passed over for speed."""


def collect(value: dict[str, Any]) -> tuple[str, ...]:
    """Every id that the object names, once each, in its own order; markings are told apart by `marks`.

    Raises `Refused` (`stix-reference`) where a reference names a type that it may not, or there are too many.
    """
    kind = value["type"]
    found: dict[str, None] = {}
    waiting: list[Any] = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            waiting.extend(part for part in item if isinstance(part, dict | list))
            continue
        inside = item is not value and "type" in item  # an observable inside observed data has its own rules
        for name, part in item.items():
            if isinstance(part, str):
                if name.endswith("_ref") and "--" in part:
                    _take(found, kind if not inside else item["type"], name, part)
            elif isinstance(part, list):
                if name.endswith("_refs"):
                    for one in part:
                        if isinstance(one, str) and "--" in one:
                            _take(found, kind if not inside else item["type"], name, one)
                elif name not in _NEVER_BELOW:
                    waiting.append(part)
            elif isinstance(part, dict) and name not in _NEVER_BELOW:
                waiting.append(part)
    return tuple(found)


def _take(found: dict[str, None], kind: Any, name: str, ref: str) -> None:
    if name in _MARKINGS:
        return
    allowed = _ALLOWED.get((kind, name)) if isinstance(kind, str) else None
    target = ref.partition("--")[0]
    if allowed is not None and target not in allowed:
        raise Refused("stix-reference", field=name, where=name, found=shown(ref))
    if name == "created_by_ref" and target in {"bundle", "relationship", "marking-definition"}:
        raise Refused("stix-reference", field=name, where=name, found=shown(ref))
    found[ref] = None
    if len(found) > limits.STIX_REFERENCES_MAX:
        raise Refused("stix-crowded", limit=limits.STIX_REFERENCES_MAX)
