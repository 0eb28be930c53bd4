"""Papers of a delegation with their files: what is held here, what travels, what is handed out."""
