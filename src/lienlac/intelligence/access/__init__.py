"""Who may know of a collection."""
