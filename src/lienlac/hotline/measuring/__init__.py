"""What requests say to indicators (clause 22.6)."""
