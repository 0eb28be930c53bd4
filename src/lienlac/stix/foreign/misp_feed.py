"""A MISP feed as files: `manifest.json`, one file for each event, `hashes.csv`; read and written.

A feed is a folder on a web server; any MISP takes it by its address. Responsible for the form of those files and for
taking nothing from a manifest as a path: an event's file is named by its UUID or is not fetched. Knows nothing of HTTP.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any, Final

import msgspec
import orjson

from lienlac import limits, strictjson
from lienlac.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MANIFEST: Final = "manifest.json"
HASHES: Final = "hashes.csv"
_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_EVENT: Final = ("uuid", "info", "date", "analysis", "threat_level_id", "timestamp", "publish_timestamp", "published")
_ATTRIBUTE: Final = ("uuid", "type", "category", "value", "comment", "to_ids", "timestamp", "first_seen", "last_seen")
_OBJECT: Final = (
    "uuid",
    "name",
    "meta-category",
    "description",
    "template_uuid",
    "template_version",
    "comment",
    "timestamp",
    "first_seen",
    "last_seen",
)


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One event of a feed, as its manifest names it."""

    uuid: str
    info: str
    date: str
    timestamp: int
    org: str = ""

    @property
    def file(self) -> str:
        """The name of its file beside the manifest."""
        return f"{self.uuid}.json"


def entries(data: bytes) -> list[Entry]:
    """The events of a manifest, the oldest change first. Raises `Refused` (`misp-manifest`, or as `strictjson`)."""
    loaded = strictjson.loads(data, max_bytes=limits.MISP_MANIFEST_MAX_BYTES)
    if not isinstance(loaded, dict) or len(loaded) > limits.MISP_FEED_MAX_EVENTS:
        raise Refused("misp-manifest")
    found = [_entry(uuid, said) for uuid, said in loaded.items()]
    return sorted(found, key=lambda entry: (entry.timestamp, entry.uuid))


def files_of(events: Iterable[dict[str, Any]], *, org: str, org_uuid: str) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every file of a feed, the manifest last: whoever reads while it is written misses nothing."""
    manifest: dict[str, dict[str, Any]] = {}
    hashes: list[str] = []
    for event in events:
        made = _for_feed(event, {"name": org, "uuid": org_uuid})
        uuid = made["uuid"]
        manifest[uuid] = {
            "Orgc": made["Orgc"],
            "Tag": made["Tag"],
            **{name: made[name] for name in ("info", "date", "analysis", "threat_level_id", "timestamp")},
        }
        hashes += [f"{_md5(value)},{uuid}\n" for value in _values(made)]
        yield f"{uuid}.json", orjson.dumps({"Event": made}, option=orjson.OPT_INDENT_2)
    yield HASHES, "".join(hashes).encode()
    yield MANIFEST, orjson.dumps(manifest, option=orjson.OPT_INDENT_2)


def _entry(uuid: str, said: Any) -> Entry:
    if _UUID.fullmatch(uuid) is None or not isinstance(said, dict):
        raise Refused("misp-manifest")
    info, date, org = said.get("info", ""), said.get("date", ""), said.get("Orgc")
    try:
        timestamp = int(said.get("timestamp", 0))
    except (TypeError, ValueError) as error:
        raise Refused("misp-manifest") from error
    named = org.get("name") if isinstance(org, dict) else ""
    return Entry(
        uuid=uuid,
        info=info[: limits.LINE_MAX_CHARS] if isinstance(info, str) else "",
        date=date if isinstance(date, str) and _DAY.fullmatch(date) else "",
        timestamp=timestamp,
        org=named[: limits.LINE_MAX_CHARS] if isinstance(named, str) else "",
    )


def _for_feed(event: dict[str, Any], org: dict[str, str]) -> dict[str, Any]:
    """An event with what a feed carries and nothing of the node that made it."""
    uuid = str(event.get("uuid", "")).lower()
    if _UUID.fullmatch(uuid) is None:
        raise Refused("misp-no-event")
    made: dict[str, Any] = {name: event[name] for name in _EVENT if name in event}
    made["uuid"] = uuid
    made.setdefault("analysis", "2")
    made.setdefault("threat_level_id", "4")
    made.setdefault("timestamp", "0")
    made.setdefault("date", "1970-01-01")
    made["published"] = True
    made["Orgc"] = event.get("Orgc") or org
    made["Tag"] = [{"name": tag["name"], "colour": tag.get("colour", "#ffffff")} for tag in event.get("Tag", ())]
    made["Attribute"] = [_attribute(item) for item in event.get("Attribute", ())]
    made["Object"] = [
        {name: item[name] for name in _OBJECT if name in item}
        | {
            "Attribute": [
                _attribute(part) | {"object_relation": part.get("object_relation", "")}
                for part in item.get("Attribute", ())
            ]
        }
        for item in event.get("Object", ())
    ]
    return made


def _attribute(item: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {name: item[name] for name in _ATTRIBUTE if name in item}
    if item.get("Tag"):
        made["Tag"] = [{"name": tag["name"], "colour": tag.get("colour", "#ffffff")} for tag in item["Tag"]]
    return made


def _values(event: dict[str, Any]) -> Iterator[str]:
    """Every value of an event, the two halves of a double one by themselves."""
    attributes = [*event["Attribute"], *(part for item in event["Object"] for part in item["Attribute"])]
    for attribute in attributes:
        value = str(attribute.get("value", ""))
        double = "|" in str(attribute.get("type", "")) or attribute.get("type") == "malware-sample"
        yield from value.split("|") if double else (value,)


def _md5(value: str) -> str:
    """The digest that MISP looks values up by; nothing relies on it."""
    return hashlib.md5(value.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()
