"""Reading forms: every mistake in one pass."""
