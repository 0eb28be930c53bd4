"""Tables of sharing: shares, what each peer was given, what came from peers, sightings."""
