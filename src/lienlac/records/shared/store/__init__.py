"""Tables of shared records: facts, their ways to members, one line for each record."""
