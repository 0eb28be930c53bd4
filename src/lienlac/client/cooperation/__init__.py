"""Calls about what several authorities share: records of any kind, and what only one kind of them has."""
