"""Filters of the inbox that officers keep under a name."""
