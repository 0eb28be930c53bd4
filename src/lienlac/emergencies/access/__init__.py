"""Who may see a channel: need-to-know as for requests."""
