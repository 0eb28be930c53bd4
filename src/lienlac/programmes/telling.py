"""What would leave of a programme, in words, for the officer who approves it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

from lienlac.releases.preview import Line, fields

if TYPE_CHECKING:
    from collections.abc import Iterable


class Words(Protocol):
    """How a reader is spoken to: `ui.words.Words`, which a pure file may not name."""

    def gettext(self, text: str, /, **places: object) -> str:
        """A sentence."""
        ...


def N_(text: str) -> str:  # noqa: N802  # the name that message extraction looks for
    """Marks a msgid that is translated later, where the reader's language is known."""
    return text


LABELS: Final = {
    "title_vi": N_("Title in Vietnamese"),
    "title_en": N_("Title in English"),
    "title": N_("Title"),
    "summary": N_("In short"),
    "detail": N_("What it is about"),
    "typologies": N_("Kinds of crime"),
    "from_day": N_("First day"),
    "until_day": N_("Last day"),
    "phase": N_("Phase"),
    "substance": N_("What is signed (digest)"),
    "owner": N_("Who owes it"),
    "lead": N_("Led by"),
    "due": N_("Due"),
    "starts": N_("Begins"),
    "ends": N_("Ends"),
    "place": N_("Place"),
    "state": N_("State"),
    "outcome": N_("What came of it"),
    "objective": N_("Objective"),
    "objectives": N_("Objectives"),
    "operation": N_("Operation"),
    "indicator": N_("Seen in the figure"),
    "likelihood": N_("How likely"),
    "impact": N_("How bad"),
    "answer": N_("What is done about it"),
    "quarter": N_("Quarter"),
    "figures": N_("Figures"),
    "digest": N_("Digest"),
    "countersigns": N_("Countersigns"),
    "remarks": N_("Remarks"),
    "reason": N_("Reason"),
    "text": N_("Text"),
    "reference": N_("Reference"),
    "name": N_("Name"),
    "unit": N_("Unit"),
    "vi": N_("Vietnamese"),
    "en": N_("English"),
}
"""What fields are called."""


class Telling:
    """Words for the second officer."""

    def lines_of(self, body: Any, words: Words) -> tuple[Line, ...]:
        """What would leave, field by field."""
        found = (one for one in fields(body) if one.filled)
        return tuple(Line(path=one.path, label=_label(one.path, words), text=str(one.value)) for one in found)

    def labels_of(self, paths: Iterable[str], words: Words) -> tuple[str, ...]:
        """What fields are called."""
        return tuple(_label(path, words) for path in paths)

    def page_of(self, record_id: str) -> str:
        """The page of a programme."""
        return f"/programmes/{record_id}"


def _label(path: str, words: Words) -> str:
    parts = [part for part in path.split(".") if not part.isdigit()]
    told = [words.gettext(LABELS[part]) for part in parts[-2:] if part in LABELS]
    return " · ".join(told) or (parts[-1] if parts else path)
