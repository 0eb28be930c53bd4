"""No thread meets a type of which another one is still working out how it is read: that ends the process."""

from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys

import msgspec

import lienlac
from lienlac import structs
from lienlac.client import Client
from tests.architecture.house import PROJECT

COMMANDS = (".__main__", ".worker")
"""Modules that act when they are loaded."""
MEETING = """
import sys, threading
import msgspec
from lienlac import structs

sys.setswitchinterval(1e-6)
BODY = b'{"f0": {"a0": 1}, "f5": {"a7": 2}, "f3": {"a1": 3}}'


def read(kind, start, said):
    start.wait()
    said.append(msgspec.json.decode(BODY, type=kind).f5.a7)


for number in range(60):
    fields = [(f"a{place}", "int | None", None) for place in range(8)]
    inner = [msgspec.defstruct(f"Inner{number}{place}", fields) for place in range(6)]
    outer = msgspec.defstruct(f"Outer{number}", [(f"f{place}", one | None, None) for place, one in enumerate(inner)])
    if sys.argv[1] == "ready":
        structs.make_ready()
    start, said = threading.Barrier(6), []
    threads = [threading.Thread(target=read, args=(outer, start, said)) for _ in range(6)]
    [one.start() for one in threads]
    [one.join() for one in threads]
    assert said == [2] * 6
"""


def meeting(how: str) -> int:
    command = [sys.executable, "-c", MEETING, how]
    done = subprocess.run(command, env={"PYTHONPATH": str(PROJECT / "src")}, check=False, capture_output=True)
    return done.returncode


def test_threads_that_meet_at_a_type_made_ready_all_read_it():
    assert meeting("ready") == 0


def test_msgspec_still_needs_it():
    """When this fails, msgspec has mended its part, and `structs` can go."""
    assert any(meeting("as it comes") < 0 for _ in range(20))


def test_every_type_of_the_program_can_be_made_ready():
    for module in pkgutil.walk_packages(lienlac.__path__, "lienlac."):
        if not module.name.endswith(COMMANDS) and ".migrations." not in module.name:
            importlib.import_module(module.name)
    structs.make_ready()
    for one in set(structs._below(msgspec.Struct)):
        assert msgspec.json.Decoder(one).type is one


def test_a_client_has_them_ready(monkeypatch):
    asked = []
    monkeypatch.setattr(structs, "make_ready", lambda: asked.append(True))
    Client("http://127.0.0.1:1", "lienlac_" + "A" * 43).close()
    assert asked == [True]
