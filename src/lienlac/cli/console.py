"""What every command needs: printing, asking, reading and writing files with bounds, opening the node as "console".

Results go to standard output, everything else to standard error. Text that came from outside is shown without control
characters, so that no paper and no peer can paint on an officer's terminal.
"""

from __future__ import annotations

import getpass
import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lienlac import limits
from lienlac.cli.words import language, say
from lienlac.errors import LienlacError, NotAllowed, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Future
    from datetime import datetime
    from io import BufferedRandom

    from rich.console import Console

    from lienlac.assembly import Node
    from lienlac.keys.suite import NodeKeys
    from lienlac.people.officer import Officer
    from lienlac.people.rights import Action, Scope
    from lienlac.settings import Settings

STANDARD = Path("-")
HYPHEN = "\0-"
"""What `app` puts where somebody wrote a lone hyphen, which the library takes for an option; no shell can write it."""
PRIVATE = 0o600
_WIDE = 160
"""Columns where nobody looks (a pipe, a file): tables must not be cut."""


# --- saying -------------------------------------------------------------------------------------------------------


def out() -> Console:
    """Where results go."""
    from rich.console import Console

    return Console(highlight=False, markup=False, emoji=False, width=None if sys.stdout.isatty() else _WIDE)


def err() -> Console:
    """Where everything else goes."""
    from rich.console import Console

    return Console(
        stderr=True, highlight=False, markup=False, emoji=False, width=None if sys.stderr.isatty() else _WIDE
    )


def plain(text: object) -> str:
    """Text without anything that a terminal would obey."""
    return "".join(letter if letter.isprintable() or letter == "\n" else "·" for letter in str(text))


def tell(text: object = "", style: str | None = None) -> None:
    """One line of a result."""
    out().print(plain(text), style=style, soft_wrap=True)


def note(text: object) -> None:
    """A remark that is no part of the result."""
    err().print(plain(text), soft_wrap=True)


def complain(text: object) -> None:
    """What went wrong."""
    err().print(plain(text), style="red", soft_wrap=True)


def complain_about(error: LienlacError) -> None:
    """An error's sentence with its code, and every mistake of a form with its field."""
    where = f" [{error.field}]" if error.field else ""
    complain(f"{error.sentence(language())} ({error.code}){where}")
    for problem in getattr(error, "problems", ()):
        complain(f"  {problem.field}: {problem.vi if language() == 'vi' else problem.en} ({problem.code})")


def tell_json(value: object) -> None:
    """A result for programs, which people read as well: what a terminal would obey is written as JSON's escapes."""
    import msgspec

    text = msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
    sys.stdout.write("".join(letter if letter.isprintable() or letter == "\n" else _escaped(letter) for letter in text))
    sys.stdout.write("\n")
    sys.stdout.flush()


def _escaped(letter: str) -> str:
    """One letter of a JSON text by its number, beyond the first plane as the two halves that JSON asks for."""
    data = letter.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{data[place]:02x}{data[place + 1]:02x}" for place in range(0, len(data), 2))


def table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table; columns are names of sentences."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    made = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        made.add_column(say(column), overflow="fold")
    for row in rows:
        made.add_row(*(Text(plain("" if cell is None else cell)) for cell in row))
    out().print(made)


def when(instant: datetime | None) -> str:
    """An instant as people here write it, in the machine's zone; "never" for None."""
    if instant is None:
        return say("never")
    local = instant.astimezone()
    return local.strftime("%d/%m/%Y %H:%M:%S %Z" if language() == "vi" else "%Y-%m-%d %H:%M:%S %Z")


