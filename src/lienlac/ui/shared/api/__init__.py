"""Shared records for programs: the same desks as the screens'."""

from __future__ import annotations

from lienlac.ui.shared.api.routes import routes

__all__ = ["routes"]
