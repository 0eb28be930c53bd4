"""A process that stores an object, says so once it is durable, and would read it into the index if it were let live."""

from __future__ import annotations

import os
import sys
import time

from lienlac.storage.database import Database
from tests.intelligence.scene import FEED, indicator
from tests.intelligence.test_intake import Place


def main(url: str) -> None:
    place = Place(Database.open(url))
    analyst = place.cast["giang"]
    raws = [indicator(number, name=f"Trang giả {number}") for number in range(1, 41)]
    place.intelligence.bring(analyst, place.collection.id, raws, source=FEED)
    os.write(1, f"{place.collection.id}\n".encode())
    while True:
        time.sleep(60)


if __name__ == "__main__":
    main(*sys.argv[1:])
