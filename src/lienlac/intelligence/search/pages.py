"""The page on which intelligence is searched. What is looked for goes by POST and never stands in an address."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import msgspec
from litestar import Response, get, post

from lienlac import clock, limits
from lienlac.errors import LienlacError, Refused
from lienlac.intelligence.pages import kinds, names
from lienlac.intelligence.search.api import cursor_of
from lienlac.intelligence.search.view import choice_of
from lienlac.intelligence.search.wanted import NAME, parse
from lienlac.intelligence.views import told
from lienlac.people.rights import Action
from lienlac.ui.guard import needs
from lienlac.ui.known import words as known_words
from lienlac.ui.nav import Heading, NavItem
from lienlac.ui.page import Blank
from lienlac.ui.problems import status_of
from lienlac.ui.searches.routes import make_search
from lienlac.ui.words import N_, zone
from lienlac.vocabulary import identifier_types, tlp, typologies

if TYPE_CHECKING:
    from collections.abc import Mapping

    from litestar.params import FromPath

    from lienlac.identifiers.index.desk import Known
    from lienlac.intelligence.search.desk import Search
    from lienlac.intelligence.search.wanted import Found, Wanted
    from lienlac.ui.page import Ask

_OWN: Final = needs(Action.ACCOUNT_OWN)
_DAY: Final = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_STATES: Final = {
    "all": N_("In use or revoked"),
    "current": N_("In use"),
    "revoked": N_("Revoked"),
    "held": N_("Held in quarantine"),
}
_BACK: Final = re.compile(r"[1-9][0-9]{0,3}")
_DAYS_BACK: Final = (7, 30, 90)
_FIELDS: Final = (
    "words", "identifier", "type", "collection", "giver", "tlp", "typology", "since", "until", "within_days", "sighted",
    "state",
)  # fmt: skip


def make_handlers(search: Search) -> tuple[Any, ...]:
    """The page's routes, round the desk that does the work."""

    @get(
        "/intelligence/search",
        opt=needs(Action.INTEL_READ),
        sync_to_thread=True,
        include_in_schema=False,
        name="intel-search",
    )
    def blank(ask: Ask) -> Response[str]:
        return _page(ask, search, {})

    def answer(ask: Ask) -> Response[str]:
        typed = _typed(ask, search)
        try:
            wanted = _wanted(ask, typed)
            found = search.page(ask.officer, wanted, before_us=cursor_of(ask.form.get("cursor")))
        except LienlacError as error:
            wrong = Blank({_field(error): ask.sentence(error)})
            return _page(ask, search, typed, wrong=wrong, status=status_of(error))
        return _page(ask, search, typed, wanted=wanted, found=found)

    @post("/intelligence/search/keep", opt=_OWN, sync_to_thread=True, include_in_schema=False)
    def keep(ask: Ask) -> Response[str]:
        typed, name = _typed(ask, search), ask.form.get("name")
        try:
            kept = search.saved.keep(ask.officer, name, choice_of(_wanted(ask, typed)))
        except LienlacError as error:
            wrong = Blank({_field(error) or error.field or "": ask.sentence(error)})
            return _page(ask, search, {**typed, "name": name}, wrong=wrong, status=status_of(error))
        return ask.redirect("/intelligence/search", ask.gettext("The search “%(name)s” is kept.", name=kept.name))

    @post("/intelligence/search/kept/{filter_id:str}/remove", opt=_OWN, sync_to_thread=True, include_in_schema=False)
    def forget(ask: Ask, filter_id: FromPath[str]) -> Response[str]:
        search.saved.remove(ask.officer, filter_id)
        return ask.redirect("/intelligence/search", ask.gettext("The search is forgotten."))

    search_routes = make_search("/intelligence/search", needs(Action.INTEL_READ), answer, home="/intelligence/search")
    return (blank, *search_routes, keep, forget)


def nav_items() -> tuple[NavItem, ...]:
    """One place, before all others of intelligence: most work begins with a question."""
    return (
        NavItem(
            label=N_("Search intelligence"),
            path="/intelligence/search",
            action=Action.INTEL_READ,
            heading=Heading.INTELLIGENCE,
            order=39,
        ),
    )


