"""What one side keeps for itself beside a shared record. Nothing here imports anything that sends."""
