"""Where the demo's two databases are: files in the folders, or two fresh databases of a PostgreSQL server.

The server is the caller's (LIENLAC_DEMO_POSTGRESQL, an address whose user may create databases); both databases are
dropped afterwards.
"""

from __future__ import annotations

import os
import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING

from lienlac.errors import NotAllowed

if TYPE_CHECKING:
    from collections.abc import Iterator

SERVER = "LIENLAC_DEMO_POSTGRESQL"


@contextmanager
def databases(product: str) -> Iterator[tuple[str, str]]:
    """The addresses for both nodes; empty for SQLite. Raises `NotAllowed("postgresql-missing")`."""
    if product == "sqlite":
        yield "", ""
        return
    address = os.environ.get(SERVER, "")
    if not address.startswith("postgresql+psycopg://"):
        raise NotAllowed("postgresql-missing", variable=SERVER)
    import sqlalchemy as sa

    url = sa.make_url(address)
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    names = tuple(f"lienlac_demo_{side}_{secrets.token_hex(4)}" for side in ("vn", "us"))
    try:
        with engine.connect() as connection:
            for name in names:
                connection.execute(sa.text(f'CREATE DATABASE "{name}"'))
        try:
            vn, us = (url.set(database=name).render_as_string(hide_password=False) for name in names)
            yield vn, us
        finally:
            with engine.connect() as connection:
                for name in names:
                    connection.execute(sa.text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
    except sa.exc.OperationalError as error:
        raise NotAllowed("postgresql-missing", variable=SERVER) from error
    finally:
        engine.dispose()
