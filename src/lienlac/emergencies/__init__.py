"""Emergencies and hot cases: a channel between two duty desks, with one timeline, while something is under way."""
