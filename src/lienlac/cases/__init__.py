"""Cases that several authorities work on together: one shared record each (clauses 21.x)."""
