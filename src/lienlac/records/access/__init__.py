"""Who may know of a thing: the acts, with their gate and their journal."""
