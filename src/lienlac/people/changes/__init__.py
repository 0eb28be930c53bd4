"""What was done to accounts that see case content: told to every supervisor, so that no administrator does it alone."""
