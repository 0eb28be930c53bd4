"""Both sides see who answers now: what we state to each partner, and what each partner last stated."""
