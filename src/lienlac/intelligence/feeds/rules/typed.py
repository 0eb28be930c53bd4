"""A new feed as somebody typed it, on a page or in a program's form, and how it is read: every mistake at once. Pure.

Whether its host may be called and its collection takes is the desk's to say; the desk hands it in and it is told with
the rest. What was typed here is secret in part, so nothing of it is ever shown by `repr`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lienlac.intelligence.collection import Marks, parse_marks
from lienlac.intelligence.feeds.feed import Sealed, parse_draft, parse_secrets
from lienlac.records.forms.gathered import Gathered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lienlac.intelligence.feeds.feed import Draft


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Typed:
    """Its fields, by the names that a form has for them."""

    title: str
    kind: str
    address: str
    remote: str
    how: str
    user: str
    secret: str
    certificate: str
    collection_id: str
    interval_min: int
    ceiling: str = ""
    others: bool = False
    tlp: str = ""
    pap: str = "clear"
    handling: Iterable[str] = ()
    grade_4x4: str = ""
    grade_6x6: str = ""


def read(typed: Typed, checks: Iterable[tuple[str, Callable[[], object]]] = ()) -> Draft:
    """The feed. `checks` are what is asked of the address and the collection: a field, and what raises its mistake.

    Raises what is wrong: one mistake with its own code, several as `FormRefused`.
    """
    found = Gathered()
    secrets = found.hear(lambda: _secrets(typed), Sealed(address=""))
    marks = _marks(typed, found)
    draft = found.hear(lambda: _draft(typed, marks, secrets), None)
    for field, check in checks:
        found.hear(check, None, field)
    return found.right(draft)


def _secrets(typed: Typed) -> Sealed:
    return parse_secrets(
        address=typed.address, how=typed.how, user=typed.user, secret=typed.secret, certificate=typed.certificate
    )


def _draft(typed: Typed, marks: Marks, secrets: Sealed) -> Draft:
    return parse_draft(
        title=typed.title,
        kind=typed.kind,
        remote=typed.remote,
        collection_id=typed.collection_id,
        interval_min=typed.interval_min,
        ceiling=typed.ceiling,
        others=typed.others,
        marks=marks,
        secrets=secrets,
    )


def _marks(typed: Typed, found: Gathered) -> Marks:
    """Each part by itself, so that one that is wrong hides no other."""
    parts: dict[str, Any] = {
        "tlp": typed.tlp, "pap": typed.pap, "handling": tuple(typed.handling), "grade_4x4": typed.grade_4x4,
        "grade_6x6": typed.grade_6x6,
    }  # fmt: skip
    nothing: dict[str, Any] = {"tlp": "", "pap": "clear", "handling": (), "grade_4x4": "", "grade_6x6": ""}
    right = {name: _part(name, value, nothing, found) for name, value in parts.items()}
    return parse_marks(**right)


def _part(name: str, value: Any, nothing: dict[str, Any], found: Gathered) -> Any:
    marks = found.hear(lambda: parse_marks(**nothing | {name: value}), None, name)
    return nothing[name] if marks is None else value
