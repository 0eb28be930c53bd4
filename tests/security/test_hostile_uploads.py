"""Attack: a file that does harm by being put in: one that unpacks into gigabytes, one whose name is a path, one that
makes the node fetch something, one that claims to be shorter or to be packed.

The node unpacks nothing, renders nothing and follows nothing in a file: it is bytes, told apart by its first ones. What a
name may hold is tested in `tests/wire/test_attachments.py`, where it ends up in `test_file_names_and_exports.py`.
"""

from __future__ import annotations

import gzip
import io
import socket
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from lienlac import limits
from tests.security.house import House

NAMES = (
    "../../etc/passwd",
    "..\\..\\windows\\system32\\x.dll",
    "/etc/cron.d/x",
    "C:\\boot.ini",
    "a/../../b",
    "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "....//....//x",
    "nul",
    ".",
    "..",
    "",
    "a\x00.pdf",
    "\u202efdp.exe",
    "x" * 5_000,
)


def put(house: House, data: bytes, name: str, **headers: str) -> Any:
    program = house.program("anh")
    disposition = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return program.client.post(
        "/api/files", content=data, headers={**program.headers, "Content-Disposition": disposition, **headers}
    )


def stored(house: House) -> list[Path]:
    return [path for path in house.vn.folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("name", NAMES)
def test_attack_a_name_that_is_a_path_lands_nowhere_else(house: House, name: str) -> None:
    outside = {path for path in house.vn.folder.parent.iterdir() if path != house.vn.folder}
    answer = put(house, b"content", name)
    assert answer.status_code == 201
    shown = answer.json()["name"]
    assert shown
    assert not set("/\\\x00") & set(shown)
    assert shown not in {".", ".."}
    assert {path for path in house.vn.folder.parent.iterdir() if path != house.vn.folder} == outside
    assert all(shown != path.name for path in stored(house)), "what is stored bears our own name"


def test_attack_a_zip_bomb_is_kept_as_it_came(house: House) -> None:
    """Ten thousand times its size once unpacked: nobody unpacks it, so it costs its own size and no more."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(4):
            archive.writestr(f"{number}.txt", b"0" * 20_000_000)
    bomb = out.getvalue()
    assert len(bomb) < 200_000
    before = sum(path.stat().st_size for path in stored(house))
    answer = put(house, bomb, "photos.zip")
    assert answer.status_code == 201
    assert answer.json()["size_bytes"] == len(bomb)
    grown = sum(path.stat().st_size for path in stored(house)) - before
    assert grown < len(bomb) + 1_000_000


def test_attack_a_packed_body_is_not_unpacked(house: House) -> None:
    """`Content-Encoding: gzip` on a form: eighty kilobytes that would become eighty megabytes of JSON."""
    bomb = gzip.compress(b'{"words": "' + b"a" * 40_000_000 + b'"}')
    assert len(bomb) < limits.FORM_MAX_BYTES
    program = house.program("anh")
    answer = program.client.post(
        "/api/requests/search",
        content=bomb,
        headers={**program.headers, "Content-Encoding": "gzip", "Content-Type": "application/json"},
    )
    assert answer.status_code == 400
    kept = put(house, gzip.compress(b"a" * 1_000_000), "x.gz", **{"Content-Encoding": "gzip"})
    assert kept.json()["size_bytes"] < 10_000


@pytest.mark.parametrize(
    "content",
    [
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "http://127.0.0.1:9/e">]><x>&e;</x>',
        b'<svg xmlns="http://www.w3.org/2000/svg"><image href="http://127.0.0.1:9/i.png"/><script>fetch("//x")</script></svg>',
        b'<html><meta http-equiv="refresh" content="0;url=http://127.0.0.1:9/"><img src="http://127.0.0.1:9/"></html>',
        b"#EXTM3U\nhttp://127.0.0.1:9/a.ts\n",
        b"[InternetShortcut]\nURL=http://127.0.0.1:9/\n",
        b"%!PS\n(http://127.0.0.1:9/) (r) file\n",
    ],
)
def test_attack_a_file_makes_the_node_fetch_something(
    house: House, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From putting it in to handing it out, no connection is opened because of what a file says."""
    request_id = house.receive()
    dialled: list[Any] = []
    monkeypatch.setattr(socket.socket, "connect", lambda _self, address: dialled.append(address))
    program = house.program("anh")
    upload = put(house, content, "x.svg").json()
    note = program.post(f"/api/requests/{request_id}/note", {"text": "x", "attachments": [upload["id"]]})
    assert note.status_code == 201
    (file,) = program.get(f"/api/requests/{request_id}/files").json()["files"]
    answer = program.get(f"/api/requests/{request_id}/files/{file['id']}")
    assert answer.content == content
    assert answer.headers["content-type"].startswith("application/octet-stream")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert dialled == []


def test_attack_a_form_with_a_thousand_parts(house: House) -> None:
    browser = house.browser("anh")
    browser.get("/files")
    token = browser.page.split('name="csrf-token" content="')[1].split('"')[0]
    files = [("file", (f"{number}.txt", b"x", "text/plain")) for number in range(limits.FORM_MAX_FIELDS + 10)]
    answer = browser.client.post(
        "/files", data={"csrf": token}, files=files, headers={"Origin": "http://node.test"}, follow_redirects=False
    )
    assert answer.status_code in {400, 409, 413, 422}
    tray = house.program("anh").get("/api/files").json()["files"]
    assert len(tray) <= limits.UPLOADS_PER_OFFICER
