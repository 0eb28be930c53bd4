"""Methods and tricks: the shared words for kinds of crime, and records of how offenders work."""
