"""Feeds: what comes in from and goes out to others' servers, on a schedule and over the network."""
