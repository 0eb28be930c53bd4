"""`lienlac intel share …` against a node's own interface."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lienlac.cli.groups.intelligence import sharing as commands
from lienlac.client.calls import FromNode
from tests.intelligence.sharing.scene import GREEN, Shared, id_of, indicator, marked


class Through:
    """The client's methods, spoken by a test client instead of a socket."""

    def __init__(self, program: Any) -> None:
        from lienlac.client import Client

        self._client = Client("http://127.0.0.1:9", "lienlac_" + "a" * 43)
        self._client._client = program.client  # the road is the test's
        program.client.headers.update(program.headers)

    def __enter__(self) -> Any:
        return self._client

    def __exit__(self, *_: object) -> None:
        return None


def test_shared_listed_recalled_and_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    world = Shared(tmp_path / "nodes")
    collection = world.collection()
    world.bring(collection, marked(indicator, 1, GREEN))
    ours, theirs = Through(world.vn.program("giang", acts=("intel.share",))), Through(world.us.program("giang"))
    side = {"now": ours}
    monkeypatch.setattr(commands, "client_of", lambda _url, _token: side["now"])
    file = tmp_path / "share.json"
    file.write_text(json.dumps(world.form(collection)))
    commands.share(file, preview=True)
    assert world.there() == {}
    commands.share(file)
    world.settle()
    assert list(world.there()) == [id_of(indicator(1))]
    capsys.readouterr()
    commands.shares(json=True)
    (line,) = json.loads(capsys.readouterr().out)["shares"]
    commands.shares()
    assert "Above the ceiling now" in capsys.readouterr().out
    with pytest.raises(FromNode) as refused:
        commands.share_recall(line["id"], reason="Hạ mức trần.", above=True)
    assert refused.value.code == "recall-nothing"
    commands.share_show(line["id"])
    assert id_of(indicator(1)) in capsys.readouterr().out
    commands.share_stop(line["id"])
    commands.share_resume(line["id"])
    side["now"] = theirs
    commands.arrived(json=True)
    commands.sight(id_of(indicator(1)), useful=4)
    world.settle()
    side["now"] = ours
    commands.share_recall(line["id"], reason="Nhầm.", object_=[id_of(indicator(1))])
    world.settle()
    assert world.there() == {}
