"""Rules know no I/O, no clock, no chance, no environment: whether a file may is read from its name.

A file that does not carry one of the reserved names and does not live in one of the rooms below may import only the
harmless part of the standard library, a few libraries that compute, and other pure files.
"""

from __future__ import annotations

import ast

from tests.architecture.house import Module, inside, listed, modules
from tests.architecture.test_floors import FLOORS, SLICES

RESERVED = frozenset({"store", "arrivals", "desk", "watch", "pages", "api", "endpoint", "courier", "taxii"})
"""File or folder names that may do I/O in any room."""

ROOMS_WITH_DOORS = {
    "storage": "is the database",
    "keys": "draws chance inside the primitives, reads and writes key files",
    "assembly": "builds a node from what the machine has",
    "installation": "makes and reads the files of a node's folder",
    "server": "listens",
    "cli": "talks to a person",
    "client": "talks to a node",
    "demo": "starts processes",
    "__main__": "is started by the system",
    "settings": "reads files and the environment",
    "journal": "writes down what happened",
    "ui": "is where the browser is met; slices keep their rules out of it",
    "clock": "is the only door to the time of day",
    "ids": "is the only door to chance",
}
"""Rooms that may do I/O as a whole, each with its reason."""

FILES_WITH_DOORS = {
    "src/lienlac/documents/worker.py": "is a process of its own: reads its template, then shuts itself in",
    "src/lienlac/intelligence/intake/opening/worker.py": "is a process of its own: reads one file, then is no more",
    "src/lienlac/documents/packing.py": "packs in memory with `zipfile`, which could also open files",
    "src/lienlac/exchange/arrival.py": "the numbered list ends in one transaction",
    "src/lienlac/exchange/departure.py": "writes into the caller's transaction",
    "src/lienlac/exchange/settlement.py": "stores a receipt with what it settles",
    "src/lienlac/exchange/handling.py": "calls handlers behind a savepoint",
    "src/lienlac/exchange/recovery/carried.py": "packs and takes what is stored of a link by courier file",
    "src/lienlac/exchange/recovery/comparing.py": "compares what both sides have stored",
    "src/lienlac/exchange/recovery/memory.py": "holds what a peer witnessed against our log",
    "src/lienlac/exchange/recovery/replaying.py": "puts back into the record what was lost",
    "src/lienlac/exchange/recovery/stating.py": "says what is stored of a link",
    "src/lienlac/exchange/recovery/whole.py": "puts the parts of recovery together",
    "src/lienlac/exchange/verified.py": "looks up the sender's keys as they were at that time",
    "src/lienlac/exchange/link/rotation.py": "takes a peer's new keys over before what they signed",
    "src/lienlac/exchange/log/proving.py": "collects what proves one message",
    "src/lienlac/exchange/log/verifying.py": "walks the whole stored log",
    "src/lienlac/exchange/caller.py": "asks which peer's certificate a caller showed",
    "src/lienlac/exchange/attachments/dial.py": "calls the peer for files",
    "src/lienlac/exchange/attachments/receiving.py": "stores a peer's chunks with what is known of them",
    "src/lienlac/exchange/attachments/shelf.py": "holds the store of files and its threads for its siblings",
    "src/lienlac/exchange/transport/clients.py": "opens the connections of the courier",
    "src/lienlac/exchange/office.py": "holds the database, the keys and the clock for its siblings",
    "src/lienlac/exchange/post_office.py": "puts the parts of the exchange together",
    "src/lienlac/exchange/transport/courier_chunks.py": "packs chunks of files from the disk and stores those that come",
    "src/lienlac/exchange/transport/courier_file.py": "packs from and unpacks into the database",
    "src/lienlac/exchange/transport/dial.py": "calls the peer",
    "src/lienlac/people/accounts.py": "an officer acts on accounts",
    "src/lienlac/people/passwords.py": "hashing takes a thread's time and memory, so it is counted",
    "src/lienlac/people/sessions.py": "opens and ends stored sessions",
    "src/lienlac/people/tokens.py": "issues and looks up stored tokens",
}
"""Single files below the slices that may do I/O although their name does not say so, each with its reason: a ratchet."""

