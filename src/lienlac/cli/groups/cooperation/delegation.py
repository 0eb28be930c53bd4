"""`lienlac delegation …`: what only delegations have, from the command line, through a running node's interface."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from lienlac.cli import console
from lienlac.cli.groups.cooperation.records import read_form, tell_done
from lienlac.cli.groups.steps import client_of
from lienlac.cli.words import language, say
from lienlac.errors import NotAllowed, Refused
from lienlac.interface.records.delegations import PaperAdding, TimeProposing
from lienlac.interface.records.shared import RecordMarks, RecordSaid

if TYPE_CHECKING:
    from collections.abc import Callable

    from lienlac.interface.records.delegations import DelegationPaper, PlannedVisit


def times(name: str, *, json: bool = False, url: str | None = None, token_file: Path | None = None) -> None:
    """Times and places that were proposed."""
    with client_of(url, token_file) as node:
        found = node.proposed_times(name)
    if json:
        console.tell_json(found)
        return
    rows = [
        (
            one.element, said.author, console.when(said.starts), said.place,
            say("yes" if one.agreed == said.digest else "no"), said.digest,
        )
        for one in found.proposals
        for said in one.wordings
    ]  # fmt: skip
    if rows:
        console.table(
            ("column-element", "column-node", "column-begins", "column-place", "column-agreed", "column-digest"), rows
        )
    else:
        console.note(say("no-records"))


def propose(
    name: str,
    starts: str,
    *,
    ends: str = "",
    country: str | None = None,
    place: str = "",
    vi: str = "",
    en: str = "",
    against: str = "",
    tlp: str = "amber",
    pap: str = "amber",
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """A time and place, or another one against it."""
    proposing = TimeProposing(
        starts=_instant(starts, "starts"),
        ends=_instant(ends, "ends") if ends else None,
        country=country,
        place=place,
        text=RecordSaid(vi=vi, en=en),
        element=against,
        marks=RecordMarks(tlp=tlp, pap=pap),
    )
    with client_of(url, token_file) as node:
        tell_done(node.propose_time(name, proposing), json=json)


def reply(
    name: str,
    element: str,
    digest: str,
    answer: Literal["accept", "refuse"],
    *,
    text: str = "",
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """Accept or refuse exactly one time and place."""
    with client_of(url, token_file) as node:
        tell_done(node.answer_time(name, element, digest, accept=answer == "accept", text=text), json=json)


def minutes(name: str, *, json: bool = False, url: str | None = None, token_file: Path | None = None) -> None:
    """The minutes side by side."""
    with client_of(url, token_file) as node:
        found = node.delegation_minutes(name)
    if json:
        console.tell_json(found)
        return
    for one in found.paragraphs:
        for said in one.wordings:
            state = say("minutes-agreed" if one.agreed == said.digest else "minutes-not-agreed")
            console.tell(f"{one.number}. {one.element}  {said.author}  {state}")
            console.tell(f"   {(said.text.vi if language() == 'vi' else said.text.en) or said.text.vi or said.text.en}")
            console.tell(f"   {said.digest}")
    for signed in found.signed:
        console.tell(f"{signed.node}: {signed.signatory}")
    console.note(
        say("minutes-whole", digest=found.digest) if found.digest else say("minutes-still-open", count=found.open)
    )


def agree(
    name: str,
    element: str,
    digest: str,
    *,
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """Agree to exactly this wording."""
    with client_of(url, token_file) as node:
        tell_done(node.agree_paragraph(name, element, digest), json=json)


def sign(
    name: str,
    digest: str,
    *,
    signatory: str,
    title: str = "",
    place: str = "",
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """Sign exactly the minutes that were read."""
    with client_of(url, token_file) as node:
        tell_done(node.sign_minutes(name, digest, signatory=signatory, title=title, place=place), json=json)


def paper(name: str, *, out: Path, url: str | None = None, token_file: Path | None = None) -> None:
    """The minutes as PDF."""
    with client_of(url, token_file) as node:
        console.write_file(out, node.minutes_paper(name))


def papers(name: str, *, json: bool = False, url: str | None = None, token_file: Path | None = None) -> None:
    """Papers with their files."""
    with client_of(url, token_file) as node:
        found = node.delegation_papers(name)
    if json:
        console.tell_json(found)
    elif not found.papers:
        console.note(say("no-records"))
    else:
        rows = [
            (one.element, one.author, one.tlp, _titled(one), one.name or "–", one.digest or "–")
            for one in found.papers
        ]  # fmt: skip
        columns = ("column-element", "column-node", "column-tlp", "column-title", "column-file", "column-digest")
        console.table(columns, rows)


def add_paper(
    name: str,
    form: Path,
    *,
    file: Path | None = None,
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """A paper from a form file, with its file."""
    adding = read_form(form, PaperAdding)
    with client_of(url, token_file) as node:
        if file is not None:
            adding = msgspec.structs.replace(adding, upload=node.put_in(file).id)
        tell_done(node.add_paper(name, adding), json=json)


def save_paper(
    name: str, element: str, digest: str, *, out: Path, url: str | None = None, token_file: Path | None = None
) -> None:
    """The file of a paper, never believed without its digest."""
    with client_of(url, token_file) as node:
        found = (one for one in node.delegation_papers(name).papers if (one.element, one.digest) == (element, digest))
        paper = next((one for one in found if one.here), None)
        if paper is None:
            raise NotAllowed("no-file-to-fetch")
        if out.exists():
            raise NotAllowed("file-exists", path=str(out))
        with console.progress(paper.name) as move:
            console.save_slowly(out, partial(node.paper_file, name, paper, progress=move))


def stage(
    name: str,
    stage: Literal["planned", "confirmed", "under-way", "held", "cancelled"],
    *,
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """How far it is for this side."""
    with client_of(url, token_file) as node:
        tell_done(node.delegation_stage(name, stage), json=json)


def follow(
    name: str,
    element: str,
    state: Literal["open", "under-way", "done", "dropped"],
    *,
    note: str = "",
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """What has become of an outcome."""
    with client_of(url, token_file) as node:
        tell_done(node.follow_outcome(name, element, state, note), json=json)


def plan(
    *, year: int | None = None, json: bool = False, url: str | None = None, token_file: Path | None = None
) -> None:
    """The visits of a year."""
    with client_of(url, token_file) as node:
        found = node.year_plan(year)
    if json:
        console.tell_json(found)
    elif not found.visits:
        console.note(say("no-records"))
    else:
        rows = [
            (console.when(one.at), one.reference, one.host, one.state, _titled(one))
            for one in found.visits
        ]  # fmt: skip
        console.table(("column-begins", "column-reference", "column-node", "column-state", "column-title"), rows)


def calendar(
    name: str = "",
    *,
    year: int | None = None,
    out: Path,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """A visit, or a year's visits, as a calendar file."""
    if (year is None) == (not name):
        raise Refused("field-missing", field="name")
    with client_of(url, token_file) as node:
        data = node.delegation_calendar(name) if year is None else node.year_calendar(year)
    console.write_file(out, data)


def read_invitation(
    name: str, file: Path, *, json: bool = False, url: str | None = None, token_file: Path | None = None
) -> None:
    """An invitation's calendar file becomes proposals."""
    with client_of(url, token_file) as node:
        tell_done(node.read_invitation(name, file), json=json)


def _titled(one: DelegationPaper | PlannedVisit) -> str:
    return one.title_vi if language() == "vi" else one.title_en


def _instant(text: str, field: str) -> datetime:
    """With its offset from UTC. Raises `Refused("instant-invalid")`."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refused("instant-invalid", field=field, value=text[:40]) from error
    if found.tzinfo is None:
        raise Refused("instant-invalid", field=field, value=text[:40])
    return found


COMMANDS: dict[str, Callable[..., int | None]] = {
    "times": times,
    "propose": propose,
    "reply": reply,
    "minutes": minutes,
    "agree": agree,
    "sign": sign,
    "paper": paper,
    "papers": papers,
    "add-paper": add_paper,
    "save-paper": save_paper,
    "stage": stage,
    "follow": follow,
    "plan": plan,
    "calendar": calendar,
    "read-invitation": read_invitation,
}
"""The group's commands by name."""
