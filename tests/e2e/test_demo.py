"""`lienlac demo` as a user runs it: real processes, every check said, and the file with which other tools connect."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from taxii2client.v21 import Server, as_pages

from tests.architecture.house import PROJECT
from tests.databases import PostgresqlServer
from tests.e2e.crawl import Crawl

NEW = "domain-name--2f0c7d8e-6a3b-5b1e-8c74-0b9a1c2d3e4f"
CHECKS = 18
LONGEST_S = 280


def demo(*words: str, **more: str) -> tuple[list[str], dict[str, str]]:
    """The command line and the environment of a demo without anybody's own settings."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith("LIENLAC_")}
    return [sys.executable, "-m", "lienlac", "demo", *words], mine | {"PYTHONPATH": str(PROJECT / "src")} | more


def check_said(out: str) -> None:
    assert out.count("✓") == CHECKS, out
    assert "✗" not in out


def endpoints_of(path: Path) -> dict[str, Any]:
    assert path.stat().st_mode & 0o777 == 0o600
    return {node["node_id"]: node for node in json.loads(path.read_text())["nodes"]}


def read_by_a_stock_client(door: dict[str, str]) -> None:
    """A TAXII client that others wrote reads the collection whole, adds to it, and finds what it added."""
    server = Server(door["discovery"], user=door["user"], password=door["token"])
    (found,) = [one for one in server.default.collections if one.id == door["collection"]]
    pages = [envelope["objects"] for envelope in as_pages(found.get_objects, per_request=50)]
    assert sum(map(len, pages)) == 155
    assert {one["type"] for page in pages for one in page} >= {"report", "indicator", "campaign"}
    new = {"type": "domain-name", "spec_version": "2.1", "id": NEW, "value": "goldentrade-vip.example"}
    assert found.add_objects({"objects": [new]}).status == "complete"
    assert found.get_object(NEW)["objects"] == [new]


def roles_told(nodes: dict[str, Any]) -> None:
    """Both nodes, with somebody of every role and tokens."""
    assert set(nodes) == {"vn-demo", "us-demo"}
    for node in nodes.values():
        assert node["tokens"]
        roles = {account["role"] for account in node["accounts"]}
        assert roles == {"administrator", "analyst", "auditor", "duty-officer", "supervisor"}


@pytest.mark.slow
def test_the_demo_plays_and_checks_itself(tmp_path: Path) -> None:
    """In Vietnamese; in English `left_running` plays it."""
    endpoints = tmp_path / "endpoints.json"
    command, environment = demo("--once", "--json", str(endpoints), "--lang", "vi", "--port-base", "0")
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=LONGEST_S, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    check_said(done.stdout + done.stderr)
    nodes = endpoints_of(endpoints)
    roles_told(nodes)
    for node in nodes.values():
        assert not Path(node["folder"]).exists(), "a demo that plays once leaves nothing behind"
    secrets = [account["password"] for node in nodes.values() for account in node["accounts"]]
    assert not any(secret in done.stdout for secret in secrets)


@pytest.mark.slow
@pytest.mark.postgres
def test_the_demo_on_postgresql(postgresql_server: PostgresqlServer) -> None:
    server = postgresql_server.url("postgres")
    command, environment = demo(
        "--once", "--database", "postgresql", "--port-base", "0", LIENLAC_DEMO_POSTGRESQL=server
    )
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=LONGEST_S, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    check_said(done.stdout + done.stderr)
    left = postgresql_server.execute("SELECT datname FROM pg_database WHERE datname LIKE 'lienlac_demo%'")
    assert left == []


def test_postgresql_without_a_server_is_said(tmp_path: Path) -> None:
    command, environment = demo("--once", "--database", "postgresql", "--lang", "en")
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=LONGEST_S, check=False)
    assert done.returncode == 3
    assert "LIENLAC_DEMO_POSTGRESQL" in done.stderr


@pytest.fixture(scope="module")
def left_running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """A demo that has played and waits; stopped afterwards."""
    endpoints = tmp_path_factory.mktemp("left") / "endpoints.json"
    command, environment = demo("--json", str(endpoints), "--lang", "en", "--port-base", "0")
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line)
            if "Ctrl+C" in line:
                break
        assert endpoints.exists(), "".join(said)
        check_said("".join(said))
        told = endpoints_of(endpoints)
        roles_told(told)
        read_by_a_stock_client(json.loads(endpoints.read_text())["taxii"])
        yield process, told
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)


def ask(url: str, token: str) -> Any:
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read())


@pytest.mark.slow
def test_no_link_that_an_officer_is_offered_leads_nowhere(
    left_running: tuple[subprocess.Popen[str], dict[str, Any]],
) -> None:
    """Whatever the story left behind, every page of every role opens, and no page offers what the officer may not."""
    _, nodes = left_running
    for node in nodes.values():
        for account in node["accounts"]:
            way = Crawl(node["url"], account)
            way.go()
            assert way.broken == [], f"{account['role']} at {node['node_id']}"
            assert len(way.read) > 25, way.read


@pytest.mark.slow
def test_an_outside_tool_connects_with_what_the_file_says(
    left_running: tuple[subprocess.Popen[str], dict[str, Any]],
) -> None:
    process, nodes = left_running
    for node in nodes.values():
        for token in node["tokens"].values():
            direction = "in" if node["node_id"] == "vn-demo" else "out"
            page = ask(f"{node['api']}/requests?direction={direction}&stage=all", token)
            assert {line["state"] for line in page["requests"]} == {"closed", "executed", "refused"}
        assert "/api/requests" in ask(node["openapi"], "")["paths"]
        with pytest.raises(urllib.error.HTTPError, match="401"):
            ask(f"{node['api']}/requests", "lienlac_" + "A" * 43)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert not any(Path(node["folder"]).exists() for node in nodes.values())
