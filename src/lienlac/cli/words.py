"""What commands say: the table `words.toml` read in the chosen language, and how the language is chosen.

`--lang` anywhere on the command line wins, then LIENLAC_LANG, then the terminal's own language. Knows no command.
"""

from __future__ import annotations

import functools
import tomllib
from contextvars import ContextVar
from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lienlac.errors import Language

_language: ContextVar[Language] = ContextVar("language", default="en")


@functools.cache
def table() -> Mapping[str, Mapping[str, list[str]]]:
    """Sections `command`, `parameter` and `say`; each line is [English, Vietnamese]."""
    text = resources.files("lienlac.cli").joinpath("words.toml").read_text(encoding="utf-8")
    found: Mapping[str, Any] = tomllib.loads(text)
    return found


def language() -> Language:
    """The language of this command."""
    return _language.get()


def speak(chosen: Language) -> None:
    """From now on in this language."""
    _language.set(chosen)


def take_language(argv: list[str], environment: Mapping[str, str]) -> tuple[Language, list[str]]:
    """The language asked for, and the command line without `--lang`."""
    asked, rest = "", []
    words = iter(argv)
    for word in words:
        if word == "--":
            rest += [word, *words]
        elif word == "--lang":
            asked = next(words, "")
        elif word.startswith("--lang="):
            asked = word.removeprefix("--lang=")
        else:
            rest.append(word)
    asked = asked or environment.get("LIENLAC_LANG", "")
    if not asked:
        asked = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), "")
    return ("vi" if asked.lower().startswith("vi") else "en"), rest


def say(name: str, /, **places: object) -> str:
    """A sentence with its places filled."""
    return _pick("say", name).format_map(places) if places else _pick("say", name)


def say_in(spoken: Language, name: str) -> str:
    """A sentence without places in a given language, for what is written into a node and read there later."""
    english, vietnamese = table()["say"][name]
    return vietnamese if spoken == "vi" else english


def known(name: str) -> bool:
    """Whether there is such a sentence."""
    return name in table()["say"]


def command_help(name: str) -> str:
    """What a command is for; `name` is "group.command"."""
    return _pick("command", name)


def parameter_help(command: str, name: str) -> str:
    """What a parameter is for."""
    own = f"{command}.{name}"
    return _pick("parameter", own if own in table()["parameter"] else name)


def _pick(section: str, name: str) -> str:
    return table()[section][name][1 if language() == "vi" else 0]
