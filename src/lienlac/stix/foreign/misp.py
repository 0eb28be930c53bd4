"""MISP events to STIX and back, by misp-stix, the converter that MISP's own people keep.

Responsible for what stands around it: reading an event strictly, cutting card numbers, mending what would make the
converter give up on a whole event, our own types (`misp_objects`), saying what was left out. The package is an extra
(`misp`) and heavy; it is loaded by the first conversion. Knows nothing of feeds (`misp_feed`) or of servers.
"""

from __future__ import annotations

import codecs
import hashlib
import logging
from importlib import util
from typing import TYPE_CHECKING, Any, Final

import msgspec
import orjson

from lienlac import limits, strictjson
from lienlac.errors import NotAllowed, Refused
from lienlac.stix import extension
from lienlac.stix.foreign import misp_objects

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_HIVES: Final = {
    "HKLM\\": "HKEY_LOCAL_MACHINE\\",
    "HKCU\\": "HKEY_CURRENT_USER\\",
    "HKCR\\": "HKEY_CLASSES_ROOT\\",
    "HKCC\\": "HKEY_CURRENT_CONFIG\\",
    "HKU\\": "HKEY_USERS\\",
}
_CONTAINERS: Final = frozenset({"report", "grouping"})
_MAX_DEPTH: Final = 24


class Converted(msgspec.Struct, frozen=True, kw_only=True):
    """What a conversion gave. `left_out` names parts that have no counterpart, in the converter's words, shortened."""

    objects: list[bytes]
    left_out: tuple[str, ...] = ()


class Events(msgspec.Struct, frozen=True, kw_only=True):
    """MISP events made of STIX, each as the value of its JSON."""

    events: list[dict[str, Any]]
    left_out: tuple[str, ...] = ()


def is_installed() -> bool:
    """Whether the extra is there."""
    return util.find_spec("misp_stix_converter") is not None and util.find_spec("pymisp") is not None


def need_installed() -> None:
    """Raises `NotAllowed("misp-missing")` where the extra is not there."""
    if not is_installed():
        raise NotAllowed("misp-missing")


def events_in(data: bytes, *, max_bytes: int = limits.MISP_EVENT_MAX_BYTES) -> list[dict[str, Any]]:
    """The events in a file: one event, with or without its wrapping, a list, or an answer of MISP's interface.

    Raises `Refused` as `strictjson` does, and `misp-no-event`.
    """
    data = data.removeprefix(codecs.BOM_UTF8)
    loaded = strictjson.loads(data, max_bytes=max_bytes, max_depth=_MAX_DEPTH)
    if isinstance(loaded, dict):
        loaded = loaded.get("response", [loaded])
    found = [item.get("Event", item) if isinstance(item, dict) else None for item in _listed(loaded)]
    events = [event for event in found if isinstance(event, dict) and "info" in event]
    if not events or len(events) != len(found):
        raise Refused("misp-no-event")
    return events


def objects_of(event: dict[str, Any]) -> Converted:
    """The STIX objects of one event. Raises `Refused("misp-unconvertible")`, `NotAllowed("misp-missing")`."""
    need_installed()
    from misp_stix_converter import MISPtoSTIX21Parser

    parser = MISPtoSTIX21Parser()
    try:
        with _Quiet():
            mended = _mended(event)
            ours, left = misp_objects.observables_of(mended)
            parser.parse_misp_event({"Event": mended})  # which takes the event apart
            made = [orjson.loads(_text(item)) for item in parser.stix_objects]
    except Exception as error:  # the converter raises what it likes: its own, the STIX library's, KeyError
        raise Refused("misp-unconvertible", reason=_reason(error)) from error
    if not made:  # it says why in its remarks, and raises nothing
        raise Refused("misp-unconvertible", reason=next(iter(_said(parser)), "")[:200])
    _name_in_container(made, [item["id"] for item in ours])
    return Converted(
        objects=[orjson.dumps(_expanded(item)) for item in (*made, *ours)],
        left_out=(*_said(parser), *left)[: limits.FOREIGN_REMARKS_MAX],
    )


def raws_of(data: bytes) -> list[bytes]:
    """The STIX objects of all events in a file, for whoever only wants those. Raises as `events_in`, `objects_of`."""
    return [raw for event in events_in(data) for raw in objects_of(event).objects]


