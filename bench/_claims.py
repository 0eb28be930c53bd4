"""What every benchmark shares: measuring in turns, printing figures beside what was claimed, and the exit code.

The machine is never quiet, so things that are compared run in turns within one run and the best turn of each counts:
a disturbance makes a turn slower, never faster.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Claims:
    """The figures of one run and whether they hold."""

    def __init__(self, about: str | None, *, options: Callable[[argparse.ArgumentParser], None] | None = None) -> None:
        parser = argparse.ArgumentParser(description=(about or "").split("\n", maxsplit=1)[0])
        parser.add_argument("--quick", action="store_true", help="fewer of everything: a look, not a measurement")
        if options is not None:
            options(parser)
        self.options = parser.parse_args()
        self.quick: bool = self.options.quick
        self._missed = 0
        self.say("others at work on this machine (load average)", os.getloadavg()[0], f"on {os.cpu_count()} cores")

    def say(self, name: str, value: float, unit: str, note: str = "") -> None:
        """A figure that nothing was claimed about."""
        print(f"  {name:<58} {_short(value):>10} {unit}  {note}".rstrip(), flush=True)

    def at_least(self, name: str, value: float, unit: str, limit: float) -> None:
        """A figure that must reach the limit."""
        self._claim(name, value, unit, f"claimed >= {_short(limit)}", held=value >= limit)

    def at_most(self, name: str, value: float, unit: str, limit: float) -> None:
        """A figure that may not pass the limit."""
        self._claim(name, value, unit, f"claimed <= {_short(limit)}", held=value <= limit)

    def _claim(self, name: str, value: float, unit: str, claimed: str, *, held: bool) -> None:
        self._missed += not held
        self.say(name, value, unit, f"{claimed}: {'held' if held else 'MISSED'}")

    def close(self) -> None:
        """End the script: exit code 1 when something was missed."""
        sys.exit(1 if self._missed else 0)


def in_turns(things: Mapping[str, Callable[[], object]], *, rounds: int, times: int) -> dict[str, float]:
    """The best seconds for one call of each thing, over rounds in which each is called `times` times in its turn."""
    best = dict.fromkeys(things, float("inf"))
    for _ in range(rounds):
        for name, thing in things.items():
            gc.collect()
            started = time.perf_counter()
            for _ in range(times):
                thing()
            best[name] = min(best[name], (time.perf_counter() - started) / times)
    return best


def median(values: list[float]) -> float:
    """The middle one."""
    return sorted(values)[len(values) // 2]


def at_percent(values: list[float], percent: float) -> float:
    """The value that so many percent do not pass."""
    return sorted(values)[min(len(values) - 1, int(len(values) * percent / 100))]


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
