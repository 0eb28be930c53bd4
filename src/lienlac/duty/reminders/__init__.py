"""Reminders: what waits for people here is told to them once, as notices."""
