"""`lienlac request …`: a duty officer's work through a running node's interface, with that officer's token."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from lienlac.cli import console
from lienlac.cli.words import language, say
from lienlac.errors import NotAllowed, Refused

if TYPE_CHECKING:
    from lienlac.client import Client, Request, Restriction

DEFAULT_URL = "http://127.0.0.1:8443"


def _client(url: str | None, token_file: Path | None) -> Client:
    """The client for an address and a token, from options or the environment. Raises `NotAllowed("token-missing")`."""
    from lienlac.client import Client

    named = token_file or (Path(os.environ["LIENLAC_TOKEN_FILE"]) if os.environ.get("LIENLAC_TOKEN_FILE") else None)
    if named is None:
        raise NotAllowed("token-missing")
    token = console.read_file(named, 1_000).decode("utf-8", "replace").strip()
    return Client(url or os.environ.get("LIENLAC_URL") or DEFAULT_URL, token)


def open_(
    file: Path, *, check: bool = False, json: bool = False, url: str | None = None, token_file: Path | None = None
) -> None:
    """Send a new request from a form file, or only check it."""
    form = console.read_json(file)
    with _client(url, token_file) as node:
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
    with _client(url, token_file) as node:
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
    with _client(url, token_file) as node:
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


# --- steps --------------------------------------------------------------------------------------------------------


def acknowledge(
    name: str,
    *,
    remarks: str = "",
    phone: str = "",
    file: Path | None = None,
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """An officer has it."""
    _step(name, "acknowledge", {"remarks": remarks, "phone": phone}, file, json, url, token_file)


def ask(
    name: str,
    *,
    question: str = "",
    phone: str = "",
    file: Path | None = None,
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """A question."""
    _step(name, "ask", {"question": question, "phone": phone}, file, json, url, token_file)


def clarify(
    name: str,
    *,
    answer: str = "",
    question: str = "",
    phone: str = "",
    file: Path | None = None,
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """The answer to a question; which one is plain when only one is open."""
    if file is None and not question:
        with _client(url, token_file) as node:
            open_questions = node.request(name).open_questions
        if len(open_questions) != 1:
            raise NotAllowed("question-unclear", count=len(open_questions))
        question = open_questions[0]
    _step(name, "clarify", {"answers": question, "answer": answer, "phone": phone}, file, json, url, token_file)


def accept(
    name: str,
    *,
    extent: Literal["fully", "partly"] = "fully",
    remarks: str = "",
    phone: str = "",
    file: Path | None = None,
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """It will be done."""
    form = {"extent": extent, "remarks": remarks, "phone": phone}
    _step(name, "accept", form, file, json, url, token_file)


def refuse(
    name: str,
    *,
    ground: str = "",
    explanation: str = "",
    withheld_by_law: bool = False,
    phone: str = "",
    file: Path | None = None,
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """It will not be done."""
    form = {"ground": ground, "explanation": explanation, "withheld_by_law": withheld_by_law, "phone": phone}
    _step(name, "refuse", form, file, json, url, token_file)


def result(
    name: str, file: Path, *, json: bool = False, url: str | None = None, token_file: Path | None = None
) -> None:
    """What was done."""
    _step(name, "result", {}, file, json, url, token_file)


def withdraw(
    name: str,
    *,
    reason: str = "",
    phone: str = "",
    file: Path | None = None,
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """We no longer want it."""
    _step(name, "withdraw", {"reason": reason, "phone": phone}, file, json, url, token_file)


def feedback(
    name: str,
    *,
    usefulness: Literal["useful", "partly", "not-useful"] = "useful",
    text: str = "",
    returned: str = "",
    phone: str = "",
    file: Path | None = None,
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """What came of it."""
    form: dict[str, Any] = {"usefulness": usefulness, "text": text, "phone": phone}
    if returned:
        form["returned"] = _money(returned)
    _step(name, "feedback", form, file, json, url, token_file)


def close(
    name: str,
    *,
    remarks: str = "",
    phone: str = "",
    file: Path | None = None,
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """We are done."""
    _step(name, "close", {"remarks": remarks, "phone": phone}, file, json, url, token_file)


def note(
    name: str,
    *,
    text: str = "",
    phone: str = "",
    file: Path | None = None,
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """Correspondence."""
    _step(name, "note", {"text": text, "phone": phone}, file, json, url, token_file)


# --- who may see it -----------------------------------------------------------------------------------------------


def access(name: str, *, json: bool = False, url: str | None = None, token_file: Path | None = None) -> None:
    """Who may see a request."""
    with _client(url, token_file) as node:
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
    with _client(url, token_file) as node:
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
    with _client(url, token_file) as node:
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


def _step(
    name: str,
    step: str,
    form: dict[str, Any],
    file: Path | None,
    json: bool,
    url: str | None,
    token_file: Path | None,
) -> None:
    given = {field: value for field, value in form.items() if value not in ("", False)}
    whole = given if file is None else console.read_json(file)
    with _client(url, token_file) as node:
        found: Request = node.step(name, step, whole)
    if json:
        console.tell_json(found)
    else:
        console.tell(say("request-stepped", reference=found.reference, state=found.state))


def _money(text: str) -> dict[str, str]:
    amount, _, currency = text.strip().partition(" ")
    if not currency:
        raise Refused("amount-shape", field="returned")
    return {"amount": amount, "currency": currency.strip()}


COMMANDS: dict[str, Callable[..., int | None]] = {
    "open": open_,
    "list": list_,
    "show": show,
    "acknowledge": acknowledge,
    "ask": ask,
    "clarify": clarify,
    "accept": accept,
    "refuse": refuse,
    "result": result,
    "withdraw": withdraw,
    "feedback": feedback,
    "close": close,
    "note": note,
    "access": access,
    "restrict": restrict,
    "allow": allow,
}
