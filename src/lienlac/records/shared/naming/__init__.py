"""What shared records say to the index of identifiers, a moment after it was stated."""
