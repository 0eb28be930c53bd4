"""Files that a record of several authorities holds for as long as it stands."""
