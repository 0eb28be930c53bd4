"""The command line: every group and command, their help in both languages, and what each failure's exit code is.

Commands are functions in `groups`; this file only hangs them up. Whatever goes wrong is said in one sentence in the
chosen language; a trace goes into a file, never onto the screen.
"""

from __future__ import annotations

import errno
import functools
import os
import sys
import tempfile
import traceback
import types
from enum import IntEnum
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

from cyclopts import App, CycloptsError, Group, Parameter
from cyclopts.exceptions import (
    CoercionError,
    MissingArgumentError,
    UnknownCommandError,
    UnknownOptionError,
    UnusedCliTokensError,
    ValidationError,
)

import lienlac
from lienlac.cli import console, duty
from lienlac.cli.groups import agreement, courier, keys, log, node, peer, request, unit, user
from lienlac.cli.groups.cooperation import bridge, case, delegation, joining, lesson, programme, records
from lienlac.cli.groups.decisions import approval
from lienlac.cli.groups.emergencies import channel as emergency
from lienlac.cli.groups.formats import convert
from lienlac.cli.groups.identifiers import intake
from lienlac.cli.groups.identifiers import known as identifier
from lienlac.cli.groups.intelligence import feed, finding, intel, sharing, taking
from lienlac.cli.groups.papers import document
from lienlac.cli.groups.warnings import flash, method
from lienlac.cli.helping import Bilingual
from lienlac.cli.words import command_help, parameter_help, say, speak, take_language
from lienlac.errors import LienlacError, NotAllowed, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

ROOT: dict[str, Callable[..., int | None]] = {"init": node.init, "serve": node.serve, "demo": node.demo}
GROUPS: dict[str, dict[str, Callable[..., int | None]]] = {
    "peer": peer.COMMANDS,
    "agreement": agreement.COMMANDS,
    "request": request.COMMANDS,
    "emergency": emergency.COMMANDS,
    "flash": flash.COMMANDS,
    "case": records.commands("cases") | case.COMMANDS | joining.COMMANDS | bridge.COMMANDS,
    "programme": records.commands("programmes") | programme.COMMANDS,
    "delegation": records.commands("delegations") | delegation.COMMANDS,
    "lesson": records.commands("lessons") | lesson.COMMANDS,
    "method": method.COMMANDS,
    "intel": intel.COMMANDS | taking.COMMANDS | finding.COMMANDS | intake.COMMANDS | sharing.COMMANDS,
    "feed": feed.COMMANDS,
    "roster": duty.ROSTER,
    "alarm": duty.ALARM,
    "handover": duty.HANDOVER,
    "drill": duty.DRILL,
    "document": document.COMMANDS,
    "approval": approval.COMMANDS,
    "identifier": identifier.COMMANDS,
    "convert": convert.COMMANDS,
    "courier": courier.COMMANDS,
    "log": log.COMMANDS,
    "user": user.COMMANDS,
    "unit": unit.COMMANDS,
    "keys": keys.COMMANDS,
}


class Exit(IntEnum):
    """What a script may rely on; said at the end of `lienlac --help`."""

    DONE = 0
    REFUSED = 1
    USAGE = 2
    NOT_ALLOWED = 3
    UNREACHABLE = 4
    CHECK_FAILED = 5
    INTERNAL = 6
    INTERRUPTED = 130


UNREACHABLE = frozenset({"node-unreachable", "node-answered", "peer-unreachable", "peer-answered"})
"""Codes that say that nobody answered, or not as a node would."""
CHECKS = frozenset({"check-failed", "demo-failed"})


def make_app(named: Collection[str]) -> App:
    """The command line in the language that `words` speaks now.

    Only groups that are `named` hold their commands: to prepare all of them took longer than most commands take.
    """
    app = _group("lienlac", ROOT, prefix="", version=lienlac.__version__)
    for name, commands in GROUPS.items():
        app.command(_group(name, commands if name in named else {}, prefix=f"{name}."))
    app.help_epilogue = f"{say('language-option')}\n\n{say('exit-codes')}"
    return app


def _group(name: str, commands: Mapping[str, Callable[..., int | None]], *, prefix: str, version: str = "") -> App:
    listed, options = Group(say("commands"), sort_key=1), Group(say("parameters"), sort_key=2)
    app = App(
        name=name,
        help=command_help(name),
        help_format="plaintext",
        help_formatter=Bilingual(),
        version=version or lienlac.__version__,
        version_flags=("--version",) if version else (),
        help_flags=("--help", "-h"),
        group_commands=listed,
        group_parameters=options,
        group_arguments=Group(say("arguments"), sort_key=3),
        default_parameter=Parameter(show_choices=False, show_default=False, show_env_var=False, negative=()),
        result_action="return_value",
        suppress_keyboard_interrupt=False,
    )
    for flag, sentence in (("--help", "help"), ("--version", "version")):
        if flag in app:
            app[flag].help = say(sentence)
            app[flag].group = (app.group_commands,)
    for command, function in commands.items():
        own = translated(function, f"{prefix}{command}")
        app.command(own, name=command, help=command_help(f"{prefix}{command}"), help_flags=("--help", "-h"))
        app[command]["--help"].help = say("help")
    return app


