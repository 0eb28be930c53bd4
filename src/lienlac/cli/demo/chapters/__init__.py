"""The demo's story after its first request, chapter by chapter: each plays one thing and says what must hold of it.

A chapter is a function `play(stage, tell)` that returns its checks: the name of a sentence, and what finds out whether
it holds. Chapters follow one another on the same two nodes; none relies on another's requests but those of
`Played`; the lesson is drawn from the hot case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lienlac.cli.demo.chapters import (
    campaign,
    disclosure,
    emergency,
    evidence,
    hot_case,
    intelligence,
    lesson,
    refusal,
    together,
    warning,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from lienlac.cli.demo.checks import Finding
    from lienlac.cli.demo.stage import Stage
    from lienlac.cli.demo.story import Played

    Chapter = Callable[[Stage, Callable[..., None], Played], tuple[Finding, ...]]

CHAPTERS: Final[tuple[Chapter, ...]] = (
    refusal.play,
    disclosure.play,
    evidence.play,
    emergency.play,
    warning.play,
    intelligence.play,
    campaign.play,
    hot_case.play,
    lesson.play,
    together.play,
)
"""In the order in which they are played."""
