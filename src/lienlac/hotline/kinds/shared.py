"""Fields that several kinds of request have in common, said once.

Names of the conventions' fields are from memory and from secondary sources: verify them before an export is built.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lienlac import limits
from lienlac.hotline.kinds.field import N_, Field, Shape, When
from lienlac.vocabulary import data_categories, identifier_types
from lienlac.wire.bodies import hotline as bodies

if TYPE_CHECKING:
    from collections.abc import Callable

HEADER: Final = {
    "reference": ("", "Reference"),
    "urgency": ("UN 40: urgency", "Priority"),
    "purpose": ("UN 40.15: purpose for which it is sought", ""),
    "legal_basis": ("", "LegalType"),
    "legal_basis_text": ("UN 40.15: text of the provisions", "LegalType"),
    "typology": ("UN 40.15: subject matter and nature", ""),
    "marks": ("UN 36, 40: conditions, confidentiality", "Flags"),
    "desired": ("", "DesiredStatus"),
    "actual": ("", "Status"),
}
"""What stands in the header or in the columns, under the names of the conventions' and of ETSI TS 103 120's forms."""

# --- what every kind states ---------------------------------------------------------------------------------------

CASE_NUMBER: Final = Field(
    name="case_number",
    shape=Shape.LINE,
    label=N_("Case number here"),
    hint=N_(
        "The number of the case in this authority's own books; the answer may be used for it alone. Where there is "
        "none yet, the request's own reference stands for it."
    ),
    required=False,
    un="UN 40.15: investigation, prosecution or proceeding to which the request relates",
    etsi="Reference",
)
DRILL: Final = Field(
    name="drill",
    shape=Shape.FLAG,
    label=N_("This is a drill"),
    hint=N_("Both desks act as if it were real; nothing is done to anybody, and it counts in no statistics."),
    required=False,
    standard=False,
    etsi="Flags",
)
TERRORISM: Final = Field(
    name="terrorism",
    shape=Shape.PART,
    label=N_("What makes it terrorism"),
    hint=N_("A terrorism code needs an entity on an agreed list or an act of violence; speech alone is never enough."),
    required=False,
    make=bodies.TerrorismElement,
    inside=(
        Field(
            name="listed_entity",
            shape=Shape.LINE,
            label=N_("Listed entity, and the list"),
            required=False,
        ),
        Field(
            name="violence",
            shape=Shape.TEXT,
            label=N_("Act of violence, done or prepared"),
            required=False,
            rows=3,
        ),
    ),
)
AUTHORISATION: Final = Field(
    name="authorisation",
    shape=Shape.PART,
    label=N_("Decision behind it"),
    required=False,
    make=bodies.Authorisation,
    un="UN 24: judicial or other independent review",
    etsi="ApprovalDetails",
    inside=(
        Field(
            name="decided_by",
            shape=Shape.CHOICE,
            label=N_("Who decided"),
            make=bodies.DecidedBy,
            words={
                "court": N_("A court"),
                "prosecutor": N_("A prosecutor"),
                "authority": N_("Another competent authority"),
            },
        ),
        Field(name="authority", shape=Shape.LINE, label=N_("Name of the court, prosecutor or authority")),
        Field(name="law", shape=Shape.LINE, label=N_("Under which law"), etsi="LegalType"),
        Field(name="number", shape=Shape.LINE, label=N_("Number of the decision"), required=False, etsi="Reference"),
        Field(
            name="scope",
            shape=Shape.TEXT,
            label=N_("What it covers"),
            hint=N_("Which data, accounts or measures, and for which time."),
            rows=2,
        ),
        Field(name="decided_on", shape=Shape.DATE, label=N_("Date of the decision"), when=When.PAST),
        Field(
            name="valid_until",
            shape=Shape.DATE,
            label=N_("Valid until"),
            required=False,
            when=When.FUTURE,
            etsi="Timespan",
        ),
    ),
)
COMMON: Final = (CASE_NUMBER, TERRORISM, AUTHORISATION, DRILL)
"""Body fields of every kind, besides its own."""

# --- what many kinds state ----------------------------------------------------------------------------------------

AUTHORITY: Final = Field(
    name="authority",
    shape=Shape.LINE,
    label=N_("Authority that asks"),
    un="UN 42: authority seeking it; 40.15: identity of the requesting authority",
)
OFFENCE: Final = Field(
    name="offence",
    shape=Shape.LINE,
    label=N_("Offence"),
    hint=N_("Name and article in the law of the side that asks."),
    un="UN 42: offence under investigation; 40.15: subject matter and nature",
)
LINK: Final = Field(
    name="link",
    shape=Shape.TEXT,
    label=N_("How the data is linked to the offence"),
    rows=3,
    un="UN 42: relationship of the data to the offence",
)
CUSTODIAN: Final = Field(
    name="custodian",
    shape=Shape.LINE,
    label=N_("Who holds it"),
    hint=N_("Provider or company, as far as known."),
    un="UN 42: custodian of the data",
    etsi="CSPID",
)
CONFIDENTIAL: Final = Field(
    name="confidential",
    shape=Shape.FLAG,
    label=N_("Keep it confidential: the user must not be told"),
    standard=True,
    required=False,
    begins="yes",
    un="UN 42: confidentiality, no notice to the user",
    etsi="Flags",
)
CONDITIONS: Final = Field(
    name="conditions",
    shape=Shape.TEXT,
    label=N_("Conditions that go with it"),
    hint=N_("What it may not be used for, who may not see it, until when it may be kept."),
    required=False,
    rows=3,
    un="UN 36: conditions for use",
)
FOLLOW_UP: Final = Field(
    name="follow_up", shape=Shape.TEXT, label=N_("What must follow, and until when"), required=False, rows=3
)


def facts(label: str = N_("Facts"), hint: str = "", *, required: bool = True, rows: int = 6) -> Field:
    """What happened, in words."""
    return Field(
        name="facts",
        shape=Shape.TEXT,
        label=label,
        hint=hint,
        required=required,
        rows=rows,
        un="UN 40.15: summary of the relevant facts",
    )


def necessity(label: str) -> Field:
    """Why this and nothing milder."""
    return Field(name="necessity", shape=Shape.TEXT, label=label, rows=3, un="UN 42: necessity")


def covers(*, required: bool) -> tuple[Field, Field]:
    """The time that the data is from."""
    return (
        Field(
            name="covers_from",
            shape=Shape.INSTANT,
            label=N_("Data from"),
            required=required,
            when=When.PAST,
            etsi="Timespan",
        ),
        Field(name="covers_until", shape=Shape.INSTANT, label=N_("Data until"), required=required, etsi="Timespan"),
    )


def identifiers(
    name: str = "identifiers",
    label: str = N_("By what the holder finds it"),
    *,
    codes: tuple[str, ...] = (),
    required: bool = False,
) -> Field:
    """A list of identifiers, each of a type of the shared list; `codes` narrows the types."""
    return Field(
        name=name,
        shape=Shape.IDENTIFIERS,
        label=label,
        required=required,
        vocabulary=identifier_types,
        codes=codes,
        most=limits.HOTLINE_IDENTIFIERS_MAX,
        un="UN 40.15: identity and location, where appropriate",
    )


def categories(*codes: str) -> Field:
    """Categories of data; content is none of them in any kind."""
    return Field(
        name="categories",
        shape=Shape.CODES,
        label=N_("Which data"),
        hint=N_("Only what the case needs. Content of communications cannot be asked for here."),
        vocabulary=data_categories,
        codes=codes,
        most=limits.HOTLINE_CATEGORIES_MAX,
        un="UN 2: subscriber information, traffic data",
    )


def outcome(label: str, make: Callable[[str], Any], words: dict[str, str]) -> Field:
    """What became of it: the first field of every result."""
    return Field(name="outcome", shape=Shape.CHOICE, label=label, make=make, words=words, etsi="Status")


def period_not_reversed(values: dict[str, Any], note: Callable[[str, str], None]) -> None:
    """Data cannot end before it begins."""
    begun, over = values.get("covers_from"), values.get("covers_until")
    if begun and over and over < begun:
        note("covers_until", "period-reversed")
