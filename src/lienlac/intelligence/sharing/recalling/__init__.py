"""What is taken back from a partner, and by whose word."""
