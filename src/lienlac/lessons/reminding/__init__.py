"""What people are reminded of in lessons."""
