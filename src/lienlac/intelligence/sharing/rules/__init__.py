"""Rules of sharing: what may leave and why not, what is ours, what a form says. Pure."""
