"""Shared records for programs: the same desks as the screens'."""

from __future__ import annotations

from lienlac.ui.shared.api.acting import done, marks_of, opening_given, word_of
from lienlac.ui.shared.api.routes import routes

__all__ = ["done", "marks_of", "opening_given", "routes", "word_of"]
