"""The forms as JSON Schema, made of the same declarations that read them: what a program may say, kind by kind.

Pure. A field that may be left out may also be empty or null, as a page sends it. What depends on another field, on the
agreement or on the identifiers' own check digits is said by the answer, not here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lienlac import limits
from lienlac.hotline.forms.steps import WITH_FILES
from lienlac.hotline.forms.values import FORMS
from lienlac.hotline.kinds import REQUEST_KINDS
from lienlac.hotline.kinds.field import Field, RequestKind, Shape
from lienlac.hotline.kinds.shared import COMMON
from lienlac.hotline.kinds.steps import STEP_FIELDS
from lienlac.hotline.lifecycle import Step
from lienlac.vocabulary import legal_bases, typologies
from lienlac.wire.message import Handling, Pap, Tlp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Schema = dict[str, Any]
_ID: Final = "^[a-z]{2,5}-[a-z2-7]{26}$"
"""As `ids.ID_PATTERN`, in the spelling that JSON Schema knows."""
OPENING: Final = "OpeningForm"
RESULT: Final = "ResultForm"
_LEFT_OUT: Final[Schema] = {"enum": ["", None]}


def opening_schemas() -> dict[str, Schema]:
    """`OPENING` and every schema that it refers to, by name."""
    found = {_name(kind, "Form"): _object(_opening(kind), _needed(kind)) for kind in REQUEST_KINDS}
    names = {kind.name: _ref(_name(kind, "Form"))["$ref"] for kind in REQUEST_KINDS}
    whole = {
        "oneOf": [{"$ref": name} for name in names.values()],
        "discriminator": {"propertyName": "kind", "mapping": names},
        "description": "The form of a new request. What each kind asks for: docs/reference/request-kinds.md.",
    }
    return {OPENING: whole, **found, **_SHARED}


def step_schemas(step: Step) -> tuple[str, dict[str, Schema]]:
    """The name of a step's form, and every schema that it needs, by name."""
    if step is Step.RESULT:
        results = {_name(kind, "Result"): _with_beside(_fields(kind.report_fields), step) for kind in REQUEST_KINDS}
        whole: Schema = {
            "anyOf": [_ref(name) for name in results],
            "description": "What was done; the kind's own form.",
        }
        return RESULT, {RESULT: whole, **results, **_SHARED}
    name = "".join(part.capitalize() for part in step.value.split("-")) + "Form"
    fields = _fields(STEP_FIELDS[step])
    if step is Step.CORRECT:
        own = {_name(kind, "Fields"): _of(_fields((*COMMON, *kind.fields))) for kind in REQUEST_KINDS}
        fields |= {
            "answers": ({"type": "string", "pattern": _ID, "description": "Which return this answers."}, True),
            "form": ({"anyOf": [_ref(one) for one in own], "description": "The kind's own fields, all of them."}, True),
        }
        return name, {name: _with_beside(fields, step), **own, **_SHARED}
    return name, {name: _with_beside(fields, step), **_SHARED}


# --- whole forms --------------------------------------------------------------------------------------------------


def _opening(kind: RequestKind) -> dict[str, Schema]:
    fields = {name: schema if needed else _optional(schema) for name, (schema, needed) in _fields(_all(kind)).items()}
    header: dict[str, Schema] = {
        "kind": {"const": kind.name},
        "to": _optional(_line("Node id of the addressee; may be left out where there is only one.")),
        "purpose": {"enum": list(kind.purposes), "description": "What the answer may be used for."},
        "legal_basis": {"enum": list(legal_bases.codes())},
        "legal_basis_text": _optional(_text("Needed where the legal basis is in words.")),
        "typology": {"enum": list(typologies.codes()), "description": "Which kind of crime."},
        "marks": _optional(_ref("MarksForm")),
        "addressees": _lines(10, "Units of the other side that it is meant for."),
        "case_id": _optional({"type": "string", "pattern": _ID}),
        "urgency": {"enum": list(kind.urgencies)},
        **_beside(files=True),
    }
    if kind.follows:
        header["follows"] = _line("Id or reference of the request that this one goes on from.")
        if not kind.must_follow:
            header["follows"] = _optional(header["follows"])
    if kind.must_follow:
        header["purpose"] = _optional(header["purpose"])
    return header | fields


