"""Papers about a case."""
