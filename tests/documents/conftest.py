"""One press for all tests of documents."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lienlac.documents.desk import Press
from lienlac.hotline.pages.spoken import Spoken


@pytest.fixture(scope="session")
def press() -> Iterator[Press]:
    made = Press(Spoken().both)
    yield made
    made.close()
