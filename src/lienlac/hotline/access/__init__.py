"""Who may see a request: restricting it to units and officers, giving and taking back access, always with a reason."""
