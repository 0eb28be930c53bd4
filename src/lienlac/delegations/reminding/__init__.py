"""What people are reminded of in delegations."""
