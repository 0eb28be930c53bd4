"""Our marks beside an object, set by an officer: stricter at once, less strict only with the right and a proof."""
