"""The second pair of eyes on screens and for programs."""
