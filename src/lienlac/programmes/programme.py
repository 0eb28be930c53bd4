"""What a programme is made of: its shape, how its elements look in a list, what a word may say. Pure (clauses 22.x)."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec

from lienlac.errors import Refused
from lienlac.people.rights import Action
from lienlac.programmes.indicators.figures import check_figures, digest_of
from lienlac.programmes.indicators.quarter import Quarter
from lienlac.records.shared.shape import Glance, Rights, Saying, Shape
from lienlac.vocabulary import typologies
from lienlac.wire.bodies.programmes import (
    ActionDay,
    Commitment,
    Milestone,
    Objective,
    Operation,
    Programme,
    ProgrammeFacts,
    ProgrammeInvited,
    ProgrammeWord,
    Promise,
    Report,
    Risk,
    Signature,
)
from lienlac.wire.bodies.records import Link, Remark

if TYPE_CHECKING:
    from lienlac.records.shared.fold import Element
    from lienlac.wire.bodies.parts import Said

_TITLED: Final = (Objective, Operation, ActionDay, Commitment, Milestone, Risk)


# --- what holds ---------------------------------------------------------------------------------------------------
def substance(says: Programme) -> str:
    """The digest of what is signed: everything that a programme says but the phase in which it stands."""
    agreed = {name: getattr(says, name) for name in says.__struct_fields__ if name != "phase"}
    return hashlib.sha256(msgspec.json.encode(agreed, order="deterministic")).hexdigest()


def signed_by(top: Element, host: str, signatures: list[Element]) -> frozenset[str]:
    """The authorities whose signature holds for the programme as it is now; each only by its own column."""
    says = top.by(host)
    if not isinstance(says, Programme):
        return frozenset()
    wanted = substance(says)
    return frozenset(
        author
        for element in signatures
        for author, said in element.columns.items()
        if isinstance(said.says, Signature) and said.says.substance == wanted
    )


def promised(element: Element) -> Any:
    """The column that decides what a commitment is: its owner's, or else the first proposal; None once taken back."""
    standing = element.standing
    owned = next((one for one in standing if one.says.owner == one.author), None)
    found = owned or (standing[0] if standing else None)
    return None if found is None else found.says


# --- lists --------------------------------------------------------------------------------------------------------
def look(element: Element) -> Glance:
    """How an element stands in a list."""
    says = promised(element) if element.kind == "commitment" else _first(element)
    if isinstance(says, Programme):
        words = f"{says.title_vi} {says.summary.vi} {says.summary.en} {' '.join(says.typologies)}"
        return Glance(line=says.title_en, at=day_of(says.from_day), state=says.phase.value, words=words)
    if isinstance(says, Report):
        return Glance(line=says.quarter, at=says.figures.until, state=report_state(element))
    if isinstance(says, _TITLED):
        at = getattr(says, "due", None) or getattr(says, "starts", None)
        return Glance(line=_text(says.title), at=at, state=says.state.value, words=_words(says))
    if isinstance(says, Remark):
        return Glance(line=_text(says.text), words=f"{says.text.vi} {says.text.en}")
    if isinstance(says, Link):
        return Glance(line=says.label or says.target, state=says.relation, words=says.target)
    if isinstance(says, Signature):
        return Glance(line=says.substance[:12])
    return Glance(line="")


def report_state(element: Element) -> str:
    """Whether both sides have computed the same: stated, countersigned, or differing."""
    standing = [one.says for one in element.standing]
    if len({one.digest for one in standing}) > 1:
        return "differing"
    return "countersigned" if len(standing) > 1 and any(one.countersigns for one in standing) else "stated"


def day_of(day: str) -> datetime:
    """Midnight at the beginning of a day."""
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


def _first(element: Element) -> Any:
    return element.standing[0].says if element.standing else None


def _text(said: Said) -> str:
    return said.vi or said.en


def _words(says: Any) -> str:
    parts = (getattr(says, name, None) for name in ("title", "detail", "outcome", "answer"))
    return " ".join(f"{part.vi} {part.en}" for part in parts if part is not None)


# --- what may be said ---------------------------------------------------------------------------------------------
def check(saying: Saying) -> None:
    """Raise `Refused` for a word that may not be said, whatever else is known of the record."""
    says = saying.says
    if isinstance(says, _TITLED) and not (says.title.vi.strip() or says.title.en.strip()):
        raise Refused("field-missing", field="title")
    if isinstance(says, Programme):
        _check_programme(says, saying)
    elif isinstance(says, Commitment):
        if says.state is not Promise.PROPOSED and says.owner != saying.author:
            raise Refused("programme-not-owner", field="state", owner=says.owner)
    elif isinstance(says, Operation | ActionDay):
        if says.starts is not None and says.ends is not None and says.ends < says.starts:
            raise Refused("period-reversed", field="ends")
    elif isinstance(says, Report):
        _check_report(says, saying.author)


def _check_programme(says: Programme, saying: Saying) -> None:
    if saying.author != saying.host:
        raise Refused("programme-not-host")
    for field in ("from_day", "until_day"):
        try:
            day_of(getattr(says, field))
        except ValueError as error:
            raise Refused("date-invalid", field=field, value=getattr(says, field)) from error
    if says.until_day < says.from_day:
        raise Refused("period-reversed", field="until_day")
    known = frozenset(typologies.codes())
    for code in says.typologies:
        if code not in known:
            raise Refused("code-unknown", field="typologies", value=code, vocabulary="typologies")


def _check_report(says: Report, author: str) -> None:
    figures, quarter = says.figures, Quarter.named(says.quarter)
    there, back = figures.directions
    pair = (there.requester, there.executor)
    if (figures.since, figures.until) != (quarter.since, quarter.until):
        raise Refused("report-quarter", field="quarter")
    if pair != tuple(sorted(pair)) or pair[0] == pair[1] or (back.executor, back.requester) != pair:
        raise Refused("report-parties")
    if author not in pair:
        raise Refused("report-parties")
    check_figures(figures)
    if says.digest != digest_of(figures):
        raise Refused("report-digest", field="digest")
    if says.countersigns not in (None, says.digest):
        raise Refused("report-differs", field="countersigns")


SHAPE: Final = Shape(
    name="programme",
    kinds_prefix="programmes",
    mark="prg-",
    letter="P",
    words=ProgrammeWord,
    facts=ProgrammeFacts,
    invited=ProgrammeInvited,
    top="programme",
    prefixes={
        "programme": "top",
        "signature": "sig",
        "objective": "obj",
        "operation": "opn",
        "action-day": "act",
        "commitment": "com",
        "milestone": "mil",
        "risk": "rsk",
        "report": "rpt",
        "member": "mem",
        "remark": "rmk",
        "link": "lnk",
    },
    rights=Rights(
        reads=Action.PROGRAMME_READ,
        opens=Action.PROGRAMME_OPEN,
        writes=Action.PROGRAMME_WRITE,
        shares=Action.PROGRAMME_SHARE,
        restricts=Action.PROGRAMME_RESTRICT,
    ),
    addressees=("programme-manager",),
    look=look,
    check=check,
)
"""The subject's shape."""
