"""Accounts and rights of one node: who an officer is, how they prove it, and what they may do.

`officer` and `rights` are pure words and tables; `accounts`, `sessions` and `tokens` work on a connection or a
database that is handed in. Nothing here knows of screens, of HTTP or of the journal: the caller writes the journal.
"""
