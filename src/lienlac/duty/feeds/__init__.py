"""Telling those who look after a feed that it stands still, and that it works again."""
