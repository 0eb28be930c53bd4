"""What time does to a warning: when a desk is told, and how quickly warnings are read."""
