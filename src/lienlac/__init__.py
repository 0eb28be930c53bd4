"""Lienlac: two authorities, two nodes, one provable record."""

__version__ = "0.1.0"
