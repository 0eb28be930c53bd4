"""The OASIS schemas of STIX 2.1, compiled once for each type when it is first met.

The schemas are files of the package `stix2-validator`; its program is never imported. Nothing is asked of any network:
every reference is resolved among those files. Some are eased, each for the reason that stands beside it.
Knows nothing of rules that a schema cannot say.
"""

from __future__ import annotations

import csv
import functools
import io
from importlib import resources, util
from typing import TYPE_CHECKING, Any, Final

import jsonschema_rs
import orjson

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_UUID: Final = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
ID_PATTERN: Final = f"^[a-z][a-z0-9-]+[a-z0-9]--{_UUID}$"
_REF_PATTERN: Final = "^[a-z][a-z0-9-]+[a-z0-9]--[0-9a-fA-F-]{1,64}$"
_PINNED_UUID: Final = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-5][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}"
_FOLDERS: Final = ("sdos", "sros", "observables", "common")
_META: Final = ("marking-definition", "language-content", "extension-definition")
CORE: Final = "core"
"""The schema of a new kind of object with versions."""
OBSERVABLE: Final = "cyber-observable-core"
"""The schema of a new kind of observable."""


@functools.cache
def _package() -> Any:
    """The folder of the package that carries the schemas, found without importing it."""
    spec = util.find_spec("stix2validator")
    if spec is None:  # it is pinned: without it nothing of this room can work
        raise ModuleNotFoundError("stix2validator")
    return resources.files(util.module_from_spec(spec))


@functools.cache
def _files() -> dict[str, tuple[str, dict[str, Any]]]:
    """Every schema by its name, with its folder."""
    found = {}
    for folder in _FOLDERS:
        for file in _package().joinpath("schemas-2.1", "schemas", folder).iterdir():
            if file.name.endswith(".json"):
                found[file.name.removesuffix(".json")] = folder, _eased(orjson.loads(file.read_bytes()))
    return found


def _eased(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema without what refuses real data for no harm; what is taken away is checked elsewhere or warned of."""
    title = schema.get("title")
    if title == "identifier":  # published ids use other UUID versions; a broken reference is a warning, an id is not
        schema["pattern"] = _REF_PATTERN
    elif title == "url-regex":  # addresses of phishing pages are not what RFC 3986 hoped for
        schema.pop("format", None)
    elif title == CORE:  # much software writes whole seconds, and the version of STIX nowhere
        schema["required"].remove("spec_version")
        for name in ("created", "modified"):
            schema["properties"][name] = schema["properties"][name]["allOf"][0]
    elif title == "marking-definition":  # the constants of TLP are written in several ways: `rules.markings` knows them
        schema.pop("oneOf")
        schema["required"] = ["type", "id"]
        schema["properties"] |= {"id": {"$ref": "../common/identifier.json"}, "definition_type": {}, "definition": {}}
    elif title == "observed-data":  # objects inside have no ids of their own: `rules.observed` looks at each
        schema["allOf"][1]["properties"]["objects"].pop("patternProperties")
    return dict(orjson.loads(orjson.dumps(schema).decode().replace(_PINNED_UUID, _UUID)))


@functools.cache
def _registry() -> jsonschema_rs.Registry:
    return jsonschema_rs.Registry(
        [(schema["$id"], schema) for _folder, schema in _files().values()], draft=jsonschema_rs.Draft202012
    )


@functools.cache
def _compiled(name: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(_files()[name][1], registry=_registry(), validate_formats=False)


@functools.cache
def types() -> Mapping[str, str]:
    """Every type of the standard with its folder: `sdos`, `sros`, `observables` or `common`."""
    return {name: folder for name, (folder, _schema) in _files().items() if folder != "common" or name in _META}


def validator(name: str) -> jsonschema_rs.Draft202012Validator:
    """The compiled schema of a type of the standard, or of `CORE` or `OBSERVABLE`."""
    return _compiled(name)


@functools.cache
def members(name: str) -> frozenset[str]:
    """Names of the members that the standard gives a type."""
    return frozenset(_members(_files()[name][1]))


@functools.cache
def every_member() -> frozenset[str]:
    """Names of members that the standard gives any type."""
    return frozenset().union(*(members(name) for name in types()))


def _members(schema: Mapping[str, Any]) -> Iterator[str]:
    yield from schema.get("properties", {})
    target = schema.get("$ref", "").rpartition("/")[2].removesuffix(".json")
    if target in {CORE, OBSERVABLE}:
        yield from _members(_files()[target][1])
    for keyword in ("allOf", "oneOf", "anyOf"):
        for part in schema.get(keyword, ()):
            yield from _members(part)


@functools.cache
def extension_members(name: str) -> Mapping[str, frozenset[str]]:
    """The extensions that the standard gives an observable, each with its members."""
    definitions = _files()[name][1].get("definitions", {})
    listed = definitions.get(f"{name}-extensions-dictionary", {}).get("patternProperties", {})
    return {extension.strip("^$"): frozenset(_members(schema)) for extension, schema in listed.items()}


@functools.cache
def vocabulary(name: str, list_name: str) -> frozenset[str]:
    """The words of an open vocabulary, as the schema of a type lists them; empty where it lists none."""
    return frozenset(_files()[name][1].get("definitions", {}).get(list_name, {}).get("enum", ()))


@functools.cache
def character_sets() -> frozenset[str]:
    """Names of character sets as IANA registers them, in lower case."""
    text = _package().joinpath("v21", "assets", "charsets.csv").read_text(encoding="utf-8")
    return frozenset(
        name.lower() for row in csv.DictReader(io.StringIO(text)) for name in (row["Preferred MIME Name"], row["Name"])
    )
