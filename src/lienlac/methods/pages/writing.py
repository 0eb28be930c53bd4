"""A record is written or changed: both languages side by side, lists a line at a time; works without a script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import get, post

from lienlac.errors import NotAllowed, Refused
from lienlac.methods.pages import shared
from lienlac.people.rights import Action
from lienlac.records.forms.problems import FormRefused
from lienlac.ui.guard import needs
from lienlac.ui.page import Blank, Form
from lienlac.ui.problems import status_of
from lienlac.vocabulary import pap, tlp, typologies

if TYPE_CHECKING:
    from litestar import Response
    from litestar.params import FromPath

    from lienlac.methods.desk import Methods
    from lienlac.methods.method import Version
    from lienlac.ui.page import Ask

_WRITE: Final = needs(Action.METHOD_WRITE)
_TEXTS: Final = ("summary", "warning")


def make_handlers(methods: Methods) -> tuple[Any, ...]:
    """The routes."""

    @get("/methods/new", opt=_WRITE, sync_to_thread=True, include_in_schema=False, name="new-method")
    def form_page(ask: Ask) -> Response[str]:
        return _page(ask, methods, Form({"marks.tlp": ["amber"], "marks.pap": ["amber"]}), Blank())

    @post("/methods/new", opt=_WRITE, sync_to_thread=True, include_in_schema=False, status_code=200)
    def write(ask: Ask) -> Response[str]:
        return _write(ask, methods, "")

    @get("/methods/{method_id:str}/change", opt=_WRITE, sync_to_thread=True, include_in_schema=False)
    def change_page(ask: Ask, method_id: FromPath[str]) -> Response[str]:
        shown = methods.show(ask.officer, method_id)
        if not shown.may_write:
            raise NotAllowed("method-over" if shown.ours else "method-foreign")
        return _page(ask, methods, Form(_typed(shown.method.present)), Blank(), method_id=method_id)

    @post("/methods/{method_id:str}/change", opt=_WRITE, sync_to_thread=True, include_in_schema=False, status_code=200)
    def change(ask: Ask, method_id: FromPath[str]) -> Response[str]:
        return _write(ask, methods, method_id)

    return (form_page, write, change_page, change)


def _write(ask: Ask, methods: Methods, method_id: str) -> Response[str]:
    try:
        written = methods.read(_data(ask, again=bool(method_id)), again=bool(method_id))
        made = methods.change(ask.officer, method_id, written) if method_id else methods.write(ask.officer, written)
    except FormRefused as refused:
        wrong = shared.mistakes_of(refused, ask.language)
        return _page(ask, methods, ask.form, wrong, method_id=method_id, status=422)
    except (Refused, NotAllowed) as error:
        if error.code in {"not-found", "not-allowed"}:
            raise
        wrong = Blank({error.field or "": ask.sentence(error)})
        return _page(ask, methods, ask.form, wrong, method_id=method_id, status=status_of(error))
    said = ask.gettext("Version %(n)s is saved.", n=made.present.number)
    return ask.redirect(f"/methods/{made.id}", said)


def _data(ask: Ask, *, again: bool) -> dict[str, Any]:
    """The typed fields as a form. Raises `Refused` for the identifiers."""
    form = ask.form
    data: dict[str, Any] = {name: form.get(name) for name in ("title_vi", "title_en")}
    for name in _TEXTS:
        both = {language: form.get(f"{name}.{language}") for language in ("vi", "en")}
        data[name] = {language: text for language, text in both.items() if text}
    for name in shared.LISTS:
        data[name] = shared.items_of(form.get(f"{name}.vi"), form.get(f"{name}.en"))
    data["typologies"] = form.all("typologies")
    data["identifiers"] = shared.identifiers_of(form.get("identifiers"))
    data["sources"] = [line.strip() for line in form.get("sources").splitlines() if line.strip()]
    data["links"] = [line.strip() for line in form.get("links").splitlines() if line.strip()]
    data["marks"] = {name: form.get(f"marks.{name}") for name in ("tlp", "pap") if form.get(f"marks.{name}")}
    if again:
        data["reason"] = form.get("reason")
    return {name: value for name, value in data.items() if value not in ("", [], {})}


def _typed(version: Version) -> dict[str, list[str]]:
    """A version as typed fields."""
    body = version.body
    found = {"title_vi": [body.title_vi], "title_en": [body.title_en], "typologies": list(body.typologies)}
    for language in ("vi", "en"):
        found |= {f"{name}.{language}": [getattr(getattr(body, name), language)] for name in _TEXTS}
        found |= {f"{name}.{language}": [shared.items_text(getattr(body, name), language)] for name in shared.LISTS}
    found["identifiers"] = ["\n".join(f"{one.type}: {one.value}" for one in body.identifiers)]
    found["sources"] = ["\n".join(body.sources)]
    found["links"] = ["\n".join(version.links)]
    found["marks.tlp"], found["marks.pap"] = [version.marks.tlp.value], [version.marks.pap.value]
    return found


def _page(
    ask: Ask, methods: Methods, form: Form, wrong: Blank, *, method_id: str = "", status: int = 200
) -> Response[str]:
    language = ask.language
    shown = methods.show(ask.officer, method_id) if method_id else None
    return ask.page(
        "methods/new.html",
        status=status,
        title=ask.gettext("Change the record") if shown else ask.gettext("Write a method down"),
        shown=shown,
        typed=Blank(form.values()),
        chosen=form.all("typologies"),
        wrong=wrong,
        typology_choices=[(family, [family, *typologies.members(family.code)]) for family in typologies.families()],
        tlps=[(word.code, f"{word.label(language)}: {word.note(language)}") for word in tlp.all()],
        paps=[(word.code, f"{word.label(language)}: {word.note(language)}") for word in pap.all()],
        **shared.values(ask),
    )
