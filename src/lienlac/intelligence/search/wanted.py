"""What an officer looks for: words, filters or one identifier. Pure; refuses what makes no sense."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, get_args

from lienlac import limits
from lienlac.errors import Refused
from lienlac.identifiers.folding import asked_words
from lienlac.intelligence.collection import Giver
from lienlac.vocabulary import identifier_types, marks, typologies

if TYPE_CHECKING:
    from datetime import datetime

    from lienlac.identifiers.index.desk import Known
    from lienlac.intelligence.collection import Collection, Source
    from lienlac.intelligence.store.objects import Stored
    from lienlac.intelligence.store.quarantine import Held

State = Literal["all", "current", "revoked", "held"]
STATES: Final[tuple[State, ...]] = get_args(State)
NAME: Final = "name"
"""The identifier that is none: a person's name, looked for with its tones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Every empty one lets all pass. `identifier`: the type of what `text` says, looked up in the index as a whole.

    `within_days`: so many days back from whenever it is asked, where there is no `since`.
    """

    text: str = ""
    words: tuple[str, ...] = ()
    identifier: str = ""
    type: str = ""
    collection: str = ""
    giver: str = ""
    tlp: str = ""
    typology: str = ""
    since: datetime | None = None
    until: datetime | None = None
    within_days: int = 0
    sighted: bool = False
    state: State = "all"

    @property
    def named(self) -> dict[str, str]:
        """What the journal notes of the filters."""
        fixed = {name: getattr(self, name) for name in ("type", "collection", "giver", "tlp", "typology")}
        state = "" if self.state == "all" else self.state
        return {name: value for name, value in (*fixed.items(), ("state", state)) if value}

    @property
    def traced(self) -> bool:
        """Whether somebody or something is looked for by name: that leaves a trace."""
        return bool(self.words or self.identifier)

    def asked_at(self, now: datetime) -> Wanted:
        """The same with the instant from which its days back reach."""
        return replace(self, since=now - timedelta(days=self.within_days)) if self.within_days else self


class Hit(NamedTuple):
    """A stored version that was found, where it lies, and who gave it."""

    stored: Stored
    collection: Collection
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One page. `onward_us`: where the next one begins, also where this one is not full: it looked so far.

    `held` are found instead of `hits` in quarantine; `known` is what the index says of an identifier; `unread_us`: what
    was added later than this is not found by words yet.
    """

    hits: tuple[Hit, ...] = ()
    held: tuple[tuple[Held, Collection], ...] = ()
    onward_us: int | None = None
    known: tuple[Known, ...] = ()
    unread_us: int | None = None


def parse(
    *,
    text: str = "",
    identifier: str = "",
    type: str = "",  # noqa: A002  # as the filter is called everywhere
    collection: str = "",
    giver: str = "",
    tlp: str = "",
    typology: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    within_days: int = 0,
    sighted: bool = False,
    state: str = "all",
) -> Wanted:
    """A search as it was asked.

    Raises `Refused("code-unknown" | "search-period" | "search-period-twice" | "nothing-to-look-up")`.
    """
    if identifier and identifier != NAME:
        identifier = identifier_types.get(identifier, field="identifier").code
    if identifier and not text.strip():
        raise Refused("nothing-to-look-up", field="words")
    if state not in STATES:
        raise Refused("code-unknown", field="state", value=state[:64], vocabulary="state")
    if giver and giver not in set(Giver):
        raise Refused("code-unknown", field="giver", value=giver[:64], vocabulary="giver")
    if since is not None and until is not None and until < since:
        raise Refused("search-period", field="until")
    if not 0 <= within_days <= limits.INTEL_WITHIN_DAYS_MAX:
        raise Refused("code-unknown", field="within_days", value=str(within_days)[:64], vocabulary="within_days")
    if within_days and (since is not None or until is not None):
        raise Refused("search-period-twice", field="within_days")
    return Wanted(
        text=text.strip(),
        words=() if identifier else asked_words(text, limits.INTEL_QUERY_MAX_WORDS),
        identifier=identifier,
        type=type.strip().lower()[: limits.LINE_MAX_CHARS],
        collection=collection,
        giver=giver,
        tlp=marks.tlp.get(tlp, field="tlp").code if tlp else "",
        typology=typologies.get(typology.lower(), field="typology").code if typology else "",
        since=since,
        until=until,
        within_days=within_days,
        sighted=sighted,
        state=state,
    )