def translated(function: Callable[..., int | None], command: str) -> Callable[..., int | None]:
    """A copy of a command's function whose parameters carry their help in the present language."""
    hints = get_type_hints(function, include_extras=True)
    names = function.__code__.co_varnames[: function.__code__.co_argcount + function.__code__.co_kwonlyargcount]
    for name in names:
        hints[name] = Annotated[hints[name], Parameter(help=parameter_help(command, name))]
    copy = types.FunctionType(
        function.__code__, function.__globals__, function.__name__, function.__defaults__, function.__closure__
    )
    copy.__kwdefaults__ = function.__kwdefaults__
    copy.__annotations__ = hints
    return copy


def run(argv: Sequence[str], environment: Mapping[str, str] | None = None) -> int:
    """Run one command line; returns the exit code and never raises."""
    chosen, words = take_language(list(argv), os.environ if environment is None else environment)
    words = [console.HYPHEN if word == "-" else word for word in words]
    speak(chosen)
    app = make_app(words)
    try:
        result = app(words or ["--help"], exit_on_error=False, print_error=False, console=console.out())
        return int(result) if isinstance(result, int) else Exit.DONE
    except CycloptsError as error:
        return _usage(error, words)
    except LienlacError as error:
        return _failed(error)
    except KeyboardInterrupt:
        console.complain(say("stopped"))
        return Exit.INTERRUPTED
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115  # the reader has gone; say nothing
        return Exit.DONE
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO}:
            return _unforeseen(error)
        reason = error.strerror or type(error).__name__
        return _failed(NotAllowed("file-unwritable", path=str(error.filename or say("standard-output")), reason=reason))
    except Exception as error:  # noqa: BLE001  # the last net: a sentence for the person, the trace into a file
        return _unforeseen(error)


def exit_code(error: LienlacError) -> Exit:
    """The exit code of an error."""
    if error.code in UNREACHABLE:
        return Exit.UNREACHABLE
    if error.code in CHECKS:
        return Exit.CHECK_FAILED
    if error.code == "internal-error":
        return Exit.INTERNAL
    return Exit.REFUSED if isinstance(error, Refused) else Exit.NOT_ALLOWED


def _failed(error: LienlacError) -> int:
    console.complain_about(error)
    return exit_code(error)


def _usage(error: CycloptsError, words: Sequence[str]) -> int:
    console.complain(_usage_sentence(error).replace(console.HYPHEN, "-"))
    chain = [word for word in error.command_chain or () if word != "lienlac"] or [
        word for word in words[:1] if word in GROUPS or word in ROOT
    ]
    console.complain(say("usage-hint", command=" ".join(["lienlac", *chain])))
    return Exit.USAGE


def _usage_sentence(error: CycloptsError) -> str:
    if isinstance(error, UnknownCommandError):
        return say("usage-unknown-command", what=(error.unused_tokens or [""])[0])
    if isinstance(error, UnknownOptionError):
        return say("usage-unknown-option", what=error.token.keyword or error.token.value)
    if isinstance(error, MissingArgumentError) and error.argument is not None:
        return say("usage-missing", what=error.argument.name)
    if isinstance(error, CoercionError) and error.argument is not None:
        return say("usage-value", what=error.argument.name, value=error.token.value if error.token else "")
    if isinstance(error, UnusedCliTokensError):
        return say("usage-too-many", what=" ".join(error.unused_tokens or []))
    if isinstance(error, ValidationError) and error.argument is not None:
        return say("usage-value", what=error.argument.name, value="")
    return say("usage-other")


def _unforeseen(error: Exception) -> int:
    with tempfile.NamedTemporaryFile("w", prefix="lienlac-", suffix=".trace", delete=False, encoding="utf-8") as file:
        traceback.print_exception(error, file=file)
    console.complain(say("internal", kind=type(error).__name__, path=file.name))
    return Exit.INTERNAL


@functools.cache
def every_command() -> dict[str, Callable[..., int | None]]:
    """Every command by its full name ("peer invite"), for the reference and its test."""
    found: dict[str, Callable[..., int | None]] = dict(ROOT)
    for group, commands in GROUPS.items():
        found |= {f"{group} {name}": function for name, function in commands.items()}
    return found


def reference(language: Any) -> str:
    """Every command with its parameters, as Markdown, in a language."""
    speak(language)
    lines = []
    for name, function in every_command().items():
        dotted = name.replace(" ", ".")
        lines += [f"### `lienlac {name}`", "", command_help(dotted), ""]
        code = function.__code__
        positional = code.co_varnames[: code.co_argcount]
        for parameter in code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]:
            shown = parameter.upper() if parameter in positional else f"--{parameter.rstrip('_').replace('_', '-')}"
            lines.append(f"- `{shown}`: {parameter_help(dotted, parameter)}")
        lines.append("")
    lines += [say("language-option"), "", say("exit-codes"), ""]
    return "\n".join(lines)


__all__ = ["Exit", "every_command", "exit_code", "make_app", "reference", "run"]
