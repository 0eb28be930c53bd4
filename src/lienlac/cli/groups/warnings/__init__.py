"""Commands about flash warnings."""
