"""Every route of the interface for programs says what it takes and gives, and the typed client has a method for it.

The routes are read from a real application, the client from its source: each of its methods names the method, the path
and the type of the answer in one place.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from lienlac.client.cooperation.records import Subject
from lienlac.emergencies.lifecycle import Step as EmergencyStep
from lienlac.hotline.lifecycle import Step
from lienlac.ui.interface import document
from lienlac.ui.interface.speech import Schema
from tests.architecture.house import SOURCE, listed
from tests.security.house import House, make_template

NOT_IN_THE_CLIENT: dict[str, str] = {}
"""Routes without a method, each with its reason; a route of a slice that is new gets one with it."""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    house = House(make_template(tmp_path_factory.mktemp("template")), tmp_path_factory.mktemp("house"))
    yield house.app
    house.shut()


def test_every_route_of_the_interface_says_what_it_takes_and_gives(app: Any) -> None:
    silent = [f"{call.method} {call.path}" for call in document.calls(app) if call.speech is None]
    assert not silent, f"put speaks(…) beside needs(…) in `opt` (lienlac.ui.interface.speech): {listed(silent)}"


def test_every_tag_is_known_and_every_call_has_its_own_name(app: Any) -> None:
    found = [call for call in document.calls(app) if call.speech]
    unknown = sorted({call.speech.tag for call in found if call.speech} - set(document.TAGS))
    assert not unknown, f"add to document.TAGS: {unknown}"
    names = [call.operation_id for call in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    assert not twice, f"two handlers of the interface bear one name: {twice}"


def test_what_changes_something_takes_a_declared_body_and_refuses_other_fields(app: Any) -> None:
    """A route without a body declares `Empty`, or takes nothing because it is a deletion or a file."""
    loose = []
    for call in document.calls(app):
        speech = call.speech
        if speech is None or call.method in {"GET", "DELETE"} or speech.carries == "in":
            continue
        if speech.takes is None:
            loose.append(f"{call.method} {call.path} takes no declared body")
        elif not isinstance(speech.takes, Schema) and not speech.takes.__struct_config__.forbid_unknown_fields:
            loose.append(f"{call.method} {call.path} takes fields that nobody named: derive it from parts.Given")
    assert not loose, listed(loose)


def test_every_body_has_an_example(app: Any) -> None:
    without = [
        f"{call.method} {call.path}"
        for call in document.calls(app)
        if call.speech and call.speech.takes is not None and not call.speech.examples
    ]
    assert not without, listed(without)


def test_the_document_refers_to_nothing_that_it_does_not_hold(app: Any) -> None:
    made = document.make(app, "http://node.test")
    text = msgspec.json.encode(made).decode()
    for reference in sorted(
        set(re.findall(r'"(?:\$ref|propertyName)?[^"]*#/components/(schemas|responses)/(\w+)"', text))
    ):
        kind, name = reference
        assert name in made["components"][kind], f"{kind}/{name}"


STEPS = {
    "/api/requests/{name}/{step}": tuple(Step),
    "/api/emergencies/{name}/{step}": tuple(EmergencyStep),
    "/api/warnings/{warning}/{step}": ("acknowledge", "withdraw", "feedback"),
    "/api/emergencies/{name}/{act}": ("restrict", "allow", "take-back", "lift"),
    "/api/intelligence/collections/{collection_id}/{act}": ("restrict", "allow", "take-back", "lift"),
    "/api/intelligence/feeds/{feed_id}/{act}": ("run", "pause", "go-on", "end"),
    "/api/approvals/{release_id}/{step}": ("return", "review", "take-back"),
}
"""Calls that the client makes with the step's name in the path."""
SUBJECTS = get_args(Subject)
"""Shared records: one call for every subject."""


def client_calls() -> dict[tuple[str, str], str]:
    """Method and path of every call that the client makes, and the type that it expects."""
    found: dict[tuple[str, str], str] = {}
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in sorted((SOURCE / "client").rglob("*.py"))]
    for node in (node for tree in trees for node in ast.walk(tree)):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        texts = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        path = next((text for text in texts if text.startswith("/api/")), None)
        if path is None:
            continue
        if called in {"_get", "_post", "_leaving", "_bring", "_stream_in"}:
            found["GET" if called == "_get" else "POST", path] = ast.unparse(node.args[0])
        elif called in {"_call", "_fetch", "_pieces"}:
            found[texts[0], path] = ""
        elif called == "post":
            found["POST", path] = "Upload"
        elif called == "filled":
            found["GET", path] = ""
    for method, path in [key for key in found if "{subject}" in key[1]]:
        gives = found.pop((method, path))
        found |= {(method, path.replace("{subject}", subject)): gives for subject in SUBJECTS}
    for place, steps in STEPS.items():
        for step in steps:
            found["POST", place.replace("{step}", step).replace("{act}", step)] = found["POST", place]
    return found


def test_every_route_has_its_method_in_the_typed_client(app: Any) -> None:
    known = client_calls()
    missing, other = [], []
    for call in document.calls(app):
        key = call.method, call.shown_path
        if f"{call.method} {call.path}" in NOT_IN_THE_CLIENT:
            assert key not in known, f"{key}: no exception any more"
            continue
        if key not in known:
            missing.append(" ".join(key))
        elif known[key] and call.speech and known[key] != getattr(call.speech.gives, "__name__", ""):
            other.append(f"{' '.join(key)}: the client reads {known[key]}")
    assert not missing, f"lienlac.client has no method for: {listed(missing)}"
    assert not other, listed(other)


def test_the_page_about_the_interface_names_every_route(app: Any) -> None:
    """The reference is made from the same declarations."""
    page = (Path(__file__).resolve().parents[2] / "docs" / "reference" / "interface.md").read_text(encoding="utf-8")
    missing = [
        f"{call.method} {call.shown_path}"
        for call in document.calls(app)
        if f"`{call.method} {call.shown_path}`" not in page
    ]
    assert not missing, f"run ./dev docs: {listed(missing)}"
