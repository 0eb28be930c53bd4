"""The node as it is put together: every route of every slice behind the guard, every page empty but whole."""

from __future__ import annotations

import re

import pyotp
import pytest

from lienlac import assembly, installation, journal, structs
from lienlac.assembly import doors, showing
from lienlac.cases import pages as case_pages
from lienlac.ids import SystemChance
from lienlac.people import accounts
from lienlac.people.officer import Role
from lienlac.people.rights import READING
from lienlac.settings import Settings
from lienlac.ui.guard import Access
from lienlac.ui.nav import ToSome
from tests.clients import TestClient
from tests.pages.conftest import CHEAP, ORIGIN, HandClock
from tests.people.offices import office


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("node") / "vn"
    clock = HandClock()
    settings = Settings(
        folder=folder, node_id="vn-01", name_vi="Nút VN-01", name_en="Node VN-01", country="VN", people_url=ORIGIN
    )
    installation.create(settings, "a passphrase of a test", clock.now())
    node = assembly.open_node(settings, "a passphrase of a test", clock=clock)
    node.database.create_all()  # whatever the migrations have not made
    yield node
    node.close()


@pytest.fixture(scope="module")
def whole_app(whole):
    return doors.people_app(whole)


def handlers_of(app):
    for route in app.routes:
        for handler in route.route_handlers:
            if handler.http_methods != {"OPTIONS"}:
                yield route.path, handler


def test_no_route_of_any_slice_is_open_by_accident(whole_app):
    bare = [path for path, handler in handlers_of(whole_app) if not isinstance(handler.opt.get("access"), Access)]
    assert not bare


def test_types_are_made_ready_before_a_node_is_wired(whole, monkeypatch):
    """Its threads come with the wiring: two that met a type for the first time would end the process."""

    class AskedFirst(Exception):
        """Nothing else was done yet."""

    def asked():
        raise AskedFirst

    monkeypatch.setattr(structs, "make_ready", asked)
    with pytest.raises(AskedFirst):
        assembly.build_node(
            whole.settings, whole.database, whole.post.office.keys, "", clock=whole.clock, chance=whole.chance
        )


def test_what_pages_read_is_made_ready_before_threads_meet_it(whole, monkeypatch):
    """A command that opens a node loads no pages: their types come to be known when the application is made."""
    made = []
    monkeypatch.setattr(structs, "make_ready", lambda: made.append("ready"))
    doors.people_app(whole)
    assert made == ["ready"]


def test_every_number_and_alert_beside_pages_says_whom_it_concerns(whole):
    """One that does not is asked for by each of a thousand open pages, and the alert comes late for all of them."""
    nav = doors.beside(whole)
    assert [item.path for item in nav.items if item.badge is not None and item.concerns is None] == []
    assert [maker for maker in nav.alerts if not isinstance(maker, ToSome)] == []


def test_every_kind_of_word_of_a_shared_record_stands_somewhere(whole):
    """What changed leads to each element: a kind without a sheet says where it stands instead, and what it is."""
    screens = showing.Visits(whole.delegations, whole.lessons)
    for subject in (
        case_pages.subject_of(whole.cases, whole.names),
        doors.programmes_shown(whole),
        screens.visits,
        screens.teaching,
    ):
        kinds = subject.shared.shape.prefixes
        assert [kind for kind in kinds if subject.of_kind(kind) is None and subject.place(kind, "x") == "/e/x"] == []
        common = {"member", "remark", *subject.called}
        assert [kind for kind in kinds if subject.of_kind(kind) is None and kind not in common] == []


def test_no_slice_adds_a_public_route(whole_app):
    public = {path for path, handler in handlers_of(whole_app) if handler.opt["access"].action is None}
    assert {path.split("/")[1] for path in public} == {"sign-in", "sign-out", "language", "static", "api"}
    assert {path for path in public if path.startswith("/api/")} == {
        path for path in public if path.startswith("/api/openapi.json")
    }


def test_whatever_changes_something_needs_a_right_to_change(whole_app):
    reading = READING
    wrong = [
        path
        for path, handler in handlers_of(whole_app)
        if handler.http_methods - {"GET", "HEAD"} and handler.opt["access"].action in reading
    ]
    # posts that only look: searches keep names out of addresses, a check of the log reads it
    assert [
        path for path in wrong if not re.search(r"search|known|verify|check|inbox|requests$|preview|help|seen$", path)
    ] == []


