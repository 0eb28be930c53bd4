"""Finding requests by words and numbers among a million of them."""
