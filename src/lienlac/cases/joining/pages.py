"""A case that goes on in another one, and a case that is split off: each a form that says first what will happen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import Response, get, post

from lienlac import limits
from lienlac.errors import NotAllowed
from lienlac.people.rights import Action
from lienlac.ui.guard import needs
from lienlac.ui.page import Blank
from lienlac.ui.shared.pages import frame
from lienlac.ui.shared.pages.lines import lines_of
from lienlac.ui.shared.pages.opening import opening_of
from lienlac.ui.shared.typed import marks_of
from lienlac.vocabulary import legal_bases, purposes
from lienlac.wire.bodies.cases import Case
from lienlac.wire.bodies.parts import Said

if TYPE_CHECKING:
    from litestar.params import FromPath

    from lienlac.cases.desk import Cases
    from lienlac.ui.page import Ask
    from lienlac.ui.shared.sheet import Subject

_AT: Final = "/cases/{record_id:str}"


def make_handlers(cases: Cases, subject: Subject) -> tuple[Any, ...]:
    """The pages and their forms."""
    writes, opens = needs(Action.CASE_WRITE), needs(Action.CASE_OPEN)

    @get(f"{_AT}/merge", opt=writes, sync_to_thread=True, include_in_schema=False, name="case-merge")
    def merge_page(ask: Ask, record_id: FromPath[str]) -> Response[str]:
        return _merge(ask, cases, subject, record_id)

    @post(f"{_AT}/merge", opt=writes, sync_to_thread=True, include_in_schema=False, status_code=200)
    def merge(ask: Ask, record_id: FromPath[str]) -> Response[str]:
        form = ask.form

        def work() -> Response[str]:
            closing = Said(vi=form.get("closing.vi"), en=form.get("closing.en"))
            made = cases.joining.merge(ask.officer, record_id, form.get("into"), closing)
            return _done(ask, made)

        return frame.attempt(
            ask, work, lambda wrong, status: _merge(ask, cases, subject, record_id, wrong=wrong, status=status)
        )

    @get(f"{_AT}/split", opt=opens, sync_to_thread=True, include_in_schema=False, name="case-split")
    def split_page(ask: Ask, record_id: FromPath[str]) -> Response[str]:
        return _split(ask, cases, subject, record_id)

    @post(f"{_AT}/split", opt=opens, sync_to_thread=True, include_in_schema=False, status_code=200)
    def split(ask: Ask, record_id: FromPath[str]) -> Response[str]:
        form = ask.form
        shown = subject.shared.read.room(ask.officer, record_id)

        def work() -> Response[str]:
            top = Case(title_vi=form.get("title_vi"), title_en=form.get("title_en"))
            typed = {"typology": shown.line.typology or "", "drill": "yes" if shown.line.drill else ""}
            opening = opening_of(lambda name: typed[name] if name in typed else form.get(name), top, marks_of(form))
            made = cases.joining.split(ask.officer, record_id, opening, form.all("take"), form.get("once"))
            return _done(ask, made)

        return frame.attempt(
            ask, work, lambda wrong, status: _split(ask, cases, subject, record_id, wrong=wrong, status=status)
        )

    return (merge_page, merge, split_page, split)


def _done(ask: Ask, made: Any) -> Response[str]:
    said = ask.gettext("%(count)s of our entries stand in this case now.", count=made.carried)
    if made.waits:
        said = f"{said} {ask.gettext('Some wait for a second officer before they leave.')}"
    return ask.redirect(f"/cases/{made.line.id}", said, tone="warn" if made.waits else "good")


def _merge(
    ask: Ask, cases: Cases, subject: Subject, record_id: str, *, wrong: Blank | None = None, status: int = 200
) -> Response[str]:
    shown = subject.shared.read.room(ask.officer, record_id)
    if not shown.may_write:
        raise NotAllowed("not-allowed")
    vi = ask.language == "vi"
    places = cases.joining.places(ask.officer, record_id)
    first = {"into": ask.query.get("into", "")}
    return frame.page(
        ask, subject, shown, "cases/merge.html", tab="", status=status,
        others=[(one.id, f"{one.reference} · {one.title_vi if vi else one.title_en}") for one in places],
        many=len(cases.joining.ours(ask.officer, record_id)),
        typed=Blank(ask.form.values() or first), wrong=wrong or Blank(),
    )  # fmt: skip


def _split(
    ask: Ask, cases: Cases, subject: Subject, record_id: str, *, wrong: Blank | None = None, status: int = 200
) -> Response[str]:
    shown = subject.shared.read.room(ask.officer, record_id)
    if not shown.may_write:
        raise NotAllowed("not-allowed")
    ours = cases.joining.ours(ask.officer, record_id)
    some = subject.shared.read.some(ask.officer, record_id, [one.element for one in ours[: limits.CASE_SPLIT_SHOWN]])
    lines = lines_of(ask, subject, shown, some.values())
    language, line, form = ask.language, shown.line, ask.form
    first = {
        "purpose": line.purpose, "legal_basis": line.legal_basis, "legal_basis_text": line.legal_basis_text,
        "marks.tlp": "amber", "marks.pap": "amber",
    }  # fmt: skip
    taken = set(form.all("take"))
    rows = []
    for one in ours[: limits.CASE_SPLIT_SHOWN]:
        sheet = subject.of_kind(one.kind)
        kind = ask.gettext(sheet.one) if sheet is not None else one.kind
        row = {"id": one.element, "kind": kind, "line": lines[one.element], "marks": one.marks}
        rows.append({**row, "ticked": one.element in taken})
    return frame.page(
        ask, subject, shown, "cases/split.html", tab="", status=status, rows=rows,
        left=max(0, len(ours) - len(rows)), purposes=purposes.choices(language), bases=legal_bases.choices(language),
        typed=Blank(form.values() or first), wrong=wrong or Blank(), once=ask.chance.token(16).hex(),
    )  # fmt: skip
