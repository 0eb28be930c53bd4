"""Facts on their way to members."""
