"""A record, and the shared words, in other forms: STIX objects, a leaflet for victims."""
