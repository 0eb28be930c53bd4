"""The page of settings: every setting once, no secret, for those alone who must see it."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from lienlac.assembly import doors
from lienlac.settings import Settings
from lienlac.ui.node import names
from tests.security.house import House, make_template


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    made = House(make_template(tmp_path_factory.mktemp("t")), tmp_path_factory.mktemp("h"))
    yield made
    made.shut()


def test_every_setting_has_its_place_once():
    named = [name for _title, rows in names.GROUPS for name, _label in rows]
    assert sorted(named) == sorted(field.name for field in fields(Settings))


@pytest.mark.parametrize(
    ("login", "status"), [("admin", 200), ("binh", 200), ("kiem", 200), ("anh", 404), ("hai", 404)]
)
def test_who_sees_the_settings(house, login, status):
    answer = house.browser(login).get("/settings")
    assert answer.status_code == status
    if status == 200:
        assert "vn-a05" in answer.text
        assert "Vietnam (VN)" in answer.text or "Việt Nam (VN)" in answer.text


def test_no_secret_and_no_address_with_a_password_is_shown(house):
    before = house.node.settings
    house.node.settings = replace(
        before,
        database_url="postgresql+psycopg://lienlac:geheim@db/lienlac",
        smtp_password_file="/run/geheim",  # a file's name
        scan_command="clamdscan --geheim",
        notice_ca_file="/etc/geheim.pem",
    )
    try:
        house.app = doors.people_app(house.node)
        page = house.browser("admin").get("/settings").text
    finally:
        house.node.settings = before
        house.app = doors.people_app(house.node)
    assert all(f"<code>{name}</code>" in page for name in names.HIDDEN)
    assert "PostgreSQL" in page
    assert "geheim" not in page
