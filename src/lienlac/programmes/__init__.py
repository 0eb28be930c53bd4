"""Joint programmes: what two authorities have agreed to do against a field of crime, and what the records say of it.

A programme is a shared record (`records.shared`); this room has its words' rules, the board, the calendar, and the
quarterly report. Its figures are computed from requests by `indicators`, which knows no programme.
"""
