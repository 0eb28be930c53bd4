"""Duty's screens and its interface for programs on two whole nodes: what each role sees, does, and may not."""

from __future__ import annotations

import re

import pytest

from lienlac.duty.store import alarms
from lienlac.hotline.lifecycle import Step
from tests.duty.nodes import US, VN, World

PAGES = ("/duty", "/duty/alarms", "/duty/handovers", "/duty/contacts", "/duty/channels")
OPEN_TO = {
    "anh": {"/duty", "/duty/alarms", "/duty/handovers", "/duty/contacts"},
    "truong": set(PAGES),
    "kiem": set(PAGES),
    "quan": {"/duty", "/duty/contacts", "/duty/channels"},
}


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    made = World(tmp_path_factory.mktemp("world")).staffed()
    made.turn()
    yield made
    made.close()


@pytest.fixture(scope="module")
def request_id(world):
    made = world.freeze()
    world.turn(16)
    world.turn(6)
    return made.id


@pytest.mark.parametrize("login", OPEN_TO)
def test_each_role_finds_its_own_pages_and_no_others(world, request_id, login):
    browser = world.vn.browser(login)
    for path in PAGES:
        answer = browser.get(path)
        assert answer.status_code == (200 if path in OPEN_TO[login] else 404), path
    tabs = set(re.findall(r'<a href="(/duty[a-z/]*)"', browser.get("/duty").text))
    assert {path for path in PAGES if path in tabs} == OPEN_TO[login]


def test_both_sides_are_shown_wherever_somebody_might_ring(world, request_id):
    browser = world.vn.browser("anh")
    for path in ("/requests", f"/requests/{request_id}", "/peers", f"/peers/{US}"):
        assert "Mark Hill" in browser.get(path).text, path
    there = world.us.browser("mark")
    for path in ("/requests", f"/requests/{request_id}", "/peers", f"/peers/{VN}"):
        assert "Nguyễn Thị Ánh" in there.get(path).text, path


def test_the_roster_shows_the_week_in_every_zone(world):
    browser = world.vn.browser("anh")
    for zone, hour in (
        ("Asia/Ho_Chi_Minh", "08:00–20:00"),
        ("UTC", "01:00–13:00"),
        ("America/New_York", "08:00–20:00"),
    ):
        page = browser.get(f"/duty?zone={zone}").text
        assert hour in page
    assert "23/11/2026" in browser.get("/duty?week=2026-11-25").text, "any day leads to its week"
    assert browser.get("/duty?week=nonsense&zone=Mars").status_code == 200


def test_a_supervisor_enters_takes_out_and_reads_in_shifts(world):
    browser = world.vn.browser("truong")
    browser.get("/duty")
    shift = {"officer": "anh", "line": "1", "from": "01/12/2027 08:00", "until": "01/12/2027 20:00"}
    page = browser.follow(browser.post("/duty/shifts", {**shift, "week": "2027-12-01"})).text
    assert "08:00–20:00" in page
    wrong = browser.post("/duty/shifts", {**shift, "until": "soon"})
    assert wrong.status_code == 422
    assert "23/11/2026 03:05" in wrong.text, "says how"
    assert "01/12/2027 08:00" in wrong.text, "what was typed stays"
    shift_id = re.search(r"/duty/shifts/(shf-[a-z2-7]+)/remove", page)[1]
    page = browser.follow(browser.post(f"/duty/shifts/{shift_id}/remove", {"week": "2027-12-01"})).text
    assert "08:00–20:00" not in page
    turns = {"officers": "anh, binh", "first": "03/01/2028 08:00", "hours": "12", "count": "4", "lines": "2"}
    page = browser.follow(browser.post("/duty/rotation", {**turns, "week": "2028-01-03"})).text
    assert page.count("08:00–20:00") == 4
    data = browser.get("/duty/export/csv?week=2028-01-03")
    assert data.headers["content-disposition"] == 'attachment; filename="roster.csv"'
    again = browser.follow(browser.post("/duty/import", {"text": data.text, "week": "2028-01-03"}))
    assert "8" in again.text
    calendar = browser.get("/duty/export/ics?week=2028-01-03")
    assert calendar.headers["content-type"].startswith("text/calendar")
    assert calendar.text.count("BEGIN:VEVENT") == 8
    assert browser.get("/duty/export/exe").status_code == 422


def test_attack_a_duty_officer_changes_the_roster(world):
    browser = world.vn.browser("anh")
    browser.get("/duty")
    shift = {"officer": "anh", "line": "1", "from": "01/12/2029 08:00", "until": "01/12/2029 20:00"}
    assert browser.post("/duty/shifts", shift).status_code == 403
    assert browser.post("/duty/import", {"text": "x"}).status_code == 403
    assert browser.post("/duty/rotation", {}).status_code == 403
    assert "Nhập ca trực" not in browser.get("/duty").text


