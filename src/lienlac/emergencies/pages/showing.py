"""What every page of a channel needs to show one: words, choices, and typed fields turned into forms."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from lienlac.emergencies.pages import names
from lienlac.errors import Refused
from lienlac.releases.release import Release
from lienlac.ui.page import Blank
from lienlac.ui.words import rfc3339, zone
from lienlac.vocabulary import legal_bases, pap, purposes, request_kinds, tlp, typologies, urgencies
from lienlac.wire.bodies.emergencies import Said

if TYPE_CHECKING:
    from collections.abc import Iterable

    from litestar import Response

    from lienlac.emergencies.emergency import Emergency
    from lienlac.records.forms.problems import FormRefused
    from lienlac.ui.page import Ask, Form

_WHEN: Final = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})[ ,]+([0-9]{1,2})\s?[:hHgG.]\s?([0-9]{2})")
_HOUR: Final = re.compile(r"([0-9]{1,2})\s?[:hHgG.]\s?([0-9]{2})")


def values() -> dict[str, Any]:
    """The shared words."""
    return {
        "names": names,
        "typologies": typologies,
        "tlp_words": tlp,
        "purposes": purposes,
        "legal_bases": legal_bases,
        "request_kinds": request_kinds,
        "urgencies": urgencies,
    }


def marks_choices(ask: Ask) -> dict[str, list[tuple[str, str]]]:
    """The marks, each with what it asks of the reader."""
    language = ask.language
    return {
        "tlps": [(word.code, f"{word.label(language)}: {word.note(language)}") for word in tlp.all()],
        "paps": [(word.code, f"{word.label(language)}: {word.note(language)}") for word in pap.all()],
    }


def update_choices(ask: Ask, promised: datetime | None) -> list[tuple[str, str]]:
    """When this side reports next: as promised, in so many minutes, or nothing promised."""
    unchanged = ask.gettext("as it is: no report promised")
    if promised is not None:
        unchanged = ask.gettext("as promised: %(at)s", at=ask.words.clock_text(promised))
    lengths = [
        (str(minutes), ask.gettext("in %(time)s", time=ask.words.duration(timedelta(minutes=minutes))))
        for minutes in names.MINUTES
    ]
    return [("", unchanged), *lengths, ("none", ask.gettext("no further report promised"))]


def instant_of(text: str, time_zone: str, now: datetime) -> str:
    """A typed time as a form takes it; `02:40` alone is today's, or yesterday's where that lies ahead.

    Raises `Refused("time-malformed")`.
    """
    typed = text.strip()
    hour, whole = _HOUR.fullmatch(typed), _WHEN.fullmatch(typed)
    try:
        if hour is not None:
            here = now.astimezone(zone(time_zone))
            at = here.replace(hour=int(hour[1]), minute=int(hour[2]), second=0, microsecond=0)
            return rfc3339(at if at <= here + timedelta(minutes=10) else at - timedelta(days=1))
        if whole is not None:
            day, month, year, hours, minutes = (int(part) for part in whole.groups())
            return rfc3339(datetime(year, month, day, hours, minutes, tzinfo=zone(time_zone)))
    except (ValueError, OverflowError) as error:
        raise Refused("time-malformed") from error
    raise Refused("time-malformed")


def both(form: Form, name: str) -> dict[str, str]:
    """A text typed in either language or both."""
    found = {language: form.get(f"{name}.{language}") for language in ("vi", "en")}
    return {language: text for language, text in found.items() if text}


def lines_of(text: str) -> list[str]:
    """One entry for each line, or between commas."""
    return [part.strip() for part in re.split(r"[\n,;]+", text) if part.strip()]


def mistakes_of(refused: FormRefused, language: str) -> Blank:
    """The first mistake of each field, in the reader's language."""
    found = Blank()
    for problem in refused.problems:
        found.setdefault(problem.field, problem.vi if language == "vi" else problem.en)
    return found


def marks_of(form: Form) -> dict[str, str]:
    """The marks that were chosen."""
    chosen = {"tlp": form.get("marks.tlp"), "pap": form.get("marks.pap")}
    return {name: code for name, code in chosen.items() if code}


def filled(data: dict[str, Any], names_wanted: Iterable[str] = ()) -> dict[str, Any]:
    """Without what was left empty."""
    kept = set(names_wanted)
    return {name: value for name, value in data.items() if value not in ("", [], {}, None) or name in kept}


def leave_of(ask: Ask) -> dict[str, str]:
    """How it may leave where a second officer is asked for."""
    form = ask.form
    return filled({"ahead": form.get("release.ahead"), "instead_of": form.get("release.instead_of")})


def gone(ask: Ask, made: Emergency | Release, path: str, said: str) -> Response[str]:
    """After it left; or where it waits for a second officer."""
    if not isinstance(made, Release):
        return ask.redirect(path, said)
    waits = ask.gettext("Nothing is sent yet: %(reference)s waits for a second officer.", reference=made.reference)
    return ask.redirect(f"/approvals/{made.id}", waits, tone="warn")


def typed_of(ask: Ask, body: Any) -> dict[str, str]:
    """What was typed before, as the fields of its form: what came back from a second officer is gone on from."""
    found: dict[str, str] = {}
    for name in body.__struct_fields__:
        value = getattr(body, name)
        if isinstance(value, Said):
            found |= {f"{name}.vi": value.vi, f"{name}.en": value.en}
        elif isinstance(value, bool):
            found[name] = "yes" if value else "no"
        elif isinstance(value, datetime):
            found[name] = ask.words.clock_text(value)
        elif isinstance(value, tuple):
            found[name] = "\n".join(value)
        elif isinstance(value, str):  # words of a fixed list are strings too
            found[name] = str(value.value if isinstance(value, StrEnum) else value)
    return {**found, "phone": body.officer.phone}
