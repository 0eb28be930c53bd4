"""A new request on a page: fill, check as one goes, look at it once more, send.

What was typed is turned into the same form that files and programs use (`typed`), so there is one set of rules.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from litestar import get, post

from lienlac.errors import NotAllowed, Refused
from lienlac.hotline.forms.clocks import clocks_agreed
from lienlac.hotline.forms.openings import IDENTIFIER_TYPES, KINDS
from lienlac.hotline.forms.problems import FormRefused
from lienlac.hotline.forms.reader import Reader
from lienlac.hotline.forms.values import FORMS, read_accounts
from lienlac.hotline.inbox.line import title_of
from lienlac.hotline.kinds import FREEZE_PAYMENT
from lienlac.hotline.pages import names, typed
from lienlac.hotline.pages.inbox import contact_of, said_of
from lienlac.identifiers import banks, vietqr
from lienlac.identifiers.accounts import describe, hints
from lienlac.identifiers.money import CURRENCIES
from lienlac.people.rights import Action
from lienlac.ui.guard import needs
from lienlac.ui.page import Blank, Form
from lienlac.ui.problems import status_of
from lienlac.vocabulary import handling, legal_bases, pap, purposes, tlp, typologies, urgencies
from lienlac.wire.bodies import hotline as bodies

if TYPE_CHECKING:
    from litestar import Response
    from litestar.params import FromPath

    from lienlac.hotline.desk import Hotline, Partner
    from lienlac.hotline.forms.openings import Opening
    from lienlac.ui.page import Ask
    from lienlac.wire.bodies.agreement import Agreement

_OPEN: Final = needs(Action.REQUEST_OPEN)
_LISTS: Final = ("beneficiaries", "victims", "identifiers")


def make_handlers(hotline: Hotline) -> tuple[Any, ...]:
    """The routes of a new request."""

    @get("/requests/new", opt=_OPEN, sync_to_thread=True, include_in_schema=False, name="new-request")
    def choose(ask: Ask) -> Response[str]:
        return ask.page("hotline/choose.html", title=ask.gettext("New request"), partners=hotline.partners())

    @get("/requests/new/{kind:str}", opt=_OPEN, sync_to_thread=True, include_in_schema=False, name="new-request-form")
    def form_page(ask: Ask, kind: FromPath[str]) -> Response[str]:
        return _form_page(ask, hotline, kind, Form({}), Blank())

    @post("/requests/new/account", opt=_OPEN, sync_to_thread=True, include_in_schema=False, status_code=200)
    def check_account(ask: Ask) -> Response[str]:
        return _check_account(ask)

    @post("/requests/new/{kind:str}", opt=_OPEN, sync_to_thread=True, include_in_schema=False, status_code=200)
    def send(ask: Ask, kind: FromPath[str]) -> Response[str]:
        return _send(ask, hotline, kind)

    return (choose, form_page, check_account, send)


def _send(ask: Ask, hotline: Hotline, kind: str) -> Response[str]:
    form = ask.form
    act = form.get("act")
    if act in {f"more.{name}" for name in _LISTS} or act == "qr":
        return _changed(ask, hotline, kind, act)
    if act == "edit":
        return _form_page(ask, hotline, kind, form, Blank())
    try:
        opening = hotline.read_opening(_data(form, kind, ask.officer.time_zone))
    except FormRefused as refused:
        wrong = typed.mistakes_of(refused.problems, ask.language)
        return _form_page(ask, hotline, kind, form, wrong, status=422)
    try:
        if act != "send":
            return _look(ask, hotline, kind, opening)
        request = hotline.open(ask.officer, opening, once=form.get("once"))
    except (Refused, NotAllowed) as error:  # a link suspended meanwhile, say: what was typed stays
        wrong = Blank({"": said_of(ask, hotline, error)})
        return _form_page(ask, hotline, kind, form, wrong, status=status_of(error))
    notice = ask.gettext("Request %(reference)s is on its way.", reference=request.reference)
    return ask.redirect(f"/requests/{request.id}", notice)


def _changed(ask: Ask, hotline: Hotline, kind: str, act: str) -> Response[str]:
    """One more row, or the fields of a pasted VietQR; nothing is checked yet."""
    fields = {name: [value] for name, value in ask.form.values().items() if name != "act"}
    fields["marks.handling"] = ask.form.all("marks.handling")
    if act == "qr":
        try:
            _fill_from_qr(fields, ask.form)
        except Refused as refused:
            return _form_page(ask, hotline, kind, ask.form, Blank({"qr": ask.sentence(refused)}), status=422)
    else:
        name = act.removeprefix("more.")
        fields[f"rows.{name}"] = [str(typed.rows_of(ask.form, name) + 1)]
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
    fields[f"{at}.bank"], fields[f"{at}.holder_name"] = [_bank_text(bank)], [code.merchant_name]
    if code.amount is not None and not form.get("amount.amount"):
        fields["amount.amount"], fields["amount.currency"] = [code.amount.amount], [code.amount.currency]
    if code.memo and not form.get("payment_reference"):
        fields["payment_reference"] = [code.memo]
    fields["qr"] = [""]


def _bank_text(bank: banks.Bank) -> str:
    return f"{bank.bin} {bank.short_name}"


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


def _look(ask: Ask, hotline: Hotline, kind: str, opening: Opening) -> Response[str]:
    """Everything once more before it leaves, with what the other side will owe."""
    partner = next((known for known in hotline.partners() if known.node_id == opening.to), None)
    if partner is None:
        raise NotAllowed("no-agreement", peer=opening.to)
    officer = bodies.Officer(name=ask.officer.name, unit=ask.officer.unit, phone=opening.phone)
    clocks = clocks_agreed(partner.terms, opening.kind, opening.urgency)
    body = opening.make(reference="XX-2000-000000", clocks=clocks, officer=officer)
    return ask.page(
        "hotline/look.html",
        title=ask.gettext("Look at it once more"),
        kind=kind,
        opening=opening,
        body=body,
        lead=title_of(body),
        partner=partner.name_vi if ask.language == "vi" else partner.name_en,
        fields=[
            (name, value) for name in ask.form.values() for value in ask.form.all(name) if name not in {"act", "once"}
        ],
        once=ask.chance.token(16).hex(),
        clocks=_promises(partner, opening.kind, opening.urgency),
        names=names,
        describe=describe,
        words_of={
            "purposes": purposes,
            "legal_bases": legal_bases,
            "typologies": typologies,
            "urgencies": urgencies,
            "tlp": tlp,
            "pap": pap,
            "handling": handling,
        },
    )


def _promises(partner: Partner, kind: str, urgency: str) -> list[tuple[str, timedelta]]:
    agreed = clocks_agreed(partner.terms, kind, urgency)
    steps = (("acknowledge", agreed.acknowledge_s), ("decide", agreed.decide_s), ("execute", agreed.execute_s))
    return [(name, timedelta(seconds=seconds)) for name, seconds in steps if seconds is not None]


def _form_page(ask: Ask, hotline: Hotline, kind: str, form: Form, wrong: Blank, *, status: int = 200) -> Response[str]:
    if kind not in KINDS:
        raise NotAllowed("not-found")
    partners = hotline.partners()
    if not partners:
        return ask.page("hotline/choose.html", title=ask.gettext("New request"), partners=partners)
    chosen = next((known for known in partners if known.node_id == form.get("to")), partners[0])
    agreement, language = chosen.terms.agreement, ask.language
    values = Blank(form.values())
    if not values:
        own = contact_of(agreement, hotline.node_id)
        values = Blank(_beginning(kind, agreement) | {"phone": own.phone if own else ""})
    return ask.page(
        "hotline/new.html",
        status=status,
        title=ask.gettext(names.KINDS[KINDS[kind]]),
        kind=kind,
        typed=values,
        handling_chosen=form.all("marks.handling") or ["h0"],
        wrong=wrong,
        mistakes=typed.labelled(wrong, ask.gettext),
        rows={name: typed.rows_of(form, name) for name in _LISTS},
        partners=[(known.node_id, known.name_vi if language == "vi" else known.name_en) for known in partners],
        urgencies=[
            (word.code, word.label(language), _urgency_note(ask, chosen, kind, word.code, word.note(language)))
            for word in urgencies.all()
        ],
        purposes=_choices(ask, purposes, agreement.purposes),
        legal_bases=_choices(ask, legal_bases, agreement.legal_bases),
        typologies=_choices(ask, typologies, agreement.typologies),
        tlps=[(word.code, f"{word.label(language)}: {word.note(language)}") for word in tlp.all()],
        paps=[(word.code, f"{word.label(language)}: {word.note(language)}") for word in pap.all()],
        handlings=[(word.code, word.label(language), word.note(language)) for word in handling.all()],
        forms=[(form_, ask.gettext(names.FORMS[form_])) for form_ in FORMS],
        banks=[_bank_text(bank) for bank in banks.all_banks() if bank.relation != "alias-of"],
        currencies=[(code, code) for code in CURRENCIES],
        identifier_types=[(code, ask.gettext(names.IDENTIFIERS[code])) for code in IDENTIFIER_TYPES],
        recalls=[(code, ask.gettext(text), "") for code, text in names.RECALLS.items()],
    )


def _beginning(kind: str, agreement: Agreement) -> dict[str, str]:
    """What a fresh form already says."""
    freeze = KINDS[kind] == FREEZE_PAYMENT
    purpose = "stop-funds" if freeze else "preserve-evidence"
    return {
        "urgency": "hot" if freeze else "normal",
        "purpose": purpose if purpose in agreement.purposes else "",
        "legal_basis": agreement.legal_bases[0] if len(agreement.legal_bases) == 1 else "",
        "marks.tlp": "amber",
        "marks.pap": "amber",
        "amount.currency": "USD",
        "recall": "unknown",
        "period_days": "90",
        "confidential": "yes",
    }


def _choices(ask: Ask, words: Any, agreed: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(code, text) for code, text in words.choices(ask.language) if code in agreed]


def _urgency_note(ask: Ask, partner: Partner, kind: str, urgency: str, note: str) -> str:
    """What the urgency means, and on its own line what the other side then owes."""
    owed = [
        f"{ask.gettext(names.CLOCKS[name])}: {ask.words.duration(allowed)}"
        for name, allowed in _promises(partner, KINDS[kind], urgency)
    ]
    return f"{note}\n{' · '.join(owed)}".strip()


def _data(form: Form, kind: str, time_zone: str) -> dict[str, Any]:
    """The typed fields as a form of `forms.openings`."""
    plain = ("to", "urgency", "purpose", "legal_basis", "legal_basis_text", "typology", "facts", "phone")
    data: dict[str, Any] = {"kind": kind, **{name: form.get(name) for name in plain}}
    marks = {"tlp": form.get("marks.tlp"), "pap": form.get("marks.pap"), "handling": form.all("marks.handling")}
    data["marks"] = typed.filled({**marks, "handling_text": form.get("marks.handling_text")})
    parts = ("authority", "law", "number", "decided_on")
    authorisation = {name: form.get(f"authorisation.{name}") for name in parts}
    data["authorisation"] = typed.filled(
        authorisation | {"decided_on": typed.date_of(form, "authorisation.decided_on")}
    )
    if KINDS.get(kind) == FREEZE_PAYMENT:
        data |= _freeze_data(form, time_zone)
    else:
        data |= _preserve_data(form, time_zone)
    return typed.filled(data)


def _freeze_data(form: Form, time_zone: str) -> dict[str, Any]:
    return {
        "beneficiaries": typed.accounts_of(form, "beneficiaries"),
        "victims": typed.accounts_of(form, "victims"),
        "amount": typed.money_of(form, "amount"),
        "transferred_at": typed.instant_of(form, "transferred_at", time_zone),
        "payment_reference": form.get("payment_reference"),
        "uetr": form.get("uetr"),
        "recall": form.get("recall"),
        "victim": {name: typed.flag_of(form, f"victim.{name}") for name in ("identified", "minor", "vulnerable")},
    }


def _preserve_data(form: Form, time_zone: str) -> dict[str, Any]:
    plain = ("authority", "offence", "data", "link", "custodian", "location", "necessity")
    period = form.get("period_days")
    found = [
        {"type": form.get(f"identifiers.{row}.type") or "other", "value": form.get(f"identifiers.{row}.value")}
        for row in range(typed.rows_of(form, "identifiers"))
    ]
    return {
        **{name: form.get(name) for name in plain},
        "identifiers": [item for item in found if item["value"]],
        "covers_from": typed.instant_of(form, "covers_from", time_zone),
        "covers_until": typed.instant_of(form, "covers_until", time_zone),
        "mla_intended": typed.flag_of(form, "mla_intended"),
        "confidential": typed.flag_of(form, "confidential"),
        "period_days": int(period) if period.isascii() and period.isdigit() and len(period) < 6 else period,
    }
