"""Intelligence and identifiers, as programs see them."""
