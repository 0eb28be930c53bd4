"""Records and kinds of crime in the shapes of the interface for programs. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from lienlac.interface.threats import methods as shapes
from lienlac.vocabulary import typologies, vn24

if TYPE_CHECKING:
    from lienlac.methods.desk import Shown
    from lienlac.methods.method import Sent
    from lienlac.methods.store.records import Line
    from lienlac.vocabulary import Typology


def line_view(line: Line) -> shapes.MethodLine:
    """One line of a list."""
    return shapes.MethodLine(
        id=line.method_id,
        origin=line.origin,
        title_vi=line.title_vi,
        title_en=line.title_en,
        typologies=list(line.typologies),
        tlp=line.tlp,
        version=line.version,
        revoked=line.revoked,
        updated_at=line.updated_at,
    )


def shown_view(shown: Shown) -> shapes.Method:
    """A whole record."""
    method = shown.method
    return shapes.Method(
        id=method.id,
        origin=method.origin,
        revoked_at=method.revoked_at,
        revoked_why=method.revoked_why,
        versions=[
            shapes.MethodVersion(
                version=one.number,
                at=one.at,
                by=one.by_name,
                unit=one.by_unit,
                reason=one.reason,
                marks=msgspec.to_builtins(one.marks),
                method=msgspec.to_builtins(one.body),
                links=list(one.links),
            )
            for one in reversed(method.versions)
        ],
        sent=[sent_view(one) for one in shown.sent],
    )


def sent_view(sent: Sent) -> shapes.MethodSent:
    """A message of ours."""
    return shapes.MethodSent(
        message=sent.message_id,
        peer=sent.peer,
        version=sent.version,
        standing=sent.standing.name.lower().replace("_", "-"),
        at=sent.at,
        received_at=sent.received_at,
        code=sent.code,
    )


def typology_view(word: Typology) -> shapes.Typology:
    """One kind of crime."""
    return shapes.Typology(
        code=word.code,
        family=word.family,
        name_vi=word.vi,
        name_en=word.en,
        description_vi=word.note_vi,
        description_en=word.note_en,
        red_flags_vi=list(word.red_flags_vi),
        red_flags_en=list(word.red_flags_en),
        identifiers=list(word.identifiers),
        techniques=list(word.f3),
        vn24=list(word.vn24),
        law_hints={
            "un_articles": [str(article) for article in word.un_articles],
            "vn_penal_code": list(word.vn_penal_code),
            "us_code": list(word.us_code),
        },
    )


def typology_list() -> shapes.TypologyList:
    """All of them."""
    return shapes.TypologyList(
        version=typologies.version,
        typologies=[typology_view(word) for word in typologies],
        vn24={word.code: {"vi": word.vi, "en": word.en} for word in vn24},
    )
