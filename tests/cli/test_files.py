"""Files for programs: put into a running node, fetched through cuts, and never believed without their digest."""

from __future__ import annotations

import hashlib
import json
import random
import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BufferedRandom
from pathlib import Path

import pytest

from lienlac.cli import console
from lienlac.client import Client
from lienlac.errors import LienlacError
from lienlac.interface.files import File
from lienlac.interface.records.cases import Exhibit
from lienlac.interface.records.delegations import DelegationPaper
from tests.cli.conftest import Command, Served

TOKEN = "lienlac_" + "A" * 43
DATA = random.Random(3).randbytes(3_000_000)
DIGEST = hashlib.sha256(DATA).hexdigest()


def file_of(data: bytes = DATA, **changes: object) -> File:
    values = {
        "id": "att-" + "a" * 26, "message_id": "msg-" + "a" * 26, "direction": "in", "name": "a.bin",
        "digest": hashlib.sha256(data).hexdigest(), "size_bytes": len(data), "media_type": "x/y", "stage": "whole",
        "done_bytes": len(data), "percent": 100, "readable": True,
    }  # fmt: skip
    return File(**{**values, **changes})  # type: ignore[arg-type]  # the values of a test


class Store:
    """A server that hands out bytes, a stretch at a time, and then hangs up."""

    def __init__(self, data: bytes, stretch: int, *, ranges: bool = True) -> None:
        store = self
        self.asked: list[str | None] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked = self.headers.get("Range")
                store.asked.append(asked)
                start = int(asked.removeprefix("bytes=").rstrip("-")) if asked and ranges else 0
                self.send_response(206 if start else 200)
                self.send_header("Content-Length", str(len(data) - start))
                self.end_headers()
                self.wfile.write(data[start : start + stretch])
                self.close_connection = True

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                self.do_GET()

            def log_message(self, *_: object) -> None:
                return

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def stored() -> Iterator[Callable[..., Store]]:
    running: list[Store] = []

    def make(*args: object, **named: object) -> Store:
        running.append(Store(*args, **named))  # type: ignore[arg-type]  # as they are given
        return running[-1]

    yield make
    for one in running:
        one.server.shutdown()
        one.server.server_close()


def save(url: str, path: Path, file: File) -> None:
    with Client(url, TOKEN) as client:
        console.save_slowly(path, lambda into: client.fetch("VN-2026-000001", file, into))


def test_a_download_that_is_cut_goes_on_where_it_was(stored: Callable[..., Store], tmp_path: Path) -> None:
    server = stored(DATA, 700_000)
    save(server.url, tmp_path / "a.bin", file_of())
    assert (tmp_path / "a.bin").read_bytes() == DATA
    assert server.asked[0] is None
    assert len(server.asked) == 5
    assert list(tmp_path.iterdir()) == [tmp_path / "a.bin"]


def test_a_later_try_goes_on_with_what_an_earlier_one_brought(stored: Callable[..., Store], tmp_path: Path) -> None:
    (tmp_path / "a.bin.part").write_bytes(DATA[:1_234_567])
    server = stored(DATA, len(DATA))
    save(server.url, tmp_path / "a.bin", file_of())
    assert server.asked == ["bytes=1234567-"]
    assert (tmp_path / "a.bin").read_bytes() == DATA


def save_exhibit(client: Client, into: BufferedRandom) -> None:
    exhibit = Exhibit(
        element="evd-" + "a" * 26, exhibit="VN-0001", author="vn-a05", title="Ổ cứng", name="a.bin", digest=DIGEST,
        size_bytes=len(DATA), media_type="x/y", here=True,
    )  # fmt: skip
    client.fetch_exhibit("cas-" + "a" * 26, exhibit, into)


def save_paper(client: Client, into: BufferedRandom) -> None:
    paper = DelegationPaper(
        element="pap-" + "a" * 26, author="vn-a05", title_vi="a", title_en="a", paper="agenda", tlp="amber",
        pap="amber", digest=DIGEST, name="a.bin", media_type="x/y", size_bytes=len(DATA), here=True,
    )  # fmt: skip
    client.paper_file("dlg-" + "a" * 26, paper, into)


