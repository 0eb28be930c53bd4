"""The tables of flash warnings: facts, which are the truth; a line for each warning; a row for each version."""
