"""Timelines of other tools, in and out."""
