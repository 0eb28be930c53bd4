"""STIX 2.1: reading, checking, marks, identifiers and our one extension. Pure: bytes go in, values come out.

Responsible for telling what a STIX object is and whether it may be believed to be one; every object's own bytes stay
as they came. Knows nothing of collections, of who may see what, or of how anything is stored or sent.
"""
