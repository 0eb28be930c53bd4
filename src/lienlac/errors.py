"""The two families of failure, and the catalogue of their codes.

`Refused` means that somebody outside (the peer, a client, a form) broke a rule; `NotAllowed` means that our own
side asked for something that the rules, the rights or the present state forbid. Blame is decided once, where the
bytes or the call come in. Every code stands in `errors.toml` with one sentence for an operator in English and in
Vietnamese; this file knows nothing of HTTP or of screens.
"""

from __future__ import annotations

import functools
import tomllib
from importlib import resources
from typing import Literal, TypedDict

Language = Literal["vi", "en"]


class CatalogueEntry(TypedDict):
    """One code: who is at fault, and what an operator reads."""

    family: Literal["refused", "not-allowed"]
    en: str
    vi: str


@functools.cache
def catalogue() -> dict[str, CatalogueEntry]:
    """Every error code with its sentences, read once from `errors.toml`."""
    text = resources.files("lienlac").joinpath("errors.toml").read_text(encoding="utf-8")
    loaded: dict[str, CatalogueEntry] = tomllib.loads(text)  # its shape is held by tests/test_errors.py
    return loaded


class LienlacError(Exception):
    """Root of all errors that carry a code.

    `code` is stable and documented; `details` fill the sentence's named places and may be shown to whoever made
    the call, so they never hold secrets. `field` names the input at fault, as a dotted path, when there is one.
    """

    def __init__(self, code: str, *, field: str | None = None, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.details = details

    def as_ours(self) -> NotAllowed:
        """The same failure seen from our own side: a rule stopped us before the peer had to."""
        made = NotAllowed(self.code, field=self.field)
        made.details = self.details
        return made

    def as_theirs(self) -> Refused:
        """The same failure as the other side's fault: what it sent cannot be done here."""
        made = Refused(self.code, field=self.field)
        made.details = self.details
        return made

    def sentence(self, language: Language) -> str:
        """The operator's sentence in that language; an unknown code shows itself."""
        entry = catalogue().get(self.code)
        if entry is None:
            return self.code
        return entry[language].format_map(_Blank(self.details))

    def __str__(self) -> str:
        where = f" ({self.field})" if self.field else ""
        return f"{self.code}{where}: {self.sentence('en')}"


class Refused(LienlacError):
    """The other side (peer, client, form) broke a rule. `retry` says whether the same bytes may pass later."""

    def __init__(self, code: str, *, retry: bool = False, field: str | None = None, **details: object) -> None:
        super().__init__(code, field=field, **details)
        self.retry = retry


class NotAllowed(LienlacError):
    """Our own side asked for what rules, rights or state forbid."""


class _Blank(dict[str, object]):
    """Lets a sentence with an unfilled place still be read."""

    def __missing__(self, key: str) -> str:
        return "…"