@contextmanager
def progress(title: str) -> Iterator[Callable[[int, int | None], None]]:
    """A bar on standard error while something long runs; called with done and total (None: unknown)."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err(), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(plain(title), total=None)

        def move(done: int, total: int | None) -> None:
            bar.update(task, completed=done, total=total)

        yield move


# --- files --------------------------------------------------------------------------------------------------------


def is_standard(path: Path) -> bool:
    """Whether standard input or output is meant."""
    return path in (STANDARD, Path(HYPHEN))


def read_file(path: Path, most_bytes: int) -> bytes:
    """A file, or standard input for `STANDARD`, never more than the bound.

    Raises `NotAllowed("file-unreadable")`, `Refused("too-large")`.
    """
    try:
        if is_standard(path):
            data = sys.stdin.buffer.read(most_bytes + 1)
        else:
            with path.open("rb") as file:
                data = file.read(most_bytes + 1)
    except OSError as error:
        raise NotAllowed("file-unreadable", path=str(path), reason=error.strerror or type(error).__name__) from error
    if len(data) > most_bytes:
        size = len(data) if is_standard(path) else path.stat().st_size
        raise Refused("too-large", size_bytes=size, limit_bytes=most_bytes)
    return data


def sentence_of(en: str, vi: str) -> str:
    """Of the same sentence in both languages the one that is spoken now."""
    return vi if language() == "vi" else en


def stream_file(path: Path, pieces: Iterator[bytes]) -> None:
    """As `write_file`, for what is too large to be held; a terminal is shown nothing that it would obey.

    A file that could not be finished is removed. Raises `NotAllowed("file-exists" | "file-unwritable")`.
    """
    if is_standard(path):
        for piece in pieces:
            shown = plain(piece.decode("utf-8", "replace")).encode() if sys.stdout.isatty() else piece
            sys.stdout.buffer.write(shown)
        sys.stdout.flush()
        return
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, PRIVATE)
        with os.fdopen(handle, "wb") as file:
            try:
                file.writelines(pieces)
            except BaseException:
                path.unlink(missing_ok=True)
                raise
    except FileExistsError as error:
        raise NotAllowed("file-exists", path=str(path)) from error
    except OSError as error:
        raise NotAllowed("file-unwritable", path=str(path), reason=error.strerror or "") from error


def write_file(path: Path, data: bytes, *, mode: int = 0o644, quiet: bool = False) -> None:
    """A new file, or standard output for `STANDARD`. Raises `NotAllowed("file-exists" | "file-unwritable")`."""
    if is_standard(path):
        sys.stdout.buffer.write(data if data.endswith(b"\n") else data + b"\n")
        sys.stdout.flush()
        return
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    except FileExistsError as error:
        raise NotAllowed("file-exists", path=str(path)) from error
    except OSError as error:
        raise NotAllowed("file-unwritable", path=str(path), reason=error.strerror or "") from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
    except OSError as error:
        path.unlink(missing_ok=True)  # half a proof proves nothing, and would be in the way of the next attempt
        raise NotAllowed("file-unwritable", path=str(path), reason=error.strerror or "") from error
    if not quiet:
        note(say("written", path=path))


def save_slowly(path: Path, fill: Callable[[BufferedRandom], None]) -> None:
    """A new file that may take several tries: it grows beside and takes its name only when it is whole.

    Raises `NotAllowed("file-unwritable")` and what `fill` raises; what has come stays for the next try.
    """
    beside = path.with_name(f"{path.name}.part")
    try:
        handle = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "r+b") as file:
            try:
                fill(file)
            except Refused:
                beside.unlink()  # not the file that was meant: nothing of it is kept
                raise
            file.flush()
            os.fsync(file.fileno())
        os.link(beside, path)
        beside.unlink()
    except FileExistsError as error:
        raise NotAllowed("file-exists", path=str(path)) from error
    except OSError as error:
        raise NotAllowed("file-unwritable", path=str(path), reason=error.strerror or "") from error


def read_json(path: Path) -> Any:
    """A JSON file of a form's size, read strictly. Raises as `read_file` and `strictjson.loads` do."""
    from lienlac import strictjson

    return strictjson.loads(read_file(path, limits.FORM_MAX_BYTES), max_bytes=limits.FORM_MAX_BYTES)


