"""Commands about emergencies."""
