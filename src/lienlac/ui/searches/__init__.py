"""Searches that can be gone back to."""
