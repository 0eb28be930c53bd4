"""What holds of a delegation whoever acts: agreement, order of protocol, commitments, what may follow. Pure."""
