"""Papers of a request, for browsers and for programs: the whole, one message, and the package for legal assistance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import Response, get, post

from lienlac.interface.parts import Empty
from lienlac.people.rights import Action
from lienlac.ui.guard import needs
from lienlac.ui.interface.speech import speaks
from lienlac.ui.words import N_

if TYPE_CHECKING:
    from litestar.params import FromPath

    from lienlac.hotline.papers.desk import Paper, Papers
    from lienlac.ui.page import Ask

_PDF: Final = "application/pdf"
_ZIP: Final = "application/zip"
_PRINT: Final = needs(Action.DOCUMENT_PRINT)
_EXPORT: Final = needs(Action.DOCUMENT_EXPORT)


def make_handlers(papers: Papers) -> tuple[Any, ...]:
    """The routes, round one node's papers."""

    @get("/requests/{request_id:str}/paper", opt=_PRINT, sync_to_thread=True, include_in_schema=False, name="paper")
    def whole(ask: Ask, request_id: FromPath[str]) -> Response[bytes]:
        return _handed(papers.whole(ask.officer, request_id))

    @get(
        "/requests/{request_id:str}/papers/{message:str}", opt=_PRINT, sync_to_thread=True, include_in_schema=False,
        name="message-paper",
    )  # fmt: skip
    def message(ask: Ask, request_id: FromPath[str], message: FromPath[str]) -> Response[bytes]:
        return _handed(papers.message(ask.officer, request_id, message))

    @post(
        "/requests/{request_id:str}/package", opt=_EXPORT, sync_to_thread=True, include_in_schema=False,
        status_code=200, name="package",
    )  # fmt: skip
    def package(ask: Ask, request_id: FromPath[str]) -> Response[bytes]:
        return _handed(papers.package(ask.officer, request_id))

    return (whole, message, package, *_doors(papers))


def _doors(papers: Papers) -> tuple[Any, ...]:
    """The same for programs."""

    @get(
        "/api/requests/{name:str}/paper",
        opt=_PRINT | speaks(N_("The request with everything said about it, as PDF"), "documents", None, media=_PDF),
        sync_to_thread=True,
        name="api-paper",
    )
    def whole_door(ask: Ask, name: FromPath[str]) -> Response[bytes]:
        """The request with everything said about it, as PDF."""
        return _handed(papers.whole(ask.officer, name))

    @get(
        "/api/requests/{name:str}/papers/{message:str}",
        opt=_PRINT | speaks(N_("One message about it with its receipt, as PDF"), "documents", None, media=_PDF),
        sync_to_thread=True,
        name="api-message-paper",
    )
    def message_door(ask: Ask, name: FromPath[str], message: FromPath[str]) -> Response[bytes]:
        """One message about it with its receipt, as PDF; named by id or digest."""
        return _handed(papers.message(ask.officer, name, message))

    @post(
        "/api/requests/{name:str}/package",
        opt=_EXPORT
        | speaks(
            N_("Everything about it for legal assistance, as ZIP; journalled"),
            "documents",
            None,
            takes=Empty,
            media=_ZIP,
            examples={"nothing": {}},
        ),
        sync_to_thread=True,
        status_code=200,
        name="api-package",
    )
    def package_door(ask: Ask, name: FromPath[str]) -> Response[bytes]:
        """Everything about it for legal assistance, as ZIP; written into the journal."""
        ask.given(Empty)
        return _handed(papers.package(ask.officer, name))

    return (whole_door, message_door, package_door)


def _handed(paper: Paper) -> Response[bytes]:
    """A file to save; never shown inside a page of ours, never kept by a cache."""
    headers = {
        "Content-Disposition": f'attachment; filename="{paper.name}"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(paper.content, media_type=paper.media_type, headers=headers)