def test_alarms_say_who_was_told_and_are_taken(world, request_id):
    browser = world.vn.browser("binh")
    page = browser.get("/duty/alarms").text
    for name in ("Nguyễn Thị Ánh", "Trần Quốc Bình", "anh@vn-a05.example"):
        assert name in page
    alarm_id = re.search(r"/duty/alarms/(alm-[a-z2-7]+)/take", page)[1]
    assert "Trần Quốc Bình" in browser.get(f"/requests/{request_id}").text
    page = browser.follow(browser.post(f"/duty/alarms/{alarm_id}/take")).text
    assert "Đã tiếp nhận cảnh báo về US-2026-000001" in page


def rings(world, login):
    page = world.vn.browser(login).get("/account").text
    return set(re.search(r'data-ring="([^"]*)"', page)[1].split())


def test_the_alert_rings_for_whoever_was_told_and_for_nobody_else(world):
    before = rings(world, "anh")
    other = world.freeze()
    world.turn(16)
    told = rings(world, "anh") - before
    assert any(part.startswith("alm-") for part in told)
    assert rings(world, "quan") == set()
    world.step(world.vn, "anh", other, Step.ACKNOWLEDGE)
    world.turn()
    with world.vn.node.database.read() as connection:
        ended = {one.id for one in alarms.of_request(connection, other.id)}
    assert not any(part[:30] in ended for part in rings(world, "anh"))


def test_contact_methods_are_added_and_checked_on_the_page(world):
    browser = world.vn.browser("chi")
    browser.get("/duty/contacts")
    whose = world.vn.officer("chi").id
    page = browser.follow(browser.post(f"/duty/contacts/{whose}/add", {"kind": "email", "address": "chi@home.example"}))
    channel_id = re.search(r"/duty/channels/(chn-[a-z2-7]+)/verify", page.text)[1]
    world.turn()
    digits = world.vn.road.carried[-1].notice.proof
    wrong = browser.post(f"/duty/channels/{channel_id}/verify", {"digits": "12", "whose": whose})
    assert wrong.status_code == 422
    done = browser.post(f"/duty/channels/{channel_id}/verify", {"digits": digits, "whose": whose})
    assert "Kênh đã được xác nhận" in browser.follow(done).text
    bad = browser.post(f"/duty/contacts/{whose}/add", {"kind": "webhook", "address": "http://10.0.0.1/secret-word"})
    assert bad.status_code == 422
    assert "secret-word" not in bad.text
    hook = browser.post(
        f"/duty/contacts/{whose}/add", {"kind": "webhook", "address": "https://hook.example/secret-word"}
    )
    assert hook.status_code == 200
    assert "whsec_" in hook.text
    assert "secret-word" not in browser.get("/duty/contacts").text
    assert "whsec_" not in browser.get("/duty/contacts").text
    saved = browser.post(
        f"/duty/contacts/{whose}/person", {"phone": "0912345678", "quiet_from": "22:00", "quiet_until": "6h00"}
    )
    page = browser.follow(saved).text
    assert "+84912345678" in page
    assert 'value="06:00"' in page


def test_attack_an_officer_opens_or_edits_anothers_contacts(world):
    browser = world.vn.browser("anh")
    browser.get("/duty/contacts")
    for whose in (world.vn.officer("chi").id, "off-" + "z" * 26):
        assert browser.get(f"/duty/contacts/{whose}").status_code == 404
        assert (
            browser.post(f"/duty/contacts/{whose}/add", {"kind": "email", "address": "x@y.example"}).status_code == 404
        )
        assert browser.post(f"/duty/contacts/{whose}/person", {"phone": ""}).status_code == 404
    admin = world.vn.browser("quan")
    assert admin.get(f"/duty/contacts/{world.vn.officer('chi').id}").status_code == 200


def test_a_shift_is_handed_over(world):
    browser = world.vn.browser("anh")
    page = browser.get("/duty/handovers/new").text
    assert "US-2026-000001" in page
    missing = browser.post("/duty/handovers", {"text": "", "to": "binh"})
    assert missing.status_code == 422
    written = browser.post("/duty/handovers", {"text": "Đã gọi <b>VCB</b>.", "to": "binh"})
    page = browser.follow(written).text
    assert "Đã gọi &lt;b&gt;VCB&lt;/b&gt;." in page
    path = written.headers["location"]
    assert "/accept" not in page, "nobody accepts their own"
    incoming = world.vn.browser("binh")
    assert f"{path}/accept" in incoming.get(path).text
    page = incoming.follow(incoming.post(f"{path}/accept", {"remarks": "Đã rõ."})).text
    assert "Đã rõ." in page
    assert browser.post(f"{path}/accept").status_code in {403, 409}


