"""Commands about identifiers."""
