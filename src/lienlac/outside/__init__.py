"""Calls to machines that are no partner's: which addresses may be called, and by which one a name is reached."""
