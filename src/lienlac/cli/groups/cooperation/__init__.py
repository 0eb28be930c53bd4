"""Commands of what several authorities do together."""