HARMLESS = frozenset(
    """
    __future__ abc array base64 binascii bisect calendar codecs collections contextlib copy csv dataclasses datetime
    decimal difflib email.utils enum fractions functools gettext graphlib hashlib heapq hmac html importlib.resources importlib.util inspect io
    ipaddress itertools json keyword logging math numbers operator queue re statistics string struct textwrap tomllib types typing unicodedata
    urllib.parse weakref xml.parsers zlib zoneinfo
    """.split()
)
COMPUTING = frozenset(
    {
        "icalendar",
        "msgspec",
        "orjson",
        "phonenumbers",
        "stdnum",
        "segno",
        "babel",
        "jinja2",
        "markupsafe",
        "pyotp",
        "webauthn",
        "jwt",
        "rapidfuzz",
        "Crypto",
        "tldextract",
        "jsonschema_rs",
        "stix2patterns",
        "antlr4",
        "misp_stix_converter",
    }
)
"""Libraries without I/O that pure files may use."""

FORBIDDEN_CALLS = frozenset(
    """
    open input print exec eval compile __import__ breakpoint
    datetime.now datetime.utcnow datetime.today date.today datetime.datetime.now datetime.date.today
    io.open io.FileIO
    """.split()
)


def may_touch_the_world(module: Module) -> bool:
    """Whether the name of the file, its folder or its room says so; a room's `__init__` may name whom it exports."""
    parts = module.name.split(".")
    gathers = module.path.name == "__init__.py" and parts[0] in FLOORS[SLICES] and len(parts) == 1
    return gathers or bool(RESERVED & set(parts)) or parts[0] in ROOMS_WITH_DOORS or module.place in FILES_WITH_DOORS


def pure_modules() -> list[Module]:
    """Every file that is held to purity."""
    return [module for module in modules() if not may_touch_the_world(module)]


def test_pure_files_import_only_what_is_harmless() -> None:
    guilty = [
        f"{module.place}:{imported.line} imports {imported.name}"
        for module in pure_modules()
        for imported in module.imports
        if not imported.deferred and inside(imported.name) is None and not _harmless(imported.name)
    ]
    assert not guilty, listed(guilty)


def test_pure_files_import_only_pure_files() -> None:
    """Purity that leans on a file with a door is none. Clock, ids and keys may be named: they are handed in as values."""
    worldly = {module.name for module in modules() if may_touch_the_world(module)}
    handed_in = {"clock", "ids"}
    guilty = [
        f"{module.place}:{imported.line} imports {target}"
        for module in pure_modules()
        for imported in module.imports
        if not imported.deferred
        and (target := inside(imported.name)) in worldly
        and target not in handed_in
        and not target.startswith("keys")
    ]
    assert not guilty, listed(guilty)


def test_pure_files_do_not_ask_the_world() -> None:
    """No clock, no file, no print, however it is reached."""
    guilty = [
        f"{module.place}:{node.lineno} calls {called}"
        for module in pure_modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and (called := ast.unparse(node.func)) in FORBIDDEN_CALLS
    ]
    assert not guilty, listed(guilty)


def test_nobody_reads_the_time_past_the_clock() -> None:
    """Also files with doors ask the clock they were given: otherwise a simulated world is a lie."""
    asking = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns"}
    guilty = [
        f"{module.place}:{node.lineno} calls {called}"
        for module in modules()
        if module.name != "clock"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and (called := ast.unparse(node.func)) in asking
    ]
    assert not guilty, listed(guilty)


def test_exceptions_are_still_needed() -> None:
    """A file that was cured, moved or renamed leaves the list."""
    by_place = {module.place: module for module in modules()}
    idle = [place for place in FILES_WITH_DOORS if place not in by_place or not _touches(by_place[place])]
    assert not idle, listed(idle)


def _touches(module: Module) -> bool:
    """Whether a file really does what only files with doors may do."""
    worldly = {other.name for other in modules() if may_touch_the_world(other)}
    return any(
        not imported.deferred
        and (inside(imported.name) in worldly or (inside(imported.name) is None and not _harmless(imported.name)))
        for imported in module.imports
    )


def _harmless(name: str) -> bool:
    return name in HARMLESS or name.partition(".")[0] in COMPUTING | (HARMLESS - {"importlib", "urllib"})
