"""Telling people that something waits for a second officer, or was sent without one."""
