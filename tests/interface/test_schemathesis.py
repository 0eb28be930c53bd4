"""Every route of the interface is played against its own description: a real node, generated calls, right ones and wrong.

No call may end in a fault of the node, no answer may say what its description does not, no wrong call may pass, and
none without a token. Bounded and always the same: the calls are drawn from a fixed seed.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, count, islice
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import FailureGroup
from schemathesis.core.parameters import ParameterLocation
from schemathesis.python import asgi
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.security.house import House, make_template

CALLS = 5
"""Generated right calls for each route, and as many wrong ones."""
EDGES = 20
"""Calls at the edges of its bounds."""
REFUSING = ["400", "401", "403", "404", "405", "406", "409", "413", "415", "422", "428", "429"]
"""How a wrong call may be refused; one that is wrong by its length alone may be too large before anybody reads it."""

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:starlette_testclient", "ignore::ResourceWarning")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made = House(make_template(tmp_path_factory.mktemp("template")), tmp_path_factory.mktemp("house"))
    yield made
    made.shut()


@pytest.fixture(scope="module")
def interface(house: House) -> Any:
    config = SchemathesisConfig.from_dict(
        {
            "generation": {"deterministic": True, "with-security-parameters": False},
            "checks": {"negative_data_rejection": {"expected-statuses": REFUSING}},
        }
    )
    return schemathesis.openapi.from_asgi("/api/openapi.json", house.app, config=config)


@pytest.fixture(scope="module")
def bearer(house: House) -> dict[str, str]:
    """A supervisor's: nobody may call more."""
    return house.program("binh").headers


@pytest.fixture(scope="module")
def known(house: House) -> list[str]:
    """Requests that there are, so that not every path ends in "not found"."""
    return [house.receive() for _ in range(3)]


def drawn(operation: Any, mode: GenerationMode) -> Iterator[Any]:
    """A few generated calls of one route, always the same ones."""
    found: list[Any] = []

    @seed(7)
    @settings(
        max_examples=CALLS, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode))
    def draw(case: Any) -> None:
        found.append(case)

    try:
        draw()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE, f"{operation.label}: no call is right"
    yield from found


def takes_any_request(case: Any) -> bool:
    """Whether another request may stand in the path without making a wrong call a right one."""
    part = case.meta.components.get(ParameterLocation.PATH) if case.meta else None
    return "name" in (case.path_parameters or {}) and (part is None or part.mode is GenerationMode.POSITIVE)


def at_the_edges(interface: Any, operation: Any) -> Iterator[Any]:
    """Calls at the edges of every bound of a route's fields, and just beyond them."""
    made = interface.iter_coverage_cases(
        operation, generation_modes=list(GenerationMode), generation_config=interface.config.generation
    )
    return islice(made, EDGES)


def test_every_route_keeps_to_its_description(
    interface: Any, house: House, bearer: dict[str, str], known: list[str]
) -> None:
    failed: dict[str, str] = {}
    numbers, called = count(), 0
    with asgi.get_client(house.app) as client:
        for found in interface.get_all_operations():
            operation = found.ok()
            cases = chain(
                at_the_edges(interface, operation),
                drawn(operation, GenerationMode.POSITIVE),
                drawn(operation, GenerationMode.NEGATIVE),
            )
            for case in cases:
                number = next(numbers)
                called += 1
                if number % 2 and takes_any_request(case):
                    case.path_parameters["name"] = known[number % len(known)]
                try:
                    # A form may be well shaped and still be refused: by check digits, the agreement, the request's state.
                    case.call_and_validate(session=client, headers=bearer, excluded_checks=[positive_data_acceptance])
                except FailureGroup as failure:
                    for one in failure.exceptions:
                        failed.setdefault(
                            f"{operation.label}: {one.title}", str(one)[:600] + case.as_curl_command()[:500]
                        )
    assert not failed, "\n\n".join(f"== {name}\n{said}" for name, said in failed.items())
    assert called > 500
