"""The slice's tables: collections, objects, sources, what is in quarantine, what became of a call."""
