"""A hot case: when somebody reports next."""
