"""Refusals that wait for a second officer: local, and gone once they are sent or taken back."""
