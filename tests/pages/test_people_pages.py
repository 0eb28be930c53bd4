"""The pages of people, units, the matrix of rights and the changes that supervisors are told of."""

from __future__ import annotations

import re

import pytest

from lienlac import journal
from lienlac.people import accounts
from lienlac.people.officer import Role
from lienlac.people.rights import BY_HOLDERS, MATRIX, Action, Right
from lienlac.people.units import store as unit_store
from lienlac.ui.users.matrix import ACTION_NAMES, RIGHT_NAMES, RIGHT_NOTES
from lienlac.ui.users.pages import ROLE_NOTES
from tests.vietnamese import lacks_diacritics


@pytest.fixture
def admin(node):
    browser = node.browser()
    browser.sign_in("admin")
    return browser


def unit_named(node, name):
    with node.database.read() as connection:
        return next(unit for unit in unit_store.units(connection) if name in (unit.name_vi, unit.name_en))


def officer(node, login):
    with node.database.read() as connection:
        return accounts.by_login(connection, login)


# --- units ------------------------------------------------------------------------------------------------------------


def test_an_administrator_adds_renames_heads_closes_and_opens_a_unit(node, admin):
    assert "Cục A05" in admin.get("/users/units").text
    admin.get("/users/units/new")
    answer = admin.post("/users/units/new", {"name_vi": "Phòng 4", "name_en": "Division 4"})
    assert answer.status_code == 303
    unit = unit_named(node, "Phòng 4")
    page = admin.get(f"/users/units/{unit.id}").text
    assert "Nobody belongs to this unit" in page
    duty = officer(node, "duty")
    form = {"name_vi": "Phòng 4", "name_en": "Division 4", "head": duty.id}
    answer = admin.post(f"/users/units/{unit.id}", form)
    assert answer.status_code == 409
    assert "A unit is headed by an officer who belongs to it" in answer.text
    admin.get(f"/users/{duty.id}")
    moved = {"name": duty.name, "unit": unit.id, "roles": ["duty-officer"], "also": [node.unit]}
    assert admin.post(f"/users/{duty.id}", moved).status_code == 303
    assert admin.post(f"/users/units/{unit.id}", form | {"name_en": "Fourth division"}).status_code == 303
    assert duty.name in admin.get("/users/units").text
    assert admin.post(f"/users/units/{unit.id}/close").status_code == 409
    back = moved | {"unit": node.unit, "also": []}
    assert admin.post(f"/users/{duty.id}", back).status_code == 303
    assert unit_named(node, "Phòng 4").head is None, "who leaves a unit heads it no longer"
    assert admin.post(f"/users/units/{unit.id}/close").status_code == 303
    assert f'value="{unit.id}"' not in admin.get("/users/new").text, "a closed unit is not offered"
    assert admin.post(f"/users/units/{unit.id}/open").status_code == 303
    with node.database.read() as connection:
        acts = [entry.action for entry in reversed(journal.about(connection, unit.id))]
    assert acts == ["unit.create", "unit.change", "unit.close", "unit.open"]


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"name_vi": "Cục A05", "name_en": "Other"}, 409),
        ({"name_vi": "Khác", "name_en": "cục  a05"}, 409),
        ({"name_vi": "", "name_en": "Other"}, 422),
        ({"name_vi": "Khác", "name_en": ""}, 422),
        ({"name_vi": "x" * 301, "name_en": "Other"}, 422),
        ({"name_vi": "a\u202eb", "name_en": "Other"}, 422),
    ],
)
def test_mistakes_in_a_unit_keep_what_was_typed_and_save_nothing(node, admin, fields, status):
    admin.get("/users/units/new")
    answer = admin.post("/users/units/new", fields)
    assert answer.status_code == status
    assert 'role="alert"' in answer.text
    with node.database.read() as connection:
        assert len(unit_store.units(connection)) == 1


def test_a_node_has_a_bounded_number_of_units(node, admin, monkeypatch):
    monkeypatch.setattr("lienlac.limits.UNITS_MAX", 1)
    admin.get("/users/units/new")
    answer = admin.post("/users/units/new", {"name_vi": "Khác", "name_en": "Other"})
    assert answer.status_code == 409


def test_an_officer_belongs_to_a_bounded_number_of_units(node, admin, monkeypatch):
    monkeypatch.setattr("lienlac.limits.UNITS_PER_OFFICER", 1)
    admin.get("/users/units/new")
    admin.post("/users/units/new", {"name_vi": "Khác", "name_en": "Other"})
    duty = officer(node, "duty")
    form = {"name": "D", "unit": node.unit, "also": [unit_named(node, "Other").id], "roles": ["duty-officer"]}
    assert admin.post(f"/users/{duty.id}", form).status_code == 409
    assert officer(node, "duty").units == {node.unit}


def test_the_first_unit_is_named_in_the_language_of_its_officer(node, admin):
    admin.get("/users/units/new")
    admin.post("/users/units/new", {"name_vi": "Phòng 4", "name_en": "Division 4"})
    unit, duty = unit_named(node, "Phòng 4"), officer(node, "duty")
    admin.post(f"/users/{duty.id}", {"name": "D", "unit": unit.id, "roles": ["duty-officer"]})
    assert officer(node, "duty").unit == "Division 4"
    browser = node.browser()
    browser.sign_in("duty")
    browser.post("/language", {"language": "vi", "back": "/account"})
    assert officer(node, "duty").unit == "Phòng 4"


