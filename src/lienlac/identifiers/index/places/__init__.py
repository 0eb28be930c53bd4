"""Where in a long thing an identifier is named."""