def ask(question: str) -> str:
    """A line from a person. Raises `NotAllowed("answer-missing")` where nobody can answer."""
    if not sys.stdin.isatty():
        raise NotAllowed("answer-missing")
    err().print(question, end="")
    try:
        return input().strip()
    except EOFError as error:
        raise NotAllowed("answer-missing") from error


# --- the node -----------------------------------------------------------------------------------------------------


def ask_passphrase(file: Path | None, *, fresh: bool = False) -> str:
    """The passphrase from a file, the environment, the service manager, or a person.

    Raises `NotAllowed("passphrase-file" | "passphrase-missing" | "passphrase-differs")`.
    """
    from lienlac.settings import passphrase_from

    found = passphrase_from(file)
    if found is not None:
        return found
    if not sys.stdin.isatty():
        raise NotAllowed("passphrase-missing")
    try:
        typed = getpass.getpass(say("new-passphrase" if fresh else "passphrase"))
        if fresh and getpass.getpass(say("repeat-passphrase")) != typed:
            raise NotAllowed("passphrase-differs")
    except EOFError as error:
        raise NotAllowed("passphrase-missing") from error
    return typed


def node_folder(folder: Path | None) -> Path:
    """The node's folder as named, or from the environment. Raises `NotAllowed("node-missing")`."""
    named = folder or (Path(os.environ["LIENLAC_NODE"]) if os.environ.get("LIENLAC_NODE") else None)
    if named is None:
        raise NotAllowed("node-missing")
    return named


def unlock(settings: Settings, passphrase: str) -> Future[NodeKeys]:
    """Begin to open the key file; the result is the keys, or raises as `keyfile.read` does.

    Stretching the passphrase takes about as long as loading the program: both at once. A rotation that a crash
    interrupted is ended first, unless a server or the rotation itself is running.
    """
    from concurrent.futures import ThreadPoolExecutor

    if any(settings.folder.glob("*.next")):
        _end_rotation(settings)

    from lienlac.keys import keyfile

    pool = ThreadPoolExecutor(1)
    begun = pool.submit(keyfile.read, settings.key_file, passphrase)
    pool.shutdown(wait=False)
    return begun


def _end_rotation(settings: Settings) -> None:
    from lienlac import installation
    from lienlac.cli.serving.lock import only_one

    try:
        with only_one(settings):
            installation.finish_rotation(settings)
    except NotAllowed as error:
        if error.code != "node-running":
            raise


@contextmanager
def opened(folder: Path | None, passphrase_file: Path | None, *needed: Action) -> Iterator[Node]:
    """The node in a folder, opened beside a server that may be running, and closed afterwards.

    The gate is asked here, for every action that the command is about to do: nobody gets a node without naming one.
    Raises `NotAllowed("not-allowed" | "not-found")`.
    """
    from lienlac import settings

    found = settings.load(node_folder(folder))
    keys = unlock(found, ask_passphrase(passphrase_file))
    from lienlac.assembly import open_node

    node = open_node(found, keys.result())
    try:
        admit(node, *needed)
        yield node
    finally:
        node.close()


def admit(node: Node, *needed: Action) -> None:
    """Ask the gate whether the console may do all this; nothing at all is nothing that it may do."""
    from lienlac.people.rights import require

    if not needed:
        raise NotAllowed("not-allowed")
    for action in needed:
        require(console_officer(node), action)


def scope(node: Node) -> Scope:
    """What the console may know of: it belongs to no unit, so what is restricted is hidden from it too."""
    from lienlac.people.rights import scope_of

    return scope_of(console_officer(node))


def console_officer(node: Node) -> Officer:
    """Who acts when a command does: whoever can read the folder and knows the passphrase runs this node.

    The journal names it "console".
    """
    from lienlac.people.officer import Officer, Role

    return Officer(
        id="console",
        login="console",
        name="Console",
        unit=node.settings.name_en,
        roles=frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR}),
    )
