"""Cases of other systems, in and out."""
