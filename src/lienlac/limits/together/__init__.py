"""Bounds of what several authorities work on together. Read through `lienlac.limits`; nobody imports these files."""

from __future__ import annotations

from lienlac.limits.together.cases import *  # noqa: F403 - one place to read every bound from
from lienlac.limits.together.visits import *  # noqa: F403 - likewise
