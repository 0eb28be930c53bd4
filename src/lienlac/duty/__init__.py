"""Duty: who is on call, who is told when time runs out, what is handed over, drills. Only who answers now travels."""
