"""Request files through a running node: right ones pass, wrong ones are refused with every mistake, in both languages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.house import PROJECT
from tests.cli.conftest import Command, Said, Served

EXAMPLES = PROJECT / "examples"
WRONG = {
    "bad-check-digit": "aba-check-digit",
    "unknown-bank": "bank-unknown",
    "amount-as-text": "amount-shape",
    "future-date": "instant-future",
    "missing-legal-basis": "field-missing",
}


@pytest.fixture
def check(lienlac: Command, served: Served) -> Any:
    def run(file: Path, *, ok: int = 1, language: str = "en") -> Said:
        place = ("--url", served.url, "--token-file", str(served.token_file))
        return lienlac("request", "open", str(file), "--check", *place, ok=ok, language=language)

    return run


@pytest.mark.parametrize(("name", "code"), WRONG.items())
@pytest.mark.parametrize("language", ["vi", "en"])
def test_wrong_files_are_refused_with_their_reason(check: Any, name: str, code: str, language: str) -> None:
    assert f"({code})" in check(EXAMPLES / "wrong" / f"{name}.json", language=language).err


def test_a_right_file_lacks_only_an_agreement_here(check: Any) -> None:
    said = check(EXAMPLES / "freeze-us-to-vn.json")
    assert "(no-agreement)" in said.err
    assert said.err.count("\n") == 2


def test_20_megabytes_of_text_are_refused_before_they_are_sent(check: Any, tmp_path: Path) -> None:
    form = json.loads((EXAMPLES / "freeze-us-to-vn.json").read_text())
    large = tmp_path / "large.json"
    large.write_text(json.dumps({**form, "facts": "a" * 20_000_000}))
    said = check(large)
    assert "too-large" in said.err
    assert len(said.err) < 500


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "malformed"),
        ('{"kind": "freeze-payment", "kind": "freeze-payment"}', "duplicate-key"),
        ("[" * 100 + "]" * 100, "too-deep"),
        ('{"amount": NaN}', "malformed"),
        ("[]", "form-not-object"),
    ],
)
def test_json_that_two_programs_might_read_differently(check: Any, tmp_path: Path, text: str, code: str) -> None:
    file = tmp_path / "form.json"
    file.write_text(text)
    assert code in check(file).err


def test_a_file_that_is_not_there(check: Any, tmp_path: Path) -> None:
    assert "file-unreadable" in check(tmp_path / "none.json", ok=3).err


def test_a_wrong_token_is_told_apart_from_a_wrong_form(lienlac: Command, served: Served, tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("lienlac_" + "A" * 43)
    said = lienlac("request", "list", "--url", served.url, "--token-file", str(token), ok=3)
    assert "(token-invalid)" in said.err


def test_a_request_that_is_not_there(lienlac: Command, served: Served) -> None:
    place = ("--url", served.url, "--token-file", str(served.token_file))
    for name in ("VN-2026-000009", "req-" + "a" * 26, "../../etc/passwd"):
        assert "(not-found)" in lienlac("request", "show", name, *place, ok=3).err
    assert lienlac("request", "list", "--json", *place).json == {"requests": [], "next": None}
    assert "No requests" in lienlac("request", "list", *place).err


def test_money_for_feedback_needs_a_currency(lienlac: Command, served: Served) -> None:
    place = ("--url", served.url, "--token-file", str(served.token_file))
    assert "amount-shape" in lienlac("request", "feedback", "x", "--returned", "12", *place, ok=1).err
