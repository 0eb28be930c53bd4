"""Lines of identifiers whose type nobody can tell: asked about before they are sent, never sent as “other” in silence."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import pytest

from tests.flash.scene import Warned, warning_form

ASKS = {"vi": "không nhận ra loại", "en": "type was not recognised"}
STANDS = {"vi": "Gửi nguyên các dòng này", "en": "Send these lines as they stand"}
SENT_AS = {"vi": "“Loại khác”", "en": "“Other”"}
TYPED = "0912 345 678\n0071000123\nphnoe: 0912\nother: see the annex"
UNKNOWN = ["0071000123", "phnoe: 0912"]


@pytest.fixture
def world(tmp_path: Path) -> Warned:
    return Warned(tmp_path)


def fields(**changes: Any) -> dict[str, Any]:
    """The form of a warning as a browser sends it."""
    said = warning_form()
    flat = {f"{name}.{code}": said[name].get(code, "") for name in ("text", "to_do") for code in ("vi", "en")}
    plain = ("title_vi", "title_en", "severity", "typology", "purpose", "legal_basis", "legal_basis_text", "phone")
    return {**{name: said.get(name, "") for name in plain}, **flat, "valid_hours": "24", "to": "us-ic3"} | changes


def asked(text: str) -> list[str]:
    """The lines that the page asks about."""
    return [html.unescape(one) for one in re.findall('name="stand.line" value="([^"]*)"', text)]


def sent(world: Warned) -> list[tuple[str, str]]:
    """What the newest warning names; nothing where none was sent."""
    lines = world.vn.node.warnings.listed(world.vn.officer("anh"), show="all")
    if not lines:
        return []
    body = world.vn.node.warnings.show(world.vn.officer("anh"), lines[0].reference).first.flash.body
    return [(one.type, one.value) for one in body.identifiers]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_unknown_lines_are_named_and_sent_once_the_officer_says_so(world: Warned, language: str) -> None:
    browser = world.vn.browser("anh")
    browser.post("/language", {"language": language})
    fresh = browser.get("/warnings/new").text
    assert 'name="stand"' not in fresh
    form = fields(identifiers=TYPED)
    answer = browser.post("/warnings/new", form)
    assert answer.status_code == 422
    assert asked(answer.text) == UNKNOWN
    for words in (ASKS[language], STANDS[language], SENT_AS[language], html.escape(TYPED), form["title_vi"]):
        assert words in answer.text, words
    assert 'name="stand" value="yes">' in answer.text
    assert sent(world) == []
    answer = browser.post("/warnings/new", form | {"stand": "yes", "stand.line": UNKNOWN})
    assert answer.status_code == 303, answer.text
    assert sent(world) == [
        ("phone", "+84912345678"), ("other", "0071000123"), ("other", "phnoe: 0912"), ("other", "see the annex"),
    ]  # fmt: skip


def test_a_line_that_is_corrected_is_not_asked_about(world: Warned) -> None:
    answer = world.vn.browser("anh").post("/warnings/new", fields(identifiers="bank-account: 0071000123"))
    assert answer.status_code == 303, answer.text
    assert sent(world) == [("bank-account", "0071000123")]


def test_what_was_typed_anew_since_is_asked_again(world: Warned) -> None:
    browser = world.vn.browser("anh")
    wrong = fields(identifiers="0071000123\n00710001", stand="yes") | {"stand.line": ["0071000123"]}
    answer = browser.post("/warnings/new", wrong)
    assert answer.status_code == 422
    assert asked(answer.text) == ["0071000123", "00710001"]
    assert 'name="stand" value="yes">' in answer.text


def test_attack_a_tick_without_the_lines_that_were_shown_sends_nothing(world: Warned) -> None:
    answer = world.vn.browser("anh").post("/warnings/new", fields(identifiers=TYPED, stand="yes"))
    assert answer.status_code == 422
    assert sent(world) == []


def test_the_tick_stays_when_something_else_is_wrong_and_every_mistake_is_told_at_once(world: Warned) -> None:
    browser = world.vn.browser("anh")
    wrong = fields(identifiers=f"{TYPED}\nDE89370400440532013001\nphone: 12\n4111 1111 1111 1111", title_en="")
    answer = browser.post("/warnings/new", wrong)
    assert answer.status_code == 422
    assert set(re.findall('id="e-([a-z_]+)"', answer.text)) == {"title_en", "identifiers"}
    assert re.findall('href="#f-([a-z_.]+)"', answer.text) == ["title_en", "identifiers"]
    for number in (2, 3, 5, 6, 7):
        assert f"Dòng {number}" in answer.text, number
    answer = browser.post(
        "/warnings/new", fields(identifiers=TYPED, title_en="", stand="yes") | {"stand.line": UNKNOWN}
    )
    assert set(re.findall('id="e-([a-z_]+)"', answer.text)) == {"title_en"}
    assert 'name="stand" value="yes" checked>' in answer.text
    assert asked(answer.text) == UNKNOWN


@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_takes_a_warnings_place_is_asked_too_and_what_was_sent_as_other_is_not(
    world: Warned, language: str
) -> None:
    known = world.warn(identifiers=[{"type": "other", "value": "see the annex"}])
    browser = world.vn.browser("anh")
    browser.post("/language", {"language": language})
    path = f"/warnings/{known.sent[0]}/supersede"
    assert "other: see the annex" in browser.get(path).text
    form = fields(reason="It moved.", identifiers="other: see the annex\n0071000123")
    answer = browser.post(path, form)
    assert answer.status_code == 422
    assert asked(answer.text) == ["0071000123"]
    assert STANDS[language] in answer.text
    assert "It moved." in answer.text
    answer = browser.post(path, form | {"stand": "yes", "stand.line": ["0071000123"]})
    assert answer.status_code == 303, answer.text
    assert sent(world) == [("other", "see the annex"), ("other", "0071000123")]


def test_attack_a_poisoned_line_stays_words(world: Warned) -> None:
    answer = world.vn.browser("anh").post("/warnings/new", fields(identifiers="\"><script>alert(1)</script>'"))
    assert answer.status_code == 422
    assert "<script>alert" not in answer.text
    assert asked(answer.text) == ["\"><script>alert(1)</script>'"]


def test_a_program_says_its_types_and_is_not_asked(world: Warned) -> None:
    program = world.vn.program("anh")
    form = warning_form(identifiers=[{"type": "other", "value": "0071000123"}], to=["us-ic3"])
    answer = program.post("/api/warnings", form)
    assert answer.status_code == 201, answer.text
    assert sent(world) == [("other", "0071000123")]
