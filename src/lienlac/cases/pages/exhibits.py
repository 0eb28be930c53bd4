"""Files of exhibits: taken in with the exhibit, handed out, read again; every act is an entry of custody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from litestar import Response, get, post
from litestar.response import Stream

from lienlac import clock
from lienlac.cases.pages.sheets import ACTS, SHEETS
from lienlac.people.rights import Action
from lienlac.ui.files.serving import download
from lienlac.ui.guard import needs
from lienlac.ui.nav import Alert, ToSome, nobody
from lienlac.ui.page import Blank, Form
from lienlac.ui.problems import reason_of
from lienlac.ui.shared.pages import frame
from lienlac.ui.shared.typed import data_of, marks_of, read_word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from litestar.params import FromPath
    from sqlalchemy import Connection

    from lienlac.cases.desk import Cases
    from lienlac.people.officer import Officer
    from lienlac.storage.blobs.reading import Reader
    from lienlac.ui.nav import AlertMaker
    from lienlac.ui.page import Ask
    from lienlac.ui.shared.sheet import Subject
    from lienlac.ui.words import Words

_READ, _WRITE = needs(Action.CASE_READ), needs(Action.CASE_WRITE)
SHEET = next(one for one in SHEETS if one.kind == "evidence")


@dataclass(slots=True)
class Opened:
    """A file of evidence that is being handed out."""

    reader: Reader

    def pieces(self, offset: int = 0) -> Iterator[bytes]:
        """The content from that byte on."""
        return self.reader.plain(offset)

    def close(self) -> None:
        """Let go of it."""
        self.reader.close()


def make_handlers(cases: Cases, subject: Subject) -> tuple[Any, ...]:
    """The list of files, and the form."""

    @get("/cases/{record_id:str}/files", opt=_READ, sync_to_thread=True, include_in_schema=False)
    def files(ask: Ask, record_id: FromPath[str]) -> Response[str]:
        shown = subject.shared.read.room(ask.officer, record_id)
        exhibits = [one for one in cases.entities.every(ask.officer, record_id, "evidence") if one.standing]
        custody = cases.entities.every(ask.officer, record_id, "custody")
        chain: dict[str, list[Any]] = {}
        for one in sorted((s for each in custody for s in each.standing), key=lambda s: (s.says.at, s.position)):
            chain.setdefault(one.says.evidence, []).append(one)
        held = cases.exhibits.files(ask.officer, record_id, [one.id for one in exhibits])
        coming = cases.exhibits.coming(ask.officer, record_id, held.values())
        return frame.page(
            ask,
            subject,
            shown,
            "cases/files.html",
            tab="files",
            live=f"/cases/{shown.line.id}/files",
            exhibits=exhibits,
            chain=chain,
            files=held,
            coming=coming,
            why={element: reason_of(one.last_code, ask.language) for element, one in coming.items() if one.last_code},
            acts=dict(ACTS),
            from_us=clock.from_us,
            may_read=shown.may_write and ask.may(Action.ATTACHMENT_READ, shown.thing),
        )

    @get("/cases/{record_id:str}/take-exhibit", opt=_WRITE, sync_to_thread=True, include_in_schema=False)
    def take_page(ask: Ask, record_id: FromPath[str]) -> Response[str]:
        typed = {"acquired_by": [ask.officer.name], "marks.tlp": ["amber"], "marks.pap": ["amber"]}
        return _page(ask, cases, subject, record_id, Form(typed))

    @post(
        "/cases/{record_id:str}/take-exhibit", opt=_WRITE, sync_to_thread=True, include_in_schema=False, status_code=200
    )
    def take(ask: Ask, record_id: FromPath[str]) -> Response[str]:
        form = ask.form

        def work() -> Response[str]:
            word = read_word(SHEET, data_of(SHEET, form, ask.words.time_zone), ask.now)
            upload = form.get("file")
            made = cases.exhibits.add(ask.officer, record_id, word, marks_of(form), upload=upload)  # type: ignore[arg-type]  # the sheet's word
            return frame.done(
                ask, subject, made, "/files", ask.gettext("Taken in, and on its way to the other members.")
            )

        def again(wrong: Blank, status: int) -> Response[str]:
            return _page(ask, cases, subject, record_id, form, wrong=wrong, status=status)

        return frame.attempt(ask, work, again)

    return (files, take_page, take)


def make_files(cases: Cases) -> tuple[Any, ...]:
    """The check, the download, and a damaged one asked for again."""

    @post(
        "/cases/{record_id:str}/files/{exhibit_id:str}/again",
        opt=_WRITE,
        sync_to_thread=True,
        include_in_schema=False,
        status_code=200,
    )
    def again(ask: Ask, record_id: FromPath[str], exhibit_id: FromPath[str]) -> Response[str]:
        cases.exhibits.fetch_again(ask.officer, record_id, exhibit_id)
        said = ask.gettext("The author is asked to send it again; it is checked when it comes.")
        return ask.redirect(f"/cases/{record_id}/files", said)

    @post(
        "/cases/{record_id:str}/files/{exhibit_id:str}/check",
        opt=_WRITE,
        sync_to_thread=True,
        include_in_schema=False,
        status_code=200,
    )
    def check(ask: Ask, record_id: FromPath[str], exhibit_id: FromPath[str]) -> Response[str]:
        if cases.exhibits.check(ask.officer, record_id, exhibit_id):
            return ask.redirect(
                f"/cases/{record_id}/files", ask.gettext("The file is what it was. Both sides have that.")
            )
        said = ask.gettext("The file is damaged here. Ask the other side whether its copy is whole.")
        return ask.redirect(f"/cases/{record_id}/files", said, tone="bad")

    @post(
        "/cases/{record_id:str}/files/{exhibit_id:str}",
        opt=_WRITE,
        sync_to_thread=True,
        include_in_schema=False,
        status_code=200,
    )
    def hand_out(ask: Ask, record_id: FromPath[str], exhibit_id: FromPath[str]) -> Stream:
        file, reader = cases.exhibits.open(ask.officer, record_id, exhibit_id)
        return download(Opened(reader), file.name, file.digest, file.size_bytes, 0)

    return (again, check, hand_out)


def alert(cases: Cases) -> AlertMaker:
    """Files of exhibits that a check found damaged on this node."""

    def make(connection: Connection, officer: Officer, words: Words) -> Alert | None:
        found = cases.exhibits.damaged(connection, officer)
        if not found:
            return None
        text = words.ngettext(
            "An exhibit's file is damaged on this node:",
            "%(n)s files of exhibits are damaged on this node, the last:",
            len(found),
        )
        return Alert(
            count=len(found),
            text=text,
            label=f"{found[0].reference} · {found[0].name}",
            path=f"/cases/{found[0].record_id}/files",
            ring=" ".join(one.element for one in found),
        )

    return ToSome(make, nobody)


def _page(
    ask: Ask,
    cases: Cases,
    subject: Subject,
    record_id: str,
    form: Form,
    *,
    wrong: Blank | None = None,
    status: int = 200,
) -> Response[str]:
    shown = subject.shared.read.room(ask.officer, record_id)
    options = frame.choices_of(ask, SHEET)
    near = [
        *cases.entities.every(ask.officer, record_id, "entity"),
        *cases.entities.every(ask.officer, record_id, "event"),
    ]
    look = subject.shared.shape.look
    options["about"] = [(one.id, look(one).line) for one in near[:200]]
    tray = cases.exhibits.tray(ask.officer) if ask.may(Action.ATTACHMENT_ADD, shown.thing) else []
    return frame.page(
        ask,
        subject,
        shown,
        "cases/take.html",
        tab="files",
        status=status,
        sheet=SHEET,
        element=None,
        form=form,
        typed=Blank(form.values()),
        wrong=wrong or Blank(),
        options=options,
        tray=[(one.upload_id, f"{one.name} ({one.size_bytes})") for one in tray if not one.held],
    )
