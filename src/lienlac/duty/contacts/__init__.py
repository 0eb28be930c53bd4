"""How each officer is reached: channels, a telephone number for people, quiet hours."""
