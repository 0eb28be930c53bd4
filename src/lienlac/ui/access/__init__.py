"""Who may see a thing, as a page that every subject shares."""
