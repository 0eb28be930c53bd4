"""Drills: test requests that nobody expects, marked as such everywhere and counted in no statistic."""
