"""A new request on a page: choose a kind, fill, check as one goes, look at it once more, send.

What was typed is turned into the same form that files and programs use (`typed`), so there is one set of rules; and
one page serves every kind, drawn from its declaration.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from litestar import get, post

from lienlac.errors import NotAllowed, Refused
from lienlac.hotline.forms.clocks import clocks_agreed
from lienlac.hotline.forms.values import read_accounts
from lienlac.hotline.inbox.line import title_of
from lienlac.hotline.kinds import BY_NAME
from lienlac.hotline.kinds.field import Needs
from lienlac.hotline.kinds.shared import COMMON
from lienlac.hotline.pages import leaving, names, showing, typed
from lienlac.hotline.pages.inbox import contact_of, said_of
from lienlac.hotline.rules.safeguards import law_hint
from lienlac.identifiers import banks, vietqr
from lienlac.identifiers.accounts import describe, hints
from lienlac.people.rights import Action
from lienlac.records.forms.problems import FormRefused
from lienlac.records.forms.reader import Reader
from lienlac.releases.release import Release
from lienlac.ui.files import pages as files
from lienlac.ui.guard import needs
from lienlac.ui.page import Blank, Form
from lienlac.ui.problems import status_of
from lienlac.vocabulary import (
    handling,
    legal_bases,
    pap,
    purposes,
    request_kinds,
    tlp,
    typologies,
    urgencies,
)

if TYPE_CHECKING:
    from litestar import Response
    from litestar.params import FromPath

    from lienlac.hotline.desk import Hotline
    from lienlac.hotline.forms.openings import Opening
    from lienlac.hotline.kinds.field import Field, RequestKind
    from lienlac.hotline.rules.followups import Earlier
    from lienlac.hotline.shown import Partner, Preview
    from lienlac.ui.page import Ask

_OPEN: Final = needs(Action.REQUEST_OPEN)
_PLAIN: Final = (
    "to",
    "urgency",
    "purpose",
    "legal_basis",
    "legal_basis_text",
    "typology",
    "phone",
    "follows",
    "case_id",
)
"""Fields of every new request that are typed as they are; they stand in the header or are read by the desk."""


def make_handlers(hotline: Hotline) -> tuple[Any, ...]:
    """The routes of a new request."""

    @get("/requests/new", opt=_OPEN, sync_to_thread=True, include_in_schema=False, name="new-request")
    def choose(ask: Ask) -> Response[str]:
        return _choose(ask, hotline)

    @get("/requests/new/{kind:str}", opt=_OPEN, sync_to_thread=True, include_in_schema=False, name="new-request-form")
    def form_page(ask: Ask, kind: FromPath[str]) -> Response[str]:
        return _form_page(ask, hotline, _kind(kind), leaving.opening_typed_before(ask, hotline, _kind(kind)), Blank())

    @post("/requests/new/account", opt=_OPEN, sync_to_thread=True, include_in_schema=False, status_code=200)
    def check_account(ask: Ask) -> Response[str]:
        return _check_account(ask)

    @post("/requests/new/{kind:str}", opt=_OPEN, sync_to_thread=True, include_in_schema=False, status_code=200)
    def send(ask: Ask, kind: FromPath[str]) -> Response[str]:
        return _send(ask, hotline, _kind(kind))

    return (choose, form_page, check_account, send)


def _kind(name: str) -> RequestKind:
    kind = BY_NAME.get(name)
    if kind is None:
        raise NotAllowed("not-found")
    return kind


def _fields(kind: RequestKind) -> tuple[Field, ...]:
    return (*kind.fields, *COMMON)


def _choose(ask: Ask, hotline: Hotline) -> Response[str]:
    """The kinds that are agreed with anybody, by what they are about."""
    partners = hotline.partners()
    agreed = {terms.kind for partner in partners for terms in partner.terms.agreement.kinds}
    groups: dict[str, list[Any]] = {}
    for kind in BY_NAME.values():
        if kind.kind in agreed:
            groups.setdefault(kind.group, []).append(kind)
    return ask.page(
        "hotline/choose.html",
        title=ask.gettext("New request"),
        partners=partners,
        groups=groups,
        names=names,
        request_kinds=request_kinds,
    )


def _send(ask: Ask, hotline: Hotline, kind: RequestKind) -> Response[str]:
    form = ask.form
    act = form.get("act")
    if act.startswith("more."):
        return _form_page(ask, hotline, kind, Form(typed.one_more(form, act)), Blank())
    if act == "qr":
        return _filled_from_qr(ask, hotline, kind)
    if act == "begin":
        return _form_page(ask, hotline, kind, form, Blank(), begins=True)
    if act == "edit":
        return _form_page(ask, hotline, kind, form, Blank())
    try:
        opening = hotline.read_opening(_data(form, kind, ask.officer.time_zone), ask.officer)
    except FormRefused as refused:
        wrong = typed.mistakes_of(refused.problems, ask.language, _fields(kind))
        return _form_page(ask, hotline, kind, form, wrong, status=422)
    preview = None
    try:
        preview = hotline.counter.preview_open(ask.officer, opening, ask.words)
        if act not in leaving.SENDING or leaving.to_be_seen(form, preview):
            return _look(ask, hotline, kind, opening, preview)
        leaving.check_glass(ask)
        request = hotline.open(ask.officer, opening, once=form.get("once"))
    except (Refused, NotAllowed) as error:  # a link suspended meanwhile, say: what was typed stays
        if error.code == "step-up-required":
            raise
        if preview is not None and leaving.is_about(error):
            return _look(ask, hotline, kind, opening, preview, wrong=leaving.wrong_of(ask, error), status=422)
        wrong = Blank({"": said_of(ask, hotline, error)})
        return _form_page(ask, hotline, kind, form, wrong, status=status_of(error))
    if isinstance(request, Release):
        return leaving.waits(ask, request)
    notice = ask.gettext("Request %(reference)s is on its way.", reference=request.reference)
    return ask.redirect(f"/requests/{request.id}", notice)


def _filled_from_qr(ask: Ask, hotline: Hotline, kind: RequestKind) -> Response[str]:
    """The fields of a pasted VietQR; nothing is checked yet."""
    fields = {name: ask.form.all(name) for name in ask.form.values() if name != "act"}
    try:
        _fill_from_qr(fields, ask.form)
    except Refused as refused:
        return _form_page(ask, hotline, kind, ask.form, Blank({"qr": ask.sentence(refused)}), status=422)
    return _form_page(ask, hotline, kind, Form(fields), Blank())


def _fill_from_qr(fields: dict[str, list[str]], form: Form) -> None:
    code = vietqr.parse(form.get("qr"), field="qr")
    rows = typed.rows_of(form, "beneficiaries")
    free = next((row for row in range(rows) if not form.get(f"beneficiaries.{row}.number")), rows)
    if free >= typed.ROWS_MAX:
        raise Refused("list-too-long", field="qr", count=free + 1, most=typed.ROWS_MAX)
    at = f"beneficiaries.{free}"
    bank = banks.get(code.account.bin)
    fields["rows.beneficiaries"] = [str(max(rows, free + 1))]
    fields[f"{at}.form"], fields[f"{at}.number"] = ["vn"], [code.account.number]
    fields[f"{at}.bank"], fields[f"{at}.holder_name"] = [typed.bank_text(bank)], [code.merchant_name]
    if code.amount is not None and not form.get("amount.amount"):
        fields["amount.amount"], fields["amount.currency"] = [code.amount.amount], [code.amount.currency]
    if code.memo and not form.get("payment_reference"):
        fields["payment_reference"] = [code.memo]
    fields["qr"] = [""]


def _check_account(ask: Ask) -> Response[str]:
    """One row of an account, while it is being typed: the bank's name, or what is wrong."""
    at = ask.form.get("at")
    data = {"account": [typed.account_of(ask.form, at)]}
    if not ask.form.get(f"{at}.number"):
        return ask.fragment("hotline/_account_news.html", said="", wrong="", hints=())
    form = Reader(data, now=ask.now)
    accounts = read_accounts(form, "account", least=1)
    if form.problems or not accounts:
        wrong = next((problem.vi if ask.language == "vi" else problem.en for problem in form.problems), "")
        return ask.fragment("hotline/_account_news.html", said="", wrong=wrong, hints=())
    account = accounts[0]
    said = describe(account, ask.language)
    return ask.fragment("hotline/_account_news.html", said=said, wrong="", hints=hints(account, ask.language))


