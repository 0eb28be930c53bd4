"""Delegations: visits and meetings of several authorities, from the invitation to what came out of them."""
