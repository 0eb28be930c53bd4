"""Alembic runs this file by path; the connection, already inside a transaction, comes from `migrations`."""

from __future__ import annotations

from alembic import context

from lienlac.storage.migrations import wanted
from lienlac.storage.schema import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    include_object=wanted,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