def _look(
    ask: Ask,
    hotline: Hotline,
    kind: RequestKind,
    opening: Opening,
    preview: Preview,
    *,
    wrong: Blank | None = None,
    status: int = 200,
) -> Response[str]:
    """Everything once more before it leaves, with what is withheld and what the other side will owe."""
    partner = next((known for known in hotline.partners() if known.node_id == opening.to), None)
    if partner is None:
        raise NotAllowed("no-agreement", peer=opening.to)
    clocks = clocks_agreed(partner.terms, opening.kind, opening.urgency, authorised=opening.authorised)
    body = preview.body
    return ask.page(
        "hotline/look.html",
        status=status,
        title=ask.gettext("Look at it once more"),
        **leaving.values(ask, preview, wrong),
        kind=kind,
        opening=opening,
        body=body,
        lead=title_of(kind, body),
        partner=partner.name_vi if ask.language == "vi" else partner.name_en,
        fields=[
            (name, value)
            for name in ask.form.values()
            for value in ask.form.all(name)
            if name not in {"act", "once", "attachments"} and name not in leaving.OWN_FIELDS
        ],
        may_add_files=ask.may(Action.ATTACHMENT_ADD),
        tray=[
            one
            for one in (
                files.shown(ask, upload) for upload in hotline.files.tray(ask.officer, ask.may(Action.ATTACHMENT_ADD))
            )
            if not one["held"]
        ],
        files_chosen=ask.form.all("attachments"),
        once=ask.chance.token(16).hex(),
        clocks=_promises(partner, opening.kind, opening.urgency),
        validate=None if clocks.validate_s is None else timedelta(seconds=clocks.validate_s),
        hint=law_hint(opening.typology),
        care=typologies.get(opening.typology).care(ask.language) if opening.typology else "",
        **showing.values(ask),
    )


