"""What is shown before a message leaves is all that leaves: no field of any body goes unseen, in either language."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from lienlac.hotline.kinds import BODY_OF, REQUEST_KINDS, STEP_OF
from lienlac.hotline.leaving.lines import labels, lines
from lienlac.hotline.lifecycle import Step
from lienlac.releases.preview import CAREFUL, Choice, exposes, fields, redact, withheld_at_first
from lienlac.ui.words import Words
from lienlac.wire.bodies import hotline as bodies
from tests.hotline.cases import NAMES, body_of, opening_of, report_of

PEOPLE = {
    "freeze-payment": ("victims",),
}
"""What is withheld at first of these openings; the people of all others are suspects, or stand in what is required."""


def said(value: Any) -> bool:
    """Whether a field says anything that leaves: a flag that is off is its absence."""
    return value not in (None, "", (), False)


def test_a_flag_that_is_off_is_said_where_it_stands_in_a_part() -> None:
    body = opening_of("freeze-payment")
    quiet = msgspec.structs.replace(body, victim=bodies.Victim(identified=False))
    (line,) = [line for line in lines(Step.OPEN, quiet, Words("en")) if line.path == "victim"]
    assert "No" in line.text


def check(step: Step, body: Any, language: Any) -> None:
    shown = lines(step, body, Words(language))
    paths = {line.path for line in shown}
    for field in fields(body):
        if said(field.value):
            known = {field.path, field.path.rpartition(".")[0]}
            assert known & paths, f"{field.path} leaves unseen"
    for line in shown:
        assert line.text.strip(), line.path
        assert line.label != line.path, f"{line.path} has no name"


@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize("name", NAMES)
def test_no_field_of_an_opening_or_a_result_leaves_unseen(name: str, language: str) -> None:
    opening = opening_of(name)
    check(Step.OPEN, opening, language)
    check(Step.RESULT, bodies.Result(officer=opening.officer, report=report_of(name)), language)
    corrected = bodies.Corrected(
        officer=opening.officer, answers="msg-" + "a" * 26, opening=opening, remarks="As asked."
    )
    check(Step.CORRECT, corrected, language)


@pytest.mark.parametrize(
    "step", [step for step in Step if step in STEP_OF.values() and step not in (Step.OPEN, Step.LAPSE)]
)
def test_no_field_of_a_step_leaves_unseen(step: Step) -> None:
    check(step, body_of(step, "msg-" + "a" * 26), "en")


@pytest.mark.parametrize("name", NAMES)
def test_what_is_about_people_is_withheld_at_first(name: str) -> None:
    opening = opening_of(name)
    assert withheld_at_first(opening) == PEOPLE.get(name, ())
    cut = redact(opening, CAREFUL)
    assert set(exposes(cut.body)) <= {"victim", "endangered"}, "only what the body cannot do without"
    assert msgspec.json.decode(msgspec.json.encode(cut.body), type=type(opening)) == cut.body


@pytest.mark.parametrize("role", ["witness", "victim", "missing"])
def test_whoever_is_no_suspect_is_spared(role: str) -> None:
    person = msgspec.structs.replace(opening_of("locate"), role=bodies.PersonRole(role), nationality="VN")
    assert "nationality" in withheld_at_first(person)
    assert redact(person, CAREFUL).body.nationality == ""
    assert redact(person, CAREFUL).persons  # the name leaves: without it there is nothing to ask
    out = redact(person, Choice(let_out=("nationality",), why="Two people of that name live there."))
    assert (out.body.nationality, out.let_out) == ("VN", ("nationality",))


def test_every_field_that_can_be_withheld_has_a_name() -> None:
    every = [
        (kind.kind, field.path) for kind in REQUEST_KINDS for field in fields(opening_of(kind.name)) if field.about
    ]
    for kind, path in every:
        assert labels(STEP_OF[kind], BODY_OF[kind], [path], Words("en")) != (path,)
    assert labels(Step.RESULT, BODY_OF["hotline.result"], ["report.said"], Words("en")) != ("report.said",)
