"""Files of a request on its page and for programs: hand one out, ask for one again, let a held one go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from litestar import Request, Response, get, post
from litestar.response import Stream

from lienlac.hotline.files.desk import each
from lienlac.hotline.files.showing import file_view, may_ask_again
from lienlac.interface.files import Files
from lienlac.interface.parts import Done, Empty
from lienlac.people.rights import Action
from lienlac.ui.files.pages import said_of
from lienlac.ui.files.serving import download, offset_of
from lienlac.ui.guard import needs
from lienlac.ui.interface.speech import speaks
from lienlac.ui.problems import reason_of
from lienlac.ui.words import N_

if TYPE_CHECKING:
    from litestar.params import FromPath

    from lienlac.exchange.attachments.desk import Shown as File
    from lienlac.hotline.desk import Hotline
    from lienlac.hotline.shown import Shown
    from lienlac.ui.page import Ask

_READ: Final = needs(Action.ATTACHMENT_READ)
_AGAIN: Final = needs(Action.REQUEST_WRITE)
_RELEASE: Final = needs(Action.ATTACHMENT_RELEASE)


def make_handlers(hotline: Hotline) -> tuple[Any, ...]:
    """The routes of screens, round one node's hotline."""
    files = hotline.files

    @get("/requests/{request_id:str}/files/{file_id:str}", opt=_READ, sync_to_thread=True, include_in_schema=False)
    def hand_out(
        ask: Ask, request: Request[Any, Any, Any], request_id: FromPath[str], file_id: FromPath[str]
    ) -> Stream:
        return _hand_out(ask, hotline, request, request_id, file_id)

    @post("/requests/{request_id:str}/files/{file_id:str}/again", opt=_AGAIN, sync_to_thread=True,
          include_in_schema=False, status_code=200)  # fmt: skip
    def again(ask: Ask, request_id: FromPath[str], file_id: FromPath[str]) -> Response[str]:
        files.again(ask.officer, request_id, file_id)
        return ask.redirect(f"/requests/{request_id}", ask.gettext("The file is tried again."))

    @post("/requests/{request_id:str}/files/{file_id:str}/release", opt=_RELEASE, sync_to_thread=True,
          include_in_schema=False, status_code=200)  # fmt: skip
    def release(ask: Ask, request_id: FromPath[str], file_id: FromPath[str]) -> Response[str]:
        if ask.form.get("sure") != "yes":
            return ask.page(
                "confirm.html",
                title=ask.gettext("Release the file"),
                question=ask.gettext("The scanner put this file under lock. Release it all the same?"),
                consequence=ask.gettext("Everybody who may see this request can then save and open it."),
                action=f"/requests/{request_id}/files/{file_id}/release",
                button=ask.gettext("Release the file"),
                back=f"/requests/{request_id}",
            )
        files.release(ask.officer, request_id, file_id)
        return ask.redirect(f"/requests/{request_id}", ask.gettext("The file is released."))

    return (hand_out, again, release)


def make_doors(hotline: Hotline) -> tuple[Any, ...]:
    """The same for programs."""
    files = hotline.files

    @get(
        "/api/requests/{name:str}/files",
        opt=needs(Action.REQUEST_READ)
        | speaks(N_("The files of a request, and how far each has come"), "files", Files),
        sync_to_thread=True,
        name="api-request-files",
    )
    def list_files(ask: Ask, name: FromPath[str]) -> Response[bytes]:
        """The files of a request and how far each has come."""
        shown = hotline.show(ask.officer, name)
        return ask.json(Files(files=[file_view(one) for one in each(files.of(shown.request))]))

    @get(
        "/api/requests/{name:str}/files/{file_id:str}",
        opt=_READ | speaks(N_("One file's content"), "files", None, carries="out"),
        sync_to_thread=True,
        name="api-request-file",
    )
    def fetch_file(ask: Ask, request: Request[Any, Any, Any], name: FromPath[str], file_id: FromPath[str]) -> Stream:
        """One file's content; a Range from a byte to the end goes on after a cut."""
        return _hand_out(ask, hotline, request, name, file_id)

    @post(
        "/api/requests/{name:str}/files/{file_id:str}/again",
        opt=_AGAIN
        | speaks(
            N_("Try a file at once, or ask for one that failed once more"),
            "files",
            Done,
            takes=Empty,
            examples={"nothing": {}},
        ),
        sync_to_thread=True,
        name="api-file-again",
    )
    def file_again(ask: Ask, name: FromPath[str], file_id: FromPath[str]) -> Response[bytes]:
        """Try a file at once, or ask for one that failed once more."""
        ask.given(Empty)
        files.again(ask.officer, name, file_id)
        return ask.json(Done(), status=201)

    return (list_files, fetch_file, file_again)


def _hand_out(ask: Ask, hotline: Hotline, request: Request[Any, Any, Any], name: str, file_id: str) -> Stream:
    """The bytes; a range is only believed when it is of this very content."""
    shown = next(
        (
            one
            for one in each(hotline.files.of(hotline.show(ask.officer, name).request))
            if one.file.attachment_id == file_id
        ),
        None,
    )
    size = 0 if shown is None else shown.file.size_bytes
    of_this = request.headers.get("if-range") in {None, "" if shown is None else f'"{shown.file.digest}"'}
    offset = offset_of(request.headers.get("range"), size) if of_this else 0
    opened = hotline.files.open(ask.officer, name, file_id, offset)
    return download(opened, opened.file.name, opened.file.digest, opened.file.size_bytes, offset)


def on_page(ask: Ask, hotline: Hotline, shown: Shown) -> dict[str, list[dict[str, Any]]]:
    """The files of a request's messages as the page shows them, by message."""
    return {
        message_id: [_told(ask, shown, one) for one in several]
        for message_id, several in hotline.files.of(shown.request).items()
    }


def _told(ask: Ask, shown: Shown, one: File) -> dict[str, Any]:
    view = msgspec.structs.asdict(file_view(one))
    view |= said_of(ask, one.file.name, one.kind)
    view["why"] = reason_of(one.file.last_code, ask.language) if one.file.last_code else ""
    view["again"] = may_ask_again(one) and ask.may(Action.REQUEST_WRITE, shown.thing)
    view["may_read"] = one.readable and ask.may(Action.ATTACHMENT_READ, shown.thing)
    view["may_release"] = one.file.stage.value == "held" and ask.may(Action.ATTACHMENT_RELEASE, shown.thing)
    return view
