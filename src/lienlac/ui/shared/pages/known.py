"""The page of a record that says what else names what stands in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import get

from lienlac import limits
from lienlac.ui.guard import needs
from lienlac.ui.known import words
from lienlac.ui.shared.pages import frame

if TYPE_CHECKING:
    from litestar import Response
    from litestar.params import FromPath

    from lienlac.ui.known.desk import Elsewhere
    from lienlac.ui.page import Ask
    from lienlac.ui.shared.sheet import Subject


def make_handlers(subject: Subject, elsewhere: Elsewhere) -> tuple[Any, ...]:
    """Its route, for a subject that is in the index of identifiers."""

    @get(
        f"{subject.address}/{{record_id:str}}/known",
        opt=needs(subject.shared.shape.rights.reads),
        sync_to_thread=True,
        include_in_schema=False,
    )
    def known(ask: Ask, record_id: FromPath[str]) -> Response[str]:
        shown = subject.shared.read.room(ask.officer, record_id)
        found = elsewhere.of(ask.officer, subject.name, shown.line.id)
        return frame.page(
            ask, subject, shown, "known/record.html", tab="known", rows=[words.row(ask, one) for one in found],
            waiting=elsewhere.waiting(), most=limits.MENTIONS_SHARED_MAX, **words.FOR_ROWS,
        )  # fmt: skip

    return (known,)
