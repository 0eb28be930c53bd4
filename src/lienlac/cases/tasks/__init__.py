"""Tasks of a case: in which order, and what waits for what."""
