"""Files beside messages: announced by reference, carried in sealed chunks, proved whole (clauses 14.x)."""
