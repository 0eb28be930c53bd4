"""Where an officer starts: what waits for them, put together from what each slice says of itself."""
