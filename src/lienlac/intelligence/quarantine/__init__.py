"""What is held, and what officers do about it."""