def _typed(ask: Ask, search: Search) -> dict[str, str]:
    """What the form says; a saved search says it in the form's place. Raises `NotAllowed("not-found")`."""
    kept = ask.form.get("saved")
    if not kept:
        return {name: value for name in _FIELDS if (value := ask.form.get(name)[: limits.LINE_MAX_CHARS])}
    saved = search.saved.one(ask.officer, kept)
    said = msgspec.structs.asdict(saved.choice)
    for name in ("since", "until"):
        at = said[name]
        said[name] = "" if at is None else at.astimezone(zone(ask.words.time_zone)).strftime("%d/%m/%Y")
    said["within_days"] = str(saved.choice.within_days or "")
    said["sighted"] = "yes" if saved.choice.sighted else ""
    return {name: value for name, value in {**said, "saved": kept}.items() if value}


def _wanted(ask: Ask, typed: Mapping[str, str]) -> Wanted:
    since, until = (_day(typed.get(name, ""), name, ask.words.time_zone) for name in ("since", "until"))
    return parse(
        text=typed.get("words", ""),
        identifier=typed.get("identifier", ""),
        type=typed.get("type", ""),
        collection=typed.get("collection", ""),
        giver=typed.get("giver", ""),
        tlp=typed.get("tlp", ""),
        typology=typed.get("typology", ""),
        since=since,
        until=None if until is None else until + timedelta(days=1, microseconds=-1),
        within_days=_days_back(typed.get("within_days", "")),
        sighted=bool(typed.get("sighted")),
        state=typed.get("state", "all"),
    )


def _days_back(text: str) -> int:
    """Days as the form offers them, or as a program kept them. Raises `Refused("code-unknown")`."""
    if not text:
        return 0
    if _BACK.fullmatch(text) is None:
        raise Refused("code-unknown", field="within_days", value=text[:64], vocabulary="within_days")
    return int(text)


def _day(text: str, name: str, time_zone: str) -> datetime | None:
    """The beginning of a day, as people write it where they are. Raises `Refused("date-invalid")`."""
    if not text:
        return None
    found = _DAY.fullmatch(text)
    if found is None:
        raise Refused("date-invalid", field=name, value=text[:40])
    try:
        return datetime(int(found[3]), int(found[2]), int(found[1]), tzinfo=zone(time_zone))
    except ValueError as error:
        raise Refused("date-invalid", field=name, value=text[:40]) from error


def _field(error: LienlacError) -> str:
    name = error.field or ""
    return name if name in _FIELDS else ""


def _page(
    ask: Ask,
    search: Search,
    typed: Mapping[str, str],
    *,
    wanted: Wanted | None = None,
    found: Found | None = None,
    wrong: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response[str]:
    return ask.page(
        "intelligence/search.html",
        status=status,
        title=ask.gettext("Search intelligence"),
        typed=Blank(typed),
        saved=search.saved.known(ask.officer),
        wrong=Blank(wrong or {}),
        narrowed=any(typed.get(name, "all") != "all" for name in _FIELDS if name not in {"words", "identifier"}),
        keeping="name" in typed,
        wanted=wanted,
        found=found,
        hits=[] if found is None else [(told.line(one.stored), one.collection, one.source) for one in found.hits],
        known=[] if found is None else [_known(ask, one) for one in found.known],
        unread=None if found is None or found.unread_us is None else clock.from_us(found.unread_us),
        collections=search.collections(ask.officer),
        choices=_choices(ask, typed.get("within_days", "")),
        type_label=lambda type_: kinds.type_label(ask.words, type_),
        spoken=kinds.Spoken(ask.words),
        **known_words.FOR_ROWS,
        **names.values(),
    )


def _choices(ask: Ask, back: str) -> dict[str, list[tuple[str, str]]]:
    """What can be chosen; `back`: days that a program kept and the form does not offer by itself."""
    language = ask.language
    offered = {*_DAYS_BACK, *([int(back)] if _BACK.fullmatch(back) else [])}
    return {
        "identifier": [(code, known_words.type_label(ask, code)) for code in (NAME, *identifier_types.codes())],
        "type": kinds.choices(ask.words),
        "giver": [(code, ask.gettext(text)) for code, text in names.GIVERS.items()],
        "tlp": tlp.choices(language),
        "typology": [(word.code, f"{word.shown_code} {word.label(language)}") for word in typologies],
        "within_days": [
            (str(days), ask.words.ngettext("The last day", "The last %(n)s days", days)) for days in sorted(offered)
        ],
        "state": [(code, ask.gettext(text)) for code, text in _STATES.items()],
    }


def _known(ask: Ask, known: Known) -> dict[str, Any]:
    return {
        "known": known,
        "type": known_words.type_label(ask, known.about.type),
        "reason": known_words.reason(ask, known),
    }
