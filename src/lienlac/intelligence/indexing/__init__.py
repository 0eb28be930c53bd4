"""What is made of objects so that they are found: soon after they were stored, never while somebody waits for it."""