def test_failing_channels_are_seen(world):
    world.vn.road.broken = {world.vn.officer("anh").id}
    made = world.freeze()
    world.turn()
    page = world.vn.browser("truong").get("/duty/channels").text
    assert "Không kết nối được với dịch vụ nhận" in page
    world.vn.road.broken = set()
    assert made.id


# --- programs -----------------------------------------------------------------------------------------------------


def test_programs_do_all_of_it(world, request_id):
    boss, anh, binh = (world.vn.program(login) for login in ("truong", "anh", "binh"))
    shift = {"officer": "anh", "line": 2, "begins": "2030-01-01T08:00:00+07:00", "ends": "2030-01-01T20:00:00+07:00"}
    assert boss.post("/api/duty/roster", shift).status_code == 201
    seen = boss.get("/api/duty/roster?from=2030-01-01T00:00:00%2B07:00&until=2030-01-02T00:00:00%2B07:00").json()
    assert [(one["officer"], one["line"]) for one in seen["shifts"]] == [("anh", 2)]
    assert seen["gaps"], "nobody is first on call"
    assert [one["officer"] for one in seen["now"]][:1] == ["anh"]
    again = boss.get("/api/duty/roster/export?format=csv&from=2030-01-01T00:00:00Z").json()
    taken = boss.post("/api/duty/roster/import", {"format": "csv", "content": again["content"]})
    assert taken.json() == {"added": 0, "known": 1}
    listed = anh.get("/api/duty/alarms?show=all").json()["alarms"]
    mine = next(one for one in listed if one["request"] == request_id)
    assert mine["told"][0]["name"] == "Nguyễn Thị Ánh"
    note = anh.post("/api/duty/handovers", {"text": "Bàn giao.", "to": "binh"}).json()
    assert note["items"]
    done = binh.post(f"/api/duty/handovers/{note['id']}/accept", {"remarks": "ok"})
    assert done.json()["stage"] == "accepted"
    assert anh.get("/api/duty/handovers").json()["handovers"][0]["id"] == note["id"]
    channels = boss.get("/api/duty/channels")
    assert "anh@" not in channels.text, "addresses are not told"
    figures = boss.get("/api/duty/metrics")
    assert figures.headers["content-type"].startswith("text/plain")
    assert re.search(r'^lienlac_channels_failing\{kind="email"\} \d+$', figures.text, re.MULTILINE)
    assert re.search(r'^lienlac_alarms\{phase="open"\} \d+$', figures.text, re.MULTILINE)


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/api/duty/roster", {"officer": "anh"}, 400),
        (
            "/api/duty/roster",
            {"officer": "anh", "line": 1, "begins": "2030-01-01T08:00:00", "ends": "2030-01-01T20:00:00Z"},
            400,
        ),
        (
            "/api/duty/roster",
            {"officer": "kiem", "line": 1, "begins": "2031-01-01T08:00:00Z", "ends": "2031-01-01T20:00:00Z"},
            409,
        ),
        ("/api/duty/roster/import", {"format": "xls", "content": ""}, 400),
        ("/api/duty/handovers", {"text": "x", "surprise": True}, 400),
        ("/api/duty/alarms/alm-zz/take", {}, 404),
        ("/api/duty/handovers/hov-zz/accept", {}, 404),
    ],
)
def test_programs_hear_what_is_wrong(world, path, body, status):
    answer = world.vn.program("truong").post(path, body)
    assert answer.status_code == status, answer.text


def test_attack_a_reading_token_takes_an_alarm(world, request_id):
    reader = world.vn.program("anh", "read")
    alarm = reader.get("/api/duty/alarms?show=all").json()["alarms"][0]
    assert reader.post(f"/api/duty/alarms/{alarm['id']}/take").status_code == 403
    assert reader.post("/api/duty/handovers", {"text": "x"}).status_code == 403


@pytest.mark.parametrize(
    ("when", "status"),
    [("yesterday", 400), ("2030-01-01T08:00:00", 400), ("0001-01-01T00:00:00+14:00", 422), ("9" * 50, 400), ("0", 400)],
)
def test_odd_times_in_the_address_are_refused(world, when, status):
    answer = world.vn.program("anh").get("/api/duty/roster?from=" + when.replace("+", "%2B"))
    assert answer.status_code == status
    assert answer.json()["field"] == "from"
