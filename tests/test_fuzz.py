"""The fuzz entry stays runnable: a short seeded run over every parser raises nothing but refusals."""

from __future__ import annotations

import pytest

from fuzz import fuzz_parsers


@pytest.mark.parametrize("name", fuzz_parsers.PARSERS)
def test_no_bytes_break_a_parser(name: str) -> None:
    fuzz_parsers.without_atheris([name], rounds=300, seed=20261123)
