"""What is decided without the world: how a collection is walked, what may leave, when the next turn is."""