def _promises(partner: Partner, kind: str, urgency: str) -> list[tuple[str, timedelta]]:
    agreed = clocks_agreed(partner.terms, kind, urgency)
    steps = (("acknowledge", agreed.acknowledge_s), ("decide", agreed.decide_s), ("execute", agreed.execute_s))
    return [(name, timedelta(seconds=seconds)) for name, seconds in steps if seconds is not None]


def _form_page(
    ask: Ask,
    hotline: Hotline,
    kind: RequestKind,
    form: Form,
    wrong: Blank,
    *,
    status: int = 200,
    begins: bool = False,
) -> Response[str]:
    """The form as typed so far. `begins`: a fresh one, with what another page hands over."""
    partners = [
        known for known in hotline.partners() if any(terms.kind == kind.kind for terms in known.terms.agreement.kinds)
    ]
    if not partners:
        return _choose(ask, hotline)
    earlier = _earlier(ask, hotline, form)
    if begins or not form.values():
        given = {name: form.all(name) for name in form.values() if name != "act"}
        own = contact_of(partners[0].terms.agreement, hotline.node_id)
        form = Form(_beginning(kind, partners[0], earlier) | {"phone": [own.phone if own else ""]} | given)
    chosen = next((known for known in partners if known.node_id == form.get("to")), partners[0])
    agreement, language = chosen.terms.agreement, ask.language
    validate = clocks_agreed(chosen.terms, kind.kind, form.get("urgency") or "normal").validate_s
    return ask.page(
        "hotline/new.html",
        status=status,
        title=request_kinds.label(kind.kind, language),
        kind=kind,
        earlier=earlier,
        typed=Blank(form.values()),
        chosen_of=form.all,
        wrong=wrong,
        mistakes=typed.labelled(wrong, ask.gettext, _fields(kind), names.FIELDS),
        rows=typed.rows_in(kind.fields, form),
        partners=[(known.node_id, known.name_vi if language == "vi" else known.name_en) for known in partners],
        urgency_choices=[
            (word.code, word.label(language), _urgency_note(ask, chosen, kind, word.code, word.note(language)))
            for word in urgencies.all()
            if word.code in kind.urgencies
        ],
        purpose_choices=_choices(ask, purposes, [code for code in agreement.purposes if code in kind.purposes]),
        legal_basis_choices=_choices(ask, legal_bases, agreement.legal_bases),
        typology_choices=_choices(ask, typologies, agreement.typologies),
        tlps=[(word.code, f"{word.label(language)}: {word.note(language)}") for word in tlp.all()],
        paps=[(word.code, f"{word.label(language)}: {word.note(language)}") for word in pap.all()],
        handlings=[(word.code, word.label(language), word.note(language)) for word in handling.all()],
        decision_first=kind.needs is Needs.BEFORE,
        validate=None if validate is None else timedelta(seconds=validate),
        common={field.name: field for field in COMMON},
        **showing.form_values(ask),
        **showing.values(ask),
    )


