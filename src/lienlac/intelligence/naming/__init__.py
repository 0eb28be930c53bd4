"""What objects of intelligence say to the index of identifiers."""
