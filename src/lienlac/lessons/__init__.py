"""Lessons: experience in investigating, sanitised, reviewed by two, run as a checklist, counted by use."""
