"""What people are reminded of in sharing."""
