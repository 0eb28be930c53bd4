"""Flash warnings: said to chosen partners in both languages at once, acknowledged by name, superseded or withdrawn."""
