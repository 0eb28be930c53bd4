"""Seed values for the clocks of a new agreement, each with its source.

A seed is a proposal for the two sides to change and sign; nothing in the node runs on it. Knows nothing of agreements.
"""

from __future__ import annotations

import functools

import msgspec

from lienlac.vocabulary.words import Word, read_data


class ClockSeed(Word, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One suggested clock: `seconds` for `step`, for one `urgency` or (None) for all, for some `kinds` or (empty) all.

    `working_days` is set where the source counts working days; `seconds` then holds as many plain days.
    `verified` False: the figure must be checked against its source before anybody signs it.
    """

    step: str
    seconds: int
    source: str
    verified: bool
    urgency: str | None = None
    kinds: tuple[str, ...] = ()
    working_days: int | None = None


@functools.cache
def all_seeds() -> tuple[ClockSeed, ...]:
    """Every seed, in the list's order."""
    return msgspec.convert(read_data("clocks")["clock"], tuple[ClockSeed, ...])


def seeds_for(kind: str) -> tuple[ClockSeed, ...]:
    """The seeds of one kind of request: a step with rows of the kind's own leaves out the general rows of that step."""
    own = tuple(seed for seed in all_seeds() if kind in seed.kinds)
    own_steps = {seed.step for seed in own}
    general = tuple(seed for seed in all_seeds() if not seed.kinds and seed.step not in own_steps)
    return general + own


def escalation_percent() -> tuple[int, ...]:
    """At which parts of a clock, in per cent, a request moves to the next person."""
    return tuple(read_data("clocks")["escalation_percent"])


def preservation_warning_days() -> tuple[int, ...]:
    """How many days before a preservation ends its holder is warned."""
    return tuple(read_data("clocks")["preservation_warning_days"])
