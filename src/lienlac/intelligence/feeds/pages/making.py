"""A new feed on a page: what comes in, or what goes out; credentials are typed once and never shown again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import get, post

from lienlac.errors import NotAllowed, Refused
from lienlac.intelligence.feeds.feed import CEILINGS
from lienlac.intelligence.feeds.pages import names
from lienlac.intelligence.feeds.rules.typed import Typed
from lienlac.people.rights import Action
from lienlac.ui.guard import needs
from lienlac.ui.page import Blank
from lienlac.ui.problems import status_of
from lienlac.vocabulary import handling, pap, tlp

if TYPE_CHECKING:
    from litestar import Response

    from lienlac.intelligence.desk import Intelligence
    from lienlac.intelligence.feeds.desk import Feeds
    from lienlac.ui.page import Ask, Form

_SECRET: Final = frozenset({"secret", "certificate"})
_KINDS: Final = {"in": names.INBOUND, "out": names.OUTBOUND}


def make_handlers(feeds: Feeds, intelligence: Intelligence) -> tuple[Any, ...]:
    """The forms, one for each direction: they need different rights."""

    def ways(way: str, action: Action) -> tuple[Any, Any]:
        @get(
            f"/intelligence/feeds/new-{way}",
            opt=needs(action),
            sync_to_thread=True,
            include_in_schema=False,
            name=f"feed-new-{way}",
        )
        def empty(ask: Ask) -> Response[str]:
            return _form(ask, intelligence, way, Blank())

        @post(
            f"/intelligence/feeds/new-{way}",
            opt=needs(action),
            sync_to_thread=True,
            include_in_schema=False,
            status_code=200,
        )
        def make(ask: Ask) -> Response[str]:
            try:
                made = feeds.add(ask.officer, feeds.read(ask.officer, _typed(ask.form, way)))
            except (Refused, NotAllowed) as error:
                wrong = names.mistakes(error, ask.language)
                return _form(ask, intelligence, way, wrong, status=status_of(error))
            said = names.DONE["waits" if made.out else "run"]
            return ask.redirect(f"/intelligence/feeds/{made.id}", ask.gettext(said))

        return empty, make

    return (*ways("in", Action.COLLECTION_MANAGE), *ways("out", Action.INTEL_SHARE))


def _typed(form: Form, way: str) -> Typed:
    """A kind of the other direction is none here: it needs another right."""
    kind, minutes = form.get("kind"), form.get("interval_min")
    return Typed(
        title=form.get("title"),
        kind=kind if kind in _KINDS[way] else "",
        address=form.get("address"),
        remote=form.get("picked") or form.get("remote"),
        how=form.get("how"),
        user=form.get("user"),
        secret=form.raw("secret"),
        certificate=form.raw("certificate"),
        collection_id=form.get("collection_id"),
        interval_min=int(minutes) if minutes.isascii() and minutes.isdigit() and len(minutes) < 7 else 0,
        ceiling=form.get("ceiling"),
        others=form.get("others") == "yes",
        tlp=form.get("tlp"),
        pap=form.get("pap") or "clear",
        handling=form.all("handling"),
        grade_4x4=form.get("grade_4x4").upper(),
        grade_6x6=form.get("grade_6x6").upper(),
    )


def _form(ask: Ask, intelligence: Intelligence, way: str, wrong: Blank, *, status: int = 200) -> Response[str]:
    kinds, form = _KINDS[way], ask.form
    typed = {name: text for name, text in form.values().items() if name not in _SECRET}
    if form.get("picked"):  # of what the server offered: the offers are gone, the choice is not
        typed["remote"] = form.get("picked")
    usual = {"kind": kinds[0], "interval_min": "60", "ceiling": "green", "how": "none", "pap": "clear"}
    language = ask.language
    return ask.page(
        "feeds/new.html",
        status=status,
        title=ask.gettext(names.TITLES[way]),
        way=way,
        typed=Blank(typed or usual),
        chosen_handling=form.all("handling"),
        wrong=wrong,
        labels=names.LABELS,
        type_again=any(form.raw(name) for name in _SECRET),
        collections=[(one.id, one.title) for one in intelligence.collections(ask.officer)],
        kind_choices=[(one, ask.gettext(names.KINDS[one]), ask.gettext(names.KIND_NOTES[one])) for one in kinds],
        how_choices=[(code, ask.gettext(text)) for code, text in names.HOWS.items() if way == "in" or code != "key"],
        tlps=tlp.choices(language),
        paps=pap.choices(language),
        handlings=[(code, text, "") for code, text in handling.choices(language) if code != "h0"],
        ceilings=[(code, text) for code, text in tlp.choices(language) if code in CEILINGS],
    )
