"""The marks beside an object: a form that says how far down they may go, and what less strict ones need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from litestar import get, post
from litestar.params import FromPath

from lienlac.errors import LienlacError, NotAllowed, Refused
from lienlac.intelligence.collection import Marks, parse_marks
from lienlac.intelligence.marking.rules import lowers
from lienlac.intelligence.pages import names
from lienlac.people.rights import Action
from lienlac.ui.guard import needs
from lienlac.ui.page import Blank
from lienlac.ui.problems import status_of
from lienlac.vocabulary import handling, pap, tlp

if TYPE_CHECKING:
    from litestar import Response

    from lienlac.intelligence.desk import Intelligence
    from lienlac.intelligence.marking.desk import Marked
    from lienlac.ui.page import Ask

_PATH: Final = "/intelligence/{collection_id:str}/objects/{object_id:str}/marks"
_ADD: Final[dict[str, Any]] = {"opt": needs(Action.INTEL_ADD), "sync_to_thread": True, "include_in_schema": False}


def make_handlers(intelligence: Intelligence) -> tuple[Any, ...]:
    """The routes of the form."""
    marking = intelligence.marking

    @get(_PATH, **_ADD, name="object-marks")
    def form(ask: Ask, collection_id: FromPath[str], object_id: FromPath[str]) -> Response[str]:
        return _page(ask, marking.show(ask.officer, collection_id, object_id), Blank())

    @post(_PATH, **_ADD, status_code=200)
    def change(ask: Ask, collection_id: FromPath[str], object_id: FromPath[str]) -> Response[str]:
        seen = marking.show(ask.officer, collection_id, object_id)
        try:
            chosen = _chosen(ask)
            less = lowers(seen.present, chosen)
            if less:
                ask.require(Action.INTEL_SHARE)
                ask.require_fresh(Action.INTEL_SHARE)
            before, reason = _before(ask), ask.form.raw("reason")
            marking.set(
                ask.officer, collection_id, object_id, before=before, chosen=chosen, reason=reason, lowering=less
            )
        except Refused as error:
            if error.field not in {"tlp", "pap", "handling", "grade_4x4", "grade_6x6", "reason"}:
                raise
            return _page(ask, seen, Blank({error.field: ask.sentence(error)}), error)
        return ask.redirect(
            f"/intelligence/objects/{object_id}", ask.gettext("The marks are set, for later versions too.")
        )

    return (form, change)


def _chosen(ask: Ask) -> Marks:
    form = ask.form
    return parse_marks(
        tlp=form.get("tlp"),
        pap=form.get("pap") or "clear",
        handling=form.all("handling"),
        grade_4x4=form.get("grade_4x4").upper(),
        grade_6x6=form.get("grade_6x6").upper(),
    )


def _before(ask: Ask) -> Marks:
    """What stood there when the form was made."""
    try:
        return msgspec.json.decode(ask.form.get("before"), type=Marks)
    except msgspec.MsgspecError as error:
        raise NotAllowed("intel-marks-changed") from error


def _page(ask: Ask, seen: Marked, wrong: Blank, error: LienlacError | None = None) -> Response[str]:
    present = seen.present
    fresh = error is None
    typed = {"tlp": present.tlp, "pap": present.pap, "grade_4x4": present.grade_4x4, "grade_6x6": present.grade_6x6}
    language = ask.language
    floor_tlp = seen.floor.tlp or "clear"
    return ask.page(
        "intelligence/marks.html",
        status=200 if error is None else status_of(error),
        title=ask.gettext("Marks beside the object"),
        seen=seen,
        before=msgspec.json.encode(present).decode(),
        typed=Blank(typed if fresh else ask.form.values()),
        chosen_handling=list(present.handling) if fresh else ask.form.all("handling"),
        wrong=wrong,
        floor_tlp=floor_tlp,
        tlps=[
            (word.code, word.label(language))
            for word in tlp
            if tlp.rank(floor_tlp) <= word.rank <= tlp.rank(seen.collection.ceiling)
        ],
        paps=[(word.code, word.label(language)) for word in pap if word.rank >= pap.rank(seen.floor.pap)],
        handlings=[(code, text, "") for code, text in handling.choices(language) if code != "h0"],
        **names.values(),
    )
