"""What a schema found wrong, in words that an analyst can act on.

Responsible for turning the first fault of a compiled schema into one refusal with its place; where a schema only says
that none of several forms fits, the place tells which rule of the standard stands behind it. Knows nothing of the rules
that schemas cannot say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jsonschema_rs
import orjson

from lienlac import limits
from lienlac.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable

_WORDS_SHOWN = 8
_CHOICES = frozenset({"oneOf", "anyOf"})
_EMPTY = frozenset({"minItems", "minProperties", "minLength"})
_RANGE = frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "maxItems", "maxLength"})


def refusal(validator: jsonschema_rs.Draft202012Validator, value: dict[str, Any], within: str = "") -> Refused:
    """Why the schema does not take this object (or the one at the place `within` another): its most telling fault."""
    return _told(_first(validator, value), value, within)


def _first(validator: jsonschema_rs.Draft202012Validator, value: dict[str, Any]) -> jsonschema_rs.ValidationError:
    """The first fault; a plainer one where that only says that no form fits.

    All faults of a large object are never gathered: a list of a hundred thousand wrong items would take seconds.
    """
    try:
        validator.validate(value)
    except jsonschema_rs.ValidationError as error:
        if error.kind.name not in _CHOICES or len(orjson.dumps(value)) > limits.STIX_FAULTS_MAX_BYTES:
            return error
        return next((one for one in validator.iter_errors(value) if one.kind.name not in _CHOICES), error)
    raise AssertionError(value.get("type"))  # only called for what the schema does not take


def place(path: Iterable[object]) -> str:
    """A place in an object, such as `external_references[0].url`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def shown(value: object) -> str:
    """A faulty value, as much of it as a sentence can carry."""
    text = value if isinstance(value, str) else str(value)
    return text if len(text) <= limits.STIX_SHOWN_CHARS else text[: limits.STIX_SHOWN_CHARS] + "…"


def _told(error: jsonschema_rs.ValidationError, value: dict[str, Any], within: str) -> Refused:
    path = list(error.instance_path)
    where = ".".join(filter(None, (within, place(path)))) or shown(value.get("type", "object"))
    kind, said = error.kind.name, error.kind.value
    if kind == "required":
        return Refused("stix-missing", field=where, where=where, name=said)
    if kind == "type":
        return Refused("stix-shape", field=where, where=where, expected=", ".join(map(str, said)))
    if kind in {"enum", "const"}:
        return Refused("stix-choice", field=where, where=where, found=shown(error.instance), allowed=_few(said))
    if kind in _EMPTY:
        return Refused("stix-empty", field=where, where=where)
    if kind in _RANGE:
        return Refused("stix-range", field=where, where=where, found=shown(error.instance), bound=shown(said))
    if kind in {"additionalProperties", "unevaluatedProperties", "propertyNames"}:
        return Refused("stix-name", field=where, where=where, names=_few(said))
    if kind == "pattern":
        return _of_pattern(path, where, error)
    if kind == "not":
        return _of_not(path, where, error)
    return _of_choices(path, where, error, value)


def _of_pattern(path: list[Any], where: str, error: jsonschema_rs.ValidationError) -> Refused:
    found, pattern = shown(error.instance), str(error.kind.value)
    if path == ["id"]:
        return Refused("stix-id", field=where, found=found)
    if path == ["type"]:
        return Refused("stix-type-name", field=where, found=found)
    if pattern.startswith(("^[0-9]{4}-(0[1-9]", "T\\d{2}")):
        return Refused("stix-time", field=where, where=where, found=found)
    if "selectors" in path:
        return Refused("stix-selector", field=where, found=found)
    if _is_reference(path):
        return Refused("stix-reference", field=where, where=where, found=found)
    return Refused("stix-form", field=where, where=where, found=found)


def _of_not(path: list[Any], where: str, error: jsonschema_rs.ValidationError) -> Refused:
    if _is_reference(path):
        return Refused("stix-reference", field=where, where=where, found=shown(error.instance))
    rule = error.kind.value
    if isinstance(rule, dict) and ("required" in rule or "anyOf" in rule):
        listed = [name for part in rule.get("anyOf", [rule]) for name in part.get("required", ())]
        instance = error.instance if isinstance(error.instance, dict) else {}
        return Refused(
            "stix-unwanted", field=where, where=where, names=_few([name for name in listed if name in instance])
        )
    return Refused("stix-form", field=where, where=where, found=shown(error.instance))


def _of_choices(path: list[Any], where: str, error: jsonschema_rs.ValidationError, value: dict[str, Any]) -> Refused:
    """None of several forms fits, or more than one."""
    if "external_references" in path:
        return Refused("stix-external", field=where, where=where)
    if value.get("type") == "marking-definition" and not path:
        return Refused("stix-marking", field=where)
    if _is_reference(path):
        return Refused("stix-reference", field=where, where=where, found=shown(error.instance))
    branches: list[list[jsonschema_rs.ValidationError]] = list(getattr(error.kind, "context", ()))
    if any(fault.kind.name in _EMPTY for branch in branches for fault in branch):
        return Refused("stix-empty", field=where, where=where)
    wanted = sorted({str(fault.kind.value) for branch in branches for fault in branch if fault.kind.name == "required"})
    if wanted and all(any(fault.kind.name == "required" for fault in branch) for branch in branches):
        return Refused("stix-one-of", field=where, where=where, names=_few(wanted))
    return Refused("stix-together", field=where, where=where)


def _is_reference(path: list[Any]) -> bool:
    names = [part for part in path if isinstance(part, str)]
    return bool(names) and names[-1].endswith(("_ref", "_refs"))


def _few(words: object) -> str:
    """The first words of a list, for a sentence."""
    listed = [shown(word) for word in words] if isinstance(words, list | tuple) else [shown(words)]
    return ", ".join(listed[:_WORDS_SHOWN]) + (", …" if len(listed) > _WORDS_SHOWN else "")
