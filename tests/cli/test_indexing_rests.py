"""How long the reading into the indexes rests: as long as objects keep coming, and no longer."""

from __future__ import annotations

import asyncio

import pytest

from lienlac.cli.serving import trust


def rest(*, coming: bool, seconds: float) -> bool:
    async def play() -> bool:
        stirred = asyncio.Event()

        async def come() -> None:
            while True:
                stirred.set()
                await asyncio.sleep(0)

        flood = asyncio.create_task(come()) if coming else None
        still = await trust._still_stirred(stirred, seconds)
        if flood is not None:
            flood.cancel()
        return still

    return asyncio.run(play())


def test_a_flood_is_waited_for_to_the_end_of_the_rest() -> None:
    assert rest(coming=True, seconds=0.05)


def test_a_pause_ends_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trust, "PAUSE_S", 0.001)
    assert not rest(coming=False, seconds=3_600)
