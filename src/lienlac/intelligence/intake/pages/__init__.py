"""Screens of taking reports in: paste or drop, look at what was found, confirm or drop each find, see what was made.

Works without script: two forms and a table with boxes. Everything found is shown defanged; nothing in a report is ever
a link. What came in is read and stripped before anything is stored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import Response, get, post
from litestar.params import FromPath

from lienlac import limits
from lienlac.errors import LienlacError, Refused
from lienlac.intelligence.collection import Marks
from lienlac.intelligence.intake import objects
from lienlac.intelligence.intake.desk import Confirmed
from lienlac.intelligence.intake.pages import words
from lienlac.people.rights import Action
from lienlac.ui.files.memory import InMemory
from lienlac.ui.guard import needs
from lienlac.ui.nav import Heading, NavItem
from lienlac.ui.page import Ask, Blank
from lienlac.ui.problems import status_of
from lienlac.ui.words import N_
from lienlac.vocabulary import marks, typologies

if TYPE_CHECKING:
    from lienlac.identifiers.finding import Find
    from lienlac.intelligence.intake.desk import Intake, Proposed, Taken

_PATH: Final = "/intelligence/intake"
_ADD: Final = needs(Action.INTEL_ADD)
NAV: Final = (
    NavItem(label=N_("Take a report in"), path=_PATH, action=Action.INTEL_ADD, heading=Heading.INTELLIGENCE, order=44),
)


def make_handlers(intake: Intake) -> tuple[Any, ...]:
    """The screens, round the desk that does the work."""
    more: Any = {"sync_to_thread": True, "include_in_schema": False}
    files = needs(Action.INTEL_ADD, files=True, into=InMemory(limits.INTAKE_FILE_MAX_BYTES))

    @get(_PATH, opt=_ADD, **more, name="intake")
    def start(ask: Ask) -> Response[str]:
        return _start(ask, intake)

    @post(_PATH, opt=_ADD, **more, status_code=200)
    def paste(ask: Ask) -> Response[str]:
        text, label = ask.form.raw("text"), ask.form.get("label")
        try:
            proposed = intake.take_text(ask.officer, text, label)
        except LienlacError as error:
            return _start(ask, intake, typed=text, label=label, wrong=error)
        return ask.redirect(f"{_PATH}/{proposed.draft.id}")

    @post(f"{_PATH}/files", opt=files, **more, status_code=200, request_max_body_size=None)
    def drop_in(ask: Ask) -> Response[str]:
        try:
            if not ask.uploads:
                raise Refused("intake-file-empty", field="file")
            brought = ask.uploads[0]
            proposed = intake.take_file(ask.officer, brought.data, brought.name)
        except LienlacError as error:
            return _start(ask, intake, wrong=error)
        return ask.redirect(f"{_PATH}/{proposed.draft.id}")

    @get(f"{_PATH}/{{draft_id:str}}", opt=_ADD, **more, name="intake-report")
    def look(ask: Ask, draft_id: FromPath[str]) -> Response[str]:
        return _report(ask, intake, intake.proposed(ask.officer, draft_id))

    @post(f"{_PATH}/{{draft_id:str}}/confirm", opt=_ADD, **more, status_code=200)
    def confirm(ask: Ask, draft_id: FromPath[str]) -> Response[str]:
        proposed = intake.proposed(ask.officer, draft_id)
        try:
            taken = intake.confirm(ask.officer, draft_id, _said(ask, proposed))
        except LienlacError as error:
            return _report(ask, intake, proposed, wrong=error)
        return _gone(ask, taken)

    @post(f"{_PATH}/{{draft_id:str}}/drop", opt=_ADD, **more, status_code=200)
    def drop(ask: Ask, draft_id: FromPath[str]) -> Response[str]:
        intake.drop(ask.officer, draft_id)
        return ask.redirect(_PATH, ask.gettext("The report was dropped; nothing of it is kept."))

    return (start, paste, drop_in, look, confirm, drop)


def _start(
    ask: Ask, intake: Intake, *, typed: str = "", label: str = "", wrong: LienlacError | None = None
) -> Response[str]:
    return ask.page(
        "intelligence/intake/start.html",
        status=200 if wrong is None else status_of(wrong),
        title=ask.gettext("Take a report in"),
        waiting=intake.waiting(ask.officer),
        typed=typed,
        label=label,
        wrong=_wrong(ask, wrong),
        largest=limits.INTAKE_FILE_MAX_BYTES,
        kept_days=limits.INTAKE_DRAFT_KEPT_DAYS,
    )


def _gone(ask: Ask, taken: Taken) -> Response[str]:
    """To the report, which names all that was made of it; to quarantine, where it is held itself."""
    results = taken.outcome.results
    held = [one for one in results if one.state == "held"]
    said = ask.gettext("%(all)s objects, %(new)s of them new.", all=len(results), new=taken.outcome.new)
    if held:
        waiting = ask.words.ngettext("%(n)s is held in quarantine.", "%(n)s are held in quarantine.", len(held))
        said = f"{said} {waiting}"
    shown = all(one.object_id != taken.report_id for one in held)
    path = f"/intelligence/objects/{taken.report_id}" if shown else "/intelligence/quarantine"
    return ask.redirect(path, said, tone="warn" if held else "good")


def _report(ask: Ask, intake: Intake, proposed: Proposed, *, wrong: LienlacError | None = None) -> Response[str]:
    fresh = "title" not in ask.form
    chosen = {int(one) for one in ask.form.all("keep") if one.isdigit()}
    if fresh:
        chosen = {number for number, find in enumerate(proposed.finds) if _begins_chosen(find)}
    places = [one for one in intake.collections(ask.officer) if one.open]
    return ask.page(
        "intelligence/intake/report.html",
        status=200 if wrong is None else status_of(wrong),
        title=proposed.draft.label or ask.gettext("Report"),
        proposed=proposed,
        rows=[_row(ask, number, find, number in chosen) for number, find in enumerate(proposed.finds)],
        removed=[(words.REMOVED[what], count) for what, count in sorted(proposed.draft.removed.items())],
        left=[words.LEFT[note] for note in proposed.draft.notes if note in words.LEFT],
        typed=Blank(_beginning(proposed) if fresh else ask.form.values()),
        kept_in=[(one.id, one.title) for one in places],
        typologies=[(code, f"{code.upper()} · {_word(ask, typologies.get(code))}") for code in typologies.codes()],
        tlp=[(code, _word(ask, marks.tlp.get(code))) for code in marks.tlp.codes()],
        pap=[(code, _word(ask, marks.pap.get(code))) for code in marks.pap.codes()],
        handling=[(code, _word(ask, marks.handling.get(code))) for code in marks.handling.codes()],
        grades=[(f"{source}{info}", f"{source}{info}") for source in "ABCX" for info in "1234"],
        wrong=_wrong(ask, wrong),
    )


def _beginning(proposed: Proposed) -> dict[str, str]:
    return {"title": proposed.draft.label, "tlp": "amber", "pap": "clear", "handling": "h0"}


def _row(ask: Ask, number: int, find: Find, chosen: bool) -> dict[str, Any]:  # noqa: FBT001 — a column of the table
    return {
        "number": number,
        "find": find,
        "type": words.type_label(ask, find.type),
        "why": words.WHY[find.why],
        "sureness": words.SURENESS[find.sureness],
        "notes": [words.NOTES[note] for note in find.notes if note in words.NOTES],
        "makes": find.type in objects.MAKES or find.type == "account-number",
        "chosen": chosen,
    }


def _begins_chosen(find: Find) -> bool:
    """What is certain is ticked; what is merely possible waits for a person."""
    return find.sureness != "possible" and find.type != "amount"


def _said(ask: Ask, proposed: Proposed) -> Confirmed:
    form = ask.form
    if not form.get("title").strip():
        raise Refused("intake-title-missing", field="title")
    if not form.get("collection"):
        raise Refused("intake-collection-missing", field="collection")
    numbers = range(len(proposed.finds))
    kinds = [code for code in (form.get("typology"),) if code]
    return Confirmed(
        title=form.get("title"),
        collection_id=form.get("collection"),
        keep=frozenset(int(one) for one in form.all("keep") if one.isdigit() and int(one) in numbers),
        banks={number: bank for number in numbers if (bank := form.get(f"bank-{number}"))},
        typologies=tuple(kinds),
        marks=Marks(
            tlp=form.get("tlp") or "amber",
            pap=form.get("pap") or "clear",
            handling=(form.get("handling") or "h0",),
            grade_4x4=form.get("grade"),
        ),
        language=ask.language,
    )


def _wrong(ask: Ask, error: LienlacError | None) -> Blank:
    return Blank({} if error is None else {_field(ask, error): ask.sentence(error)})


def _field(ask: Ask, error: LienlacError) -> str:
    """The field at fault; of several banks the one that holds what nobody knows."""
    if error.code == "intake-bank-unknown":
        banks = (name for name in ask.form.values() if name.startswith("bank-"))
        return next((name for name in banks if ask.form.get(name)[:60] == error.details["text"]), "")
    return error.field or ""


def _word(ask: Ask, word: Any) -> str:
    return str(word.vi if ask.language == "vi" else word.en)