def events_of(objects: Iterable[dict[str, Any]], *, title: str, producer: str) -> Events:
    """MISP events made of STIX objects: one for each report or grouping, or one for all where there is none.

    Raises as `objects_of` does.
    """
    need_installed()
    from misp_stix_converter.tools.stix2_loading_helpers import load_stix2_content
    from misp_stix_converter.tools.stix2_to_misp_helpers import get_stix2_parser, is_stix2_from_misp

    every = list(objects)
    ours = [item for item in every if extension.is_ours(item)]
    listed = _without(every, {item["id"] for item in ours})
    bundle = {"type": "bundle", "id": f"bundle--{_uuid([str(item.get('id')) for item in listed])}", "objects": listed}
    try:
        with _Quiet():
            loaded = load_stix2_content(bundle)
            parser_type, arguments = get_stix2_parser(
                is_stix2_from_misp(listed), 0, None, title, producer, False, False, False, _uuid([producer]), 0, None
            )
            parser = parser_type()
            parser.load_stix_bundle(loaded)
            parser.parse_stix_bundle(**arguments)
            events = [parser.misp_event] if parser.single_event else list(parser.misp_events)
            made = [orjson.loads(event.to_json()) for event in events]
    except Exception as error:  # as above
        raise Refused("misp-unconvertible", reason=_reason(error)) from error
    if made and ours:
        made[0]["Object"] = [*made[0].get("Object", ()), *map(misp_objects.object_of, ours)]
    return Events(events=made, left_out=_said(parser))


class _Quiet:
    """The converter logs values of events; what is said of them is `left_out`, and nothing else."""

    def __enter__(self) -> None:
        self._was = {name: logging.getLogger(name).level for name in _LOGGERS}
        for name in _LOGGERS:
            logging.getLogger(name).setLevel(logging.CRITICAL)

    def __exit__(self, *_error: object) -> None:
        for name, level in self._was.items():
            logging.getLogger(name).setLevel(level)


_LOGGERS: Final = ("misp_stix_converter", "pymisp", "stix2")


def _listed(loaded: object) -> list[Any]:
    return loaded if isinstance(loaded, list) else [loaded]


def _name_in_container(made: list[dict[str, Any]], ids: list[str]) -> None:
    """The report or grouping of an event names our objects, too."""
    for item in made:
        if item.get("type") in _CONTAINERS and ids:
            item["object_refs"] = list(dict.fromkeys((*item.get("object_refs", ()), *ids)))


def _without(objects: list[dict[str, Any]], ids: set[str]) -> list[dict[str, Any]]:
    """Everything but these, and no report that names them: the converter does not know their types."""
    kept = []
    for item in objects:
        if item.get("id") in ids or ids & {item.get("source_ref"), item.get("target_ref")}:
            continue
        refs = item.get("object_refs")
        kept.append({**item, "object_refs": [ref for ref in refs if ref not in ids]} if ids and refs else item)
    return kept


def _mended(event: dict[str, Any]) -> dict[str, Any]:
    """A copy without card data, whose galaxy clusters all have a UUID.

    One cluster without makes the converter refuse the whole event.
    """
    copy: dict[str, Any] = misp_objects.without_card_data(orjson.loads(orjson.dumps(event)))
    for cluster in _clusters(copy):
        if not cluster.get("uuid"):
            cluster["uuid"] = _uuid([str(cluster.get("type")), str(cluster.get("value"))])
    return copy


def _clusters(value: Any) -> Iterator[dict[str, Any]]:
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            yield from (part for part in _listed(item.get("GalaxyCluster", [])) if isinstance(part, dict))
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)


def _expanded(item: dict[str, Any]) -> dict[str, Any]:
    """Registry hives written out and languages in lower case, as the standard asks and MISP does not."""
    kind, key, languages = item.get("type"), item.get("key"), item.get("languages")
    if kind == "windows-registry-key" and isinstance(key, str):
        for short, whole in _HIVES.items():
            if key.upper().startswith(short):
                return {**item, "key": whole + key[len(short) :]}
    if kind == "software" and isinstance(languages, list):
        return {**item, "languages": [str(word).lower() for word in languages]}
    return item


def _text(item: Any) -> str:
    return str(item.serialize()) if hasattr(item, "serialize") else orjson.dumps(item).decode()


def _said(parser: Any) -> tuple[str, ...]:
    """What the converter had to say, one line each, without the places in its own program."""
    lines = [
        _line(text)
        for said in (getattr(parser, "errors", None), getattr(parser, "warnings", None))
        for texts in (said.values() if isinstance(said, dict) else ())
        for text in texts
    ]
    return tuple(dict.fromkeys(lines))[: limits.FOREIGN_REMARKS_MAX]


def _line(text: object) -> str:
    """The first and the last line of what may be a trace of calls."""
    lines = [line.strip() for line in str(text).splitlines() if line.strip()]
    whole = lines[0] if len(lines) < 2 else f"{lines[0]} {lines[-1]}"
    return whole[: limits.LINE_MAX_CHARS]


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[: limits.LINE_MAX_CHARS]


def _uuid(parts: Iterable[str]) -> str:
    """The same UUID for the same texts, so that a second conversion gives the same again."""
    digest = bytearray(hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).digest()[:16])
    digest[6] = (digest[6] & 0x0F) | 0x50
    digest[8] = (digest[8] & 0x3F) | 0x80
    plain = digest.hex()
    return "-".join((plain[:8], plain[8:12], plain[12:16], plain[16:20], plain[20:]))
