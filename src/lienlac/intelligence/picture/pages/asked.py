"""Which number somebody looks behind, read from an address and written into one. No I/O."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from lienlac.errors import Refused
from lienlac.intelligence.picture.period import DEFAULT, period
from lienlac.intelligence.picture.picture import Behind

if TYPE_CHECKING:
    from collections.abc import Callable

    from lienlac.intelligence.picture.period import Period
    from lienlac.intelligence.picture.picture import Picture
    from lienlac.ui.page import Ask

_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_KIND: Final = re.compile(r"[a-z]{0,20}")


def asked_of(ask: Ask) -> tuple[str, Behind]:
    """The period's name and the number. Raises `Refused`."""
    span = ask.query.get("span", DEFAULT)
    currency, kind = ask.query.get("currency", ""), ask.query.get("kind", "")
    ends = ask.query.get("from", ""), ask.query.get("to", "")
    flow = ends if any(ends) else None
    if (
        not _KIND.fullmatch(kind)
        or (currency and not _CURRENCY.fullmatch(currency))
        or (flow and not all(_COUNTRY.fullmatch(end) for end in flow))
    ):
        raise Refused("request-malformed", field="query", reason="kind, currency, from, to")
    return span, Behind(
        typology=ask.query.get("typology", ""),
        kind=kind,
        place=place_of(ask, period(span, ask.now.date())),
        currency=currency,
        flow=flow,
    )


def place_of(ask: Ask, shown: Period) -> int | None:
    """Which stretch of the period is asked for; None for all of it."""
    if not ask.query.get("place"):
        return None
    return ask.number("place", default=0, low=0, high=len(shown.begins) - 1)


def query_of(span: str, asked: Behind) -> str:
    """The same question as an address's query."""
    said: dict[str, str] = {"span": span, "typology": asked.typology, "kind": asked.kind, "currency": asked.currency}
    if asked.place is not None:
        said["place"] = str(asked.place)
    if asked.flow is not None:
        said["from"], said["to"] = asked.flow
    return urlencode({name: value for name, value in said.items() if value})


def links_of(picture: Picture) -> Callable[..., str]:
    """Addresses of the lists behind a picture's numbers; what the picture is narrowed to stays."""
    span, typology = picture.period.name, picture.typology

    def link(**asked: Any) -> str:
        return f"/intelligence/picture/records?{query_of(span, Behind(**{'typology': typology, **asked}))}"

    return link
