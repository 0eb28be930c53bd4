"""Lessons in words: what their fields are called, what a second officer reads. Pure."""
