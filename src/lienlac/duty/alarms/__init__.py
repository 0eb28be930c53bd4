"""Alarms: a warning about a request, who was told of it one after the other, and who took it."""
