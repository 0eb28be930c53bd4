"""`lienlac request …`: the steps that an officer takes on a request, through a running node's interface."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from lienlac.cli import console
from lienlac.cli.words import say
from lienlac.errors import NotAllowed, Refused

if TYPE_CHECKING:
    from lienlac.client import Client
    from lienlac.interface.approvals import Waits
    from lienlac.interface.requests import Request

DEFAULT_URL = "http://127.0.0.1:8443"


def client_of(url: str | None, token_file: Path | None) -> Client:
    """The client for an address and a token, from options or the environment. Raises `NotAllowed("token-missing")`."""
    from lienlac.client import Client

    named = token_file or (Path(os.environ["LIENLAC_TOKEN_FILE"]) if os.environ.get("LIENLAC_TOKEN_FILE") else None)
    if named is None:
        raise NotAllowed("token-missing")
    token = console.read_file(named, 1_000).decode("utf-8", "replace").strip()
    return Client(url or os.environ.get("LIENLAC_URL") or DEFAULT_URL, token)


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
        with client_of(url, token_file) as node:
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
    considered: bool = False,
    phone: str = "",
    file: Path | None = None,
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """It will be done."""
    form = {"extent": extent, "remarks": remarks, "phone": phone, "considered": _considered(considered)}
    _step(name, "accept", form, file, json, url, token_file)


def return_(
    name: str,
    *,
    ground: str = "",
    explanation: str = "",
    phone: str = "",
    file: Path | None = None,
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """It goes back to be corrected."""
    _step(name, "return", {"ground": ground, "explanation": explanation, "phone": phone}, file, json, url, token_file)


def correct(
    name: str,
    file: Path,
    *,
    remarks: str = "",
    phone: str = "",
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """What was missing or wrong; the file holds the kind's own fields, as a new request does."""
    with client_of(url, token_file) as node:
        awaited = node.request(name).awaited_correction
    if awaited is None:
        raise NotAllowed("question-unclear", count=0)
    form = {"answers": awaited, "remarks": remarks, "phone": phone, "form": console.read_json(file)}
    _step(name, "correct", form, None, json, url, token_file)


def refuse(
    name: str,
    *,
    ground: str = "",
    explanation: str = "",
    withheld_by_law: bool = False,
    considered: bool = False,
    phone: str = "",
    file: Path | None = None,
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """It will not be done."""
    form = {
        "ground": ground,
        "explanation": explanation,
        "withheld_by_law": withheld_by_law,
        "considered": _considered(considered),
        "phone": phone,
    }
    _step(name, "refuse", form, file, json, url, token_file)


def confirm_refusal(name: str, *, json: bool = False, url: str | None = None, token_file: Path | None = None) -> None:
    """As the second officer."""
    with client_of(url, token_file) as node:
        _tell(node.confirm_refusal(name), json=json)


def return_refusal(
    name: str, *, reason: str = "", json: bool = False, url: str | None = None, token_file: Path | None = None
) -> None:
    """Back to whoever proposed it."""
    with client_of(url, token_file) as node:
        _tell(node.return_refusal(name, reason), json=json)


def validate(
    name: str, file: Path, *, json: bool = False, url: str | None = None, token_file: Path | None = None
) -> None:
    """The decision that was still missing."""
    _step(name, "validate", {}, file, json, url, token_file)


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


def ask_use(
    name: str,
    *,
    purpose: str = "",
    text: str = "",
    phone: str = "",
    file: Path | None = None,
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """Leave to use it otherwise."""
    _step(name, "ask-use", {"purpose": purpose, "text": text, "phone": phone}, file, json, url, token_file)


def answer_use(
    name: str,
    *,
    granted: Literal["yes", "no"],
    conditions: str = "",
    question: str = "",
    phone: str = "",
    json: bool = False,
    url: str | None = None,
    token_file: Path | None = None,
) -> None:
    """It may, or it may not."""
    if not question:
        with client_of(url, token_file) as node:
            asked = node.request(name).open_uses
        if len(asked) != 1:
            raise NotAllowed("question-unclear", count=len(asked))
        question = asked[0]
    with client_of(url, token_file) as node:
        form = {"answers": question, "granted": granted == "yes", "conditions": conditions, "phone": phone}
        _tell(node.step(name, "answer-use", form), json=json)


def _considered(every: bool) -> list[str]:
    """Every ground of human rights that an officer is asked about, or none."""
    from lienlac.vocabulary import refusals

    return [word.code for word in refusals if word.must_check] if every else []


def _step(
    name: str,
    step: str,
    form: dict[str, Any],
    file: Path | None,
    json: bool,
    url: str | None,
    token_file: Path | None,
) -> None:
    given = {field: value for field, value in form.items() if value not in ("", False, [])}
    whole = given if file is None else console.read_json(file)
    with client_of(url, token_file) as node:
        _tell(node.step(name, step, whole), json=json)


def _tell(found: Request | Waits, *, json: bool) -> None:
    """What became of it; what waits for a second officer says so."""
    from lienlac.interface.approvals import Waits

    if json:
        console.tell_json(found)
    elif isinstance(found, Waits):
        tell_waits(found)
    else:
        console.tell(say("request-stepped", reference=found.reference, state=found.state))
        if found.proposal is not None and not found.proposal.returned_by:
            console.note(say("refusal-proposed"))


def tell_waits(found: Waits) -> None:
    """Nothing is sent yet, and under which id it waits."""
    console.note(say("made-waits", reference=found.waits.reference, release=found.waits.id))


def _money(text: str) -> dict[str, str]:
    amount, _, currency = text.strip().partition(" ")
    if not currency:
        raise Refused("amount-shape", field="returned")
    return {"amount": amount, "currency": currency.strip()}


STEPS: dict[str, Callable[..., int | None]] = {
    "acknowledge": acknowledge,
    "ask": ask,
    "clarify": clarify,
    "accept": accept,
    "return": return_,
    "correct": correct,
    "refuse": refuse,
    "confirm-refusal": confirm_refusal,
    "return-refusal": return_refusal,
    "validate": validate,
    "result": result,
    "withdraw": withdraw,
    "feedback": feedback,
    "close": close,
    "note": note,
    "ask-use": ask_use,
    "answer-use": answer_use,
}