def _earlier(ask: Ask, hotline: Hotline, form: Form) -> Earlier | None:
    """The request that this one goes on from, as typed, or as the link on its page says."""
    name = form.get("follows") or ask.query.get("follows", "")
    return hotline.earlier(ask.officer, name) if name else None


def _beginning(kind: RequestKind, partner: Partner, earlier: Earlier | None) -> dict[str, list[str]]:
    """What a fresh form already says."""
    agreement = partner.terms.agreement
    begins = {field.name: field.begins for field in kind.fields if field.begins}
    begins = {
        f"{name}.currency"
        if any(field.name == name and field.shape == "money" for field in kind.fields)
        else name: text
        for name, text in begins.items()
    }
    found = {"marks.tlp": "amber", "marks.pap": "amber", "marks.handling": "h0", **begins, **kind.begins}
    if found.get("purpose") not in agreement.purposes:
        found.pop("purpose", None)
    if len(agreement.legal_bases) == 1:
        found["legal_basis"] = agreement.legal_bases[0]
    if earlier is not None:
        found |= _carried_over(kind, earlier)
    fields = {name: [text] for name, text in found.items()}
    if earlier is not None and kind.name == "release-payment":
        for row, account in enumerate(getattr(earlier.request.body, "beneficiaries", ())):
            fields |= typed.account_fields(account, f"accounts.{row}") | {"rows.accounts": [str(row + 1)]}
    return fields


def _carried_over(kind: RequestKind, earlier: Earlier) -> dict[str, str]:
    """What a request takes over from the one that it goes on from; all of it may be changed but the purpose."""
    header, body = earlier.request.opening.header, earlier.request.body
    found = {
        "follows": earlier.request.reference,
        "to": earlier.request.executor,
        "typology": header.typology or "",
        "legal_basis": header.legal_basis,
        "legal_basis_text": header.legal_basis_text,
        "case_number": body.case_number,
        "marks.tlp": header.marks.tlp.value,
        "marks.pap": header.marks.pap.value,
        **({"drill": "yes"} if body.drill else {}),
    }
    if kind.must_follow or header.purpose in kind.purposes:
        found["purpose"] = header.purpose
    for name in ("authority", "offence", "custodian"):
        if isinstance(text := getattr(body, name, None), str) and any(field.name == name for field in kind.fields):
            found[name] = text
    return found


def _choices(ask: Ask, words: Any, agreed: Any) -> list[tuple[str, str]]:
    return [(code, text) for code, text in words.choices(ask.language) if code in agreed]


def _urgency_note(ask: Ask, partner: Partner, kind: RequestKind, urgency: str, note: str) -> str:
    """What the urgency means, and on its own line what the other side then owes."""
    owed = [
        f"{ask.gettext(names.CLOCKS[name])}: {ask.words.duration(allowed)}"
        for name, allowed in _promises(partner, kind.kind, urgency)
    ]
    return f"{note}\n{' · '.join(owed)}".strip()


def _data(form: Form, kind: RequestKind, time_zone: str) -> dict[str, Any]:
    """The typed fields as a form of `forms.openings`."""
    data: dict[str, Any] = {"kind": kind.name, **{name: form.get(name) for name in _PLAIN}}
    if not kind.follows:
        del data["follows"]
    marks = {"tlp": form.get("marks.tlp"), "pap": form.get("marks.pap"), "handling": form.all("marks.handling")}
    data["attachments"] = [upload for upload in form.all("attachments") if upload]
    data["release"] = leaving.data_of(form)
    data["marks"] = typed.filled({**marks, "handling_text": form.get("marks.handling_text")})
    return typed.filled(data | typed.data_of(_fields(kind), form, time_zone))