def _needed(kind: RequestKind) -> list[str]:
    always = ["kind", "legal_basis", "typology", "urgency"]
    always += ["follows"] if kind.must_follow else ["purpose"]
    return always + [name for name, (_, needed) in _fields(_all(kind)).items() if needed]


def _all(kind: RequestKind) -> tuple[Field, ...]:
    return (*COMMON, *kind.fields)


def _with_beside(fields: dict[str, tuple[Schema, bool]], step: Step) -> Schema:
    whole = _of(fields)
    whole["properties"] |= _beside(files=step in WITH_FILES)
    return whole


def _release() -> Schema:
    return {
        "type": "object",
        "additionalProperties": False,
        "description": "What the officer says about its leaving; without it, what is about people is withheld.",
        "properties": {
            "let_out": _lines(limits.LIST_MAX_ITEMS, "Fields about people that leave all the same."),
            "why": _optional(_text("Why they leave; needed with let_out.")),
            "ahead": _optional(_text("Whose life is in danger: it is sent without a second officer, and reviewed.")),
            "instead_of": _optional(_line("Id of a release of one's own that did not leave, from which this goes on.")),
        },
    }


def _beside(*, files: bool) -> dict[str, Schema]:
    """What stands beside a form's own fields: where the officer can be rung, and files of their tray."""
    beside = {"phone": _optional(_line("Where the officer can be rung.")), "release": _optional(_release())}
    if files:
        beside["attachments"] = _lines(limits.ATTACHMENTS_PER_MESSAGE, "Ids of files that were put in.")
    return beside


# --- fields -------------------------------------------------------------------------------------------------------


def _fields(fields: Iterable[Field]) -> dict[str, tuple[Schema, bool]]:
    """Each field's schema, and whether it must be there; one that goes with an outcome need not be with others."""
    return {field.name: (_field(field), _is_needed(field)) for field in fields}


def _is_needed(field: Field) -> bool:
    return field.required and field.standard is None and not field.with_outcome


def _of(fields: dict[str, tuple[Schema, bool]]) -> Schema:
    shown = {name: schema if needed else _optional(schema) for name, (schema, needed) in fields.items()}
    return _object(shown, [name for name, (_, needed) in fields.items() if needed])


def _field(field: Field) -> Schema:
    schema = dict(_SHAPES[field.shape](field))
    said = " ".join(filter(None, (field.label, field.hint)))
    if field.with_outcome:
        said += f" With the outcome {' or '.join(field.with_outcome)}{' only' if field.only else ''}."
    return schema | {"description": said} if "$ref" not in schema else schema


def _array(item: Schema, field: Field) -> Schema:
    return {"type": "array", "items": item, "maxItems": field.most} | ({"minItems": 1} if _is_needed(field) else {})


def _required_text(most: int, field: Field) -> Schema:
    filled = {"minLength": 1} if _is_needed(field) else {}
    return {"type": "string", "maxLength": most} | filled


def _identifier(field: Field) -> Schema:
    return _object({"type": {"enum": list(field.choices)}, "value": _line("As it is written.", needed=True)}, ["value"])


