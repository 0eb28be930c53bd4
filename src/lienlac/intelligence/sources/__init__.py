"""Who gave us something, what, and how much of it."""
