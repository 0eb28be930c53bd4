"""What a node keeps for itself alone: sealed while it rests in the database."""
