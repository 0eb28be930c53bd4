"""What messages of a channel must hold, and the clocks they take along."""
