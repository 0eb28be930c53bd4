"""Hand-over notes at a change of shift. They never leave the node."""
