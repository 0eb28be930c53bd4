"""`lienlac request …`: a duty officer's work through a running node's interface, with that officer's token."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from lienlac.cli import console
from lienlac.cli.groups.steps import STEPS, client_of, tell_waits
from lienlac.cli.words import language, say
from lienlac.errors import NotAllowed
from lienlac.vocabulary import media
from lienlac.wire.attachments import safe_name

if TYPE_CHECKING:
    from lienlac.interface.requests import Restriction


def open_(
    file: Path, *, check: bool = False, json: bool = False, url: str | None = None, token_file: Path | None = None
) -> None:
    """Send a new request from a form file, or only check it."""
    from lienlac.interface.approvals import Waits

    form = console.read_json(file)
    with client_of(url, token_file) as node:
        if check:
            found = node.check(form)
            if json:
                console.tell_json(found)
            else:
                console.tell(say("form-right"))
            return
        made = node.open(form)
    if json:
        console.tell_json(made)
    elif isinstance(made, Waits):
        tell_waits(made)
    else:
        console.tell(say("request-opened", reference=made.reference, peer=made.executor))


def list_(
    *,
    direction: Literal["in", "out"] = "in",
    stage: Literal["open", "answered", "ended", "all"] = "open",
    peer: str | None = None,
    words: str | None = None,
    rows: int = 50,
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """One page of requests."""
    with client_of(url, token_file) as node:
        page = node.requests(direction=direction, stage=stage, peer=peer, words=words, rows=rows)
    if json:
        console.tell_json(page)
        return
    if not page.requests:
        console.note(say("no-requests"))
        return
    table = [
        (line.reference, line.peer, line.kind, line.urgency, line.state, console.when(line.due_at))
        for line in page.requests
    ]
    columns = ("column-reference", "column-node", "column-kind", "column-urgency", "column-state", "column-due")
    console.table(columns, table)
    if page.next:
        console.note(say("more-requests"))


def show(name: str, *, json: bool = False, url: str | None = None, token_file: Path | None = None) -> None:
    """Facts, clocks and messages of one request."""
    with client_of(url, token_file) as node:
        found = node.request(name)
    if json:
        console.tell_json(found)
        return
    console.tell(say("request-line", reference=found.reference, kind=found.kind, state=found.state))
    console.tell(f"{found.requester} → {found.executor}")
    console.tell_json(found.body)
    for clock in found.clocks:
        when = console.when(clock.due_at)
        console.tell(say("clock-line", clock=clock.clock, running=clock.running, when=when))
    rows = [
        (message.step, message.sender, console.when(message.sent_at), console.when(message.received_at),
         message.standing, message.digest)
        for message in found.messages
    ]  # fmt: skip
    columns = ("column-step", "column-from", "column-sent", "column-received", "column-state", "column-digest")
    console.table(columns, rows)
    console.tell(say("possible-steps", steps=", ".join(found.steps) or say("nothing")))


# --- files --------------------------------------------------------------------------------------------------------


def attach(
    name: str,
    file: list[Path],
    *,
    text: str = "",
    only_put_in: bool = False,
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """Put files in and send them along with a note."""
    with client_of(url, token_file) as node:
        uploads = []
        for path in file:
            with console.progress(path.name) as move:
                uploads.append(node.put_in(path, move))
        if not only_put_in:
            held = next((upload.name for upload in uploads if upload.held), None)
            if held is not None:
                raise NotAllowed("upload-held", name=held)
            note = text or ", ".join(upload.name for upload in uploads)
            node.step(name, "note", {"text": note, "attachments": [upload.id for upload in uploads]})
    if json:
        console.tell_json({"files": uploads, "sent": not only_put_in})
        return
    for upload in uploads:
        console.tell(f"{upload.id}  {upload.digest}  {console.plain(upload.name)}")
    console.tell(say("files-put-in" if only_put_in else "files-sent", reference=name))


def fetch(
    name: str,
    file: str | None = None,
    *,
    folder: Path = Path(),
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """Save files of a request that arrived here; a download that was cut goes on where it was."""
    saved = []
    with client_of(url, token_file) as node:
        wanted = [one for one in node.files(name).files if one.readable and file in {None, one.id}]
        if not wanted:
            raise NotAllowed("no-file-to-fetch")
        for one in wanted:
            path = folder / safe_name(one.name)
            if path.exists():
                raise NotAllowed("file-exists", path=str(path))
            with console.progress(one.name) as move:
                console.save_slowly(path, partial(node.fetch, name, one, progress=move))
            saved.append({"id": one.id, "path": str(path), "digest": one.digest, "warnings": one.warnings})
    if json:
        console.tell_json({"files": saved})
        return
    for line in saved:
        console.tell(f"{line['digest']}  {console.plain(str(line['path']))}")
        for warning in line["warnings"]:
            word = media.file_warnings.get(str(warning))
            console.note(f"  {word.label(language())}: {word.note(language())}")


# --- who may see it -----------------------------------------------------------------------------------------------


def access(name: str, *, json: bool = False, url: str | None = None, token_file: Path | None = None) -> None:
    """Who may see a request."""
    with client_of(url, token_file) as node:
        found = node.who_sees(name)
    if json:
        console.tell_json(found)
    elif not found.restricted:
        console.tell(say("open-to-everybody", reference=found.reference))
    else:
        console.tell(say("restricted-to", reference=found.reference))
        for unit in found.units:
            console.tell(f"  {unit.name_vi if language() == 'vi' else unit.name_en}")
        for officer in found.officers:
            console.tell(f"  {officer.name}")


def restrict(
    name: str,
    *,
    reason: str,
    unit: list[str] | None = None,
    officer: list[str] | None = None,
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """Only these units and officers may see it from now on."""
    with client_of(url, token_file) as node:
        done = node.restrict(name, units=unit or (), officers=officer or (), reason=reason)
    _tell_access(name, done, json=json)


def allow(
    name: str,
    *,
    reason: str,
    unit: list[str] | None = None,
    officer: list[str] | None = None,
    take_back: bool = False,
    everybody: bool = False,
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """These may see it too, or no longer; or everybody again."""
    if everybody and (take_back or unit or officer):
        raise NotAllowed("access-contradiction")
    with client_of(url, token_file) as node:
        if everybody:
            done = node.lift(name, reason=reason)
        else:
            change = node.take_back if take_back else node.allow
            done = change(name, units=unit or (), officers=officer or (), reason=reason)
    _tell_access(name, done, json=json)


def _tell_access(name: str, done: Restriction, *, json: bool) -> None:
    if json:
        console.tell_json(done)
    elif done.restricted:
        console.tell(say("access-counts", reference=name, units=len(done.units), officers=len(done.officers)))
    else:
        console.tell(say("open-to-everybody", reference=name))


COMMANDS: dict[str, Callable[..., int | None]] = {
    "open": open_,
    "list": list_,
    "show": show,
    **STEPS,
    "attach": attach,
    "fetch": fetch,
    "access": access,
    "restrict": restrict,
    "allow": allow,
}
