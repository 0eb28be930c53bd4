"""Failures are counted before they are known, so that many attempts at once gain nothing."""
