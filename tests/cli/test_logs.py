"""What a running node writes to its log: one JSON object a line, without secrets and without case data."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.cli.serving.logs import masked, redact


@pytest.mark.parametrize(
    ("text", "kept", "gone"),
    [
        ("token lienlac_" + "Ab3_-" * 9, "token", "Ab3"),
        ("GET https://n.example/requests?words=0071000918273 failed", "https://n.example/requests", "words"),
        ("GET /api/requests?words=nguyen+van+a HTTP/1.1", "/api/requests", "nguyen"),
        ("account 0071000918273 of the request", "of the request", "0071000918273"),
        ("call +84912345678 now", "now", "912345678"),
        ("digest 3f786850e387550fdab836ed7e6dc881de23001b", "3f786850e387550fdab836ed7e6dc881de23001b", "…"),
        ("delivery to us-demo (urgent) failed: peer-slow", "delivery to us-demo (urgent) failed: peer-slow", "…"),
    ],
)
def test_sentences_are_masked(text: str, kept: str, gone: str) -> None:
    assert kept in masked(text)
    assert gone not in masked(text)


@pytest.mark.parametrize(
    "name", ["password", "totp_secret", "Authorization", "cookie", "passphrase", "token", "private_key"]
)
def test_values_are_masked_by_their_name(name: str) -> None:
    assert redact(None, "info", {"event": "x", name: "hunter2"})[name] == "…"


@given(st.text(max_size=300))
def test_masking_never_fails(text: str) -> None:
    assert isinstance(masked(text), str)
