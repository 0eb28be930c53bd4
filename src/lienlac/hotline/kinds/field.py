"""How a kind of request is declared: fields in sections, and everything that differs from kind to kind.

A kind is said once. Its form on pages, its JSON, the facts on a request's page, its result, the reference page and the
agreement template all read the same declaration. Labels are English msgids. Pure data; knows no page and no reader.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import TYPE_CHECKING, Any, Final

from lienlac.hotline.lifecycle import ClockName
from lienlac.vocabulary import request_kinds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import msgspec

    from lienlac.vocabulary import Word, Words


def N_(text: str) -> str:  # noqa: N802  # the name that message extraction looks for
    """Marks a msgid that is translated later, where the language is known."""
    return text


class Shape(StrEnum):
    """What a field holds, and so how it is read, typed and shown."""

    LINE = "line"
    TEXT = "text"
    CHOICE = "choice"
    CODES = "codes"
    FLAG = "flag"
    WHOLE = "whole"
    INSTANT = "instant"
    DATE = "date"
    MONEY = "money"
    ACCOUNTS = "accounts"
    IDENTIFIERS = "identifiers"
    UETR = "uetr"
    PAYMENT_REFERENCE = "payment-reference"
    ID = "id"
    PART = "part"
    ROWS = "rows"


class When(Enum):
    """What an instant or a date must be, seen from now."""

    ANY = "any"
    PAST = "past"
    FUTURE = "future"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a form.

    `words` are the choices, code to label; `vocabulary` gives them instead where they are shared words, narrowed by
    `codes`. `inside` are the fields of a part or of each row, which become a `make`. `with_outcome`: a report's field
    that is required with these outcomes, and with `only` must be left out with others. `standard`: the value when it
    is left out; `begins`: what a fresh page shows. `un` and `etsi` are the names of the same thing in the conventions'
    and in ETSI TS 103 120's forms, for export.
    """

    name: str
    shape: Shape
    label: str
    hint: str = ""
    required: bool = True
    standard: Any = None
    begins: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    vocabulary: Words[Any] | None = None
    codes: tuple[str, ...] = ()
    make: Callable[..., Any] | None = None
    inside: tuple[Field, ...] = ()
    with_outcome: tuple[str, ...] = ()
    only: bool = False
    when: When = When.ANY
    low: int = 0
    high: int = 0
    most: int = 0
    rows: int = 4
    account_form: str = "vn"
    qr: bool = False
    long: bool = False
    un: str = ""
    etsi: str = ""

    @property
    def choices(self) -> tuple[str, ...]:
        """The codes that may stand here."""
        if self.words:
            return tuple(self.words)
        return self.codes or (self.vocabulary.codes() if self.vocabulary is not None else ())

    def shared(self, code: str) -> Word | None:
        """The shared word of a code, where the choices are shared words."""
        if self.vocabulary is None or code not in self.vocabulary:
            return None
        found: Word = self.vocabulary.get(code)
        return found


@dataclass(frozen=True, slots=True)
class Section:
    """Fields that belong together, under one heading."""

    heading: str
    fields: tuple[Field, ...]


class Needs(StrEnum):
    """Whether an authorisation must stand behind a request when it is opened.

    `later`: it may be asked for in haste; then it must be validated in the time agreed, or it lapses.
    """

    NOTHING = "nothing"
    LATER = "later"
    BEFORE = "before"


CLOCKS: Final = (
    ClockName.RECEIPT, ClockName.ACKNOWLEDGE, ClockName.DECIDE, ClockName.EXECUTE, ClockName.CORRECT,
)  # fmt: skip
"""The clocks that every kind has; the validation is added where an authorisation may come later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestKind:
    """One kind of request.

    `follows`: short names of kinds that this one goes on from; `must_follow`: it cannot stand alone, keeps the purpose
    of the earlier one and needs a measure that still lasts. `holds`: outcomes of its result that last until an instant.
    `lead`: fields whose values make the line in the inbox. `considered`: officers are asked about human rights before
    they accept. `begins`: what a fresh page says beyond its fields' own.
    """

    name: str
    body: type[msgspec.Struct]
    report: type[msgspec.Struct]
    sections: tuple[Section, ...]
    outcome: Field
    results: tuple[Field, ...]
    purposes: tuple[str, ...]
    needs: Needs = Needs.NOTHING
    follows: tuple[str, ...] = ()
    must_follow: bool = False
    holds: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    lead: tuple[str, ...] = ()
    considered: bool = False
    urgencies: tuple[str, ...] = ("life", "hot", "urgent", "normal")
    grounds_left_out: tuple[str, ...] = ()
    case_needed: bool = True
    withdrawn_after_result: bool = False
    rules: tuple[Callable[[dict[str, Any], Callable[[str, str], None]], None], ...] = ()
    begins: Mapping[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """The message kind of its opening."""
        return f"hotline.{self.name}"

    @property
    def group(self) -> str:
        """What it is about: money, data, measures, people or advice."""
        return request_kinds.get(self.kind).group

    @property
    def fields(self) -> Iterator[Field]:
        """The form's own fields, in order; what all kinds state stands in `kinds.openings`."""
        for section in self.sections:
            yield from section.fields

    @property
    def report_fields(self) -> tuple[Field, ...]:
        """The result's fields: the outcome first."""
        return (self.outcome, *self.results)

    @property
    def clocks(self) -> tuple[ClockName, ...]:
        """The clocks that run."""
        return (*CLOCKS, ClockName.VALIDATE) if self.needs is Needs.LATER else CLOCKS
