"""A lesson run as a checklist, perhaps inside a case, and what comes back of it."""
