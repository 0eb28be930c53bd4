"""The threat picture: what changes over time, in what the asking officer may know of."""
