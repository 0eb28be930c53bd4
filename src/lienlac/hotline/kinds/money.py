"""The kinds about money: freeze a payment, release what was frozen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lienlac import limits
from lienlac.hotline.kinds.field import N_, Field, Needs, RequestKind, Section, Shape, When
from lienlac.hotline.kinds.shared import FOLLOW_UP, facts, outcome
from lienlac.wire.bodies import hotline as bodies

if TYPE_CHECKING:
    from collections.abc import Callable

_BANK_REFERENCE: Final = Field(
    name="bank_reference", shape=Shape.LINE, label=N_("Bank's reference of the hold"), required=False
)

FREEZE: Final = RequestKind(
    name="freeze-payment",
    body=bodies.FreezePayment,
    report=bodies.FreezeResult,
    needs=Needs.LATER,
    holds=("held", "partly"),
    lead=("amount", "beneficiaries"),
    purposes=(
        "stop-funds",
        "trace-proceeds",
        "assist-victim",
        "investigate",
        "prosecute",
        "counter-terrorism-financing",
    ),
    begins={"urgency": "hot", "purpose": "stop-funds"},
    sections=(
        Section(
            N_("Where the money went"),
            (
                Field(
                    name="beneficiaries",
                    shape=Shape.ACCOUNTS,
                    label=N_("Receiving account"),
                    most=limits.HOTLINE_ACCOUNTS_MAX,
                    qr=True,
                    un="UN 50: property to be restrained, its location",
                ),
            ),
        ),
        Section(
            N_("The transfer"),
            (
                Field(
                    name="amount",
                    shape=Shape.MONEY,
                    label=N_("Amount"),
                    begins="USD",
                    un="UN 50: estimated value of the property",
                ),
                Field(
                    name="transferred_at",
                    shape=Shape.INSTANT,
                    label=N_("Date and time of the transfer"),
                    when=When.PAST,
                ),
                Field(
                    name="payment_reference",
                    shape=Shape.PAYMENT_REFERENCE,
                    label=N_("Bank's reference of the transfer"),
                    required=False,
                ),
                Field(
                    name="uetr",
                    shape=Shape.UETR,
                    label=N_("UETR of the transfer"),
                    hint=N_("36 characters, in the SWIFT message."),
                    required=False,
                ),
                Field(
                    name="recall",
                    shape=Shape.CHOICE,
                    label=N_("Has the victim's bank recalled the payment?"),
                    make=bodies.Recall,
                    standard="unknown",
                    begins="unknown",
                    words={
                        "sent": N_("Yes, the bank has recalled it"),
                        "not-sent": N_("No, not yet"),
                        "unknown": N_("Not known"),
                    },
                ),
                Field(
                    name="victims",
                    shape=Shape.ACCOUNTS,
                    label=N_("Victim's account"),
                    required=False,
                    most=limits.HOTLINE_ACCOUNTS_MAX,
                    account_form="us",
                ),
            ),
        ),
        Section(
            N_("What happened"),
            (
                facts(
                    hint=N_(
                        "Who was deceived, how, and why this account. No full card numbers, no passwords; names of "
                        "victims only where needed."
                    )
                ),
                Field(
                    name="victim",
                    shape=Shape.PART,
                    label=N_("About the victim"),
                    required=False,
                    standard=bodies.Victim(identified=False),
                    make=bodies.Victim,
                    un="UN 34: assistance to and protection of victims",
                    inside=(
                        Field(
                            name="identified",
                            shape=Shape.FLAG,
                            label=N_("The victim is identified and can be reached"),
                            standard=False,
                        ),
                        Field(name="minor", shape=Shape.FLAG, label=N_("The victim is a minor"), standard=False),
                        Field(
                            name="vulnerable",
                            shape=Shape.FLAG,
                            label=N_("The victim is in a vulnerable situation"),
                            standard=False,
                        ),
                    ),
                ),
            ),
        ),
    ),
    outcome=outcome(
        N_("What became of the money"),
        bodies.FreezeOutcome,
        {
            "held": N_("All of the money is held"),
            "partly": N_("A part of the money is held"),
            "not-held": N_("No money is held"),
            "released": N_("The hold was released"),
        },
    ),
    results=(
        Field(
            name="held",
            shape=Shape.MONEY,
            label=N_("Amount held"),
            with_outcome=("held", "partly"),
            only=True,
            begins="VND",
        ),
        Field(
            name="held_at",
            shape=Shape.INSTANT,
            label=N_("Held since"),
            with_outcome=("held", "partly"),
            when=When.PAST,
        ),
        Field(
            name="until",
            shape=Shape.INSTANT,
            label=N_("Held until"),
            with_outcome=("held", "partly"),
            only=True,
            when=When.FUTURE,
            etsi="Timespan",
        ),
        _BANK_REFERENCE,
        FOLLOW_UP,
    ),
)


def _wrong_hold_names_a_contact(values: dict[str, Any], note: Callable[[str, str], None]) -> None:
    """Whoever's money was held by mistake must be able to ask somebody."""
    if values.get("reason") == bodies.ReleaseReason.WRONG_ACCOUNT and not values.get("compensation_contact"):
        note("compensation_contact", "field-missing")


