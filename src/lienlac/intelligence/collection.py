"""The nouns: a collection of intelligence, and the source that something came from, with its grading.

Pure. A collection is a view with rights: `ceiling` is the strictest mark that it holds and shows, `readable` and
`writable` say whether programs may read and add through it, and the need-to-know (`people.access`) who may know of it
at all. Marks, gradings and handling codes are ours and stand beside an object, never inside its bytes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from lienlac import limits
from lienlac.errors import Refused
from lienlac.identifiers.cards import refuse_card_numbers
from lienlac.identifiers.folding import fold
from lienlac.people.officer import parse_line
from lienlac.vocabulary import marks

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from lienlac.people.officer import Officer
    from lienlac.wire.message import Marks as Carried

KIND: Final = "collection"
"""What the gate calls such a thing."""
_GRADE_4X4: Final = re.compile(r"[ABCX][1-4]")
_GRADE_6X6: Final = re.compile(r"[A-F][1-6]")
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class Giver(StrEnum):
    """Who gave us something."""

    OFFICER = "officer"
    TOKEN = "token"  # noqa: S105  # a word, no secret
    PEER = "peer"
    FEED = "feed"
    FILE = "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """Our own marks, beside the bytes: who may see, what may be done, for what, and how it is graded.

    Of a source, `tlp` "" says that it states none; of an object it is always stated.
    """

    tlp: str = ""
    pap: str = "clear"
    handling: tuple[str, ...] = ("h0",)
    grade_4x4: str = ""
    grade_6x6: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where something comes from: `ref` is the officer's, token's, peer's or feed's id, or a file's digest.

    `marks` are the least that everything from there carries; an object's own marking may only be stricter.
    """

    giver: Giver
    ref: str
    label: str
    marks: Marks = field(default_factory=Marks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """One collection as it stands. `number` never leaves the node; `held` counts what waits in quarantine."""

    number: int
    id: str
    title: str
    description_vi: str
    description_en: str
    ceiling: str
    readable: bool
    writable: bool
    created_at: datetime
    created_by: str
    closed_at: datetime | None
    last_us: int
    objects: int
    held: int

    @property
    def reference(self) -> str:
        """What the journal calls it: a title may say what nobody else needs to know."""
        return self.id

    @property
    def open(self) -> bool:
        """Whether it may still be used."""
        return self.closed_at is None

    def description(self, language: str) -> str:
        """In the reader's language, or in the other one where there is only that."""
        first, second = self.description_vi, self.description_en
        if language != "vi":
            first, second = second, first
        return first or second


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What an officer says of a collection."""

    title: str
    description_vi: str = ""
    description_en: str = ""
    ceiling: str = "amber"
    readable: bool = True
    writable: bool = False

    @property
    def key(self) -> str:
        """By which titles are compared: two that look alike would be mixed up."""
        return fold(self.title)


def of_officer(officer: Officer, marks: Carried) -> Source:
    """What an officer gives, with the marks that it carries elsewhere in this node."""
    least = Marks(tlp=marks.tlp.value, pap=marks.pap.value, handling=tuple(one.value for one in marks.handling))
    return Source(giver=Giver.OFFICER, ref=officer.id, label=officer.name, marks=least)


def parse_draft(
    *, title: str, description_vi: str, description_en: str, ceiling: str, readable: bool, writable: bool
) -> Draft:
    """A collection as somebody wrote it. Raises `Refused` (`line-…`, `text-…`, `code-unknown`, as `cards`)."""
    for name, text in (("title", title), ("description_vi", description_vi), ("description_en", description_en)):
        refuse_card_numbers(text, field=name)
    return Draft(
        title=parse_line(title, "title"),
        description_vi=_text(description_vi, "description_vi"),
        description_en=_text(description_en, "description_en"),
        ceiling=marks.tlp.get(ceiling, field="ceiling").code,
        readable=readable,
        writable=writable,
    )


def parse_marks(*, tlp: str, pap: str, handling: Iterable[str], grade_4x4: str, grade_6x6: str) -> Marks:
    """Marks as somebody chose them. Raises `Refused("code-unknown" | "intel-grade")`."""
    for name, grade, shape in (("grade_4x4", grade_4x4, _GRADE_4X4), ("grade_6x6", grade_6x6, _GRADE_6X6)):
        if grade and not shape.fullmatch(grade):
            raise Refused("intel-grade", field=name, value=grade[:20])
    return Marks(
        tlp=marks.tlp.get(tlp, field="tlp").code if tlp else "",
        pap=marks.pap.get(pap, field="pap").code,
        handling=marks.combine_handling(handling),
        grade_4x4=grade_4x4,
        grade_6x6=grade_6x6,
    )


def strictest(first: Marks, second: Marks) -> Marks:
    """What holds when two meet. The first one's grading stands where it has one."""
    return Marks(
        tlp=marks.tlp.strictest(stated) if (stated := [one for one in (first.tlp, second.tlp) if one]) else "",
        pap=marks.pap.strictest((first.pap, second.pap)),
        handling=marks.combine_handling((*first.handling, *second.handling)),
        grade_4x4=first.grade_4x4 or second.grade_4x4,
        grade_6x6=first.grade_6x6 or second.grade_6x6,
    )


def _text(text: str, name: str) -> str:
    clean = text.strip()
    if len(clean) > limits.INTEL_DESCRIPTION_MAX_CHARS:
        raise Refused(
            "text-too-long", field=name, size_chars=len(clean), limit_chars=limits.INTEL_DESCRIPTION_MAX_CHARS
        )
    if _CONTROLS.search(clean):
        raise Refused("text-controls", field=name)
    return clean
