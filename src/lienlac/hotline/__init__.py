"""The hotline: one duty desk asks the other to freeze a payment or to preserve data, with clocks on both sides."""

from __future__ import annotations

from lienlac.hotline.desk import Hotline

__all__ = ["Hotline"]
