"""What is known of threats, as programs see it: flash warnings, methods and tricks."""
