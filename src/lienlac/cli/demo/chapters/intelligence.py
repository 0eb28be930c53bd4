"""Intelligence: a published threat report as STIX, taken in from a file, served over TAXII and read back by a program.

The report is one that a package of ours carries (FireEye's on Poison Ivy, as OASIS publishes it), byte for byte. What
is wrong with an object is said and kept: one that contradicts itself is sent along, and waits in quarantine.
"""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from lienlac.cli.demo.checks import auditor
from lienlac.cli.demo.story import analyst
from lienlac.cli.words import language
from lienlac.errors import NotAllowed
from lienlac.interface.intelligence import CollectionForm, IntelParcel
from lienlac.stix.reading import objects_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from lienlac.cli.demo.checks import Finding
    from lienlac.cli.demo.stage import Stage
    from lienlac.cli.demo.story import Played
    from lienlac.client import Client

TITLE: Final = "Poison Ivy (a published report)"
_REPORT: Final = ("schemas-2.1", "examples", "threat-reports", "poisonivy.json")
_CONTRADICTION: Final = {
    "type": "indicator",
    "spec_version": "2.1",
    "id": "indicator--7f0e3a52-5c1d-4a6e-9b53-0d8f6c1b2a40",
    "created": "2026-11-20T08:00:00.000Z",
    "modified": "2026-11-20T08:00:00.000Z",
    "pattern": "[domain-name:value = 'goldentrade-fx.example']",
    "pattern_type": "stix",
    "valid_from": "2026-11-20T08:00:00Z",
    "valid_until": "2026-11-19T08:00:00Z",
}
"""It ends before it begins."""


def play(stage: Stage, tell: Callable[..., None], played: Played) -> tuple[Finding, ...]:
    """The United States' analyst takes the report in by command, and one wrong object by program."""
    del played
    _, side = stage.sides
    file = report()
    raws = objects_of(file.read_bytes(), max_bytes=file.stat().st_size).objects
    with side.client(analyst(side)) as us:
        collection = us.create_collection(
            CollectionForm(
                title=TITLE,
                description_en="Taken in from a file; programs read it and add to it.",
                description_vi="Tiếp nhận từ tệp; chương trình đọc và bổ sung được.",
                writable=True,
            )
        )
        stage.command(side, "intel", "import", str(file), "--collection", collection.id, token=analyst(side))
        tell(side, "demo-intel-taken", count=len(raws), title=TITLE)
        wrong = msgspec.json.encode(_CONTRADICTION).decode()
        answer = us.add_objects(collection.id, IntelParcel(objects=(wrong,)))
        why = answer.results[0].why
        tell(side, "demo-intel-held", why="" if why is None else getattr(why, language()))
        tell(side, "demo-taxii", address=collection.taxii)
        kinds = _bring_kinds_of_crime(us)
        tell(side, "demo-mapping")
    return (
        ("check-intelligence", lambda: _check(stage, collection.id, raws)),
        ("check-mapping", lambda: _check_mapping(stage, kinds)),
    )


def _bring_kinds_of_crime(us: Client) -> str:
    """The product's own kinds of crime, each an attack pattern with what it is in MITRE's Fight Fraud Framework."""
    titled = CollectionForm(
        title="Kinds of crime (MITRE F3)",
        description_en="The shared kinds of crime as attack patterns, with the techniques of MITRE F3.",
        description_vi="Các loại tội phạm dùng chung dưới dạng attack pattern, kèm kỹ thuật của MITRE F3.",
    )
    collection = us.create_collection(titled)
    objects = tuple(msgspec.json.encode(one).decode() for one in us.typologies_stix().objects)
    us.add_objects(collection.id, IntelParcel(objects=objects))
    return collection.id


def report() -> Path:
    """The file; found without loading the package that carries it. Raises `NotAllowed("demo-failed")`."""
    found = importlib.util.find_spec("stix2validator")
    if found is None or not found.submodule_search_locations:
        raise NotAllowed("demo-failed", reason="stix2-validator")
    return Path(found.submodule_search_locations[0]).joinpath(*_REPORT)


def _check(stage: Stage, collection_id: str, raws: list[bytes]) -> tuple[bool, str]:
    """What the auditor's program reads over TAXII is what stood in the file, byte for byte; the wrong one waits."""
    _, side = stage.sides
    with side.client(auditor(side)) as node:
        read = list(node.export_objects(collection_id))
        held = node.quarantine(collection=collection_id).held
    same = sorted(map(_digest, read)) == sorted(map(_digest, raws))
    waits = [one.object_id for one in held] == [_CONTRADICTION["id"]]
    return same and waits, f"{len(read)} = {len(raws)}, {', '.join(one.code for one in held)}"


def _check_mapping(stage: Stage, collection_id: str) -> tuple[bool, str]:
    """Every kind of crime is there, and most of them name techniques of the framework."""
    _, side = stage.sides
    with side.client(auditor(side)) as node:
        read = [msgspec.json.decode(raw) for raw in node.export_objects(collection_id)]
        known = len(node.typologies_stix().objects)
    mapped = [
        one for one in read if any("F3" in ref["source_name"].upper() for ref in one.get("external_references", ()))
    ]
    return len(read) == known and len(mapped) * 2 > known, f"{len(mapped)} / {len(read)}"


def _digest(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def endpoint(stage: Stage) -> dict[str, Any]:
    """Where a TAXII client reads and adds, and with what; for the file that outside tools read."""
    _, side = stage.sides
    account = side.accounts[analyst(side)]
    with side.client(analyst(side)) as node:
        found = next(one for one in node.collections().collections if one.title == TITLE)
    return {
        "discovery": f"{side.url}/taxii2/",
        "api_root": f"{side.url}/taxii2/intelligence/",
        "collection": found.id,
        "address": found.taxii,
        "user": account.login,
        "token": account.token,
    }
