"""An order to share as lines that a second officer reads. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lienlac.intelligence.sharing.leaving import words as names
from lienlac.releases.preview import Line
from lienlac.vocabulary import handling, pap, tlp

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lienlac.intelligence.sharing.order import Order, TakingBack
    from lienlac.releases.wording import Words
    from lienlac.wire.bodies.intelligence import Sighted


def order_lines(order: Order, collection: str, words: Words) -> tuple[Line, ...]:
    """Everything that an order decides."""
    language = words.language
    said = {
        "title": order.title,
        "collection": collection,
        "mode": f"{words.gettext(names.MODES[order.mode])}: {words.gettext(names.MODE_NOTES[order.mode])}",
        "count": str(order.count),
        "types": ", ".join(order.types),
        "ids": "\n".join(order.ids),
        "marks": f"{tlp.label(order.tlp, language)}, {pap.label(order.pap, language)}",
        "handling": ", ".join(handling.label(code, language) for code in order.handling),
        "let_out": "\n".join((*labels(order.let_out, words), order.why)) if order.let_out else "",
        "digest": order.digest,
    }
    return _lines(said, words)


def sighting_lines(body: Sighted, words: Words) -> tuple[Line, ...]:
    """Everything that a word about something seen says."""
    between = " – ".join(words.instant(at) for at in (body.first, body.last) if at is not None)
    said = {
        "object": body.object,
        "officer": " · ".join(part for part in (body.officer.name, body.officer.unit, body.officer.phone) if part),
        "seen": f"{body.count} × {between}".rstrip(" ×") if body.count or between else "",
        "useful": words.gettext(names.USEFUL[body.useful]) if body.useful else "",
        "text": body.text,
    }
    return _lines(said, words)


def recall_lines(order: TakingBack, title: str, words: Words) -> tuple[Line, ...]:
    """Everything that a recall decides."""
    kind = "ids" if order.ids else "above" if order.above else "everything"
    said = {
        "title": title,
        "taken": str(order.count),
        "what": words.gettext(names.TAKES[kind]),
        "ids": "\n".join(order.ids),
        "act": words.gettext(names.ACTS[order.act]),
        "reason": order.reason,
    }
    return _lines(said, words)


def labels(paths: Iterable[str], words: Words) -> tuple[str, ...]:
    """What is called that is withheld or let out."""
    return tuple(words.gettext(names.LET_OUT.get(path, path)) for path in paths)


def _lines(said: dict[str, str], words: Words) -> tuple[Line, ...]:
    return tuple(
        Line(path=name, label=words.gettext(names.FIELDS[name]), text=text) for name, text in said.items() if text
    )
