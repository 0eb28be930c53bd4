"""Who takes part in a shared record."""
