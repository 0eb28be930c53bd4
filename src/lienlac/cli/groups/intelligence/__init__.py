"""Commands about intelligence."""
