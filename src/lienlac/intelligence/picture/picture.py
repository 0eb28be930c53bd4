"""The threat picture, added up from records: by kind of crime, by type of identifier, by currency, by way. Pure.

A record counts once in each family of crime that it names. Amounts are added within a currency and never converted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from lienlac.vocabulary import typologies

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from lienlac.intelligence.picture.period import Period
    from lienlac.records.pictured import Fate, Pictured

FATES: Final[tuple[Fate, ...]] = ("asked", "held", "returned")
NO_TYPOLOGY: Final = "none"
"""Records that name no kind of crime."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """How many in each stretch of the period: of a family of crime, or of a type of identifier."""

    code: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """In the whole period."""
        return sum(self.counts)

    @property
    def change(self) -> int:
        """How many more in the later half of the period than in the earlier one; a stretch in the middle is in none."""
        half = len(self.counts) // 2
        return sum(self.counts[-half:]) - sum(self.counts[:half]) if half else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What became of money in one currency; `records` are those that name an amount in it."""

    currency: str
    sums: dict[str, Decimal]
    records: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """From which country to which, in how many records."""

    origin: str
    target: str
    records: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """All of it. `new` is None for who may not see all that is open; `cut`: there were more than were counted."""

    period: Period
    typology: str
    kinds: dict[str, int]
    crimes: Sequence[Series]
    new: Sequence[Series] | None
    losses: Sequence[Loss]
    flows: Sequence[Flow]
    cut: bool = False
    whole: Series = field(default_factory=lambda: Series(code="", counts=()))


def drawn(
    records: Iterable[Pictured],
    firsts: Iterable[tuple[date, str, int]] | None,
    period: Period,
    *,
    typology: str,
    cut: bool,
) -> Picture:
    """The picture of these records; `firsts` are identifiers that were new, by day and type."""
    kept = [one for one in records if about(one, typology)]
    slots = len(period.begins)
    crimes: defaultdict[str, list[int]] = defaultdict(lambda: [0] * slots)
    whole = [0] * slots
    for one in kept:
        place = period.place(one.at.date())
        whole[place] += 1
        for family in families(one):
            crimes[family][place] += 1
    return Picture(
        period=period,
        typology=typology,
        kinds=dict(Counter(one.kind for one in kept)),
        crimes=_sorted(crimes),
        new=None if firsts is None else _sorted(_by_type(firsts, period)),
        losses=_losses(kept),
        flows=_flows(kept),
        cut=cut,
        whole=Series(code="", counts=tuple(whole)),
    )


def about(record: Pictured, typology: str) -> bool:
    """Whether a record is about a kind of crime, a family takes in its kinds; "" is any."""
    if not typology:
        return True
    if typology == NO_TYPOLOGY:
        return not record.typologies
    return typology in record.typologies or typology in families(record)


def families(record: Pictured) -> tuple[str, ...]:
    """The families of crime that a record names, each once."""
    known = [typologies.get(code).family_code for code in record.typologies if code in typologies]
    return tuple(dict.fromkeys(known)) or (NO_TYPOLOGY,)


def behind(records: Iterable[Pictured], period: Period, asked: Behind) -> list[Pictured]:
    """The records that one number of the picture is made of."""
    found = [one for one in records if about(one, asked.typology) and (not asked.kind or one.kind == asked.kind)]
    if asked.place is not None:
        found = [one for one in found if period.place(one.at.date()) == asked.place]
    if asked.currency:
        found = [one for one in found if any(money.currency == asked.currency for _, money in one.money)]
    if asked.flow is not None:
        found = [one for one in found if asked.flow in one.flows]
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """Which number of the picture is looked behind; what is left out narrows nothing."""

    typology: str = ""
    kind: str = ""
    place: int | None = None
    currency: str = ""
    flow: tuple[str, str] | None = None


def _sorted(found: dict[str, list[int]]) -> list[Series]:
    made = [Series(code=code, counts=tuple(counts)) for code, counts in found.items()]
    return sorted(made, key=lambda one: (-one.total, one.code))


def _by_type(firsts: Iterable[tuple[date, str, int]], period: Period) -> dict[str, list[int]]:
    found: defaultdict[str, list[int]] = defaultdict(lambda: [0] * len(period.begins))
    for day, type_, count in firsts:
        found[type_][period.place(day)] += count
    return found


def _losses(records: Iterable[Pictured]) -> list[Loss]:
    sums: defaultdict[str, dict[str, Decimal]] = defaultdict(lambda: dict.fromkeys(FATES, Decimal(0)))
    count: Counter[str] = Counter()
    for one in records:
        for fate, money in one.money:
            sums[money.currency][fate] += Decimal(money.amount)
        count.update({money.currency for _, money in one.money})
    made = [Loss(currency=currency, sums=found, records=count[currency]) for currency, found in sums.items()]
    return sorted(made, key=lambda one: (-one.records, one.currency))


def _flows(records: Iterable[Pictured]) -> list[Flow]:
    found: Counter[tuple[str, str]] = Counter(flow for one in records for flow in one.flows)
    made = [Flow(origin=origin, target=target, records=count) for (origin, target), count in found.items()]
    return sorted(made, key=lambda one: (-one.records, one.origin, one.target))


def newest(records: Iterable[Pictured]) -> list[Pictured]:
    """Newest first."""
    return sorted(records, key=lambda one: one.at, reverse=True)
