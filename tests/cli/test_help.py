"""Every command explains itself in both languages; no sentence is missing, and both languages have the same places."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import pytest

import lienlac.cli
from lienlac.cli import words
from lienlac.cli.app import GROUPS, every_command
from lienlac.errors import catalogue
from tests.cli.conftest import Command

COMMANDS = sorted(every_command())
VIETNAMESE = re.compile(r"[àáảãạăắằẳẵặâấầẩẫậđèéẻẽẹêếềểễệìíỉĩịòóỏõọôốồổỗộơớờởỡợùúủũụưứừửữựỳýỷỹỵ]", re.IGNORECASE)
SAME_IN_BOTH = {"request-line", "request-stepped"}


def parameters(command: str) -> tuple[str, ...]:
    code = every_command()[command].__code__
    return code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_in_both_languages(lienlac: Command, command: str) -> None:
    english = lienlac(*command.split(), "--help").out
    vietnamese = lienlac(*command.split(), "--help", language="vi").out
    assert f"Usage: lienlac {command}" in english
    assert f"Cách dùng: lienlac {command}" in vietnamese
    assert not VIETNAMESE.search(english)
    for word in ("Usage", "Parameters", "[required]", "OPTIONS", "COMMAND"):
        assert word not in vietnamese
    for parameter in parameters(command):
        assert parameter.strip("_").replace("_", "-").lower() in english.lower()
        words.speak("vi")
        first = words.parameter_help(command.replace(" ", "."), parameter).split()[:3]
        assert all(word in vietnamese for word in first)


@pytest.mark.parametrize("group", ["", *sorted(GROUPS)])
def test_help_of_groups(lienlac: Command, group: str) -> None:
    chain = [group] if group else []
    english, vietnamese = lienlac(*chain, "--help").out, lienlac(*chain, "--help", language="vi").out
    assert "Commands" in english
    assert "Lệnh" in vietnamese
    assert "Exit codes" in english
    assert "Mã thoát" in vietnamese


def test_without_a_command_help_is_shown(lienlac: Command) -> None:
    assert "Usage: lienlac" in lienlac().out


def test_version(lienlac: Command) -> None:
    assert re.fullmatch(r"\d+\.\d+\S*\n", lienlac("--version").out)


@pytest.mark.parametrize(
    ("argv", "environment", "chosen", "rest"),
    [
        (["--lang", "vi", "x"], {"LIENLAC_LANG": "en"}, "vi", ["x"]),
        (["x", "--lang=en"], {"LANG": "vi_VN.UTF-8"}, "en", ["x"]),
        (["x"], {"LIENLAC_LANG": "vi", "LANG": "en_US.UTF-8"}, "vi", ["x"]),
        (["x"], {"LANG": "vi_VN.UTF-8"}, "vi", ["x"]),
        (["x"], {"LANG": "C"}, "en", ["x"]),
        (["x", "--", "--lang", "vi"], {}, "en", ["x", "--", "--lang", "vi"]),
        (["--lang"], {}, "en", []),
    ],
)
def test_the_language_is_found(argv: list[str], environment: dict[str, str], chosen: str, rest: list[str]) -> None:
    assert words.take_language(argv, environment) == (chosen, rest)


def test_both_languages_are_whole() -> None:
    for section, sentences in words.table().items():
        for name, pair in sentences.items():
            assert len(pair) == 2, f"{section}.{name}"
            english, vietnamese = pair
            assert places(english) == places(vietnamese), f"{section}.{name}"
            if section != "say" or (name not in SAME_IN_BOTH and english[-1] == "."):
                assert english != vietnamese, f"{section}.{name}"


def places(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_no_command_or_parameter_is_without_help() -> None:
    words.speak("en")
    known = set(words.table()["command"]) - {"lienlac", *GROUPS}
    assert known == {command.replace(" ", ".") for command in COMMANDS}
    used = set()
    for command in COMMANDS:
        for parameter in parameters(command):
            assert words.parameter_help(command.replace(" ", "."), parameter)
            own = f"{command.replace(' ', '.')}.{parameter}"
            used.add(own if own in words.table()["parameter"] else parameter)
    assert set(words.table()["parameter"]) == used


def test_every_sentence_is_said_somewhere_and_every_code_is_known() -> None:
    said: set[str] = set()
    begun: set[str] = set()
    source = Path(lienlac.cli.__file__).parent
    for path in source.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                said.add(node.value)
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                begun.add(str(node.values[0].value))
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"NotAllowed", "Refused"}:
                assert isinstance(node.args[0], ast.Constant)
                assert node.args[0].value in catalogue(), path
    idle = [
        name
        for name in words.table()["say"]
        if name not in said and not any(len(start) > 4 and name.startswith(start) for start in begun)
    ]
    assert idle == []
