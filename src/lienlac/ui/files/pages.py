"""An officer's tray: files put in and not sent yet, from a page and from a program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from litestar import Response, delete, get, post

from lienlac import limits
from lienlac.interface import files as shapes
from lienlac.interface.files import Tray
from lienlac.interface.parts import Done
from lienlac.people.rights import Action
from lienlac.ui.guard import needs
from lienlac.ui.interface.speech import speaks
from lienlac.ui.nav import NavItem
from lienlac.ui.page import safe_path
from lienlac.ui.words import N_
from lienlac.vocabulary import media

if TYPE_CHECKING:
    from litestar.params import FromPath

    from lienlac.exchange.attachments.desk import AttachmentDesk
    from lienlac.exchange.attachments.store import Upload
    from lienlac.ui.page import Ask

_ADD: Final = needs(Action.ATTACHMENT_ADD)
_BRING: Final = needs(Action.ATTACHMENT_ADD, files=True)

NAV: Final = (NavItem(label=N_("Files to send"), path="/files", action=Action.ATTACHMENT_ADD, order=35),)


def make_handlers(desk: AttachmentDesk) -> tuple[Any, ...]:
    """The routes of the tray."""

    @get("/files", opt=_ADD, sync_to_thread=True, include_in_schema=False, name="files")
    def tray_page(ask: Ask) -> Response[str]:
        return ask.page(
            "files/tray.html",
            title=ask.gettext("Files to send"),
            back=_back(ask.query.get("back", "")),
            uploads=[shown(ask, upload) for upload in desk.tray(ask.officer)],
            kept_h=limits.UPLOAD_KEPT_H,
            largest=limits.ATTACHMENT_MAX_BYTES,
            most=limits.ATTACHMENTS_PER_MESSAGE,
        )

    @post(
        "/files", opt=_BRING, sync_to_thread=True, include_in_schema=False, status_code=200, request_max_body_size=None
    )
    def put_in(ask: Ask) -> Response[str]:
        back = _back(ask.form.get("back"))
        if not ask.uploads:
            return ask.redirect("/files", ask.gettext("No file was chosen."), tone="warn", query={"back": back})
        notice = ask.words.ngettext(
            "%(n)s file is ready to be sent.", "%(n)s files are ready to be sent.", len(ask.uploads)
        )
        if any(upload.held for upload in ask.uploads):
            notice = ask.gettext("The scanner put a file under lock. It cannot be sent.")
            return ask.redirect(back or "/files", notice, tone="warn")
        return ask.redirect(back or "/files", notice)

    @post("/files/{upload_id:str}/discard", opt=_ADD, sync_to_thread=True, include_in_schema=False, status_code=200)
    def discard(ask: Ask, upload_id: FromPath[str]) -> Response[str]:
        desk.discard(ask.officer, upload_id)
        return ask.redirect("/files", ask.gettext("The file was removed."), query={"back": _back(ask.form.get("back"))})

    @get(
        "/api/files",
        opt=_ADD | speaks(N_("What you put in and have not sent"), "files", Tray),
        sync_to_thread=True,
        name="api-files",
    )
    def list_tray(ask: Ask) -> Response[bytes]:
        """What this officer put in and has not sent."""
        return ask.json(Tray(files=[view(upload) for upload in desk.tray(ask.officer)]))

    @post(
        "/api/files",
        opt=_BRING | speaks(N_("Put a file in"), "files", shapes.Upload, carries="in"),
        sync_to_thread=True,
        name="api-put-in",
        request_max_body_size=None,
    )
    def bring_file(ask: Ask) -> Response[bytes]:
        """Put a file in: the body is its content, Content-Disposition holds its name."""
        return ask.json(view(ask.uploads[0]), status=201)

    @delete(
        "/api/files/{upload_id:str}",
        opt=_ADD | speaks(N_("Remove a file that was put in"), "files", Done),
        sync_to_thread=True,
        status_code=200,
        name="api-discard",
    )
    def remove_file(ask: Ask, upload_id: FromPath[str]) -> Response[bytes]:
        """Remove a file that was put in."""
        desk.discard(ask.officer, upload_id)
        return ask.json(Done())

    return (tray_page, put_in, discard, list_tray, bring_file, remove_file)


def view(upload: Upload) -> shapes.Upload:
    """A file of the tray as programs see it."""
    return shapes.Upload(
        id=upload.upload_id,
        name=upload.name,
        digest=upload.digest,
        size_bytes=upload.size_bytes,
        media_type=upload.media_type,
        held=upload.held,
        warnings=list(media.warnings(upload.name, upload.media_type)),
    )


def shown(ask: Ask, upload: Upload) -> dict[str, Any]:
    """A file of the tray as a page shows it."""
    return {**msgspec.structs.asdict(view(upload)), **said_of(ask, upload.name, upload.media_type)}


def said_of(ask: Ask, name: str, media_type: str) -> dict[str, Any]:
    """Kind and warnings of a file in the reader's words."""
    warned = [media.file_warnings.get(code) for code in media.warnings(name, media_type)]
    return {
        "kind": media.media_types.label(media_type, ask.language),
        "warned": [(word.label(ask.language), word.note(ask.language)) for word in warned],
    }


def _back(path: str) -> str:
    """Where to go after the upload: a page of ours, or nowhere."""
    return safe_path(path) if path else ""
