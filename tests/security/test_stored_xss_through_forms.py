"""Attack: an officer (or whoever has one's session) types markup into every field of every form there is.

Forms are found on the pages themselves, so a new one is under attack as soon as it stands somewhere: every text field
gets a dangerous text, and the page that comes back (with its mistakes, or after the act) is read as a browser reads it.
Afterwards everything that was stored is looked at by every role in both languages. Texts from a partner:
`test_stored_xss_from_a_peer.py`.
"""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

from lienlac.hotline.kinds import REQUEST_KINDS
from lienlac.hotline.kinds.field import Shape
from lienlac.hotline.kinds.shared import COMMON
from lienlac.hotline.pages import typed
from lienlac.people import accounts
from tests.hotline.cases import opening_of
from tests.security.house import PARTNER
from tests.security.poison import MARKUP, Page, Poison, faults_of
from tests.security.test_stored_xss_from_a_peer import in_both_languages, shown

if TYPE_CHECKING:
    from tests.security.house import Browser, House

LEFT_OUT = (
    "/sign-out",
    "/account/sessions",
    "/account/password",
    "/language",
    "/search",
    "/files",
    "/suspend",
    "/close",
)
"""Forms that end the session or the link, or are no texts: others look at those."""
TEXTS = {"text", "search", "email", "tel", "url", "", "number", "datetime-local"}


class Forms(HTMLParser):
    """The forms of a page: where each goes, and its fields with their types and values."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, list[tuple[str, str, str]]]] = []
        self._open: list[tuple[str, str, str]] | None = None
        self._select = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = []
            if given.get("method", "").lower() == "post":
                self.found.append((given.get("action", ""), self._open))
        if self._open is None or not given.get("name"):
            if tag == "option" and self._select and self._open is not None and given.get("value"):
                self._open.append((self._select, "option", given["value"]))
                self._select = ""
            return
        if tag == "textarea":
            self._open.append((given["name"], "text", ""))
        elif tag == "select":
            self._select = given["name"]
        elif tag in {"input", "button"}:
            kind = given.get("type", "text" if tag == "input" else "button")
            self._open.append((given["name"], kind, given.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None


def filled_in(fields: list[tuple[str, str, str]], poison: Poison, where: str) -> dict[str, list[str]]:
    """The form as it is sent: each text poisoned, choices as they were offered."""
    found: dict[str, list[str]] = {}
    for name, kind, value in fields:
        if name == "csrf" or kind in {"button", "submit", "password"}:
            continue
        if kind in TEXTS or (kind == "hidden" and name in {"reason", "text", "back"}):
            found[name] = [poison.text(f"{where} {name}")]
        elif kind != "radio" or name not in found:
            found.setdefault(name, []).append(value or "yes")
    return found


def attack(browser: Browser, path: str, poison: Poison) -> list[str]:
    """Every form of a page is sent with dangerous texts; what came back."""
    answer = browser.get(path)
    assert answer.status_code == 200, path
    assert faults_of(answer.text) == [], path
    pages = []
    for action, fields in Forms(answer.text).found:
        if any(part in action for part in LEFT_OUT):
            continue
        came = browser.post(action or path, filled_in(fields, poison, action or path))
        assert came.status_code < 500, (action, came.status_code)
        if came.status_code == 303:
            came = browser.get(came.headers["location"])
        if came.headers["content-type"].startswith("text/html"):  # papers and exports are read elsewhere
            assert faults_of(came.text) == [], action
            pages.append(came.text)
        browser.get(path)
    return pages


def pages_with_forms(house: House, login: str, request_id: str) -> list[str]:
    mine = ["/account", "/duty", f"/duty/contacts/{house[login].id}", "/duty/handovers/new"]
    ours = [f"/requests/{request_id}", f"/requests/{request_id}/access", "/peers/us-ic3"]
    theirs = [
        "/users/new",
        "/users/units/new",
        f"/users/{house['giang'].id}",
        f"/users/units/{house.cast.units['cyber']}",
    ]
    return {"admin": ["/account", *theirs], "anh": [*mine, *ours[:1]], "binh": [*mine[1:], *ours]}[login]


def test_every_field_of_every_form_stays_text(house: House) -> None:
    request_id = house.receive()
    poison, pages = Poison(MARKUP), []
    for login in ("anh", "binh", "admin"):
        browser = house.browser(login)
        for path in pages_with_forms(house, login, request_id):
            pages += attack(browser, path, poison)
    assert len(pages) > 25
    assert len(poison.texts) > 35
    everywhere = ["/", "/requests", f"/requests/{request_id}", "/duty", "/duty/handovers", "/log", "/account"]
    for login, more in (
        ("anh", everywhere),
        ("binh", [*everywhere, f"/requests/{request_id}/access", "/users/changes"]),
        ("kiem", [*everywhere, "/users", "/users/units"]),
        ("admin", ["/", "/users", "/users/units", "/account"]),
    ):
        for path, text in in_both_languages(house.browser(login), more).items():
            assert faults_of(text) == [], (login, path)
            pages.append(text)
    words = "\n".join(Page(text).words for text in pages)
    seen = [where for where, text in poison.texts.items() if shown(text) in words or shown(text)[:40] in words]
    assert len(seen) > len(poison.texts) * 0.6, "most were shown again, as text"


def test_every_field_of_every_new_request_stays_text_from_the_form_to_the_page(house: House) -> None:
    """Right forms whose free texts are dangerous: looked at once more, sent, and read on the request's page."""
    browser, sent = house.browser("anh"), 0
    for kind in REQUEST_KINDS:
        if kind.must_follow:
            continue
        poison = Poison(MARKUP.replace("{bidi}", ""))
        fields = _poisoned(kind, poison)
        page = browser.post(f"/requests/new/{kind.name}", {**fields, "act": "look"})
        assert page.status_code == 200, (kind.name, page.text)
        assert faults_of(page.text) == [], kind.name
        assert all(text in Page(page.text).words for text in poison.texts.values()), kind.name
        answer = browser.post(f"/requests/new/{kind.name}", {**fields, "act": "send"})
        assert answer.status_code == 303, kind.name
        for text in in_both_languages(browser, [answer.headers["location"]]).values():
            assert faults_of(text) == [], kind.name
            words = Page(text).words
            assert all(one in words for one in poison.texts.values()), kind.name
        wrong = browser.post(f"/requests/new/{kind.name}", {**fields, "urgency": "", "act": "look"})
        assert wrong.status_code == 422
        assert faults_of(wrong.text) == [], kind.name
        sent += 1
    assert sent == len(REQUEST_KINDS) - 2


