"""One record: what it says in both languages, its versions, where it has gone; shared, revoked and taken out here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from litestar import get, post

from lienlac.errors import LienlacError, NotAllowed, Refused
from lienlac.methods.pages import shared
from lienlac.methods.pages.typology import file
from lienlac.people.rights import Action
from lienlac.ui.guard import needs
from lienlac.ui.page import Blank
from lienlac.ui.problems import reason_of, status_of

if TYPE_CHECKING:
    from litestar import Response
    from litestar.params import FromPath

    from lienlac.methods.desk import Methods, Outcome
    from lienlac.ui.page import Ask

_READ: Final = needs(Action.METHOD_READ)
_SHARE: Final = needs(Action.METHOD_SHARE)


def make_handlers(methods: Methods) -> tuple[Any, ...]:
    """The routes of a record."""

    @get("/methods/{method_id:str}", opt=_READ, sync_to_thread=True, include_in_schema=False, name="method")
    def record_page(ask: Ask, method_id: FromPath[str]) -> Response[str]:
        return _page(ask, methods, method_id)

    @get("/methods/{method_id:str}/stix", opt=_READ, sync_to_thread=True, include_in_schema=False)
    def stix(ask: Ask, method_id: FromPath[str]) -> Response[bytes]:
        made = methods.bundle(ask.officer, method_id)
        return file(msgspec.json.format(msgspec.json.encode(made), indent=1), f"{method_id}.stix.json")

    @get("/methods/{method_id:str}/leaflet", opt=_READ, sync_to_thread=True, include_in_schema=False)
    def leaflet(ask: Ask, method_id: FromPath[str]) -> Response[bytes]:
        return file(methods.leaflet(ask.officer, method_id, ask.language), f"{method_id}.pdf", "application/pdf")

    @post("/methods/{method_id:str}/share", opt=_SHARE, sync_to_thread=True, include_in_schema=False, status_code=200)
    def share(ask: Ask, method_id: FromPath[str]) -> Response[str]:
        try:
            outcome = methods.share(ask.officer, method_id, ask.form.all("to"))
        except (Refused, NotAllowed) as error:
            return _again(ask, methods, method_id, error)
        return _gone(ask, outcome, ask.gettext("The record was shared."))

    @post("/methods/{method_id:str}/revoke", opt=_SHARE, sync_to_thread=True, include_in_schema=False, status_code=200)
    def revoke(ask: Ask, method_id: FromPath[str]) -> Response[str]:
        try:
            outcome = methods.revoke(ask.officer, method_id, ask.form.get("reason"))
        except (Refused, NotAllowed) as error:
            return _again(ask, methods, method_id, error)
        return _gone(ask, outcome, ask.gettext("The record was revoked, and everybody who has it is told."))

    return (record_page, stix, leaflet, share, revoke)


def _again(ask: Ask, methods: Methods, method_id: str, error: LienlacError) -> Response[str]:
    if error.code in {"not-found", "not-allowed"}:
        raise error
    wrong = Blank({error.field or "": ask.sentence(error)})
    return _page(ask, methods, method_id, wrong=wrong, status=status_of(error))


def _gone(ask: Ask, outcome: Outcome, said: str) -> Response[str]:
    path = f"/methods/{outcome.method_id}"
    if outcome.waits:
        return ask.redirect(path, ask.gettext("It waits for a second officer before it leaves."), tone="warn")
    if not outcome.sent:
        return ask.redirect(path, ask.gettext("Nothing had to be sent."))
    return ask.redirect(path, said)


def _page(
    ask: Ask, methods: Methods, method_id: str, *, wrong: Blank | None = None, status: int = 200
) -> Response[str]:
    shown = methods.show(ask.officer, method_id)
    body, language = shown.method.body, ask.language
    partners = methods.partners()
    return ask.page(
        "methods/method.html",
        status=status,
        title=body.title_vi if language == "vi" else body.title_en,
        shown=shown,
        method=shown.method,
        body=body,
        present=shown.method.present,
        node_names=methods.node_names(language),
        partners=[
            (one.node_id, one.name_vi if language == "vi" else one.name_en, "")
            for one in partners
            if shown.reached.get(one.node_id) != shown.method.present.number
        ],
        wrong=wrong or Blank(),
        typed=Blank(ask.form.values() if wrong else {}),
        reason_of=lambda code: reason_of(code, language),
        **shared.values(ask),
    )
