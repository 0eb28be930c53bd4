"""Entities of a case: which may be one, how they belong together."""
