"""What waits for a hand, brought to open pages at once: made for all of them together, not by each for itself."""
