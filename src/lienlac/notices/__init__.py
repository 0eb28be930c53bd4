"""Tells people that something needs them: by e-mail, webhook or Apprise, one channel after the other.

A notice never holds case data: what kind of thing waits, its reference number, how urgent it is, and a link. Who is to
be told, and when, is decided above.
"""
