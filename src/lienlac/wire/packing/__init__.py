"""Many things in one message, and how they come out of it again."""
