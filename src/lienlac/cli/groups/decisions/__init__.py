"""Commands of whoever decides about what others prepared."""
