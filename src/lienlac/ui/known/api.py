"""The look-up for programs: where an identifier is named, and what else names what a thing names.

The same desk as the screens', so the same rights, the same trace in the journal and the same caps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from litestar import Response, get, post
from litestar.params import FromPath

from lienlac.interface.intelligence.known import Asked, KnownElsewhere, KnownOne, SeenOne, Similar
from lienlac.people.rights import Action
from lienlac.ui.guard import needs
from lienlac.ui.interface.speech import speaks
from lienlac.ui.known import words
from lienlac.ui.page import Ask
from lienlac.ui.words import N_

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lienlac.identifiers.index.desk import Known, Seen
    from lienlac.ui.known.desk import Elsewhere

Answer = Response[bytes]
_Kind = Literal["request", "emergency", "case", "programme", "delegation", "method", "flash"]
_EXAMPLES: Final = {
    "one value": {"type": "phone", "text": "0912 345 678"},
    "a text": {"text": "STK 0071000123456 Vietcombank, Zalo 0912345678"},
}


def make_doors(elsewhere: Elsewhere) -> tuple[Any, ...]:
    """The doors, round the desk that does the work."""

    @post(
        "/api/known",
        opt=needs(Action.INTEL_READ)
        | speaks(
            N_("Where the identifiers of a text, or one value, are named"),
            "identifiers",
            KnownElsewhere,
            takes=Asked,
            examples=_EXAMPLES,
        ),
        sync_to_thread=True,
        status_code=200,
        name="api-known",
    )
    def look_up(ask: Ask) -> Answer:
        """One value of a type, or everything that is found in a text; a value that nobody names has `times` 0."""
        asked = ask.given(Asked)
        return ask.json(_view(ask, elsewhere, elsewhere.look_up(ask.officer, asked.text, asked.type)))

    @get(
        "/api/known/{thing_kind:str}/{thing:str}",
        opt=needs(Action.INTEL_READ)
        | speaks(
            N_("What else names the identifiers that a request, channel, record, method or warning names"),
            "identifiers",
            KnownElsewhere,
        ),
        sync_to_thread=True,
        name="api-known-of",
    )
    def known_of(ask: Ask, thing_kind: FromPath[_Kind], thing: FromPath[str]) -> Answer:
        """By the thing's id. Similar names come as hints, with what their tones say.

        Of a case, programme or delegation the identifiers named last are compared, and no similar names.
        """
        return ask.json(_view(ask, elsewhere, elsewhere.of(ask.officer, thing_kind, thing)))

    return (look_up, known_of)


def _view(ask: Ask, elsewhere: Elsewhere, found: Iterable[Known]) -> KnownElsewhere:
    return KnownElsewhere(known=[known_one(ask, known) for known in found], behind=elsewhere.waiting())


def known_one(ask: Ask, known: Known) -> KnownOne:
    """What the index says of one identifier."""
    likeness = known.likeness
    return KnownOne(
        type=known.about.type,
        shown=known.about.shown or known.about.key,
        role=known.about.role,
        reason=words.reason(ask, known) if known.times else "",
        times=known.times,
        at_least=known.at_least,
        similar=None
        if likeness is None
        else Similar(name=known.name, score=likeness.score, tones=likeness.tones.value, reordered=likeness.reordered),
        seen=[_seen(one) for one in known.seen],
    )


def _seen(one: Seen) -> SeenOne:
    return SeenOne(
        kind=one.kind, id=one.id, label=one.label, role=one.role, since=one.at, place=one.place, places=one.places
    )
