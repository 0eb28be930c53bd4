"""`lienlac document …` against a served node: print, package, verify, and a paper that somebody changed."""

from __future__ import annotations

import io
import json
import socket
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import uvicorn

from lienlac.cli.app import Exit, run
from lienlac.exchange.log.code import code_of
from lienlac.hotline.lifecycle import Step
from tests.security.house import House, make_template

Commands = Callable[..., int]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, str, str]]:
    """A house whose application listens, and a request that it acknowledged."""
    house = House(make_template(tmp_path_factory.mktemp("template")), tmp_path_factory.mktemp("house"))
    request_id = house.receive()
    house.act("anh", request_id, Step.ACKNOWLEDGE)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(house.app, log_level="critical", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [free]}, daemon=True)
        thread.start()
        yield house, request_id, f"http://127.0.0.1:{free.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)
    house.node.papers.close()
    house.shut()


@pytest.fixture
def command(served: tuple[House, str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Commands:
    house, _, url = served
    monkeypatch.chdir(tmp_path)

    def go(login: str, *words: str) -> int:
        token = tmp_path / f"{login}.token"
        acts = ("document.export",) if login == "binh" else ()
        token.write_text(house.program(login, acts=acts).headers["Authorization"].removeprefix("Bearer "))
        return run(["--lang", "en", "document", *words, "--url", url, "--token-file", str(token)], {})

    return go


def test_a_printed_paper_is_verified_and_a_changed_one_is_not(
    served: tuple[House, str, str], command: Commands, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    house, request_id, _ = served
    reference = house.reference(request_id)
    opening = house.hotline.show(house["kiem"], request_id).request.opening
    assert command("anh", "print", reference) == Exit.DONE
    assert command("anh", "print", reference, "--message", opening.id, "--out", "one.pdf") == Exit.DONE
    whole, one = tmp_path / f"{reference}.pdf", tmp_path / "one.pdf"
    assert whole.read_bytes().startswith(b"%PDF")
    code = code_of(opening.digest)
    for file in (whole, one):
        capsys.readouterr()
        assert command("anh", "verify", code.lower(), "--file", str(file)) == Exit.DONE
        said = capsys.readouterr().out
        assert "byte by byte" in said
        assert opening.digest in said
    one.write_bytes(one.read_bytes().replace(b"%PDF-1.7", b"%PDF-1.6", 1))
    assert command("anh", "verify", code, "--file", str(one)) == Exit.CHECK_FAILED
    assert "NOT" in capsys.readouterr().out
    capsys.readouterr()
    assert command("anh", "verify", opening.digest, "--json", "--file", str(whole)) == Exit.DONE
    told = json.loads(capsys.readouterr().out)
    assert told["file_is_same"] is True
    assert told["found"]["code"] == code


def test_a_package_is_written_once_and_only_by_who_may(
    served: tuple[House, str, str], command: Commands, tmp_path: Path
) -> None:
    house, request_id, _ = served
    reference = house.reference(request_id)
    assert command("anh", "package", reference) == Exit.NOT_ALLOWED
    assert command("binh", "package", reference) == Exit.DONE
    made = (tmp_path / f"{reference}.zip").read_bytes()
    with zipfile.ZipFile(io.BytesIO(made)) as read:
        assert json.loads(read.read("manifest.json"))["reference"] == reference
    assert command("binh", "package", reference) == Exit.NOT_ALLOWED, "nothing is written over"


def test_a_mistyped_code_says_so(command: Commands, capsys: pytest.CaptureFixture[str]) -> None:
    good = code_of("1" * 64)
    assert command("anh", "verify", good[:-1] + ("0" if good[-1] != "0" else "1")) == Exit.REFUSED
    assert "typed wrongly" in capsys.readouterr().err
    assert command("anh", "verify", good) == Exit.NOT_ALLOWED
