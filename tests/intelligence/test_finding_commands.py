"""`lienlac intel search`, `show`, `neighbours`, `path` against a node's own interface."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lienlac.cli.groups.intelligence import finding as commands
from lienlac.client import NodeNotAllowed
from tests.intelligence.scene import FEED, domain, id_of, indicator, malware
from tests.intelligence.served import Server
from tests.intelligence.test_around import relationship

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


def test_found_shown_and_followed_from_the_command_line(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = server.collection("Dòng lệnh")
    first, second, third = malware(501, name="Sàn Zyqx"), domain(502, "zyqx-invest.example"), indicator(503)
    raws = [
        first, second, third, b'{"type": "indicator", "name": "Zyqx"}',
        relationship(501, id_of(first), "communicates-with", id_of(second)),
        relationship(502, id_of(third), "indicates", id_of(first)),
    ]  # fmt: skip
    server.intelligence.bring(server.house["giang"], made.id, raws, source=FEED)
    server.intelligence.indexing.catch_up()
    token = tmp_path / "token"
    token.write_text(server.token("giang"))
    token.chmod(0o600)
    at = {"url": server.url, "token_file": token}

    commands.search("san zyqx", **at)  # type: ignore[arg-type]
    assert id_of(first) in capsys.readouterr().out
    commands.search("zyqx", type_="domain-name", rows=1, json=True, **at)  # type: ignore[arg-type]
    found = json.loads(capsys.readouterr().out)
    assert [one["object"]["id"] for one in found["hits"]] == [id_of(second)]
    commands.search("zyqx", rows=1, **at)  # type: ignore[arg-type]
    assert "--cursor" in capsys.readouterr().err
    commands.search("zyqx", state="held", **at)  # type: ignore[arg-type]
    assert "qua-" in capsys.readouterr().out
    commands.search("zyqx-invest[.]example", identifier="domain", **at)  # type: ignore[arg-type]
    told = capsys.readouterr()
    assert id_of(second) in told.out
    assert "zyqx-invest[.]example" in told.err
    commands.search("khong co gi het", **at)  # type: ignore[arg-type]
    assert id_of(first) not in capsys.readouterr().out

    commands.show(id_of(first), **at)  # type: ignore[arg-type]
    assert capsys.readouterr().out.encode().strip() == first
    commands.neighbours(id_of(first), **at)  # type: ignore[arg-type]
    told = capsys.readouterr()
    assert "→ communicates-with" in told.out
    assert "← indicates" in told.out
    commands.path(id_of(third), id_of(second), **at)  # type: ignore[arg-type]
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if id_of(second) in line]
    commands.path(id_of(third), id_of(third), **at)  # type: ignore[arg-type]
    assert id_of(third) not in capsys.readouterr().out
    with pytest.raises(NodeNotAllowed, match="not-found"):
        commands.neighbours(id_of(malware(599)), **at)  # type: ignore[arg-type]
