"""A new feed on a page: what comes in, or what goes out; credentials are typed once and never shown again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import get, post

from lienlac.errors import NotAllowed, Refused
from lienlac.intelligence.collection import parse_marks
from lienlac.intelligence.feeds.feed import CEILINGS, parse_draft, parse_secrets
from lienlac.intelligence.feeds.pages import names
from lienlac.people.rights import Action
from lienlac.ui.guard import needs
from lienlac.ui.page import Blank
from lienlac.ui.problems import status_of
from lienlac.vocabulary import handling, pap, tlp

if TYPE_CHECKING:
    from litestar import Response

    from lienlac.intelligence.desk import Intelligence
    from lienlac.intelligence.feeds.desk import Feeds
    from lienlac.intelligence.feeds.feed import Feed
    from lienlac.ui.page import Ask, Form

_SECRET: Final = frozenset({"secret", "certificate"})


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
                made = _made(ask.form, feeds, ask, way)
            except (Refused, NotAllowed) as error:
                wrong = Blank({error.field or "": ask.sentence(error)})
                return _form(ask, intelligence, way, wrong, status=status_of(error))
            said = names.DONE["waits" if made.out else "run"]
            return ask.redirect(f"/intelligence/feeds/{made.id}", ask.gettext(said))

        return empty, make

    return (*ways("in", Action.COLLECTION_MANAGE), *ways("out", Action.INTEL_SHARE))


def _made(form: Form, feeds: Feeds, ask: Ask, way: str) -> Feed:
    kinds = names.INBOUND if way == "in" else names.OUTBOUND
    kind = form.get("kind")
    if kind not in kinds:
        raise Refused("feed-kind", field="kind")
    minutes = form.get("interval_min")
    draft = parse_draft(
        title=form.get("title"),
        kind=kind,
        remote=form.get("picked") or form.get("remote"),
        collection_id=form.get("collection_id"),
        interval_min=int(minutes) if minutes.isascii() and minutes.isdigit() and len(minutes) < 7 else 0,
        ceiling=form.get("ceiling"),
        others=form.get("others") == "yes",
        marks=parse_marks(
            tlp=form.get("tlp"),
            pap=form.get("pap") or "clear",
            handling=form.all("handling"),
            grade_4x4=form.get("grade_4x4").upper(),
            grade_6x6=form.get("grade_6x6").upper(),
        ),
        secrets=parse_secrets(
            address=form.get("address"),
            how=form.get("how"),
            user=form.get("user"),
            secret=form.raw("secret"),
            certificate=form.raw("certificate"),
        ),
    )
    return feeds.add(ask.officer, draft)


def _form(ask: Ask, intelligence: Intelligence, way: str, wrong: Blank, *, status: int = 200) -> Response[str]:
    kinds = names.INBOUND if way == "in" else names.OUTBOUND
    typed = {name: text for name, text in ask.form.values().items() if name not in _SECRET}
    usual = {"kind": kinds[0], "interval_min": "60", "ceiling": "green", "how": "none", "pap": "clear"}
    language = ask.language
    return ask.page(
        "feeds/new.html",
        status=status,
        title=ask.gettext(names.TITLES[way]),
        way=way,
        typed=Blank(typed or usual),
        chosen_handling=ask.form.all("handling"),
        wrong=wrong,
        collections=[(one.id, one.title) for one in intelligence.collections(ask.officer)],
        kind_choices=[(one, ask.gettext(names.KINDS[one]), ask.gettext(names.KIND_NOTES[one])) for one in kinds],
        how_choices=[(code, ask.gettext(text)) for code, text in names.HOWS.items() if way == "in" or code != "key"],
        tlps=tlp.choices(language),
        paps=pap.choices(language),
        handlings=[(code, text, "") for code, text in handling.choices(language) if code != "h0"],
        ceilings=[(code, text) for code, text in tlp.choices(language) if code in CEILINGS],
    )
