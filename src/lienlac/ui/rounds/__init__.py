"""Rounds: what many open pages need at the same time is made in one go, once for all to whom the same is shown."""