def _poisoned(kind: Any, poison: Poison) -> dict[str, Any]:
    """The fields of a page for a right request of this kind, with every free text replaced."""
    every = (*kind.fields, *COMMON)
    fields: dict[str, Any] = typed.fields_from(every, opening_of(kind.name), "UTC")
    for field in every:
        if field.shape in (Shape.LINE, Shape.TEXT) and field.name in fields:
            fields[field.name] = [poison.text(field.name, 290)]
        for inner in field.inside:
            for name in [one for one in fields if one == f"{field.name}.{inner.name}" or (
                one.startswith(f"{field.name}.") and one.endswith(f".{inner.name}"))]:  # fmt: skip
                if inner.shape in (Shape.LINE, Shape.TEXT):
                    fields[name] = [poison.text(name, 290)]
    head = {
        "urgency": opening_of(kind.name).urgency.value,
        "purpose": "stop-funds" if kind.name == "freeze-payment" else (set(kind.purposes) & PURPOSES).pop(),
        "typology": "imp-pol" if kind.name == "block-number" else "fxp-rig",
        "legal_basis": "bilateral-arrangement",
        "legal_basis_text": poison.text("legal_basis_text", 290),
        "to": PARTNER,
        "phone": "+84 24 3826 0000",
    }
    return {**fields, **head}


PURPOSES = {
    "investigate", "preserve-evidence", "protect-life", "prevent-crime", "locate-person", "assist-victim", "deconflict",
}  # fmt: skip


def test_accounts_are_still_who_they_were(house: House) -> None:
    """The forms above were sent by people who may; what they typed as a login was refused."""
    with house.database.read() as connection:
        logins = {officer.login for officer, _ in accounts.every(connection)}
    assert all(login.isalnum() for login in logins)
