"""Vietnamese is whole: every sentence of code and templates has one, and the compiled file is the written one."""

from __future__ import annotations

import gettext
import re
from importlib import resources
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import lienlac
from lienlac.ui.statics import shelf, static_url
from lienlac.ui.vendor import check, folder

SOURCE = Path(lienlac.__file__).parent
LOCALE = SOURCE / "ui" / "locale" / "vi" / "LC_MESSAGES"
OPTIONS = {"**/templates/**.html": {"encoding": "utf-8", "newstyle_gettext": "true", "trimmed": "true"}}
KEYWORDS = {"_": None, "gettext": None, "N_": None, "ngettext": (1, 2)}


@pytest.fixture(scope="module")
def vietnamese():
    with (LOCALE / "messages.po").open("rb") as file:
        return read_po(file, locale="vi")


def test_every_sentence_has_its_vietnamese(vietnamese):
    methods = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
    found = extract_from_dir(str(SOURCE), methods, OPTIONS, keywords=KEYWORDS)
    ids = {message[0] if isinstance(message, tuple) else message for _, _, message, _, _ in found}
    missing = []
    for msgid in sorted(ids - {""}):
        known = vietnamese.get(msgid)
        said = (known.string if isinstance(known.string, tuple) else (known.string,)) if known is not None else ()
        if not said or not all(said):
            missing.append(msgid)
    assert not missing, "without Vietnamese:\n" + "\n".join(missing)


def test_places_are_the_same_on_both_sides(vietnamese):
    for message in vietnamese:
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        said = message.string if isinstance(message.string, tuple) else (message.string,)
        asked = {place for text in ids for place in re.findall(r"%\([a-z_]+\)s|\{[a-z]+\}", text)}
        for text in said:
            assert set(re.findall(r"%\([a-z_]+\)s|\{[a-z]+\}", text)) <= asked, message.id


def test_the_compiled_catalogue_is_the_written_one(vietnamese):
    with (LOCALE / "messages.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for message in vietnamese:
        if not message.id:
            continue
        if isinstance(message.id, tuple):
            said = compiled.ngettext(*message.id, 2)
            assert said == message.string[0], "compile the catalogue"
        else:
            assert compiled.gettext(message.id) == message.string, "compile the catalogue"


def test_vendored_files_are_the_ones_that_were_taken():
    assert check(folder()) == []


@pytest.mark.parametrize(
    ("change", "finding"), [("edit", "htmx/htmx.min.js has changed"), ("add", "htmx/more.js is not listed")]
)
def test_a_tampered_vendored_file_is_found(tmp_path, change, finding):
    for file in (SOURCE / "ui" / "static" / "vendor").rglob("*"):
        if file.is_file():
            place = tmp_path / file.relative_to(SOURCE / "ui" / "static" / "vendor")
            place.parent.mkdir(exist_ok=True)
            place.write_bytes(file.read_bytes())
    if change == "edit":
        with (tmp_path / "htmx" / "htmx.min.js").open("ab") as file:
            file.write(b" ")
    else:
        (tmp_path / "htmx" / "more.js").write_bytes(b"")
    assert check(tmp_path) == [finding]


def test_static_addresses_change_with_their_content_and_may_be_kept_for_ever(node):
    browser = node.browser()
    answer = browser.get(static_url("css/lienlac.css"))
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    with pytest.raises(KeyError):
        static_url("css/typo.css")


@pytest.mark.parametrize("name", ["../app.py", "%2e%2e/app.py", "vendor/VENDOR.json", "", "css", "css/", "/etc/passwd"])
def test_path_traversal_finds_only_what_is_on_the_shelf(node, name):
    assert node.browser().get(f"/static/{shelf().digest}/{name}").status_code == 404


def test_style_sheet_names_only_files_that_exist_and_stays_small():
    style = resources.files("lienlac.ui").joinpath("static/css/lienlac.css").read_text(encoding="utf-8")
    for name in re.findall(r'url\("\.\./([^"]+)"\)', style):
        assert name in shelf().files
    assert "http" not in style
    assert len(style) <= 48_000  # 10 kB on the wire, once a version
