"""What records say to the index of identifiers."""
