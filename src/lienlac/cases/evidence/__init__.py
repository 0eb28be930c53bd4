"""Exhibits: their files, and what is done with them."""
