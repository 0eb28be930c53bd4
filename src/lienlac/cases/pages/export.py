"""A case, or a part of it, in the form of another program: always a file to save; that is journalled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import get
from litestar.concurrency import sync_to_thread
from litestar.response import Stream

from lienlac import limits
from lienlac.people.rights import Action
from lienlac.ui.guard import needs

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from litestar.params import FromPath

    from lienlac.cases.desk import Cases
    from lienlac.ui.page import Ask

_READ: Final = needs(Action.CASE_READ)


def make_handlers(cases: Cases) -> tuple[Any, ...]:
    """One address for every form."""

    @get("/cases/{record_id:str}/export/{export_form:str}", opt=_READ, sync_to_thread=True, include_in_schema=False)
    def export(ask: Ask, record_id: FromPath[str], export_form: FromPath[str]) -> Stream:
        return handed_out(cases, ask, record_id, export_form)

    return (export,)


def handed_out(cases: Cases, ask: Ask, record_id: str, export_form: str) -> Stream:
    """The answer that carries it, however long it is."""
    name, kind, pieces = cases.exports.of(ask.officer, record_id, export_form)
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Stream(_carried(pieces), media_type=kind, headers=headers)


async def _carried(pieces: Iterator[str]) -> AsyncIterator[str]:
    def some() -> str:
        return "".join(one for _number, one in zip(range(limits.CASE_IMPORT_FACTS), pieces, strict=False))

    while text := await sync_to_thread(some):
        yield text
