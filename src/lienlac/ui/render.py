"""Templates: one Jinja environment for all slices, with the words, filters and addresses that every page uses.

Escapes everything, fails on unknown names, and shows the invisible signs that turn a line round. The language comes
with each page (`words` in its values), so the compiled templates serve both.
"""

from __future__ import annotations

import functools
import json
import re
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from markupsafe import Markup

from lienlac.identifiers.contact import defang
from lienlac.people.rights import Action, may
from lienlac.ui import words as say
from lienlac.ui.statics import static_url
from lienlac.vocabulary import country, quarters

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping
    from datetime import datetime, timedelta
    from decimal import Decimal
    from pathlib import Path

    from jinja2.runtime import Context

    from lienlac.people.officer import Officer
    from lienlac.people.rights import Thing
    from lienlac.ui.words import Words


_TURNING: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""What embeds, overrides or isolates a direction of writing. Marks of direction (U+200E, U+200F) turn no letters."""


@functools.cache
def make_environment(folders: tuple[Path, ...]) -> Environment:
    """The environment over these template folders, earlier ones first; nodes of one process compile each page once."""
    environment = Environment(
        loader=FileSystemLoader([str(folder) for folder in folders]),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_upright,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        cache_size=200,
        extensions=["jinja2.ext.i18n"],
    )
    environment.newstyle_gettext = True  # type: ignore[attr-defined]  # set by the i18n extension
    environment.globals.update(
        {
            "gettext": _gettext,
            "ngettext": _ngettext,
            "_": _gettext,
            "static": static_url,
            "allowed": _allowed,
            "Action": Action,
        }
    )
    environment.filters.update(
        {
            "instant": _instant,
            "clock_text": _clock_text,
            "day": say.day,
            "quarter": _quarter,
            "left": _left,
            "ago": _ago,
            "duration": _duration,
            "money": _money,
            "country": _country,
            "number": _number,
            "size": _size,
            "digest": say.digest_short,
            "rfc3339": say.rfc3339,
            "said": _said,
            "compact_json": _compact_json,
            "defanged": defang,
        }
    )
    return environment


def _upright(value: Any) -> Any:
    """A text whose letters stand in the order in which they are shown: nobody reads an account number backwards."""
    if isinstance(value, str) and not value.isascii() and type(value) is not _Drawn and _TURNING.search(value):
        turned = _TURNING.sub("\N{REPLACEMENT CHARACTER}", value)
        return Markup(turned) if isinstance(value, Markup) else turned  # noqa: S704  # what was markup stays it
    return value


class _Drawn(Markup):
    """What a template has made: its letters stand upright already."""


class Shared:
    """A piece of a page that is drawn once for everybody who is shown the same.

    Its template gets what it is made with, what is given and the reader's words, and nothing of whoever asks: no
    officer, no token, no clock; one that reads any of these fails. So the piece depends on nothing but what it is kept
    under. Whoever may not see a thing never gives it, and what has changed is given otherwise.
    """

    def __init__(self, template: str, *, kept: int, **always: object) -> None:
        self._template = template
        self._always = always
        self._drawn = functools.lru_cache(kept)(self._draw)

    def __call__(self, environment: Environment, words: Words, **given: Hashable) -> Markup:
        """The piece, drawn now or before."""
        return self._drawn(environment, words, **given)

    def each(self, environment: Environment, words: Words, several: Iterable[Mapping[str, Hashable]]) -> Markup:
        """Such pieces one after the other, drawn now or before."""
        return _Drawn("".join(self._drawn(environment, words, **given) for given in several))

    def _draw(self, environment: Environment, words: Words, **given: Hashable) -> Markup:
        values = {**self._always, **given, "words": words, "lang": words.language}
        return _Drawn(environment.get_template(self._template).render(values))


def _words(context: Context) -> Words:
    found: Words = context["words"]
    return found


@pass_context
def _gettext(context: Context, text: str, /, **places: object) -> str:
    said = Markup(_words(context).gettext(text))  # noqa: S704  # catalogues are ours; places are escaped by %
    return said % places if places or "%" in said else said


@pass_context
def _ngettext(context: Context, one: str, many: str, count: int, /, **places: object) -> str:
    words = _words(context)
    said = say.translations(words.language).ngettext(one, many, count)
    # the i18n tag hands over `num`; a bare count is printed by the reader's rules
    filled = {key: words.number(value) if isinstance(value, int) else value for key, value in places.items()}
    return Markup(said) % {"num": words.number(count), **filled}  # noqa: S704  # as above


@pass_context
def _said(context: Context, text: str) -> str:
    """A msgid that came as a value, such as a state's name."""
    return _words(context).gettext(text)


@pass_context
def _instant(context: Context, at: datetime | None) -> str:
    """A `<time>`: the reader's zone in the text, the others in the title."""
    if at is None:
        return ""
    words = _words(context)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(  # format escapes
        say.rfc3339(at), words.elsewhere(at), _unbroken(words.instant(at))
    )


def _unbroken(text: str) -> str:
    """The zone's name stays in one piece, wherever the line breaks."""
    lead, bracket, zone = text.partition("(")
    return lead + bracket + zone.replace(" ", "\N{NO-BREAK SPACE}")


@pass_context
def _clock_text(context: Context, at: datetime) -> str:
    """`23/11/2026 10:05`, for dense tables whose head names the zone."""
    words = _words(context)
    return Markup('<time datetime="{}" title="{} · {}">{}</time>').format(  # format escapes
        say.rfc3339(at), words.instant(at), words.elsewhere(at), words.clock_text(at)
    )


@pass_context
def _quarter(context: Context, name: str) -> str:
    return quarters.said(name, _words(context).language)


@pass_context
def _left(context: Context, deadline: datetime) -> str:
    return _words(context).left(deadline, context["now"])


@pass_context
def _ago(context: Context, at: datetime) -> str:
    return _words(context).ago(at, context["now"])


@pass_context
def _duration(context: Context, length: timedelta) -> str:
    return _words(context).duration(length)


@pass_context
def _country(context: Context, code: str) -> str:
    return country(code, _words(context).language)


@pass_context
def _money(context: Context, amount: Decimal | str | int, currency: str) -> str:
    return _words(context).money(amount, currency)


@pass_context
def _number(context: Context, value: float, places: int = 0) -> str:
    return _words(context).number(value, places)


@pass_context
def _size(context: Context, value_bytes: int) -> str:
    return _words(context).size(value_bytes)


@pass_context
def _allowed(context: Context, action: Action, thing: Thing | None = None) -> bool:
    """Whether the reader may do this; for showing or leaving out a button, never instead of the gate."""
    officer: Officer | None = context["officer"]
    return officer is not None and may(officer, action, thing)


def _compact_json(value: Any) -> str:
    """JSON for an attribute; the attribute's own escaping does the rest."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
