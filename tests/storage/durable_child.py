"""A process that writes from several threads and says so on standard output once each write is durable."""

from __future__ import annotations

import os
import sys
import threading

from sqlalchemy import Column, String, Table, insert

from lienlac.storage import ledger
from lienlac.storage.database import Database
from lienlac.storage.schema import metadata

pairs = Table(
    "test_pairs",
    metadata,
    Column("word", String(50), primary_key=True),
    Column("side", String(5), primary_key=True),
    info={"test": True},
)


def main(url: str, prefix: str) -> None:
    database = Database.open(url)

    def run(name: int) -> None:
        for i in range(100_000):
            word = f"{prefix}-{name}-{i}"

            def work(connection, i=i, word=word):
                connection.execute(insert(pairs), {"word": word, "side": "left"})
                ledger.append(connection, [(b"\x01" + word.encode().ljust(32, b"."), word)])
                if i % 7 == 3:
                    raise ZeroDivisionError
                connection.execute(insert(pairs), {"word": word, "side": "right"})

            try:
                database.write(work)
            except ZeroDivisionError:
                continue
            os.write(1, f"{word}\n".encode())

    for name in range(8):
        threading.Thread(target=run, args=(name,)).start()


if __name__ == "__main__":
    main(*sys.argv[1:])