RELEASE: Final = RequestKind(
    name="release-payment",
    body=bodies.ReleasePayment,
    report=bodies.ReleaseResult,
    follows=("freeze-payment",),
    must_follow=True,
    ends=("released",),
    lead=("amount", "accounts"),
    purposes=FREEZE.purposes,
    grounds_left_out=("political-offence", "military-offence", "speech-only", "discrimination", "human-rights-risk"),
    rules=(_wrong_hold_names_a_contact,),
    begins={"urgency": "hot"},
    sections=(
        Section(
            N_("What is to be released"),
            (
                Field(
                    name="accounts",
                    shape=Shape.ACCOUNTS,
                    label=N_("Account to be released"),
                    most=limits.HOTLINE_ACCOUNTS_MAX,
                ),
                Field(
                    name="amount",
                    shape=Shape.MONEY,
                    label=N_("Amount to be released"),
                    hint=N_("Leave it empty to release everything that is held."),
                    required=False,
                    begins="VND",
                ),
            ),
        ),
        Section(
            N_("Why"),
            (
                Field(
                    name="reason",
                    shape=Shape.CHOICE,
                    label=N_("Reason for the release"),
                    make=bodies.ReleaseReason,
                    words={
                        "wrong-account": N_("The wrong account or person was hit"),
                        "cleared": N_("The suspicion was cleared up"),
                        "returned": N_("The money goes back to the victim"),
                        "decision": N_("A court, prosecutor or authority decided it"),
                        "not-validated": N_("The hold was not validated in time"),
                    },
                ),
                facts(N_("Facts in short"), rows=4),
                Field(
                    name="compensation_contact",
                    shape=Shape.LINE,
                    label=N_("Whom the account holder may ask for compensation"),
                    hint=N_("Name or office with telephone; needed when the wrong account was hit."),
                    required=False,
                ),
            ),
        ),
    ),
    outcome=outcome(
        N_("What became of the hold"),
        bodies.ReleaseOutcome,
        {
            "released": N_("All of the money is released"),
            "partly": N_("A part of the money is released"),
            "not-released": N_("The hold goes on"),
        },
    ),
    results=(
        Field(
            name="released",
            shape=Shape.MONEY,
            label=N_("Amount released"),
            with_outcome=("released", "partly"),
            only=True,
            begins="VND",
        ),
        Field(
            name="released_at",
            shape=Shape.INSTANT,
            label=N_("Released at"),
            with_outcome=("released", "partly"),
            when=When.PAST,
        ),
        Field(name="bank_reference", shape=Shape.LINE, label=N_("Bank's reference of the release"), required=False),
        Field(
            name="holder_told",
            shape=Shape.FLAG,
            label=N_("The account holder was told"),
            standard=False,
            required=False,
        ),
        FOLLOW_UP,
    ),
)

KINDS: Final = (FREEZE, RELEASE)
