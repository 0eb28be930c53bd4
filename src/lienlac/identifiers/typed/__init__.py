"""Identifiers whose type is known: the one form of each."""
