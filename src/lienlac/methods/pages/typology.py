"""The kinds of crime: by family, searched in both languages, one of them whole, and taken out as JSON or STIX."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import msgspec
from litestar import Response, get

from lienlac import limits
from lienlac.errors import NotAllowed
from lienlac.identifiers.folding import fold
from lienlac.methods.pages import shared
from lienlac.methods.showing.stixing import vocabulary_bundle
from lienlac.methods.views import typology_list
from lienlac.people.rights import Action
from lienlac.ui.guard import needs
from lienlac.ui.searches.routes import make_search
from lienlac.vocabulary import typologies

if TYPE_CHECKING:
    from litestar.params import FromPath

    from lienlac.methods.desk import Methods
    from lienlac.ui.page import Ask
    from lienlac.vocabulary import Typology

_READ: Final = needs(Action.METHOD_READ)


def make_handlers(methods: Methods) -> tuple[Any, ...]:
    """The routes."""

    @get("/methods/typologies", opt=_READ, sync_to_thread=True, include_in_schema=False, name="typologies")
    def every(ask: Ask) -> Response[str]:
        return _page(ask, "")

    def found(ask: Ask) -> Response[str]:
        return _page(ask, ask.form.get("words")[: limits.LINE_MAX_CHARS])

    @get("/methods/typologies/export/json", opt=_READ, sync_to_thread=True, include_in_schema=False)
    def as_json() -> Response[bytes]:
        made = msgspec.json.encode(typology_list())
        return file(msgspec.json.format(made, indent=1), f"typologies-{typologies.version}.json")

    @get("/methods/typologies/export/stix", opt=_READ, sync_to_thread=True, include_in_schema=False)
    def as_stix() -> Response[bytes]:
        made = msgspec.json.encode(vocabulary_bundle(typologies))
        return file(msgspec.json.format(made, indent=1), f"typologies-{typologies.version}.stix.json")

    @get("/methods/typologies/{code:str}", opt=_READ, sync_to_thread=True, include_in_schema=False)
    def one(ask: Ask, code: FromPath[str]) -> Response[str]:
        if code not in typologies:
            raise NotAllowed("not-found")
        word = typologies.get(code)
        return ask.page(
            "methods/typology.html",
            title=word.label(ask.language),
            word=word,
            members=typologies.members(code),
            records=methods.listed(ask.officer, typology=code, rows=20),
            **shared.values(ask),
        )

    return (
        every,
        *make_search("/methods/typologies/search", _READ, found, home="/methods/typologies"),
        as_json,
        as_stix,
        one,
    )


def file(content: bytes, name: str, media: str = "application/json") -> Response[bytes]:
    """A file to save."""
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return Response(content, media_type=media, headers=headers)


def _page(ask: Ask, words: str) -> Response[str]:
    wanted = fold(words).split()
    found = [word for word in typologies if all(part in _text(word) for part in wanted)]
    families = [
        (family, [word for word in found if word.family == family.code], family in found)
        for family in typologies.families()
    ]
    return ask.page(
        "methods/typologies.html",
        title=ask.gettext("Kinds of crime"),
        families=[(family, kinds) for family, kinds, itself in families if kinds or itself],
        typed_words=words,
        version=typologies.version,
        **shared.values(ask),
    )


def _text(word: Typology) -> str:
    """Everything that a search reads of a kind, in both languages."""
    said = (word.code, word.vi, word.en, word.note_vi, word.note_en, *word.f3, *word.red_flags_vi, *word.red_flags_en)
    return fold(json.dumps(said, ensure_ascii=False))