_SHAPES: Final[dict[Shape, Callable[[Field], Schema]]] = {
    Shape.LINE: lambda field: _required_text(limits.LINE_MAX_CHARS, field),
    Shape.TEXT: lambda field: _required_text(limits.TEXT_MAX_CHARS, field),
    Shape.CHOICE: lambda field: {"enum": list(field.choices)},
    Shape.CODES: lambda field: _array({"enum": list(field.choices)}, field),
    Shape.FLAG: lambda _: {"type": "boolean"},
    Shape.WHOLE: lambda field: {"type": "integer", "minimum": field.low, "maximum": field.high},
    Shape.INSTANT: lambda _: {"type": "string", "format": "date-time"},
    Shape.DATE: lambda _: {"type": "string", "format": "date"},
    Shape.MONEY: lambda _: _ref("MoneyForm"),
    Shape.ACCOUNTS: lambda field: _array(_ref("AccountForm"), field),
    Shape.IDENTIFIERS: lambda field: _array(_identifier(field), field),
    Shape.UETR: lambda _: {"type": "string", "pattern": "^[0-9A-Fa-f]{8}-?([0-9A-Fa-f]{4}-?){3}[0-9A-Fa-f]{12}$"},
    Shape.PAYMENT_REFERENCE: lambda _: {"type": "string", "maxLength": limits.LINE_MAX_CHARS},
    Shape.ID: lambda _: {"type": "string", "pattern": _ID},
    Shape.PART: lambda field: _of(_fields(field.inside)),
    Shape.ROWS: lambda field: _array(_of(_fields(field.inside)), field),
}


# --- pieces -------------------------------------------------------------------------------------------------------


def _name(kind: RequestKind, ending: str) -> str:
    return "".join(part.capitalize() for part in kind.name.split("-")) + ending


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(properties: dict[str, Schema], required: list[str]) -> Schema:
    whole = {"type": "object", "properties": dict(properties), "additionalProperties": False}
    return whole | {"required": required} if required else whole


def _optional(schema: Schema) -> Schema:
    return {"anyOf": [schema, _LEFT_OUT]}


def _line(description: str, *, needed: bool = False) -> Schema:
    filled = {"minLength": 1} if needed else {}
    return {"type": "string", "maxLength": limits.LINE_MAX_CHARS, "description": description} | filled


def _text(description: str) -> Schema:
    return {"type": "string", "maxLength": limits.TEXT_MAX_CHARS, "description": description}


def _lines(most: int, description: str) -> Schema:
    item = {"type": "string", "minLength": 1, "maxLength": limits.LINE_MAX_CHARS}
    return _optional({"type": "array", "items": item, "maxItems": most, "description": description})


_HOLDER: Final = {"holder_name": _optional(_line("Whose it is."))}
_BANK: Final = {"bank_name": _optional(_line("The bank's name."))}
_NUMBER: Final = {"number": _line("Account number.", needed=True)}
_BY_FORM: Final[dict[str, tuple[dict[str, Schema], list[str]]]] = {
    "vn": ({"bin": _line("Six digits of the bank.", needed=True), **_NUMBER}, ["bin", "number"]),
    "us": ({"aba": _line("Routing number.", needed=True), **_NUMBER, **_BANK}, ["aba", "number"]),
    "iban": ({"iban": _line("IBAN.", needed=True), "bic": _optional(_line("BIC.")), **_BANK}, ["iban"]),
    "bic": ({"bic": _line("BIC.", needed=True), **_NUMBER, **_BANK}, ["bic", "number"]),
}
_SHARED: Final[dict[str, Schema]] = {
    "MoneyForm": {
        **_object(
            {
                "amount": {"anyOf": [{"type": "string", "minLength": 1}, {"type": "integer", "minimum": 0}]},
                "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
            },
            ["amount", "currency"],
        ),
        "examples": [{"amount": "25000.00", "currency": "USD"}],
    },
    "AccountForm": {
        "oneOf": [
            _object({"form": {"const": form}, **_BY_FORM[form][0], **_HOLDER}, ["form", *_BY_FORM[form][1]])
            for form in FORMS
        ],
        "description": "An account: Vietnamese bank and number, US routing and number, IBAN, or BIC and number.",
    },
    "MarksForm": _object(
        {
            "tlp": _optional({"enum": list(Tlp)}),
            "pap": _optional({"enum": list(Pap)}),
            "handling": _optional({"type": "array", "items": {"enum": list(Handling)}, "maxItems": len(Handling)}),
            "handling_text": _optional(_text("Needed with h3.")),
        },
        [],
    ),
}
