"""What is shown and told of intelligence. Pure."""
