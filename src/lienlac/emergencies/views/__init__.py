"""What is read from a channel: its timeline, who is on, what was promised, and the words that find it."""
