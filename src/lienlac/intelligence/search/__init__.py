"""Search over intelligence: words of objects, filters, identifiers."""
