"""Two ends in agreement about letters with files, on either database."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lienlac.wire.bodies.agreement import KindTerms
from tests.exchange.attachments.scene import LETTER, FileEnd
from tests.exchange.scene import US, VN, agree, pair
from tests.world.fakes import HandClock


@dataclass
class Desks:
    """Both ends and their clock."""

    us: FileEnd
    vn: FileEnd
    clock: HandClock


def make_desks(new_database: Any, tmp_path: Path, **vn_options: Any) -> Desks:
    clock = HandClock()
    us = FileEnd(US, new_database(), clock, tmp_path)
    vn = FileEnd(VN, new_database(), clock, tmp_path, **vn_options)
    agree(us, vn, pair(us, vn), kinds=(KindTerms(kind=LETTER.name),))
    return Desks(us, vn, clock)


@pytest.fixture
def both_databases(new_database, tmp_path) -> Desks:
    """Once on SQLite and once on PostgreSQL."""
    return make_desks(new_database, tmp_path)


@pytest.fixture
def desks(new_sqlite_database, tmp_path) -> Desks:
    return make_desks(new_sqlite_database, tmp_path)