@pytest.mark.parametrize("fetch", [save_exhibit, save_paper])
def test_exhibits_and_papers_go_on_where_they_were_and_never_lie_in_memory_whole(
    stored: Callable[..., Store], tmp_path: Path, fetch: Callable[[Client, BufferedRandom], None]
) -> None:
    (tmp_path / "a.bin.part").write_bytes(DATA[:1_000_000])
    server = stored(DATA, 700_000)
    with Client(server.url, TOKEN) as client:
        console.save_slowly(tmp_path / "a.bin", lambda into: fetch(client, into))
        assert (tmp_path / "a.bin").read_bytes() == DATA
        assert server.asked == ["bytes=1000000-", "bytes=1700000-", "bytes=2400000-"]
        other = stored(b"x" * len(DATA), len(DATA))
    with Client(other.url, TOKEN) as client, pytest.raises(LienlacError, match="file-differs"):
        console.save_slowly(tmp_path / "b.bin", lambda into: fetch(client, into))
    assert list(tmp_path.iterdir()) == [tmp_path / "a.bin"]


def test_a_server_that_knows_no_ranges_begins_anew(stored: Callable[..., Store], tmp_path: Path) -> None:
    (tmp_path / "a.bin.part").write_bytes(b"x" * 1000)
    save(stored(DATA, len(DATA), ranges=False).url, tmp_path / "a.bin", file_of())
    assert (tmp_path / "a.bin").read_bytes() == DATA


@pytest.mark.parametrize(
    ("data", "file"),
    [
        pytest.param(b"x" * len(DATA), file_of(), id="another-content"),
        pytest.param(DATA + b"more", file_of(), id="longer"),
    ],
)
def test_what_is_not_the_file_is_not_kept(
    stored: Callable[..., Store], tmp_path: Path, data: bytes, file: File
) -> None:
    with pytest.raises(LienlacError, match="file-differs"):
        save(stored(data, len(data)).url, tmp_path / "a.bin", file)
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_brings_nothing_more_is_given_up(stored: Callable[..., Store], tmp_path: Path) -> None:
    with pytest.raises(LienlacError, match="node-unreachable"):
        save(stored(DATA, 0).url, tmp_path / "a.bin", file_of())


def test_a_file_that_is_there_is_not_overwritten(stored: Callable[..., Store], tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_text("mine")
    with pytest.raises(LienlacError, match="file-exists"):
        save(stored(DATA, len(DATA)).url, tmp_path / "a.bin", file_of())
    assert (tmp_path / "a.bin").read_text() == "mine"


def test_a_link_in_the_parts_place_is_not_followed(stored: Callable[..., Store], tmp_path: Path) -> None:
    (tmp_path / "victim").write_text("mine")
    (tmp_path / "a.bin.part").symlink_to(tmp_path / "victim")
    with pytest.raises(LienlacError, match="file-unwritable"):
        save(stored(DATA, len(DATA)).url, tmp_path / "a.bin", file_of())
    assert (tmp_path / "victim").read_text() == "mine"


def test_files_are_put_into_a_running_node(lienlac: Command, served: Served, tmp_path: Path) -> None:
    first, second = tmp_path / "Sao kê.bin", tmp_path / "b.txt"
    first.write_bytes(DATA)
    second.write_text("text\n")
    place = ("--url", served.url, "--token-file", str(served.token_file))
    said = lienlac("request", "attach", "VN-2026-000001", str(first), str(second), "--only-put-in", "--json", *place)
    found = json.loads(said.out)
    assert [one["name"] for one in found["files"]] == ["Sao kê.bin", "b.txt"]
    assert found["files"][0]["digest"] == DIGEST
    assert not found["sent"]
    said = lienlac("request", "attach", "VN-2026-000001", str(second), *place, ok=None)
    assert said.code == 3
    assert re.search("nothing here|not", said.err)
    said = lienlac("request", "attach", "VN-2026-000001", str(tmp_path / "none"), *place, ok=3)
    said = lienlac("request", "fetch", "VN-2026-000001", *place, ok=3)
