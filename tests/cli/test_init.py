"""Making a node: whatever goes wrong leaves no half of one, and the same command may be tried again."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from lienlac import settings
from lienlac.errors import NotAllowed
from tests.cli.conftest import PASSPHRASE, Command, Folder, Said


@pytest.fixture
def init(lienlac: Command, tmp_path: Path) -> object:
    """`lienlac init` of one node with good values but for those that the test names."""
    (tmp_path / "passphrase").write_text(PASSPHRASE)

    def command(folder: Path, *more: str, ok: int | None = 0, name: str = "Nút") -> Said:
        return lienlac(
            "init", str(folder), "--id", "vn-one", "--name-vi", name, "--name-en", "Node", "--random-passphrase",
            "--passphrase-file", str(tmp_path / "passphrase"), *more, ok=ok,
        )  # fmt: skip

    return command


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (("--people-port", "99999"), "settings-invalid"),
        (("--peers-port", "0"), "settings-invalid"),
        (("--country", "Vietnam"), "settings-invalid"),
        (("--people-url", "node.example"), "settings-invalid"),
        (("--peers-url", "http://node.example"), "settings-invalid"),
        (("--peers-url", "https://[::"), "card-malformed"),
        (("--database", "mysql://x"), "storage-url"),
        (("--database", "postgresql+psycopg://nobody@127.0.0.1:9/none"), "storage-unavailable"),
    ],
)
def test_a_value_that_no_node_can_run_with_leaves_no_half_node(
    init: object, tmp_path: Path, more: tuple[str, ...], code: str
) -> None:
    folder = tmp_path / "node"
    said = init(folder, *more, ok=None)  # type: ignore[operator]
    assert said.code in {1, 3}
    assert f"({code})" in said.err
    assert not (folder / "node.toml").exists()
    assert not (folder / "keys.json").exists()
    init(folder)  # type: ignore[operator]
    assert settings.load(folder).node_id == "vn-one"


@pytest.mark.parametrize("name", ["a\nb", "", "x" * 301, "\x1b[31m"])
def test_a_name_that_would_break_the_settings_is_refused(init: object, tmp_path: Path, name: str) -> None:
    assert "settings-invalid" in init(tmp_path / "node", ok=3, name=name).err  # type: ignore[operator]
    assert not (tmp_path / "node").exists()


@pytest.mark.parametrize("name", ['He said "no" \\ ok', "Cục A05 – Bộ Công an", "'; DROP TABLE"])
def test_names_come_back_as_they_were_given(init: object, tmp_path: Path, name: str) -> None:
    init(tmp_path / "node", name=name)  # type: ignore[operator]
    assert settings.load(tmp_path / "node").name_vi == name


def test_a_folder_that_cannot_be_made_is_told_in_a_sentence(init: object, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "file-unwritable" in init(tmp_path / "file" / "node", ok=3).err  # type: ignore[operator]


def test_a_folder_that_others_could_read_is_closed(init: object, tmp_path: Path) -> None:
    folder = tmp_path / "open"
    folder.mkdir(mode=0o755)
    init(folder)  # type: ignore[operator]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_two_nodes_never_share_a_database(folder: Folder, init: object, tmp_path: Path) -> None:
    said = init(tmp_path / "other", "--database", f"sqlite:///{folder.path / 'lienlac.sqlite'}", ok=3)  # type: ignore[operator]
    assert "database-of-another" in said.err
    assert [line["login"] for line in folder("user", "list", "--json").json] == ["admin"]


def test_keys_without_settings_are_never_overwritten(folder: Folder, init: object) -> None:
    """Somebody lost node.toml: the keys beside it are all that is left of the node."""
    (folder.path / "node.toml").unlink()
    before = (folder.path / "keys.json").read_bytes()
    assert "settings-exist" in init(folder.path, ok=3).err  # type: ignore[operator]
    assert (folder.path / "keys.json").read_bytes() == before


@pytest.mark.parametrize(
    "line",
    [
        "people_port = 99999", "people_port = -1", 'peers_port = "x"', 'language = "fr"', 'time_zone = "Asia/Hanoi"',
        'country = "VNM"', 'node_id = "VN"', "drill = 3", "nonsense = 1", "= 1", 'people_url = "javascript:x"',
    ],
)  # fmt: skip
def test_settings_that_were_edited_wrongly_are_told_at_the_start(folder: Folder, line: str) -> None:
    toml = folder.path / "node.toml"
    name = line.partition(" ")[0]
    kept = [known for known in toml.read_text().splitlines() if not known.startswith(f"{name} ")]
    toml.write_text("\n".join([*kept, line]) + "\n")
    assert "settings-invalid" in folder("user", "list", ok=3).err


def test_settings_that_cannot_be_read_are_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "node.toml").mkdir()
    with pytest.raises(NotAllowed, match="file-unreadable"):
        settings.load(tmp_path)


@pytest.mark.parametrize(("name", "value"), [("PEOPLE_PORT", "99999"), ("LANGUAGE", "klingon"), ("DRILL", "maybe")])
def test_the_environment_is_held_to_the_same(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"LIENLAC_{name}", value)
    assert "settings-invalid" in folder("user", "list", ok=3).err
