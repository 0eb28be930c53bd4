"""What others write instead of STIX, made into STIX and back: MISP, tables, FollowTheMoney, goAML.

Pure: bytes and a time go in, objects and remarks about what did not fit come out. Everything made here passes through
`checking` like what a stranger sends. Knows nothing of collections or of where a file came from.
"""
