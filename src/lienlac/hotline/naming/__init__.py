"""What requests say to the index of identifiers."""
