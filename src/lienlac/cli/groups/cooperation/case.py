"""`lienlac case …`: what only cases have, through a running node's interface; the rest is in `records`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from lienlac.cli import console
from lienlac.cli.groups.cooperation.records import read_form, tell_done
from lienlac.cli.groups.steps import client_of
from lienlac.cli.words import say
from lienlac.errors import NotAllowed
from lienlac.interface.records.cases import CaseTaking, CustodyWriting, ExhibitTaking, TimelineLooking, TimelineTaking
from lienlac.interface.records.shared import RecordMarks, RecordSaid
from lienlac.wire.attachments import safe_name

if TYPE_CHECKING:
    from lienlac.client import Client
    from lienlac.interface.records.cases import TimelineLook

CHECK_FAILED = 5
"""Exit code; the same as `app.Exit.CHECK_FAILED`."""
FORMS = Literal["timeline.csv", "timeline.jsonl", "graph.graphml", "case.jsonld", "case.stix.json"]


def take_exhibit(
    name: str,
    form: Path,
    file: Path | None = None,
    *,
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """Take an exhibit in from a form file, with the file that it is."""
    taking = read_form(form, ExhibitTaking)
    with client_of(url, token_file) as node:
        if file is not None:
            taking = msgspec.structs.replace(taking, upload=_put_in(node, file))
        tell_done(node.take_exhibit(name, taking), json=json)


def exhibits(name: str, *, json: bool = False, url: str | None = None, token_file: Path | None = None) -> None:
    """Files of exhibits, and what the last check found."""
    with client_of(url, token_file) as node:
        found = node.exhibits(name)
    if json:
        console.tell_json(found)
    elif not found.files:
        console.note(say("no-records"))
    else:
        rows = [
            (
                one.exhibit,
                one.element,
                console.plain(one.name),
                str(one.size_bytes),
                say({None: "exhibit-unchecked", True: "exhibit-whole", False: "exhibit-damaged"}[one.whole])
                if one.here
                else say("exhibit-failed" if one.stage == "failed" else "exhibit-under-way"),
                "–" if one.checked_at is None else console.when(one.checked_at),
            )
            for one in found.files
        ]
        columns = (
            "column-exhibit", "column-element", "column-file", "column-size", "column-state", "column-checked",
        )  # fmt: skip
        console.table(columns, rows)


def fetch_exhibit(
    name: str, element: str, *, folder: Path = Path(), url: str | None = None, token_file: Path | None = None
) -> None:
    """Save an exhibit's file; that it was read is written into the chain of custody of both sides."""
    with client_of(url, token_file) as node:
        file = next((one for one in node.exhibits(name).files if one.element == element and one.here), None)
        if file is None:
            raise NotAllowed("no-file-to-fetch")
        path = folder / safe_name(file.name)
        if path.exists():
            raise NotAllowed("file-exists", path=str(path))
        with console.progress(file.name) as move:
            console.save_slowly(path, partial(node.fetch_exhibit, name, file, progress=move))
    console.tell(f"{file.digest}  {console.plain(str(path))}")


def check_exhibit(name: str, element: str, *, url: str | None = None, token_file: Path | None = None) -> int:
    """Have an exhibit's file read again and compared; 5 when it is damaged."""
    with client_of(url, token_file) as node:
        whole = node.check_exhibit(name, element).whole
    console.tell(say("exhibit-whole" if whole else "exhibit-damaged"), style="green" if whole else "red")
    return 0 if whole else CHECK_FAILED


def ask_exhibit_again(
    name: str, element: str, *, json: bool = False, url: str | None = None, token_file: Path | None = None
) -> None:
    """Ask the author again for an exhibit's file that is damaged here or did not come whole."""
    with client_of(url, token_file) as node:
        tell_done(node.fetch_exhibit_again(name, element), json=json)


def custody(
    name: str,
    element: str,
    act: Literal["acquired", "accessed", "copied", "transferred", "received", "returned", "destroyed"],
    *,
    text_vi: str = "",
    text_en: str = "",
    place: str = "",
    to: str = "",
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """Write down what was done with an exhibit outside the node."""
    writing = CustodyWriting(act=act, text=RecordSaid(vi=text_vi, en=text_en), place=place, to=to)
    with client_of(url, token_file) as node:
        tell_done(node.write_custody(name, element, writing), json=json)


def take_timeline(
    name: str,
    file: Path,
    *,
    only_look: bool = False,
    tlp: str = "amber",
    pap: str = "amber",
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """Take a timeline of Timesketch shape in, part by part; begun again, it goes on where it was cut."""
    with client_of(url, token_file) as node:
        upload = _put_in(node, file)
        look = node.look_at_timeline(name, TimelineLooking(upload=upload))
        new, following = 0, None if only_look else 0
        with console.progress(file.name) as move:
            while following is not None:
                taking = TimelineTaking(upload=upload, after=following, marks=RecordMarks(tlp=tlp, pap=pap))
                taken = node.take_timeline(name, taking)
                new += taken.new
                following = taken.following
                move(taken.row, look.rows)
        node.discard(upload)
    if json:
        console.tell_json({"look": look, "new": new})
        return
    _tell_look(look)
    if not only_look:
        console.tell(say("timeline-taken", new=new, rows=look.good))


def take_case(
    name: str,
    file: Path,
    form: Literal["stix", "iris"],
    *,
    tlp: str = "amber",
    pap: str = "amber",
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """Take a case of another program into one of ours."""
    with client_of(url, token_file) as node:
        upload = _put_in(node, file)
        taken = node.take_case(name, CaseTaking(upload=upload, form=form, marks=RecordMarks(tlp=tlp, pap=pap)))
        node.discard(upload)
    console.tell(say("case-taken", new=taken.new))
    for kind, many in taken.left.items():
        console.note(say("case-left", kind=console.plain(kind), count=many))


def export(
    name: str, form: FORMS, *, out: Path | None = None, url: str | None = None, token_file: Path | None = None
) -> None:
    """A case in the form of another program."""
    with client_of(url, token_file) as node:
        path = out or Path(f"{node.record('cases', name).record.reference}-{form}")
        if path.exists():
            raise NotAllowed("file-exists", path=str(path))
        console.save_slowly(path, partial(node.export_case, name, form))
    console.tell(console.plain(str(path)))


def situation(name: str, *, out: Path | None = None, url: str | None = None, token_file: Path | None = None) -> None:
    """The situation report as PDF, in both languages."""
    with client_of(url, token_file) as node:
        path = out or Path(f"{node.record('cases', name).record.reference}-situation.pdf")
        content = node.print_situation(name)
    console.write_file(path, content)


def _put_in(node: Client, file: Path) -> str:
    with console.progress(file.name) as move:
        upload = node.put_in(file, move)
    if upload.held:
        raise NotAllowed("upload-held", name=upload.name)
    return upload.id


def _tell_look(look: TimelineLook) -> None:
    console.tell(say("timeline-look", rows=look.rows, good=look.good, bad=look.bad))
    for one in look.problems:
        console.note(say("timeline-problem", row=one.row, reason=one.reason))


COMMANDS: dict[str, Callable[..., int | None]] = {
    "take-exhibit": take_exhibit,
    "exhibits": exhibits,
    "fetch-exhibit": fetch_exhibit,
    "check-exhibit": check_exhibit,
    "ask-exhibit-again": ask_exhibit_again,
    "custody": custody,
    "take-timeline": take_timeline,
    "take-case": take_case,
    "export": export,
    "situation": situation,
}
