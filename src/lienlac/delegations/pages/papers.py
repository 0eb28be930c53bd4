"""Papers with their files: the list, a file taken out as a download, a paper added with a file from the tray."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from litestar import Response, get, post
from litestar.response import Stream

from lienlac.delegations.pages.sheets import SHEETS
from lienlac.delegations.showing import naming
from lienlac.people.rights import Action
from lienlac.ui.files.serving import download, offset_of
from lienlac.ui.guard import needs
from lienlac.ui.page import Blank, Form
from lienlac.ui.shared.pages import frame
from lienlac.ui.shared.typed import data_of, marks_of, read_word

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from litestar.params import FromPath

    from lienlac.delegations.papers.desk import Papers
    from lienlac.storage.blobs.reading import Reader
    from lienlac.ui.page import Ask
    from lienlac.ui.shared.sheet import Subject
    from lienlac.wire.bodies.delegations import Paper

_READ: Final = needs(Action.DELEGATION_READ)
_WRITE: Final = needs(Action.DELEGATION_WRITE)
SHEET: Final = next(one for one in SHEETS if one.kind == "paper")


@dataclass(slots=True)
class Opened:
    """A paper's file that is being handed out."""

    reader: Reader

    def pieces(self, offset: int = 0) -> Iterator[bytes]:
        """The content from that byte on."""
        return self.reader.plain(offset)

    def close(self) -> None:
        """Let go of it."""
        self.reader.close()


def handed(
    papers: Papers, ask: Ask, record_id: str, element_id: str, digest: str, headers: Mapping[str, str] | None = None
) -> Stream:
    """The file as a download in a sandbox, whatever it claims to be; from where a program's headers begin."""
    shown, reader = papers.open(ask.officer, record_id, element_id, digest)
    wanted = headers or {}
    of_this = wanted.get("if-range") in {None, f'"{digest}"'}
    offset = offset_of(wanted.get("range"), shown.size_bytes) if of_this else 0
    return download(Opened(reader), shown.name, digest, shown.size_bytes, offset)


def make_handlers(papers: Papers, subject: Subject) -> tuple[Any, ...]:
    """The routes."""
    at = f"{subject.address}/{{record_id:str}}"

    @get(f"{at}/files", opt=_READ, sync_to_thread=True, include_in_schema=False, name="delegation-files")
    def files(ask: Ask, record_id: FromPath[str]) -> Response[str]:
        folder = papers.folder(ask.officer, record_id)
        return frame.page(
            ask, subject, folder.room, "delegations/files.html", tab="files", folder=folder, kinds=naming.PAPERS,
        )  # fmt: skip

    @get(f"{at}/files/{{element_id:str}}/{{digest:str}}", opt=_READ, sync_to_thread=True, include_in_schema=False)
    def file(ask: Ask, record_id: FromPath[str], element_id: FromPath[str], digest: FromPath[str]) -> Stream:
        return handed(papers, ask, record_id, element_id, digest)

    @get(f"{at}/take-paper", opt=_WRITE, sync_to_thread=True, include_in_schema=False)
    def form_page(ask: Ask, record_id: FromPath[str]) -> Response[str]:
        first = {name: [value] for name, value in SHEET.first.items()}
        return _page(ask, papers, subject, record_id, Form({"marks.tlp": ["amber"], "marks.pap": ["amber"], **first}))

    @post(f"{at}/take-paper", opt=_WRITE, sync_to_thread=True, include_in_schema=False, status_code=200)
    def take(ask: Ask, record_id: FromPath[str]) -> Response[str]:
        form = ask.form

        def work() -> Response[str]:
            word = cast("Paper", read_word(SHEET, data_of(SHEET, form, ask.words.time_zone), ask.now))
            made = papers.add(ask.officer, record_id, word, marks_of(form), upload=form.get("file"))
            return frame.done(
                ask, subject, made, "/files", ask.gettext("Taken in, and on its way to the other members.")
            )

        return frame.attempt(
            ask, work, lambda wrong, status: _page(ask, papers, subject, record_id, form, wrong=wrong, status=status)
        )

    return (files, file, form_page, take)


def _page(
    ask: Ask, papers: Papers, subject: Subject, record_id: str, form: Form, *, wrong: Blank | None = None,
    status: int = 200,
) -> Response[str]:  # fmt: skip
    shown = subject.shared.read.room(ask.officer, record_id)
    tray = papers.tray(ask.officer) if ask.may(Action.ATTACHMENT_ADD, shown.thing) else []
    return frame.page(
        ask, subject, shown, "delegations/take.html", tab="files", status=status, sheet=SHEET, element=None, form=form,
        typed=Blank(form.values()), wrong=wrong or Blank(), options=frame.choices_of(ask, SHEET),
        tray=[(one.upload_id, f"{one.name} ({one.size_bytes})") for one in tray if not one.held],
    )  # fmt: skip
