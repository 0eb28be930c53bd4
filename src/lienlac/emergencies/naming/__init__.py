"""What channels say to the index of identifiers."""
