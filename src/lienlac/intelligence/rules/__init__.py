"""What is decided without the world: which object is new, which is known, which waits."""
