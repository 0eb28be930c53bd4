"""Durable storage: the database, its migrations, and the log. Knows nothing of any table's meaning."""