@pytest.mark.parametrize("login", ["super", "audit"])
def test_others_look_at_people_and_units_and_find_no_form(node, login):
    browser = node.browser()
    browser.sign_in(login)
    for path in ("/users", "/users/units", f"/users/units/{node.unit}", f"/users/{officer(node, 'duty').id}"):
        page = browser.get(path)
        assert page.status_code == 200
        assert 'action="/users' not in page.text
    for path in ("/users/new", "/users/units/new"):
        assert browser.get(path).status_code == 403
        assert browser.post(path, {"name_vi": "a", "name_en": "b"}).status_code == 403


# --- an auditor's scope -------------------------------------------------------------------------------------------------


def test_an_auditor_is_confined_to_units_and_set_free_again(node, admin):
    audit = officer(node, "audit")
    admin.get(f"/users/{audit.id}")
    form = {"name": audit.name, "unit": node.unit, "roles": ["auditor"], "reads": "units", "audits": [node.unit]}
    assert admin.post(f"/users/{audit.id}", form).status_code == 303
    assert officer(node, "audit").audits == {node.unit}
    assert "reads what concerns" in admin.get("/users").text
    nothing = {name: value for name, value in form.items() if name != "audits"}
    assert admin.post(f"/users/{audit.id}", nothing).status_code == 303
    assert officer(node, "audit").audits == frozenset(), "no unit is nothing, never everything"
    assert admin.post(f"/users/{audit.id}", form | {"reads": "all"}).status_code == 303
    assert officer(node, "audit").audits is None


def test_who_stops_auditing_keeps_no_scope(node, admin):
    audit = officer(node, "audit")
    admin.get(f"/users/{audit.id}")
    form = {"name": audit.name, "unit": node.unit, "roles": ["auditor"], "reads": "units", "audits": [node.unit]}
    admin.post(f"/users/{audit.id}", form)
    admin.post(f"/users/{audit.id}", form | {"roles": ["analyst"]})
    assert officer(node, "audit").audits is None
    assert officer(node, "audit").roles == {Role.ANALYST}


# --- the matrix -----------------------------------------------------------------------------------------------------------


def test_every_action_right_and_role_has_words():
    assert set(ACTION_NAMES) == set(Action)
    assert set(RIGHT_NAMES) == set(RIGHT_NOTES) == set(Right)
    assert set(ROLE_NOTES) == {role.value for role in Role}


@pytest.mark.parametrize("language", ["en", "vi"])
def test_the_page_shows_the_matrix_as_it_is(node, admin, language):
    if language == "vi":
        admin.post("/language", {"language": "vi", "back": "/users"})
    page = admin.get("/users/rights").text
    rows = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', page, re.DOTALL)
    assert len(rows) == len(Action)
    for name, cells in rows:
        action = next(one for one, text in ACTION_NAMES.items() if name == said(node, language, text))
        marks = ['class="no"' not in cell for cell in re.findall(r"<td.*?</td>", cells, re.DOTALL)]
        assert marks == [action in MATRIX[role] for role in Role], action
        held = sum(action in MATRIX[role] for role in Role if role is not Role.SUPERVISOR)
        assert cells.count("<small>") == (held if action in BY_HOLDERS else 0)
    if language == "vi":
        words = [name for name, _ in rows] + re.findall(r"<dt>(.*?)</dt>", page)
        assert not [text for text in words if lacks_diacritics(text)]


def said(node, language, text):
    from markupsafe import escape

    from lienlac.ui.words import Words

    del node
    return str(escape(Words(language).gettext(text)))


# --- what supervisors are told ------------------------------------------------------------------------------------------


def test_a_supervisor_sees_what_changed_and_marks_it_as_seen(node, admin):
    duty = officer(node, "duty")
    admin.get(f"/users/{duty.id}")
    admin.post(f"/users/{duty.id}", {"name": "D", "unit": node.unit, "roles": ["supervisor"]})
    node.clock.turn(seconds=31)
    browser = node.browser()
    browser.sign_in("super")
    page = browser.get("/users").text
    assert '<span class="badge">1' in page
    page = browser.get("/users/changes").text
    assert "<del>Duty officer</del> → Supervisor" in page
    number = re.search(r'name="number" value="(\d+)"', page)[1]
    assert browser.post("/users/changes/seen", {"number": number}).status_code == 303
    page = browser.get("/users/changes").text
    assert "new to you" not in page
    assert 'name="number"' not in page
    assert '<span class="badge">1' not in page


@pytest.mark.parametrize("number", ["", "x", "-1", "9" * 40, "١"])
def test_nonsense_for_a_number_marks_nothing(node, admin, number):
    duty = officer(node, "duty")
    admin.get(f"/users/{duty.id}")
    admin.post(f"/users/{duty.id}/reset")
    node.clock.turn(seconds=31)
    browser = node.browser()
    browser.sign_in("super")
    browser.get("/users/changes")
    assert browser.post("/users/changes/seen", {"number": number}).status_code == 303
    assert "new to you" in browser.get("/users/changes").text