@pytest.mark.parametrize(
    ("role", "open_to"),
    [
        (
            Role.DUTY_OFFICER,
            {
                "/emergencies",
                "/warnings",
                "/methods",
                "/programmes",
                "/delegations",
                "/lessons",
                "/cases",
                "/intelligence",
                "/known",
                "/requests",
                "/approvals",
                "/duty",
                "/files",
                "/peers",
                "/log",
                "/account",
            },
        ),
        (
            Role.ANALYST,
            {
                "/emergencies",
                "/warnings",
                "/methods",
                "/programmes",
                "/delegations",
                "/lessons",
                "/cases",
                "/intelligence",
                "/known",
                "/requests",
                "/approvals",
                "/duty",
                "/peers",
                "/account",
            },
        ),
        (
            Role.INVESTIGATOR,
            {
                "/emergencies",
                "/warnings",
                "/methods",
                "/programmes",
                "/delegations",
                "/lessons",
                "/cases",
                "/intelligence",
                "/known",
                "/requests",
                "/approvals",
                "/duty",
                "/files",
                "/peers",
                "/log",
                "/account",
            },
        ),
        (
            Role.SUPERVISOR,
            {
                "/emergencies",
                "/warnings",
                "/methods",
                "/programmes",
                "/delegations",
                "/lessons",
                "/cases",
                "/intelligence",
                "/known",
                "/settings",
                "/requests",
                "/approvals",
                "/duty",
                "/files",
                "/peers",
                "/log",
                "/account",
                "/users",
            },
        ),
        (
            Role.LIAISON_OFFICER,
            {
                "/emergencies",
                "/warnings",
                "/methods",
                "/programmes",
                "/delegations",
                "/lessons",
                "/cases",
                "/intelligence",
                "/known",
                "/requests",
                "/approvals",
                "/duty",
                "/files",
                "/peers",
                "/account",
            },
        ),
        (
            Role.PROGRAMME_MANAGER,
            {
                "/emergencies",
                "/warnings",
                "/methods",
                "/programmes",
                "/delegations",
                "/lessons",
                "/cases",
                "/intelligence",
                "/known",
                "/requests",
                "/approvals",
                "/duty",
                "/peers",
                "/account",
            },
        ),
        (
            Role.AUDITOR,
            {
                "/emergencies",
                "/warnings",
                "/methods",
                "/programmes",
                "/delegations",
                "/lessons",
                "/cases",
                "/intelligence",
                "/known",
                "/settings",
                "/requests",
                "/approvals",
                "/duty",
                "/peers",
                "/log",
                "/account",
                "/users",
            },
        ),
        (Role.ADMINISTRATOR, {"/settings", "/duty", "/peers", "/account", "/users"}),
    ],
)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_each_role_finds_its_own_pages_and_no_others(whole, whole_app, role, open_to, language):
    login = f"{role.value}-{language}"
    made = whole.database.write(
        lambda connection: accounts.create(
            connection,
            login=login,
            name="Nguyễn Thị Ánh",
            unit=office(connection, "A05"),
            roles=[role],
            language=language,
            secrets=accounts.make_secrets(SystemChance(), CHEAP),
            safe=whole.safe,
            now=whole.clock.now(),
            chance=SystemChance(),
        )
    )
    client = TestClient(whole_app, base_url=ORIGIN)
    token = re.search(r'name="csrf-token" content="([^"]*)"', client.get("/sign-in").text)[1]
    typed = {
        "csrf": token,
        "login": login,
        "password": made.password,
        "code": pyotp.TOTP(made.totp_secret).at(whole.clock.now()),
    }
    assert client.post("/sign-in", data=typed, headers={"Origin": ORIGIN}, follow_redirects=False).status_code == 303
    unit = whole.database.write(lambda connection: office(connection, "A05"))
    whole.database.write(
        lambda connection: journal.record(
            connection, at=whole.clock.now(), actor=journal.NODE, action="unit.change", thing=unit
        )
    )
    for path in ("/requests", "/approvals", "/duty", "/peers", "/log", "/account", "/users"):
        answer = client.get(path, follow_redirects=False)
        assert answer.status_code == (200 if path in open_to else 404), path
        if path in open_to:
            assert f'<html lang="{language}"' in answer.text
            shown = set(re.findall(r'<li><a href="(/[a-z]+)"', answer.text))
            assert shown == open_to - {"/account"}
        if path == "/log" and path in open_to:
            assert unit[:8] not in answer.text, "a unit is called by its name"
    assert client.get("/", follow_redirects=False).status_code == 200
